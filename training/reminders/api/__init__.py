"""Reminders and announcements as JSON."""

from training.reminders.api.announcements import AnnouncementApi
from training.reminders.api.plans import ReminderApi, ReminderPlanApi

CONTROLLERS = (AnnouncementApi, ReminderPlanApi, ReminderApi)

__all__ = ["CONTROLLERS"]
