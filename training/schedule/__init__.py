"""Sessions and the meetings they consist of, when and where they happen, and who teaches them.

A *session* is the dated thing people enroll in: one course, taught once. It has one or more *meetings*; a meeting is
one sitting with a start, an end, a zone and a room or a link, and is one calendar entry. A *series* is sessions made by
one rule.

What always holds:
- A meeting keeps the local wall time, the IANA zone and which of two (fold) it was given; its instant is derived from
  these and can be derived again when zone data changes.
- A local time that clocks skip is refused with the next valid one; one that happens twice is asked about.
- Spans are half-open: a meeting that ends at 12:00 does not overlap one that starts at 12:00.
- What is imported says, row by row, what was assumed; nothing is changed silently.
"""
