"""Paper: every letter that somebody may be called by, and nothing that somebody typed does anything."""

import asyncio
import io
import re
import threading
import zlib
from pathlib import Path
from typing import Any

import pypdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from msgspec.structs import replace

from tests.attendance.paper import SIX_SCRIPTS, a_sheet
from training.attendance.rules.sheets import Column, SheetChoices, Size
from training.attendance.schemas.sheets import sheet_data
from training.web import paper
from training.web.fonts import missing_scripts
from training.web.paper import make_pdf, make_pdf_for_anybody, make_png, pdf_bytes, png_pages

SHEET = "attendance/sheet.typ"
ROOMS = Path(paper.__file__).parent.parent


def of(*names: tuple[str, str], **choices: Any) -> dict[str, Any]:
    """What the sheet of these names is given."""
    return sheet_data(a_sheet(*names), replace(SheetChoices(), **choices), "training")


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def root_of(pdf: bytes) -> Any:
    """What the document says of itself as a whole."""
    return read(pdf).trailer["/Root"]


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(pdf).pages)


def dark_points(png: bytes) -> int:
    """How many bytes of a picture are not white. Typst writes RGBA without interlacing."""
    at, packed = 8, b""
    while at < len(png):
        size, kind = int.from_bytes(png[at : at + 4]), png[at + 4 : at + 8]
        packed += png[at + 8 : at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    return sum(1 for byte in zlib.decompress(packed) if 0 < byte < 255)


async def test_a_pdf_tells_machines_what_it_is() -> None:
    made = await make_pdf(SHEET, of())
    root, metadata = root_of(made), read(made).metadata
    assert metadata is not None
    assert metadata.title is not None
    assert metadata.title.startswith("Attendance sheet: Listening first")
    assert metadata.author == "training"
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()


def test_six_scripts_are_shown_and_can_be_copied() -> None:
    text = text_of(pdf_bytes(SHEET, of(*SIX_SCRIPTS)))
    assert "�" not in text
    for name, _ in SIX_SCRIPTS[:3]:
        assert name in text
    # Copied from right to left, or with its vowel signs beside its letters: the same letters.
    for name, _ in SIX_SCRIPTS[3:]:
        assert set(name) <= set(text), name


def test_the_same_data_are_the_same_bytes() -> None:
    assert pdf_bytes(SHEET, of()) == pdf_bytes(SHEET, of())
    assert pdf_bytes(SHEET, of()) != pdf_bytes(SHEET, of(blank=6))


@pytest.mark.parametrize("size", Size)
@pytest.mark.parametrize("column", Column)
async def test_every_size_is_what_it_says(size: Size, column: Column) -> None:
    names = tuple((f"Name {number}", "Northern Line") for number in range(60))
    data = of(*names, size=size, column=column)
    found = read(await make_pdf(SHEET, data))
    millimetres = {Size.A4: (210, 297), Size.LETTER: (216, 279), Size.A5: (148, 210)}[size]
    box = found.pages[0].mediabox
    assert (round(float(box.width) * 25.4 / 72), round(float(box.height) * 25.4 / 72)) == millimetres
    words = ["Signature"] if column is Column.SIGNATURE else ["Present", "Late", "Left"]
    texts = [page.extract_text() for page in found.pages]
    for number, text in enumerate(texts, 1):
        # The head of the table stands on every page.
        assert all(word in text for word in ["Name", *words])
        assert f"Page {number} of {len(texts)}" in text
    assert all(f"Name {number}" in "\n".join(texts) for number in range(60))
    pictures = await make_png(SHEET, data, ppi=50)
    assert len(pictures) == len(texts)
    assert all(dark_points(picture) > 2000 for picture in pictures)


def plain(text: str) -> str:
    """Without what a line's end and typography change."""
    return re.sub(r"[\s\u200b\"“”]", "", text)


MARKUP = '*b* _i_ `c` $x^2$ @ref <label> #panic("x") #read("/etc/passwd") // gone /* gone'


@pytest.mark.parametrize("words", [MARKUP, "= Head", "- item", "\\u{41}", '"; panic()', '#import "@preview/a:1.0.0"'])
def test_what_looks_like_markup_is_only_text(words: str) -> None:
    text = plain(text_of(pdf_bytes(SHEET, of((words, "")))))
    assert plain(words) in text


@pytest.mark.parametrize(
    "words",
    [
        "W" * 10_000,
        "\u0301" * 200,
        "e\u0301" * 500,
        "\u200d" * 500,
        "\u202eevil\u2066",
        "\ufffe",
        "\U000e0041",
        "a\u2028b",
    ],
)
def test_strange_texts_make_a_sheet(words: str) -> None:
    found = read(pdf_bytes(SHEET, of((words, words[:200]), ("Ana", ""))))
    assert any("Ana" in page.extract_text() for page in found.pages)


def test_a_long_word_stays_inside_its_cell() -> None:
    places: list[float] = []

    def seen(text: str, _: Any, matrix: list[float], *__: Any) -> None:
        if "W" in text:
            places.append(matrix[4])

    page = read(pdf_bytes(SHEET, of(("W" * 300, "")))).pages[0]
    page.extract_text(visitor_text=seen)
    assert max(places) < float(page.mediabox.width) / 2


@pytest.mark.parametrize("words", ["漢字 Ana", "😀 Ana", "ไทย Ana"])
def test_letters_without_a_font_are_boxes_and_the_rest_is_there(words: str) -> None:
    made = pdf_bytes(SHEET, of((words, "")))
    assert "� Ana" in text_of(made)
    assert b"pdfuaid" in root_of(made)["/Metadata"].get_object().get_data()
    assert made == pdf_bytes(SHEET, of((words, "")))


def test_pictures_show_letters_without_a_font_too() -> None:
    assert dark_points(png_pages(SHEET, of(("漢字", "")), ppi=50)[0]) > 2000


@pytest.mark.parametrize(
    "name", ["", "sheet.typ", "../app.py", "attendance/../sheet.typ", "attendance/none.typ", "/etc/x.typ"]
)
def test_only_templates_of_rooms_are_used(name: str) -> None:
    with pytest.raises(LookupError):
        pdf_bytes(name, of())


@pytest.mark.parametrize("field", ["title", "author", "language"])
def test_what_describes_the_file_must_be_there(field: str) -> None:
    data = {key: value for key, value in of().items() if key != field}
    with pytest.raises(KeyError):
        pdf_bytes(SHEET, data)


def test_templates_bring_nothing_from_elsewhere() -> None:
    templates = list(ROOMS.glob("*/templates/*/*.typ"))
    assert len(templates) >= 2
    for template in templates:
        assert '"@' not in template.read_text(), "packages would be fetched while a page waits"


def test_nothing_outside_its_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    for path in ("../secret.txt", f"{tmp_path}/secret.txt", "/../secret.txt", "in/../../secret.txt"):
        source = f'#read("{path}")'.encode(), tmp_path / "in"
        with pytest.raises(RuntimeError, match=r"escape|not found"):
            paper._pdf(source, of(), "", [])


def test_the_operators_font_shows_what_ours_cannot(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"\0\1\0\0" + b"x" * 40)
    (tmp_path / "empty.ttc").write_bytes(b"")
    data = of(("中 Ana", ""))
    assert "� Ana" in text_of(pdf_bytes(SHEET, data, str(tmp_path)))
    (tmp_path / "later").mkdir()
    square_font(tmp_path / "later" / "one.ttf", "中")
    assert "中 Ana" in text_of(pdf_bytes(SHEET, data, str(tmp_path / "later")))
    assert missing_scripts(["中 村"], str(tmp_path / "later")) == {"Han": "村"}


async def test_what_anybody_may_ask_for_is_set_once_and_nobody_waits_behind_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """However many ask for one paper at once: it is set once, and a trainer's sheet comes meanwhile."""
    set_now: list[str] = []
    go_on = threading.Event()

    def slow(template: str, data: dict[str, Any], fonts: str = "") -> bytes:
        if data["title"] not in ("Kept", "Other"):
            return pdf_bytes(template, data, fonts)
        set_now.append(data["title"])
        assert go_on.wait(30)
        return str(data["title"]).encode()

    monkeypatch.setattr(paper, "pdf_bytes", slow)
    asked = [
        asyncio.create_task(make_pdf_for_anybody(SHEET, {"title": title})) for title in ["Kept", "Other"] for _ in "abc"
    ]
    await asyncio.sleep(0)
    assert "Listening first" in text_of(await make_pdf(SHEET, of()))
    go_on.set()
    assert await asyncio.gather(*asked) == [b"Kept"] * 3 + [b"Other"] * 3
    assert set_now == ["Kept", "Other"]


async def test_a_paper_for_anybody_is_the_same_paper() -> None:
    data = of(("Ana Łuczak", "Harbour House"))
    made = await make_pdf_for_anybody(SHEET, data)
    assert made == await make_pdf_for_anybody(SHEET, data) == pdf_bytes(SHEET, data)


def square_font(path: Path, letter: str) -> None:
    """A font with one letter, which looks like a square."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 600), (600, 600), (600, 0)):
        pen.lineTo(corner)
    pen.closePath()
    square = pen.glyph()
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder([".notdef", "square"])
    made.setupCharacterMap({ord(letter): "square"})
    made.setupGlyf({".notdef": square, "square": square})
    made.setupHorizontalMetrics({".notdef": (700, 0), "square": (700, 0)})
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable({"familyName": "Square", "styleName": "Regular", "psName": "Square-Regular"})
    made.setupOS2()
    made.setupPost()
    made.save(path)
