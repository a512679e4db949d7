"""Documents that are zips inside: which kind, and that nothing in them runs, or is fetched from elsewhere."""

import html
import re
import zipfile
from collections.abc import Iterator, Sequence

from training.materials.rules.contents import Content, broken, unwanted
from training.materials.rules.formats import FORMATS, MACROS, NO_MACRO, PROGRAMS, Format, ending_of
from training.materials.rules.zips import Entry, unpacked

_MOST_PART = 1_000_000
_MOST_RELATIONS = 8_000_000
ELSEWHERE = (
    "This document loads a part of itself from elsewhere, which can be changed later without being seen ({what})."
    " Put the contents into the document itself, save it, and upload that."
)
EMBEDDED = "This document holds a program or another file inside ({name}). Take it out, save it, and upload that."
LOCKED = "This document is locked with a password, so nobody can look into it here. Save it without one."
_MAIN = {
    "wordprocessingml.document.main+xml": "docx",
    "spreadsheetml.sheet.main+xml": "xlsx",
    "presentationml.presentation.main+xml": "pptx",
}
_OPEN = {FORMATS[ending].media_type.encode(): ending for ending in ("odt", "ods", "odp", "epub")}
_BEGINS = re.compile(r"<(?:[^\s<>/:\"'=]{1,80}:)?Relationship\b", re.IGNORECASE)
# What is quoted may hold a >, but no <.
_RELATION = re.compile(_BEGINS.pattern + r"""((?:[^<>"']|"[^"<]*"|'[^'<]*')*)>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w:]{1,40})\s{0,9}=\s{0,9}(?:"([^"]*)"|'([^']*)')""")
_FETCHED = frozenset(
    "attachedtemplate oleobject frame subdocument afchunk package control vbaproject externallink".split()
)
# How a program is wrapped that stands in a document to be started by a click.
_WRAPPED = (
    "\x01Ole10Native".encode("utf-16-le"),
    b"\x01Ole10Native",
    b"This program cannot be run in DOS mode",
    b"MZ\x90\x00\x03",
)
_DOCUMENTS = frozenset("docx xlsx pptx png jpg jpeg gif emf wmf bin".split())
_ODF_SCRIPTS = re.compile(r"(?:basic|scripts)/", re.IGNORECASE)


def document_format(content: Content, entries: Sequence[Entry]) -> Format | None:
    """Which document a zip is, None for an ordinary archive. Raises NotAccepted for one that could harm."""
    paths = {entry.path: entry for entry in entries}
    with zipfile.ZipFile(content.file) as opened:
        if "[Content_Types].xml" in paths:
            return _check_office(opened, entries, paths)
        if "mimetype" in paths:
            return _check_open(opened, entries, paths)
    return None


def _check_office(opened: zipfile.ZipFile, entries: Sequence[Entry], paths: dict[str, Entry]) -> Format:
    types = _xml(opened, paths["[Content_Types].xml"])
    if re.search(r"macroenabled|vbaproject|template\.main\+xml|slideshow\.main\+xml|addin\.", types, re.IGNORECASE):
        raise unwanted(NO_MACRO)
    found = next((ending for kind, ending in _MAIN.items() if kind in types), "")
    if not found:
        raise broken()
    if sum(entry.size for entry in entries if entry.path.lower().endswith(".rels")) > _MOST_RELATIONS:
        raise broken()
    for entry in entries:
        lower = entry.path.lower()
        if "vbaproject" in lower or "vbadata" in lower:
            raise unwanted(NO_MACRO)
        if lower.endswith(".rels"):
            _check_relations(_xml(opened, entry))
        _check_embedded(opened, entry)
    return FORMATS[found]


def _check_relations(text: str) -> None:
    relations = _RELATION.findall(text)
    if len(relations) != len(_BEGINS.findall(text)):
        raise broken()
    for relation in relations:
        told = {name.lower(): html.unescape(a or b) for name, a, b in _ATTRIBUTE.findall(relation)}
        kind = told.get("type", "").rstrip("/").rsplit("/", 1)[-1].lower()
        outside = told.get("targetmode", "").lower() == "external"
        if kind == "vbaproject":
            raise unwanted(NO_MACRO)
        target = told.get("target", "").strip().lower()
        if outside and (kind in _FETCHED or target.startswith(("javascript:", "vbscript:", "mhtml:", "ms-msdt:"))):
            raise unwanted(ELSEWHERE.format(what=re.sub(r"\W", "", kind)[:40] or "a link"))


def _check_embedded(opened: zipfile.ZipFile, entry: Entry) -> None:
    ending = ending_of(entry.path)
    name = "".join(char for char in entry.path if char.isprintable())[-80:]
    if ending in PROGRAMS - {"bin"} or ending in MACROS:
        raise unwanted(EMBEDDED.format(name=name))
    if "embeddings/" not in entry.path.lower() and ending != "bin":
        return
    if ending not in _DOCUMENTS:
        raise unwanted(EMBEDDED.format(name=name))
    before, first = b"", True
    for piece in unpacked(opened, entry):
        if any(mark in before + piece for mark in _WRAPPED) or (first and piece.startswith((b"MZ", b"\x7fELF"))):
            raise unwanted(EMBEDDED.format(name=name))
        before, first = piece[-64:], False


def _check_open(opened: zipfile.ZipFile, entries: Sequence[Entry], paths: dict[str, Entry]) -> Format | None:
    said = b"".join(_part(opened, paths["mimetype"])).strip()
    ending = _OPEN.get(said)
    if ending is None:
        if said.startswith(b"application/vnd.oasis.opendocument"):
            raise unwanted(NO_MACRO)
        return None
    needed = "META-INF/container.xml" if ending == "epub" else "content.xml"
    if needed not in paths:
        raise broken()
    if "META-INF/manifest.xml" in paths and "encryption-data" in _xml(opened, paths["META-INF/manifest.xml"]):
        raise unwanted(LOCKED)
    for entry in entries:
        if _ODF_SCRIPTS.match(entry.path) and ending != "epub":
            raise unwanted(NO_MACRO)
        # What an e-book's own pages may do is decided by the program that reads it; none runs them outside.
        if ending_of(entry.path) in PROGRAMS - ({"js"} if ending == "epub" else set()):
            raise unwanted(EMBEDDED.format(name="".join(char for char in entry.path if char.isprintable())[-80:]))
    return FORMATS[ending]


def _part(opened: zipfile.ZipFile, entry: Entry) -> Iterator[bytes]:
    if entry.size > _MOST_PART:
        raise broken()
    yield from unpacked(opened, entry)


def _xml(opened: zipfile.ZipFile, entry: Entry) -> str:
    """A part as text. Other encodings than UTF-8, and declarations of its own words, could hide what it says."""
    try:
        text = b"".join(_part(opened, entry)).decode("utf-8")
    except UnicodeDecodeError as error:
        raise broken() from error
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise broken()
    return text
