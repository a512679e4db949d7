"""Frozen values come back as they were."""

from datetime import UTC, date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import msgspec
import pytest

from training.base.structs import Frozen
from training.outbox.rules import SecretLink, derive_token, freeze, thaw
from training.outbox.rules.scannable import Scannable, code_token, code_words
from training.outbox.rules.values import codes_in

KEY = "a key for tests only"
BASE = "https://training.example"
ID = UUID("01890000-0000-7000-8000-000000000001")
AT = datetime(2026, 5, 4, 9, 0, 0, 123456, tzinfo=UTC)
LINK = SecretLink(path="/sign-in/", purpose="sign-in", id=ID)


class Mode(Enum):
    ONLINE = "online"


class Place(Frozen, frozen=True, kw_only=True):
    name: str
    starts_at: datetime


@pytest.mark.parametrize(
    ("value", "comes_back"),
    [
        ("text", "text"),
        ("{{ 7 * 7 }}", "{{ 7 * 7 }}"),
        (7, 7),
        (1.5, 1.5),
        (True, True),
        (None, None),
        (ID, str(ID)),
        (Mode.ONLINE, "online"),
        (AT, AT),
        ([AT, "x"], [AT, "x"]),
        ((1, 2), [1, 2]),
        ({"at": AT, "more": {"n": 1}}, {"at": AT, "more": {"n": 1}}),
        (Place(name="Hall", starts_at=AT), {"name": "Hall", "starts_at": AT}),
        ([Place(name="Hall", starts_at=AT)], [{"name": "Hall", "starts_at": AT}]),
        (LINK, f"{BASE}/sign-in/{derive_token(KEY, 'sign-in', ID)}"),
    ],
)
def test_values_come_back_as_they_were(value: Any, comes_back: Any) -> None:
    kept = msgspec.json.decode(msgspec.json.encode(freeze({"value": value})))
    assert thaw(kept, BASE, KEY) == {"value": comes_back}


def test_a_secret_is_not_in_what_is_kept_and_can_be_left_out() -> None:
    kept = freeze({"link": LINK})
    assert derive_token(KEY, "sign-in", ID) not in str(kept)
    assert thaw(kept, BASE, "") == {"link": f"{BASE}/sign-in/..."}


@pytest.mark.parametrize(
    "value", [object(), b"bytes", datetime(2026, 5, 4), date(2026, 5, 4), {1: 2}, {"$link": "/x"}, {1, 2}]
)
def test_what_cannot_be_kept_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"keep|zone|start with"):
        freeze({"value": [value]})


def test_a_typed_text_cannot_pose_as_a_link() -> None:
    assert thaw(freeze({"value": '{"$link": "/x"}'}), BASE, KEY) == {"value": '{"$link": "/x"}'}


def test_a_code_comes_back_as_link_words_and_picture_and_is_hidden_from_others() -> None:
    kept = freeze({"code": Scannable(path="/check-in/", purpose="check-in 1", id=ID)})
    seen, token = thaw(kept, BASE, KEY), code_token(KEY, "check-in 1", ID)
    link = f"{BASE}/check-in/{token}"
    assert seen["code"] == {
        "link": link,
        "words": code_words(KEY, "check-in 1", ID),
        "picture": f"cid:code-{ID.hex}",
    }
    assert codes_in([seen]) == {f"cid:code-{ID.hex}": link}
    hidden = thaw(kept, BASE, "")
    assert hidden["code"] == {"link": f"{BASE}/check-in/...", "words": "...", "picture": ""}
    assert codes_in(hidden) == {}
    assert token not in str(kept)
