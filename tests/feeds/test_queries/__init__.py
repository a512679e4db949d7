"""Feeds: queries."""
