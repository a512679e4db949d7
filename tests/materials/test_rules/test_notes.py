"""Notes: Markdown becomes HTML that can do nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.materials.rules.notes import MOST_IN_A_NOTE, TAGS, note_html

WRITTEN = {
    "# Hello": "<h3>Hello</h3>\n",
    "###### Six": "<h6>Six</h6>\n",
    "*a* **b** ~~c~~ `d`": "<p><em>a</em> <strong>b</strong> <s>c</s> <code>d</code></p>\n",
    "- a\n- b": "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n",
    "3. a\n4. b": '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>\n',
    "[lines](https://example.org/a?b=1&c=2)": (
        '<p><a href="https://example.org/a?b=1&amp;c=2" rel="noopener nofollow">lines</a></p>\n'
    ),
    "<mailto:a@b.example>": '<p><a href="mailto:a@b.example" rel="noopener nofollow">mailto:a@b.example</a></p>\n',
    "![A tree](https://elsewhere.example/tree.png)": "<p>A tree</p>\n",
    "```html\n<b>\n```": "<pre><code>&lt;b&gt;\n</code></pre>\n",
    "a\\\nb": "<p>a<br>\nb</p>\n",
}


@pytest.mark.parametrize("body", WRITTEN)
def test_what_people_write(body: str) -> None:
    assert note_html(body) == WRITTEN[body]


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg/onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "<javascript:alert(1)>",
    "[x](/sign-out)",
    "[x](//evil.example)",
    "[x]: javascript:alert(1)\n\n[x]",
    "![x](https://evil.example/pixel.png)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    '[x](https://a.example "t\\" onmouseover=alert(1) x=\\"")',
    "<a href='https://x.example' onclick='alert(1)'>x</a>",
    "<iframe src=https://evil.example></iframe>",
    "<form action=https://evil.example><input name=password></form>",
    "<style>body{display:none}</style>",
    "<base href=https://evil.example>",
    "<meta http-equiv=refresh content=0;url=https://evil.example>",
    "<math><mtext></mtext><mglyph><style><img src=x onerror=alert(1)></style></mglyph></math>",
    "`<script>`",
    "\x00<script>",
    "<!--><script>alert(1)</script>-->",
    "| <img src=x onerror=alert(1)> |\n|---|\n| [a](javascript:1) |",
]
_TAG = re.compile(r"<\s*/?\s*([a-zA-Z0-9]+)([^>]*)>")
_HARMLESS = re.compile(
    r'(?: (?:href="(?:https?:|mailto:|tel:)[^"]*"|title="[^"]*"|rel="noopener nofollow"|start="[0-9]+"))*\s*/?'
)


def check_harmless(html: str) -> None:
    for name, attributes in _TAG.findall(html):
        assert name in TAGS, html
        assert _HARMLESS.fullmatch(attributes), html


@pytest.mark.parametrize("body", HOSTILE)
def test_nothing_hostile_survives(body: str) -> None:
    check_harmless(note_html(body))


PIECES = st.sampled_from([*HOSTILE, *WRITTEN, "<", ">", '"', "&", "[", "](", ")", "\n", "`", "![", "&#x6a;", "<a "])


@given(st.lists(PIECES | st.text(max_size=12), max_size=12).map("".join))
def test_whatever_is_written_is_harmless(body: str) -> None:
    check_harmless(note_html(body))


def test_deep_and_long_notes_end() -> None:
    assert len(note_html(">" * 50_000)) < 10_000
    assert len(note_html("[" * 50_000)) < 200_000
    assert len(note_html("a" * (MOST_IN_A_NOTE + 5))) <= MOST_IN_A_NOTE + 8
