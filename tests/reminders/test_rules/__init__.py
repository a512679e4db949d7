"""Reminders and announcements: rules."""
