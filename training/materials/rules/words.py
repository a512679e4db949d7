"""Whether text is text: UTF-8, without anything that is not written, and not a page or a program under another name."""

import codecs
import re

from training.materials.rules.contents import BROKEN, Content, unwanted
from training.materials.rules.formats import (
    FORMATS,
    NO_OLD_OFFICE,
    NO_PAGE,
    NO_PROGRAM,
    UNKNOWN,
    Format,
    known_format,
)

NOT_UTF8 = (
    "The letters of this text are not stored as UTF-8. Open it in a text editor or spreadsheet, save it as UTF-8, and"
    " upload that."
)
NO_VTT = "Captions in a .vtt file begin with the line WEBVTT and hold times such as 00:01.000 --> 00:04.000."
NO_SRT = "Captions in a .srt file hold times such as 00:00:01,000 --> 00:00:04,000."
NO_ORDERS = "This table holds formulas that start programs. Take them out, and upload it again."
TOO_LONG = "Texts and captions may have at most 5 MB."
_STEP = 1 << 20
_MOST = 5_000_000
# What may stand before a page so that it is one: more than that, and no browser takes it for one.
_BEFORE = 10_000
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# What is written in no text: controls but line ends, tabs and form feeds.
_UNWRITTEN = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_LEAD = re.compile(r"^(?:\s|\ufeff|<!--.*?-->)*", re.DOTALL)
_PAGE = re.compile(r"<(?:!doctype\s+(?:html|svg)|html|head|body|script|svg|iframe|\?xml|xml|math)\b", re.IGNORECASE)
_PROGRAM = re.compile(r"#!|<\?(?:php|=)|<%|@echo\s+off|\{\\rtf|MZ|%!PS", re.IGNORECASE)
_VTT = re.compile(r"\ufeff?WEBVTT(?:[ \t][^\n]*)?(?:\r?\n|\r|$)")
_VTT_TIME = re.compile(r"^(?:\d{2,}:)?\d{2}:\d{2}\.\d{3}[ \t]+-->[ \t]+(?:\d{2,}:)?\d{2}:\d{2}\.\d{3}", re.MULTILINE)
_SRT_TIME = re.compile(r"^\d{1,3}:\d{2}:\d{2}[,.]\d{1,3}[ \t]*-->[ \t]*\d{1,3}:\d{2}:\d{2}[,.]\d{1,3}", re.MULTILINE)
# A cell that asks a spreadsheet to start a program: =cmd|'/c calc'!A0
_ORDER = re.compile(r"(?:^|[,;\t\"']) {0,9}[=+@-][^\n,;|]{0,40}\|[^\n!]{0,200}!", re.MULTILINE)


def check_words(content: Content, name: str) -> Format:
    """Which kind of text it is. Raises NotAccepted for everything else: this is what is asked last."""
    if content.size > _MOST:
        raise unwanted(TOO_LONG if known_format(name) else UNKNOWN)
    start = _written(content)
    lead = start[_match_end(start) :]
    if _VTT.match(start):
        return _check_times(start, _VTT_TIME, FORMATS["vtt"], NO_VTT)
    known = known_format(name)
    if _PAGE.match(lead):
        raise unwanted(NO_PAGE)
    if _PROGRAM.match(lead):
        raise unwanted(NO_OLD_OFFICE if lead.startswith("{") else NO_PROGRAM)
    ending = known.ending if known else ""
    if ending == "vtt":
        raise unwanted(NO_VTT)
    if ending == "srt":
        return _check_times(start, _SRT_TIME, FORMATS["srt"], NO_SRT)
    if ending == "csv" and _ORDER.search(start):
        raise unwanted(NO_ORDERS)
    if ending in ("txt", "md", "csv"):
        return FORMATS[ending]
    raise unwanted(BROKEN if known else UNKNOWN)


def _check_times(start: str, times: re.Pattern[str], found: Format, sentence: str) -> Format:
    if not times.search(start):
        raise unwanted(sentence)
    return found


def _match_end(start: str) -> int:
    found = _LEAD.match(start[:_BEFORE])
    return found.end() if found else 0


def _written(content: Content) -> str:
    """The whole text looked through piece by piece; returns its first megabyte."""
    if content.head.startswith(_UTF16):
        raise unwanted(NOT_UTF8)
    decoder = codecs.getincrementaldecoder("utf-8")()
    start, at = "", 0
    while at < content.size:
        piece = content.at(at, _STEP)
        at += len(piece)
        try:
            text = decoder.decode(piece, final=at >= content.size or not piece)
        except UnicodeDecodeError as error:
            raise unwanted(NOT_UTF8) from error
        if _UNWRITTEN.search(text):
            raise unwanted(UNKNOWN)
        start = start or text
        if not piece:
            break
    return start


def is_text(content: Content) -> bool:
    """Whether the first bytes could be text: only then is it worth looking through all of it."""
    if content.head.startswith(_UTF16):
        return True
    return b"\0" not in content.head
