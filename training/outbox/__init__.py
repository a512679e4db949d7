"""Messages waiting, claimed, sent, failed. Nothing is sent inside a request: a message is a row of its cause.

Words: a *message* is one person's copy; its *kind* says what it is about, its *topic* lets a newer one replace
an unsent older one. No secret is in a row: links are derived again from their id when the text is made.
"""
