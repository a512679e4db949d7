"""Which addresses may be asked: hostile ones in every spelling, as two tables, and good ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.schedule.rules.addresses import (
    LONGEST_ADDRESS,
    AddressRefused,
    followed,
    is_public,
    masked,
    parse_address,
)

# Refused by their text alone: nobody is asked, no name is looked up.
HOSTILE = """
https://127.0.0.1/
https://127.1/
https://127.0.1/
https://127.0.0.1./
https://127.0.0.001/
https://2130706433/
https://017700000001/
https://0177.0.0.1/
https://0177.0.0.01/
https://0x7f000001/
https://0x7f.1/
https://0x7f.0x0.0x0.0x1/
https://127.0.0.0x1/
https://0/
https://0.0.0.0/
https://00000000000/
https://10.0.0.1/
https://10.1/
https://172.16.0.1/
https://192.168.0.1/
https://3232235521/
https://169.254.169.254/latest/meta-data/
https://0xa9fea9fe/latest/meta-data/
https://2852039166/latest/meta-data/
https://0251.0376.0251.0376/latest/meta-data/
https://169.254.43518/latest/meta-data/
https://100.100.100.200/latest/meta-data/
https://168.63.129.16/metadata
https://192.0.0.192/latest/
https://255.255.255.255/
https://224.0.0.1/
https://8.8.8.8/
https://[::1]/
https://[::]/
https://[0:0:0:0:0:0:0:1]/
https://[::ffff:127.0.0.1]/
https://[::ffff:7f00:1]/
https://[0:0:0:0:0:ffff:169.254.169.254]/
https://[::127.0.0.1]/
https://[64:ff9b::7f00:1]/
https://[64:ff9b:1::a9fe:a9fe]/
https://[2002:7f00:1::]/
https://[2001:0:7f00:1::]/
https://[fe80::1]/
https://[fe80::1%25eth0]/
https://[fe80::1%eth0]/
https://[fc00::1]/
https://[fd00:ec2::254]/latest/
https://[ff02::1]/
https://[fec0::1]/
https://[2606:4700::1111]/
https://[::1
https://localhost/
https://LOCALHOST/
https://localhost./
https://localhost.localdomain/
https://calendar.localhost/
https://printer.local/
https://metadata.google.internal/computeMetadata/v1/
https://router.lan/
https://nas.home/
https://intranet/
https://wiki.corp/
https://hidden.onion/
https://1.0.0.127.in-addr.arpa/
https://user:password@calendar.example.org/
https://calendar.example.org@127.0.0.1/
https://127.0.0.1@calendar.example.org/
https://@calendar.example.org/
https://calendar.example.org:22/
https://calendar.example.org:8443/
https://calendar.example.org:80/
https://calendar.example.org:0/
https://calendar.example.org:65536/
https://calendar.example.org:x/
https://calendar.example.org\\@127.0.0.1/
https://calendar.example.org%00.evil.example.org/
https://127.0.0.1%23.example.org/
https://127。0。0。1/
https://①②⑦.0.0.1/
https://ｌocalhost/
https://calendar.exаmple.org/
https://-calendar-.example.org-/
https://calendar..example.org/
https:///etc/passwd
https:/127.0.0.1/
https:127.0.0.1
//calendar.example.org/
calendar.example.org/x.ics
http://calendar.example.org/
file:///etc/passwd
ftp://calendar.example.org/x.ics
gopher://calendar.example.org/_x
data:text/calendar,BEGIN:VCALENDAR
javascript:alert(1)
jar:https://calendar.example.org!/
ldap://calendar.example.org/
unix:/var/run/docker.sock
https+unix://%2Fvar%2Frun%2Fdocker.sock/
""".split()
# What spaces would have split above.
MORE = (
    "",
    "https://calendar.example.org/a b",
    " https://calendar.example.org/",
    "https://calendar.example.org/\r\nHost: 127.0.0.1",
    "https://calendar.example.org/\x00",
    "https://calendar.example.org/\t",
    "https://" + "a" * 64 + ".example.org/",
    "https://" + "a." * 127 + "example.org/",
    "https://calendar.example.org/" + "x" * LONGEST_ADDRESS,
)

# Machines that a name may lead to, and that are nobody's public calendar.
NOT_PUBLIC = """
0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.100.100.200 100.127.255.255 127.0.0.1 127.255.255.254
168.63.129.16 169.254.0.1 169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1
192.88.99.1 192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255
240.0.0.1 255.255.255.255
:: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::8.8.8.8
64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1:: 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:808:808::1 3fff::1
2a00:1450::5efe:10.0.0.1 2a00:1450::200:5efe:a00:1 4000::1 5f00::1 fc00::1 fd00:ec2::254 fd12:3456:789a::1 fe80::1
fe80::1%eth0 fe80::1%1 2606:4700::1111%eth0 fec0::1 febf::1 ff02::1 ff0e::1
localhost 127.1 0x7f.0.0.1 2130706433
""".split()
PUBLIC = """
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 128.0.0.1 142.250.0.1 168.63.129.15 172.15.255.255
172.32.0.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255
2001:200::1 2001:4860:4860::8888 2003::1 2606:4700::1111 2a00:1450:4001::200e 2c0f:fb50::1
""".split()


def test_the_tables_are_as_long_as_the_goal() -> None:
    assert len(set(HOSTILE) | set(MORE)) >= 73
    assert len(set(NOT_PUBLIC)) >= 50


@pytest.mark.parametrize("address", [*HOSTILE, *MORE])
def test_a_hostile_address_is_refused_by_its_text(address: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        parse_address(address)
    assert refused.value.fields == {"address": refused.value.detail}
    # It was a secret once, and may end on a screen that is shared.
    assert not address or address not in refused.value.detail


@pytest.mark.parametrize("address", [each for each in HOSTILE if each != "http://calendar.example.org/"])
def test_plain_http_opens_nothing_else(address: str) -> None:
    with pytest.raises(AddressRefused):
        parse_address(address, plain=True)


@pytest.mark.parametrize("ip", NOT_PUBLIC)
def test_a_machine_that_is_not_public(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize("ip", PUBLIC)
def test_a_public_machine(ip: str) -> None:
    assert is_public(ip)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("https://calendar.example.org/a.ics", "https://calendar.example.org/a.ics"),
        ("webcal://calendar.example.org/a.ics", "https://calendar.example.org/a.ics"),
        ("WEBCAL://Calendar.Example.ORG/A.ics?key=B#top", "https://calendar.example.org/A.ics?key=B"),
        ("https://calendar.example.org", "https://calendar.example.org/"),
        ("https://calendar.example.org.:443/x", "https://calendar.example.org/x"),
        ("https://xn--bcher-kva.example.org/%C3%A4", "https://xn--bcher-kva.example.org/%C3%A4"),
        ("https://a_b.outlook.example.org/owa/reachcalendar.ics", "https://a_b.outlook.example.org/owa/reachcalendar.ics"),
    ],
)  # fmt: skip
def test_an_address_is_spelled_one_way(typed: str, read: str) -> None:
    assert parse_address(typed).address == read


def test_http_only_where_it_is_allowed() -> None:
    target = parse_address("http://calendar.example.org/a", plain=True)
    assert (target.scheme, target.port) == ("http", 80)


def test_a_redirect_is_judged_like_an_address() -> None:
    start = parse_address("https://calendar.example.org/a/b.ics?c=d")
    assert followed(start, "/e.ics").address == "https://calendar.example.org/e.ics"
    assert followed(start, "f.ics").address == "https://calendar.example.org/a/f.ics"
    assert followed(start, "//other.example.org/g").address == "https://other.example.org/g"
    for location in (*HOSTILE[:70], "//127.0.0.1/", "http://calendar.example.org/", "file:///etc/passwd", "//[::1"):
        with pytest.raises(AddressRefused):
            followed(start, location)


def test_a_redirect_never_leaves_https() -> None:
    start = parse_address("https://calendar.example.org/", plain=True)
    with pytest.raises(AddressRefused):
        followed(start, "http://calendar.example.org/", plain=True)


def test_only_the_server_is_shown() -> None:
    assert masked("https://calendar.example.org/private-secret/basic.ics") == "https://calendar.example.org/…"


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    for address in (text, f"https://{text}", f"https://calendar.example.org/{text}"):
        try:
            target = parse_address(address)
        except AddressRefused:
            continue
        assert parse_address(target.address) == target
        assert target.address.isascii()
        assert not is_public(target.host)


@given(st.ip_addresses(v=4).map(str))
def test_no_number_is_a_name(ip: str) -> None:
    with pytest.raises(AddressRefused):
        parse_address(f"https://{ip}/")
