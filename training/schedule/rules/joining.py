"""From when to when a learner can join a meeting online. Pure."""

from datetime import datetime, timedelta

OPENS_BEFORE = timedelta(minutes=15)


def joining_opens(starts_at: datetime) -> datetime:
    """The instant from which learners find the link to a meeting."""
    return starts_at - OPENS_BEFORE


def is_open(starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether learners can join now: from a quarter of an hour before the start until the end."""
    return joining_opens(starts_at) <= now < ends_at
