"""When two spellings name the same organization, and when they only look alike."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache

from training.base.structs import Frozen
from training.partners.rules import fold_name

_SMALL_WORDS = frozenset(
    {"the", "of", "and", "for", "at", "in", "de", "du", "des", "la", "do", "da", "der", "die", "und"}
)
# What folding makes of each ASCII character between two others.
_PLAIN = {number: fold_name(f"a{chr(number)}a")[1:-1] for number in range(128)}
# Below, almost any two short names are one letter apart; above, comparing costs more than it tells.
_SHORTEST, _LONGEST = 8, 80
# Every name is held once per letter while they are compared; with more names than this, only whole shapes are.
_MOST_COMPARED = 5_000


class HostIndex(Frozen, frozen=True, kw_only=True):
    """What a whole file says about its host organizations. Keys are `partner_key`s."""

    first_spelling: dict[str, tuple[int, str]]
    """The line and the spelling under which each was met first."""
    lookalikes: dict[str, tuple[str, ...]]
    """First spellings of other organizations that look like this one."""
    countries: dict[str, Counter[str]]
    """How many rows of each name which country; rows without one are not counted."""


# The names of one row are asked for several times in a row, and folding is the dearest part of judging it.
@lru_cache(maxsize=1024)
def partner_key(name: str) -> str:
    """A name as partners are known by it: equal keys are the same partner, nothing else is.

    Without capitals, punctuation, composition and spacing. An apostrophe vanishes ("King's" is "Kings"), other
    punctuation separates words. Accents stay.
    """
    # Most names are plain ASCII, and a table is many times faster than asking what each letter is.
    return " ".join(name.translate(_PLAIN).split()) if name.isascii() else fold_name(name)


def index_hosts(hosts: Iterable[tuple[int, str, str]]) -> HostIndex:
    """The index of (line, name, country) triples. Takes time in proportion to the text, not to its square."""
    first: dict[str, tuple[int, str]] = {}
    countries: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for line, name, country in hosts:
        key = partner_key(name)
        first.setdefault(key, (line, " ".join(name.split())))
        countries[key].update([country] if country else [])
    return HostIndex(first_spelling=first, lookalikes=_lookalikes(first), countries=dict(countries))


def _lookalikes(first: dict[str, tuple[int, str]]) -> dict[str, tuple[str, ...]]:
    """Keys that agree without accents and small words, or after leaving one letter out of each."""
    keys_by_shape: defaultdict[str, set[str]] = defaultdict(set)
    for key in first:
        for shape in _shapes(key, len(first) <= _MOST_COMPARED):
            keys_by_shape[shape].add(key)
    alike: defaultdict[str, set[str]] = defaultdict(set)
    for keys in keys_by_shape.values():
        if 1 < len(keys) <= 10:
            for key in keys:
                alike[key] |= keys - {key}
    return {key: tuple(sorted(first[other][1] for other in others)) for key, others in alike.items()}


def _shapes(key: str, with_typos: bool) -> set[str]:
    plain = "".join(char for char in unicodedata.normalize("NFKD", key) if not unicodedata.combining(char))
    shape = " ".join(word for word in plain.split() if word not in _SMALL_WORDS)
    if not with_typos or not _SHORTEST <= len(shape) <= _LONGEST:
        return {shape} if shape else set()
    return {shape} | {shape[:n] + shape[n + 1 :] for n in range(len(shape))}
