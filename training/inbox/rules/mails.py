"""A raw mail read once, as far as anybody here looks at it. Everything in it was written by a stranger.

Nothing that comes in makes this raise: what cannot be read is left out and said in `unread`. Four limits keep a
hostile mail cheap: only the beginning is parsed, parts are counted before they are parsed, and every header and every
text is cut.
"""

import re
import unicodedata
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from training.base.structs import Frozen

MOST_BYTES = 1_000_000
"""So much of a mail is parsed. What says why it came back stands at its beginning."""
MOST_PARTS = 50
"""A mail with more boundaries or mails inside it is not opened: parsing costs depth times length."""
MOST_SEAMS = 1_000
"""Nor one with more lines that begin as a seam between parts does."""
MOST_BLANKS = 5_000
"""Nor a delivery status with more empty lines: the library makes a mail of what stands between two of them."""
MOST_LINE = 200
MOST_TEXT = 20_000
MOST_ADDRESS = 254
_MOST_HEADER = 2_000
_MOST_PARAMETERS = 500
_MOST_RECIPIENTS = 20
_MOST_CALENDARS = 3
_MAILS = re.compile(rb"boundary|message/", re.IGNORECASE)
_STATUS = re.compile(rb"delivery-status", re.IGNORECASE)
_BLANK = re.compile(rb"(?:\r\n|\r|\n)(?=[\r\n])")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_MESSAGE_ID = re.compile(r"<[^<>\s]{3,200}>")
_QUOTES = ("in-reply-to", "references", "message-id", "x-original-message-id", "original-message-id")
# By falling trust: the mail system's own note of where it put the mail, then what the mail says.
_TO = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "to", "cc")


class Report(Frozen, frozen=True, kw_only=True):
    """What a delivery status (RFC 3464) says of one recipient: `status` is "5.1.1", `action` "failed"."""

    action: str
    status: str
    recipient: str
    diagnostic: str


class Complaint(Frozen, frozen=True, kw_only=True):
    """What a feedback report (RFC 5965) says: its type, and the envelope sender of what is complained about."""

    kind: str
    mail_from: str


class Mail(Frozen, frozen=True, kw_only=True):
    """A mail as it was read. Texts hold no control characters and are cut; addresses are as written.

    `return_path` is None when the mail does not say, "" for the null sender. `quoted` are the Message-IDs that it
    names, `envelopes` the addresses to which a mail inside it was to be returned. `calendar` is the method of a
    calendar part ("reply"), `calendars` are those parts in UTF-8. `unread` says why a part of it was not read, and is
    empty otherwise.
    """

    sender: str = ""
    return_path: str | None = None
    recipients: tuple[str, ...] = ()
    subject: str = ""
    auto_submitted: str = ""
    failed_recipients: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    envelopes: tuple[str, ...] = ()
    reports: tuple[Report, ...] = ()
    complaint: Complaint | None = None
    calendar: str = ""
    calendars: tuple[bytes, ...] = ()
    text: str = ""
    size: int = 0
    unread: str = ""


class _CutHeaders(policy.Compat32):
    """Cuts each header, also those of the parts, before the library looks at it.

    What it takes to read the parameters of a header grows with the square of their length: one odd quote and
    100 000 semicolons hold a processor for seconds.
    """

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        most = _MOST_PARAMETERS if name[:8].lower() == "content-" else _MOST_HEADER
        return name[:MOST_LINE], value[:most]


_POLICY = _CutHeaders()


def read_mail(raw: bytes) -> Mail:
    """The mail in these bytes. Never raises."""
    unread, parsed = "", None
    beginning = raw[:MOST_BYTES]
    if _is_crowded(beginning):
        unread = "It has more parts than any bounce or reply."
    else:
        parsed = _parsed(beginning)
        unread = "" if parsed is not None else "It is malformed."
    try:
        read = _read(parsed if parsed is not None else _headers_only(beginning), size=len(raw))
    except Exception:  # noqa: BLE001 - the standard library's parser is not made for malice; one mail must stop nobody
        return Mail(size=len(raw), unread="It is malformed.")
    if len(raw) > MOST_BYTES and not unread:
        unread = "It is longer than any bounce or reply; only its beginning was read."
    return _noted(read, unread) if unread else read


def _is_crowded(raw: bytes) -> bool:
    if len(_MAILS.findall(raw)) > MOST_PARTS or raw.count(b"\n--") > MOST_SEAMS:
        return True
    return _STATUS.search(raw) is not None and sum(1 for _ in _BLANK.finditer(raw)) > MOST_BLANKS


def _noted(mail: Mail, unread: str) -> Mail:
    return Mail(**{name: getattr(mail, name) for name in mail.__struct_fields__} | {"unread": unread})


def _parsed(raw: bytes) -> Message | None:
    try:
        return message_from_bytes(raw, policy=_POLICY)
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError, AssertionError):
        return None


def _headers_only(raw: bytes) -> Message:
    return BytesHeaderParser(policy=_POLICY).parsebytes(raw)


def _read(mail: Message, *, size: int) -> Mail:
    parts = list(_parts(mail))
    inside = [part for part, depth in parts if depth]
    own = [part for part, depth in parts if not depth]
    path = _header(mail, "return-path")
    returned = [address for part in inside for address in _addresses(_header(part, "return-path"))]
    complaint = next((_complaint(part) for part in own if part.get_content_type() == "message/feedback-report"), None)
    text = _text(own)
    return Mail(
        sender=next(iter(_addresses(_header(mail, "from"))), ""),
        return_path=None if path is None else path.strip().strip("<>").strip()[:MOST_ADDRESS],
        recipients=tuple(address for name in _TO for address in _all_addresses(mail, name)),
        subject=line(_decoded(_header(mail, "subject") or "")),
        auto_submitted=_automatic(mail),
        failed_recipients=tuple(_all_addresses(mail, "x-failed-recipients")),
        quoted=tuple(dict.fromkeys([*_quoted(mail), *(i for part in inside for i in _quoted(part)), *ids_in(text)])),
        envelopes=tuple(dict.fromkeys(returned)),
        reports=tuple(
            r for part in own if part.get_content_type() == "message/delivery-status" for r in _reports(part)
        ),
        complaint=complaint,
        calendar=next((method for part in own if (method := _method(part))), ""),
        calendars=tuple(_calendars(own)),
        text=text,
        size=size,
    )


def _parts(mail: Message) -> Iterator[tuple[Message, bool]]:
    """Every part, and whether it belongs to a mail inside this one (or is the headers of one)."""
    waiting: list[tuple[Message, bool]] = [(mail, False)]
    seen = 0
    while waiting and seen < 4 * MOST_PARTS:
        part, inside = waiting.pop(0)
        seen += 1
        yield part, inside
        kind, payload = part.get_content_type(), part.get_payload()
        if kind == "text/rfc822-headers" and isinstance(payload, str):
            yield _headers_only(payload.encode("utf-8", "replace")), True
        elif kind in ("message/delivery-status", "message/feedback-report"):
            continue
        elif isinstance(payload, list):
            nested = inside or kind.startswith("message/")
            waiting += [(child, nested) for child in payload if isinstance(child, Message)]


def _header(mail: Message, name: str) -> str | None:
    value = mail.get(name)
    return None if value is None else str(value)[:_MOST_HEADER]


def _decoded(text: str) -> str:
    try:
        pieces = decode_header(text)
        return "".join(p if isinstance(p, str) else _text_of(p, charset or "latin-1") for p, charset in pieces)
    except (MessageError, ValueError, LookupError, TypeError):
        return text


def _text_of(data: bytes, charset: str) -> str:
    try:
        # Some of Python's codecs make no text, and their names may be asked for, too.
        return str(data.decode(charset, "replace"))
    except (LookupError, ValueError, TypeError, UnicodeError, AssertionError):
        return data.decode("latin-1")


def _addresses(text: str | None) -> list[str]:
    if not text:
        return []
    # The strict mode of newer Pythons drops a whole list for one odd name; what is left is checked by its shape below.
    pairs = getaddresses([_decoded(text)])
    return [line(address)[:MOST_ADDRESS] for _, address in pairs[:_MOST_RECIPIENTS] if address.count("@") == 1]


def _all_addresses(mail: Message, name: str) -> Iterator[str]:
    for value in (mail.get_all(name) or [])[:_MOST_RECIPIENTS]:
        yield from _addresses(str(value)[:_MOST_HEADER])


def _quoted(mail: Message) -> list[str]:
    return [found for name in _QUOTES for found in ids_in(_header(mail, name) or "")]


def ids_in(text: str) -> list[str]:
    """What looks like a Message-ID in a text, in order, at most fifty."""
    return [found.group() for found, _ in zip(_MESSAGE_ID.finditer(text), range(50), strict=False)]


def _automatic(mail: Message) -> str:
    """What a machine says of itself, as the word of Auto-Submitted; "" for what a person may have written."""
    said = (_header(mail, "auto-submitted") or "").split(";")[0].strip().lower()
    if said and said != "no":
        return line(said)
    named = ("x-autoreply", "x-autorespond", "x-auto-response-suppress-reply", "x-vacation")
    precedence = (_header(mail, "precedence") or "").strip().lower()
    answered = any(mail.get(name) is not None for name in named) or precedence in ("auto_reply", "auto-reply")
    return "auto-replied" if answered else ""


def _reports(part: Message) -> Iterator[Report]:
    payload = part.get_payload()
    blocks = payload if isinstance(payload, list) else [_headers_only(str(payload).strip().encode("utf-8", "replace"))]
    for block in blocks[:MOST_PARTS]:
        if not isinstance(block, Message) or block.get("action") is None:
            continue
        where = _header(block, "final-recipient") or _header(block, "original-recipient") or ""
        status = re.match(r"\s*([245]\.\d{1,3}\.\d{1,3})", _header(block, "status") or "")
        yield Report(
            action=line(_header(block, "action") or "").split("(")[0].strip().lower(),
            status=status.group(1) if status else "",
            recipient=line(where.partition(";")[2] or where)[:MOST_ADDRESS],
            diagnostic=line((_header(block, "diagnostic-code") or "").partition(";")[2], 500),
        )


def _complaint(part: Message) -> Complaint:
    payload = part.get_payload()
    # The library reads `message/...` as a mail; a blank line before its first field makes a body of the fields.
    fields = payload[0] if isinstance(payload, list) and payload else None
    if not isinstance(fields, Message) or fields.get("feedback-type") is None:
        written = fields.get_payload() if isinstance(fields, Message) else payload
        fields = _headers_only(str(written).strip().encode("utf-8", "replace"))
    kind = line(_header(fields, "feedback-type") or "").lower()
    mail_from = next(iter(_addresses(_header(fields, "original-mail-from"))), "")
    return Complaint(kind=kind, mail_from=mail_from)


def _method(part: Message) -> str:
    if part.get_content_type() != "text/calendar":
        return ""
    found = re.search(r"(?mi)^METHOD:([A-Z-]{1,20})\s*$", _body(part))
    return (found.group(1) if found else line(str(part.get_param("method") or ""))).lower()


def _calendars(parts: list[Message]) -> Iterator[bytes]:
    """The calendar parts, whole: who reads them has limits of their own."""
    own = [part for part in parts if part.get_content_type() == "text/calendar"]
    for part in own[:_MOST_CALENDARS]:
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            charset = str(part.get_content_charset() or "utf-8")
            yield payload if charset in ("utf-8", "us-ascii") else _text_of(payload, charset).encode("utf-8", "replace")


def _text(parts: list[Message]) -> str:
    plain = [p for p in parts if p.get_content_type() == "text/plain"]
    html = [p for p in parts if p.get_content_type() == "text/html"]
    if plain:
        return paragraphs(_body(plain[0]))
    return paragraphs(_TAG.sub(" ", _body(html[0]))) if html else ""


def _body(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    return _text_of(payload[: 4 * MOST_TEXT], str(part.get_content_charset() or "utf-8"))[:MOST_TEXT]


def line(text: str, most: int = MOST_LINE) -> str:
    """A text as one line that can be kept and shown: no control characters, lone surrogates or turned directions."""
    kept = (" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text[: 4 * most])
    shown = "".join(c for c in kept if unicodedata.category(c) != "Cf")
    return " ".join(unicodedata.normalize("NFC", shown).split())[:most]


def paragraphs(text: str) -> str:
    """The same for a text of several lines; empty ones are left out."""
    lines = (line(one, 1_000) for one in text[:MOST_TEXT].splitlines()[:2_000])
    return "\n".join(one for one in lines if one)
