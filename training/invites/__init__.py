"""Invites: one calendar entry per person and meeting, told by mail, that stays true through every change.

Words: an *invite* is what one person's own calendar was last told about one meeting; a *reply* is what their calendar
program answered. Invites are *issued*, *updated* and *withdrawn*.

Invariants: the identity of the entry is the meeting's, for life. What was told and what is so are compared by one pure
rule, and a tick heals what an event missed. A person's sequence never goes back and is never below the meeting's. The
same meaning is never told twice. A reply changes nothing but that person's own answer.
"""
