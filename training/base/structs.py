"""The shapes everything is made of: frozen structs, cleaned input, and the viewer."""

import re
import unicodedata
from typing import Annotated, Any, Self
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import force_setattr


class Frozen(Struct, frozen=True, kw_only=True):
    """A value. Compared by content, never changed."""


class Event(Frozen, frozen=True, kw_only=True):
    """Something that happened, named in the past tense.

    It becomes a journal row and may have reactions. It must hold no secret. The first field names the subject.
    """

    @property
    def subject_id(self) -> UUID:
        """What it happened to: the value of the first field."""
        subject: UUID = getattr(self, self.__struct_fields__[0])
        return subject


Line = Annotated[str, Meta(min_length=1, max_length=200, description="One line of text.")]
ShortLine = Annotated[str, Meta(max_length=80)]
OptionalLine = Annotated[str, Meta(max_length=200)]
Paragraphs = Annotated[str, Meta(max_length=20_000, description="Text of several paragraphs.")]
EmailAddress = Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\".]+$")]
Slug = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]

# Control characters but tabs and line ends, lone surrogates, and what will never be a character: the last two code
# points of each plane and 32 more. Others that are not assigned may be letters of tomorrow's Unicode, so they stay.
_ENDS_OF_PLANES = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
_REFUSED = re.compile(f"[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufdd0-\\ufdef{_ENDS_OF_PLANES}]")
# Embeddings, overrides and isolates: left open in a name or title, they turn round whatever is written behind it.
_DIRECTIONS = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
_EMBEDDINGS, _ISOLATES = frozenset("\u202a\u202b\u202d\u202e"), frozenset("\u2066\u2067\u2068")
_CLOSERS = {"\u202c": _EMBEDDINGS, "\u2069": _ISOLATES}
# Format characters and blanks; and what Unicode counts as letters, marks or signs but nobody can see.
# An accent over nothing is no name either.
_UNSEEN_KINDS = frozenset(("Cf", "Zs", "Zl", "Zp", "Mn", "Me"))
_UNSEEN = frozenset(
    map(
        chr,
        (
            *(0x09, 0x0A, 0x0D, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0),
            *(0x180B, 0x180C, 0x180D, 0x180F, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)),
        ),
    )
)


def clean_text(text: str) -> str:
    """NFC, trimmed, line ends as LF. Raises ValueError for control characters, lone surrogates and noncharacters.

    Text in which nothing is to be seen (`seen`) is empty: it would be a name that names nobody.
    Text of one line loses its direction controls (`without_directions`); in paragraphs an author may need them, and
    they stay where they are closed on their line (`with_closed_directions`).

    NUL is refused here for both engines alike: PostgreSQL cannot store it and SQLite would.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    if refused := _REFUSED.search(text):
        raise ValueError(f"The character U+{ord(refused[0]):04X} cannot be used here")
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()
    if not seen(lines):
        return ""
    return with_closed_directions(lines).strip() if "\n" in lines else without_directions(lines).strip()


def seen(text: str) -> bool:
    """Whether anything of a text can be seen. Joiners between letters take nothing from it."""
    return any(char not in _UNSEEN and unicodedata.category(char) not in _UNSEEN_KINDS for char in text)


def without_directions(text: str) -> str:
    """The text without the characters that force a direction on what follows. Arabic or Hebrew needs none of them."""
    return text.translate(_DIRECTIONS)


def with_closed_directions(text: str) -> str:
    """The text with those direction controls alone that are closed on their line: none reaches what stands behind."""
    if text.isascii():
        return text
    return "\n".join(_closed(line) for line in text.split("\n"))


def _closed(line: str) -> str:
    opened: list[int] = []
    paired: set[int] = set()
    for index, char in enumerate(line):
        if char in _EMBEDDINGS or char in _ISOLATES:
            opened.append(index)
        elif (openers := _CLOSERS.get(char)) is not None:
            # The end of an isolate ends what was opened inside it; the end of an embedding reaches no further out.
            while openers is _ISOLATES and opened and line[opened[-1]] not in _ISOLATES:
                opened.pop()
            if opened and line[opened[-1]] in openers:
                paired |= {opened.pop(), index}
    return "".join(char for index, char in enumerate(line) if ord(char) not in _DIRECTIONS or index in paired)


class Input(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What comes from outside: unknown fields are refused, every text is cleaned (`clean_text`)."""

    def __post_init__(self) -> None:
        # Exactly str: an enum member is a str too, and has been checked already.
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if type(value) is str:
                force_setattr(self, name, clean_text(value))
            elif type(value) in (list, tuple) and any(type(item) is str for item in value):
                force_setattr(self, name, type(value)(clean_text(i) if type(i) is str else i for i in value))


class Grant(Frozen, frozen=True, kw_only=True):
    """A role somebody holds. `scope_id` is the program or partner it is limited to; None for the whole platform."""

    role: str
    scope_id: UUID | None = None


class Viewer(Frozen, frozen=True, kw_only=True):
    """Who is asking. The only identity below the composition roots (`work.actor`).

    An anonymous visitor has no `person_id`. `system` names a part of ourselves (worker, cli) that acts without
    a person and may do what staff may. A program that came with an API token has `token_id`, and `limited_to` names
    what the token is for; a partner's token stands for the partner, so there is no `person_id` then.
    `teaches` says that some meeting is or was theirs to teach: it decides which links are shown, never what may be
    done.
    """

    person_id: UUID | None = None
    name: str = ""
    email: str = ""
    zone: str = "UTC"
    sign_in_id: UUID | None = None
    grants: frozenset[Grant] = frozenset()
    system: str = ""
    token_id: UUID | None = None
    limited_to: frozenset[str] | None = None
    teaches: bool = False

    @classmethod
    def machine(cls, name: str) -> Self:
        """Ourselves, acting without a person: 'worker', 'cli', 'demo'."""
        return cls(system=name, name=name)

    @property
    def signed_in(self) -> bool:
        """Whether somebody known is behind this: a person, or a partner by its API token."""
        return self.person_id is not None or self.token_id is not None

    @property
    def staff(self) -> bool:
        """Whether all programs may be seen and changed."""
        return bool(self.system) or self.has("staff")

    def has(self, role: str, scope_id: UUID | None = None) -> bool:
        """Whether exactly this grant is held."""
        return Grant(role=role, scope_id=scope_id) in self.grants

    def scopes(self, *roles: str) -> frozenset[UUID]:
        """The programs or partners in which one of the roles is held."""
        return frozenset(g.scope_id for g in self.grants if g.role in roles and g.scope_id is not None)


ANONYMOUS = Viewer()


def as_data(value: Any) -> dict[str, Any]:
    """The fields of a struct as a plain dict, in order."""
    return {name: getattr(value, name) for name in value.__struct_fields__}
