"""Pages that gather several features for one person: the start page, the sessions to choose from, a session, one's
own sessions, a partner organization.

Nothing is changed here: every button leads to the room whose verb it is.
Invariants: a page makes the same number of statements however much it shows; a time is shown in the viewer's zone
first, with the session's zone beside it; what somebody may not see is not found.
"""
