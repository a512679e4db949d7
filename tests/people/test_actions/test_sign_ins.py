"""Sign-ins: a new secret each time, seen, ended one by one or all others at once."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.conftest import FrozenClock
from tests.people.conftest import ADA, CLI, MailedToken, SignedIn
from training.base.database import execute
from training.base.errors import NotFound, SignInRequired
from training.base.structs import ANONYMOUS
from training.base.work import Works
from training.people.actions import (
    ensure_person,
    note_seen,
    revoke_other_sign_ins,
    revoke_sign_in,
    sign_in,
    sign_out,
)
from training.people.queries import find_sign_in, find_viewer, list_sign_ins
from training.people.rules import token_hash


async def test_signing_in_leads_where_one_wanted_to_go(works: Works, ada: UUID, mailed_token: MailedToken) -> None:
    token = await mailed_token(next_path="/sessions?mode=online")
    begun = await works.run(ANONYMOUS, sign_in, token, user_agent="Mozilla/5.0 (Windows) Firefox/140.0")
    assert (begun.person_id, begun.next_path) == (ada, "/sessions?mode=online")
    assert begun.expires_at == works.clock() + timedelta(days=30)
    row = (await execute("SELECT token_hash, label FROM sign_in"))[0]
    assert (row["token_hash"], row["label"]) == (token_hash(begun.token), "Firefox on Windows")


@pytest.mark.usefixtures("ada")
async def test_a_hostile_next_path_is_dropped(works: Works, mailed_token: MailedToken) -> None:
    begun = await works.run(ANONYMOUS, sign_in, await mailed_token(next_path="//evil.example/"))
    assert begun.next_path == "/"


@pytest.mark.usefixtures("ada")
async def test_each_sign_in_has_a_new_secret_and_ends_the_one_this_browser_had(
    works: Works, signed_in: SignedIn, mailed_token: MailedToken
) -> None:
    first_token, first = await signed_in()
    begun = await works.run(first, sign_in, await mailed_token())
    assert begun.token != first_token
    assert begun.id != first.sign_in_id
    assert await find_viewer(first_token, works.clock()) is None
    assert await find_viewer(begun.token, works.clock()) is not None


@pytest.mark.usefixtures("ada")
async def test_a_sign_in_ends_thirty_days_after_its_last_use(
    works: Works, clock: FrozenClock, signed_in: SignedIn
) -> None:
    token, viewer = await signed_in()
    assert viewer.sign_in_id is not None
    clock.move(minutes=14)
    found = await find_sign_in(token, clock.now)
    assert found is not None
    assert found.unseen is False
    clock.move(minutes=1)
    found = await find_sign_in(token, clock.now)
    assert found is not None
    assert found.unseen is True
    await works.run(viewer, note_seen, viewer.sign_in_id, found.ends_at)
    found = await find_sign_in(token, clock.now)
    assert found is not None
    assert found.unseen is False
    assert await find_viewer(token, clock.now + timedelta(days=30, microseconds=-1)) == viewer
    assert await find_viewer(token, clock.now + timedelta(days=30)) is None


@pytest.mark.usefixtures("ada")
async def test_signing_out(works: Works, signed_in: SignedIn) -> None:
    token, viewer = await signed_in()
    await works.run(viewer, sign_out)
    assert await find_viewer(token, works.clock()) is None
    await works.run(ANONYMOUS, sign_out)


async def test_ending_one_and_all_others(works: Works, clock: FrozenClock, ada: UUID, signed_in: SignedIn) -> None:
    tokens, viewers = [], []
    for number in range(4):
        clock.move(minutes=1)
        token, viewer = await signed_in(user_agent=f"client{number}/1")
        tokens.append(token)
        viewers.append(viewer)
    listed = await list_sign_ins(ada, clock.now)
    assert [record.label for record in listed] == [f"Program client{n}" for n in "3210"]
    own = viewers[3]
    assert viewers[0].sign_in_id is not None
    await works.run(own, revoke_sign_in, viewers[0].sign_in_id)
    with pytest.raises(NotFound):
        await works.run(own, revoke_sign_in, viewers[0].sign_in_id)
    assert await works.run(own, revoke_other_sign_ins) == 2
    assert [await find_viewer(token, clock.now) for token in tokens] == [None, None, None, own]
    assert [record.id for record in await list_sign_ins(ada, clock.now)] == [own.sign_in_id]


@pytest.mark.usefixtures("ada")
async def test_nobody_ends_anothers_sign_in(works: Works, signed_in: SignedIn) -> None:
    await works.run(CLI, ensure_person, "eve@example.org")
    token, viewer = await signed_in()
    _, eve = await signed_in("eve@example.org")
    assert viewer.sign_in_id is not None
    for sign_in_id in (viewer.sign_in_id, UUID(int=5)):
        with pytest.raises(NotFound) as refused:
            await works.run(eve, revoke_sign_in, sign_in_id)
        assert refused.value.data == {}
    assert await works.run(eve, revoke_other_sign_ins) == 0
    assert await find_viewer(token, works.clock()) == viewer
    for action in (revoke_other_sign_ins,):
        with pytest.raises(SignInRequired):
            await works.run(ANONYMOUS, action)
    with pytest.raises(SignInRequired):
        await works.run(ANONYMOUS, revoke_sign_in, viewer.sign_in_id)


@pytest.mark.usefixtures("ada")
async def test_the_journal_tells_and_holds_no_secret(works: Works, signed_in: SignedIn) -> None:
    token, viewer = await signed_in()
    await works.run(viewer, sign_out)
    rows = await execute("SELECT event, data FROM journal_entry")
    assert sorted(row["event"] for row in rows) == ["PersonAdded", "SignInLinkRequested", "SignedIn", "SignedOut"]
    assert token not in str(rows)
    assert token_hash(token) not in str(rows)
    assert ADA in str(rows)
