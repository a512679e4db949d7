"""A certificate in words, and what its template is given."""

import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from training.base.site import Site
from training.base.structs import Input
from training.base.texts import zone_name
from training.completion.rules.certificates import (
    CERTIFICATES_PATH,
    Certificate,
    date_words,
    hours_words,
    path_of,
    span_words,
)
from training.web.codes import make_svg

TEMPLATE = "completion/certificate.typ"
# On paper. Of the trainers those who led more of it come first; the holder's name and the title are never cut.
_MOST_TRAINERS = 6
_LONGEST_TRAINER, _LONGEST_ISSUER, _LONGEST_PROGRAM = 60, 100, 120
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


class Size(StrEnum):
    """The paper: both lie on their long side."""

    A4 = "a4"
    LETTER = "letter"


class PaperChoices(Input, frozen=True, kw_only=True):
    """How a certificate should be printed."""

    size: Size = Size.A4


def list_words(names: Sequence[str]) -> str:
    """'Ada, Ben and Cora'."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def when_words(certificate: Certificate) -> str:
    """'18 to 19 May 2026, Dublin time'; empty where the session had no date."""
    said = certificate.said
    if said.starts_at is None or said.ends_at is None:
        return ""
    return f"{span_words(said.starts_at, said.ends_at, said.zone)}, {zone_name(said.zone)}"


def runs_left(text: str) -> bool:
    """Whether a text is read from right to left, by its first letter that has a direction."""
    found = next((kind for char in text if (kind := unicodedata.bidirectional(char)) in ("L", "R", "AL")), "L")
    return found in _RIGHT_TO_LEFT


def paper_data(certificates: Sequence[Certificate], site: Site, size: Size) -> dict[str, Any]:
    """What the template is given: one page for each certificate."""
    first = certificates[0]
    whose = f": {first.holder}" if len(certificates) == 1 else ""
    return {
        "title": f"Certificate: {first.said.title}{whose}",
        "author": first.said.issuer,
        "language": "en",
        "size": size.value,
        "address": site.url(CERTIFICATES_PATH).partition("://")[2],
        "certificates": [_page_of(one, site) for one in certificates],
    }


def _page_of(certificate: Certificate, site: Site) -> dict[str, Any]:
    said = certificate.said
    facts = (when_words(certificate), hours_words(said.minutes))
    valid_until = certificate.valid_until
    return {
        "holder": certificate.holder,
        "holder_runs_left": runs_left(certificate.holder),
        "title": said.title,
        "title_runs_left": runs_left(said.title),
        "title_language": said.language.partition("-")[0].lower(),
        "program": _short(said.program, _LONGEST_PROGRAM),
        "issuer": _short(said.issuer, _LONGEST_ISSUER),
        "facts": [fact for fact in facts if fact],
        "trainers": list_words(_some(said.trainers)),
        "issued": date_words(certificate.issued_at, said.zone),
        "valid_until": f"{date_words(valid_until, said.zone)}, {zone_name(said.zone)}" if valid_until else "",
        "edition": certificate.edition,
        "code": certificate.code,
        # A drawing like any other: what comes in is text, and only ever an image.
        "picture": str(make_svg(site.url(path_of(certificate.code)))).replace(
            "<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1
        ),
    }


def _some(names: Sequence[str]) -> tuple[str, ...]:
    more = len(names) - _MOST_TRAINERS
    some = tuple(_short(name, _LONGEST_TRAINER) for name in names[:_MOST_TRAINERS])
    return (*some, f"{more} more") if more > 0 else some


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
