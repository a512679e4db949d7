"""What names of files have in common: the name without its ending and its language. Pure."""

import re

from training.materials.rules.formats import ending_of

# Languages that a name may end with: "handout_es.pdf". Not every tag there is, or "part.no" would be Norwegian.
_LANGUAGES = frozenset(
    "ar bg bn ca cs cy da de el en es et eu fa fi fr ga gl he hi hr hu hy id is it ja ka ko lt lv mk ms mt nb nl nn pl "
    "pt ro ru sk sl sq sr sv sw ta th tl tr uk ur vi yi zh zu".split()
)
_SUFFIX = re.compile(r"^(?P<stem>.+?)(?:[ ._-]+\(?|\s*\[)(?P<tag>[a-z]{2}(?:[-_](?:[A-Z]{2}|[A-Z][a-z]{3}))?)[\])]?$")
_SUFFIXED = 40


def split_name(name: str) -> tuple[str, str]:
    """A name without its ending and language, and the language."""
    ending = ending_of(name)
    stem = name[: -len(ending) - 1] if ending else name
    start, end = stem[:-_SUFFIXED], stem[-_SUFFIXED:]
    found = _SUFFIX.match(end)
    if found is None or found["tag"][:2] not in _LANGUAGES:
        return stem, ""
    return start + found["stem"], found["tag"].replace("_", "-")


def folded(stem: str) -> str:
    """A stem as it is compared: without regard to case, and to what stands between its words."""
    return re.sub(r"[\s._-]+", " ", stem).strip().casefold()


def stem_of(name: str) -> str:
    """What the names of a film and of its captions have in common: "welcome" of welcome.webm and welcome.en.vtt."""
    return folded(split_name(name)[0])
