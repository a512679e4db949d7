"""Feeds: api."""
