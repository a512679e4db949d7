"""Which files can be uploaded, and what to say of those that cannot.

A format is told by the content (`rules.kinds`); the ending of a name only decides between kinds of plain text, and
lets a refusal come before gigabytes were sent.
"""

import re
import unicodedata
from enum import StrEnum

from training.base.errors import Invalid
from training.base.names import safe_name
from training.base.structs import Frozen


class NotAccepted(Invalid):
    """Files of this kind cannot be uploaded."""

    code = "file-not-accepted"


class FileKind(StrEnum):
    """What people call it. Limits are set by kind."""

    IMAGE = "image"
    DOCUMENT = "document"
    SLIDES = "slides"
    TEXT = "text"
    CAPTIONS = "captions"
    AUDIO = "audio"
    VIDEO = "video"
    ARCHIVE = "archive"


class Format(Frozen, frozen=True, kw_only=True):
    """One format: the ending its files get, the media type they are handed out with, its kind."""

    ending: str
    media_type: str
    kind: FileKind


_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
FORMATS: dict[str, Format] = {
    ending: Format(ending=ending, media_type=media_type, kind=kind)
    for kind, endings in {
        FileKind.IMAGE: {
            "png": "image/png",
            "jpg": "image/jpeg",
            "gif": "image/gif",
            "webp": "image/webp",
            "avif": "image/avif",
        },
        FileKind.DOCUMENT: {
            "pdf": "application/pdf",
            "docx": f"{_OFFICE}.wordprocessingml.document",
            "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
            "odt": f"{_OPEN}.text",
            "ods": f"{_OPEN}.spreadsheet",
            "epub": "application/epub+zip",
        },
        FileKind.SLIDES: {
            "pptx": f"{_OFFICE}.presentationml.presentation",
            "odp": f"{_OPEN}.presentation",
        },
        FileKind.TEXT: {
            "txt": "text/plain; charset=utf-8",
            "md": "text/markdown; charset=utf-8",
            "csv": "text/csv; charset=utf-8",
        },
        FileKind.CAPTIONS: {"vtt": "text/vtt; charset=utf-8", "srt": "application/x-subrip"},
        FileKind.AUDIO: {
            "mp3": "audio/mpeg",
            "m4a": "audio/mp4",
            "ogg": "audio/ogg",
            "wav": "audio/wav",
            "flac": "audio/flac",
        },
        FileKind.VIDEO: {"mp4": "video/mp4", "webm": "video/webm", "mov": "video/quicktime"},
        FileKind.ARCHIVE: {"zip": "application/zip"},
    }.items()
    for ending, media_type in endings.items()
}
# Other endings of the same formats.
ALSO = {"jpeg": "jpg", "jpe": "jpg", "oga": "ogg", "opus": "ogg", "markdown": "md", "text": "txt", "m4v": "mp4"}

PAGES = frozenset("htm html xhtml xht shtml mht mhtml svg svgz xml xsl xslt swf".split())
PROGRAMS = frozenset(
    # What a double click runs, or opens as something that fetches and runs more.
    "pyw pyz pyzw msc rdp settingcontent-ms library-ms search-ms searchconnector-ms appref-ms appcontent-ms ws wsc sct "
    "jnlp xbap hlp ps1xml ps2 psc1 psd1 vb vsto xnk ins isp its mst shb shs theme themepack website udl "
    "iqy dqy oqy rqy slk diagcab diagpkg msu appinstaller appxbundle msixbundle cpgz scpt scptd "
    "applescript terminal tool ksh fish ipa xpi crx mobileconfig onepkg prg "
    "exe com scr bat cmd msi msp dll sys cpl pif lnk url hta js jse mjs cjs vbs vbe wsf wsh ps1 psm1 sh bash zsh csh "
    "py pyc rb pl php php3 php4 php5 phtml phar asp aspx jsp jspx cgi jar war class apk app dmg pkg deb rpm appimage "
    "elf so dylib bin run reg inf scf gadget chm iso img vhd vhdx wasm xll desktop action command workflow msix appx "
    "application ade adp mde mdb accde".split()
)
MACROS = frozenset("docm dotm xlsm xltm xlam xlsb pptm potm ppsm ppam sldm dotx xltx potx ppsx".split())
OLD_OFFICE = frozenset("doc dot xls xlt xla ppt pot pps ppa rtf wps pub vsd vsdx mpp one msg eml".split())
OTHER_IMAGES = frozenset("heic heif tif tiff bmp ico psd ai eps raw cr2 nef dng jxl jp2".split())
OTHER_VIDEOS = frozenset("avi mkv wmv flv mpg mpeg ts m2ts vob ogv 3gp 3g2 asf".split())
OTHER_AUDIO = frozenset("wma aac aif aiff amr mid midi".split())
OTHER_ARCHIVES = frozenset("rar 7z tar gz tgz bz2 xz zst lz lzma cab arj ace z".split())

NO_PAGE = (
    "Web pages and SVG drawings can hold programs, so they cannot be uploaded. Save it as PDF, a drawing as PNG, and "
    "upload that; or add the address of the page as a link."
)
NO_PROGRAM = (
    "Programs and scripts cannot be uploaded. If people are to read it, upload it as text (.txt) or PDF; if they are "
    "to run it, add a link to where it is published."
)
NO_MACRO = (
    "This document holds macros or is a template. Save it as .docx, .xlsx or .pptx, without macros, and upload that."
)
NO_OLD_OFFICE = (
    "Older documents can hold programs that nobody sees. Save it as .docx, .xlsx, .pptx or PDF, and upload that."
)
NO_IMAGE = "Browsers cannot show this kind of picture. Save it as JPEG or PNG, and upload that."
NO_VIDEO = "Browsers cannot play this kind of video. Save it as MP4 (H.264) or WebM, and upload that."
NO_AUDIO = "Browsers cannot play this kind of sound. Save it as MP3, M4A or OGG, and upload that."
NO_ARCHIVE = "Archives are taken as .zip only. Pack the files as .zip, or upload them one by one."
UNKNOWN = (
    "We do not know this kind of file. What can be uploaded: PDF, Word, Excel, PowerPoint and OpenDocument files, "
    "EPUB, pictures (PNG, JPEG, GIF, WebP, AVIF), sound (MP3, M4A, OGG, WAV, FLAC), video (MP4, WebM, MOV), captions "
    "(VTT, SRT), text (TXT, MD, CSV) and ZIP."
)
_REFUSED = (
    (PAGES, NO_PAGE),
    (PROGRAMS, NO_PROGRAM),
    (MACROS, NO_MACRO),
    (OLD_OFFICE, NO_OLD_OFFICE),
    (OTHER_IMAGES, NO_IMAGE),
    (OTHER_VIDEOS, NO_VIDEO),
    (OTHER_AUDIO, NO_AUDIO),
    (OTHER_ARCHIVES, NO_ARCHIVE),
)
_ENDING = re.compile(r"[A-Za-z0-9]{1,11}|[A-Za-z]{1,20}-ms")
# Signs without a shape that no category tells: fillers, and those that choose the shape of the one before.
_SHAPELESS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0") | {chr(one) for one in range(0xFE00, 0xFE10)}


def ending_of(name: str) -> str:
    """The ending of a name in small letters, without its dot; "" for none. Neither blanks behind it nor signs that
    nobody sees hide it."""
    stem, dot, ending = _unblanked("".join(char for char in name if not _unseen(char))).rpartition(".")
    return ending.lower() if dot and stem and _ENDING.fullmatch(ending) else ""


def endings_of(name: str) -> frozenset[str]:
    """All that may be the ending of a name: behind a colon Windows keeps a second stream of the file before it."""
    return frozenset(ending_of(part) for part in re.split(r"[/\\]", name)[-1].split(":"))


def _unseen(char: str) -> bool:
    return unicodedata.category(char) in ("Cf", "Cc", "Cn", "Co") or char in _SHAPELESS


def _unblanked(name: str) -> str:
    """A name without what stands behind it and is not seen; Windows leaves dots and blanks off, too."""
    end = len(name)
    while end and (name[end - 1] == "." or name[end - 1].isspace() or _unseen(name[end - 1])):
        end -= 1
    return name[:end]


def known_format(name: str) -> Format | None:
    """The format that a name promises."""
    ending = ending_of(name)
    return FORMATS.get(ALSO.get(ending, ending))


def refusal_of(ending: str) -> str:
    """Why a file with this ending is not taken, and what can be done instead; "" when it may be."""
    return next((sentence for endings, sentence in _REFUSED if ending in endings), "")


def check_name(name: str) -> None:
    """Raise NotAccepted for a name whose ending says that it cannot be taken. A name without one may still be."""
    if sentence := next(filter(None, map(refusal_of, sorted(endings_of(name)))), ""):
        raise NotAccepted(sentence, fields={"name": sentence})


def file_name(name: str, ending: str = "") -> str:
    """The name under which an uploaded file is kept: without folders, safe everywhere (`base.names`).

    With `ending` it has that one: in place of one that a file of another kind has, else behind the name.
    """
    last = _unblanked(re.split(r"[/\\]", name)[-1])
    if last.lstrip().startswith("."):
        last = f"file.{last.lstrip('. ')}"
    had = ending_of(last)
    if not ending or ALSO.get(had, had) == ending:
        return safe_name(last)
    stem = last.rpartition(".")[0] if had in FORMATS or had in ALSO or refusal_of(had) else last
    return safe_name(f"{stem or 'file'}.{ending}")
