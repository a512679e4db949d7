"""Every template of a message has believable examples, and no text that anybody types can do harm in one."""

import email.policy
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import training
from tests.outbox.hostile import HOSTILE
from training.base.site import Site
from training.desk.rules.examples import EXAMPLES, find_examples, kind_of
from training.outbox.jobs.letters import example_letter, example_words
from training.outbox.rules import Rendered
from training.outbox.rules.examples import Example
from training.outbox.rules.kinds import find_kind
from training.outbox.rules.plain import COLUMNS

SITE = Site(name="Training", base_url="https://training.example", secret_key="a key for tests only")
NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
ROOT = Path(training.__file__).parent
ALL = [example for examples in EXAMPLES.values() for example in examples]
# Words of ours that decide which sentence is written, and addresses of ours: nobody types them.
OURS = frozenset({"path", "places_path", "partner_path", "mode", "was_mode", "why", "anchor", "group", "id"})
OURS |= {"reader_zone", "kind", "zone", "was_zone", "now_zone", "locale", "session_id", "code"}
TAGS = frozenset(
    "html head meta title style body div table tr td th p a br strong h1 span noscript xml o:officedocumentsettings "
    "o:pixelsperinch ul li img".split()
)
# Control characters, lone surrogates, other line ends, and what turns the direction of the words behind it.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
HEADERS = tuple(
    "From To Subject Date Message-ID Auto-Submitted X-Auto-Response-Suppress Content-Type MIME-Version".split()
)
UNSUBSCRIBE = ("List-Unsubscribe", "List-Unsubscribe-Post")


def named(example: Example) -> str:
    return f"{example.template} {example.case}".strip()


def test_every_template_has_an_example() -> None:
    found = {
        f"{path.parent.parent.name}/{path.stem}"
        for path in ROOT.glob("*/templates/*/mails/*.subject")
        if not path.stem.startswith("_")
    }
    assert found == set(EXAMPLES)
    assert find_examples("booking", "nothing") == ()


def test_cases_have_names_of_their_own() -> None:
    for examples in EXAMPLES.values():
        assert len({example.case for example in examples}) == len(examples)
        assert find_kind(examples[0].kind) == kind_of(examples[0])


@pytest.mark.parametrize("example", ALL, ids=named)
def test_what_it_says(example: Example) -> None:
    words = example_words(example, SITE)
    assert words.subject
    assert words.text.startswith("Hello") or "test copy" in words.text
    assert "\n\n\n" not in words.text
    assert "&lt;" not in words.html
    assert "None" not in words.text
    for line in words.text.splitlines():
        assert len(line) <= COLUMNS or line.lstrip().startswith("https://"), line
        assert "https://" not in line or re.fullmatch(r"\s*https://\S+", line), line
    assert words.text.count("https://") >= 1
    check_html(words.html)


def check_html(html: str) -> None:
    """Of tables, with a style in every element that has one, one clear action at most, and nothing to be fetched."""
    assert html.count('class="press"') <= 1
    assert '<a class="button"' not in html
    assert '<table role="presentation" class="page"' in html
    assert re.search(r'<div class="preheader" style="[^"]+">[^<]{10,}</div>', html)
    assert 'name="color-scheme" content="light dark"' in html
    assert not re.search(r"display:\s*(flex|grid)", html)
    assert not re.search(r"<(script|link|iframe|form)\b", html)
    # A picture travels inside the mail, and says in words what it shows.
    assert all(re.search(r' src="cid:[a-z0-9-]+".* alt="[^"]{10,}"', tag) for tag in re.findall(r"<img\b[^>]*>", html))
    for tag in re.findall(r"<(?:p|td|th|h1|a)\b[^>]*>", html[html.index("<body") :]):
        assert 'style="' in tag, tag


class Found(HTMLParser):
    """The tags, attributes and addresses of a document, as a lenient reader sees them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.links: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in ("href", "src", "action", "background")}


def typed(value: Any, text: str, name: str = "") -> Any:
    """The same values, with everything that somebody types replaced by `text`."""
    if isinstance(value, str):
        return value if name in OURS or not value else text
    if isinstance(value, dict):
        return {key: typed(item, text, key) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [typed(item, text, name) for item in value]
    return value


def first(examples: tuple[Example, ...]) -> Rendered:
    return example_words(examples[0], SITE)


# One example of each template, with what it says when nobody means harm.
USUAL = [(examples[0], words, Found(words.html)) for examples in EXAMPLES.values() for words in [first(examples)]]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_text_does_harm_in_any_template(text: str) -> None:
    """In every value that somebody types at once, through the real bytes, read back by a parser."""
    for example, usual, known in USUAL:
        harmed = replace(example, given=typed(example.given, text), recipient_name=text)
        mail = read(harmed)
        words = Rendered(subject=str(mail["Subject"]), text=part(mail, "plain"), html=part(mail, "html"))
        check_words(words)
        check_head(mail, usual)
        found = Found(words.html)
        assert found.tags <= known.tags <= TAGS, example.template
        assert found.names <= known.names, example.template
        ours = ("https://training.example", "cid:code-")
        assert {link for link in found.links if not link.startswith(ours)} <= web_links(text)


def check_head(mail: EmailMessage, usual: Rendered) -> None:
    """Every header is there once and says only what it should."""
    assert sorted(mail.keys()) == sorted(HEADERS + (UNSUBSCRIBE if usual.unsubscribe else ()))
    html = (
        ["multipart/related", "text/html", *("image/png" for _ in usual.pictures)] if usual.pictures else ["text/html"]
    )
    kinds = [each.get_content_type() for each in mail.walk()]
    assert kinds == ["multipart/alternative", "text/plain", *html]
    assert not any(UNSEEN.search(str(value)) or "\n" in str(value) for value in mail.values())
    assert [address.addr_spec for address in mail["To"].addresses] == ["ada@example.org"]
    assert str(mail["From"]) == "Training <training@localhost.localdomain>"
    if usual.unsubscribe:
        assert str(mail["List-Unsubscribe"]) == f"<{usual.unsubscribe}>"


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content()).replace("\r\n", "\n")


def web_links(text: str) -> set[str]:
    """What an announcement may make a link of: an address that somebody wrote out."""
    written = {found.rstrip(".,)") for found in re.findall(r"https?://[^\s<>\"']+", text)}
    return written | {f"mailto:{found}" for found in re.findall(r"[\w.]+@[\w.]+", text)}


def check_words(words: Rendered) -> None:
    shown = words.subject + words.text + words.html
    assert not UNSEEN.search(shown)
    assert "\n" not in words.subject
    assert len(words.subject) <= 200
    assert "a key for tests only" not in shown
    assert not re.search(r"\b49\b", shown)


def read(example: Example) -> EmailMessage:
    raw = example_letter(example, SITE, NOW)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    return BytesParser(EmailMessage, policy=email.policy.default).parsebytes(raw)


def test_there_are_enough_hostile_texts() -> None:
    assert len(HOSTILE) >= 71
    assert len(set(HOSTILE.values())) == len(HOSTILE)
