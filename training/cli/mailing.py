"""`training send-test`: one mail through the configured server, and its answer; what `check` says of mail."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import click

from training.base.clock import system_clock
from training.base.database import fetch
from training.base.envelopes import envelope_sender
from training.base.ids import uuid7
from training.base.structs import Frozen
from training.cli.opening import run, settings_or_fail
from training.cli.saying import Failed, counted, say
from training.cli.serving import check_settings
from training.desk.queries.messages import MOST_COUNTED, find_stuck
from training.outbox.rules import Rendered, message_id_of, safe_recipient
from training.outbox.rules.mime import Letter, build_letter
from training.outbox.sender import NotTaken
from training.people.rules import fold_email
from training.settings import Settings
from training.worker import sender_of

_LAST_TURNS = 0.1
_NO_SERVER = "TRAINING_SMTP_URL is not set, so nothing is sent and messages wait."


@click.command("send-test")
@click.argument("address")
def send_test(address: str) -> None:
    """Send one mail to ADDRESS through the configured server, now, and say what the server answered.

    It needs no database and no worker. That the server took it does not mean that it arrived: look into the mailbox.
    """
    settings = settings_or_fail()
    check_settings(settings)
    if not settings.smtp_url:
        raise Failed(f"{_NO_SERVER} For example: smtp://user:password@mail.example.org:587")
    try:
        recipient = safe_recipient(fold_email(address))
    except ValueError as error:
        raise Failed(f"{address} is no address that mail can be sent to.") from error
    letter_id = uuid7(system_clock(), 0)
    try:
        answer = run(_send(settings, recipient, letter_id))
    except NotTaken as error:
        server = sender_of(settings).server
        where = f"{server.host}:{server.port} ({server.tls.value})"
        raise Failed(f"The mail server {where} did not take it: {error.trouble.words}") from error
    say(f"The mail server answered: {answer}")
    say(f"Look into the mailbox of {recipient}, also among unwanted mail. Message-ID: {_id(settings, letter_id)}")


async def _send(settings: Settings, recipient: str, letter_id: UUID) -> str:
    site, sender = settings.site(), sender_of(settings)
    words = (
        f"This is a test of the mail of {site.name} at {site.base_url}.",
        "If you can read it, mail leaves this installation and reaches you. Nothing else is to be done.",
    )
    letter = Letter(
        id=letter_id,
        message_id=_id(settings, letter_id),
        at=system_clock(),
        sender=site.sender,
        sender_name=site.name,
        recipient=recipient,
        recipient_name="",
        words=Rendered(
            subject=f"Test of the mail of {site.name}",
            text="\n\n".join(words) + "\n",
            html="".join(f"<p>{_escaped(line)}</p>\n" for line in words),
        ),
    )
    returns_to = settings.bounce_address
    back = envelope_sender(returns_to, letter_id, site.secret_key) if returns_to else site.sender
    try:
        await sender.offer(back, recipient)
        return await sender.hand_over(build_letter(letter))
    finally:
        await sender.close()
        # A broken handshake closes its socket some turns of the loop later, and this loop ends here.
        await asyncio.sleep(_LAST_TURNS)


def _id(settings: Settings, letter_id: UUID) -> str:
    return message_id_of(letter_id, settings.base_url)


def _escaped(line: str) -> str:
    return line.replace("&", "&amp;").replace("<", "&lt;")


class _Counted(Frozen, frozen=True, kw_only=True):
    state: str
    number: int


async def mail_lines(settings: Settings, now: datetime) -> list[tuple[str, bool, str]]:
    """What `check` says of mail: its name, whether it is in order, what was found.

    Out of order is only what waits although it is due, while there is a server to send it. What failed is for the
    managers to look at.
    """
    server = repr(sender_of(settings).server) if settings.smtp_url else ""
    named = f"{server.removeprefix('MailServer')}, not asked here: `training send-test` tries it"
    lines = [("mail server", True, named if server else f"none: {_NO_SERVER}")]
    rows = await fetch(
        _Counted,
        "SELECT state, COUNT(*) AS number FROM message WHERE recipient <> '' AND state IN"
        " ('waiting', 'claimed', 'failed', 'bounced') GROUP BY state ORDER BY state DESC",
    )
    said = ", ".join(f"{row.number:,} {row.state}" for row in rows) or "nothing waits, nothing failed"
    stuck = await find_stuck(now) if settings.smtp_url else None
    if stuck:
        number = f"more than {MOST_COUNTED:,}" if stuck.number > MOST_COUNTED else f"{stuck.number:,}"
        why = stuck.said or "nobody tried; is `training work` running?"
        said += (
            f"; due and not sent: {number}, the first since {stuck.since:%Y-%m-%d %H:%M} UTC"
            f" ({_how_long(now - stuck.since)}): {why}"
        )
    return [*lines, ("messages", stuck is None, said)]


def _how_long(length: timedelta) -> str:
    """'6 minutes', '3 hours', '40 days': the largest whole unit."""
    minutes = int(length.total_seconds() // 60)
    for size, name in ((24 * 60, "day"), (60, "hour")):
        if minutes >= 2 * size:
            return counted(minutes // size, name)
    return counted(minutes, "minute")
