"""What a token looks like, what it may be for, and what it never opens."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from training.base.errors import Invalid, SignInRequired, TrainingError
from training.base.structs import ANONYMOUS, Grant, Viewer
from training.people.rules import (
    MOST_TOKEN_DAYS,
    NEVER,
    SCOPE_MEANINGS,
    NotWithAToken,
    TokenOrder,
    TokenRecord,
    TokenScope,
    TokenScopeMissing,
    actor_name,
    check_token,
    checked_order,
    is_api_token,
    new_api_token,
    new_token,
    own_id,
    packed_scopes,
    person_behind,
    scope_needed,
    unpacked_scopes,
)

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
ADA = UUID(int=1)
PERSON = Viewer(person_id=ADA)
READ, BOOK, PARTNER, MANAGE = TokenScope


def by_token(*scopes: TokenScope, person_id: UUID | None = ADA) -> Viewer:
    return Viewer(person_id=person_id, token_id=UUID(int=9), limited_to=frozenset(s.value for s in scopes))


def test_a_token_is_recognisable_and_no_sign_in() -> None:
    tokens = {new_api_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(is_api_token(token) and len(token) == 47 for token in tokens)
    assert not any(is_api_token(new_token()) for _ in range(1000))


@pytest.mark.parametrize("text", ["", "trn_", "trn_" + "A" * 42, "trn_" + "A" * 44, "TRN_" + "A" * 43, "x" * 47])
def test_what_is_no_token(text: str) -> None:
    assert not is_api_token(text)


@pytest.mark.parametrize(
    ("method", "declared", "needed"),
    [
        ("GET", None, READ),
        ("GET", "book", READ),
        ("HEAD", "manage", READ),
        ("POST", "book", BOOK),
        ("PATCH", "partner", PARTNER),
        ("DELETE", "manage", MANAGE),
        ("POST", None, None),
        ("GET", NEVER, None),
        ("POST", NEVER, None),
    ],
)
def test_the_scope_a_request_needs(method: str, declared: str | None, needed: TokenScope | None) -> None:
    assert scope_needed(method, declared) is needed


@pytest.mark.parametrize(
    ("viewer", "method", "declared", "refusal"),
    [
        (PERSON, "POST", None, None),
        (PERSON, "DELETE", NEVER, None),
        (ANONYMOUS, "GET", None, None),
        (by_token(READ), "GET", None, None),
        (by_token(READ, BOOK), "POST", "book", None),
        (by_token(READ), "POST", "book", TokenScopeMissing),
        (by_token(BOOK), "GET", "book", TokenScopeMissing),
        (by_token(), "GET", None, TokenScopeMissing),
        (by_token(*TokenScope), "GET", NEVER, NotWithAToken),
        (by_token(*TokenScope), "POST", None, NotWithAToken),
    ],
)
def test_who_passes(viewer: Viewer, method: str, declared: str | None, refusal: type[TrainingError] | None) -> None:
    if refusal is None:
        check_token(viewer, method, declared)
    else:
        with pytest.raises(refusal):
            check_token(viewer, method, declared)


def test_the_refusal_names_the_scope() -> None:
    with pytest.raises(TokenScopeMissing) as refused:
        check_token(by_token(READ), "POST", "partner")
    assert refused.value.data == {"scope": "partner"}
    assert "“partner”" in refused.value.detail


@pytest.mark.parametrize("viewer", [ANONYMOUS, by_token(READ), by_token(READ, person_id=None), Viewer.machine("cli")])
def test_only_a_person_is_behind_an_account(viewer: Viewer) -> None:
    with pytest.raises(NotWithAToken):
        person_behind(viewer)
    assert person_behind(PERSON) == PERSON.person_id


def test_a_partner_is_told_why_it_is_nobody() -> None:
    with pytest.raises(NotWithAToken):
        own_id(by_token(BOOK, person_id=None))
    with pytest.raises(SignInRequired):
        own_id(ANONYMOUS)
    assert own_id(by_token(BOOK)) == ADA


def test_a_partners_token_is_somebody_and_no_person() -> None:
    viewer = by_token(READ, person_id=None)
    assert viewer.signed_in
    assert not viewer.staff
    assert not Viewer(grants=frozenset({Grant(role="coordinator", scope_id=UUID(int=2))})).signed_in


@pytest.mark.parametrize(
    ("label", "scopes", "days", "wrong"),
    [
        ("CRM sync", {READ}, 90, set()),
        ("  CRM \n sync ", {READ}, 1, set()),
        ("x" * 80, {READ}, MOST_TOKEN_DAYS, set()),
        ("", set(), 0, {"label", "scopes", "days"}),
        (" ", {READ}, 367, {"label", "days"}),
        ("x" * 81, {READ}, -1, {"label", "days"}),
    ],
)
def test_orders(label: str, scopes: set[TokenScope], days: int, wrong: set[str]) -> None:
    order = TokenOrder(label=label, scopes=frozenset(scopes), days=days)
    if not wrong:
        assert checked_order(order).label in ("CRM sync", "x" * 80)
        return
    with pytest.raises(Invalid) as refused:
        checked_order(order)
    assert set(refused.value.fields) == wrong


def test_scopes_as_they_are_kept() -> None:
    assert packed_scopes(TokenScope) == "book manage partner read"
    assert unpacked_scopes("read book") == {READ, BOOK}
    assert unpacked_scopes("read everything ") == {READ}, "what this version does not know opens nothing"
    assert unpacked_scopes("") == frozenset()
    assert set(SCOPE_MEANINGS) == set(TokenScope)


@pytest.mark.parametrize(
    ("owner", "shown"),
    [("Alder House", "Alder House (CRM sync)"), ("", "CRM sync"), ("A" * 300, "A" * 189 + " (CRM sync)")],
)
def test_how_the_journal_names_it(owner: str, shown: str) -> None:
    assert actor_name(owner, "CRM sync") == shown
    assert len(shown) <= 200


def test_a_token_ends() -> None:
    token = TokenRecord(
        id=UUID(int=1), person_id=UUID(int=1), partner_id=None, label="x", scope_words="manage read", created_at=NOW,
        made_by="", maker_left=False, expires_at=NOW + timedelta(days=1), last_used_at=None, revoked_at=None,
    )  # fmt: skip
    assert token.scopes == (READ, MANAGE)
    assert token.works(NOW)
    assert not token.works(NOW + timedelta(days=1))
