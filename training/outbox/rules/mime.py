"""A message as the bytes that travel: text and HTML beside each other, every header safe. Pure."""

import base64
import binascii
import re
from datetime import datetime
from email.charset import QP, Charset
from email.generator import BytesGenerator
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import SMTPUTF8, Policy, compat32
from email.utils import format_datetime
from io import BytesIO
from uuid import UUID

from training.base.structs import Frozen
from training.outbox.rules.lines import Rendered, header_line, safe_recipient

_MOST_LINE = 998
_ENCODING = "quoted-printable"
_UTF8 = Charset("utf-8")
_UTF8.header_encoding = QP
_PLAIN: Policy = compat32
_METHODS = frozenset({"REQUEST", "CANCEL"})
_FILE = "invite.ics"
_ORGANIZER = re.compile(r"^ORGANIZER(?:;[^\n]*?)?:mailto:(?P<address>[^\s]+)$", re.MULTILINE | re.IGNORECASE)


class Letter(Frozen, frozen=True, kw_only=True):
    """Everything that a mail says. `id` makes the boundary between its parts: the same letter is the same bytes.

    `unsubscribe` is the address that ends this sort of mail; empty where nobody can end it. `calendar` is one calendar
    object with `calendar_method` as its METHOD, empty where there is none.
    """

    id: UUID
    message_id: str
    at: datetime
    sender: str
    sender_name: str
    recipient: str
    recipient_name: str
    words: Rendered
    reply_to: str = ""
    unsubscribe: str = ""
    calendar: str = ""
    calendar_method: str = ""


def organizer_of(calendar: str) -> str:
    """The address that a calendar object names as its organizer, empty without one: a mail that carries it must come
    from there, or calendar programs neither answer nor update it."""
    unfolded = calendar.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "")
    found = _ORGANIZER.search(unfolded)
    return found["address"] if found else ""


def build_letter(letter: Letter) -> bytes:
    """The letter with CRLF line ends, no line above 998 bytes, 7 bits only unless its recipient's address needs more.

    Raises ValueError for an address or Message-ID that could break a header. Names and subjects cannot: they become
    one line each (`header_line`), encoded where they are not ASCII.
    """
    if letter.calendar and letter.calendar_method not in _METHODS:
        raise ValueError("A calendar in a mail asks for REQUEST or CANCEL")
    boundary = f"=_{letter.id.hex}"
    if not letter.recipient.isascii():
        return _written_by_policy(letter, boundary)
    # Joined here, because the generator of the email package folds each header anew: three times the work.
    lines = [f"{name}: {value}" for name, value in _headers(letter, _PLAIN)]
    lines.append("MIME-Version: 1.0")
    if not letter.calendar:
        lines += [*_alternatives(letter, boundary), ""]
        return "\n".join(lines).encode("ascii").replace(b"\n", b"\r\n")
    outer = f"{boundary}_"
    lines += [f'Content-Type: multipart/mixed; boundary="{outer}"', "", f"--{outer}"]
    lines += [*_alternatives(letter, boundary), f"--{outer}", *_attached(letter.calendar), f"--{outer}--", ""]
    return "\n".join(lines).encode("ascii").replace(b"\n", b"\r\n")


def _alternatives(letter: Letter, boundary: str) -> list[str]:
    """The same said in several ways, the last one best: text, HTML, calendar (RFC 6047, 2.4)."""
    lines = [f'Content-Type: multipart/alternative; boundary="{boundary}"', ""]
    lines += [f"--{boundary}", *_text_lines(letter.words.text, "plain"), f"--{boundary}"]
    lines += _with_pictures(letter, f"{boundary}-") if letter.words.pictures else _text_lines(letter.words.html, "html")
    if letter.calendar:
        # Beside the others and with its method, because only so Gmail and Outlook show buttons to answer.
        lines += [
            f"--{boundary}",
            f'Content-Type: text/calendar; charset="utf-8"; method={letter.calendar_method}',
            "Content-Transfer-Encoding: base64",
            "",
            _in_base64(letter.calendar),
        ]
    return [*lines, f"--{boundary}--"]


def _text_lines(text: str, subtype: str) -> list[str]:
    return [
        f'Content-Type: text/{subtype}; charset="utf-8"',
        f"Content-Transfer-Encoding: {_ENCODING}",
        "",
        _quoted(text),
    ]


def _with_pictures(letter: Letter, boundary: str) -> list[str]:
    """The HTML with the pictures that it shows (RFC 2387): they are there without a network, and nobody is told."""
    lines = [f'Content-Type: multipart/related; type="text/html"; boundary="{boundary}"', "", f"--{boundary}"]
    lines += _text_lines(letter.words.html, "html")
    for picture in letter.words.pictures:
        lines += [
            f"--{boundary}",
            f'Content-Type: image/png; name="{picture.name}.png"',
            "Content-Transfer-Encoding: base64",
            f"Content-ID: <{picture.name}>",
            f'Content-Disposition: inline; filename="{picture.name}.png"',
            "",
            base64.encodebytes(picture.content).decode("ascii").rstrip("\n"),
        ]
    return [*lines, f"--{boundary}--"]


def _attached(calendar: str) -> list[str]:
    """The same calendar as a file, for programs that know no other way. Not as text/calendar once more: some would take
    it for a second invitation."""
    return [
        f'Content-Type: application/ics; name="{_FILE}"',
        f'Content-Disposition: attachment; filename="{_FILE}"',
        "Content-Transfer-Encoding: base64",
        "",
        _in_base64(calendar),
    ]


def _in_base64(text: str) -> str:
    """Line ends and octets of a calendar are part of what it says, so nothing on the way may touch them."""
    return base64.encodebytes(text.encode()).decode("ascii").rstrip("\n")


def _written_by_policy(letter: Letter, boundary: str) -> bytes:
    """The same by the email package's newer policy: only that can write an address that is not ASCII."""
    said = MIMEMultipart("alternative", boundary=boundary, policy=SMTPUTF8)
    said.attach(_part(letter.words.text, "plain", SMTPUTF8))
    html = _part(letter.words.html, "html", SMTPUTF8)
    said.attach(_related(letter, html, f"{boundary}-") if letter.words.pictures else html)
    mail = said
    if letter.calendar:
        del said["MIME-Version"]
        answered = _calendar_part("text", "calendar", letter.calendar, charset="utf-8", method=letter.calendar_method)
        attached = _calendar_part("application", "ics", letter.calendar, name=_FILE)
        attached["Content-Disposition"] = f'attachment; filename="{_FILE}"'
        said.attach(answered)
        mail = MIMEMultipart("mixed", boundary=f"{boundary}_", policy=SMTPUTF8)
        mail.attach(said)
        mail.attach(attached)
    for name, value in _headers(letter, SMTPUTF8):
        mail[name] = value
    out = BytesIO()
    BytesGenerator(out, mangle_from_=False, policy=SMTPUTF8).flatten(mail)  # type: ignore[arg-type]
    return out.getvalue()


def _related(letter: Letter, html: MIMENonMultipart, boundary: str) -> MIMEMultipart:
    both = MIMEMultipart("related", boundary=boundary, policy=SMTPUTF8, type="text/html")
    del both["MIME-Version"]
    both.attach(html)
    for picture in letter.words.pictures:
        part = MIMENonMultipart("image", "png", policy=SMTPUTF8, name=f"{picture.name}.png")
        del part["MIME-Version"]
        part["Content-Transfer-Encoding"] = "base64"
        part["Content-ID"] = f"<{picture.name}>"
        part["Content-Disposition"] = f'inline; filename="{picture.name}.png"'
        part.set_payload(base64.encodebytes(picture.content).decode("ascii"))
        both.attach(part)
    return both


def _calendar_part(main: str, sub: str, calendar: str, **told: str) -> MIMENonMultipart:
    part = MIMENonMultipart(main, sub, policy=SMTPUTF8, **told)
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(_in_base64(calendar))
    return part


def _headers(letter: Letter, policy: Policy) -> list[tuple[str, str]]:
    for value in (letter.message_id, letter.unsubscribe):
        if not value.isascii() or not value.isprintable() or " " in value or len(value) > _MOST_LINE - 40:
            raise ValueError("A header cannot hold this")
    headers = [
        ("From", _mailbox(letter.sender_name, letter.sender, policy)),
        ("To", _mailbox(letter.recipient_name, letter.recipient, policy)),
        ("Subject", _words(header_line(letter.words.subject), policy)),
        ("Date", format_datetime(letter.at)),
        ("Message-ID", letter.message_id),
        # Nobody's holiday notice is to answer, neither by the standard nor by Exchange.
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ]
    if letter.reply_to:
        headers.append(("Reply-To", _mailbox("", letter.reply_to, policy)))
    if letter.unsubscribe:
        headers.append(("List-Unsubscribe", f"<{letter.unsubscribe}>"))
        # One click only where nobody on the way can read the address (RFC 8058, 3.1).
        if letter.unsubscribe.startswith("https://"):
            headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    return headers


def _mailbox(name: str, address: str, policy: Policy) -> str:
    name, address = header_line(name), safe_recipient(address)
    if not name:
        return address
    if policy is _PLAIN and not name.isascii():
        # Not by `formataddr`, which writes one encoded word of any length; 75 letters are allowed.
        return f"{Header(name, _UTF8, header_name='From').encode()} <{address}>"
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{address}>'


def _words(line: str, policy: Policy) -> str:
    return line if line.isascii() or policy is not _PLAIN else Header(line, _UTF8, header_name="Subject").encode()


def _part(text: str, subtype: str, policy: Policy) -> MIMENonMultipart:
    part = MIMENonMultipart("text", subtype, charset="utf-8", policy=policy)
    part["Content-Transfer-Encoding"] = _ENCODING
    part.set_payload(_quoted(text))
    return part


def _quoted(text: str) -> str:
    """Always encoded: no long line, no dot or "From" at its start and no byte above 127 for a relay to change."""
    body = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
    return binascii.b2a_qp(body, istext=True).decode("ascii")
