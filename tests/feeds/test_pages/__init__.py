"""Feeds: pages."""
