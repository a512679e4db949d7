"""Telling calendars: along with a message that is written anyway, or by a mail of its own."""
