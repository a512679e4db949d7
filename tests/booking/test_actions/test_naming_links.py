"""Naming links: derived, kept as a hash only, one at a time, over with their place."""

import pytest

from tests.booking.nameless import mailed, place, with_open
from tests.conftest import SITE, FrozenClock
from training.base.database import execute
from training.base.errors import NotFound, Stale
from training.base.structs import ANONYMOUS
from training.base.work import Works
from training.booking.actions.giving_up import release_place
from training.booking.actions.naming_links import (
    find_behind_link,
    make_naming_link,
    note_open_place,
    withdraw_naming_link,
)
from training.booking.rules.open_places import (
    NamingLinkExpired,
    NamingLinkReplaced,
    NamingLinkUnknown,
    NamingTooLate,
    NoNamingLink,
    OpenPlaceOver,
    TooManyNamingMails,
)
from training.outbox.rules import derive_token, token_id
from training.people.rules import AddressUnusable, Purpose, link_token, token_hash

KEY = SITE.secret_key


async def test_only_a_hash_is_kept(works: Works) -> None:
    scene, (first,) = await with_open(works, 1)
    made = await works.run(scene.coordinator, make_naming_link, first, send_to="Ana@example.org")
    token = made.url.removeprefix(f"{SITE.base_url}/naming/")
    row = (await execute("SELECT * FROM open_place WHERE id = {}", first))[0]
    assert row["link_hash"] == token_hash(token)
    kept = [str(await execute(f"SELECT * FROM {table}")) for table in ("open_place", "message", "journal_entry")]
    assert token not in " ".join(kept)
    assert (made.sent_to, made.version) == ("ana@example.org", 2)
    found = await place(scene, first)
    assert (found.sent_to, found.sent_at, made.expires_at) == ("ana@example.org", works.clock(), found.until)
    assert await mailed("naming") == ["ana@example.org"]
    assert (await find_behind_link(token, KEY, works.clock())).id == first


async def test_a_new_link_ends_the_old_one_and_its_mail(works: Works) -> None:
    scene, (first,) = await with_open(works, 1)
    old = await works.run(scene.coordinator, make_naming_link, first, send_to="ana@example.org")
    new = await works.run(scene.coordinator, make_naming_link, first, send_to="ben@example.org")
    with pytest.raises(NamingLinkReplaced):
        await find_behind_link(old.url.rsplit("/", 1)[1], KEY, works.clock())
    assert (await find_behind_link(new.url.rsplit("/", 1)[1], KEY, works.clock())).id == first
    assert (await mailed("naming"), await mailed("naming", "withdrawn")) == (["ben@example.org"], ["ana@example.org"])


async def test_who_has_the_mail_already_is_told_that_it_is_over(works: Works) -> None:
    scene, (first,) = await with_open(works, 1)
    await works.run(scene.coordinator, make_naming_link, first, send_to="ana@example.org")
    await execute("UPDATE message SET state = 'sent', sent_at = created_at")
    await works.run(scene.coordinator, make_naming_link, first, send_to="ana@example.org")
    assert await mailed("naming-over") == []
    await execute("UPDATE message SET state = 'sent', sent_at = created_at")
    await works.run(scene.coordinator, withdraw_naming_link, first)
    assert await mailed("naming-over") == ["ana@example.org"]


async def test_withdrawing_leaves_the_place(works: Works) -> None:
    scene, (first,) = await with_open(works, 1)
    with pytest.raises(NoNamingLink):
        await works.run(scene.coordinator, withdraw_naming_link, first)
    made = await works.run(scene.coordinator, make_naming_link, first)
    await works.run(scene.coordinator, withdraw_naming_link, first, expected_version=made.version)
    found = await place(scene, first)
    assert (found.state, found.has_link, found.sent_to, found.version) == ("open", False, "", 3)
    with pytest.raises(NamingLinkReplaced):
        await find_behind_link(made.url.rsplit("/", 1)[1], KEY, works.clock())


async def test_a_link_ends_with_its_place_and_at_its_time(works: Works, clock: FrozenClock) -> None:
    scene, (first, second) = await with_open(works, 2)
    links = [await works.run(scene.coordinator, make_naming_link, each) for each in (first, second)]
    one, two = (made.url.rsplit("/", 1)[1] for made in links)
    await works.run(scene.coordinator, release_place, first)
    with pytest.raises(NamingLinkExpired):
        await find_behind_link(one, KEY, clock.now)
    clock.move(days=10, hours=23, minutes=59)
    assert (await find_behind_link(two, KEY, clock.now)).id == second
    clock.move(minutes=1)
    with pytest.raises(NamingLinkExpired):
        await find_behind_link(two, KEY, clock.now)
    with pytest.raises(NamingTooLate):
        await works.run(scene.coordinator, make_naming_link, second)


async def test_a_session_that_moves_nearer_ends_the_link_earlier(works: Works, clock: FrozenClock) -> None:
    scene, (first,) = await with_open(works, 1)
    made = await works.run(scene.coordinator, make_naming_link, first)
    await execute("UPDATE session SET open_place_hours = 300 WHERE id = {}", scene.session_id)
    clock.move(days=2)
    with pytest.raises(NamingLinkExpired):
        await find_behind_link(made.url.rsplit("/", 1)[1], KEY, clock.now)


async def test_foreign_tokens_are_refused_before_the_database_is_asked(works: Works) -> None:
    scene, (first,) = await with_open(works, 1)
    made = await works.run(scene.coordinator, make_naming_link, first)
    token = made.url.rsplit("/", 1)[1]
    link_id = token_id(token)
    assert link_id is not None
    for wrong in (
        "",
        token[:-1],
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        link_token(KEY, Purpose.INVITATION, link_id),
        derive_token("another key of some length", "naming", link_id),
        "ä" * 64,
        "\ud800" * 64,
    ):
        with pytest.raises(NamingLinkUnknown):
            await find_behind_link(wrong, KEY, works.clock())


async def test_who_may_and_who_may_not(works: Works) -> None:
    scene, (first,) = await with_open(works, 1)
    for viewer in (scene.other_coordinator, ANONYMOUS):
        for action in (make_naming_link, withdraw_naming_link):
            with pytest.raises(NotFound):
                await works.run(viewer, action, first)
        with pytest.raises(NotFound):
            await works.run(viewer, note_open_place, first, "x")
    with pytest.raises(AddressUnusable):
        await works.run(scene.coordinator, make_naming_link, first, send_to="nobody")
    await works.run(scene.manager, make_naming_link, first)


async def test_no_mailbox_is_flooded_whoever_asks(works: Works, clock: FrozenClock) -> None:
    scene, (first, second, third) = await with_open(works, 3)
    for each in (first, second, third):
        await works.run(scene.coordinator, make_naming_link, each, send_to="Ana@example.org")
    with pytest.raises(TooManyNamingMails) as soon:
        await works.run(scene.manager, make_naming_link, first, send_to="ana@example.org")
    assert soon.value.retry_after == 15 * 60
    await works.run(scene.coordinator, make_naming_link, second, send_to="ben@example.org")
    await works.run(scene.coordinator, make_naming_link, first)
    clock.move(minutes=15)
    for each in (first, second):
        await works.run(scene.coordinator, make_naming_link, each, send_to="ana@example.org")
    with pytest.raises(TooManyNamingMails) as day:
        await works.run(scene.coordinator, make_naming_link, third, send_to="ana@example.org")
    assert day.value.retry_after == 24 * 60 * 60 - 15 * 60


async def test_a_partner_sends_so_many_a_day(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    scene, (first, second, third) = await with_open(works, 3)
    monkeypatch.setattr("training.booking.actions.naming_links.MAILS_PER_PARTNER_A_DAY", 2)
    await works.run(scene.coordinator, make_naming_link, first, send_to="a@example.org")
    await works.run(scene.coordinator, make_naming_link, second, send_to="b@example.org")
    with pytest.raises(TooManyNamingMails):
        await works.run(scene.coordinator, make_naming_link, third, send_to="c@example.org")


async def test_a_note_is_kept(works: Works) -> None:
    scene, (first,) = await with_open(works, 1)
    noted = await works.run(scene.coordinator, note_open_place, first, "For the new colleague")
    assert (noted.note, noted.version) == ("For the new colleague", 2)
    assert (await works.run(scene.coordinator, note_open_place, first, "For the new colleague")).version == 2
    with pytest.raises(Stale):
        await works.run(scene.coordinator, note_open_place, first, "x", expected_version=1)
    await works.run(scene.coordinator, release_place, first)
    with pytest.raises(OpenPlaceOver):
        await works.run(scene.coordinator, note_open_place, first, "y")
