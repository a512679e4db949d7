"""Reminders and announcements: queries."""
