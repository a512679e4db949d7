"""A server that is killed in the middle of an upload has lost nothing that it acknowledged, and shows nothing half."""

import pytest

from tests.booking.fire.conftest import on_real_clock
from tests.materials.kept import a_row, an_upload, hash_of
from tests.materials.killing import judge, killed_again_and_again
from tests.materials.storages import put
from tests.proofs import record
from training.base.database import Database
from training.base.work import Works
from training.materials.rules.storages import file_key
from training.materials.storage.keeping import Storage

KILLS = 50
PROMISE = (
    "A server is killed with -9 again and again while three people upload files of one to three parts, some of them the"
    " same files. After each kill every file that was acknowledged is there with all its bytes, every row has its"
    " bytes, and no file that can be seen is half; whoever gets no answer asks again and gets through; in the end"
    " nothing is left of what broke off."
)


@pytest.mark.usefixtures("database")
async def test_a_killed_server_has_kept_every_file_that_it_acknowledged(database_url: str, storage: Storage) -> None:
    survived = await killed_again_and_again(on_real_clock(), database_url, storage, kills=2, seed=1)
    assert survived.acknowledged > 0
    assert survived.asked_again > 0


@pytest.mark.usefixtures("database")
async def test_what_is_half_or_gone_would_be_noticed(works: Works, storage: Storage) -> None:
    upload_id = await an_upload(works, storage, state="finished", finished_at=works.clock())
    await judge(storage, {})
    with pytest.raises(AssertionError):
        await judge(storage, {upload_id: hash_of(b"acknowledged")})
    await put(storage, file_key(hash_of(b"whole")), b"who")
    with pytest.raises(AssertionError, match="is half"):
        await judge(storage, {})
    await put(storage, file_key(hash_of(b"whole")), b"whole")
    await judge(storage, {})
    await a_row(works, sha256=hash_of(b"gone"), size=4)
    with pytest.raises(AssertionError, match="no bytes"):
        await judge(storage, {})


@pytest.mark.prove
async def test_prove_kills_of_the_server(
    database: Database,  # noqa: ARG001 - asked for so that it is bound
    database_url: str,
    engine_name: str,
    storage: Storage,
) -> None:
    survived = await killed_again_and_again(on_real_clock(), database_url, storage, kills=KILLS, seed=0)
    record(
        "uploads-under-kills-of-the-server",
        PROMISE,
        engine=f"{engine_name}, {'bucket' if storage.folder is None else 'folder'}",
        rounds=KILLS,
        done=f"{KILLS} kills -9 of the server, {survived.acknowledged:,} uploads acknowledged",
        found=f"0 lost, 0 half, {survived.files} different files; {survived.asked_again:,} requests without an answer"
        f" were sent again, {survived.put_off} uploads waited for the lease of a killed server",
    )
