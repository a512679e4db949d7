"""Looking into a file here and there."""

import io

import pytest

from training.materials.rules.contents import Content, broken, goes_on, unwanted
from training.materials.rules.formats import NotAccepted


def test_head_and_tail_and_what_is_between() -> None:
    whole = bytes(range(256)) * 1000
    content = Content(io.BytesIO(whole), len(whole))
    assert whole.startswith(content.head)
    assert whole[content.tail_at :] == content.tail
    assert (content.at(300, 3), content.at(len(whole) - 1, 5)) == (whole[300:303], whole[-1:])
    with pytest.raises(NotAccepted):
        content.exactly(len(whole) - 1, 2)


def test_a_little_behind_the_end_is_no_more_than_that() -> None:
    assert not goes_on(b"")
    assert not goes_on(b"\r\n\0" * 1000 + b"x" * 64)
    assert goes_on(b"\n" + b"x" * 65)


def test_a_refusal_stands_beside_the_field() -> None:
    assert unwanted("No.").fields == {"file": "No."}
    assert "save it again" in broken().detail
