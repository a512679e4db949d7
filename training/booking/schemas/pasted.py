"""Names and addresses as people paste them."""

import re

from training.base.structs import Frozen
from training.booking.actions import Wanted
from training.people.rules import AddressUnusable, fold_email


class Pasted(Frozen, frozen=True, kw_only=True):
    """People read from a text, each address once, and the pieces in which no usable address was found."""

    people: tuple[Wanted, ...]
    unreadable: tuple[str, ...]


# One class of characters, so that no text is looked at twice: what is an address is asked of each word afterwards.
_WORD = re.compile(r"[^\s<>,;:\"()\[\]]+")


# What may stand around a name without being part of it.
_AROUND = " \t,:<>\"'“”„-–•*"


def parse_people(text: str) -> Pasted:
    """Read names and addresses as people paste them: 'Name <address>', 'Name, address', 'address', several to a line.

    A line or a semicolon ends a piece. A name stands before its address, or behind it where none stands before.
    """
    people: dict[str, Wanted] = {}
    unreadable = []
    for piece in (part.strip() for part in re.split(r"[\n;]", text)):
        found = [word for word in _WORD.finditer(piece) if "@" in word[0][1:-1]]
        end = 0
        for match in found:
            name = _name(piece[end : match.start()])
            end = match.end()
            if not name and len(found) == 1:
                name = _name(piece[end:])
            email = _usable(match[0])
            if email is None:
                unreadable.append(match[0])
            elif email not in people or (name and not people[email].name):
                people[email] = Wanted(name=name, email=email)
        if piece and not found:
            unreadable.append(piece)
    return Pasted(people=tuple(people.values()), unreadable=tuple(dict.fromkeys(unreadable)))


def _name(text: str) -> str:
    plain = " ".join(text.replace("mailto", "").split()).strip(_AROUND)
    # Of the brackets around an address one half stands here; those around a whole name go, those inside it stay.
    plain = plain.lstrip(")]").rstrip("([").strip(_AROUND)
    return (plain[1:-1] if plain.startswith("(") and plain.endswith(")") else plain)[:200].strip()


def _usable(address: str) -> str | None:
    try:
        return fold_email(address.rstrip("."))
    except AddressUnusable:
        return None
