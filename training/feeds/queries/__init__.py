"""Reads of feeds: what calendars show, who may fetch them, and whether anything changed."""
