"""Reads of reminders: the facts that rules judge, many sessions at a time, and what was planned already."""
