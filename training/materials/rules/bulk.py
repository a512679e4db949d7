"""Many files at once: which become one material together, and what each is in it. Pure."""

import re
from collections.abc import Sequence

from training.base.structs import Frozen
from training.materials.rules.formats import FileKind, ending_of
from training.materials.rules.materials import LONGEST_TITLE
from training.materials.rules.variants import Form

MOST_BROUGHT = 200
# Languages that a name may end with: "handout_es.pdf". Not every tag there is, or "part.no" would be Norwegian.
_LANGUAGES = frozenset(
    "ar bg bn ca cs cy da de el en es et eu fa fi fr ga gl he hi hr hu hy id is it ja ka ko lt lv mk ms mt nb nl nn pl "
    "pt ro ru sk sl sq sr sv sw ta th tl tr uk ur vi yi zh zu".split()
)
_SUFFIX = re.compile(r"^(?P<stem>.+?)(?:[ ._-]+\(?|\s*\[)(?P<tag>[a-z]{2}(?:[-_](?:[A-Z]{2}|[A-Z][a-z]{3}))?)[\])]?$")
_SUFFIXED = 40
_JUNK = re.compile(r"(?:^|/)(?:__MACOSX/|\.[^/]*|thumbs\.db$|desktop\.ini$|~\$[^/]*$)", re.IGNORECASE)
_WORDS = {
    Form.TRANSCRIPT: re.compile(r"transcript", re.IGNORECASE),
    Form.HANDOUT: re.compile(r"hand-?out|worksheet", re.IGNORECASE),
    Form.SLIDES: re.compile(r"\b(?:slides?|deck|presentation)\b", re.IGNORECASE),
    Form.RECORDING: re.compile(r"recording", re.IGNORECASE),
}
_OF_KIND = {
    FileKind.SLIDES: Form.SLIDES,
    FileKind.CAPTIONS: Form.CAPTIONS,
    FileKind.AUDIO: Form.AUDIO,
    FileKind.VIDEO: Form.VIDEO,
    FileKind.IMAGE: Form.OTHER,
    FileKind.ARCHIVE: Form.OTHER,
}
_WRITTEN = frozenset({FileKind.DOCUMENT, FileKind.TEXT})


class Brought(Frozen, frozen=True, kw_only=True):
    """A file that came: where it lay (with slashes) and its kind, judged by its content."""

    path: str
    kind: FileKind


class Shape(Frozen, frozen=True, kw_only=True):
    """What one of the files is in its material; `index` is its place among those that came."""

    index: int
    form: Form
    language: str


class Planned(Frozen, frozen=True, kw_only=True):
    """A material to be made, and its shapes."""

    title: str
    shapes: tuple[Shape, ...]


def is_junk(path: str) -> bool:
    """Whether a file is of the kind that computers put into folders by themselves."""
    return _JUNK.search(path) is not None


def plan(brought: Sequence[Brought]) -> tuple[Planned, ...]:
    """One material for each name, in the order in which they came: files of one folder whose names differ only in the
    language and the ending belong together, so captions come to their video.
    """
    groups: dict[tuple[str, str], list[tuple[int, str, str]]] = {}
    for index, one in enumerate(brought):
        folder, _, name = one.path.rpartition("/")
        stem, language = _split(name)
        groups.setdefault((folder.casefold(), _folded(stem)), []).append((index, stem, language))
    return tuple(_planned(brought, group) for group in groups.values())


def _planned(brought: Sequence[Brought], group: Sequence[tuple[int, str, str]]) -> Planned:
    shapes = [
        Shape(index=index, form=_form(stem, brought[index].kind), language=language) for index, stem, language in group
    ]
    # Captions belong to something that is heard; what is seen first stands first.
    shapes.sort(key=lambda shape: (shape.form in (Form.CAPTIONS, Form.TRANSCRIPT), shape.index))
    return Planned(title=_title(group[0][1]), shapes=tuple(shapes))


def _split(name: str) -> tuple[str, str]:
    """A name without its ending and language, and the language."""
    ending = ending_of(name)
    stem = name[: -len(ending) - 1] if ending else name
    start, end = stem[:-_SUFFIXED], stem[-_SUFFIXED:]
    found = _SUFFIX.match(end)
    if found is None or found["tag"][:2] not in _LANGUAGES:
        return stem, ""
    return start + found["stem"], found["tag"].replace("_", "-")


def _folded(stem: str) -> str:
    return re.sub(r"[\s._-]+", " ", stem).strip().casefold()


def _title(stem: str) -> str:
    words = " ".join(re.sub(r"[_]+", " ", stem).split()) or stem
    return (words[:1].upper() + words[1:])[:LONGEST_TITLE]


def _form(stem: str, kind: FileKind) -> Form:
    found = next((form for form, words in _WORDS.items() if words.search(stem)), None)
    if kind in _WRITTEN:
        return found if found not in (None, Form.RECORDING) else Form.DOCUMENT
    if kind in (FileKind.AUDIO, FileKind.VIDEO) and found is Form.RECORDING:
        return Form.RECORDING
    return _OF_KIND[kind]
