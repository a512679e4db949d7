"""Reading a mailbox over IMAP: a real dovecot over TLS where there is one, and a server that misbehaves."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.inbox.mails import sample
from tests.inbox.servers import DOVECOT, OPENSSL, PASSWORD, USER, Dovecot, FakeMailbox, dovecot, enter_unencrypted, fake
from training.inbox.mailbox import Account, Fetched, Unreadable, account_of, read_new
from training.inbox.rules import MOST_BYTES

MAILS = [sample("postfix"), sample("exim"), sample("person")]


@pytest.fixture
def box() -> Iterator[FakeMailbox]:
    with fake() as opened:
        yield opened


def read(box: FakeMailbox, validity: str = "7", last_uid: int = 0, most: int = 50) -> list[Fetched]:
    return read_new(box.account, validity, last_uid, most, enter_unencrypted)[1]


def test_new_mails_are_read_in_order_and_none_twice(box: FakeMailbox) -> None:
    for raw in MAILS:
        box.put(raw)
    assert [(mail.uid, mail.raw, mail.size) for mail in read(box)] == [
        (uid, raw, len(raw)) for uid, raw in enumerate(MAILS, 1)
    ]
    assert [mail.uid for mail in read(box, last_uid=1, most=1)] == [2]
    assert read(box, last_uid=3) == []
    box.put(MAILS[0])
    assert [mail.uid for mail in read(box, last_uid=3)] == [4]


def test_a_mailbox_that_was_rebuilt_is_read_from_its_beginning(box: FakeMailbox) -> None:
    box.put(MAILS[0])
    box.validity = 8
    validity, mails = read_new(box.account, "7", 99, 50, enter_unencrypted)
    assert (validity, [mail.uid for mail in mails]) == ("8", [1])


def test_of_a_huge_mail_only_the_beginning_is_fetched(box: FakeMailbox) -> None:
    box.put(b"x" * 3 * MOST_BYTES)
    (mail,) = read(box)
    assert (len(mail.raw), mail.size) == (MOST_BYTES + 1, 3 * MOST_BYTES)


@pytest.mark.parametrize("fault", ["refuse", "hang", "nonsense", "drop"])
def test_a_server_in_trouble_is_told_of_quickly_and_without_the_password(box: FakeMailbox, fault: str) -> None:
    box.put(MAILS[0])
    box.fault = fault
    began = time.monotonic()
    with pytest.raises(Unreadable) as told:
        read(box)
    assert time.monotonic() - began < 5
    assert PASSWORD not in str(told.value)
    assert str(told.value)


def test_what_was_read_before_the_line_was_cut_counts(box: FakeMailbox) -> None:
    for raw in MAILS:
        box.put(raw)
    box.fault = "cut"
    assert [mail.uid for mail in read(box)] == [1]


def test_a_mail_that_the_server_does_not_hand_over_holds_up_no_other(box: FakeMailbox) -> None:
    for raw in MAILS:
        box.put(raw)
    box.fault = "deleted"
    assert [mail.uid for mail in read(box)] == [2, 3]


def test_nobody_there_is_told_of() -> None:
    account = Account(host="127.0.0.1", port=1, user="a", password="b", folder="INBOX")
    with pytest.raises(Unreadable, match="refused"):
        read_new(account, "", 0, 50)


def test_a_server_without_tls_gets_no_password(box: FakeMailbox) -> None:
    with pytest.raises(Unreadable):
        read_new(box.account, "", 0, 50)


@pytest.mark.parametrize(
    ("url", "account"),
    [
        ("imaps://a:b@mail.example", ("mail.example", 993, "a", "b", "INBOX")),
        ("imaps://a:b@mail.example/Bounces", ("mail.example", 993, "a", "b", "Bounces")),
        (
            "imaps://a%40b.example:p%2Fw%3A@mail.example:1993/In%20box/",
            ("mail.example", 1993, "a@b.example", "p/w:", "In box"),
        ),
    ],
)
def test_an_account(url: str, account: tuple[object, ...]) -> None:
    found = account_of(url)
    assert (found.host, found.port, found.user, found.password, found.folder) == account
    assert found.password not in repr(found).replace(found.name, "")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "imaps://mail.example",
        "imaps://a@mail.example",
        "imap://a:b@mail.example",
        "https://a:b@mail.example",
        "imaps://a:b%0d%0aX@mail.example",
    ],
)
def test_no_account(url: str) -> None:
    with pytest.raises(ValueError, match="a mailbox"):
        account_of(url)


# Left out where there is no dovecot: then the fake above is all there is. .ci/run installs it.
@pytest.fixture(scope="module", params=["dovecot"] if DOVECOT and OPENSSL else [])
def real() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


def test_a_real_server_over_tls(real: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(real.folder / "cert.pem"))
    account = real.account
    validity, before = read_new(account, "", 0, 500)
    for raw in MAILS:
        real.put(raw)
    again, mails = read_new(account, validity, len(before), 500)
    assert again == validity
    assert [mail.raw for mail in mails] == MAILS
    assert [mail.size for mail in mails] == [len(raw) for raw in MAILS]
    assert read_new(account, validity, mails[-1].uid, 500)[1] == []
    # What was read is as unread as before: the mailbox is somebody's.
    assert [mail.uid for mail in read_new(account, validity, 0, 500)[1]] == list(range(1, mails[-1].uid + 1))
    assert not list(Path(real.folder / "mail" / "cur").glob("*:2,S*"))


def test_a_real_server_that_nobody_vouches_for_gets_no_password(real: Dovecot) -> None:
    with pytest.raises(Unreadable, match="CERTIFICATE_VERIFY_FAILED"):
        read_new(real.account, "", 0, 50)


def test_a_real_server_refuses_a_wrong_password(real: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(real.folder / "cert.pem"))
    known = real.account
    wrong = Account(host=known.host, port=known.port, user=USER, password="wrong", folder="INBOX")
    with pytest.raises(Unreadable, match="AUTHENTICATIONFAILED"):
        read_new(wrong, "", 0, 50)
