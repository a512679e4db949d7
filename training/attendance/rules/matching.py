"""Who of a list of participants is who on the roster: by address, then by name. Pure.

The only importer of rapidfuzz. Nothing is guessed: what is not nearly the same is shown to a person, with the closest
names first.
"""

import re
from collections.abc import Sequence
from uuid import UUID

from rapidfuzz import fuzz, process

from training.attendance.rules.presence import Line
from training.base.structs import Frozen
from training.schedule.rules.sessions import folded

# Of 100. Alike enough to be proposed: a letter of a long name, not "Maria" for "Mario".
LIKELY = 92
# So far behind must be whoever comes second, and so alike must be who is named at all.
MARGIN, CLOSE = 4, 62
MOST_OTHERS = 5
_ASIDE = re.compile(r"[(\[{<|/].*$|\s[-–—]\s.*$")
_NO_LETTER = re.compile(r"[\W_]+")
_LIKE = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ß": "ss", "ı": "i", "þ": "th"})


class Known(Frozen, frozen=True, kw_only=True):
    """Somebody whom a line may be about: on the roster, or without `enrollment_id` one who teaches."""

    enrollment_id: UUID | None
    names: tuple[str, ...]
    emails: tuple[str, ...]

    @property
    def name(self) -> str:
        """What they are called here."""
        return self.names[0] if self.names else ""


class Match(Frozen, frozen=True, kw_only=True):
    """Who a line is thought to be. Without `enrollment_id` nobody, and `why` says why; `others` come close, the closest
    first, with how alike their names are (of 100)."""

    enrollment_id: UUID | None = None
    score: int = 0
    why: str = ""
    teaches: bool = False
    others: tuple[tuple[UUID, int], ...] = ()


def match_lines(lines: Sequence[Line], people: Sequence[Known]) -> tuple[Match, ...]:
    """Who each line is. Two lines become one person only where both have an address of that person."""
    found: list[Match | None] = [_by_address(line, people) for line in lines]
    taken = {match.enrollment_id for match in found if match and match.enrollment_id is not None}
    scores = _scores(lines, people, found)
    # The most alike are given first, so that nobody's place is taken by somebody who is less like them.
    order = sorted((-score, at, to) for at, row in scores.items() for to, score in row.items() if score >= LIKELY)
    for minus, at, to in order:
        one = people[to]
        if found[at] is None and one.enrollment_id not in taken and _clear(scores[at], to):
            found[at] = _named(one, -minus)
            if one.enrollment_id is not None:
                taken.add(one.enrollment_id)
    return tuple(match or _nobody(scores.get(at, {}), people, taken) for at, match in enumerate(found))


def _by_address(line: Line, people: Sequence[Known]) -> Match | None:
    whose = [one for one in people if line.email and line.email in one.emails]
    # Those who are on the roster before those who teach; an address that several share tells nobody.
    enrolled = [one for one in whose if one.enrollment_id is not None]
    if len(enrolled) == 1 or (whose and not enrolled):
        return _match(enrolled[0] if enrolled else whose[0], 100, "The same address")
    return None


def _named(one: Known, score: int) -> Match:
    return _match(one, score, "The same name" if score == 100 else f"The names are alike ({score} of 100)")


def _match(one: Known, score: int, why: str) -> Match:
    if one.enrollment_id is None:
        return Match(teaches=True, score=score, why=f"{why}: teaches this session")
    return Match(enrollment_id=one.enrollment_id, score=score, why=why)


def _scores(lines: Sequence[Line], people: Sequence[Known], found: Sequence[Match | None]) -> dict[int, dict[int, int]]:
    """How alike the names of lines without a match are to those of people: line -> person -> score, from CLOSE on."""
    spelled = {(to, name): form for to, one in enumerate(people) for name in one.names if (form := bare(name))}
    scores: dict[int, dict[int, int]] = {}
    for at, line in enumerate(lines):
        if found[at] is not None:
            continue
        row = scores.setdefault(at, {})
        for name in dict.fromkeys(bare(name) for name in (line.name, *line.also)):
            if not name:
                continue
            alike = process.extract(name, spelled, scorer=fuzz.token_sort_ratio, score_cutoff=CLOSE, limit=20)
            for _, score, (to, _name) in alike:
                # Only what is the same may be called so, however the score is rounded.
                row[to] = max(row.get(to, 0), int(score))
    return scores


def _clear(row: dict[int, int], to: int) -> bool:
    """Whether nobody else comes as close."""
    return all(score <= row[to] - MARGIN for other, score in row.items() if other != to)


def _nobody(row: dict[int, int], people: Sequence[Known], taken: set[UUID]) -> Match:
    close = sorted(row.items(), key=lambda item: (-item[1], people[item[0]].name))[:MOST_OTHERS]
    others = tuple((key, score) for to, score in close if (key := people[to].enrollment_id) is not None)
    if not others:
        return Match(why="Nobody on the roster is called like this")
    best, score = others[0]
    if best in taken and score >= LIKELY:
        why = "Another line is this person already; choose them here too if both are"
    elif score >= LIKELY:
        why = "Several people come equally close"
    else:
        why = "Only a little alike"
    return Match(why=why, score=score, others=others)


def bare(name: str) -> str:
    """A name as names are compared: without accents, case, signs, and what people add: 'Ana Ćosić (she/her) | NL'."""
    plain = _ASIDE.sub("", name) or name
    return " ".join(sorted(_NO_LETTER.sub(" ", folded(plain.lower().translate(_LIKE))).split()))
