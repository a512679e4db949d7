"""Languages by the names that people call them, as the pages do. Pure."""

import re
from collections.abc import Iterable
from functools import cache

from babel import Locale

from training.catalogue.rules import SIGN_LANGUAGES, language_tag

UNKNOWN = "Write a language by its English name, or as a code such as en, es-MX, zh-Hant or bfi"
_NAMED = re.compile(r"^(?P<name>[^()]+?)\s*(?:\((?P<more>[^()]+)\))?$")


def tag_of(text: str) -> str:
    """The tag of a language that is written as a code or by its English name: 'Spanish (Mexico)' -> 'es-MX'.

    Raises ValueError, with the sentence for whoever wrote it, for what is neither.
    """
    # Codes first: "ga" is Irish, although there is a language called Ga.
    try:
        return language_tag(text)
    except ValueError:
        found = _NAMED.match(text.strip())
        code = _languages().get(found["name"].casefold()) if found else None
    more = [part.strip().casefold() for part in (found["more"] or "").split(",")] if found else []
    try:
        return language_tag("-".join([code or "", *(_inside(part) for part in more if part)]))
    except ValueError as error:
        raise ValueError(UNKNOWN) from error


def _inside(part: str) -> str:
    """The code of a script or a territory; what is neither stays, and is refused as it stands."""
    return _scripts().get(part) or _territories().get(part) or part


def _by_name(known: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.casefold(): code for code, name in known}


@cache
def _languages() -> dict[str, str]:
    return _by_name(SIGN_LANGUAGES.items()) | _by_name(Locale.parse("en").languages.items())


@cache
def _scripts() -> dict[str, str]:
    return _by_name(Locale.parse("en").scripts.items())


@cache
def _territories() -> dict[str, str]:
    return _by_name(Locale.parse("en").territories.items())
