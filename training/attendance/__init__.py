"""Rosters and who was there: marks per meeting, check-in, attendance sheets, contested marks, overall attendance.

A roster belongs to one meeting and lists everybody who had a place in it. A mark says how one of them was there; who
has none is *not recorded*. Each change of a mark is kept (`MarkChange`), also one that lost against another. Overall
attendance is computed from the marks; a correction of it keeps its reason.
"""
