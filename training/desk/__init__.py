"""The desk: pages for those who run the program. The board of what needs a decision, and what is done about it.

Words: a *need* is a line of the board: a session, why it needs somebody, and where that is put right. A *rehearsal* is
a change that is really made and then taken back, so that its consequences can be shown before anybody decides.
Invariant: what is shown as the consequence of a change comes from the same action that makes the change.
"""
