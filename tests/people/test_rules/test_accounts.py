"""Addresses have one spelling, names one line, zones a known name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.base.errors import Invalid
from training.people.rules import AddressUnusable, clean_name, fold_email, known_zone


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("ada@example.org", "ada@example.org"),
        (" Ada@Example.ORG \n", "ada@example.org"),
        ("o'brien+training@example.org", "o'brien+training@example.org"),
        ("ada@MÜNCHEN.de", "ada@xn--mnchen-3ya.de"),
        ("ada@xn--mnchen-3ya.de", "ada@xn--mnchen-3ya.de"),
        ("ada@ｅｘａｍｐｌｅ.org", "ada@example.org"),
        ("jose\u0301@example.org", "jos\u00e9@example.org"),
        ("mi\u212ae@example.org", "mike@example.org"),
        ("ada@mail.sub.example.museum", "ada@mail.sub.example.museum"),
    ],
)
def test_an_address_has_one_spelling(typed: str, folded: str) -> None:
    assert fold_email(typed) == folded


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@localhost",
        "ada@example..org",
        "ada@-example.org",
        "ada@example-.org",
        "ada@.example.org",
        "ada@127.0.0.1",
        "ada@[127.0.0.1]",
        "ada@exa_mple.org",
        "a b@example.org",
        "a@b@example.org",
        ".ada@example.org",
        "ada.@example.org",
        "a..b@example.org",
        '"a b"@example.org',
        "ada@example.org, eve@example.org",
        "Ada <ada@example.org>",
        "ada@example.org\r\nBcc: eve@example.org",
        "ada\x00@example.org",
        "ada\u200b@example.org",
        "ada\u202e@example.org",
        "ada@exam\u200bple.org",
        "ada@straße.de",
        "\ud800@example.org",
        "a" * 65 + "@example.org",
        "ä" * 33 + "@example.org",
        "ada@" + ".".join(["a" * 60] * 5) + ".org",
        "ada@" + "a" * 64 + ".org",
        "\u0300" * 100_000 + "@example.org",
        "ada@" + "\u3002".join(["é" * 20] * 20_000),
        "x@nobody.invalid",
        "x@NOBODY.\uff29nvalid",
        "x@sub.nobody.invalid",
        "x@other.invalid",
    ],
)
def test_what_is_no_plain_address_is_refused(typed: str) -> None:
    with pytest.raises(AddressUnusable) as refused:
        fold_email(typed)
    assert refused.value.fields.keys() == {"email"}


@given(st.text(max_size=40).flatmap(lambda local: st.sampled_from([local, f"{local}@example.org", f"a@{local}.org"])))
def test_folding_twice_changes_nothing(typed: str) -> None:
    try:
        folded = fold_email(typed)
    except AddressUnusable:
        return
    assert fold_email(folded) == folded
    assert "\n" not in folded
    assert " " not in folded


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("  Ada\n\t Lovelace\x00 ", "Ada Lovelace"),
        ("Ada\u2028Bcc: eve@example.org", "Ada Bcc: eve@example.org"),
        ("\ud800", ""),
        ("x" * 300, "x" * 200),
        ("Zoe\u0308", "Zo\u00eb"),
        ("\u200b\u2060", ""),
        ("\u200b \u3164", ""),
    ],
)
def test_a_name_is_one_line(typed: str, clean: str) -> None:
    assert clean_name(typed) == clean


def test_only_known_zones() -> None:
    assert known_zone("Europe/Berlin") == "Europe/Berlin"
    for odd in ("", "Mars/Olympus", "../../etc/passwd", "europe/berlin", "\x00", "localtime"):
        with pytest.raises(Invalid) as refused:
            known_zone(odd)
        assert refused.value.fields.keys() == {"zone"}
