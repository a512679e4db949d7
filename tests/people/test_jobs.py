"""Tidying: what is over goes, in small steps; what somebody may still ask for stays."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.conftest import FrozenClock
from tests.people.conftest import ADA, MailedToken, SignedIn
from training.base import forgetting
from training.base.database import execute, watch_statements
from training.base.structs import ANONYMOUS
from training.base.tables import Attempt
from training.base.work import Work, Works
from training.people.actions import request_sign_in_link, sign_in, sign_out
from training.people.jobs import tidy
from training.people.queries import find_viewer
from training.people.rules import LinkExpired, LinkUnknown


async def left() -> dict[str, int]:
    tables = ("one_time_link", "sign_in", "kept_answer", "attempt", "message")
    return {table: len(await execute(f"SELECT id FROM {table}")) for table in tables}


@pytest.mark.usefixtures("ada")
async def test_what_is_over_goes(
    works: Works, clock: FrozenClock, mailed_token: MailedToken, signed_in: SignedIn
) -> None:
    token, viewer = await signed_in()
    unused = await mailed_token()
    await works.run(ANONYMOUS, request_sign_in_link, email="nobody@example.org", client="x")
    assert await left() == {"one_time_link": 2, "sign_in": 1, "kept_answer": 1, "attempt": 4, "message": 3}
    assert await tidy(works) == 0
    clock.move(days=2, microseconds=1)
    assert await tidy(works) == 6
    assert await left() == {"one_time_link": 2, "sign_in": 1, "kept_answer": 0, "attempt": 0, "message": 2}
    with pytest.raises(LinkExpired):
        await works.run(ANONYMOUS, sign_in, unused)
    clock.move(days=27)
    assert await find_viewer(token, clock.now) == viewer
    await works.run(viewer, sign_out)
    clock.move(days=2)
    assert await tidy(works) == 2, "the links; the sign-in ended only two days ago"
    with pytest.raises(LinkUnknown):
        await works.run(ANONYMOUS, sign_in, unused)
    clock.move(days=28, microseconds=1)
    assert await tidy(works) == 1
    assert sum((await left()).values()) == 2, "messages that were mailed stay"


async def test_a_sign_in_that_lasts_is_left_alone(
    works: Works, clock: FrozenClock, ada: UUID, signed_in: SignedIn
) -> None:
    _, viewer = await signed_in(ADA)
    assert viewer.person_id == ada
    clock.now += timedelta(days=60)
    assert await tidy(works) == 3, "two counters and the link; the sign-in is remembered for 30 days"
    clock.now += timedelta(microseconds=1)
    assert await tidy(works) == 1


async def test_small_steps_with_a_limit(works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fill(work: Work) -> None:
        for number in range(25):
            work.add(Attempt, id=f"{number}", window_start=work.now, count=1)

    await works.run(ANONYMOUS, fill)
    monkeypatch.setattr(forgetting, "BATCH", 5)
    monkeypatch.setattr(forgetting, "MOST_BATCHES", 10)
    clock.move(days=3)
    with watch_statements() as seen:
        assert await tidy(works) == 15
    assert sum(sql.startswith("DELETE") for sql in seen) == 10
    assert await tidy(works) == 10
    assert await left() == {"one_time_link": 0, "sign_in": 0, "kept_answer": 0, "attempt": 0, "message": 0}
