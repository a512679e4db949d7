"""Reading a raw mail: what it says, in every charset, and nothing that a hostile one can break."""

import random
import time

import pytest

from tests.inbox.mails import BASE_URL, FOLDER, KEY, sample
from training.inbox.rules import MOST_BYTES, Report, judge, line, read_mail

NESTED = b"".join(
    b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (depth, depth) for depth in range(2_000)
)
HOSTILE = {
    "nothing": b"",
    "no headers": b"\r\n\r\nhello",
    "only noise": bytes(range(256)) * 50,
    "nested": b"From: a@b.example\r\n" + NESTED,
    "mails in mails": b"Content-Type: message/rfc822\r\n\r\n" * 3_000,
    "many small parts": b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * 50_000,
    "one long line": b"Subject: " + b"x" * 3_000_000,
    "many headers": b"X-A: b\r\n" * 100_000,
    "unknown charset": b"Subject: =?nonsense?Q?x?=\r\nContent-Type: text/plain; charset=nonsense\r\n\r\nhello",
    "charset that is none": b"Content-Type: text/plain; charset=base64\r\n\r\nhello",
    "charset with a NUL": b'Content-Type: text/plain; charset="\0"\r\n\r\nhello',
    "bad base64": b"Content-Transfer-Encoding: base64\r\n\r\n!!!!=A",
    "broken word": b"Subject: =?utf-8?B?/////w=?= =?x\r\nFrom: =?utf-8?B?w?=\r\n\r\n",
    "headers in the name": b'From: "a\r\n b\r\nBcc: x@y.example" <a@b.example>\r\nSubject: a\r\n\r\n',
    "status without blocks": b"Content-Type: message/delivery-status\r\n\r\nAction: failed\r\nStatus: nonsense",
    "report that is text": b"Content-Type: message/feedback-report; boundary=x\r\n\r\n\xff\xfe",
    "many addresses": b"To: " + b", ".join(b"a%d@b.example" % n for n in range(50_000)) + b"\r\n\r\n",
    "many brackets": b"To: " + b"<" * 100_000 + b"\r\n\r\n" + b"<" * 500_000,
    "many comments": b"From: " + b"(" * 50_000 + b"\r\n\r\n",
    "lone surrogates": "Subject: \udcff".encode("utf-8", "surrogatepass") + b"\r\n\r\n\xed\xa0\x80",
    "one odd quote": b'From: a@b.example\nContent-Type: text/plain; a="' + b";" * 900_000 + b"\n\nhi",
    "odd quotes of a frame": b'Content-Type: multipart/mixed; a="' + b'\\";' * 300_000 + b"\n\nhi",
    "odd quotes in parts": b"Content-Type: multipart/mixed; boundary=b\n\n"
    + (b'--b\nContent-Type: multipart/mixed; a="' + b";" * 50_000 + b"\n\n") * 18,
    "a status of empty blocks": b"Content-Type: message/delivery-status\n\n" + b"\n" * 900_000,
    "a status of empty blocks, otherwise": b"Content-Type: Message/Delivery-Status\r\r" + b"\r\n" * 400_000,
    "wrong parameters": b'Content-Type: multipart/report; boundary*0="a"; boundary*1="\r\n\r\n--a\r\n\r\n',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mail_is_read_quickly_and_never_raises(name: str) -> None:
    # Of this process, so that a busy machine does not count.
    began = time.process_time()
    mail = read_mail(HOSTILE[name])
    verdict = judge(mail, BASE_URL, KEY)
    assert time.process_time() - began < 3
    assert verdict.state != "handled"
    told = "".join((mail.sender, mail.subject, mail.text, mail.unread, verdict.reason, *mail.recipients))
    assert "\0" not in told
    told.encode()


def test_what_stands_behind_a_cut_header_is_read() -> None:
    raw = b'Content-Type: text/plain; a="' + b";" * 5_000 + b"\nSubject: " + b"x" * 5_000 + b"\nFrom: a@b.example\n\nhi"
    mail = read_mail(raw)
    assert (mail.sender, mail.text, mail.unread) == ("a@b.example", "hi", "")


def test_a_mail_cut_or_garbled_anywhere_never_raises() -> None:
    chance = random.Random(4)
    for path in sorted(FOLDER.glob("*.eml")):
        raw = bytearray(sample(path.stem))
        for _ in range(30):
            broken = bytearray(raw[: chance.randrange(len(raw))])
            for _ in range(10):
                if broken:
                    broken[chance.randrange(len(broken))] = chance.randrange(256)
            judge(read_mail(bytes(broken)), BASE_URL, KEY)


def test_what_is_read_of_a_bounce() -> None:
    mail = read_mail(sample("postfix"))
    assert mail.sender == "MAILER-DAEMON@mx.lighthouse.example"
    assert (mail.return_path, mail.auto_submitted) == ("", "auto-replied")
    assert mail.subject == "Undelivered Mail Returned to Sender"
    assert mail.reports == (
        Report(
            action="failed",
            status="5.1.1",
            recipient="ada@lighthouse.example",
            diagnostic="550 5.1.1 <ada@lighthouse.example>: User unknown",
        ),
    )
    assert mail.text.startswith("This is the mail system at host mx.lighthouse.example.")
    assert (mail.size, mail.unread) == (len(sample("postfix")), "")


def test_encoded_words_and_html_are_read_as_text() -> None:
    assert read_mail(sample("exchange")).subject == "Unzustellbar: Sie haben einen Platz"
    assert "wurde nicht gefunden" in read_mail(sample("exchange")).text
    assert read_mail(sample("person")).sender == "ada@lighthouse.example"


def test_a_mail_of_any_length_is_read_at_its_beginning() -> None:
    raw = sample("exim") + b"x" * MOST_BYTES
    mail = read_mail(raw)
    assert mail.size == len(raw)
    assert "only its beginning" in mail.unread
    assert judge(mail, BASE_URL, KEY).state == "handled"


def test_a_mail_of_too_many_parts_is_known_by_its_headers_alone() -> None:
    mail = read_mail(HOSTILE["nested"])
    assert (mail.sender, mail.text) == ("a@b.example", "")
    assert "more parts" in mail.unread


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a\r\nb\0c", "a b c"),
        ("a\u202eb\u2066c", "abc"),
        ("a\u2028b\u2029c", "a b c"),
        ("  a   b ", "a b"),
        ("x" * 500, "x" * 200),
        ("\ud800", ""),
    ],
)
def test_a_line(written: str, shown: str) -> None:
    assert line(written) == shown
