"""What staff may not do to themselves, and how roles are called."""

from uuid import UUID

import pytest

from training.base.structs import Viewer
from training.desk.rules.accounts import ROLE_WORDS, OwnAccount, check_not_own, role_word, words_of
from training.people.rules import Role


def test_nobody_locks_themselves_out() -> None:
    me = Viewer(person_id=UUID(int=1))
    check_not_own(me, UUID(int=2))
    with pytest.raises(OwnAccount):
        check_not_own(me, UUID(int=1))


def test_every_role_has_a_word() -> None:
    assert set(ROLE_WORDS) == set(Role)
    assert role_word("program_manager") == "Program manager"
    assert role_word("of_old_days") == "Of old days"


def test_words() -> None:
    assert words_of("  Ada   Love ") == ["Ada", "Love"]
    assert len(words_of("a " * 20)) == 8
