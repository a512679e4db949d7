"""What becomes of the story's mail. Everything is sent as a worker would; two addresses are in trouble."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from training.attendance.jobs import ask_for_rosters
from training.base.envelopes import answer_address
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.jobs import AUDIENCES as OF_BOOKING
from training.inbox.actions import received_mail, take_in
from training.invites.actions.checking import list_differing, tell_people
from training.invites.queries.facts import list_facts
from training.invites.rules.comparing import Issued
from training.outbox.actions.delivery import Due, claim, dead_addresses, record
from training.outbox.jobs.fan_out import make_messages
from training.outbox.rules import MessageState
from training.outbox.rules.delivery import Ended, Stage, judge_answer, judge_message, judge_refusal
from training.reminders.actions.announcements import AUDIENCES as OF_ANNOUNCEMENTS
from training.reminders.jobs import deliver, plan_ahead, send_announcements
from training.surveys.jobs import AUDIENCES as OF_SURVEYS

# Nobody is at the first address any more, which a mail system tells later; the second is refused at once.
GONE, FULL = "dov@lanternline.example", "hugo@harborhands.example"
TROUBLE = timedelta(days=9, hours=12)
_CARRIER = Viewer.machine("worker")
_NAME = "demo"
_MOST = 500
_HOUR = timedelta(hours=1)
# Plans are looked at as often as needed: they reach a day and a half.
_HOURS_PLANNED = 12
_RETURNED = """Return-Path: <>
From: Mail Delivery System <mailer-daemon@{domain}>
To: {sender}
Subject: Undelivered mail returned to sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain

The message could not be delivered: 550 5.1.1 <{to}>: no such user here.

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; {domain}

Final-Recipient: rfc822; {to}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{to}>: no such user here

--part
Content-Type: text/rfc822-headers

Message-ID: {message_id}

--part--
"""
_ANSWERED = """Return-Path: <hana@lanternline.example>
From: Hana Kimura <hana@lanternline.example>
To: {sender}
Subject: Re: You have a place: Ad skills for small teams
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Thank you! May I bring my sister? She does not work with us, but she runs our ads.
"""
_REPLIED = """Return-Path: <{sender}>
From: {name} <{sender}>
To: {to}
Subject: {answer}
MIME-Version: 1.0
Content-Type: text/calendar; charset=utf-8; method=REPLY

BEGIN:VCALENDAR
PRODID:-//demo//EN
VERSION:2.0
METHOD:REPLY
BEGIN:VEVENT
UID:{uid}
DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}
SEQUENCE:{sequence}
ORGANIZER:mailto:{to}
ATTENDEE;PARTSTAT={answer}:mailto:{sender}
END:VEVENT
END:VCALENDAR
"""


class Post:
    """Carries the story's messages. `move` sets the story's clock to an instant, unless it is later already."""

    def __init__(self, works: Works, now: datetime, move: Callable[[datetime], None]) -> None:
        self._works, self._now, self._move = works, now, move
        self._hours = 0

    async def carry(self) -> None:
        """Send what is due, and take in what comes back."""
        due = await self._works.run(_CARRIER, claim, _NAME, _MOST)
        dead = await dead_addresses([one.recipient for one in due])
        ended = [self._fate(one, one.recipient in dead) for one in due]
        await self._works.run(_CARRIER, record, _NAME, ended)
        sent = {one.id for one in ended if one.state is MessageState.SENT}
        await self._return([one for one in due if one.id in sent and one.recipient == GONE and self._trouble()])

    def _trouble(self) -> bool:
        return self._works.clock() > self._now - TROUBLE

    def _fate(self, due: Due, dead: bool) -> Ended:
        over = judge_message(
            kind=due.kind, attempts=due.attempts, expires_at=due.expires_at, now=self._works.clock(), dead=dead
        )
        if over:
            return Ended(id=due.id, state=over[0], error=over[1])
        if due.recipient == FULL and self._trouble():
            refused = judge_answer(Stage.RECIPIENT, 552, "5.2.2 The mailbox is full")
            return judge_refusal(due.id, refused, None, due.expires_at)
        return Ended(id=due.id, state=MessageState.SENT, answer=f"250 2.0.0 Ok: queued as {due.id.hex[-10:].upper()}")

    async def _return(self, messages: Sequence[Due]) -> None:
        for message in messages:
            domain = message.recipient.partition("@")[2]
            await self._take_in(_RETURNED.format(domain=domain, to=message.recipient, message_id=message.message_id,
                                                 sender=self._works.site.sender))  # fmt: skip

    async def answer(self) -> None:
        """Somebody writes back, which no rule can judge."""
        await self._take_in(_ANSWERED.format(sender=self._works.site.sender))

    async def answer_invites(self, session_id: UUID, answers: Mapping[str, str]) -> None:
        """Tell the calendars of a session, and let those of some people (by address) answer their invitations."""
        people = await self._works.run(_CARRIER, list_differing, session_id)
        await self._works.run(_CARRIER, tell_people, session_id, people)
        await self.carry()
        for facts in await list_facts([session_id], self._works.clock()):
            for issued in facts.issued.values():
                if answer := answers.get(issued.address):
                    await self._reply(issued, answer)

    async def _reply(self, issued: Issued, answer: str) -> None:
        site = self._works.site
        # Nobody reads this mailbox: only what stands before the @ proves what is answered.
        to = answer_address(f"calendar@{site.sender.rpartition('@')[2]}", issued.id, site.secret_key)
        said = {"name": issued.name, "sender": issued.address, "uid": issued.meeting_id, "sequence": issued.sequence}
        await self._take_in(_REPLIED.format(**said, to=to, answer=answer, stamp=self._works.clock()))

    async def _take_in(self, text: str) -> None:
        site = self._works.site
        raw = text.replace("\n", "\r\n").encode()
        await self._works.run(_CARRIER, take_in, received_mail(raw, "imap", site.base_url, site.secret_key))

    async def pass_time(self, begin: datetime, until: datetime) -> None:
        """The worker's hours from `begin` until then: reminders and announcements go out when they are due."""
        while (hour := begin + self._hours * _HOUR) <= until:
            self._move(hour)
            if self._hours % _HOURS_PLANNED == 0:
                await plan_ahead(self._works)
            written = await deliver(self._works) + await send_announcements(self._works)
            written += await ask_for_rosters(self._works)
            if written:
                await make_messages(self._works, {**OF_BOOKING, **OF_ANNOUNCEMENTS, **OF_SURVEYS})
            await self.carry()
            self._hours += 1
