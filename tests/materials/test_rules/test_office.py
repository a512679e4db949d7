"""Documents that are zips inside."""

import io

import pytest

from tests.materials.files import DOCX, EPUB, ODP, PPTX, XLSX, ZIP, office, opened, zipped
from training.materials.rules.contents import Content
from training.materials.rules.formats import NotAccepted
from training.materials.rules.office import document_format
from training.materials.rules.zips import read_entries


def judged(whole: bytes) -> str:
    content = Content(io.BytesIO(whole), len(whole))
    found = document_format(content, read_entries(content))
    return found.ending if found else ""


def test_which_document_it_is() -> None:
    told = [judged(whole) for whole in (DOCX, XLSX, PPTX, ODP, EPUB, ZIP, zipped({"mimetype": "text/plain"}))]
    assert told == ["docx", "xlsx", "pptx", "odp", "epub", "", ""]


def test_tables_inside_slides_are_no_harm() -> None:
    assert judged(office("pptx", {"ppt/embeddings/Microsoft_Excel_Sheet1.xlsx": XLSX})) == "pptx"
    assert judged(office("pptx", {"ppt/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0" + b"\0" * 2_000_000})) == "pptx"
    assert judged(opened("epub", {"OEBPS/page.xhtml": "<html/>", "OEBPS/page.js": "x"})) == "epub"


@pytest.mark.parametrize("at", [0, (1 << 20) - 5, 1_500_000])
def test_a_program_wrapped_in_an_object_is_found_wherever_it_stands(at: int) -> None:
    wrapped = b"\0" * at + "\x01Ole10Native".encode("utf-16-le") + b"\0" * 500_000
    with pytest.raises(NotAccepted, match="holds a program"):
        judged(office("docx", {"word/embeddings/oleObject1.bin": wrapped}))
