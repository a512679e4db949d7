"""A letter is a mail that every program can read, and no typed text is more than text in it."""

from datetime import UTC, datetime
from email import message_from_string
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from training.outbox.rules import Rendered, header_line
from training.outbox.rules.lines import Picture
from training.outbox.rules.mime import Letter, build_letter, organizer_of
from training.web.codes import make_png

LETTER = Letter(
    id=UUID(int=5),
    message_id="<5@training.example>",
    at=datetime(2026, 5, 4, 9, tzinfo=UTC),
    sender="training@training.example",
    sender_name="training",
    recipient="ada@example.org",
    recipient_name="Ada",
    words=Rendered(subject="Hello", text="One\n.\nFrom here\n", html="<p>One</p>\n"),
)
NAMES = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
]


def read(content: bytes) -> EmailMessage:
    # As text, because an address that is not ASCII travels as it is (RFC 6532).
    mail = message_from_string(content.decode(), policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def check_lines(content: bytes) -> None:
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 998


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content()).replace("\r\n", "\n")


def test_a_plain_letter() -> None:
    content = build_letter(LETTER)
    mail = read(content)
    assert [name for name in mail if name not in {"Content-Type", "MIME-Version"}] == NAMES
    assert (mail["From"], mail["To"]) == ("training <training@training.example>", "Ada <ada@example.org>")
    assert (mail["Subject"], mail["Message-ID"]) == ("Hello", "<5@training.example>")
    assert mail["Date"].datetime == LETTER.at
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert mail.get_content_type() == "multipart/alternative"
    assert (part(mail, "plain"), part(mail, "html")) == (LETTER.words.text, LETTER.words.html)
    check_lines(content)
    assert content == build_letter(LETTER)


def test_one_click_ends_it_only_where_nobody_listens() -> None:
    address = "https://training.example/unsubscribe/" + "a" * 64
    mail = read(build_letter(replace(LETTER, unsubscribe=address, reply_to="mona@example.org")))
    assert mail["List-Unsubscribe"] == f"<{address}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Reply-To"] == "mona@example.org"
    overheard = read(build_letter(replace(LETTER, unsubscribe=address.replace("https", "http"))))
    assert overheard["List-Unsubscribe"]
    assert overheard["List-Unsubscribe-Post"] is None


def test_letters_beyond_ascii() -> None:
    words = Rendered(subject="Zoë's Übung " * 12, text="Grüße\u2028\n" + "ä" * 2000, html="<p>" + "x" * 3000 + "</p>")
    content = build_letter(replace(LETTER, words=words, recipient_name="Zoë, " * 30, sender_name="Träining"))
    check_lines(content)
    assert content.isascii()
    mail = read(content)
    assert mail["Subject"] == header_line(words.subject)
    # Python's newer parser puts spaces between the words of a long name; others do not.
    assert mail["To"].addresses[0].display_name.replace(" ", "") == header_line("Zoë, " * 30).replace(" ", "")
    assert mail["To"].addresses[0].addr_spec == "ada@example.org"
    assert mail["From"].addresses[0].display_name == "Träining"
    assert part(mail, "plain") == words.text
    assert part(mail, "html") == words.html


def test_an_address_beyond_ascii() -> None:
    content = build_letter(replace(LETTER, recipient="josé@example.org", recipient_name='Jo "J" É'))
    check_lines(content)
    assert "josé@example.org".encode() in content
    assert read(content)["To"].addresses[0].addr_spec == "josé@example.org"


@pytest.mark.parametrize(
    "wrong",
    [
        {"recipient": "ada@example.org\r\nBcc: eve@example.org"},
        {"recipient": "ada@example.org, eve@example.org"},
        {"sender": "a b@example.org"},
        {"reply_to": "a@example.org\n"},
        {"message_id": "<5@x>\r\nBcc: eve@example.org"},
        {"unsubscribe": "https://x.org/\n"},
        {"unsubscribe": "https://x.org/" + "a" * 1000},
    ],
)
def test_what_no_header_can_hold_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"address|hold"):
        build_letter(replace(LETTER, **wrong))


HOSTILE = st.one_of(
    st.text(max_size=250),
    st.sampled_from(
        [
            "x\r\nBcc: eve@example.org",
            "=?utf-8?B?DQpCY2M6IGV2ZUBleGFtcGxlLm9yZw0K?=",
            "=?utf-8?Q?x=0D=0ABcc:_eve@example.org?=",
            "a\u2028Bcc: eve@example.org",
            '"<eve@example.org>',
            "\\",
            "x" * 500,
        ]
    ),
)


@given(subject=HOSTILE, name=HOSTILE, sender=HOSTILE, text=st.text(max_size=200), address=st.booleans())
def test_no_typed_text_is_more_than_text(subject: str, name: str, sender: str, text: str, address: bool) -> None:
    words = Rendered(subject=subject, text=text, html=text)
    recipient = "josé@example.org" if address else "ada@example.org"
    content = build_letter(replace(LETTER, words=words, recipient_name=name, sender_name=sender, recipient=recipient))
    check_lines(content)
    mail = read(content)
    assert [key for key in mail if key not in {"Content-Type", "MIME-Version"}] == NAMES
    assert [found.addr_spec for found in mail["To"].addresses] == [recipient]
    assert [found.addr_spec for found in mail["From"].addresses] == [LETTER.sender]
    assert len(list(mail.walk())) == 3


CALENDAR = (
    "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
    "SUMMARY:Zo\u00eb and a long title that is folded somewhe\r\n re\r\n"
    'ORGANIZER;CN="Training, all":mailto:training+0123456789abcdef@trai\r\n ning.example\r\n'
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.mark.parametrize("recipient", ["ada@example.org", "jos\u00e9@example.org"])
def test_a_calendar_is_an_alternative_and_a_file(recipient: str) -> None:
    content = build_letter(replace(LETTER, recipient=recipient, calendar=CALENDAR, calendar_method="REQUEST"))
    mail = read(content)
    assert mail.get_content_type() == "multipart/mixed"
    said, attached = mail.iter_parts()
    assert isinstance(said, EmailMessage)
    assert isinstance(attached, EmailMessage)
    kinds = [(one.get_content_type(), one.get_param("method"), one.get_param("charset")) for one in said.iter_parts()]
    assert kinds[:2] == [("text/plain", None, "utf-8"), ("text/html", None, "utf-8")]
    assert kinds[2:] == [("text/calendar", "REQUEST", "utf-8")]
    assert list(said.iter_parts())[2].get_payload(decode=True) == CALENDAR.encode()
    assert (attached.get_content_type(), attached.get_filename()) == ("application/ics", "invite.ics")
    assert attached.get_payload(decode=True) == CALENDAR.encode()
    assert (part(mail, "plain"), part(mail, "html")) == (LETTER.words.text, LETTER.words.html)
    assert [name for name in mail if name not in {"Content-Type", "MIME-Version"}] == NAMES
    assert mail.get_all("MIME-Version") == ["1.0"]
    check_lines(content)
    assert content == build_letter(replace(LETTER, recipient=recipient, calendar=CALENDAR, calendar_method="REQUEST"))


@pytest.mark.parametrize("method", ["", "PUBLISH", "REQUEST\r\nBcc: eve@example.org"])
def test_a_calendar_asks_for_one_of_two_things(method: str) -> None:
    with pytest.raises(ValueError, match="REQUEST or CANCEL"):
        build_letter(replace(LETTER, calendar=CALENDAR, calendar_method=method))


def test_the_organizer_is_found_in_a_folded_line() -> None:
    assert organizer_of(CALENDAR) == "training+0123456789abcdef@training.example"
    assert organizer_of("") == ""
    assert organizer_of(CALENDAR.replace("ORGANIZER", "X-ORGANIZER")) == ""


PICTURED = replace(
    LETTER,
    words=replace(
        LETTER.words, html='<img src="cid:code-1">', pictures=(Picture(name="code-1", content=make_png("One")),)
    ),
)


@pytest.mark.parametrize("recipient", ["ada@example.org", "ädä@example.org"])
@pytest.mark.parametrize("calendar", ["", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"])
def test_a_picture_travels_beside_the_html_that_shows_it(recipient: str, calendar: str) -> None:
    letter = replace(PICTURED, recipient=recipient, calendar=calendar, calendar_method="REQUEST" if calendar else "")
    content = build_letter(letter)
    check_lines(content)
    mail = read(content)
    said = next(one for one in mail.walk() if one.get_content_type() == "multipart/alternative")
    kinds = [one.get_content_type() for one in said.iter_parts()]
    assert kinds == ["text/plain", "multipart/related", *(["text/calendar"] if calendar else [])]
    related = next(one for one in mail.walk() if one.get_content_type() == "multipart/related")
    html, picture = related.iter_parts()
    assert related.get_param("type") == "text/html"
    assert "cid:code-1" in html.get_content()
    assert (picture["Content-ID"], picture.get_content_disposition()) == ("<code-1>", "inline")
    assert picture.get_content() == PICTURED.words.pictures[0].content
    assert content == build_letter(letter)
