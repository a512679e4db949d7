"""Pages of the schedule. For those who plan: sessions, their meetings and trainers, rooms. For trainers: busy times."""

from training.schedule.pages.busy import BusyPages
from training.schedule.pages.drafting import DraftingPages
from training.schedule.pages.editing import EditingPages
from training.schedule.pages.lists import ListPages
from training.schedule.pages.meetings import MeetingPages
from training.schedule.pages.rooms import RoomPages
from training.schedule.pages.trainers import TrainerPages

CONTROLLERS = (ListPages, DraftingPages, EditingPages, MeetingPages, TrainerPages, RoomPages, BusyPages)

__all__ = ["CONTROLLERS"]
