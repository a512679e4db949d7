"""Where to go back to: one rule for whatever came from outside."""

import pytest

from training.base.addresses import local_path


@pytest.mark.parametrize("path", ["/", "/sessions?free=yes#top", "/sign-in", "/%E2%98%83", "/" + "a" * 7_999])
def test_a_local_path_is_kept(path: str) -> None:
    assert local_path(path, "/else") == path


@pytest.mark.parametrize(
    "path",
    ["", "x", "//evil.example", "/\\evil.example", "/a\\b", "/\u2603", "/\t/x", "/a b", "/\r\nx: y", "/" + "a" * 8_000],
)
def test_any_other_leads_elsewhere(path: str) -> None:
    assert local_path(path, "/else") == "/else"
