"""Mail that comes in: read from a mailbox or handed over by a provider, parsed once, and said what it is.

Words: a *bounce* is mail of ours that came back; a *reply* is what a calendar program answers; an *automatic* one is
out-of-office and the like; whatever is doubtful waits on the review list for a person. No mail that comes in is ever
answered, and none changes anything before it is tied to a message that we sent.
"""
