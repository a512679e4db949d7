"""What an archive of materials holds."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from training.materials.rules.packing import FIRST, LIST_NAME, Given, Packed, pack, with_list
from training.materials.rules.variants import Form, Kind, VariantView, VersionView

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def variant(number: int, name: str = "slides.pdf", **more: Any) -> VariantView:
    told: dict[str, Any] = {
        "kind": Kind.FILE,
        "form": Form.SLIDES,
        "language": "",
        "link": "",
        "body": "",
        "position": number,
    }
    told |= {"sha256": f"{number:02}" * 32, "size": 5, "media_type": "application/pdf", "state": "ready"}
    return VariantView(id=UUID(int=number), version_id=UUID(int=90), name=name, **(told | more))


def given(*variants: VariantView, title: str = "Safe words", published_at: datetime | None = None) -> Given:
    told: dict[str, Any] = {"number": 1, "note": "", "created_at": NOW, "published_at": published_at}
    version = VersionView(id=UUID(int=90), material_id=UUID(int=80), variants=variants, **told)
    return Given(material_id=UUID(int=80), title=title, summary="", version=version)


def names(*items: Given) -> list[str]:
    return [file.name for folder in pack(items) for file in folder.files]


def test_each_material_has_a_folder() -> None:
    assert names(given(variant(1)), given(variant(2), title="Más palabras")) == [
        "1 Safe words/slides.pdf",
        "2 Más palabras/slides.pdf",
    ]


def test_folders_stand_in_order_also_when_there_are_many() -> None:
    found = names(*(given(variant(n), title="T") for n in range(12)))
    assert found[0] == "01 T/slides.pdf"
    assert found == sorted(found)


def test_no_name_leads_out_of_its_folder() -> None:
    found = names(given(variant(1, "../../etc/passwd"), variant(2, "..\\x.pdf"), variant(3, "/a.pdf"), title="../.."))
    assert found == ["1 .._/_.._etc_passwd.pdf", "1 .._/_x.pdf", "1 .._/_a.pdf"]


def test_no_name_comes_twice() -> None:
    assert names(given(variant(1), variant(2), variant(3, "SLIDES.pdf"))) == [
        "1 Safe words/slides.pdf",
        "1 Safe words/slides (2).pdf",
        "1 Safe words/SLIDES (3).pdf",
    ]


def test_files_by_their_keys_and_notes_by_their_words() -> None:
    note = variant(2, "Wörter", kind=Kind.NOTE, body="Say **this**.", sha256="", size=0, state="")
    [folder] = pack([given(variant(1), note)])
    assert folder.files == (
        Packed(name="1 Safe words/slides.pdf", size=5, key=f"files/01/{'01' * 32}"),
        Packed(name="1 Safe words/Wörter.md", size=13, content=b"Say **this**."),
    )


def test_links_and_what_the_scanner_holds_are_listed_only() -> None:
    link = variant(1, kind=Kind.LINK, link="https://example.org", state="")
    [folder] = pack([given(link, variant(2, state="waiting"), variant(3, state="refused"), variant(4))])
    assert [file.name for file in folder.files] == ["1 Safe words/slides.pdf"]
    assert [one.name for one in folder.listed] == ["", "", "", "1 Safe words/slides.pdf"]


def test_the_list_stands_first() -> None:
    folders = pack([given(variant(1))])
    listed, file = with_list("\n\nOne\nZwei – ü\n\n", folders)
    assert listed == Packed(name=LIST_NAME, size=18, content="One\r\nZwei – ü\r\n".encode())
    assert file.name == "1 Safe words/slides.pdf"


def test_files_bear_the_instant_at_which_they_were_published_and_the_list_the_newest() -> None:
    early, late = NOW, NOW + timedelta(days=3)
    folders = pack([given(variant(1), published_at=late), given(variant(2), published_at=early), given(variant(3))])
    assert [file.at for file in with_list("One", folders)] == [late, late, early, FIRST]
    assert [file.at for file in with_list("None", ())] == [FIRST]
