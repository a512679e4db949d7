"""PDF from Typst templates: attendance sheets, certificates. The only importer of typst (docs/decisions/0018).

A template is named after its room as a page is: `attendance/sheet.typ` lies in
`training/attendance/templates/attendance/sheet.typ`. `web/paper.typ` stands before each of them and gives it `data`.
What people typed reaches a template as JSON and never as markup; a template reads no file outside its own folder.
"""

import asyncio
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
import typst

from training.web.fonts import OURS, known_characters, our_folders

_ROOMS = Path(__file__).resolve().parent.parent
_NAME = re.compile(r"([a-z]+)/[a-z0-9_]+\.typ")
# Setting a page lets go of the interpreter, so two of them really use two cores; more would only wait.
_THREADS = ThreadPoolExecutor(2, thread_name_prefix="paper")
# What is set for anybody who has its address stands in a queue of its own, so that no trainer waits behind it.
_FOR_ANYBODY = ThreadPoolExecutor(1, thread_name_prefix="paper-for-anybody")
_MOST_KEPT = 100
# For machines that read to people: tagged, titled, with a language. Refused by typst where a letter has no font.
_ACCESSIBLE = ["ua-1"]
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


async def make_pdf(template: str, data: Mapping[str, Any], *, fonts: str = "") -> bytes:
    """The document as PDF/UA-1, set outside the loop. The same `data` always give the same bytes.

    `data` must have `title`, `author` and `language` (such as "en" or "pt-BR"), which also describe the file, and
    whatever else the template writes. `fonts` is a folder with more fonts (Site.fonts_dir), or "". A letter that no
    font has is shown as U+FFFD. Raises KeyError for what is missing in `data` of the three, LookupError for a template
    that is not there.
    """
    return await asyncio.get_running_loop().run_in_executor(_THREADS, pdf_bytes, template, data, fonts)


async def make_pdf_for_anybody(template: str, data: Mapping[str, Any], *, fonts: str = "") -> bytes:
    """`make_pdf` for whoever has an address, without a sign-in: one after the other, apart from all other paper.

    The last ones are kept in memory, so that asking again and again for the same costs next to nothing.
    """
    text = msgspec.json.encode(data)
    return await asyncio.get_running_loop().run_in_executor(_FOR_ANYBODY, _kept_pdf, template, text, fonts)


@lru_cache(maxsize=_MOST_KEPT)
def _kept_pdf(template: str, data: bytes, fonts: str) -> bytes:
    return pdf_bytes(template, msgspec.json.decode(data), fonts)


async def make_png(template: str, data: Mapping[str, Any], *, fonts: str = "", ppi: int = 110) -> tuple[bytes, ...]:
    """A picture of each page, for looking at it; otherwise as `make_pdf`. `ppi`: dots per inch."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, png_pages, template, data, fonts, ppi)


def pdf_bytes(template: str, data: Mapping[str, Any], fonts: str = "") -> bytes:
    """`make_pdf` where there is no loop: it blocks for some milliseconds per page."""
    source = _source(template)
    try:
        return _pdf(source, data, fonts, _ACCESSIBLE)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
    shown = _with_known_letters(data, known_characters(fonts))
    try:
        return _pdf(source, shown, fonts, _ACCESSIBLE)
    except typst.TypstError:
        # Letters that exist, but not joined like this, in one font. Paper with a box on it is better than none.
        return _pdf(source, data, fonts, [])


def png_pages(template: str, data: Mapping[str, Any], fonts: str = "", ppi: int = 110) -> tuple[bytes, ...]:
    """`make_png` where there is no loop."""
    compiler, inputs = _prepared(_source(template), data, fonts)
    made = compiler.compile(format="png", sys_inputs=inputs, ppi=ppi)
    return tuple(made) if isinstance(made, list) else (made or b"",)


def _pdf(source: tuple[bytes, Path], data: Mapping[str, Any], fonts: str, standards: list[Any]) -> bytes:
    compiler, inputs = _prepared(source, data, fonts)
    # The instant would be the only thing that differs between two files of the same data.
    made = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=standards, timestamp=0)
    assert isinstance(made, bytes)  # noqa: S101 - a PDF is one file, whatever its pages
    return made


def _prepared(source: tuple[bytes, Path], data: Mapping[str, Any], fonts: str) -> tuple[typst.Compiler, dict[str, str]]:
    """A compiler of its own for one document: making it costs a tenth of a millisecond, the fonts are shared."""
    text, root = source
    found, families = _fonts(fonts)
    whole = {**data, "title": data["title"], "author": data["author"], "language": data["language"] or "en"}
    inputs = {"data": msgspec.json.encode(whole).decode(), "families": msgspec.json.encode(families).decode()}
    # Packages are looked for in the template's own folder, where none are, instead of on this machine.
    where = {"root": str(root), "package_path": str(root), "package_cache_path": str(root)}
    return typst.Compiler(text, font_paths=found, ignore_system_fonts=True, sys_inputs=inputs, **where), inputs


@lru_cache(maxsize=32)
def _source(template: str) -> tuple[bytes, Path]:
    """The text of a template behind what stands before all of them, and the only folder that it may read."""
    found = _NAME.fullmatch(template)
    path = _ROOMS / found[1] / "templates" / template if found else _ROOMS / "none"
    if not path.is_file():
        raise LookupError(f"There is no template {template}")
    before = (_ROOMS / "web/templates/web/paper.typ").read_bytes()
    return before + b"\n" + path.read_bytes(), path.parent


@lru_cache(maxsize=4)
def _fonts(more: str) -> tuple[typst.Fonts, tuple[str, ...]]:
    """Our fonts and those of the operator's folder, and their families in the order in which they are tried."""
    folders = [str(folder) for folder in our_folders(more)]
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    known = found.families()
    return found, (*(name for name in OURS if name in known), *(name for name in known if name not in OURS))


def _with_known_letters(value: Any, known: frozenset[int]) -> Any:
    if isinstance(value, str):
        return "".join(char if ord(char) in known or char.isspace() else _REPLACEMENT for char in value)
    if isinstance(value, Mapping):
        return {key: _with_known_letters(inner, known) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_with_known_letters(inner, known) for inner in value]
    return value
