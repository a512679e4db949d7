"""The hands of a client process: lines kept open to the servers, requests as bytes, and what a hand was told.

Nothing of the product is imported and no more is parsed than needed: the clients run on the servers' own processors.
"""

import asyncio
import random
import sys
import time

import msgspec

from tests.booking.fire.history import HUNG_UP, UNANSWERED, Said, Told

ANSWER_SECONDS = 60.0
PROGRESS_EVERY = 100


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """So many steps in these sessions, `at` seconds after the beginning (or when the round before is over)."""

    sessions: tuple[str, ...]
    steps: int
    at: float = 0.0


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What one client process does. `weights` says how often it chooses which operation; a reader has `reads` only."""

    seed: str
    addresses: tuple[str, ...]
    coordinator: str = ""
    manager: str = ""
    partner_id: str = ""
    members: tuple[str, ...] = ()
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
    promoted: tuple[str, ...] = ()
    new_enrollment_id: str = ""
    enrollment_id: str = ""
    open_places: int = 0
    items: tuple[Listed, ...] = ()
    version: int = 0
    data: dict[str, msgspec.Raw] = {}


_DECODE = msgspec.json.Decoder(Answer).decode
_VERSION = msgspec.json.Decoder(int).decode


class Line:
    """One keep-alive connection to one server, opened when it is needed."""

    def __init__(self, address: str) -> None:
        self._port = int(address.rpartition(":")[2])
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, request: bytes) -> asyncio.StreamReader:
        """Send a request; its answer can be read from what is returned."""
        if self._open is None:
            self._open = await asyncio.open_connection("127.0.0.1", self._port)
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


def written(method: str, path: str, token: str, body: bytes = b"", **headers: str) -> bytes:
    """A request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", f"authorization: Bearer {token}"]
    if body:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
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

    def hang_up(self) -> None:
        """Close every line."""
        for line in self.lines:
            line.hang_up()

    async def ask(
        self, about: Told, method: str, path: str, body: object = None, *, manages: bool = False, listens: bool = True
    ) -> Told:
        """Send one request (`about` says what it is), note the answer, return it (what a list held is in `seen`).

        `listens=False` hangs up instead.
        """
        line = self.chance.choice(self.lines)
        plan = self.crowd.plan
        content = b"" if body is None else msgspec.json.encode(body)
        match = f'"{about.version}"' if about.version else ""
        token = plan.manager if manages else plan.coordinator
        request = written(method, path, token, content, idempotency_key=about.key, if_match=match)
        asked = time.monotonic()
        status, answer = HUNG_UP, Answer()
        try:
            reader = await line.send(request)
            if listens:
                status, text = await line.receive(reader)
                answer = _DECODE(text) if text else answer
            else:
                # Long enough for the server to have begun, short enough that it has not ended: seen from here, either.
                await asyncio.sleep(self.chance.random() * 0.02)
                line.hang_up()
        except (OSError, EOFError, asyncio.IncompleteReadError, TimeoutError, msgspec.DecodeError):
            status = UNANSWERED
            line.hang_up()
        told = msgspec.structs.replace(
            about,
            asked=asked,
            answered=time.monotonic(),
            status=status,
            code=answer.code if status >= 400 else "",
            booking_id=answer.id or "" if about.verb == "book" and status < 400 else "",
            verdicts=tuple(Said(**msgspec.structs.asdict(verdict)) for verdict in answer.verdicts),
            successor=answer.enrollment_id if about.verb == "name" else answer.new_enrollment_id,
            open_places=answer.open_places,
            promoted=answer.promoted,
            version=answer.version or (_VERSION(answer.data["version"]) if "version" in answer.data else 0),
        )
        self.crowd.note(told)
        self.seen = answer.items
        return told


class Crowd:
    """All hands of one process, and what they share: who is still at home, who has been booked, who has left."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.told: list[Told] = []
        self.keys = 0
        self.sessions: tuple[str, ...] = ()
        self.home: dict[str, list[str]] = {}
        self.booked: list[Entry] = []
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

    def begin(self, round_: Round) -> None:
        """Everybody is at home in every session of the round."""
        self.sessions = round_.sessions
        for session_id in round_.sessions:
            self.home.setdefault(session_id, list(self.plan.members))


def say(text: str) -> None:
    """Tell the parent."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
