"""Verbs of reminders: plans are made and changed, reminders are planned, stopped, dropped and sent."""
