"""Codes as people type them."""

import pytest

from training.portal.pages.shown import typed_code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("KX7M-RT4P", "KX7M-RT4P"),
        ("kx7m rt4p", "KX7M-RT4P"),
        ("kx7mrt4p", "KX7M-RT4P"),
        (" <b>\0", "B"),
        ("", ""),
        ("x" * 500, "X" * 20),
    ],
)
def test_a_code_is_read_as_we_write_it(typed: str, code: str) -> None:
    assert typed_code(typed) == code
