"""The page of hours: tables with sums, filters, files."""

from html import unescape

import httpx
import pytest

from tests.booking.test_pages.made import enter, words
from tests.conftest import FrozenClock
from tests.reports.counted import counted
from training.base.structs import Viewer
from training.base.work import Works
from training.reports.queries import hours


async def test_a_manager_sees_both_tables_and_gets_them_as_files(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock
) -> None:
    of = await counted(works, clock)
    await enter(works, client, of.first.scene.manager)
    said = words((await client.get("/reports/hours")).text)
    for part in ("7 h 30 min", "Northern Line", "5 h 30 min", "Tara Quill", "4 h", "2025-06 to 2026-05"):
        assert part in said, part
    table = (await client.get("/reports/hours/export/learners/csv")).text.splitlines()
    assert table[1:] == ['"Program","Harbour",1,1,0,120,2.0', '"Program","Northern Line",2,2,1,330,5.5']
    table = (await client.get("/reports/hours/export/trainers/csv?first=2026-05")).text.splitlines()
    assert table[1:] == ['"Program","Tara Quill",2,240,4.0']
    assert (await client.get("/reports/hours/export/learners/xlsx")).status_code == 200
    assert (await client.get("/reports/hours/export/learners/pdf")).status_code == 422
    narrowed = await client.get(f"/reports/hours?partner={of.first.scene.other_partner_id}&first=&last=&trainer=")
    assert "5 h 30 min" not in words(narrowed.text)
    assert "export/learners/csv?partner=" in narrowed.text


async def test_nothing_and_nonsense(works: Works, client: httpx.AsyncClient, clock: FrozenClock) -> None:
    of = await counted(works, clock)
    await enter(works, client, Viewer(person_id=of.first.scene.people[0]))
    assert "No hours in these months" in (await client.get("/reports/hours")).text
    odd = await client.get("/reports/hours?first=2026-09&last=2026-01")
    assert (odd.status_code, "must not come before" in odd.text) == (422, True)
    assert (await client.get("/reports/hours?first=May")).status_code == 422
    assert (await client.get("/reports/hours/export/learners/csv?first=May")).status_code == 422


async def test_more_than_can_be_chosen_is_said(
    works: Works, client: httpx.AsyncClient, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = await counted(works, clock)
    await enter(works, client, of.first.scene.manager)
    partner = f"/reports/hours?partner={of.first.scene.partner_id}"
    said = (await client.get("/reports/hours")).text
    assert ("can be chosen here" in said, partner in said) == (False, False)
    monkeypatch.setattr(hours, "MOST_CHOICES", 1)
    said = unescape((await client.get("/reports/hours")).text)
    assert ("can be chosen here" in said, "?trainer=" in said) == (True, True)
    # A manager finds no way there on the page of an organization: the names in the table lead there.
    assert "/reports/hours" not in (await client.get(f"/partners/{of.first.scene.partner_id}")).text
    months = f"{partner}&first=2025-06&last=2026-05"
    assert months in said
    assert "7 h 30 min" not in words((await client.get(months)).text)
