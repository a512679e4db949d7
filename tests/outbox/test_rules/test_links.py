"""Tokens derived from an id and the installation's key."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.outbox.rules import derive_token, token_id

KEY = "a key for tests only"
ID = UUID("01890000-0000-7000-8000-000000000001")


def test_a_token_carries_its_id() -> None:
    assert token_id(derive_token(KEY, "sign-in", ID)) == ID
    assert derive_token(KEY, "sign-in", ID) == derive_token(KEY, "sign-in", ID)
    assert len({derive_token(key, what, ID) for key in (KEY, KEY + "2") for what in ("sign-in", "invitation")}) == 4


@pytest.mark.parametrize("key", ["", "short", "x" * 15])
def test_no_token_without_a_key(key: str) -> None:
    with pytest.raises(ValueError, match="TRAINING_SECRET_KEY"):
        derive_token(key, "sign-in", ID)


@given(st.text(max_size=80))
def test_any_text_is_a_token_or_not(text: str) -> None:
    found = token_id(text)
    assert found is None or len(text) == 64
