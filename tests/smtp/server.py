"""A real mail server that misbehaves when told to: `python -m tests.smtp.server`, in a process of its own.

It prints its port, then reads commands as lines of JSON and answers each with one: `{"fault": NAME, "times": N}`,
`{"report": true}`, `{"forget": true}`. It ends when its input does. `tests.smtp.mailer` starts and tells it.
"""

import argparse
import asyncio
import json
import os
import ssl
import sys
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HERE = Path(__file__).resolve().parent
LONG = 3600.0
SLOW_SECONDS = 0.02
GREYLISTED = "451 4.7.1 Greylisted, try again later"
ANSWERS = {
    "rcpt-4xx": "450 4.2.1 Mailbox busy",
    "rcpt-5xx": "550 5.1.1 No such mailbox",
    "data-4xx": "451 4.3.0 Try again later",
    "data-5xx": "554 5.6.0 Not this text",
    "mail-4xx": "452 4.3.1 Insufficient storage",
}


class State:
    """What this server does wrong now, and what it has taken."""

    def __init__(self) -> None:
        self.fault, self.left = "", 0
        self.taken: list[dict[str, Any]] = []
        self.connections = 0
        self.last = b""
        self.known: set[str] = set()

    def strikes(self, *faults: str) -> bool:
        """Whether one of these faults happens now; counted."""
        if self.fault not in faults or self.left <= 0:
            return False
        self.left -= 1
        return True


class Handler:
    """What the server answers to recipients and content."""

    def __init__(self, state: State) -> None:
        self.state = state

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """A sender."""
        if self.state.strikes("mail-4xx"):
            return ANSWERS["mail-4xx"]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: "Server", session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """A recipient. One whose name begins with `nobody` does not exist."""
        state = self.state
        if state.fault == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        if address.startswith("nobody") or state.strikes("rcpt-5xx"):
            return ANSWERS["rcpt-5xx"]
        if state.fault == "greylist" and address not in state.known:
            state.known.add(address)
            return GREYLISTED
        if state.strikes("rcpt-4xx"):
            return ANSWERS["rcpt-4xx"]
        if state.strikes("rcpt-421"):
            await server.push("421 4.3.2 Going down")
            server.hang_up()
        if state.strikes("hang-rcpt"):
            await asyncio.sleep(LONG)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: "Server", session: Session, envelope: Envelope) -> str:  # noqa: N802
        """A message, wholly here."""
        state = self.state
        if state.fault == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        for fault in ("data-4xx", "data-5xx"):
            if state.strikes(fault):
                return ANSWERS[fault]
        content = envelope.content
        assert isinstance(content, bytes)
        heads = message_from_bytes(content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n", policy=policy.compat32)
        one = {"id": heads["Message-ID"], "to": envelope.rcpt_tos[0], "from": envelope.mail_from, "answered": True}
        state.taken.append(one)
        state.last = content
        if state.strikes("drop-before-250"):
            one["answered"] = False
            server.hang_up()
        elif state.strikes("hang-before-250"):
            one["answered"] = False
            await asyncio.sleep(LONG)
        return "250 2.0.0 Taken"


class Server(SMTP):
    """The protocol, with what goes wrong below the handler's reach."""

    def __init__(self, state: State, **options: Any) -> None:
        self.state = state
        super().__init__(Handler(state), hostname="localhost", enable_SMTPUTF8=True, **options)

    def hang_up(self) -> None:
        """Cut the line at once; whatever was to be said on it is lost."""
        if self.transport is not None:
            self.transport.abort()  # type: ignore[attr-defined]

    async def _handle_client(self) -> None:
        state = self.state
        state.connections += 1
        if state.strikes("refuse"):
            self.hang_up()
            return
        if state.strikes("hang-greeting"):
            await asyncio.sleep(LONG)
        if state.strikes("greeting-421"):
            await self.push("421 4.3.2 No service now")
            self.hang_up()
            return
        await super()._handle_client()

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        """Encrypt, or talk nonsense where the encryption should begin."""
        if self.state.strikes("bad-tls"):
            await self.push("220 Ready to start TLS")
            assert self._writer is not None
            self._writer.write(os.urandom(64))
            await self._writer.drain()
            self.hang_up()
            return
        await super().smtp_STARTTLS(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Take the content, or a part of it."""
        if self.state.strikes("hang-data"):
            await asyncio.sleep(LONG)
        if self.state.strikes("drop-in-data"):
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            await self._reader.read(100)
            self.hang_up()
            return
        await super().smtp_DATA(arg)
        if self.state.strikes("drop-after-250") and self.transport is not None:
            self.transport.close()


def answer(state: State, command: dict[str, Any]) -> dict[str, Any]:
    """Do as told and say how things stand."""
    if "fault" in command:
        state.fault, state.left = command["fault"], command.get("times", 1_000_000)
    if command.get("forget"):
        state.taken, state.known, state.connections = [], set(), 0
    if command.get("report"):
        return {
            "taken": state.taken,
            "left": state.left,
            "connections": state.connections,
            "last": state.last.decode("utf-8", "surrogateescape"),
        }
    return {"count": len(state.taken), "left": state.left}


def options_of(asked: argparse.Namespace) -> dict[str, Any]:
    """What every connection of this server asks for."""
    options: dict[str, Any] = {}
    if asked.starttls:
        options["tls_context"] = context()
        options["require_starttls"] = True
    if asked.password:

        def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
            right = isinstance(data, LoginPassword) and data.password == asked.password.encode()
            return AuthResult(success=right, handled=False)

        options |= {"authenticator": check, "auth_required": True, "auth_require_tls": bool(asked.starttls)}
    return options


def context() -> ssl.SSLContext:
    """A certificate for localhost that only those trust who are told to."""
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(HERE / "localhost.crt", HERE / "localhost.key")
    return made


def say(line: str) -> None:
    """Tell whoever started us."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def main() -> None:
    """Serve until the input ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--starttls", action="store_true")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--password", default="")
    asked = parser.parse_args()
    loop, state, options = asyncio.get_running_loop(), State(), options_of(asked)
    serving = await loop.create_server(
        lambda: Server(state, loop=loop, **options), "127.0.0.1", 0, ssl=context() if asked.tls else None
    )
    say(str(serving.sockets[0].getsockname()[1]))
    reader = asyncio.StreamReader(limit=2**24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        say(json.dumps(answer(state, json.loads(line))))
    # Without waiting for those who hang: nobody listens any more.
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main())
