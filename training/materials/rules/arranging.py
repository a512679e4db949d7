"""How the materials of a session are laid out for whoever takes part, and which variant comes first for whom."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from training.base.structs import Frozen

# What is looked at first stands first; what belongs to a video stands behind everything.
FORMS = ("video", "recording", "audio", "slides", "handout", "document", "other", "transcript", "captions")
_TEXTS = frozenset({"captions", "transcript"})
_MOST_LANGUAGES = 10


class Arranged(Protocol):
    """What deciding about a place in the list needs to know of a material."""

    @property
    def asked(self) -> bool:
        """Whether it is to be done before, and not too late for that."""
        ...

    @property
    def visible(self) -> bool:
        """Whether it can be opened now."""
        ...

    @property
    def from_at(self) -> datetime | None:
        """From when it can be opened, if that is known."""
        ...

    @property
    def acknowledged_at(self) -> datetime | None:
        """When the reader said that they went through it."""
        ...


class Shaped(Protocol):
    """What deciding about an order needs to know of a variant."""

    @property
    def form(self) -> str:
        """Slides, handout, video and so on."""
        ...

    @property
    def language(self) -> str:
        """A language tag; empty for none in particular."""
        ...


M = TypeVar("M", bound=Arranged)
V = TypeVar("V", bound=Shaped)


class Shelves(Frozen, Generic[M], frozen=True, kw_only=True):
    """The list in its parts: to be done before, there now, and coming later (the next first)."""

    before: tuple[M, ...]
    here: tuple[M, ...]
    later: tuple[M, ...]

    @property
    def done(self) -> int:
        """How much of what is to be done before was gone through."""
        return sum(one.acknowledged_at is not None for one in self.before)

    @property
    def left(self) -> int:
        """How much of what is to be done before is still to be gone through."""
        return len(self.before) - self.done

    @property
    def open(self) -> int:
        """How many can be opened now."""
        return len(self.before) + len(self.here)


class Group(Frozen, Generic[V], frozen=True, kw_only=True):
    """The variants of one form: those in the language that the reader knows best or in none, and the others."""

    form: str
    first: tuple[V, ...]
    others: tuple[V, ...]


def is_over(ends_at: datetime | None, now: datetime) -> bool:
    """Whether the last meeting has ended: from then on it shows what was given."""
    return ends_at is not None and ends_at < now


def arrange(items: Iterable[M]) -> Shelves[M]:
    """The list in its parts."""
    found = tuple(items)
    shown = tuple(one for one in found if one.visible)
    later = sorted((one for one in found if not one.visible), key=_when)
    return Shelves(
        before=tuple(one for one in shown if one.asked),
        here=tuple(one for one in shown if not one.asked),
        later=tuple(later),
    )


def _when(one: Arranged) -> tuple[bool, float]:
    return one.from_at is None, one.from_at.timestamp() if one.from_at else 0.0


def read_languages(header: str, *usual: str) -> tuple[str, ...]:
    """The languages that somebody reads, the best first: what their browser asks for (Accept-Language), then `usual`.

    What cannot be read is passed over: it is a wish, and nobody is refused for it.
    """
    asked: list[tuple[float, str]] = []
    for part in header.split(",")[:_MOST_LANGUAGES]:
        tag, _, quality = part.partition(";")
        weight = _weight(quality)
        if weight > 0 and tag.strip().replace("-", "").isalnum():
            asked.append((-weight, tag.strip().lower()))
    found = [tag for _, tag in sorted(asked, key=lambda one: one[0])]
    return tuple(dict.fromkeys([*found, *(tag.lower() for tag in usual if tag)]))


def _weight(quality: str) -> float:
    text = quality.strip().removeprefix("q=")
    if not text:
        return 1.0
    try:
        return float(text)
    except ValueError:
        return 0.0


def rank(language: str, read: Sequence[str]) -> int:
    """The place of a language among those that somebody reads, counted from 0; the exact one before its relatives.

    What has no language is for everybody, so it comes behind what one reads and before what one does not.
    """
    own, behind = language.lower(), 2 * len(read)
    if not own:
        return behind
    for place, tag in enumerate(read):
        if own == tag:
            return 2 * place
        if own.partition("-")[0] == tag.partition("-")[0]:
            return 2 * place + 1
    return behind + 1


def group(variants: Iterable[V], read: Sequence[str]) -> tuple[Group[V], ...]:
    """The variants of one version by form, the best language of each form first; captions and transcripts last."""
    forms: dict[str, list[V]] = {}
    for one in variants:
        forms.setdefault(one.form, []).append(one)
    known = {form: place for place, form in enumerate(FORMS)}
    ordered = sorted(forms.items(), key=lambda each: known.get(each[0], known["other"]))
    return tuple(_group(form, shapes, read) for form, shapes in ordered)


def _group(form: str, shapes: Sequence[V], read: Sequence[str]) -> Group[V]:
    ordered = sorted(shapes, key=lambda one: (rank(one.language, read), one.language))
    if form in _TEXTS:
        return Group(form=form, first=(), others=tuple(ordered))
    # What has no language is for everybody: it never hides among other languages.
    first = tuple(one for one in ordered if one.language in ("", ordered[0].language))
    return Group(form=form, first=first, others=tuple(one for one in ordered if one not in first))


def languages_of(variants: Iterable[Shaped], read: Sequence[str]) -> tuple[str, ...]:
    """Every language in which there is something, the reader's own first."""
    found = {one.language for one in variants if one.language}
    return tuple(sorted(found, key=lambda tag: (rank(tag, read), tag)))
