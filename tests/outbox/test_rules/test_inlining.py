"""The style of a mail in its elements: what a browser would have made of the sheet, without reading it."""

import pytest

from training.outbox.mails import style_sheet
from training.outbox.rules.inlining import inlined, on_page, outlined
from training.outbox.rules.lines import Picture, Rendered

SHEET = (
    'p{color:red;font:16px "A B"}\n.quiet{color:grey}p.quiet{margin:0}th,td{padding:1px}h1 a{color:blue}'
    "@media (x){p{color:white!important}.a{b:c}}[data-ogsc] p{color:black}"
)


@pytest.mark.parametrize(
    ("body", "written"),
    [
        ("<p>x</p>", "<p style=\"color:red;font:16px 'A B'\">x</p>"),
        ('<p class="quiet">x</p>', '<p class="quiet" style="color:grey;font:16px \'A B\';margin:0">x</p>'),
        ('<a class="quiet b">x</a>', '<a class="quiet b" style="color:grey">x</a>'),
        ("<th>x</th><td>y</td>", '<th style="padding:1px">x</th><td style="padding:1px">y</td>'),
        ("<h1><a>x</a></h1>", "<h1><a>x</a></h1>"),
        ("&lt;p&gt; 1 < 2", "&lt;p&gt; 1 < 2"),
        ("<!--[if mso]><td><![endif]-->", '<!--[if mso]><td style="padding:1px"><![endif]-->'),
    ],
)
def test_elements(body: str, written: str) -> None:
    html = f"<html><head><p></head><body>{body}</body></html>"
    assert inlined(html, SHEET) == f"<html><head><p></head><body>{written}</body></html>"
    assert outlined(inlined(html, SHEET)) == html


def test_a_value_cannot_become_a_style() -> None:
    html = '<body><a href="x">&#34; style=&#34;color:red</a></body>'
    assert outlined(inlined(html, SHEET)) == html


def test_without_a_body_nothing_happens() -> None:
    assert inlined("<p>x</p>", SHEET) == outlined("<p>x</p>") == "<p>x</p>"


def test_our_own_sheet_has_no_rule_that_is_neither_inlined_nor_kept() -> None:
    """Everything outside of media queries and Outlook's own marks is plain enough for old programs."""
    made = inlined('<body><table><tr><td class="button"><a class="press">x</a></td></tr></table></body>', style_sheet())
    assert "background-color:#0b57a4" in made
    assert "color:#ffffff" in made
    assert "!important" not in made


def test_a_page_has_the_pictures_that_travel_inside_the_message() -> None:
    html = '<html><body><p style="color:red"><img src="cid:code-1" alt="Code"></p></body></html>'
    words = Rendered(subject="", text="", html=html, pictures=(Picture(name="code-1", content=b"PNG"),))
    assert on_page(words) == '<html><body><p><img src="data:image/png;base64,UE5H" alt="Code"></p></body></html>'
