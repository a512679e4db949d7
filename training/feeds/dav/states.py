"""What a calendar held when a program last synchronised, so that the next time only the difference is told."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from training.base.database import fetch_one
from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.feeds.rules.feeds import DAV_STATES_KEPT
from training.feeds.tables import DavState

# A state that is handed out again is young again; written down once a day at most.
RENEWED = timedelta(days=1)
MOST_STATES = 50


class Difference(Frozen, frozen=True, kw_only=True):
    """What changed between two states: uids that are new or other, and uids that are gone; both in order."""

    changed: tuple[str, ...]
    gone: tuple[str, ...]

    def first(self, most: int) -> "Difference":
        """As much of it as fits."""
        changed = self.changed[:most]
        return Difference(changed=changed, gone=self.gone[: most - len(changed)])


class _Known(Frozen, frozen=True, kw_only=True):
    id: UUID
    made_at: datetime


class _State(Frozen, frozen=True, kw_only=True):
    entries: str


def difference(before: Mapping[str, str], now: Mapping[str, str]) -> Difference:
    """What a program that knows `before` must be told (uid -> validator)."""
    return Difference(
        changed=tuple(sorted(uid for uid, etag in now.items() if before.get(uid) != etag)),
        gone=tuple(sorted(uid for uid in before if uid not in now)),
    )


def applied(before: Mapping[str, str], now: Mapping[str, str], some: Difference) -> dict[str, str]:
    """What a program knows that knew `before` and was told `some` of what is different `now`."""
    known = {uid: etag for uid, etag in before.items() if uid not in some.gone}
    return known | {uid: now[uid] for uid in some.changed}


def hash_of(entries: Mapping[str, str]) -> str:
    """The same for the same entries, in whatever order."""
    return hashlib.sha256(msgspec.json.encode(sorted(entries.items()))).hexdigest()


async def find_state(key: str, state_id: UUID, now: datetime) -> dict[str, str] | None:
    """What a calendar held in a state; None when that is forgotten, or is not of this calendar."""
    found = await fetch_one(
        _State,
        "SELECT CAST(entries AS TEXT) AS entries FROM dav_state WHERE id = {} AND collection = {} AND made_at > {}",
        state_id,
        key,
        now - DAV_STATES_KEPT,
    )
    return msgspec.json.decode(found.entries, type=dict[str, str]) if found else None


async def state_of(works: Works, viewer: Viewer, key: str, entries: Mapping[str, str]) -> UUID:
    """The id of the state in which a calendar holds exactly these entries. Writes only when there is none yet.

    One statement when nothing changed. A state that is asked for every day never grows old.
    """
    hashed = hash_of(entries)
    known = await _known(key, hashed)
    if known is not None and works.clock() - known.made_at < RENEWED:
        return known.id
    return await works.run(viewer, _keep, key, hashed, dict(entries))


async def _known(key: str, hashed: str) -> _Known | None:
    sql = "SELECT id, made_at FROM dav_state WHERE collection = {} AND entries_hash = {}"
    return await fetch_one(_Known, sql, key, hashed)


async def _keep(work: Work, key: str, hashed: str, entries: dict[str, str]) -> UUID:
    known = await _known(key, hashed)
    if known is not None:
        work.change(DavState, known.id, made_at=work.now)
        return known.id
    # A calendar that changes all the time keeps its newest states only; who comes with an older one starts afresh.
    await work.execute(
        "DELETE FROM dav_state WHERE collection = {} AND id NOT IN (SELECT id FROM dav_state WHERE collection = {}"
        " ORDER BY made_at DESC, id DESC LIMIT {})",
        key,
        key,
        MOST_STATES - 1,
    )
    state_id = work.new_id()
    work.add(DavState, id=state_id, collection=key, entries=entries, entries_hash=hashed, made_at=work.now)
    return state_id
