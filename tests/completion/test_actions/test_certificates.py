"""Certificates against the real database: issued once, replaced when they would say something else, revoked."""

from datetime import timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from uuid import UUID

import pytest

from tests.booking.asked import one
from tests.completion.certified import completed
from tests.conftest import SITE, FrozenClock
from training.base.database import bound_engine, execute, fetch, watch_statements
from training.base.ids import CODE_LETTERS
from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.booking.tables import Enrollment
from training.completion.actions.certificates import issue, issue_again, revoke
from training.completion.queries.earned import read_said
from training.completion.rules.certificates import Said
from training.completion.tables import CompletionRule
from training.outbox.mails import render_message
from training.outbox.queries import get_message
from training.outbox.rules import Rendered
from training.partners.actions import edit_member, end_membership
from training.partners.tables import Membership

MIGRATION = Path(__file__).parents[3] / "migrations" / "training_2026_11_24t00_51_00_000000.py"


class Row(Frozen, frozen=True, kw_only=True):
    id: UUID
    code: str
    holder: str
    said: str
    edition: int
    revoked_reason: str
    replaced_by: UUID | None


async def rows() -> list[Row]:
    return await fetch(
        Row,
        "SELECT id, code, holder, CAST(said AS TEXT) AS said, edition, revoked_reason, replaced_by"
        " FROM certificate ORDER BY edition, id",
    )


async def letters(kind: str, state: str = "waiting") -> list[Rendered]:
    found = await execute("SELECT id FROM message WHERE kind = {} AND state = {} ORDER BY id", kind, state)
    return [render_message(await get_message(row["id"]), SITE) for row in found]


async def change(works: Works, enrollment_id: UUID, **values: object) -> None:
    async def write(work: Work) -> None:
        work.change(Enrollment, enrollment_id, **values)

    await works.run(works_machine(), write)


def works_machine() -> Viewer:
    return Viewer.machine("test")


async def test_it_says_what_was_so(works: Works, clock: FrozenClock) -> None:
    made = await completed(works, 2)
    issued = await works.run(made.scene.manager, issue, made.enrollments)
    first, second = await rows()
    assert issued == [first.id, second.id]
    assert first.holder == "Northern Line 0"
    assert first.code != second.code
    assert len(first.code) == 12
    assert set(first.code) <= {*CODE_LETTERS, "-"}
    starts = clock.now + timedelta(days=14)
    assert read_said(first.said) == Said(
        title="Safe messaging",
        course="Course",
        program="Program",
        issuer="training",
        zone="Europe/Dublin",
        starts_at=starts,
        ends_at=starts + timedelta(days=1, hours=2),
        completed_at=clock.now,
        minutes=150,
        trainers=("Tara Quill",),
    )
    letter, _ = await letters("certificate")
    days = "Mon 18 May 2026 to Tue 19 May 2026"
    assert f"Safe messaging\n{days}\n\nSee it" in letter.text, "two certificates of one title are told apart"
    assert days in letter.html
    assert letter.subject == "Your certificate: Safe messaging"
    assert f"\nhttp://testserver.example/certificates/{first.code}\n" in letter.text
    assert f"/certificates/{first.code}" in letter.html


async def test_the_same_again_issues_nothing(works: Works) -> None:
    made = await completed(works, 2)
    await works.run(made.scene.manager, issue, made.enrollments)
    assert await works.run(made.scene.manager, issue, made.enrollments) == []
    assert await one("SELECT COUNT(*) AS n FROM certificate") == 2
    assert len(await letters("certificate")) == 2


async def test_a_corrected_name_makes_a_new_edition(works: Works) -> None:
    made = await completed(works)
    (key,) = made.enrollments
    (first,) = await works.run(made.scene.manager, issue, [key])

    async def rename(work: Work) -> list[UUID]:
        work.change(Membership, made.scene.members[0], name="Zoë Ångström")
        return await issue(work, [key])

    (second,) = await works.run(made.scene.manager, rename)
    old, new = await rows()
    assert (old.id, old.replaced_by, old.holder) == (first, second, "Northern Line 0")
    assert (new.id, new.replaced_by, new.holder, new.edition) == (second, None, "Zoë Ångström", 2)
    (letter,) = await letters("certificate")
    assert letter.subject == "A new edition of your certificate: Safe messaging"
    assert letter.text.startswith("Hello Zoë Ångström,\n\n")
    assert len(await letters("certificate", "superseded")) == 1


async def test_the_name_of_who_has_left_is_corrected_too(works: Works) -> None:
    made = await completed(works)
    scene, (key,) = made.scene, made.enrollments
    await works.run(scene.manager, issue, [key])
    left = await works.run(scene.coordinator, end_membership, scene.members[0])
    email = left.contact_email
    await works.run(scene.coordinator, edit_member, left.id, name="Zoë Ångström", contact_email=email)
    assert len(await works.run(scene.manager, issue, [key])) == 1
    assert [row.holder for row in await rows()] == ["Northern Line 0", "Zoë Ångström"]


async def test_one_that_a_change_revoked_comes_back_with_the_next(works: Works, clock: FrozenClock) -> None:
    made = await completed(works)
    await works.run(made.scene.manager, issue, made.enrollments)
    clock.move(hours=1)
    assert await works.run(made.scene.manager, revoke, made.enrollments, "It is open again.") == 1
    assert await works.run(made.scene.manager, revoke, made.enrollments, "Again") == 0
    (row,) = await rows()
    assert row.revoked_reason == "It is open again."
    (letter,) = await letters("certificate-revoked")
    assert "The reason given: It is open again.\n\n" in letter.text
    assert await letters("certificate") == []
    assert await works.run(made.scene.manager, issue, made.enrollments) == []
    clock.move(hours=1)
    await change(works, made.enrollments[0], state="completed", state_at=clock.now)
    assert len(await works.run(made.scene.manager, issue, made.enrollments)) == 1
    old, new = await rows()
    assert (old.edition, old.replaced_by, new.edition, new.replaced_by) == (1, new.id, 2, None)
    assert await letters("certificate-revoked") == []


async def test_one_that_was_revoked_by_hand_waits_for_somebody(works: Works, clock: FrozenClock) -> None:
    made = await completed(works)
    await works.run(made.scene.manager, issue, made.enrollments)
    clock.move(hours=1)
    await works.run(made.scene.manager, revoke, made.enrollments, "Somebody else was there.", by_hand=True)
    clock.move(hours=1)
    await change(works, made.enrollments[0], state="completed", state_at=clock.now)
    assert await works.run(made.scene.manager, issue, made.enrollments) == []
    assert len(await works.run(made.scene.manager, issue_again, made.enrollments)) == 1
    old, new = await rows()
    assert (old.replaced_by, new.replaced_by) == (new.id, None)


@pytest.mark.parametrize("case", ["not completed", "no name", "no certificate wanted"])
async def test_for_whom_there_is_none(works: Works, case: str) -> None:
    made = await completed(works)
    (key,) = made.enrollments

    async def spoil(work: Work) -> list[UUID]:
        if case == "not completed":
            work.change(Enrollment, key, state="not completed")
        elif case == "no name":
            work.change(Membership, made.scene.members[0], name="")
            await work.execute("UPDATE person SET name = '' WHERE id = {}", made.scene.people[0])
        else:
            ids = {"id": work.new_id(), "course_id": made.scene.course_id}
            work.add(CompletionRule, certificate=False, created_at=work.now, **ids)
        return await issue_again(work, [key])

    assert await works.run(made.scene.manager, spoil) == []
    assert await rows() == []
    assert await letters("certificate") == []


async def test_the_nearest_rule_says_what_counts_as_hours(works: Works) -> None:
    made = await completed(works)

    async def rule(work: Work) -> list[UUID]:
        for minutes, scope in ((60, {"program_id": made.scene.program_id}), (90, {"course_id": made.scene.course_id})):
            work.add(CompletionRule, id=work.new_id(), hours_minutes=minutes, created_at=work.now, **scope)
        return await issue(work, made.enrollments)

    await works.run(made.scene.manager, rule)
    assert read_said((await rows())[0].said).minutes == 90


async def test_the_number_of_statements_is_constant(works: Works) -> None:
    seen = []
    for people in (1, 30):
        made = await completed(works, people, tag=f" {people}")
        with watch_statements() as statements:
            await works.run(made.scene.manager, issue, made.enrollments)
        first = len(statements)
        with watch_statements() as statements:
            await works.run(made.scene.manager, revoke, made.enrollments, "Wrong")
        seen.append((first, len(statements)))
    assert seen[0] == seen[1]


async def test_of_those_that_were_revoked_before_it_is_known_whether_by_hand(
    works: Works, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await completed(works, 3)
    await works.run(made.scene.manager, issue, made.enrollments)
    clock.move(hours=1)
    reasons = ("The session does not count as completed any more: 1 of 2 meetings.", "Wrong", "Wrong")
    for key, reason in zip(made.enrollments, reasons, strict=True):
        await works.run(made.scene.manager, revoke, [key], reason)
    (followed,) = await works.run(made.scene.manager, issue_again, [made.enrollments[2]])
    await execute("UPDATE certificate SET replaced_by = NULL")
    spec = spec_from_file_location("filled", MIGRATION)
    assert spec is not None
    assert spec.loader is not None
    migration = module_from_spec(spec)
    spec.loader.exec_module(migration)
    monkeypatch.setattr(migration, "engine_finder", bound_engine)
    await migration.say_by_hand()
    await migration.say_replaced()
    found = await execute(
        "SELECT CAST(revoked_by_hand AS INTEGER) AS by_hand, replaced_by FROM certificate ORDER BY edition, id"
    )
    assert [(row["by_hand"], row["replaced_by"] and UUID(str(row["replaced_by"]))) for row in found] == [
        *((0, None), (1, None), (1, followed), (0, None))
    ]
