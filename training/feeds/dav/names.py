"""Names of WebDAV and CalDAV, and the refusals that carry them."""

from enum import StrEnum

DAV = "DAV:"
CALDAV = "urn:ietf:params:xml:ns:caldav"
SERVER = "http://calendarserver.org/ns/"
APPLE = "http://apple.com/ns/ical/"
PREFIXES = {DAV: "d", CALDAV: "c", SERVER: "cs", APPLE: "ic"}


def dav(name: str) -> str:
    """A name of WebDAV, written {namespace}name as XML readers do."""
    return f"{{{DAV}}}{name}"


def cal(name: str) -> str:
    """A name of CalDAV."""
    return f"{{{CALDAV}}}{name}"


class Report(StrEnum):
    """The reports there are."""

    QUERY = cal("calendar-query")
    MULTIGET = cal("calendar-multiget")
    FREE_BUSY = cal("free-busy-query")
    SYNC = dav("sync-collection")
    EXPAND = dav("expand-property")


HREF = dav("href")
DATA = cal("calendar-data")
ETAG = dav("getetag")
SYNC_TOKEN = dav("sync-token")
COLLECTION_TAG = f"{{{SERVER}}}getctag"


class Refusal(Exception):
    """A request that is answered with an error. `condition` is the precondition it broke, as WebDAV names it.

    `inside` is what stands inside of that element, written already. It never reaches the web's own errors.
    """

    def __init__(self, status: int, condition: str = "", *, inside: str = "", wait: int = 0) -> None:
        self.status = status
        self.condition = condition
        self.inside = inside
        self.wait = wait
        super().__init__(f"{status} {condition}")
