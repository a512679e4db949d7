"""What may be announced to whom, and how it is counted."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.reminders.announced import details
from training.base.errors import Invalid
from training.catalogue.rules import Mode
from training.reminders.rules.announcements import (
    GROUPS,
    STATES,
    Announcement,
    AnnouncementNotDraft,
    AnnouncementState,
    Group,
    Numbers,
    Scope,
    Segment,
    Tally,
    When,
    added_up,
    check_draft,
    checked,
    paragraphs,
)


def announcement(state: AnnouncementState) -> Announcement:
    return Announcement(
        id=UUID(int=1),
        program_id=UUID(int=2),
        program_name="Program",
        course_id=None,
        session_id=UUID(int=3),
        title="Session",
        zone="UTC",
        segment=Segment(),
        subject="s",
        words="w",
        state=state,
        send_at=None,
        tested_at=None,
        recipients=0,
        fan_out_id=None,
        author="Mona",
        created_at=datetime(2026, 5, 4, tzinfo=UTC),
        sent_at=None,
        version=1,
    )


def test_every_group_of_learners_means_states_and_the_others_none() -> None:
    assert set(GROUPS) - set(STATES) == {Group.TRAINERS, Group.OPEN_PLACES, Group.COORDINATORS}
    states = [state for some in STATES.values() for state in some]
    assert len(states) == len(set(states))


def test_an_announcement_knows_its_scope_and_its_topic() -> None:
    one = announcement(AnnouncementState.DRAFT)
    assert one.scope == Scope(program_id=UUID(int=2), session_id=UUID(int=3))
    assert one.topic == f"announcement:{UUID(int=1)}"


def test_a_segment_is_kept_in_order_and_without_repetition() -> None:
    twice = (UUID(int=1), UUID(int=1))
    given = details(
        Group.COORDINATORS, Group.ENROLLED, Group.ENROLLED, partner_ids=twice, modes=(Mode.ONLINE, Mode.IN_PERSON)
    )
    assert checked(given).segment == Segment(
        groups=(Group.ENROLLED, Group.COORDINATORS),
        partner_ids=(UUID(int=1),),
        modes=(Mode.IN_PERSON, Mode.ONLINE),
        when=When.COMING,
    )


def test_what_is_missing_is_told_field_by_field() -> None:
    empty = details(subject=" ", words="\n")
    empty = type(empty)(subject=" ", words="\n", segment=Segment(groups=(), modes=(Mode.HYBRID,)))
    with pytest.raises(Invalid) as error:
        checked(empty)
    assert sorted(error.value.fields) == ["groups", "modes", "subject", "words"]


def test_only_a_draft_can_be_edited() -> None:
    check_draft(announcement(AnnouncementState.DRAFT))
    for state in set(AnnouncementState) - {AnnouncementState.DRAFT}:
        with pytest.raises(AnnouncementNotDraft):
            check_draft(announcement(state))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", []),
        ("One.", [["One."]]),
        ("One.\nTwo.\n\n\n \nThree.\n", [["One.", "Two."], ["Three."]]),
        ("\n\nOne.", [["One."]]),
    ],
)
def test_an_empty_line_begins_a_paragraph(words: str, found: list[list[str]]) -> None:
    assert paragraphs(words) == found


def test_numbers_add_up() -> None:
    tallies = [
        Tally(group=Group.WAITLISTED, partner_name="Zeta", people=2, off=0),
        Tally(group=Group.ENROLLED, partner_name="Zeta", people=3, off=1, unreached=1),
        Tally(group=Group.ENROLLED, partner_name="Alpha", people=1, off=1),
        Tally(group=Group.TRAINERS, partner_name="", people=1, off=0),
    ]
    assert added_up(tallies) == Numbers(
        people=5,
        off=2,
        unreached=1,
        by_group=((Group.TRAINERS, 1), (Group.ENROLLED, 2), (Group.WAITLISTED, 2)),
        by_partner=(("Zeta", 4),),
    )
    assert added_up([]) == Numbers(people=0, off=0, by_group=(), by_partner=())
