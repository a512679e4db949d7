"""Small files of every kind that are what they say, made here byte by byte."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from training.base.structs import Frozen


def zipped(files: Mapping[str, bytes | str], *, packed: bool = True) -> bytes:
    """A zip with these files."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


class Written(Frozen, frozen=True, kw_only=True):
    """A file of a zip as its packer writes it: the bytes of its name, and whether it says that they are UTF-8."""

    name: bytes
    said: bool = False
    extra: bytes = b""
    content: bytes = b""


def zip_of(*written: Written) -> bytes:
    """A zip of these, not packed any tighter."""
    files, listed = b"", b""
    for one in written:
        size = len(one.content)
        numbers = (20, 0x800 if one.said else 0, 0, 0, 33, zlib.crc32(one.content), size, size)
        told = struct.pack("<5H3L2H", *numbers, len(one.name), len(one.extra))
        listed += b"PK\x01\x02\x14\0" + told + struct.pack("<3H2L", 0, 0, 0, 0, len(files)) + one.name + one.extra
        files += b"PK\x03\x04" + told + one.name + one.extra + one.content
    count = len(written)
    return files + listed + b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, count, count, len(listed), len(files), 0)


def box(kind: bytes, *content: bytes) -> bytes:
    """A box of an MP4."""
    body = b"".join(content)
    return struct.pack(">L4s", len(body) + 8, kind) + body


def chunk(kind: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">L4s", len(content), kind) + content + struct.pack(">L", zlib.crc32(kind + content))


def png(width: int = 1, height: int = 1, *more: bytes) -> bytes:
    head = struct.pack(">LLBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = (chunk(b"IHDR", head), *more, chunk(b"IDAT", zlib.compress(b"\0\0")), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def gif(comment: bytes = b"", behind: bytes = b"") -> bytes:
    said = b"!\xfe" + bytes([len(comment)]) + comment + b"\0" if comment else b""
    picture = b",\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0"
    return b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff" + said + picture + b";" + behind


def jpeg(width: int = 1, height: int = 1) -> bytes:
    frame = struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\0"
    scan = b"\xff\xda\0\x08\x01\x01\0\0\x3f\0\x7f"
    return b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xc0" + frame + scan + b"\xff\xd9"


def riff(kind: bytes, *chunks: bytes) -> bytes:
    body = kind + b"".join(chunks)
    return b"RIFF" + struct.pack("<L", len(body)) + body


def office(kind: str, files: Mapping[str, bytes | str] | None = None, types: str = "") -> bytes:
    """A document of Office: docx, xlsx or pptx."""
    main = {
        "docx": "wordprocessingml.document",
        "xlsx": "spreadsheetml.sheet",
        "pptx": "presentationml.presentation",
    }[kind]
    said = f'<Override ContentType="application/vnd.openxmlformats-officedocument.{main}.main+xml"/>'
    return zipped(
        {
            "[Content_Types].xml": f"<Types>{said}{types}</Types>",
            "_rels/.rels": '<Relationships><Relationship Type="x/officeDocument" Target="a.xml"/></Relationships>',
            "word/document.xml": "<document>Good evening</document>",
            **(files or {}),
        }
    )


def opened(kind: str, files: Mapping[str, bytes | str] | None = None) -> bytes:
    """A document of OpenOffice: text, spreadsheet or presentation; or an e-book."""
    said = "application/epub+zip" if kind == "epub" else f"application/vnd.oasis.opendocument.{kind}"
    needed = "META-INF/container.xml" if kind == "epub" else "content.xml"
    return zipped({"mimetype": said, needed: "<x/>", **(files or {})})


def mp3_frame() -> bytes:
    # MPEG 1, layer III, 128 kbit/s, 44.1 kHz: 417 bytes.
    return b"\xff\xfb\x90\0" + b"\0" * 413


def ogg(first: bytes = b"OpusHead\x01\x01\0\0\x80\xbb\0\0\0\0\0", flags: int = 2) -> bytes:
    page = b"OggS\0" + bytes([flags]) + b"\0" * 20 + b"\x01" + bytes([len(first)]) + first
    last = b"OggS\0\x04" + b"\0" * 20 + b"\x01\x03abc"
    return page + last


def webm(doctype: bytes = b"webm", behind: bytes = b"") -> bytes:
    said = b"\x42\x82" + bytes([0x80 | len(doctype)]) + doctype
    body = b"\x15\x49\xa9\x66\x80"
    return (
        b"\x1aE\xdf\xa3" + bytes([0x80 | len(said)]) + said + b"\x18S\x80g" + bytes([0x80 | len(body)]) + body + behind
    )


FTYP = box(b"ftyp", b"isom\0\0\x02\0isomiso2mp41")
MP4 = FTYP + box(b"moov", b"\0" * 20) + box(b"mdat", b"\0" * 30)
MOV = box(b"ftyp", b"qt  \0\0\x02\0qt  ") + box(b"moov", b"\0" * 20) + box(b"mdat", b"\0" * 30)
M4A = box(b"ftyp", b"M4A \0\0\x02\0M4A isom") + box(b"moov", b"\0" * 20) + box(b"mdat", b"\0" * 30)
AVIF = box(b"ftyp", b"avif\0\0\0\0avifmif1") + box(b"meta", b"\0" * 20) + box(b"mdat", b"\0" * 30)
HEIC = box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"meta", b"\0" * 20) + box(b"mdat", b"\0" * 30)
PNG, GIF, JPEG = png(), gif(), jpeg()
WEBP = riff(b"WEBP", b"VP8L\x0a\0\0\0" + b"\0" * 10)
WAV = riff(b"WAVE", b"fmt \x10\0\0\0" + b"\0" * 16, b"data\x04\0\0\0\0\0\0\0")
MP3 = b"ID3\x04\0\0\0\0\0\x05hello" + mp3_frame() * 3
OGG = ogg()
WEBM = webm()
FLAC = b"fLaC\x80\0\0\x22" + b"\0" * 34 + b"\xff\xf8\0\0"
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\nxref\ntrailer<<>>\nstartxref\n9\n%%EOF\n"
VTT = b"WEBVTT\n\n00:01.000 --> 00:04.000\nGood evening\n"
SRT = b"1\n00:00:01,000 --> 00:00:04,000\nGood evening\n"
TXT, CSV, MD = "Grüße, 你好, שלום\n".encode(), b"name,place\nAda,Cork\n", b"# Hello\n\nSome *words*.\n"
DOCX, XLSX, PPTX = office("docx"), office("xlsx"), office("pptx")
ODT, ODS, ODP, EPUB = opened("text"), opened("spreadsheet"), opened("presentation"), opened("epub")
ZIP = zipped({"a/b.txt": TXT, "a/c.png": PNG})
GOOD = {
    "png": PNG,
    "jpg": JPEG,
    "gif": GIF,
    "webp": WEBP,
    "avif": AVIF,
    "pdf": PDF,
    "docx": DOCX,
    "xlsx": XLSX,
    "pptx": PPTX,
    "odt": ODT,
    "ods": ODS,
    "odp": ODP,
    "epub": EPUB,
    "txt": TXT,
    "md": MD,
    "csv": CSV,
    "vtt": VTT,
    "srt": SRT,
    "mp3": MP3,
    "m4a": M4A,
    "ogg": OGG,
    "wav": WAV,
    "flac": FLAC,
    "mp4": MP4,
    "webm": WEBM,
    "mov": MOV,
    "zip": ZIP,
}
