"""Names in an archive that fall together: where a file is looked up, or on the disk of whoever unpacks it. Pure."""

import re
from collections.abc import Iterable, Iterator

from training.base.names import on_disk, without_ends
from training.base.structs import Frozen

# Behind another sign it may be the second half of one, in the codings of East Asia.
_PLAIN_CAPITAL = re.compile(r"(?<![^\x00-\x7f])[A-Z]")


class Named(Frozen, frozen=True, kw_only=True):
    """A file or folder of an archive: as the library lists it, as it was meant (None where nobody can tell, since its
    packer did not say in which coding it wrote), and what further names it has."""

    listed: str
    meant: str | None
    more: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """What people are told."""
        return self.listed if self.meant is None else self.meant


def doubled(names: Iterable[Named]) -> tuple[str, str] | None:
    """The first two that fall together, as people are told; None when all are apart.

    Of names in an unknown coding that is certain only where they differ in plain letters: any other sign may be
    anything, so two of them that are not the same are two.
    """
    known: dict[tuple[str, str], str] = {}
    for name in names:
        marks = dict.fromkeys(_marks(name))
        met = next((known[mark] for mark in _met_by(marks) if mark in known), None)
        if met is not None:
            return met, name.shown
        known |= dict.fromkeys(marks, name.shown)
    return None


def _marks(name: Named) -> Iterator[tuple[str, str]]:
    # The library finds a file by how it is listed, to the letter; people and disks do by how it is meant.
    yield "listed", name.listed
    for said in (name.meant, *name.more):
        if said is not None:
            yield "meant", on_disk(said)
    if name.meant is None:
        yield "bytes", _PLAIN_CAPITAL.sub(lambda found: found[0].lower(), without_ends(name.listed))
        yield "guessed", on_disk(name.listed)


def _met_by(marks: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What another name must not have. How it is listed may be how it was meant, but not where both are guessed."""
    for kind, said in marks:
        if kind == "guessed":
            yield "meant", said
        else:
            yield kind, said
            if kind == "meant":
                yield "guessed", said
