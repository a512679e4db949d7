"""Reminders and announcements: pages."""
