"""Feeds for programs: the addresses of calendars, and one's own feed links as JSON."""

from training.feeds.api.feeds import FeedApi

CONTROLLERS = (FeedApi,)

__all__ = ["CONTROLLERS"]
