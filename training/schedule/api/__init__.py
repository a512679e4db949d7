"""The schedule as JSON: sessions with their meetings and trainers, rooms, and trainers' own calendars."""

from training.schedule.api.busy import BusyApi
from training.schedule.api.sessions import MeetingApi, RoomApi, SessionApi

CONTROLLERS = (SessionApi, MeetingApi, RoomApi, BusyApi)

__all__ = ["CONTROLLERS"]
