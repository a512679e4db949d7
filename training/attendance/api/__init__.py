"""Controllers of attendance, JSON."""

from litestar import Controller

from training.attendance.api.check_in import CheckInApi, SelfCheckInApi
from training.attendance.api.contests import ContestApi, OwnAttendanceApi
from training.attendance.api.online import OnlineListApi
from training.attendance.api.overall import AttendanceApi
from training.attendance.api.rosters import RosterApi

CONTROLLERS: list[type[Controller]] = [
    RosterApi,
    AttendanceApi,
    CheckInApi,
    SelfCheckInApi,
    ContestApi,
    OwnAttendanceApi,
    OnlineListApi,
]
