"""The edge to calendars elsewhere: one address asked once, without ever reaching into a network that is not public.

Each step resolves the name, looks at every machine it leads to, and connects to exactly one that was looked at: the
name is not asked again in between (DNS rebinding), while the certificate is still checked against the name. Redirects
are steps like the first. Size is bounded as sent and as unpacked, and everything together by one clock. No cookies,
no proxy of the environment, no credentials.
"""

import asyncio
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import httpx

from training.base.structs import Frozen
from training.schedule.rules.addresses import AddressRefused, Target, followed, is_public, parse_address

MOST_BYTES = 2_000_000
MOST_REDIRECTS = 3
SECONDS = 20.0
_SECONDS_TO_CONNECT = 5.0
_MOST_MACHINES = 4
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# The Accept is for servers that insist on one; the encoding is bounded below.
_HEADERS = {
    "accept": "text/calendar, */*;q=0.1",
    "accept-encoding": "gzip",
    "user-agent": "training (reads when a trainer is busy)",
}
_LONGEST_ETAG = 300
_LONGEST_MODIFIED = 60

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""A name and a port -> the IP addresses of its machines, as text. Raises OSError."""


class Unreadable(Exception):
    """A calendar could not be read. The text is a sentence for whoever gave the address, and says nothing of it."""


class Read(Frozen, frozen=True, kw_only=True):
    """What a server answered: the bytes, or None when they are the same as last time. What to say next time."""

    body: bytes | None
    etag: str
    modified: str


class Reach(Frozen, frozen=True, kw_only=True):
    """How far reading may reach. Tests stand in for the internet by changing one of these; nothing else does."""

    resolve: Resolve
    public: Callable[[str], bool] = is_public
    plain: bool = False
    """Whether http is read as well: only in the demonstration."""
    port: int | None = None
    """The port instead of the usual one."""
    certificates: ssl.SSLContext | None = None
    seconds: float = SECONDS


async def resolve(host: str, port: int) -> Sequence[str]:
    """All machines of a name, as the system knows them. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


async def read_calendar(reach: Reach, address: str, *, etag: str = "", modified: str = "") -> Read:
    """What is at an address now. Raises Unreadable with the sentence for its owner, whatever went wrong."""
    try:
        async with asyncio.timeout(reach.seconds):
            return await _read(reach, parse_address(address, plain=reach.plain), etag, modified)
    except AddressRefused as error:
        raise Unreadable(error.detail) from error
    except TimeoutError as error:
        raise Unreadable("The server did not answer in time.") from error
    # Not all that a server can cause is an HTTPError.
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError, ValueError) as error:
        raise Unreadable(_broken_off(error)) from error


def _broken_off(error: BaseException) -> str:
    reason: BaseException | None = error
    while reason is not None:
        if isinstance(reason, ssl.SSLError):
            return "The server could not prove that it is the one it should be."
        reason = reason.__cause__ or reason.__context__
    if isinstance(error, httpx.ConnectError | httpx.TimeoutException):
        return "The server did not answer."
    return "The server broke off, or answered in a way that cannot be understood."


async def _read(reach: Reach, target: Target, etag: str, modified: str) -> Read:
    conditions = {name: value for name, value in (("if-none-match", etag), ("if-modified-since", modified)) if value}
    for _ in range(MOST_REDIRECTS + 1):
        async with _asked(reach, target, conditions) as response:
            if response.status_code not in _REDIRECTS:
                return await _taken(response, bool(conditions))
            target = followed(target, response.headers.get("location", ""), plain=reach.plain)
    raise Unreadable(f"The address leads on more than {MOST_REDIRECTS} times.")


@asynccontextmanager
async def _asked(reach: Reach, target: Target, conditions: dict[str, str]) -> AsyncIterator[httpx.Response]:
    """The answer of one step, its body not read yet. A new client for each, so that nothing is carried along."""
    machines = await _machines(reach, target)
    timeout = httpx.Timeout(reach.seconds, connect=_SECONDS_TO_CONNECT)
    verify = reach.certificates or True
    async with httpx.AsyncClient(verify=verify, trust_env=False, follow_redirects=False, timeout=timeout) as client:
        response = await _first_answer(client, reach, target, machines, conditions)
        try:
            yield response
        finally:
            await response.aclose()


async def _first_answer(
    client: httpx.AsyncClient, reach: Reach, target: Target, machines: Sequence[str], conditions: dict[str, str]
) -> httpx.Response:
    for number, machine in enumerate(machines, 1):
        where = f"[{machine}]" if ":" in machine else machine
        request = client.build_request(
            "GET",
            f"{target.scheme}://{where}:{reach.port or target.port}{target.path}",
            headers={**_HEADERS, **conditions, "host": target.host},
            # The certificate must be that of the name, although the machine is asked by its number.
            extensions={"sni_hostname": target.host},
        )
        try:
            return await client.send(request, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            if number == len(machines):
                raise
    raise Unreadable("There is no server of this name.")


async def _machines(reach: Reach, target: Target) -> Sequence[str]:
    try:
        found = await reach.resolve(target.host, target.port)
    except OSError as error:
        raise Unreadable("There is no server of this name.") from error
    # One that is not public is enough: whoever mixes them wants to be asked there.
    if not all(reach.public(machine) for machine in found):
        raise AddressRefused("This address leads to a server that is not on the public internet.")
    return found[:_MOST_MACHINES]


async def _taken(response: httpx.Response, asked_for_changes: bool) -> Read:
    etag, modified = response.headers.get("etag", ""), response.headers.get("last-modified", "")
    said = {
        "etag": etag if len(etag) <= _LONGEST_ETAG else "",
        "modified": modified if len(modified) <= _LONGEST_MODIFIED else "",
    }
    if response.status_code == 304 and asked_for_changes:
        return Read(body=None, **said)
    if response.status_code != 200:
        raise Unreadable(_refusal(response.status_code))
    return Read(body=await _body(response), **said)


def _refusal(status: int) -> str:
    if status in (401, 403):
        return "The server lets nobody read this calendar without a password."
    if status in (404, 410):
        return "There is no calendar at this address any more. It may have a new one."
    return f"The server answered with the error {status}."


async def _body(response: httpx.Response) -> bytes:
    """The body, unpacked, at most MOST_BYTES as sent and as unpacked. Raises Unreadable."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise Unreadable("The server packs the calendar in a way that cannot be unpacked.")
    # 47: whichever of gzip and zlib it says it is.
    unpacking = zlib.decompressobj(47) if encoding not in ("", "identity") else None
    body, sent = bytearray(), 0
    async for chunk in response.aiter_raw():
        sent += len(chunk)
        if sent > MOST_BYTES:
            raise _too_large()
        try:
            body += unpacking.decompress(chunk, MOST_BYTES + 1 - len(body)) if unpacking else chunk
        except zlib.error as error:
            raise Unreadable("The calendar came packed and could not be unpacked.") from error
        if len(body) > MOST_BYTES or (unpacking and unpacking.unconsumed_tail):
            raise _too_large()
    if unpacking and not unpacking.eof:
        raise Unreadable("The calendar came packed and could not be unpacked.")
    return bytes(body)


def _too_large() -> Unreadable:
    return Unreadable(f"What is at this address is larger than {MOST_BYTES // 1_000_000} MB.")
