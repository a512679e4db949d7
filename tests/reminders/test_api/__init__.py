"""Reminders and announcements: api."""
