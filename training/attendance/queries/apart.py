"""What takes seconds of computing, apart from the loop that everybody's requests run on."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")
# One list after the other: several at once would leave the loop as little of a processor as one on the loop.
_THREAD = ThreadPoolExecutor(1, thread_name_prefix="lists")


async def apart(compute: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What a pure function comes to, computed in a thread of its own. Raises what it raises."""
    return await asyncio.get_running_loop().run_in_executor(_THREAD, lambda: compute(*args, **kwargs))
