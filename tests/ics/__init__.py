"""Tests of calendars: a strict checker, parsers of other families, and a small model of a calendar program."""
