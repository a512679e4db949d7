"""The mail server's address: what it means, and what is refused without repeating a password."""

import pytest

from training.outbox.rules.servers import MailServer, Tls, parse_mail_url


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", MailServer(host="mail.example.org", port=587, tls=Tls.STARTTLS)),
        ("smtps://mail.example.org", MailServer(host="mail.example.org", port=465, tls=Tls.TLS)),
        ("smtp://mail.example.org?tls=tls", MailServer(host="mail.example.org", port=465, tls=Tls.TLS)),
        ("smtp://relay:2525/?tls=none", MailServer(host="relay", port=2525, tls=Tls.NONE)),
        ("smtp://relay?tls=none&timeout=5", MailServer(host="relay", port=25, tls=Tls.NONE, timeout=5)),
        (
            "smtp://ada%40example.org:p%40ss%2F%3A@mail.example.org:587?ca=/etc/ca.pem",
            MailServer(
                host="mail.example.org",
                port=587,
                tls=Tls.STARTTLS,
                user="ada@example.org",
                password="p@ss/:",
                ca="/etc/ca.pem",
            ),
        ),
        ("smtp://a:b@[::1]:25?tls=none", MailServer(host="::1", port=25, tls=Tls.NONE, user="a", password="b")),
    ],
)
def test_what_an_address_means(url: str, server: MailServer) -> None:
    assert parse_mail_url(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example.org",
        "http://a:word@mail.example.org",
        "smtp://",
        "smtp://a:word@",
        "smtp://a:word@mail.example.org:0",
        "smtp://a:word@mail.example.org:99999",
        "smtp://a:word@mail.example.org/path",
        "smtp://a:word@mail.example.org#word",
        "smtp://a:word@mail.example.org?tls=perhaps",
        "smtp://a:word@mail.example.org?tls",
        "smtp://a:word@mail.example.org?starttls=yes",
        "smtp://a:word@mail.example.org?timeout=long",
        "smtp://a:word@mail.example.org?timeout=0",
        "smtp://a:word@mail.example.org?timeout=nan",
        "smtp://a:word@mail.example.org?tls=none",
        "smtps://a:word@mail.example.org?tls=starttls",
        "smtp://:word@mail.example.org",
        "smtp://a@mail.example.org",
        "smtp://a:word@ma il.example.org",
        "smtp://a:word@[mail",
    ],
)
def test_what_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match=r".+") as refused:
        parse_mail_url(url)
    assert "word@" not in str(refused.value)


def test_no_representation_holds_the_password() -> None:
    server = parse_mail_url("smtp://ada:word@mail.example.org")
    assert repr(server) == str(server) == "MailServer(mail.example.org:587, starttls)"
