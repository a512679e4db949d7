"""What answers mean for a message, and when it is tried again."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from training.outbox.rules import MessageState
from training.outbox.rules.delivery import (
    DEAD_ADDRESS,
    MOST_ATTEMPTS,
    Ended,
    Fate,
    Stage,
    Trouble,
    is_urgent,
    judge_answer,
    judge_message,
    judge_refusal,
    judge_silence,
    pause_seconds,
    retry_at,
    shortened,
)

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
ID = UUID(int=1)


@pytest.mark.parametrize(
    ("stage", "code", "fate", "cut", "unknown"),
    [
        (Stage.CONNECT, 421, Fate.SERVER, True, False),
        (Stage.CONNECT, 554, Fate.SERVER, False, False),
        (Stage.CONNECT, 535, Fate.SERVER, False, False),
        (Stage.SENDER, 452, Fate.SERVER, False, False),
        (Stage.SENDER, 553, Fate.SERVER, False, False),
        (Stage.RECIPIENT, 530, Fate.SERVER, False, False),
        (Stage.RECIPIENT, 450, Fate.PASSING, False, False),
        (Stage.RECIPIENT, 421, Fate.PASSING, True, False),
        (Stage.RECIPIENT, 550, Fate.PERMANENT, False, False),
        (Stage.CONTENT, 451, Fate.PASSING, False, False),
        (Stage.CONTENT, 552, Fate.PERMANENT, False, False),
        (Stage.CONTENT, -1, Fate.PASSING, True, True),
    ],
)
def test_what_an_answer_means(stage: Stage, code: int, fate: Fate, cut: bool, unknown: bool) -> None:
    assert judge_answer(stage, code, "No\r\nthanks") == Trouble(
        fate=fate, code=code, said="No thanks", cut=cut, unknown=unknown
    )


@pytest.mark.parametrize(
    ("stage", "fate", "unknown"),
    [
        (Stage.CONNECT, Fate.SERVER, False),
        (Stage.SENDER, Fate.PASSING, False),
        (Stage.RECIPIENT, Fate.PASSING, False),
        (Stage.CONTENT, Fate.PASSING, True),
    ],
)
def test_what_silence_means(stage: Stage, fate: Fate, unknown: bool) -> None:
    assert judge_silence(stage, "No answer in time.") == Trouble(
        fate=fate, said="No answer in time.", cut=True, unknown=unknown
    )


def test_words_of_a_trouble() -> None:
    assert Trouble(fate=Fate.PASSING, code=450, said="Later").words == "450 Later"
    assert Trouble(fate=Fate.SERVER, said="No answer.").words == "No answer."


def test_waits_grow_for_three_days() -> None:
    waits: list[timedelta] = []
    while (again := retry_at(NOW, len(waits) + 1, 0)) is not None:
        waits.append(again - NOW)
    assert [wait.total_seconds() / 60 for wait in waits[:6]] == [1, 5, 15, 60, 180, 180]
    assert timedelta(days=2, hours=21) < sum(waits, timedelta()) <= timedelta(days=3)


def test_those_who_failed_together_do_not_return_together() -> None:
    assert retry_at(NOW, 2, 1.0) == NOW + timedelta(minutes=6)
    assert retry_at(NOW, 2, 0.5) == NOW + timedelta(minutes=5.5)


def test_a_server_is_left_alone_longer_each_time() -> None:
    assert [pause_seconds(failures, 0) for failures in range(1, 9)] == [2, 5, 15, 30, 60, 120, 120, 120]
    assert pause_seconds(1, 1) == 1


@pytest.mark.parametrize(
    ("kind", "attempts", "expires", "dead", "state"),
    [
        ("invitation", 1, None, False, None),
        ("invitation", 1, 1, False, None),
        ("invitation", 1, 0, False, MessageState.EXPIRED),
        ("invitation", MOST_ATTEMPTS, None, False, None),
        ("invitation", MOST_ATTEMPTS + 1, None, False, MessageState.FAILED),
        ("invitation", 1, None, True, MessageState.FAILED),
        ("invitation", 1, -1, True, MessageState.EXPIRED),
        ("sign-in", 1, None, True, None),
    ],
)
def test_what_speaks_against_sending(
    kind: str, attempts: int, expires: int | None, dead: bool, state: MessageState | None
) -> None:
    expires_at = None if expires is None else NOW + timedelta(seconds=expires)
    verdict = judge_message(kind=kind, attempts=attempts, expires_at=expires_at, now=NOW, dead=dead)
    assert (verdict[0] if verdict else None) is state
    assert not dead or state is not MessageState.FAILED or verdict == (state, DEAD_ADDRESS)


PASSING, NEVER = Trouble(fate=Fate.PASSING, code=450, said="x"), Trouble(fate=Fate.PERMANENT, code=550, said="x")
SOON = NOW + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("trouble", "again_at", "expires_at", "ended"),
    [
        (PASSING, SOON, None, Ended(id=ID, state=MessageState.WAITING, error="450 x", not_before=SOON)),
        (PASSING, SOON, SOON, Ended(id=ID, state=MessageState.EXPIRED, error="450 x")),
        (PASSING, None, None, Ended(id=ID, state=MessageState.FAILED, error="450 x")),
        (NEVER, SOON, None, Ended(id=ID, state=MessageState.FAILED, error="550 x")),
    ],
)
def test_what_becomes_of_a_message(
    trouble: Trouble, again_at: datetime | None, expires_at: datetime | None, ended: Ended
) -> None:
    assert judge_refusal(ID, trouble, again_at, expires_at) == ended


@pytest.mark.parametrize(
    ("kind", "urgent"),
    [("sign-in", True), ("booking-confirm", True), ("booking-enrolled", False), ("announcement", False), ("?", False)],
)
def test_who_sits_at_a_screen(kind: str, urgent: bool) -> None:
    assert is_urgent(kind) is urgent


def test_what_a_server_says_becomes_one_line() -> None:
    assert shortened("4.2.2 full\r\n\x1b[31mred\x00 \udcff" + "x" * 600) == ("4.2.2 full [31mred " + "x" * 600)[:500]
