"""What each thing tells of itself: its properties, made only when they are asked for."""

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID

from training.base.structs import Frozen
from training.feeds.dav.filters import COLLATIONS
from training.feeds.dav.holdings import Calendar, Contents, Held
from training.feeds.dav.names import APPLE, COLLECTION_TAG, DATA, ETAG, SYNC_TOKEN, Report, cal, dav
from training.feeds.dav.paths import ROOT, calendar_path, home_path, principal_path
from training.feeds.dav.writing import element, href, response, text
from training.feeds.rules.conditions import date_line

Made = Callable[[], str]
CONTENT_TYPE = "text/calendar; charset=utf-8; component=vevent"
# Where an address inside of a property leads, for `expand-property`.
LEADS_TO_PRINCIPAL = (dav("current-user-principal"), dav("principal-URL"), dav("owner"))
LEADS_TO_HOME = (cal("calendar-home-set"),)
# Asking for all properties means those of WebDAV itself: the others may be costly (RFC 4791, 5.2).
_PLAIN = ("resourcetype", "displayname", "getetag", "getcontenttype", "getcontentlength", "getlastmodified")
PLAIN = tuple(dav(name) for name in _PLAIN)
_PRIVILEGES = ("read", "read-current-user-privilege-set")


class Thing(Frozen, frozen=True, kw_only=True):
    """Something with an address, and its properties by name: how to make the value of each, written."""

    path: str
    properties: Mapping[str, Made]

    def told(self, names: Iterable[str], *, minimal: bool = False) -> str:
        """The response about these properties. With `minimal`, those it does not have are not told."""
        wanted = tuple(names)
        found = {name: self.properties[name]() for name in wanted if name in self.properties}
        missing = () if minimal else [name for name in wanted if name not in self.properties]
        return response(self.path, found, missing)

    def all(self) -> tuple[str, ...]:
        """The names that are meant when all are asked for."""
        return tuple(name for name in PLAIN if name in self.properties)


def _fixed(name: str, *inside: str) -> tuple[str, Made]:
    made = element(name, *inside)
    return name, lambda: made


def _everywhere(person_id: UUID) -> dict[str, Made]:
    return dict(
        (
            _fixed(dav("current-user-principal"), href(principal_path(person_id))),
            _fixed(
                dav("current-user-privilege-set"),
                *(element(dav("privilege"), element(dav(name))) for name in _PRIVILEGES),
            ),
            _fixed(dav("owner"), href(principal_path(person_id))),
        )
    )


def _reports(*reports: Report) -> tuple[str, Made]:
    told = (element(dav("supported-report"), element(dav("report"), element(report))) for report in reports)
    return _fixed(dav("supported-report-set"), *told)


def root(person_id: UUID, site_name: str) -> Thing:
    """Where programs begin."""
    own = dict(
        (
            _fixed(dav("resourcetype"), element(dav("collection"))),
            _fixed(dav("displayname"), text(site_name)),
            _reports(Report.EXPAND),
        )
    )
    return Thing(path=ROOT, properties=_everywhere(person_id) | own)


def principal(person_id: UUID, called: str) -> Thing:
    """The person who reads. Nothing says that invitations could be sent here: they come by mail."""
    own = dict(
        (
            _fixed(dav("resourcetype"), element(dav("collection")), element(dav("principal"))),
            _fixed(dav("displayname"), text(called)),
            _fixed(dav("principal-URL"), href(principal_path(person_id))),
            _fixed(cal("calendar-home-set"), href(home_path(person_id))),
            _reports(Report.EXPAND),
        )
    )
    return Thing(path=principal_path(person_id), properties=_everywhere(person_id) | own)


def home(person_id: UUID) -> Thing:
    """Where a person's calendars are."""
    own = dict(
        (
            _fixed(dav("resourcetype"), element(dav("collection"))),
            _fixed(dav("displayname"), "Calendars"),
            _reports(Report.EXPAND),
        )
    )
    return Thing(path=home_path(person_id), properties=_everywhere(person_id) | own)


def calendar(shown: Calendar, *, tag: str = "", token: str = "") -> Thing:
    """A calendar. `tag` and `token` change with anything in it; empty when they were not asked for."""
    own = dict(
        (
            _fixed(dav("resourcetype"), element(dav("collection")), element(cal("calendar"))),
            _fixed(dav("displayname"), text(shown.name)),
            _fixed(cal("calendar-description"), text(shown.about)),
            _fixed(cal("supported-calendar-component-set"), element(cal("comp"), name="VEVENT")),
            _fixed(
                cal("supported-calendar-data"),
                element(DATA, **{"content-type": "text/calendar", "version": "2.0"}),
            ),
            _fixed(
                cal("supported-collation-set"),
                *(element(cal("supported-collation"), name) for name in COLLATIONS),
            ),
            _fixed(f"{{{APPLE}}}calendar-color", shown.color),
            _reports(Report.QUERY, Report.MULTIGET, Report.FREE_BUSY, Report.SYNC, Report.EXPAND),
        )
    )
    if tag:
        own |= (_fixed(COLLECTION_TAG, text(tag)),)
    if token:
        own |= (_fixed(SYNC_TOKEN, text(token)),)
    path = calendar_path(shown.person_id, shown.own_part)
    return Thing(path=path, properties=_everywhere(shown.person_id) | own)


def entry(contents: Contents, one: Held, *, data: bytes | None = None) -> Thing:
    """An entry. With `data`, that is what its calendar-data says; programs get it by reports only."""
    stamp = one.entry.stamp
    own = {
        dav("resourcetype"): lambda: element(dav("resourcetype")),
        ETAG: lambda: element(ETAG, text(one.etag)),
        dav("getcontenttype"): lambda: element(dav("getcontenttype"), CONTENT_TYPE),
        dav("getcontentlength"): lambda: element(dav("getcontentlength"), str(len(one.data))),
        dav("getlastmodified"): lambda: element(dav("getlastmodified"), date_line(stamp)),
        _REPORTS_OF_ENTRY[0]: _REPORTS_OF_ENTRY[1],
    }
    if data is not None:
        own[DATA] = lambda: element(DATA, text(data.decode()))
    return Thing(path=contents.path(one.entry.uid), properties=_everywhere(contents.calendar.person_id) | own)


_REPORTS_OF_ENTRY = _reports(Report.QUERY, Report.MULTIGET, Report.EXPAND)
