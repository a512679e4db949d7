"""The product broken on purpose, to see that the checks find it. What is broken is chosen by a session's title.

`create_app` ignores every Idempotency-Key. Beyond that, sessions called WITHOUT_LOCK decide on a row that was read a
moment ago, as an optimisation around the lock would; in those called NOBODY_MOVES_UP a place that became free stays
free; in those called LAST_COMES_FIRST the waitlist is read from its end; in those called EVERY_TIME a naming
link leads to a place as it was a moment ago, whoever has it by now.
"""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from training.app import create_app as create_sound_app
from training.base.database import fetch_one
from training.base.structs import Frozen
from training.booking.actions import book, ledger, naming
from training.booking.pages import naming as naming_page
from training.booking.queries.open_places import OpenPlaceView
from training.booking.rules import Given, Waiting
from training.schedule.rules.sessions import Session

WITHOUT_LOCK = "Decided on an old row"
NOBODY_MOVES_UP = "Nobody moves up"
LAST_COMES_FIRST = "Last comes first"
EVERY_TIME = "Links work every time"
OLD_SECONDS = 0.1


class _Title(Frozen, frozen=True, kw_only=True):
    title: str


def _without_lock(sound: Callable[[UUID], Any]) -> Callable[[UUID], Any]:
    read: dict[UUID, tuple[float, Session]] = {}

    async def lock_session(session_id: UUID) -> Session:
        fresh: Session = await sound(session_id)
        if fresh.title != WITHOUT_LOCK:
            return fresh
        at, old = read.get(session_id, (0.0, fresh))
        if time.monotonic() - at > OLD_SECONDS:
            read[session_id] = (time.monotonic(), fresh)
        return old

    return lock_session


def _nobody_moves_up(sound: Callable[[Any], Any]) -> Callable[[Any], Any]:
    async def promote(self: ledger.Ledger) -> list[Given]:
        return [] if self.session.title == NOBODY_MOVES_UP else await sound(self)

    return promote


def _last_comes_first(sound: Callable[[UUID], Any]) -> Callable[[UUID], Any]:
    async def list_queue(session_id: UUID) -> list[Waiting]:
        queue: list[Waiting] = await sound(session_id)
        found = await fetch_one(_Title, "SELECT title FROM session WHERE id = {}", session_id)
        return queue[::-1] if found is not None and found.title == LAST_COMES_FIRST else queue

    return list_queue


def _every_time(sound: Callable[..., Any]) -> Callable[..., Any]:
    read: dict[str, OpenPlaceView] = {}

    async def find_behind_link(token: str, *args: Any) -> OpenPlaceView:
        if token in read:
            return read[token]
        place: OpenPlaceView = await sound(token, *args)
        if place.session_title == EVERY_TIME:
            read[token] = place
        return place

    return find_behind_link


def _keyless(app: Callable[..., Any]) -> Callable[..., Any]:
    async def asked(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope = scope | {"headers": [(n, v) for n, v in scope["headers"] if n.lower() != b"idempotency-key"]}
        await app(scope, receive, send)

    return asked


def create_app() -> Callable[..., Any]:
    """The whole application, broken."""
    book.lock_session = _without_lock(book.lock_session)  # type: ignore[assignment, attr-defined]
    ledger.Ledger.promote = _nobody_moves_up(ledger.Ledger.promote)  # type: ignore[assignment, method-assign]
    ledger.list_queue = _last_comes_first(ledger.list_queue)  # type: ignore[assignment, attr-defined]
    naming.find_behind_link = _every_time(naming.find_behind_link)  # type: ignore[attr-defined]
    naming_page.find_behind_link = naming.find_behind_link  # type: ignore[attr-defined]
    return _keyless(create_sound_app())
