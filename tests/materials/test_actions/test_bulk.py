"""Many files become materials, all or none."""

import pytest

from tests.materials.files import MP4, VTT, zipped
from tests.materials.test_actions.test_receiving import Form, placed
from tests.materials.uploading import TEXT
from training.base.database import fetch
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.materials.actions.bulk import Wanted, add_brought, list_brought, planned, unpack
from training.materials.actions.receiving import receive_file
from training.materials.queries.uploads import UploadView
from training.materials.rules.formats import NotAccepted
from training.materials.rules.materials import MaterialDetails, MaterialsLimit
from training.materials.storage.keeping import Storage

LIKE = MaterialDetails(title="")


class Row(Frozen, frozen=True, kw_only=True):
    title: str


async def titles() -> list[str]:
    return [row.title for row in await fetch(Row, "SELECT title FROM material ORDER BY position")]


def wanted(*uploads: UploadView | None) -> list[Wanted]:
    return [Wanted(path=upload.name, upload_id=upload.id) for upload in uploads if upload]


async def test_an_archive_from_its_bytes_to_materials(works: Works, storage: Storage) -> None:
    scene, to = await placed(works)
    content = zipped({"film.mp4": MP4, "film.vtt": VTT, "notes.txt": TEXT, "bad.png": b"<svg>"})
    archive = await receive_file(works, scene.manager, storage, to, Form("all.zip", content), len(content))
    arrived = await unpack(works, scene.manager, storage, to, archive)
    assert [(one.path, one.upload is not None) for one in arrived] == [
        ("film.mp4", True),
        ("film.vtt", True),
        ("notes.txt", True),
        ("bad.png", False),
    ]
    chosen = wanted(*(one.upload for one in arrived))
    assert [one.title for one in planned(arrived)] == ["Film", "Notes"]
    made = await works.run(scene.manager, add_brought, to, chosen, ["The film", ""], LIKE)
    assert (len(made), await titles()) == (1, ["The film"])


async def test_a_program_in_an_archive_refuses_all_of_it(works: Works, storage: Storage) -> None:
    scene, to = await placed(works)
    content = zipped({"notes.txt": TEXT, "x.exe": b"MZ"})
    with pytest.raises(NotAccepted, match=r"x\.exe"):
        await receive_file(works, scene.manager, storage, to, Form("all.zip", content), len(content))


async def test_all_or_none_and_only_ones_own(works: Works, storage: Storage) -> None:
    scene, to = await placed(works)
    upload = await receive_file(works, scene.manager, storage, to, Form("a.txt", TEXT), len(TEXT))
    other = Viewer(person_id=scene.coordinator.person_id, grants=scene.manager.grants)
    with pytest.raises(NotFound):
        await works.run(other, add_brought, to, wanted(upload), ["A"], LIKE)
    with pytest.raises(NotFound):
        await list_brought(other, to, wanted(upload))
    with pytest.raises(NotAccepted, match="several times"):
        await list_brought(scene.manager, to, wanted(upload) * 201)
    assert await titles() == []


async def test_how_many_would_still_go_is_said(works: Works, storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    scene, to = await placed(works)
    files = [(f"{name}.txt", TEXT + name.encode()) for name in "abc"]
    taken = [await receive_file(works, scene.manager, storage, to, Form(*file), len(file[1])) for file in files]
    await works.run(scene.manager, add_brought, to, wanted(taken[0]), ["A"], LIKE)
    monkeypatch.setattr("training.materials.actions.bulk.MOST_MATERIALS", 2)
    with pytest.raises(MaterialsLimit, match="Here are 1, so 1 more would go, and this would be 2"):
        await works.run(scene.manager, add_brought, to, wanted(*taken[1:]), ["B", "C"], LIKE)
    await works.run(scene.manager, add_brought, to, wanted(*taken[1:]), ["B", ""], LIKE)
    assert await titles() == ["A", "B"]
