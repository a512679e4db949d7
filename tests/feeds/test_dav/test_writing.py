"""What goes out is XML, whatever people wrote."""

from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from training.feeds.dav.names import Refusal, dav
from training.feeds.dav.writing import bare, element, error, multistatus, response, text

NASTY = "<a>&\"'\r\n\t]]>\x00\x0b\ufffe\ud800é😀"


@given(st.text())
def test_text_is_told_as_it_is(written: str) -> None:
    root = fromstring(multistatus([response("/x", {dav("displayname"): element(dav("displayname"), text(written))})]))
    told = root.findtext(f".//{dav('displayname')}", "")
    kept = "".join(
        c for c in written if c in "\t\r\n" or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
    )
    assert told == kept


def test_nothing_breaks_out() -> None:
    body = multistatus(
        [
            response(NASTY, {}, ['{urn:x&"<}a', "b", "{http://www.w3.org/XML/1998/namespace}lang"]),
            bare(NASTY, 404),
            response("/x", {"a": element("{urn:x}a", name=NASTY)}),
        ]
    )
    root = fromstring(body)
    names = [one.tag for one in root.iter(dav("prop")) for one in one]
    assert names == ['{urn:x&"<}a', "b", "{http://www.w3.org/XML/1998/namespace}lang", "{urn:x}a"]


def test_line_ends_of_an_entry_survive() -> None:
    body = multistatus([response("/x", {"a": element("a", text("BEGIN:X\r\nEND:X\r\n"))})])
    assert fromstring(body).findtext(".//a") == "BEGIN:X\r\nEND:X\r\n"


def test_a_refusal_names_its_condition() -> None:
    root = fromstring(error(Refusal(403, dav("valid-sync-token"))))
    assert [child.tag for child in root] == [dav("valid-sync-token")]
    assert list(fromstring(error(Refusal(404)))) == []
