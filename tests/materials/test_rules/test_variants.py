"""What variants may be, and what a version needs before it can be published."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from training.base.errors import Invalid
from training.materials.rules.formats import FORMATS
from training.materials.rules.variants import (
    MOST_NOTES,
    CaptionsMissing,
    FilesRefused,
    FilesWait,
    FileType,
    Form,
    Kind,
    NotesLimit,
    NothingToPublish,
    VariantDetails,
    VariantView,
    VersionView,
    check_fits,
    check_notes,
    check_publishable,
    checked_variant,
    chosen_type,
    holds_the_same,
    in_order,
    is_link,
    likely_form,
    missing_captions,
    texts_of,
)

FILE = UUID(int=7)


def variant(number: int = 1, **more: Any) -> VariantView:
    columns = {"kind": Kind.FILE, "form": Form.DOCUMENT, "language": "", "name": f"v{number}", "link": "", "body": ""}
    ids = {"id": UUID(int=number), "version_id": UUID(int=99), "position": number, "file_id": FILE, "state": "ready"}
    return VariantView(**{**columns, **ids, **more})


def video(number: int = 1, language: str = "en", **more: Any) -> VariantView:
    return variant(number, form=Form.VIDEO, language=language, **more)


def captions(number: int = 2, language: str = "en", form: Form = Form.CAPTIONS, **more: Any) -> VariantView:
    return variant(number, form=form, language=language, **more)


def test_what_does_not_belong_to_its_kind_is_not_kept() -> None:
    everything: dict[str, Any] = {
        "name": " My  slides ",
        "file_id": FILE,
        "link": "https://a.example",
        "body": "Text",
        "language": "pt-br",
    }
    kept = {kind: checked_variant(VariantDetails(kind=kind, **everything)) for kind in Kind}
    assert kept[Kind.FILE] == VariantDetails(kind=Kind.FILE, name="My slides", language="pt-BR", file_id=FILE)
    assert kept[Kind.LINK] == VariantDetails(
        kind=Kind.LINK, name="My slides", language="pt-BR", link="https://a.example"
    )
    assert kept[Kind.NOTE] == VariantDetails(kind=Kind.NOTE, name="My slides", language="pt-BR", body="Text")


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"kind": Kind.FILE}, "file_id"),
    ({"kind": Kind.NOTE, "name": "", "body": "x"}, "name"),
    ({"kind": Kind.NOTE, "name": "x", "body": ""}, "body"),
    ({"kind": Kind.NOTE, "name": "x", "body": "[the plan](/sessions/plan)"}, "body"),
    ({"kind": Kind.NOTE, "name": "x", "body": "x" * 100_001}, "body"),
    ({"kind": Kind.LINK, "name": "x", "link": "ftp://a.example"}, "link"),
    ({"kind": Kind.LINK, "name": "x", "link": "javascript:alert(1)"}, "link"),
    ({"kind": Kind.FILE, "file_id": FILE, "name": "../etc/passwd"}, "name"),
    ({"kind": Kind.FILE, "file_id": FILE, "name": "x" * 256}, "name"),
    ({"kind": Kind.FILE, "file_id": FILE, "language": "klingonese"}, "language"),
    ({"kind": Kind.NOTE, "form": Form.CAPTIONS, "name": "x", "body": "x"}, "form"),
]


@pytest.mark.parametrize(("said", "field"), REFUSED)
def test_what_cannot_be_is_refused(said: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked_variant(VariantDetails(**said))
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("https://example.org/a?b#c", True),
        ("http://example.org", True),
        ("https://пример.example/слайды", True),
        ("https://", False),
        ("//example.org", False),
        ("/materials", False),
        ("https://user:password@example.org", False),
        ("https://exam ple.org", False),
        ("https://[::1", False),
        ("https://example.org/" + "x" * 1000, False),
        ("data:text/html,x", False),
    ],
)
def test_links_are_whole_addresses_of_the_web(text: str, good: bool) -> None:
    assert is_link(text) is good


FITS = [
    (Form.CAPTIONS, "text/vtt; charset=utf-8", True),
    (Form.CAPTIONS, "application/x-subrip", True),
    (Form.CAPTIONS, "text/plain", False),
    (Form.VIDEO, "video/mp4", True),
    (Form.VIDEO, "application/pdf", False),
    (Form.AUDIO, "audio/mpeg", True),
    (Form.AUDIO, "video/mp4", False),
    (Form.RECORDING, "video/mp4", True),
    (Form.RECORDING, "audio/ogg", True),
    (Form.RECORDING, "text/plain", False),
    (Form.SLIDES, "application/pdf", True),
    (Form.TRANSCRIPT, "text/plain", True),
]


@pytest.mark.parametrize(("form", "media_type", "fits"), FITS)
def test_a_file_is_what_it_is_called(form: Form, media_type: str, fits: bool) -> None:
    if fits:
        check_fits(form, media_type)
    else:
        with pytest.raises(Invalid):
            check_fits(form, media_type)


TXT, MD, SRT = (
    FileType(media_type=FORMATS[ending].media_type, file_kind=FORMATS[ending].kind) for ending in ("txt", "md", "srt")
)
CHOSEN = [
    ("talk.srt", Form.OTHER, [TXT, SRT], None, SRT),
    ("talk.markdown", Form.OTHER, [TXT, SRT, MD], TXT, MD),
    ("talk", Form.OTHER, [TXT, SRT, MD], MD, MD),
    ("talk.pdf", Form.OTHER, [TXT, SRT], None, TXT),
    # What cannot be captions is none, whatever it is called.
    ("talk.txt", Form.CAPTIONS, [TXT, SRT], TXT, SRT),
    ("talk.srt", Form.CAPTIONS, [TXT], None, TXT),
    ("talk.srt", Form.CAPTIONS, [], None, FileType()),
]


@pytest.mark.parametrize(("name", "form", "types", "current", "chosen"), CHOSEN)
def test_what_the_same_bytes_count_as(
    name: str, form: Form, types: list[FileType], current: FileType | None, chosen: FileType
) -> None:
    assert chosen_type(name, form, types, current) == chosen


def test_what_a_form_proposes() -> None:
    slides = "application/vnd.oasis.opendocument.presentation"
    types = ("video/mp4", "audio/mpeg", "text/vtt; charset=utf-8", slides, "image/png")
    assert [likely_form(one) for one in types] == [
        Form.VIDEO,
        Form.AUDIO,
        Form.CAPTIONS,
        Form.SLIDES,
        Form.DOCUMENT,
    ]
    for one in types:
        check_fits(likely_form(one), one)


SILENT: list[tuple[list[VariantView], list[str]]] = [
    ([video()], ["v1"]),
    ([video(), captions()], []),
    ([video(language="en-GB"), captions(language="en-US")], []),
    ([video(), captions(language="es")], ["v1"]),
    ([video(), captions(language="")], []),
    ([video(language=""), captions(language="es")], []),
    ([video(), captions(form=Form.TRANSCRIPT)], []),
    ([video(), video(3, "es"), captions()], ["v3"]),
    ([variant(form=Form.RECORDING)], ["v1"]),
    ([variant(form=Form.AUDIO, language="en")], ["v1"]),
    ([video(kind=Kind.LINK, file_id=None, state="")], []),
    ([variant(form=Form.SLIDES)], []),
    ([video(name="welcome.webm"), video(3, name="good.mp4"), captions(name="good.srt")], ["welcome.webm"]),
    ([video(name="welcome.webm"), video(3, name="welcome.mp4"), captions(name="welcome.en.vtt")], []),
    ([video(name="welcome.webm"), video(3, name="good.mp4"), captions(name="words.vtt")], ["welcome.webm", "good.mp4"]),
    ([video(name="welcome.webm"), video(3, "es", name="bien.mp4"), captions(name="welcome.es.vtt")], ["bien.mp4"]),
]


@pytest.mark.parametrize(("variants", "names"), SILENT)
def test_what_lacks_captions(variants: list[VariantView], names: list[str]) -> None:
    assert [one.name for one in missing_captions(variants)] == names
    if names:
        with pytest.raises(CaptionsMissing) as missing:
            check_publishable(variants, " ")
        assert missing.value.data == {"names": names}
    check_publishable(variants, "It is sung without words")


def test_a_player_shows_the_captions_of_its_own_film() -> None:
    welcome, good = video(name="Welcome.webm"), video(2, name="good.mp4")
    english, spanish = captions(3, name="welcome.en.vtt"), captions(4, "es", name="welcome_es.srt")
    other, waits = captions(5, name="good.srt"), captions(6, name="good.en.vtt", state="waiting")
    text = captions(7, form=Form.TRANSCRIPT, name="good.txt")
    everything = [welcome, good, english, spanish, other, waits, text]
    assert welcome.tracks(everything) == (english, spanish)
    assert good.tracks(everything) == (other,)
    assert texts_of(good, everything) == (other, waits, text)
    assert good.tracks([good, english, other]) == (english, other), "alone, it takes whatever there is"


def test_what_stands_against_publishing() -> None:
    with pytest.raises(NothingToPublish):
        check_publishable([], "")
    with pytest.raises(FilesWait):
        check_publishable([variant(), variant(2, state="waiting")], "")
    with pytest.raises(FilesRefused):
        check_publishable([variant(state="waiting"), variant(2, state="refused")], "")
    assert not variant(state="waiting").ready
    assert variant(kind=Kind.NOTE, file_id=None, state="").ready


def test_captions_stand_behind_what_they_belong_to() -> None:
    order = in_order([captions(1), variant(3, form=Form.HANDOUT), video(2)])
    assert [one.name for one in order] == ["v2", "v3", "v1"]


def test_only_notes_have_html() -> None:
    assert variant(kind=Kind.NOTE, body="*a*", html="<p><em>a</em></p>\n").shown_html == "<p><em>a</em></p>\n"
    assert variant(body="*a*").shown_html == ""
    assert variant(kind=Kind.NOTE, body="*a* <b>").shown_html == "<pre>*a* &lt;b&gt;</pre>\n", "read by nobody yet"


def version(*variants: VariantView) -> VersionView:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    return VersionView(id=UUID(int=1), material_id=UUID(int=2), number=1, note="", created_at=at, variants=variants)


def test_a_version_holds_the_same_whatever_its_order_and_its_keys() -> None:
    before = version(variant(1, name="a"), variant(2, name="b"))
    assert holds_the_same(version(variant(3, name="b"), variant(4, name="a")), before)
    for other in (
        (variant(3, name="b"),),
        (variant(3, name="b"),) * 2,
        (variant(3, name="a", language="en"), variant(4, name="b")),
    ):
        assert not holds_the_same(version(*other), before)
    assert not holds_the_same(before, None)


def test_a_version_holds_only_so_many_notes() -> None:
    note = VariantDetails(kind=Kind.NOTE, name="Words", body="a" * 50_000)
    others = [variant(number, kind=Kind.NOTE, body="b" * 50_000) for number in range(4)]
    check_notes(note, others)
    check_notes(VariantDetails(kind=Kind.LINK), others * 10)
    with pytest.raises(NotesLimit):
        check_notes(replace(note, body="a" * 50_001), others)
    short = [variant(number, kind=Kind.NOTE, body="b") for number in range(MOST_NOTES)]
    check_notes(note, [*short[1:], variant(90)])
    with pytest.raises(NotesLimit):
        check_notes(note, short)
