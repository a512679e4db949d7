"""Notes are read when they are saved: apart from the loop, for who may, and never again."""

import threading
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.attendance.made import make_day
from tests.booking.asked import bearer
from tests.conftest import FrozenClock
from tests.materials.made import a_link, a_note, added, draft_of, filled, learner
from training.base.database import bound_engine, execute
from training.base.errors import Invalid, NotFound
from training.base.work import Works
from training.materials.actions.noting import read_ahead, read_details
from training.materials.actions.versions import add_variant, begin_version, publish_version
from training.materials.queries.versions import find_variant
from training.materials.rules import notes

MIGRATION = Path(__file__).parents[3] / "migrations" / "training_2026_11_23t09_46_00_000000.py"


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """In which threads Markdown is read."""
    found: list[str] = []
    parse = notes._MARKDOWN.parse

    def noted(*args: Any) -> Any:
        found.append(threading.current_thread().name.partition("_")[0])
        return parse(*args)

    monkeypatch.setattr(notes._MARKDOWN, "parse", noted)
    notes.read_note.cache_clear()
    yield found
    notes.read_note.cache_clear()


async def test_a_note_is_read_apart_from_the_loop(threads: list[str]) -> None:
    details, html = await read_details(a_note("  *a*", name=" A   note "))
    assert (details.name, html, threads) == ("A note", "<p><em>a</em></p>\n", ["notes"])
    assert (await read_details(a_link()))[1] == ""
    with pytest.raises(Invalid):
        await read_details(a_note("[x](nowhere)"))
    assert threads == ["notes"] * 2


async def test_nothing_is_read_for_whoever_may_not(works: Works, clock: FrozenClock, threads: list[str]) -> None:
    day = await make_day(works, clock)
    draft = await draft_of(day, (await added(works, day)).id)
    link = await works.run(day.manager, add_variant, draft.id, a_link())
    for viewer in (learner(day), day.assistant, day.stranger):
        for where in ({"version_id": draft.id}, {"variant_id": link.id}):
            with pytest.raises(NotFound):
                await read_ahead(viewer, a_note(), **where)
    for missing in ({"version_id": uuid4()}, {"variant_id": uuid4()}):
        with pytest.raises(NotFound):
            await read_ahead(day.manager, a_note(), **missing)
    assert threads == []
    await read_ahead(day.lead, a_note(), version_id=draft.id)
    await read_ahead(day.lead, a_link(), version_id=draft.id)
    assert threads == ["notes"]


async def test_a_note_is_read_once_and_never_when_somebody_looks(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient, threads: list[str]
) -> None:
    day = await make_day(works, clock)
    material = await added(works, day)
    draft = await draft_of(day, material.id)
    client.cookies.set("sign_in", await bearer(works, day.manager))
    page = f"/materials/{material.id}/versions/{draft.id}"
    typed = {"name": "Words", "form": "document", "language": "", "body": "*a*", "version": str(draft.version)}
    assert (await client.post(f"{page}/notes", data=typed)).status_code == 303
    path, headers = f"/api/v1/material-versions/{draft.id}", {"authorization": f"Bearer {client.cookies['sign_in']}"}
    client.cookies.clear()
    said = {"kind": "note", "name": "More", "body": "**b**"}
    etag = (await client.get(path, headers=headers)).headers["etag"]
    assert (await client.post(f"{path}/variants", headers=headers | {"if-match": etag}, json=said)).status_code == 201
    assert threads == ["notes"] * 2
    await works.run(day.manager, publish_version, draft.id)
    await works.run(day.manager, begin_version, material.id)
    notes.read_note.cache_clear()
    client.cookies.set("sign_in", await bearer(works, learner(day)))
    below = f"/sessions/{day.session_id}/materials"
    shown = (await client.get(f"{below}/{material.id}")).text
    assert "<p><em>a</em></p>" in shown
    assert "<p><strong>b</strong></p>" in shown
    for looked in (below, f"{below}/{material.id}/versions", f"{below}/archive.zip", f"/api/v1{below}"):
        assert (await client.get(looked)).status_code == 200
    assert len(threads) == 2


async def test_notes_that_were_there_before_are_read_by_the_migration(
    works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = await make_day(works, clock)
    draft = await filled(works, day, (await added(works, day)).id, a_note("*a*"))
    await works.run(day.manager, add_variant, draft.id, a_link())
    kept = {one.id: one.html for one in (await draft_of(day, draft.material_id)).variants}
    assert sorted(kept.values()) == ["", "<p><em>a</em></p>\n"]
    await execute("UPDATE material_variant SET html = ''")
    found = spec_from_file_location("migration", MIGRATION)
    assert found is not None
    assert found.loader is not None
    migration = module_from_spec(found)
    found.loader.exec_module(migration)
    monkeypatch.setattr(migration, "engine_finder", bound_engine)
    for _ in range(2):
        await migration.read_notes()
        assert {key: await html_of(key) for key in kept} == kept


async def html_of(variant_id: UUID) -> str:
    found = await find_variant(variant_id)
    assert found is not None
    return found.html
