"""Feeds: rules."""
