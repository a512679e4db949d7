"""How files are handed out: types, names, policies and addresses."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from training.base.site import Site
from training.materials.rules.formats import ALSO, FORMATS
from training.materials.rules.handing import (
    file_address,
    file_origin,
    files_host,
    guarded,
    headers_of,
    is_shown,
    saved_name,
)
from training.materials.rules.tickets import Ticket, read_ticket
from training.materials.rules.variants import Form, Kind, VariantView

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
HERE = Site(base_url="https://training.example.org", secret_key="a key for tests only")
APART = Site(
    base_url="https://training.example.org", files_url="https://files.example.net", secret_key="a key for tests only"
)
TICKET = Ticket(variant_id=UUID(int=1), place_id=UUID(int=2), expires_at=datetime(2026, 5, 4, 15, 0, tzinfo=UTC))


def variant(name: str = "slides.pdf", media_type: str = "application/pdf") -> VariantView:
    return VariantView(
        id=UUID(int=1),
        version_id=UUID(int=3),
        kind=Kind.FILE,
        form=Form.SLIDES,
        language="",
        name=name,
        link="",
        body="",
        position=0,
        sha256="ab" * 32,
        size=5,
        media_type=media_type,
    )


@pytest.mark.parametrize("ending", sorted(FORMATS))
def test_every_format_keeps_its_ending(ending: str) -> None:
    known = FORMATS[ending]
    assert saved_name(variant(f"a.{ending}", known.media_type)) == f"a.{ending}"
    assert saved_name(variant("a.html", known.media_type)) == f"a.html.{ending}"
    assert headers_of(variant("a", known.media_type), HERE, shown=True, public=False)["content-type"] == (
        known.media_type
    )


@pytest.mark.parametrize(("other", "ending"), sorted(ALSO.items()))
def test_other_endings_of_the_same_stay(other: str, ending: str) -> None:
    assert saved_name(variant(f"a.{other}", FORMATS[ending].media_type)) == f"a.{other}"


def test_only_what_runs_nothing_is_shown() -> None:
    shown = {ending for ending, known in FORMATS.items() if is_shown(variant(media_type=known.media_type))}
    assert shown == set("pdf png jpg gif webp avif mp3 m4a ogg wav flac mp4 webm mov".split())
    assert not is_shown(variant(media_type="text/html"))
    assert not is_shown(variant(media_type="image/svg+xml"))
    assert not is_shown(variant(media_type=""))


def test_an_unknown_type_is_only_bytes() -> None:
    told = headers_of(variant("x.html", "text/html"), HERE, shown=True, public=False)
    assert told["content-type"] == "application/octet-stream"
    assert told["content-disposition"].startswith("attachment; ")
    assert "img-src" not in told["content-security-policy"]


def test_addresses() -> None:
    here = file_address(HERE, variant("Übung 1.pdf"), TICKET)
    _, files, ticket, name = here.split("/")
    assert (files, name) == ("files", "Ubung-1.pdf")
    assert read_ticket(HERE.secret_key, ticket, NOW) == TICKET
    assert file_address(APART, variant("Übung 1.pdf"), TICKET) == f"https://files.example.net{here}"


@pytest.mark.parametrize(
    ("base", "files", "host", "origin"),
    [
        ("https://a.example", "", None, ""),
        ("https://a.example", "https://a.example", None, ""),
        ("https://a.example", "https://A.example", None, ""),
        ("https://a.example", "https://a.example:443", None, ""),
        ("https://a.example", "https://b.example", ("b.example", 443, False), "https://b.example"),
        ("https://a.example", "https://a.example:8443", ("a.example", 8443, True), "https://a.example:8443"),
        ("http://127.0.0.1:80", "http://localhost:80", ("localhost", 80, False), "http://localhost:80"),
        ("https://a.example", "https://b\u00fc.example", ("xn--b-eha.example", 443, False), "https://b\u00fc.example"),
    ],
)
def test_whether_files_have_a_host_of_their_own(
    base: str, files: str, host: tuple[str, int, bool] | None, origin: str
) -> None:
    site = Site(base_url=base, files_url=files)
    found = files_host(site)
    assert (found and (found.name, found.port, found.shared), file_origin(site)) == (host, origin)


@pytest.mark.parametrize(
    "host", ["f.example", "F.Example:8080", "f.example.:8080", "f.example.", "f.example:08080", "f.example:443"]
)
def test_the_host_of_files_is_known_by_every_spelling(host: str) -> None:
    found = files_host(Site(base_url="https://a.example", files_url="https://f.example:8080"))
    assert found is not None
    assert found.is_asked(host)
    for other in ("a.example", "f.example.org", "xf.example", "", "f.example:x", "[", "f.example:99999", "f..example"):
        assert not found.is_asked(other), other


def test_with_one_name_the_port_tells_files_and_pages_apart() -> None:
    found = files_host(Site(base_url="http://localhost:8000", files_url="http://localhost:8080"))
    assert found is not None
    for host, asked in (("localhost:8080", True), ("LOCALHOST.:08080", True), ("localhost:8000", False)):
        assert found.is_asked(host) is asked
    wide = files_host(Site(base_url="http://[::1]:8000", files_url="http://[::1]:8080"))
    assert wide is not None
    assert (wide.is_asked("[::1]:8080"), wide.is_asked("[::1]:8000")) == (True, False)


def test_what_may_frame_a_file() -> None:
    assert guarded(HERE)["content-security-policy"].endswith("frame-ancestors 'none'")
    assert guarded(HERE, shown=True)["content-security-policy"].endswith("frame-ancestors 'self'")
    assert guarded(APART, shown=True)["content-security-policy"].endswith(
        "frame-ancestors https://training.example.org"
    )
    assert guarded(APART)["cross-origin-resource-policy"] == "same-origin"
    assert guarded(APART, shown=True)["cross-origin-resource-policy"] == "cross-origin"
    assert guarded(HERE, shown=True)["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("shown", [True, False])
def test_every_answer_is_a_sandbox_that_runs_nothing(shown: bool) -> None:
    for site in (HERE, APART):
        policy = guarded(site, shown=shown)["content-security-policy"]
        assert policy.startswith("sandbox; default-src 'none'; ")
        assert "script" not in policy
        assert "allow-" not in policy
        assert "*" not in policy


@pytest.mark.parametrize("media_type", ["video/mp4", "audio/mpeg"])
def test_a_player_may_play_its_own_file_and_still_runs_nothing(media_type: str) -> None:
    shown = headers_of(variant("a", media_type), HERE, shown=True, public=False)["content-security-policy"]
    assert shown.startswith("sandbox allow-same-origin; default-src 'none'; ")
    assert "script" not in shown
    saved = headers_of(variant("a", media_type), HERE, shown=False, public=False)["content-security-policy"]
    assert saved.startswith("sandbox; default-src 'none'; ")


def test_only_what_is_public_is_kept_in_between() -> None:
    assert headers_of(variant(), HERE, shown=False, public=False)["cache-control"] == "private, no-store"
    assert headers_of(variant(), HERE, shown=False, public=True)["cache-control"] == "public, max-age=300"
