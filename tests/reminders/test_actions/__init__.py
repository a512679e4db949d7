"""Reminders and announcements: actions."""
