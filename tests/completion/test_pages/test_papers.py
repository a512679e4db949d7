"""A certificate on paper: readable by people and machines, whatever somebody is called."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.completion.reading import code_of, opened, words_of
from tests.completion.test_rules.test_badges import ADA, HOSTILE, SAID
from training.base.site import Site
from training.completion.pages.papers import (
    TEMPLATE,
    Size,
    list_words,
    paper_data,
    runs_left,
)
from training.completion.rules.certificates import Certificate
from training.web.paper import make_pdf, pdf_bytes, png_pages

SITE = Site(name="Harbour Training", base_url="https://training.example.org")
SCRIPTS = {
    "Latin": ("Zoë Ångström-O’Neil", False),
    "Cyrillic": ("Олександра Коваль", False),
    "Greek": ("Ἑλένη Παπαδοπούλου", False),
    "Arabic": ("ليلى عبد الرحمن الخطيب", True),
    "Hebrew": ("נועה בת־שבע לוי", True),
    "Devanagari": ("अनन्या श्रीवास्तव शर्मा", False),
}


def paper_of(*certificates: Certificate, size: Size = Size.A4) -> bytes:
    return pdf_bytes(TEMPLATE, paper_data(certificates, SITE, size))


async def test_it_says_everything_on_one_page() -> None:
    made = await make_pdf(TEMPLATE, paper_data([replace(ADA, edition=2)], SITE, Size.A4))
    text = words_of(made)
    for words in (
        "Awareness Month",
        "CERTIFICATE",
        "This certifies that Ada Brown took part in and completed Safe messaging in a crisis",
        "18 to 19 May 2026, Dublin time",
        "2 h 30 min",
        "Taught by Tara Quill and Ari Berg",
        "Issued by Harbour Training",
        "20 May 2026 (edition 2)",
        "Valid until 19 May 2028, Dublin time",
        "training.example.org/certificates QX4M-7TRP-HA",
    ):
        assert words in text
    document = opened(made)
    assert len(document.pages) == 1
    assert document.metadata is not None
    assert document.metadata.title == "Certificate: Safe messaging in a crisis: Ada Brown"
    root: Any = document.trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]


@pytest.mark.parametrize(("size", "points"), [(Size.A4, (842, 595)), (Size.LETTER, (792, 612))])
def test_it_lies_on_its_long_side(size: Size, points: tuple[int, int]) -> None:
    box = opened(paper_of(ADA, size=size)).pages[0].mediabox
    assert (round(box.width), round(box.height)) == points


@pytest.mark.parametrize("script", SCRIPTS)
def test_names_in_six_scripts(script: str) -> None:
    name, to_the_left = SCRIPTS[script]
    assert runs_left(name) is to_the_left
    made = paper_of(replace(ADA, holder=name))
    text = words_of(made)
    # Of scripts that join their letters, extraction gives the letters in the order in which they are seen.
    letters = {char for char in name if char.isalpha()}
    assert letters <= {*text}
    assert "\N{REPLACEMENT CHARACTER}" not in text


LONGEST = (
    ("W" * 200, "W" * 200),
    (("Wolfgang " * 23)[:200].strip(), ("Wolfgang " * 23)[:200].strip()),
    (("عبد الرحمن " * 20)[:200].strip(), ("Angst " * 40)[:200].strip()),
    (("अनन्या " * 40)[:200].strip(), "Ж" * 200),
)


@pytest.mark.parametrize("case", range(len(LONGEST)))
@pytest.mark.parametrize("size", list(Size))
def test_the_longest_name_and_title_stay_on_one_page(case: int, size: Size) -> None:
    name, title = LONGEST[case]
    trainers = tuple(f"{number} {title}"[:200] for number in range(9))
    said = replace(SAID, title=title, program=title, issuer=title, trainers=trainers)
    made = paper_of(replace(ADA, holder=name, said=said, edition=12), size=size)
    assert len(opened(made).pages) == 1
    text = words_of(made).replace(" ", "").replace("\u200b", "")
    assert "QX4M-7TRP-HA" in text
    if name == "W" * 200:
        assert text.count("W") >= 400
    assert "and3more" in text


def test_nothing_that_is_missing_leaves_a_gap() -> None:
    said = replace(SAID, starts_at=None, ends_at=None, minutes=0, trainers=())
    text = words_of(paper_of(replace(ADA, said=said, valid_until=None)))
    for words in ("Taught", "hours", "Valid", "time", " · "):
        assert words not in text


def test_a_name_is_only_a_name() -> None:
    hostile = '#let x = 1 <b> $ "quoted" \\n *bold* _it_ @ref `code` // comment'
    text = words_of(paper_of(replace(ADA, holder=hostile)))
    assert hostile in text
    assert len(opened(paper_of(replace(ADA, holder=HOSTILE))).pages) == 1


def test_the_same_certificate_is_the_same_file() -> None:
    assert paper_of(ADA) == paper_of(ADA)
    assert paper_of(ADA) != paper_of(replace(ADA, holder="Ada Browm"))


@pytest.mark.parametrize("size", list(Size))
def test_the_code_in_the_picture_leads_to_the_check_page(size: Size) -> None:
    (picture,) = png_pages(TEMPLATE, paper_data([ADA], SITE, size), ppi=90)
    assert code_of(picture) == "https://training.example.org/certificates/QX4M-7TRP-HA"


def test_many_are_one_file_with_a_page_each() -> None:
    made = paper_of(*(replace(ADA, holder=name) for name, _ in SCRIPTS.values()))
    assert ["QX4M-7TRP-HA" in page.extract_text() for page in opened(made).pages] == [True] * len(SCRIPTS)


def test_words_of_lists() -> None:
    assert [list_words(names) for names in ((), ("A",), ("A", "B"), ("A", "B", "C"))] == [
        "",
        "A",
        "A and B",
        "A, B and C",
    ]
