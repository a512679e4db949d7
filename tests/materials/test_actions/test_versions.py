"""Versions begun, filled, published and thrown away; two people at it at once."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.attendance.made import Day, make_day
from tests.conftest import FrozenClock
from tests.materials.made import a_file, a_link, a_note, added, again, draft_of, filled, learner, of_file, published
from tests.surveys.made import count
from training.base.database import execute, fetch_one
from training.base.errors import Invalid, NotFound, Stale, TrainingError
from training.base.structs import Frozen
from training.base.work import Works
from training.materials.actions.versions import (
    add_variant,
    begin_version,
    change_variant,
    discard_draft,
    publish_version,
    remove_variant,
)
from training.materials.queries.editing import get_edited
from training.materials.queries.versions import list_variants
from training.materials.rules.variants import (
    CaptionsMissing,
    FilesRefused,
    FilesWait,
    Form,
    NoteMissing,
    NotesLimit,
    NothingToPublish,
    VariantsLimit,
    VersionPublished,
)


class Said(Frozen, frozen=True, kw_only=True):
    after: Any


async def unused(file_id: UUID) -> bool:
    return await count("SELECT count(*) AS n FROM stored_file WHERE id = {} AND unused_at IS NOT NULL", file_id) == 1


async def test_a_version_is_filled_and_published(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await added(works, day)
    draft = await draft_of(day, material.id)
    file_id = await a_file(works, day)
    note = await works.run(day.lead, add_variant, draft.id, a_note(language="en"), 1)
    link = await works.run(day.lead, add_variant, draft.id, a_link(), 2)
    file = await works.run(day.manager, add_variant, draft.id, of_file(file_id, name="Handout.pdf"), 3)
    assert [one.position for one in (note, link, file)] == [1, 2, 3]
    assert (file.media_type, file.state, await unused(file_id)) == ("application/pdf", "ready", False)
    changed = await works.run(day.lead, change_variant, link.id, a_link("https://example.org/b", "B"), 4)
    assert (changed.link, changed.name, changed.position) == ("https://example.org/b", "B", 2)
    await works.run(day.lead, remove_variant, note.id, 5)
    done = await works.run(day.lead, publish_version, draft.id, expected_version=6)
    assert done.published_at == works.clock()
    assert (done.number, done.note, done.published_by, done.published_by_name) == (1, "", day.lead.person_id, "Lea")
    assert [one.name for one in done.variants] == ["B", "Handout.pdf"]
    assert await count("SELECT count(*) AS n FROM material_version WHERE told_at IS NOT NULL") == 1


async def test_what_was_published_never_changes(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await published(works, day)
    version = (await get_edited(day.manager, material.id)).newest
    assert version is not None
    [variant] = version.variants
    calls: list[tuple[Any, ...]] = [
        (add_variant, version.id, a_note()),
        (change_variant, variant.id, a_note("Other")),
        (remove_variant, variant.id),
        (publish_version, version.id),
        (discard_draft, version.id),
    ]
    for action, *args in calls:
        with pytest.raises(VersionPublished):
            await works.run(day.manager, action, *args)
    assert (await get_edited(day.manager, material.id)).newest == version


async def test_the_next_version_begins_as_the_newest(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await added(works, day)
    file_id = await a_file(works, day)
    await filled(works, day, material.id)
    first = await filled(works, day, material.id, of_file(file_id))
    await works.run(day.manager, publish_version, first.id)
    draft = await works.run(day.lead, begin_version, material.id)
    assert (draft.number, draft.published_at) == (2, None)
    same = [(one.kind, one.name, one.file_id, one.body, one.position) for one in first.variants]
    assert [(one.kind, one.name, one.file_id, one.body, one.position) for one in draft.variants] == same
    assert await works.run(day.manager, begin_version, material.id) == draft
    note, file = draft.variants
    await works.run(day.lead, remove_variant, file.id)
    assert not await unused(file_id)
    with pytest.raises(NoteMissing):
        await works.run(day.lead, publish_version, draft.id, note="  ")
    with pytest.raises(Invalid) as refusal:
        await works.run(day.lead, publish_version, draft.id, note="x" * 1_001)
    assert refusal.value.fields == {"note": "This is too long: 1,001 characters, and at most 1,000."}
    second = await works.run(day.lead, publish_version, draft.id, note=" No slides. ")
    assert (second.note, [one.id for one in second.variants]) == ("No slides.", [note.id])
    assert (await list_variants([first.id]))[first.id] == first.variants
    assert await count("SELECT count(*) AS n FROM material_version WHERE told_at IS NULL") == 1


async def test_a_draft_is_thrown_away_with_what_nothing_else_uses(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await added(works, day)
    one, other = await a_file(works, day), await a_file(works, day)
    await filled(works, day, material.id, of_file(one))
    draft = await filled(works, day, material.id, of_file(other))
    opening = "INSERT INTO material_opening (id, material_id, version_id, variant_id, way, at) VALUES"
    for variant in draft.variants:
        await execute(
            f"{opening} ({{}}, {{}}, {{}}, {{}}, {{}}, {{}})",
            uuid4(),
            material.id,
            draft.id,
            variant.id,
            "preview",
            works.clock(),
        )
    await works.run(day.manager, remove_variant, draft.variants[0].id)
    assert [await unused(key) for key in (one, other)] == [True, False]
    with pytest.raises(Stale):
        await works.run(day.manager, discard_draft, draft.id, 1)
    await works.run(day.manager, discard_draft, draft.id)
    assert [await unused(key) for key in (one, other)] == [True, True]
    assert (await get_edited(day.manager, material.id)).versions == ()
    assert (await works.run(day.manager, begin_version, material.id)).number == 1
    await published(works, day)


async def test_a_file_takes_the_place_of_another(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await added(works, day)
    old, new = await a_file(works, day), await a_file(works, day)
    [variant] = (await filled(works, day, material.id, of_file(old))).variants
    changed = await works.run(day.manager, change_variant, variant.id, of_file(new))
    assert changed.file_id == new
    assert [await unused(key) for key in (old, new)] == [True, False]


async def test_knowing_the_id_of_a_file_is_no_right_to_it(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    other = await make_day(works, clock, tag=" B")
    draft = await draft_of(day, (await added(works, day)).id)
    theirs, of_manager = await a_file(works, other), await a_file(works, day)
    mine = await a_file(works, day, by=day.lead)
    for viewer, file_id in ((day.manager, theirs), (day.lead, theirs), (day.lead, of_manager), (day.manager, uuid4())):
        with pytest.raises(Invalid):
            await works.run(viewer, add_variant, draft.id, of_file(file_id))
    await works.run(day.lead, add_variant, draft.id, of_file(mine))
    await works.run(day.manager, add_variant, draft.id, of_file(of_manager))
    # What is in a material of the session already, its trainers may use again.
    await works.run(day.lead, add_variant, draft.id, of_file(of_manager))


async def test_captions_are_asked_for_before_publishing(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await added(works, day)
    film = await a_file(works, day, media_type="video/mp4", kind="video")
    text = await a_file(works, day, media_type="text/vtt", kind="captions")
    draft = await filled(works, day, material.id, of_file(film, Form.VIDEO, language="en", name="Film.mp4"))
    with pytest.raises(CaptionsMissing) as missing:
        await works.run(day.manager, publish_version, draft.id)
    assert missing.value.data == {"names": ["Film.mp4"]}
    with pytest.raises(Invalid):
        await works.run(day.manager, add_variant, draft.id, of_file(film, Form.CAPTIONS))
    waived = await works.run(day.manager, publish_version, draft.id, waive=" Nobody speaks. ")
    assert waived.waived == "Nobody speaks."
    draft = await filled(works, day, material.id, of_file(text, Form.CAPTIONS, language="en"))
    assert (await works.run(day.manager, publish_version, draft.id, note="Captions")).waived == ""


async def test_what_is_not_there_or_not_clean_is_not_published(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    draft = await draft_of(day, (await added(works, day)).id)
    with pytest.raises(NothingToPublish):
        await works.run(day.manager, publish_version, draft.id)
    file_id = await a_file(works, day, state="waiting")
    await works.run(day.manager, add_variant, draft.id, of_file(file_id))
    with pytest.raises(FilesWait):
        await works.run(day.manager, publish_version, draft.id)
    await execute("UPDATE stored_file SET state = 'refused' WHERE id = {}", file_id)
    with pytest.raises(FilesRefused):
        await works.run(day.manager, publish_version, draft.id)


async def test_a_version_holds_only_so_much(works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch) -> None:
    day = await make_day(works, clock)
    draft = await filled(works, day, (await added(works, day)).id)
    monkeypatch.setattr("training.materials.actions.versions.MOST_VARIANTS", 1)
    with pytest.raises(VariantsLimit, match="at most 60 files, links and notes"):
        await works.run(day.manager, add_variant, draft.id, a_note())


async def test_the_html_of_a_note_is_kept_and_goes_with_it(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    draft = await filled(works, day, (await added(works, day)).id, a_note("*a*"))
    [note] = draft.variants
    assert note.html == "<p><em>a</em></p>\n"
    changed = await works.run(day.manager, change_variant, note.id, a_note("**b**"))
    assert changed.html == "<p><strong>b</strong></p>\n"
    await works.run(day.manager, publish_version, draft.id)
    following = await works.run(day.manager, begin_version, draft.material_id)
    assert [one.html for one in following.variants] == [changed.html]
    link = await works.run(day.manager, add_variant, following.id, a_link())
    assert link.html == ""
    # What happened tells what was written, and not what was made of it.
    said = await fetch_one(
        Said, "SELECT after FROM journal_entry WHERE event = 'MaterialDraftChanged' ORDER BY id LIMIT 1"
    )
    assert said is not None
    assert "html" not in str(said.after)


async def test_a_version_holds_only_so_many_notes(
    works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = await make_day(works, clock)
    draft = await filled(works, day, (await added(works, day)).id, a_note("a" * 20))
    monkeypatch.setattr("training.materials.rules.variants.MOST_IN_NOTES", 50)
    second = await works.run(day.manager, add_variant, draft.id, a_note("a" * 30))
    with pytest.raises(NotesLimit):
        await works.run(day.manager, add_variant, draft.id, a_note("a"))
    with pytest.raises(NotesLimit):
        await works.run(day.manager, change_variant, second.id, a_note("a" * 31))
    # What was longer before the limit can be made shorter.
    monkeypatch.setattr("training.materials.rules.variants.MOST_IN_NOTES", 10)
    assert (await works.run(day.manager, change_variant, second.id, a_note("a" * 29))).body == "a" * 29


async def test_versions_are_for_those_who_edit(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    other = await make_day(works, clock, tag=" B")
    material = await added(works, day)
    draft = await filled(works, day, material.id)
    of_course = await added(works, day, of_course=True)
    for viewer in (learner(day), day.shadow, day.assistant, day.stranger, other.manager, other.lead):
        for action, key in ((begin_version, material.id), (publish_version, draft.id), (discard_draft, draft.id)):
            with pytest.raises(NotFound):
                await works.run(viewer, action, key)
        with pytest.raises(NotFound):
            await works.run(viewer, add_variant, draft.id, a_note())
        with pytest.raises(NotFound):
            await works.run(viewer, remove_variant, draft.variants[0].id)
    with pytest.raises(NotFound):
        await works.run(day.lead, begin_version, of_course.id)
    verbs: tuple[Any, ...] = (publish_version, discard_draft, begin_version, remove_variant)
    for verb in verbs:
        with pytest.raises(NotFound):
            await works.run(day.manager, verb, uuid4())


async def results(*calls: Any) -> list[Any]:
    """What each gave or raised, all begun at once; a refusal is told by its code."""
    found = await asyncio.gather(*calls, return_exceptions=True)
    for one in found:
        if isinstance(one, BaseException) and not isinstance(one, TrainingError):
            raise one
    return sorted(one.code if isinstance(one, TrainingError) else "done" for one in found)


async def test_two_publish_the_same_draft(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    draft = await filled(works, day, (await added(works, day)).id)
    outcome = await results(*(works.run(who, publish_version, draft.id) for who in (day.manager, day.lead)))
    assert outcome == ["done", "version-published"]
    assert await count("SELECT count(*) AS n FROM journal_entry WHERE event = 'MaterialVersionPublished'") == 1


async def test_one_publishes_while_the_other_changes(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    for _ in range(6):
        draft = await filled(works, day, (await added(works, day)).id)
        calls = [
            works.run(day.manager, publish_version, draft.id, expected_version=draft.version),
            works.run(day.lead, add_variant, draft.id, a_note(), draft.version),
        ]
        outcome = await results(*calls)
        # Whoever came second is told, so what is published is what its publisher looked at.
        kept = (await list_variants([draft.id]))[draft.id]
        assert (outcome, len(kept)) in ((["done", "version-published"], 1), (["changed-meanwhile", "done"], 2))


async def test_two_begin_the_next_version(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await published(works, day)
    begun = await asyncio.gather(*(works.run(day.manager, begin_version, material.id) for _ in range(4)))
    assert {one.id for one in begun} == {begun[0].id}
    assert len((await get_edited(day.manager, material.id)).versions) == 2


async def test_versions_are_counted(works: Works, clock: FrozenClock) -> None:
    day: Day = await make_day(works, clock)
    material = await published(works, day)
    for _ in range(3):
        clock.now += timedelta(minutes=1)
        await again(works, day, material.id)
    assert [one.number for one in (await get_edited(day.manager, material.id)).versions] == [4, 3, 2, 1]
