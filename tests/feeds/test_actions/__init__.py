"""Feeds: actions."""
