"""The line to the mail server: kept open between messages, explicit about how far it had come when something fails.

The only importer of the SMTP client. Nothing here knows the database; nobody calls it inside a transaction.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable
from typing import NoReturn, TypeVar

import aiosmtplib

from training.outbox.rules.delivery import Fate, Stage, Trouble, judge_answer, judge_silence, shortened
from training.outbox.rules.servers import MailServer, Tls

T = TypeVar("T")
# Servers hang up on idle clients after minutes; a line that was silent for this long is looked at before it is used.
_SILENT_SECONDS = 5.0
_LONGEST_SILENT = 60.0
_NO_SMTPUTF8 = "The mail server cannot reach addresses with letters beyond a to z."


class NotTaken(Exception):
    """The server did not take a message, or nobody knows whether it did. `trouble` says what that means."""

    def __init__(self, trouble: Trouble) -> None:
        self.trouble = trouble
        super().__init__(trouble.words)


class Sender:
    """One line to one mail server. A message is offered first, so that it can still be kept back, and then handed over.

    Every call may raise NotTaken. After one that says `cut`, the next `open` dials again.
    """

    def __init__(self, server: MailServer, name: str) -> None:
        """`name` is the host that we say we are: that of our own address."""
        self.server = server
        # An address is told in brackets (RFC 5321, 4.1.3).
        self._name = f"[{name}]" if name.replace(".", "").isdigit() else f"[IPv6:{name}]" if ":" in name else name
        self._client: aiosmtplib.SMTP | None = None
        self._used = 0.0

    async def open(self) -> None:
        """Have an open line, encrypted and signed in as the address says. An open one is used again."""
        if self._client is not None and not await self._still_there(self._client):
            await self.close()
        if self._client is not None:
            return
        server = self.server
        trust = _trusting(server) if server.tls is not Tls.NONE else None
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            timeout=server.timeout,
            local_hostname=self._name,
            use_tls=server.tls is Tls.TLS,
            start_tls=False,
            tls_context=trust,
        )
        try:
            await self._ask(Stage.CONNECT, client.connect())
            await self._ask(Stage.CONNECT, client.ehlo())
            if server.tls is Tls.STARTTLS:
                await self._ask(Stage.CONNECT, client.starttls(tls_context=trust))
                await self._ask(Stage.CONNECT, client.ehlo())
            if server.user:
                await self._ask(Stage.CONNECT, client.login(server.user, server.password))
        except BaseException:
            await _hang_up(client)
            raise
        self._client = client

    async def offer(self, envelope_sender: str, recipient: str) -> None:
        """Say from whom and to whom a message is, on a line that is dialled if there is none.

        Nothing is sent yet: `take_back` ends it without a trace.
        """
        await self.open()
        client = self._line()
        options, encoding = [], "ascii"
        if not recipient.isascii():
            if not client.supports_extension("smtputf8"):
                raise NotTaken(Trouble(fate=Fate.PERMANENT, said=_NO_SMTPUTF8))
            options, encoding = ["SMTPUTF8"], "utf-8"
        await self._ask(Stage.SENDER, client.mail(envelope_sender, options=options, encoding=encoding))
        try:
            await self._ask(Stage.RECIPIENT, client.rcpt(recipient, encoding=encoding))
        except NotTaken as error:
            if not error.trouble.cut:
                await self.take_back()
            raise

    async def hand_over(self, content: bytes) -> str:
        """Send what was offered and return the server's answer: from now on it answers for the message."""
        response = await self._ask(Stage.CONTENT, self._line().data(content))
        return shortened(f"{response.code} {response.message}")

    async def take_back(self) -> None:
        """End what was offered. A line on which that fails is closed; nothing was sent on it."""
        try:
            await self._ask(Stage.SENDER, self._line().rset())
        except NotTaken:
            await self.close()

    async def close(self) -> None:
        """Say good-bye, for a second at most, and hang up. A second call does nothing."""
        client, self._client = self._client, None
        if client is None:
            return
        if client.is_connected:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await client.quit(timeout=1.0)
        await _hang_up(client)

    def _line(self) -> aiosmtplib.SMTP:
        if self._client is None:
            raise NotTaken(judge_silence(Stage.CONNECT, "The line was cut."))
        return self._client

    async def _still_there(self, client: aiosmtplib.SMTP) -> bool:
        silent = asyncio.get_running_loop().time() - self._used
        if not client.is_connected or silent > _LONGEST_SILENT:
            return False
        if silent < _SILENT_SECONDS:
            return True
        try:
            await self._ask(Stage.CONNECT, client.noop())
        except NotTaken:
            return False
        return True

    async def _ask(self, stage: Stage, answer: Awaitable[T]) -> T:
        try:
            result = await answer
        except aiosmtplib.SMTPResponseException as error:
            await self._failed(judge_answer(stage, error.code, error.message), error)
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ssl.SSLError, UnicodeError) as error:
            await self._failed(judge_silence(stage, _why(error)), error)
        self._used = asyncio.get_running_loop().time()
        return result

    async def _failed(self, trouble: Trouble, error: Exception) -> NoReturn:
        if trouble.cut:
            # Without a good-bye: the answer to it could be the one that did not come.
            client, self._client = self._client, None
            if client is not None:
                await _hang_up(client)
        raise NotTaken(trouble) from error


async def _hang_up(client: aiosmtplib.SMTP) -> None:
    transport = client.transport
    client.close()
    if isinstance(transport, asyncio.WriteTransport):
        # Over TLS, a close waits half a minute for the other side to agree.
        transport.abort()
    # The socket is closed by the loop's next turns; whoever ends the loop now would leave it open.
    for _ in range(3):
        await asyncio.sleep(0)


def _trusting(server: MailServer) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=server.ca or None)
    except (OSError, ssl.SSLError) as error:
        said = f"The certificates in {server.ca} cannot be used: {error.strerror or 'they cannot be read'}."
        raise NotTaken(judge_silence(Stage.CONNECT, said)) from error


def _why(error: Exception) -> str:
    """What went wrong, in words that hold no password: those of the network and of TLS."""
    if isinstance(error, TimeoutError) and not isinstance(error, aiosmtplib.SMTPConnectTimeoutError):
        return "No answer in time."
    cause = error.__cause__
    if isinstance(cause, ssl.SSLError):
        return str(cause)
    return str(error) or type(error).__name__
