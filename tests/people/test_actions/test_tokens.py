"""Tokens: made by people, used by programs, and never able to do more than their owner at this moment."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.conftest import FrozenClock
from tests.people.conftest import ADA, CLI
from training.base.database import execute
from training.base.errors import Invalid, NotFound
from training.base.structs import Grant, Viewer
from training.base.work import Works
from training.people.actions import (
    disable_person,
    enable_person,
    grant_role,
    make_own_token,
    make_token_of_partner,
    note_used,
    revoke_any_token,
    revoke_own_token,
    revoke_role,
    revoke_token_of_partner,
)
from training.people.queries import find_token, list_live_tokens, list_own_tokens, list_partner_tokens
from training.people.rules import MOST_TOKENS, NotWithAToken, Role, TokenOrder, TokenScope, TooManyTokens, token_hash

ORDER = TokenOrder(label="CRM sync", scopes=frozenset({TokenScope.READ, TokenScope.BOOK}))
PARTNER = UUID(int=70)


def person(person_id: UUID, *grants: Grant) -> Viewer:
    return Viewer(person_id=person_id, name="Ada Lovelace", email=ADA, grants=frozenset(grants))


def coordinator(person_id: UUID, partner_id: UUID = PARTNER) -> Viewer:
    return person(person_id, Grant(role="coordinator", scope_id=partner_id))


async def test_a_token_acts_for_its_owner(works: Works, clock: FrozenClock, ada: UUID) -> None:
    made = await works.run(person(ada), make_own_token, ORDER)
    assert made.expires_at == clock.now + timedelta(days=90)
    found = await find_token(made.token, clock.now)
    assert found is not None
    assert found.viewer == Viewer(
        person_id=ada,
        name="Ada Lovelace (CRM sync)",
        email=ADA,
        zone="Europe/London",
        token_id=made.id,
        limited_to=frozenset({"read", "book"}),
    )
    assert (found.owner_id, found.unseen) == (ada, True)


async def test_only_the_hash_is_kept(works: Works, ada: UUID) -> None:
    made = await works.run(person(ada), make_own_token, ORDER)
    rows = await execute("SELECT token_hash FROM api_token")
    assert [row["token_hash"] for row in rows] == [token_hash(made.token)]
    for table in ("api_token", "journal_entry", "kept_answer", "message"):
        assert made.token not in str(await execute(f"SELECT * FROM {table}"))


async def test_it_can_what_its_owner_can_now_and_no_more(works: Works, clock: FrozenClock, ada: UUID) -> None:
    made = await works.run(person(ada), make_own_token, ORDER)

    async def grants() -> frozenset[Grant]:
        found = await find_token(made.token, clock.now)
        assert found is not None
        return found.viewer.grants

    assert await grants() == frozenset()
    await works.run(CLI, grant_role, ada, Role.STAFF)
    await works.run(CLI, grant_role, ada, Role.COORDINATOR, PARTNER)
    assert await grants() == {Grant(role="staff"), Grant(role="coordinator", scope_id=PARTNER)}
    await works.run(CLI, revoke_role, ada, Role.STAFF)
    assert await grants() == {Grant(role="coordinator", scope_id=PARTNER)}


async def test_it_ends_at_its_hour(works: Works, clock: FrozenClock, ada: UUID) -> None:
    made = await works.run(person(ada), make_own_token, TokenOrder(label="x", scopes=ORDER.scopes, days=1))
    assert await find_token(made.token, made.expires_at - timedelta(microseconds=1)) is not None
    assert await find_token(made.token, made.expires_at) is None
    assert await list_live_tokens(clock.now) != []
    assert await list_live_tokens(made.expires_at) == []


async def test_it_ends_when_it_is_revoked_and_only_by_its_owner(works: Works, clock: FrozenClock, ada: UUID) -> None:
    made = await works.run(person(ada), make_own_token, ORDER)
    eve = person(UUID(int=666), Grant(role="staff"))
    for token_id in (made.id, UUID(int=5)):
        with pytest.raises(NotFound):
            await works.run(eve, revoke_own_token, token_id)
    assert await find_token(made.token, clock.now) is not None
    await works.run(person(ada), revoke_own_token, made.id)
    assert await find_token(made.token, clock.now) is None
    with pytest.raises(NotFound):
        await works.run(person(ada), revoke_own_token, made.id)
    assert [token.revoked_at for token in await list_own_tokens(ada)] == [clock.now]


async def test_it_ends_with_the_account_and_stays_ended(works: Works, clock: FrozenClock, ada: UUID) -> None:
    made = await works.run(person(ada), make_own_token, ORDER)
    other = await works.run(coordinator(ada), make_token_of_partner, PARTNER, ORDER)
    await works.run(CLI, disable_person, ada)
    assert await find_token(made.token, clock.now) is None
    await works.run(CLI, enable_person, ada)
    assert await find_token(made.token, clock.now) is None
    assert [token.revoked_at for token in await list_partner_tokens(PARTNER)] == [None], "the partner's goes on"
    assert other.id == (await list_partner_tokens(PARTNER))[0].id


async def test_a_disabled_persons_token_is_dead_by_the_row_alone(works: Works, clock: FrozenClock, ada: UUID) -> None:
    made = await works.run(person(ada), make_own_token, ORDER)
    await execute("UPDATE person SET disabled_at = created_at WHERE id = {}", ada)
    assert await find_token(made.token, clock.now) is None


@pytest.mark.parametrize("partner_id", [PARTNER, None])
async def test_no_token_makes_or_ends_tokens(works: Works, ada: UUID, partner_id: UUID | None) -> None:
    made = await works.run(person(ada), make_own_token, ORDER)
    grants = frozenset({Grant(role="staff"), Grant(role="coordinator", scope_id=PARTNER)})
    program = Viewer(
        person_id=None if partner_id else ada, token_id=made.id, limited_to=frozenset(TokenScope), grants=grants
    )
    for action, args in (
        (make_own_token, (ORDER,)),
        (make_token_of_partner, (PARTNER, ORDER)),
        (revoke_own_token, (made.id,)),
        (revoke_token_of_partner, (PARTNER, made.id)),
    ):
        with pytest.raises(NotWithAToken):
            await works.run(program, action, *args)


async def test_a_partners_token_is_for_its_coordinators_and_staff(works: Works, ada: UUID) -> None:
    made = await works.run(coordinator(ada), make_token_of_partner, PARTNER, ORDER)
    for stranger in (
        person(ada),
        coordinator(ada, UUID(int=71)),
        person(ada, Grant(role="member", scope_id=PARTNER)),
        person(ada, Grant(role="program_manager", scope_id=PARTNER)),
    ):
        for action, args in ((make_token_of_partner, (PARTNER, ORDER)), (revoke_token_of_partner, (PARTNER, made.id))):
            with pytest.raises(NotFound):
                await works.run(stranger, action, *args)
    with pytest.raises(NotFound):
        await works.run(coordinator(ada, UUID(int=71)), revoke_token_of_partner, UUID(int=71), made.id)
    with pytest.raises(NotFound):
        await works.run(coordinator(ada), revoke_own_token, made.id)
    await works.run(person(ada, Grant(role="staff")), revoke_token_of_partner, PARTNER, made.id)


async def test_who_made_it_is_told_when_they_have_left(works: Works, ada: UUID) -> None:
    await works.run(CLI, grant_role, ada, Role.COORDINATOR, PARTNER)
    await works.run(coordinator(ada), make_token_of_partner, PARTNER, ORDER)

    async def told() -> list[tuple[str, bool]]:
        return [(token.made_by, token.maker_left) for token in await list_partner_tokens(PARTNER)]

    assert await told() == [("Ada Lovelace", False)]
    await works.run(CLI, revoke_role, ada, Role.COORDINATOR, PARTNER)
    assert await told() == [("Ada Lovelace", True)]


async def test_not_more_than_twenty_that_work(works: Works, clock: FrozenClock, ada: UUID) -> None:
    made = [await works.run(person(ada), make_own_token, ORDER) for _ in range(MOST_TOKENS)]
    with pytest.raises(TooManyTokens):
        await works.run(person(ada), make_own_token, ORDER)
    await works.run(coordinator(ada), make_token_of_partner, PARTNER, ORDER)
    await works.run(person(ada), revoke_own_token, made[0].id)
    await works.run(person(ada), make_own_token, ORDER)
    clock.move(days=90)
    await works.run(person(ada), make_own_token, ORDER)


async def test_a_token_that_works_hides_behind_none_that_is_over(works: Works, ada: UUID) -> None:
    hidden = await works.run(person(ada), make_own_token, TokenOrder(label="hidden", scopes=ORDER.scopes, days=1))
    for _ in range(205):
        made = await works.run(person(ada), make_own_token, ORDER)
        await works.run(person(ada), revoke_own_token, made.id)
    listed = await list_own_tokens(ada)
    assert len(listed) == 200
    assert listed[0].id == hidden.id


async def test_a_hopeless_order_changes_nothing(works: Works, ada: UUID) -> None:
    with pytest.raises(Invalid):
        await works.run(person(ada), make_own_token, TokenOrder(label=" ", scopes=frozenset()))
    assert await list_own_tokens(ada) == []


async def test_use_is_written_down_every_five_minutes(works: Works, clock: FrozenClock, ada: UUID) -> None:
    made = await works.run(person(ada), make_own_token, ORDER)
    await works.run(person(ada), note_used, made.id)
    assert (await list_own_tokens(ada))[0].last_used_at == clock.now
    unseen = []
    for seconds in (0, 299, 300):
        found = await find_token(made.token, clock.now + timedelta(seconds=seconds))
        unseen.append(found is not None and found.unseen)
    assert unseen == [False, False, True]


async def test_operators_end_any_token_and_nobody_else_does(works: Works, clock: FrozenClock, ada: UUID) -> None:
    made = await works.run(person(ada), make_own_token, ORDER)
    with pytest.raises(NotFound):
        await works.run(coordinator(ada), revoke_any_token, made.id)
    await works.run(CLI, revoke_any_token, made.id)
    assert await find_token(made.token, clock.now) is None


async def test_the_journal_says_what_was_made_and_ended(works: Works, ada: UUID) -> None:
    made = await works.run(coordinator(ada), make_token_of_partner, PARTNER, ORDER)
    await works.run(coordinator(ada), revoke_token_of_partner, PARTNER, made.id)
    rows = await execute("SELECT event FROM journal_entry WHERE subject_id = {}", made.id)
    assert {row["event"] for row in rows} == {"TokenMade", "TokenRevoked"}


@pytest.mark.parametrize("token", ["", "trn_", "trn_" + "A" * 43, "trn_" + "\ud800" * 43, "trn_" + "é" * 43])
@pytest.mark.usefixtures("database")
async def test_what_is_no_token_is_nobody(clock: FrozenClock, token: str) -> None:
    assert await find_token(token, clock.now) is None
