"""What a mail is, and of which message of ours it speaks. Pure.

A mail that is to have consequences must prove what it says, because anybody can write "this address is dead" to us.
The proof is the envelope sender (`training.base.envelopes`), which only those know who carried or got the message.
Without it, a bounce counts when it comes from the null sender, as bounces must, and names a Message-ID of ours, which
nobody can guess. An answer of a calendar counts when it comes to its invite's own address, which only that calendar
knows; whether it fits is judged where invites are. Everything else is for a person to look at.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

from msgspec.structs import replace

from training.base.envelopes import invite_of_address, message_of_envelope
from training.base.errors import Conflict
from training.base.structs import Frozen
from training.ics.replies import Reply
from training.inbox.rules.answers import read_answer
from training.inbox.rules.mails import Mail, Report

MOST_REASON = 500


class MailKind(StrEnum):
    """What a mail is."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    REPLY = "reply"
    AUTOMATIC = "automatic"
    DELIVERED = "delivered"
    UNKNOWN = "unknown"


class MailState(StrEnum):
    """What became of it: it had its consequences, a person must look at it, or there was nothing to do."""

    HANDLED = "handled"
    REVIEW = "review"
    DROPPED = "dropped"


class SettledAlready(Conflict):
    """Somebody has dealt with this mail already."""

    code = "mail-settled-already"


class Verdict(Frozen, frozen=True, kw_only=True):
    """What a mail is and what becomes of it. `reason` tells people why it came back, or why it is doubtful.

    `message_id` is the message of ours that it speaks of. `permanent` tells whether a bounce will happen again.
    `invite_id` is the invite to whose own address it was sent, `reply` what a calendar answers there.
    """

    kind: MailKind
    state: MailState
    reason: str = ""
    message_id: UUID | None = None
    recipient: str = ""
    permanent: bool = False
    invite_id: UUID | None = None
    reply: Reply | None = None


# What mail systems say in words when they give no number: stems, in the languages that our partners' systems speak.
_GONE = re.compile(
    r"user unknown|unknown user|no such (user|address|recipient|person)|does ?n.t exist|does not exist|not exist"
    r"|(address|recipient|mailbox|user|account)[^.\n]{0,40}(not found|rejected|unavailable|disabled|inactive|invalid)"
    r"|(couldn.t|could not) be found|wasn.t found|host (unknown|or domain name not found)|550[ -]5\.1\.\d"
    r"|unbekannt|existiert nicht|nicht gefunden|ung.ltig|n.existe pas|inconnu|introuvable|no existe|desconocid"
    r"|non esiste|sconosciut|inesistente|n.o existe|bestaat niet|onbekend|nie istnieje",
    re.IGNORECASE,
)
_PASSING = re.compile(
    r"(mailbox|inbox|quota|storage)[^.\n]{0,40}(full|exceeded|over)|over ?quota|exceeded[^.\n]{0,20}quota|greylist"
    r"|try again|temporar|deferred|timed? out|too (large|big)|blocked|spam|reputation|rate limit"
    r"|postfach[^.\n]{0,20}voll|bo.te[^.\n]{0,60}pleine|buz.n[^.\n]{0,20}llen|casella[^.\n]{0,20}piena|vorübergehend",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"undeliver|not (be )?delivered|could ?n.t be delivered|delivery (has )?fail|failure notice|returned (mail|to)"
    r"|delivery status notification|mail delivery (failed|system)|unzustellbar|nicht zugestellt|zustellung"
    r"|non (remis|distribu)|non-remise|no (se )?(pudo|entreg)|devuelto|mancat[ao] (consegna|recapito)|onbestelbaar",
    re.IGNORECASE,
)
# At the beginning only: a person may write back about an absence.
_AWAY = re.compile(
    r"\s*(re: |aw: )?(out of (the )?office|automatic reply|auto.?(reply|response)|vacation|abwesen"
    r"|automatische antwort|au.erhalb|absence|r.ponse automatique|fuera de|respuesta autom"
    r"|fuori sede|risposta automatica|afwezig|on leave)",
    re.IGNORECASE,
)
_DAEMONS = frozenset({"mailer-daemon", "postmaster", "mail-daemon", "mailerdaemon", "mail-delivery-subsystem"})
_ANYBODY = "A calendar answered, but not to an invitation's own address, so anybody may have written it."
_NO_COMPLAINTS = frozenset({"not-spam", "auth-failure", "dmarc", "virus"})
# Refused for what the message is or who sends it, or full: the address itself is right (RFC 3463).
_NOT_THE_ADDRESS = re.compile(r"5\.(2\.[234]|3\.\d+|4\.[02-9]|4\.1|5\.\d+|6\.\d+|7\.\d+)$")


def judge(mail: Mail, base_url: str, secret_key: str) -> Verdict:
    """What this mail is. `base_url` and `secret_key` tell which Message-IDs and addresses are ours."""
    invites = _answered_invites(mail, secret_key)
    verdict = _judge(mail, invites, base_url, secret_key)
    return replace(verdict, invite_id=next(iter(invites))) if len(invites) == 1 else verdict


def _judge(mail: Mail, invites: frozenset[UUID], base_url: str, secret_key: str) -> Verdict:
    proven = _proven(mail, secret_key)
    about = proven or next(iter(ours(mail.quoted, base_url)), None)
    if mail.complaint is not None:
        return _complaint(mail, proven, about)
    if mail.calendar in ("reply", "counter", "refresh"):
        return _answer(mail, invites, about)
    if mail.reports:
        return _reported(mail, proven, about)
    if mail.failed_recipients:
        return _bounced(mail, proven, about, permanent=is_permanent("", mail.text), why=why_of(mail.text))
    if mail.auto_submitted or _AWAY.match(mail.subject):
        return Verdict(kind=MailKind.AUTOMATIC, state=MailState.DROPPED, reason="A machine answered.", message_id=about)
    if from_daemon(mail) and (_FAILED.search(mail.subject) or _FAILED.search(mail.text) or _GONE.search(mail.text)):
        return _bounced(mail, proven, about, permanent=is_permanent("", mail.text), why=why_of(mail.text))
    said = "Somebody wrote to the address of an invitation." if invites else "Nobody can tell what this is."
    return _doubtful(MailKind.UNKNOWN, mail.unread or said, mail, about)


def _answered_invites(mail: Mail, secret_key: str) -> frozenset[UUID]:
    return frozenset(found for address in mail.recipients if (found := invite_of_address(address, secret_key)))


def _answer(mail: Mail, invites: frozenset[UUID], about: UUID | None) -> Verdict:
    """What a calendar answered. `auto-generated` is what calendar programs say of answers that a person gave; what
    is sent in place of a person is `auto-replied`."""
    if len(invites) != 1:
        where = "It came to the addresses of several invitations." if invites else _ANYBODY
        return _doubtful(MailKind.REPLY, where, mail, about)
    if mail.unread:
        return _doubtful(MailKind.REPLY, mail.unread, mail, about)
    if mail.auto_submitted == "auto-replied":
        return _doubtful(MailKind.REPLY, "A machine answered for somebody who is away.", mail, about)
    read = read_answer(mail.calendar, mail.calendars)
    if isinstance(read, str):
        return _doubtful(MailKind.REPLY, read, mail, about)
    return Verdict(kind=MailKind.REPLY, state=MailState.HANDLED, message_id=about, reply=read)


def _proven(mail: Mail, secret_key: str) -> UUID | None:
    written = (*mail.recipients, *mail.envelopes, mail.complaint.mail_from if mail.complaint else "")
    return next((found for address in written if (found := message_of_envelope(address, secret_key))), None)


def ours(quoted: Iterable[str], base_url: str) -> list[UUID]:
    """The messages among these Message-IDs that carry our host; whether they exist, only the outbox knows."""
    host = (urlsplit(base_url).hostname or "localhost").lower()
    found = []
    for each in quoted:
        local, _, at = each.strip("<>").rpartition("@")
        if at.strip("[]").lower() == host and re.fullmatch(
            r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", local
        ):
            found.append(UUID(local))
    return found


def from_daemon(mail: Mail) -> bool:
    """Whether a mail system wrote this itself: from the null sender, as bounces must be (RFC 5321, 6.1).

    A mail without a Return-Path was handed on by somebody who dropped it; then the name of its author decides.
    """
    if mail.return_path is not None:
        return mail.return_path == ""
    return mail.sender.partition("@")[0].lower() in _DAEMONS


def _complaint(mail: Mail, proven: UUID | None, about: UUID | None) -> Verdict:
    kind = mail.complaint.kind if mail.complaint else ""
    if kind in _NO_COMPLAINTS:
        reason = f"A report, but not a complaint ({kind})."
        return Verdict(kind=MailKind.COMPLAINT, state=MailState.DROPPED, reason=reason, message_id=about)
    if proven is None:
        return _doubtful(
            MailKind.COMPLAINT, "A complaint without proof that it is about a message of ours.", mail, about
        )
    reason = "The reader marked the message as unwanted."
    return Verdict(kind=MailKind.COMPLAINT, state=MailState.HANDLED, reason=reason, message_id=proven)


def _reported(mail: Mail, proven: UUID | None, about: UUID | None) -> Verdict:
    failed = next((report for report in mail.reports if report.action == "failed"), None)
    if failed is not None:
        told = failed.diagnostic or why_of(mail.text)
        permanent = is_permanent(failed.status, told or mail.text)
        return _bounced(mail, proven, about, permanent=permanent, why=_with_status(failed, told))
    words = {"delayed": "It is late, and is being tried again.", "delivered": "It was delivered."}
    reason = words.get(mail.reports[0].action, "A mail system tells how far it got.")
    return Verdict(kind=MailKind.AUTOMATIC, state=MailState.DROPPED, reason=reason, message_id=about)


def _with_status(report: Report, told: str) -> str:
    return f"{report.status} {told}".strip() if report.status not in told else told


def _bounced(mail: Mail, proven: UUID | None, about: UUID | None, *, permanent: bool, why: str) -> Verdict:
    addresses = [report.recipient for report in mail.reports if report.action == "failed"]
    recipient = next(iter((*addresses, *mail.failed_recipients)), "")
    reason = why[:MOST_REASON] or "The mail system did not say why."
    if proven is None and (about is None or not from_daemon(mail)):
        doubt = "names no message of ours" if about is None else "does not come from a mail system"
        reason = f"It {doubt}, so anybody may have written it. It says: {reason}"[:MOST_REASON]
        state = MailState.REVIEW
    else:
        state = MailState.HANDLED
    return Verdict(
        kind=MailKind.BOUNCE, state=state, reason=reason, message_id=about, recipient=recipient, permanent=permanent
    )


def _doubtful(kind: MailKind, reason: str, mail: Mail, about: UUID | None) -> Verdict:
    recipient = next(iter(mail.failed_recipients), "")
    return Verdict(kind=kind, state=MailState.REVIEW, reason=reason, message_id=about, recipient=recipient)


def is_permanent(status: str, text: str) -> bool:
    """Whether the next mail to this address will come back, too: by the number (RFC 3463), else by the words.

    What is refused for its content, its sender or a full mailbox says nothing against the address.
    """
    if status.startswith("5."):
        # Some say "5.0.0" or "5.7.1" and mean that there is nobody: then the words know better.
        if status in ("5.0.0", "5.7.1", "5.4.1", "5.5.0"):
            return bool(_GONE.search(text)) or (status == "5.0.0" and not _PASSING.search(text))
        return not _NOT_THE_ADDRESS.match(status) or status == "5.4.4"
    if status:
        return False
    return bool(_GONE.search(text)) and not _PASSING.search(text)


def why_of(text: str) -> str:
    """The line of a mail system's text that says why, or its first one."""
    lines = text.splitlines()
    for wanted in (_GONE, _PASSING):
        for one in lines[:200]:
            if wanted.search(one):
                return one[:MOST_REASON]
    return lines[0][:MOST_REASON] if lines else ""
