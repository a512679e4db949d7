"""Settings are read once, and one that cannot be used is named before anything starts."""

import pytest

from training.settings import Settings, load_settings


def test_nothing_set_is_the_defaults() -> None:
    assert load_settings({}) == Settings()


@pytest.mark.parametrize(
    ("field", "written", "expected"),
    [
        ("base_url", "https://training.example.org:8443/", "https://training.example.org:8443/"),
        ("base_url", "http://[::1]:8000", "http://[::1]:8000"),
        ("port", "65535", 65535),
        ("processes", "1", 1),
        ("pool_size", "20", 20),
        ("demo", "Yes", True),
        ("demo", "off", False),
        ("demo", "", False),
        ("trusted_proxies", "10.0.0.0/8, 192.0.2.1,2001:db8::/32", ("10.0.0.0/8", "192.0.2.1", "2001:db8::/32")),
        ("trusted_proxies", "10.1.2.3/8", ("10.1.2.3/8",)),
        ("trusted_proxies", "", ()),
        ("requests_per_minute_account", "0", 0),
        ("requests_per_minute_address", "600", 600),
        ("sender", "training@example.org", "training@example.org"),
        ("smtp_url", "", ""),
        ("smtp_url", "smtps://ada:word@mail.example.org", "smtps://ada:word@mail.example.org"),
        ("bounce_address", "bounces@example.org", "bounces@example.org"),
        ("reply_address", "invites@example.org", "invites@example.org"),
        ("fonts_dir", "", ""),
        ("fonts_dir", ".", "."),
        ("storage_url", "files", "files"),
        (
            "storage_url",
            "s3://ke%2Fy:word@bucket/a?endpoint=http://127.0.0.1:9000",
            "s3://ke%2Fy:word@bucket/a?endpoint=http://127.0.0.1:9000",
        ),
        ("files_url", "https://files.example.org", "https://files.example.org"),
        ("scan_command", "clamdscan --no-summary -", "clamdscan --no-summary -"),
        ("largest_file_mb", "100", 100),
        ("log_level", "debug", "debug"),
        ("sqlite_synchronous", "NORMAL", "NORMAL"),
    ],
)
def test_what_can_be_used(field: str, written: str, expected: object) -> None:
    assert getattr(load_settings({f"TRAINING_{field.upper()}": written}), field) == expected


@pytest.mark.parametrize(
    ("variable", "written"),
    [
        *(("TRAINING_BASE_URL", url) for url in (
            "", "training.example.org", "ftp://x.example", "https://", "https://x.example:0", "https://x.example:99999",
            "https://x.example:abc", "https://x.example/?a=b", "https://x.example/#a", "https://x .example", "https://[x",
        )),
        *(("TRAINING_PORT", port) for port in ("", "0", "-1", "65536", "many")),
        *((f"TRAINING_{name}", "0") for name in ("PROCESSES", "POOL_SIZE")),
        *(("TRAINING_TRUSTED_PROXIES", text) for text in (
            "proxy", "10.0.0.0/8,nonsense", "10.0.0.0/33", "10.0.0.0 10.0.0.1")
        ),
        *(
            (f"TRAINING_REQUESTS_PER_MINUTE_{whose}", number)
            for whose in ("ACCOUNT", "ADDRESS") for number in ("", "-1", "1000001", "many", "1.5")
        ),
        ("TRAINING_FONTS_DIR", "/nowhere/at/all"),
        ("TRAINING_FILES_URL", "files.example.org"),
        ("TRAINING_SCAN_COMMAND", "scan 'unclosed"),
        *((f"TRAINING_{name}_GB", size) for name in ("PROGRAM_STORAGE", "PARTNER_STORAGE") for size in ("0", "x")),
        ("TRAINING_LARGEST_FILE_MB", "0"),
        *(("TRAINING_DEMO", word) for word in ("maybe", "2")),
        *(("TRAINING_LOG_LEVEL", level) for level in ("", "loud")),
        ("TRAINING_SQLITE_SYNCHRONOUS", "sometimes"),
        *(("TRAINING_SENDER", text) for text in ("", "training", "Training <t@example.org>", "a@x.org, b@x.org")),
        *(("TRAINING_SMTP_URL", url) for url in ("mail.example.org", "smtp://", "smtp://a:word@mail.example.org?tls=none")),
        *((f"TRAINING_{whose}_ADDRESS", text) for whose in ("BOUNCE", "REPLY") for text in (
            "bounces", "bounces+x@example.org", "a-name-that-is-too-long@example.org", "a b@example.org")
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named(variable: str, written: str) -> None:
    with pytest.raises(ValueError, match=f"^{variable} cannot be .*: it is .+"):
        load_settings({variable: written})


@pytest.mark.parametrize(
    ("variable", "written"),
    [
        *(("TRAINING_IMAP_URL", url) for url in (
            "mail.example", "imap://ada:secretword@mail.example", "imaps://ada@secretword.example",
            "imaps://ada:secretword@", "imaps://ada:secretword@x.example:0", "imaps://ada:secretword@x.example:many",
        )),
        ("TRAINING_INBOX_KEY", "secretword"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_inbox_is_told_without_its_secrets(variable: str, written: str) -> None:
    with pytest.raises(ValueError, match=f"^{variable} cannot be .*: it is .+") as refused:
        load_settings({variable: written})
    assert "secretword" not in str(refused.value)
    assert load_settings({"TRAINING_IMAP_URL": "imaps://a%40b.example:c%2Fd@mail.example:1993/INBOX"}).imap_url


def test_no_secret_is_told() -> None:
    with pytest.raises(ValueError, match="without encryption") as refused:
        load_settings({"TRAINING_SMTP_URL": "smtp://ada:secretword@mail.example.org?tls=none"})
    assert "secretword" not in str(refused.value)
    assert refused.value.__cause__ is None
    settings = Settings(smtp_url="smtp://ada:secretword@x.org", secret_key="secretword", inbox_key="secretword")
    assert "secretword" not in repr(settings) + str(settings)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://x",
        "s3://",
        "s3://ada:secretword@",
        "s3://ada@bucket",
        "s3://ada:secretword@bucket?password=secretword",
    ],
)
def test_what_is_wrong_with_the_storage_is_told_without_its_secrets(url: str) -> None:
    with pytest.raises(ValueError, match=r"^TRAINING_STORAGE_URL cannot be .*: it is .+") as refused:
        load_settings({"TRAINING_STORAGE_URL": url})
    assert "secretword" not in str(refused.value)
