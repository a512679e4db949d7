"""The hands of a client process: lines kept open to the servers, requests as bytes, and what a hand was told.

Nothing of the product is imported and no more is parsed than needed: the clients run on the servers' own processors.
"""

import asyncio
import random
import sys
import time
from typing import Any
from urllib.parse import urlencode

import msgspec

from tests.booking.fire.history import HUNG_UP, UNANSWERED, Said, Told

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
ANSWER_SECONDS = 60.0
PROGRESS_EVERY = 100


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """So many steps in these sessions, `at` seconds after the beginning (or when the round before is over).

    Meanwhile a manager cancels the session `calls_off`.
    """

    sessions: tuple[str, ...]
    steps: int
    at: float = 0.0
    calls_off: str = ""


class Member(msgspec.Struct, frozen=True):
    """Somebody of the partner; whoever has a `bearer` also acts for themselves."""

    id: str
    email: str = ""
    bearer: str = ""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What one client process does. `weights` says how often it chooses which operation; a reader has `reads` only.

    The session `roomy` keeps its size, `elsewhere` says what is held at the time of which session, `mailbox` is the
    port at which mail is read, `kept` how many seconds a request or an offer keeps its place.
    """

    seed: str
    addresses: tuple[str, ...]
    coordinator: str = ""
    manager: str = ""
    partner_id: str = ""
    members: tuple[Member, ...] = ()
    roomy: str = ""
    elsewhere: dict[str, str] = {}
    mailbox: int = 0
    kept: float = 0.0
    weights: dict[str, int] = {}
    rounds: tuple[Round, ...] = ()
    hands: int = 32
    capacities: tuple[int, int] = (20, 60)
    reads: tuple[str, ...] = ()


class Verdict(msgspec.Struct, frozen=True):
    """As the API tells it, as far as we look."""

    outcome: str
    enrollment_id: str | None = None
    position: int | None = None
    mode: str | None = None


class Letter(msgspec.Struct, frozen=True):
    """The newest mail that asks somebody to confirm: its link's token, and which enrollment it is about."""

    token: str = ""
    enrollment_id: str = ""
    session_id: str = ""


class Listed(msgspec.Struct, frozen=True):
    """An open place in a list."""

    id: str
    state: str = ""
    version: int = 0


class Answer(msgspec.Struct, frozen=True):
    """Every answer of the API, as far as we look: a booking, a place given back, a session, a problem."""

    id: str | None = None
    code: str = ""
    verdicts: tuple[Verdict, ...] = ()
    # Of those who moved up because a booking was taken back, only the number is told.
    promoted: tuple[str, ...] | int = ()
    new_enrollment_id: str = ""
    enrollment_id: str | None = None
    state: str = ""
    mode: str | None = None
    position: int | None = None
    open_places: int = 0
    items: tuple[Listed, ...] = ()
    url: str = ""
    version: int | None = None
    data: dict[str, msgspec.Raw] = {}


_DECODE = msgspec.json.Decoder(Answer).decode
_VERSION = msgspec.json.Decoder(int).decode


class Line:
    """One keep-alive connection to one server, opened when it is needed, `source` is the caller's own address."""

    def __init__(self, address: str, source: str = "127.0.0.1") -> None:
        self._port = int(address.rpartition(":")[2])
        self._source = source
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, request: bytes) -> asyncio.StreamReader:
        """Send a request; its answer can be read from what is returned."""
        if self._open is not None and self._open[0].at_eof():
            # The server has closed a line that was not used for long, as it may: nothing was sent on it.
            self.hang_up()
        if self._open is None:
            self._open = await asyncio.open_connection("127.0.0.1", self._port, local_addr=(self._source, 0))
        reader, writer = self._open
        writer.write(request)
        return reader

    async def receive(self, reader: asyncio.StreamReader) -> tuple[int, bytes]:
        """The status and the body of an answer. Raises OSError, EOFError, TimeoutError when none comes."""
        async with asyncio.timeout(ANSWER_SECONDS):
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 : head.index(b"\r\n", at)]) if at >= 0 else 0
            return int(head[9:12]), await reader.readexactly(length)

    def hang_up(self) -> None:
        """Close the connection without reading on. What was written has left: small requests are sent at once."""
        if self._open is not None:
            self._open[1].close()
            self._open = None


def written(method: str, path: str, token: str = "", body: bytes = b"", **headers: str) -> bytes:
    """A request as bytes. Without a token it is a visitor's."""
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1"]
    headers = {"authorization": f"Bearer {token}" if token else "", "content_type": JSON if body else ""} | headers
    if body:
        lines.append(f"content-length: {len(body)}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items() if value]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


# Session, enrollment, membership: somebody whom this process has booked.
Entry = tuple[str, str, str]


class Hand:
    """One person at one client: does one thing at a time, and notes what it was told."""

    def __init__(self, crowd: "Crowd") -> None:
        self.crowd = crowd
        self.lines = [Line(address) for address in crowd.plan.addresses]
        self.chance = random.Random()
        self.seen: tuple[Listed, ...] = ()
        self.url = ""

    def hang_up(self) -> None:
        """Close every line."""
        for line in self.lines:
            line.hang_up()

    async def ask(
        self, about: Told, method: str, path: str, body: object = None, *, bearer: str = "", listens: bool = True
    ) -> Told:
        """Send one request (`about` says what it is), note the answer, return it (what a list held is in `seen`).

        The coordinator asks unless there is another `bearer`. `listens=False` hangs up instead.
        """
        content = b"" if body is None else msgspec.json.encode(body)
        match = f'"{about.version}"' if about.version else ""
        token = bearer or self.crowd.plan.coordinator
        request = written(method, path, token, content, idempotency_key=about.key, if_match=match)
        return await self._tell(about, self.chance.choice(self.lines), request, listens=listens)

    async def visit(
        self, about: Told, path: str, typed: dict[str, str], *, listens: bool = True, form: bool = True
    ) -> Told:
        """The same as somebody whom nobody knows, from an address of their own: a form, or else JSON."""
        content = urlencode(typed).encode() if form else msgspec.json.encode(typed)
        line = Line(self.chance.choice(self.crowd.plan.addresses), self.crowd.new_address())
        request = written("POST", path, body=content, content_type=FORM if form else JSON)
        told = await self._tell(about, line, request, listens=listens)
        line.hang_up()
        return told

    async def _tell(self, about: Told, line: Line, request: bytes, *, listens: bool) -> Told:
        asked = time.monotonic()
        status, answer = HUNG_UP, Answer()
        try:
            reader = await line.send(request)
            if listens:
                status, text = await line.receive(reader)
                answer = _DECODE(text) if text.startswith(b"{") else answer
            else:
                # Long enough for the server to have begun, short enough that it has not ended: seen from here, either.
                await asyncio.sleep(self.chance.random() * 0.02)
                line.hang_up()
        except (OSError, EOFError, asyncio.IncompleteReadError, TimeoutError, msgspec.DecodeError):
            status = UNANSWERED
            line.hang_up()
        told = msgspec.structs.replace(
            about, asked=asked, answered=time.monotonic(), status=status, **_heard(about, status, answer)
        )
        self.crowd.note(told)
        self.seen, self.url = answer.items, answer.url
        return told

    async def read_mail(self, email: str) -> Letter:
        """The newest mail to an address that asks to confirm; an empty one when there is none."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.crowd.plan.mailbox)
        writer.write(f"{email}\n".encode())
        letter = msgspec.json.decode(await reader.readline(), type=Letter)
        writer.close()
        return letter


def _heard(about: Told, status: int, answer: Answer) -> dict[str, Any]:
    """What an answer says, as far as the checks ask for it."""
    verdicts = answer.verdicts
    if about.verb == "enroll" and answer.enrollment_id:
        verdicts = (Verdict(answer.state, answer.enrollment_id, answer.position, answer.mode),)
    names = {"name": answer.enrollment_id, "take offer": answer.enrollment_id}
    return {
        "code": answer.code if status >= 400 else "",
        "booking_id": answer.id or "" if about.verb == "book" and status < 400 else "",
        "verdicts": tuple(Said(**msgspec.structs.asdict(verdict)) for verdict in verdicts),
        "successor": names.get(about.verb) or answer.new_enrollment_id,
        "open_places": answer.open_places if about.verb == "book" else 0,
        "promoted": answer.promoted if isinstance(answer.promoted, tuple) else (),
        "version": answer.version or (_VERSION(answer.data["version"]) if "version" in answer.data else 0),
    }


class Crowd:
    """All hands of one process, and what they share: who is still at home, who has been booked, who has left."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.told: list[Told] = []
        self.keys = 0
        self.sessions: tuple[str, ...] = ()
        self.home: dict[str, list[str]] = {}
        self.booked: list[Entry] = []
        # Those who may be asked, because they take part in something else meanwhile; those who came by themselves.
        self.busy: list[Entry] = []
        self.visitors: list[Entry] = []
        self.emails = {member.id: member.email for member in plan.members}
        self.learners = [member for member in plan.members if member.bearer]
        self._chance = random.Random(plan.seed)
        self.left: list[tuple[Entry, int]] = []
        self._said = 0

    def note(self, told: Told) -> None:
        """Keep what was told, and say now and then how far we are."""
        self.told.append(told)
        if len(self.told) - self._said >= PROGRESS_EVERY:
            say(f"asked {len(self.told) - self._said}")
            self._said = len(self.told)

    def new_key(self) -> str:
        """An Idempotency-Key that nobody else uses."""
        self.keys += 1
        return f"{self.plan.seed} {self.keys}"

    def new_address(self) -> str:
        """An address on this machine that hardly anybody else calls from: visitors are counted by it."""
        return f"127.{'.'.join(str(self._chance.randint(1, 254)) for _ in range(3))}"

    def come_home(self, session_id: str, *members: str) -> None:
        """They can be booked for this session again, as far as is known here."""
        home = self.home[session_id]
        home.extend(member for member in members if member and member not in home)

    def begin(self, round_: Round) -> None:
        """Everybody is at home in every session of the round, and can take part elsewhere."""
        self.sessions = round_.sessions
        for session_id in (*round_.sessions, *self.plan.elsewhere.values()):
            self.home.setdefault(session_id, [member.id for member in self.plan.members])


def say(text: str) -> None:
    """Tell the parent."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
