"""A small HTTP/1.1 client that costs little, so that the server is what is measured."""

import asyncio
import statistics
import time
from collections.abc import Iterator, Sequence

from training.base.structs import Frozen


class Measured(Frozen, frozen=True, kw_only=True):
    """So many answers in so many seconds; latencies in milliseconds; statuses that were not expected."""

    count: int
    seconds: float
    p50: float
    p95: float
    p99: float
    unexpected: int = 0

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.count / self.seconds if self.seconds else 0.0


def summary(latencies: Sequence[float], seconds: float, unexpected: int = 0) -> Measured:
    """Latencies in seconds as one line of a table."""
    cuts = statistics.quantiles(latencies, n=100) if len(latencies) > 1 else [*latencies, *([0.0] * 99)][:99]
    return Measured(
        count=len(latencies),
        seconds=seconds,
        p50=cuts[49] * 1000,
        p95=cuts[94] * 1000,
        p99=cuts[98] * 1000,
        unexpected=unexpected,
    )


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """A request as bytes, ready to send."""
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def load(port: int, requests: Iterator[bytes], *, connections: int, seconds: float, expected: int) -> Measured:
    """Send requests over so many connections, one at a time on each, until the time is over or none are left."""
    latencies: list[float] = []
    unexpected = 0
    begin = time.perf_counter()

    async def one() -> None:
        nonlocal unexpected
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            while time.perf_counter() - begin < seconds and (asked := next(requests, None)) is not None:
                start = time.perf_counter()
                writer.write(asked)
                status = await _read_answer(reader)
                latencies.append(time.perf_counter() - start)
                unexpected += status != expected
        finally:
            writer.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    return summary(latencies, time.perf_counter() - begin, unexpected)


async def _read_answer(reader: asyncio.StreamReader) -> int:
    head = await reader.readuntil(b"\r\n\r\n")
    lower = head.lower()
    if (at := lower.find(b"content-length:")) >= 0:
        length = int(lower[at + 15 : lower.index(b"\r\n", at)])
        if length:
            await reader.readexactly(length)
    return int(head[9:12])
