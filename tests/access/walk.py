"""The walk: every entry, as one role, with every kind of id; and what is wrong with each answer."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from tests.access.asking import Answer, Asking
from tests.access.canaries import CANARIES, PRIVATE_IDS
from tests.access.entry import Entry, Slot, ids_of
from tests.access.facts import (
    ANONYMOUS,
    COORDINATOR_A,
    DENIED,
    IN,
    KINDS,
    MALFORMED,
    MISSING,
    ONE,
    SIDES,
    SIGN_IN,
    STAFF,
    TWO,
    UNKNOWN,
    Role,
    Side,
)
from training.base.structs import Frozen

UUIDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# What is no id is refused before anybody asks who wants it, so three roles tell enough.
ASK_MALFORMED = (STAFF, COORDINATOR_A, ANONYMOUS)


class Request(Frozen, frozen=True, kw_only=True):
    """A request to make: of one side's ids, or with another id in one of its places."""

    ids: tuple[str, ...]
    side: Side
    what: str
    slot: Slot | None = None
    other: Side | None = None


def pure_requests(entry: Entry) -> Iterator[Request]:
    """One request for each side, without repetitions."""
    seen = set()
    for side in SIDES:
        ids = ids_of(entry, side)
        if ids not in seen:
            seen.add(ids)
            yield Request(ids=ids, side=side, what=f"of side {side.name}")


def mixed_requests(entry: Entry, role: Role) -> Iterator[Request]:
    """Requests with one id that nobody knows, is none, or belongs to another side than the rest."""
    slots = entry.slots()
    for number, slot in enumerate(slots):
        seen: set[tuple[str, ...]] = set()
        # With a single place for an id, the rest of the request is the same on every side.
        for side in (ONE, TWO) if len(slots) > 1 else (ONE,):
            own = ids_of(entry, side)
            others: list[tuple[str, str, Side | None]] = [(_unknown(slot, side), "unknown", None)]
            if role in ASK_MALFORMED:
                others.append((MALFORMED, "malformed", None))
            if len(slots) > 1:
                others += [(ids_of(entry, other)[number], f"of side {other.name}", other) for other in SIDES]
            for value, what, other in others:
                ids = (*own[:number], value, *own[number + 1 :])
                if ids != own and ids not in seen:
                    seen.add(ids)
                    told = f"of side {side.name}, {slot.place} {slot.name} {what}"
                    yield Request(ids=ids, side=side, what=told, slot=slot, other=other)


def _unknown(slot: Slot, side: Side) -> str:
    """An id that nobody has; of a name or a token a spelling that nobody has, as long as the real one."""
    return f"zzzz{side.id_of(slot.kind)[4:]}" if KINDS[slot.kind].token else str(UNKNOWN)


async def walk(asking: Asking, role: Role, entries: Sequence[Entry]) -> list[str]:
    """Ask everything as one role. Returns what is wrong, a line each."""
    problems = []
    for entry in entries:
        if role.scopes and not entry.path.startswith("/api/"):
            # On pages a token is nothing: tests/people says so.
            continue
        answers = []
        for request in (*pure_requests(entry), *mixed_requests(entry, role)):
            answer = await asking.ask(role, entry, request.ids)
            answers.append((request, answer))
            wrong = [*_wrong(entry, role, request, answer), *_leaks(entry, role, request, answer)]
            problems += [f"{role.name}: {entry.name} {request.what}: {problem}" for problem in wrong]
        problems += [f"{role.name}: {entry.name} {problem}" for problem in _tells(entry, role, answers)]
    return problems


def _wrong(entry: Entry, role: Role, request: Request, answer: Answer) -> Iterator[str]:
    """Whether the answer is another than the table says."""
    verdict = entry.verdict(role, request.side)
    slot = request.slot
    if answer.status >= 500:
        yield f"{answer.status}, a fault of ours: {answer.text[:300]}"
    elif slot is None:
        if not _is(verdict, entry, answer):
            yield f"should be {verdict}, is {answer.status} {answer.location} {_said(answer)}"
    elif slot.name in entry.aside or slot.place == "query":
        # The rest of the request decides; a page that cannot read a filter leaves it out.
        return
    elif slot.place == "path" and request.other is None:
        scope_lacks = bool(role.scopes) and verdict == DENIED
        expected = verdict if verdict == SIGN_IN or scope_lacks else MISSING
        malformed = MALFORMED in request.ids and answer.status in (404, 405)
        if not (_is(expected, entry, answer) or malformed):
            yield f"should be {expected}, is {answer.status} {_said(answer)}"
    elif _is(IN, entry, answer) and not _may_mix(entry, role, request, slot):
        yield f"must not work, and is {answer.status} {answer.location}"


def _may_mix(entry: Entry, role: Role, request: Request, slot: Slot) -> bool:
    """Whether somebody may do this with things of two sides: who sees the other one, and may do it on one of them."""
    if request.other is None or not KINDS[slot.kind].seen.judge(role, request.other):
        return False
    return any(entry.verdict(role, side) == IN for side in (request.side, request.other))


def _is(verdict: str, entry: Entry, answer: Answer) -> bool:
    if verdict == IN:
        return answer.status in entry.good and not answer.asks_to_sign_in and not answer.warns
    if verdict == SIGN_IN:
        return answer.asks_to_sign_in
    return answer.status in {MISSING: (404,), DENIED: entry.denied}[verdict]


def _said(answer: Answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())[-400:]


def _leaks(entry: Entry, role: Role, request: Request, answer: Answer) -> Iterator[str]:
    """Words and ids in the answer that this role may not read."""
    if any(KINDS[slot.kind].token and slot.name == "token" for slot in entry.slots()):
        # Whoever holds a link is told what it is for.
        return
    text = (answer.text + answer.location).lower()
    for word, readers in CANARIES.items():
        if word in text and role.name not in readers and not any(word in each.lower() for each in request.ids):
            at = text.index(word)
            yield f"tells {word!r}: {text[max(0, at - 80) : at + 80]!r}"
    for found in set(UUIDS.findall(text)) - set(request.ids):
        if role.name not in PRIVATE_IDS.get(found, {role.name}):
            yield f"tells the private id {found}"


def _tells(entry: Entry, role: Role, answers: list[tuple[Request, Answer]]) -> Iterator[str]:
    """Whether a thing that exists, and that this role may not see, is answered otherwise than one that does not."""
    for number, slot in enumerate(entry.slots()):
        missing = {_rest(r, number): (r, a) for r, a in answers if r.slot == slot and r.what.endswith("unknown")}
        for request, answer in answers:
            foreign = request.other if request.slot == slot else request.side if request.slot is None else None
            if foreign is None or _rest(request, number) not in missing or KINDS[slot.kind].seen.judge(role, foreign):
                continue
            unknown, told = missing[_rest(request, number)]
            if answer.without(request.ids) != told.without(unknown.ids):
                yield (
                    f"{request.what}, {slot.name}: foreign {answer.status} and unknown {told.status} are told apart:"
                    f" {_difference(answer.without(request.ids), told.without(unknown.ids))}"
                )
            if answer.statements != told.statements:
                extra = [text for text in answer.statements if text not in told.statements]
                yield (
                    f"{request.what}, {slot.name}: foreign takes {len(answer.statements)} statements, unknown"
                    f" {len(told.statements)}: {extra}"
                )


def _rest(request: Request, number: int) -> tuple[str, ...]:
    return (*request.ids[:number], *request.ids[number + 1 :])


def _difference(one: tuple[Any, ...], other: tuple[Any, ...]) -> str:
    """The first place where two answers differ."""
    left, right = str(one), str(other)
    at = next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    return f"{left[max(0, at - 40) : at + 60]!r} / {right[max(0, at - 40) : at + 60]!r}"
