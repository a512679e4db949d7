"""A list of participants of each side's meeting, not applied yet."""

import msgspec

from tests.access.facts import SIDES, key
from training.attendance.queries.online import Kept
from training.attendance.rules.presence import Line
from training.attendance.tables import OnlineImport
from training.base.work import Work


def add_lists(work: Work) -> None:
    """One list for each side, of one person whom nobody knows."""
    lines = msgspec.json.encode(Kept(lines=(Line(name="Somebody", told=3600),))).decode()
    for side in SIDES:
        name = side.name.split()[0]
        work.add(
            OnlineImport, id=key(f"list {side.name}"), meeting_id=key(f"meeting {name}"),
            session_id=key(f"session {name}"), platform="other", lines=lines, created_at=work.now,
        )  # fmt: skip
