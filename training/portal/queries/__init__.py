"""Reads that belong to pages of this room only; whatever several need is read by the room it belongs to."""

from training.portal.queries.finding import (
    Choice,
    Found,
    NextDate,
    Over,
    count_over,
    find_by_code,
    list_choices,
    list_next_dates,
    list_visible,
)
from training.portal.queries.own import OwnPlace, Teaching, list_own_places, list_teaching
from training.portal.queries.partner import (
    Lately,
    Members,
    TakenBack,
    Told,
    count_members,
    list_asked,
    list_lately,
    list_standings,
    list_taken_back,
    list_told,
    list_unnamed,
)

__all__ = [
    "Choice",
    "Found",
    "Lately",
    "Members",
    "NextDate",
    "Over",
    "OwnPlace",
    "TakenBack",
    "Teaching",
    "Told",
    "count_members",
    "count_over",
    "find_by_code",
    "list_asked",
    "list_choices",
    "list_lately",
    "list_next_dates",
    "list_own_places",
    "list_standings",
    "list_taken_back",
    "list_teaching",
    "list_told",
    "list_unnamed",
    "list_visible",
]
