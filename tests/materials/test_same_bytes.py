"""The same bytes under another name, in another program: kept once, and counted as what each said they are."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest

from tests.booking.asked import bearer
from tests.booking.made import Scene, make_scene
from tests.conftest import FrozenClock
from tests.materials import storages
from tests.materials.kept import hash_of
from tests.materials.uploading import upload
from training.base.database import execute
from training.base.structs import Grant, Viewer
from training.base.work import Works
from training.materials.actions.copying import Spot, copy_materials
from training.materials.actions.editing import add_material
from training.materials.actions.versions import add_variant, begin_version, change_variant, publish_version
from training.materials.queries.editing import get_edited
from training.materials.queries.versions import find_variant, get_full_version
from training.materials.rules.formats import FORMATS
from training.materials.rules.materials import MaterialDetails
from training.materials.rules.storages import file_key
from training.materials.rules.variants import Form, VariantDetails, VariantView
from training.materials.storage.keeping import Storage

Ask = Callable[[Scene], Awaitable[httpx.AsyncClient]]
SPOKEN = b"1\n00:00:01,000 --> 00:00:02,000\nHello, all of you\n"
LISTED = b"word,say\nsuicide,died by\n"
CASES = [
    (SPOKEN, "talk.txt", Form.TRANSCRIPT, "talk.srt", Form.CAPTIONS),
    (SPOKEN, "talk.srt", Form.CAPTIONS, "talk.txt", Form.TRANSCRIPT),
    (LISTED, "table.csv", Form.DOCUMENT, "table.md", Form.DOCUMENT),
    (LISTED, "table.md", Form.DOCUMENT, "table.txt", Form.HANDOUT),
]


def type_of(name: str) -> str:
    return FORMATS[name.rpartition(".")[2]].media_type


async def material_of(works: Works, scene: Scene) -> tuple[UUID, UUID]:
    """A material of the session, and its version that is being worked on."""
    details = MaterialDetails(title="Words")
    material = await works.run(scene.manager, add_material, details, session_id=scene.session_id)
    draft = (await get_edited(scene.manager, material.id)).draft
    assert draft is not None
    return material.id, draft.id


@pytest.fixture
def ask(works: Works, client: httpx.AsyncClient) -> Ask:
    """From here on the manager of this scene is asking."""
    tokens: dict[UUID, str] = {}

    async def by(scene: Scene) -> httpx.AsyncClient:
        if scene.program_id not in tokens:
            tokens[scene.program_id] = await bearer(works, scene.manager)
        client.headers["authorization"] = f"Bearer {tokens[scene.program_id]}"
        return client

    return by


async def brought(ask: Ask, scene: Scene, name: str, content: bytes) -> dict[str, Any]:
    client = await ask(scene)
    done = await upload(client, scene, name, content)
    assert done.status_code == 200, done.text
    told: dict[str, Any] = done.json()
    return told


async def variant_of(works: Works, scene: Scene, told: dict[str, Any], form: Form, name: str = "") -> VariantView:
    _, version_id = await material_of(works, scene)
    file_id = UUID(told["file"]["id"])
    details = VariantDetails(form=form, name=name or told["name"], file_id=file_id)
    return await works.run(scene.manager, add_variant, version_id, details)


async def check_handed_out(ask: Ask, scene: Scene, told: VariantView) -> None:
    """It is told, and handed out, as what it counts as there."""
    client = await ask(scene)
    material_id = (await get_full_version(told.version_id)).material_id
    path = f"/sessions/{scene.session_id}/materials/{material_id}/files/{told.id}"
    address = (await client.get(f"/api/v1{path}")).json()
    assert (address["name"], address["media_type"]) == (told.name, type_of(told.name))
    got = await client.get(urlsplit(address["url"]).path)
    assert (got.status_code, got.headers["content-type"]) == (200, type_of(told.name))
    assert f'filename="{told.name}"' in got.headers["content-disposition"]


@pytest.mark.parametrize(("content", "first", "first_form", "second", "second_form"), CASES)
async def test_in_two_programs(
    works: Works,
    ask: Ask,
    storage: Storage,
    content: bytes,
    first: str,
    first_form: Form,
    second: str,
    second_form: Form,
) -> None:
    here, there = await make_scene(works), await make_scene(works, tag=" B")
    one = await brought(ask, here, first, content)
    other = await brought(ask, there, second, content)
    for told, name in ((one, first), (other, second)):
        known = FORMATS[name.rpartition(".")[2]]
        assert (told["name"], told["file"]["media_type"], told["file"]["kind"]) == (name, known.media_type, known.kind)
    # One row, whose id does not say since when there is one.
    assert one["file"]["id"] == other["file"]["id"]
    assert UUID(one["file"]["id"]).version == 4
    assert await storages.keys(storage) == [file_key(hash_of(content))]
    mine = await variant_of(works, here, one, first_form)
    theirs = await variant_of(works, there, other, second_form)
    for scene, variant in ((here, mine), (there, theirs)):
        await works.run(scene.manager, publish_version, variant.version_id, waive="No time yet.")
        await check_handed_out(ask, scene, variant)


@pytest.mark.usefixtures("storage")
async def test_in_one_program_the_name_says_which(works: Works, clock: FrozenClock, ask: Ask) -> None:
    scene, told = await make_scene(works), []
    for name in ("talk.srt", "talk.md", "talk.txt"):
        told.append(await brought(ask, scene, name, SPOKEN))
        clock.now += timedelta(seconds=1)
    kept = [
        await variant_of(works, scene, told[0], form, name)
        for form, name in (
            (Form.TRANSCRIPT, "talk.md"),
            (Form.TRANSCRIPT, "talk.srt"),
            (Form.TRANSCRIPT, "What was said"),
            (Form.CAPTIONS, "English"),
        )
    ]
    assert [one.media_type for one in kept] == [type_of(name) for name in ("a.md", "a.srt", "a.txt", "a.srt")]
    # Another name keeps what it counts as, unless its ending says another thing.
    for name, became in (("In English", "a.md"), ("talk.txt", "a.txt"), ("Said", "a.txt")):
        details = VariantDetails(form=Form.TRANSCRIPT, name=name, file_id=kept[0].file_id)
        changed = await works.run(scene.manager, change_variant, kept[0].id, details)
        assert (changed.media_type, changed.file_kind) == (type_of(became), "text")


@pytest.mark.usefixtures("storage")
async def test_what_came_again_as_captions_can_be_said_again(works: Works, ask: Ask) -> None:
    """A variant that was kept before what a file counts as was its own."""
    scene = await make_scene(works)
    told = await brought(ask, scene, "talk.txt", SPOKEN)
    old = await variant_of(works, scene, told, Form.OTHER, "talk.srt")
    await execute("UPDATE material_variant SET media_type = '', file_kind = ''")
    await execute("UPDATE upload SET media_type = '', kind = ''")
    found = await find_variant(old.id)
    assert found is not None
    assert (found.media_type, found.file_kind) == (type_of("a.txt"), "text")
    await brought(ask, scene, "talk.srt", SPOKEN)
    details = VariantDetails(form=Form.OTHER, name="talk.srt", file_id=old.file_id)
    changed = await works.run(scene.manager, change_variant, old.id, details)
    assert (changed.media_type, changed.file_kind) == (type_of("a.srt"), "captions")


@pytest.mark.usefixtures("storage")
async def test_copies_and_new_versions_count_as_the_same(works: Works, ask: Ask) -> None:
    here, there = await make_scene(works), await make_scene(works, tag=" B")
    await brought(ask, there, "talk.txt", SPOKEN)
    first = await variant_of(works, here, await brought(ask, here, "talk.srt", SPOKEN), Form.CAPTIONS)
    await works.run(here.manager, publish_version, first.version_id)
    material_id = (await get_full_version(first.version_id)).material_id
    following = await works.run(here.manager, begin_version, material_id)
    assert [one.media_type for one in following.variants] == [type_of("a.srt")]
    grants = {Grant(role="program_manager", scope_id=one.program_id) for one in (here, there)}
    viewer = Viewer(person_id=here.manager.person_id, name="Mona", grants=frozenset(grants))
    source, target = Spot(session_id=here.session_id), Spot(session_id=there.session_id)
    [copy] = await works.run(viewer, copy_materials, source, target, [material_id])
    newest = (await get_edited(there.manager, copy.id)).newest
    assert newest is not None
    [copied] = newest.variants
    assert (copied.media_type, copied.file_kind) == (type_of("a.srt"), "captions")
    # Who has it by a copy only uses it as what was copied, whatever they call it.
    await execute("UPDATE upload SET state = 'refused' WHERE program_id = {}", there.program_id)
    draft = await works.run(there.manager, begin_version, copy.id)
    details = VariantDetails(form=Form.OTHER, name="talk.txt", file_id=copied.file_id)
    used = await works.run(there.manager, add_variant, draft.id, details)
    assert used.media_type == type_of("a.srt")
