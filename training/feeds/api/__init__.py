"""Feeds for programs: the addresses of calendars, and one's own feed links as JSON."""
