"""Many files at once: which become one material together, and what each is in it. Pure."""

import re
from collections.abc import Sequence

from training.base.structs import Frozen
from training.materials.rules.formats import FileKind
from training.materials.rules.materials import LONGEST_TITLE
from training.materials.rules.stems import folded, split_name
from training.materials.rules.variants import Form

MOST_BROUGHT = 200
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
        stem, language = split_name(name)
        groups.setdefault((folder.casefold(), folded(stem)), []).append((index, stem, language))
    return tuple(_planned(brought, group) for group in groups.values())


def _planned(brought: Sequence[Brought], group: Sequence[tuple[int, str, str]]) -> Planned:
    shapes = [
        Shape(index=index, form=_form(stem, brought[index].kind), language=language) for index, stem, language in group
    ]
    # Captions belong to something that is heard; what is seen first stands first.
    shapes.sort(key=lambda shape: (shape.form in (Form.CAPTIONS, Form.TRANSCRIPT), shape.index))
    return Planned(title=_title(group[0][1]), shapes=tuple(shapes))


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
