"""Pictures from their first byte to their last."""

import io

import pytest

from tests.materials.files import GIF, JPEG, PNG, WEBP, chunk, gif, png
from training.materials.rules.contents import Content
from training.materials.rules.formats import NotAccepted
from training.materials.rules.pictures import check_gif, check_jpeg, check_png, check_webp


def content(whole: bytes) -> Content:
    return Content(io.BytesIO(whole), len(whole))


def test_good_ones_pass() -> None:
    check_png(content(PNG + b"\0\0"))
    check_gif(content(gif(b"a comment")))
    check_jpeg(content(JPEG + b"what a camera puts behind it"))
    check_webp(content(WEBP))


def test_a_picture_that_goes_on_is_none() -> None:
    for check, whole in ((check_png, PNG), (check_gif, GIF), (check_webp, WEBP)):
        with pytest.raises(NotAccepted):
            check(content(whole + b"<script>"))
        with pytest.raises(NotAccepted):
            check(content(whole[:-4]))


def test_wide_and_odd_ones() -> None:
    with pytest.raises(NotAccepted, match="100 million"):
        check_png(content(png(100_000, 100_000)))
    check_png(content(png(10_000, 10_000)))
    with pytest.raises(NotAccepted):
        check_png(content(png(1, 1, chunk(b"IHDR", b"\0" * 13))))
    with pytest.raises(NotAccepted):
        check_jpeg(content(b"\xff\xd8\xff\xda\0\x02\xff\xd9"))
