"""The journal of reminders, as sentences."""

from collections.abc import Callable, Mapping
from typing import Any

from training.reminders.rules.plans import BUILT_IN

_SCOPES = {"program": "the program", "course": "the course", "session": "this session"}


_BUILT_IN = {plan.key: plan.sentence for plan in BUILT_IN}


def _which(data: Mapping[str, Any]) -> str:
    """A plan in words; by its short name only where older entries say no more."""
    key = str(data.get("key", ""))
    return str(data.get("said") or _BUILT_IN.get(key, key))


def _plan(data: Mapping[str, Any]) -> str:
    return f"the reminder “{_which(data)}” of {_SCOPES.get(str(data.get('scope')), 'it')}"


def _how_many(data: Mapping[str, Any], name: str) -> str:
    number = int(data.get("reminders", 0))
    which = f" “{_which(data)}”" if data.get("key") else ""
    return f"{'one reminder' if number == 1 else f'{number} reminders'}{which} to {name}"


REMINDED: Mapping[str, Callable[[Mapping[str, Any], str], str]] = {
    "ReminderPlanAdded": lambda data, _: f"added {_plan(data)}.",
    "ReminderPlanEdited": lambda data, _: f"changed {_plan(data)}.",
    "ReminderPlanSwitched": lambda data, _: f"switched {_plan(data)} {'on' if data.get('active') else 'off'}.",
    "ReminderPlanRemoved": lambda data, _: f"removed {_plan(data)}, so that the wider one holds again if there is one.",
    "RemindersStopped": lambda data, name: f"stopped {_how_many(data, name)}.",
    "RemindersResumed": lambda data, name: f"let {_how_many(data, name)} go out after all.",
}
"""What somebody did, by event; the name is of the person whom the reminders are for."""
