"""The shapes in which a version of a material comes, and what a version needs before it can be published. Pure."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from training.base.errors import Conflict, Invalid, NotFound
from training.base.structs import Frozen
from training.materials.rules.formats import known_format
from training.materials.rules.languages import tag_of
from training.materials.rules.notes import MOST_IN_A_NOTE, as_written, note_trouble
from training.materials.rules.stems import stem_of

MOST_VARIANTS = 60
# A text in a dozen languages, or a whole chapter of fifty pages; what is longer is a file.
MOST_NOTES = 20
MOST_IN_NOTES = 250_000
LONGEST_LINK = 1000
LONGEST_NAME = 255


class Kind(StrEnum):
    """What holds a variant: a stored file, an address elsewhere, or Markdown written here."""

    FILE = "file"
    LINK = "link"
    NOTE = "note"


class Form(StrEnum):
    """What a variant is to whoever learns with it."""

    SLIDES = "slides"
    HANDOUT = "handout"
    DOCUMENT = "document"
    VIDEO = "video"
    AUDIO = "audio"
    RECORDING = "recording"
    CAPTIONS = "captions"
    TRANSCRIPT = "transcript"
    OTHER = "other"


class FileState(StrEnum):
    """Whether a stored file can be opened: not before the scanner saw it, and never when it found something."""

    WAITING = "waiting"
    READY = "ready"
    REFUSED = "refused"


CAPTION_TYPES = frozenset({"text/vtt", "application/x-subrip"})
HEARD = frozenset({Form.VIDEO, Form.AUDIO, Form.RECORDING})
_TEXTS = (Form.CAPTIONS, Form.TRANSCRIPT)


class VariantsLimit(Conflict):
    """A version holds at most 60 files, links and notes together. Put the others into another material."""

    code = "too-many-variants"


class NotesLimit(Conflict):
    """A version holds at most 20 notes, with 250,000 characters together. Put longer texts in as a file."""

    code = "too-many-notes"


class NothingToPublish(Conflict):
    """There is nothing in this version yet. Add a file, a link or a note first."""

    code = "nothing-to-publish"


class VersionPublished(Conflict):
    """This version is published, and what was published stays as it was. Begin a new version."""

    code = "version-published"


class VersionDiscarded(NotFound):
    """This version is not there, or was thrown away meanwhile, so nothing goes into it."""

    code = "version-discarded"


class VariantRemoved(NotFound):
    """This is not in the version any more: somebody took it out meanwhile."""

    code = "variant-removed"


class FilesWait(Conflict):
    """A file of this version is still being looked at by the scanner. Publish it when that is done."""

    code = "files-wait"


class FilesRefused(Conflict):
    """The scanner found something in a file of this version. Take it out first."""

    code = "files-refused"


class CaptionsMissing(Conflict):
    """Somebody who cannot hear gets nothing from this: add captions, or say why it has to do without."""

    code = "captions-missing"


class NoteMissing(Invalid):
    """Say in a sentence what is different from the version before."""

    code = "note-missing"


class VariantDetails(Frozen, frozen=True, kw_only=True):
    """What people say about a variant. `name` is what a file is called when it is saved, or what a link or note is
    called on the page; `language` is a tag, empty where it has none."""

    kind: Kind = Kind.FILE
    form: Form = Form.DOCUMENT
    language: str = ""
    name: str = ""
    file_id: UUID | None = None
    link: str = ""
    body: str = ""


class FileType(Frozen, frozen=True, kw_only=True):
    """What a file counts as; both are empty where there is no file.

    The same bytes may have come as text and as captions, because a name decides between kinds of text. So this belongs
    to each upload and each variant, and not to the bytes.
    """

    media_type: str = ""
    file_kind: str = ""


class VariantView(Frozen, frozen=True, kw_only=True):
    """A variant with what is known of its file. `size` is in bytes; `state` is empty where there is no file.

    `body` and `html` are the text of a note and what was made of it when it was saved; both are empty in lists."""

    id: UUID
    version_id: UUID
    kind: Kind
    form: Form
    language: str
    name: str
    link: str
    body: str
    html: str = ""
    position: int
    file_id: UUID | None = None
    sha256: str = ""
    size: int = 0
    media_type: str = ""
    file_kind: str = ""
    state: str = ""
    verdict: str = ""

    @property
    def shown_html(self) -> str:
        """A note as clean HTML, or as it was written where none is kept; empty for everything else."""
        return self.html or as_written(self.body) if self.kind is Kind.NOTE else ""

    @property
    def ready(self) -> bool:
        """Whether it can be opened."""
        return self.kind is not Kind.FILE or self.state == FileState.READY

    def tracks(self, variants: "Sequence[VariantView]") -> "tuple[VariantView, ...]":
        """Of the variants of its version the captions that its player shows: those that belong to it."""
        own = texts_of(self, variants)
        return tuple(v for v in own if v.form is Form.CAPTIONS and v.kind is Kind.FILE and v.state == FileState.READY)


class VersionView(Frozen, frozen=True, kw_only=True):
    """A version with its variants in order. `published_at` (UTC) is None for the one that is being worked on."""

    id: UUID
    material_id: UUID
    number: int
    note: str
    waived: str = ""
    created_at: datetime
    created_by: UUID | None = None
    published_at: datetime | None = None
    published_by: UUID | None = None
    published_by_name: str = ""
    variants: tuple[VariantView, ...] = ()
    version: int = 1


def checked_variant(details: VariantDetails) -> VariantDetails:
    """The same with nothing that does not belong to its kind. Raises Invalid with a sentence per field."""
    wrong: dict[str, str] = {}
    language = details.language
    if language:
        try:
            language = tag_of(language)
        except ValueError as error:
            wrong["language"] = f"{error}."
    name = " ".join(details.name.split())
    if details.kind is Kind.FILE and details.file_id is None:
        wrong["file_id"] = "Choose a file."
    if details.kind is not Kind.FILE and not name:
        wrong["name"] = "Say what it is called."
    if len(name) > LONGEST_NAME or any(char in "/\\" or not _printable(char) for char in name):
        wrong["name"] = "A name has at most 255 characters and no slashes."
    if details.kind is Kind.LINK and not is_link(details.link):
        wrong["link"] = "Paste a whole address that begins with https:// or http://."
    if details.kind is Kind.NOTE and not 0 < len(details.body) <= MOST_IN_A_NOTE:
        wrong["body"] = f"Write the note, at most {MOST_IN_A_NOTE:,} characters."
    elif details.kind is Kind.NOTE and (trouble := note_trouble(details.body)):
        wrong["body"] = trouble
    if details.form is Form.CAPTIONS and details.kind is not Kind.FILE:
        wrong["form"] = "Captions are a file, with the ending .vtt or .srt."
    if wrong:
        raise Invalid(fields=wrong)
    return VariantDetails(
        kind=details.kind,
        form=details.form,
        language=language,
        name=name,
        file_id=details.file_id if details.kind is Kind.FILE else None,
        link=details.link.strip() if details.kind is Kind.LINK else "",
        body=details.body if details.kind is Kind.NOTE else "",
    )


def check_notes(details: VariantDetails, others: Iterable[VariantView]) -> None:
    """Raise NotesLimit when this note is one too many, or too long, beside the others of its version."""
    if details.kind is not Kind.NOTE:
        return
    lengths = [len(details.body), *(len(one.body) for one in others if one.kind is Kind.NOTE)]
    if len(lengths) > MOST_NOTES or sum(lengths) > MOST_IN_NOTES:
        raise NotesLimit


def chosen_type(name: str, form: Form, types: Sequence[FileType], current: FileType | None = None) -> FileType:
    """What a file counts as in a variant of this name and form: one of `types`, what it came as, the latest first.

    One that can be what `form` says comes first, then one that the ending of the name promises, then `current` (what it
    counted as so far), then the latest. Nothing known is an empty one.
    """
    promised = known_format(name)
    ending = promised.media_type if promised else ""
    ranked = sorted(types, key=lambda one: (not _fits(form, one.media_type), one.media_type != ending, one != current))
    return ranked[0] if ranked else FileType()


def check_fits(form: Form, media_type: str) -> None:
    """Raise Invalid when a file of this type cannot be what `form` says: captions that a player cannot read, a video
    that is none."""
    if not _fits(form, media_type):
        raise Invalid(fields={"form": f"This file is no {form.value}: by its content it is {media_type}."})


def _fits(form: Form, media_type: str) -> bool:
    family = media_type.partition("/")[0]
    fits = {
        Form.CAPTIONS: _essence(media_type) in CAPTION_TYPES,
        Form.VIDEO: family == "video",
        Form.AUDIO: family == "audio",
        Form.RECORDING: family in ("video", "audio"),
    }
    return fits.get(form, True)


def _essence(media_type: str) -> str:
    """The type without what is said about it, as a charset."""
    return media_type.partition(";")[0]


def likely_form(media_type: str) -> Form:
    """What a file of this type most likely is: what a form proposes."""
    family = media_type.partition("/")[0]
    if _essence(media_type) in CAPTION_TYPES:
        return Form.CAPTIONS
    if "presentation" in media_type:
        return Form.SLIDES
    return {"video": Form.VIDEO, "audio": Form.AUDIO}.get(family, Form.DOCUMENT)


def texts_of(film: VariantView, variants: Sequence[VariantView]) -> tuple[VariantView, ...]:
    """The captions and transcripts that belong to this video or audio file, in any language, in their order.

    Where it is alone in its version, all of them. Where there are several, those whose name begins as its own does:
    welcome.en.vtt belongs to welcome.webm. What is called like none of them belongs to the only one in its language.
    """
    films = [film, *(v for v in variants if v.id != film.id and v.kind is Kind.FILE and v.form in HEARD)]
    texts = tuple(v for v in variants if v.form in _TEXTS)
    named = {stem_of(v.name) for v in films}
    if len(named) <= 1:
        return texts
    alone = film.language and all(_language(v) != _language(film) for v in films[1:])
    return tuple(
        v
        for v in texts
        if stem_of(v.name) == stem_of(film.name)
        or (alone and stem_of(v.name) not in named and _language(v) == _language(film))
    )


def missing_captions(variants: Sequence[VariantView]) -> tuple[VariantView, ...]:
    """The stored videos, audio files and recordings that nothing in the same version makes readable.

    Captions or a transcript of their own (`texts_of`) in their language do, or ones that say no language; a video
    without a language takes any. What is elsewhere has its captions there, which nobody here can see.
    """
    films = [v for v in variants if v.kind is Kind.FILE and v.form in HEARD]
    return tuple(film for film in films if not _is_read(film, variants))


def _is_read(film: VariantView, variants: Sequence[VariantView]) -> bool:
    languages = {_language(v) for v in texts_of(film, variants)}
    return bool(languages) and (not film.language or bool({_language(film), ""} & languages))


def check_publishable(variants: Sequence[VariantView], waived: str) -> None:
    """Raise what stands against publishing a version: nothing in it, files that wait or were refused, captions."""
    if not variants:
        raise NothingToPublish
    if names := [v.name for v in variants if v.state == FileState.REFUSED]:
        raise FilesRefused(names=names)
    if names := [v.name for v in variants if v.state == FileState.WAITING]:
        raise FilesWait(names=names)
    if (silent := missing_captions(variants)) and not waived.strip():
        raise CaptionsMissing(names=[v.name for v in silent])


def said_of(variant: VariantView) -> tuple[Any, ...]:
    """What people say about a variant, and which file it is: what the next version takes over of it says the same."""
    return tuple(getattr(variant, name) for name in VariantDetails.__struct_fields__)


def holds_the_same(version: VersionView, other: VersionView | None) -> bool:
    """Whether two versions hold the same, in whatever order."""
    return other is not None and Counter(map(said_of, version.variants)) == Counter(map(said_of, other.variants))


def is_link(text: str) -> bool:
    """Whether a text is a whole address of the web, without a password in it."""
    if len(text) > LONGEST_LINK or any(not _printable(char) or char.isspace() for char in text.strip()):
        return False
    try:
        parts = urlsplit(text.strip())
        return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def in_order(variants: Iterable[VariantView]) -> tuple[VariantView, ...]:
    """By position; captions and transcripts stand behind what they belong to."""
    return tuple(sorted(variants, key=lambda v: (v.form in _TEXTS, v.position, v.id)))


def _language(variant: VariantView) -> str:
    return variant.language.partition("-")[0]


def _printable(char: str) -> bool:
    # Joiners are letters' business in many scripts; what turns directions round was taken out when it came in.
    return unicodedata.category(char) not in ("Cc", "Cs", "Co", "Zl", "Zp")
