"""Parts read as one file."""

import asyncio
import io

import pytest

from tests.materials.storages import put
from training.materials.storage.joined import opened_parts
from training.materials.storage.keeping import Storage


async def test_it_is_sought_in_as_a_whole(storage: Storage) -> None:
    whole = bytes(range(250)) * 40
    keys = [f"incoming/x/{number}" for number in range(4)]
    for number, key in enumerate(keys):
        await put(storage, key, whole[number * 3000 : (number + 1) * 3000])

    def look() -> tuple[bytes, ...]:
        with opened_parts(storage, keys, 3000, len(whole)) as file:
            found = [file.read(), file.read()]
            for offset, count in ((2990, 20), (0, 5), (9999, 9), (8999, 2), (20_000, 1)):
                file.seek(offset)
                found.append(file.read(count))
            file.seek(-5, io.SEEK_END)
            found += [file.read(2), str(file.tell()).encode()]
            with pytest.raises((ValueError, OSError)):
                file.seek(-1)
            return tuple(found)

    told = await asyncio.to_thread(look)
    assert told == (
        whole,
        b"",
        whole[2990:3010],
        whole[:5],
        whole[9999:],
        whole[8999:9001],
        b"",
        whole[-5:-3],
        str(len(whole) - 3).encode(),
    )
