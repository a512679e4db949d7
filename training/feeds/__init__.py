"""Feeds: calendars to subscribe to, by a secret link or by CalDAV; and the public ones of a program or a course.

Words: a *feed* is a calendar for one purpose, a *feed link* its secret address. One person may have several, one
for each device, each with a label.

Invariants: whether somebody may read is judged at each fetch. The same content is the same bytes. Everything that may
change what a feed shows raises its mark in the same transaction, so a fetch knows from one row that nothing changed.
The secret is kept as a hash and shown once.
"""
