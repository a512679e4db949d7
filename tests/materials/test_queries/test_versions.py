"""Versions with their variants and files, as they are kept."""

from uuid import uuid4

import pytest

from tests.attendance.made import make_day
from tests.conftest import FrozenClock
from tests.materials.made import a_file, again, draft_of, filled, of_file, published
from training.base.database import watch_statements
from training.base.errors import NotFound
from training.base.work import Works
from training.materials.actions.versions import begin_version
from training.materials.queries.versions import (
    find_variant,
    find_version,
    get_full_version,
    list_bare_versions,
    list_variants,
)


async def test_versions_and_variants(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    first, second = await published(works, day), await published(works, day)
    await again(works, day, first.id)
    await works.run(day.manager, begin_version, first.id)
    file_id = await a_file(works, day)
    draft = await filled(works, day, first.id, of_file(file_id))
    keys = [first.id, second.id]
    bare = await list_bare_versions(keys)
    assert {key: [one.number for one in some] for key, some in bare.items()} == {first.id: [1, 2], second.id: [1]}
    drafts = await list_bare_versions(keys, drafts=True)
    assert [one.number for one in drafts[first.id]] == [1, 2, 3]
    with watch_statements() as seen:
        variants = await list_variants(one.id for some in drafts.values() for one in some)
    assert len(seen) == 1
    assert sorted(len(some) for some in variants.values()) == [1, 1, 1, 2]
    assert variants[draft.id] == draft.variants == (await get_full_version(draft.id)).variants
    note, file = draft.variants
    assert (file.file_id, file.size, file.media_type, file.state, file.ready) == (
        file_id,
        12,
        "application/pdf",
        "ready",
        True,
    )
    assert await find_variant(note.id) == note
    found = await find_version(draft.id)
    assert found is not None
    assert (found.number, found.variants) == (3, ())


async def test_nothing_costs_nothing(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    with watch_statements() as seen:
        assert (await list_bare_versions([]), await list_variants([])) == ({}, {})
    assert seen == []
    assert (await find_variant(uuid4()), await find_version(uuid4())) == (None, None)
    with pytest.raises(NotFound):
        await get_full_version(uuid4())
    with pytest.raises(AssertionError):
        await draft_of(day, (await published(works, day)).id)
