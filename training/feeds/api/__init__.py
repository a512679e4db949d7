"""Feeds for programs: the addresses of calendars, and one's own feed links as JSON."""

from training.feeds.api.feeds import FeedApi, PersonFeedApi

CONTROLLERS = (FeedApi, PersonFeedApi)

__all__ = ["CONTROLLERS"]
