"""Controllers of attendance, HTML."""

from litestar import Controller

from training.attendance.pages.by_mail import ByMailPages
from training.attendance.pages.changes import ChangesPages
from training.attendance.pages.check_in import CodePages, OwnCodePages
from training.attendance.pages.closing import ClosingPages
from training.attendance.pages.contests import ContestPages
from training.attendance.pages.device import DevicePages
from training.attendance.pages.here import HerePages
from training.attendance.pages.online import OnlineListPages
from training.attendance.pages.overall import OverallPages
from training.attendance.pages.own import OwnAttendancePages, PlaceAttendancePages
from training.attendance.pages.person import PersonPages
from training.attendance.pages.roster import RosterPages
from training.attendance.pages.scanning import ScanPages
from training.attendance.pages.sheets import SheetPages
from training.attendance.pages.walking_in import WalkInPages

CONTROLLERS: list[type[Controller]] = [
    ByMailPages,
    CodePages,
    OwnCodePages,
    ContestPages,
    OwnAttendancePages,
    PlaceAttendancePages,
    DevicePages,
    HerePages,
    ScanPages,
    RosterPages,
    SheetPages,
    OnlineListPages,
    ChangesPages,
    ClosingPages,
    OverallPages,
    PersonPages,
    WalkInPages,
]
