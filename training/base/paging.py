"""Pages of a long list: a cursor is the sort key of the last row, opaque to the caller."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from training.base.errors import Invalid
from training.base.structs import Frozen

T = TypeVar("T")
DEFAULT_LIMIT = 50
MOST_LIMIT = 200
# What both engines can hold and compare; a cursor of ours never lies outside.
_YEARS = range(1900, 2200)
_NUMBERS = range(-(2**31), 2**31)


class Page(Frozen, Generic[T], frozen=True, kw_only=True):
    """Some rows of a list and the cursor of the next page, None at the end."""

    items: tuple[T, ...]
    next_cursor: str | None = None


def page_of(rows: Sequence[T], limit: int, *sort_fields: str) -> Page[T]:
    """Make a page from `limit + 1` rows that were asked for; `sort_fields` are the columns they are sorted by."""
    items = tuple(rows[:limit])
    more = len(rows) > limit
    cursor = encode_cursor([getattr(items[-1], name) for name in sort_fields]) if more and items else None
    return Page(items=items, next_cursor=cursor)


def encode_cursor(values: Sequence[Any]) -> str:
    """The sort key as text that is safe in an address."""
    return base64.urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")


def decode_cursor(cursor: str, shape: type[T]) -> T:
    """The sort key from a cursor, as `shape` (a tuple type). Raises Invalid for anything we did not write."""
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        key = msgspec.json.decode(raw, type=shape)
        _check_bounds(key)
    except (binascii.Error, ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise Invalid("This page of the list cannot be found.", fields={"cursor": "not one of ours"}) from error
    return key


def _check_bounds(key: object) -> None:
    """Raise ValueError for an instant without a zone or of a strange year, and for a number of more than 32 bits."""
    for value in key if isinstance(key, tuple) else (key,):
        if isinstance(value, datetime) and (value.tzinfo is None or value.year not in _YEARS):
            raise ValueError("No instant of ours")
        if isinstance(value, int) and value not in _NUMBERS:
            raise ValueError("No number of ours")
