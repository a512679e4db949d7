"""Places: bookings, enrollments, the waitlist.

Words: a *booking* is a coordinator's request and holds *enrollments*, one person in one session each; a
*waitlist entry* is an enrollment in the state `waitlisted`.
Invariants: every place is decided by `rules.settle` while the session's row is locked; one active enrollment per
person and session; places taken never exceed capacity plus the overbooking allowance; the counters in the
session's row agree with the rows here (`training check` proves it).
"""
