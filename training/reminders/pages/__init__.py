"""Pages of reminders and announcements, for those who manage programs."""

from training.reminders.pages.announcements import AnnouncementPages
from training.reminders.pages.plans import PlanPages, ReminderPages
from training.reminders.pages.sending import SendingPages

CONTROLLERS = (AnnouncementPages, SendingPages, PlanPages, ReminderPages)

__all__ = ["CONTROLLERS"]
