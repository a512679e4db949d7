"""Reminders: plans say who is reminded of what and when; each gets each one exactly once, or there is a stated reason.

Words: a *plan* belongs to a program, a course or a session; a narrower plan with the same key replaces a wider one.
A *reminder* is what a plan means for one person and one instant. A *digest* gathers a coordinator's week. An
*announcement* is words that a person wrote to a segment.

Invariants: what is due is a row, never a timer. Wanted and planned reminders are compared by one pure rule, and a tick
heals what an event missed. Whether it is still true is judged again in the moment of sending.
"""
