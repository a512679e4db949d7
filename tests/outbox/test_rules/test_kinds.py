"""The table of kinds: it knows every kind that is written anywhere, and each line holds together."""

import ast
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import training
from training.outbox.rules.kinds import KINDS, SORT_LABELS, Sort, expires_at, find_kind, is_known, may_wait, sort_of

ROOT = Path(training.__file__).parent
NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
# Verbs that make the kind from a key: which argument the key is, and what comes before it.
BY_KEY = {"write_to": (1, "booking-"), "write_invited": (1, "booking-"), "write_coordinators": (1, "booking-")}


def kinds_written(source: str) -> Iterator[str]:
    """Each kind that a file writes a message of, as far as it can be read there. A part that varies is a `*`."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in ("enqueue", "enqueue_decoy", "fan_out"):
            yield from (said for word in node.keywords if word.arg == "kind" for said in said_by(word.value))
        elif name in BY_KEY:
            at, before = BY_KEY[name]
            yield from (before + said for said in said_by(node.args[at]) if said != "*")


def said_by(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from said_by(body)
            yield from said_by(orelse)
        case ast.JoinedStr(values=parts):
            yield "".join(part.value if isinstance(part, ast.Constant) else "*" for part in parts)  # type: ignore[misc]


def unknown(source: str) -> list[str]:
    said = kinds_written(source)
    return [kind for kind in said if kind != "booking-*" and find_kind(kind.replace("-*", "")) is None]


def test_every_kind_that_is_written_is_known() -> None:
    files = sorted(ROOT.rglob("*.py"))
    found = {str(path.relative_to(ROOT)): unknown(path.read_text()) for path in files}
    assert {path: kinds for path, kinds in found.items() if kinds} == {}
    assert sum(1 for path in files for _ in kinds_written(path.read_text())) >= 15


@pytest.mark.parametrize(
    "source",
    [
        'enqueue(work, kind="sign-out")',
        'outbox.enqueue(work, kind=f"letter-{key}")',
        'write_to(work, "enrolld", to, session)',
        'write_to(work, "enrolled" if good else "bad", to, session)',
    ],
)
def test_an_unknown_kind_is_seen(source: str) -> None:
    assert len(unknown(source)) == 1


def test_every_template_belongs_to_a_known_kind() -> None:
    """A template's kind is its key: alone, or behind the name of its room."""
    for path in ROOT.glob("*/templates/*/mails/*.subject"):
        room, key = path.parent.parent.name, path.stem
        one = room.removesuffix("s")
        assert any(find_kind(kind) for kind in (key, f"{room}-{key}", one, f"{one}-{key}")), path


def test_labels_are_unlike_and_lifetimes_are_reasonable() -> None:
    labels = [kind.label for kind in KINDS.values()]
    assert len(set(labels)) == len(labels)
    assert all(timedelta(minutes=10) <= kind.lifetime <= timedelta(days=14) for kind in KINDS.values())
    assert set(SORT_LABELS) == set(Sort) - {Sort.NONE}
    assert all(kind.may_wait for kind in KINDS.values() if kind.sort is not Sort.NONE)


def test_a_family_shares_its_line() -> None:
    assert [kind for kind in ("booking", "reminder-day-before", "book") if is_known(kind)] == [
        "booking",
        "reminder-day-before",
    ]
    assert find_kind("reminder-day-before") is KINDS["reminder"]
    assert sort_of("reminder-day-before") is Sort.REMINDERS
    assert find_kind("booking-nothing") is None
    assert sort_of("nobody-knows") is Sort.NONE


def test_what_waits_for_the_end_of_quiet_hours() -> None:
    assert [kind for kind in ("reminder-upcoming", "announcement", "booking-moved", "nothing") if may_wait(kind)] == [
        "reminder-upcoming",
        "announcement",
    ]


def test_the_earlier_end_holds() -> None:
    assert expires_at("sign-in", NOW) == NOW + timedelta(minutes=10)
    assert expires_at("sign-in", NOW, NOW + timedelta(days=1)) == NOW + timedelta(minutes=10)
    assert expires_at("booking-offered", NOW, NOW + timedelta(hours=2)) == NOW + timedelta(hours=2)
    assert expires_at("nobody-knows", NOW) is None
