"""Names are those of the specifications."""

from training.feeds.dav.names import Refusal, Report, cal, dav


def test_names_stand_in_their_namespaces() -> None:
    assert dav("href") == "{DAV:}href"
    assert cal("calendar-data") == "{urn:ietf:params:xml:ns:caldav}calendar-data"
    assert Report.SYNC.value == "{DAV:}sync-collection"


def test_a_refusal_says_what_was_broken() -> None:
    assert str(Refusal(403, dav("valid-sync-token"))) == "403 {DAV:}valid-sync-token"
