"""Notes: Markdown becomes HTML that can do nothing."""

import re
import sys
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.materials.rules.notes import DEEPEST, MOST_HTML, MOST_IN_A_NOTE, TAGS, note_html, note_trouble, read_note

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


COSTLY = {
    "quotes": ">" * 49_999 + "x",
    "stars": "*a_ " * 12_500,
    "brackets": "[" * 50_000,
    "images": "![" * 25_000,
    "closed brackets": "[" * 25_000 + "]" * 25_000,
    "links": "[a](" * 12_500,
    "links with brackets": "[a](<" * 10_000,
    "wide table": "|a" * 12_000 + "\n" + "|-" * 12_000 + "\n",
    "table of nothing": "|a" * 5_000 + "\n" + "|-" * 5_000 + "\n" + "|b\n" * 8_000,
    "references": "".join(f"[{n}]: http://x/{n}\n" for n in range(2_500)) + "[1]" * 500,
    "definitions": "[a]:\n" * 10_000,
    "backticks": " ".join("`" * n for n in range(300)),
    "entities": "&" * 50_000,
    "html": "<" * 50_000,
    "emphasis": "**_" * 16_666,
    "strikes": "~~a" * 16_666,
    "lists in lists": "- " * 25_000,
    "lists": "* a\n" * 12_500,
    "steps": "".join(" " * n + "- a\n" for n in range(300)),
    "addresses": "<a@" * 16_666,
    "lazy quotes": ">" * 1_000 + "\n" + (">" * 20 + "\n") * 2_000,
    "directions": "\u202e" * 25_000 + "\u202c" * 25_000,
    "closed isolates": "\u202e\u2067" * 12_500 + "\u2069" * 25_000,
    "lines": "a\n\n" * 16_666,
    "breaks": "a\\\n" * 16_666,
    "autolinks": "<https://a.b/c> " * 3_100,
    "different addresses": "".join(f"<https://a.b/{number}> " for number in range(2_600)),
}
# Calls of functions, counted, and no clock: what brackets cost until they are given up.
MOST_CALLS = 4_000_000


@pytest.mark.parametrize("name", COSTLY)
def test_what_a_note_costs_has_an_end(name: str) -> None:
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        html = read_note.__wrapped__(COSTLY[name][:MOST_IN_A_NOTE]).html
    finally:
        sys.setprofile(before)
    assert calls < MOST_CALLS
    assert len(html) <= MOST_HTML
    check_harmless(html)


def test_what_is_too_much_is_shown_as_it_was_written_and_refused_when_it_is_written() -> None:
    body = "[" * 40_000 + "<b>\u202e&"
    assert note_html(body) == f"<pre>{'[' * 40_000}&lt;b&gt;&amp;</pre>\n"
    assert note_trouble(body).startswith("This has more brackets")
    assert note_trouble("# Long\n\n" + "*Many* [words](https://a.example) and `code`.\n\n" * 900) == ""


def test_links_without_end_are_shown_as_they_were_written_and_refused() -> None:
    body = "<https://a.b/c> " * 1_001
    assert note_html(body).startswith("<pre>&lt;https://a.b/c&gt;")
    assert note_trouble(body).startswith("This has more brackets")
    assert note_trouble("<https://a.b/c> " * 1_000) == ""
    assert note_html("<https://a.b/c> " * 1_000).count("<a ") == 1_000


def test_what_lies_too_deep_is_refused_and_not_left_out_without_a_word() -> None:
    def lists(depth: int) -> str:
        return "".join(" " * 2 * number + f"- at {number}\n" for number in range(depth))

    for body in ("> " * (DEEPEST - 1) + "the end", lists(DEEPEST // 2 - 1)):
        assert note_trouble(body) == ""
    assert "the end" in note_html("> " * (DEEPEST - 1) + "the end")
    for body in ("> " * DEEPEST + "the end", lists(DEEPEST // 2)):
        assert note_trouble(body).startswith("This has lists or quotes too deep")


NOWHERE = {
    "[f](/sign-out)": "[f](/sign-out)",
    "[e](//x/y)": "[e](//x/y)",
    "[x](java&Tab;script:x)": "[x](java%09script:x)",
    "[x](https://a.example:99999/)": "[x](https://a.example:99999/)",
    "[x](javascript:alert(1))": "[x](javascript:alert(1))",
    "[*b* x](notes.md 'title')": "[<em>b</em> x](notes.md)",
    "[r][1]\n\n[1]: #there": "[r](#there)",
    "[bank](https://bank.example:x@evil.example/)": "[bank](https://bank.example:x@evil.example/)",
    "[bank](https://bank.example@evil.example/)": "[bank](https://bank.example@evil.example/)",
    "[bank](https:evil.example)": "[bank](https:evil.example)",
    "[bank](https://[evil/)": "[bank](https://%5Bevil/)",
    "[x]()": "[x]()",
}


@pytest.mark.parametrize("body", NOWHERE)
def test_a_link_that_leads_nowhere_stands_as_it_was_written_and_is_refused_by_name(body: str) -> None:
    assert note_html(body) == f"<p>{NOWHERE[body]}</p>\n"
    address = NOWHERE[body].partition("](")[2][:-1]
    assert f"\u201c{address}\u201d" in note_trouble(f"# Before\n\n- {body}" if "\n" not in body else body)


@pytest.mark.parametrize("body", ["map<std::string>", "<https://a:b@evil.example/>", "<javascript:alert(1)>"])
def test_angle_brackets_are_no_link_that_somebody_meant(body: str) -> None:
    assert "<a" not in note_html(body)
    assert note_trouble(body) == ""


def test_what_is_written_well_is_no_trouble() -> None:
    assert [note_trouble(body) for body in WRITTEN] == [""] * len(WRITTEN)


def test_a_long_address_is_named_by_its_beginning() -> None:
    assert f"\u201c/{'a' * 78}\u2026\u201d" in note_trouble(f"[x](/{'a' * 500})")


@pytest.mark.parametrize("turned", ["\u202e", "&#8238;", "&#x202e;", "\u2067", "\u202d"])
def test_no_direction_reaches_further_than_its_line(turned: str) -> None:
    html = note_html(f"a\n[{turned}kcilc](https://e.example/)\n\nb {turned}")
    assert "kcilc</a>" in html
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", html)
    assert note_html("\u2067ab\u2069 \u202acd\u202c") == "<p>\u2067ab\u2069 \u202acd\u202c</p>\n"
