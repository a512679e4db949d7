"""The journal of rosters, as sentences: who was marked, closed, corrected, checked in and contested."""

from collections.abc import Callable, Mapping
from typing import Any

_WAYS = {
    "roster": "on the roster",
    "all": "all who were left",
    "offline": "on a device without a connection",
    "mail": "by the link in a message",
    "qr": "by their code",
    "code": "by the code on the screen",
    "word": "by the word",
    "import": "from the list of an online platform",
    "walk-in": "at the door",
    "contest": "because the learner was right",
    "moved": "as not recorded, because the meeting was moved",
}
_Data = Mapping[str, Any]
Sentence = Callable[[_Data, str], tuple[str, str]]
"""From an event's data and the name of its enrollment: "who" or nothing, and what happened."""


def _marked(data: _Data, _: str) -> tuple[str, str]:
    people = data.get("enrollments", [])
    whom = f"{len(people)} {'person' if len(people) == 1 else 'people'}"
    return "who", f"marked {whom} {_WAYS.get(str(data.get('way')), '')}".rstrip() + "."


def _closed(data: _Data, _: str) -> tuple[str, str]:
    return "who", f"closed a roster{' by the link in a message' if data.get('way') == 'mail' else ''}."


def _corrected(data: _Data, name: str) -> tuple[str, str]:
    if status := str(data.get("status", "")):
        return "who", f"corrected the attendance of {name} for the whole session: {status}."
    return "who", f"took the correction of {name} back, so that the roster counts again."


def _walked_in(data: _Data, name: str) -> tuple[str, str]:
    above = ", above the capacity" if data.get("above_capacity") else ""
    return "who", f"gave {name} a place at the door{above}."


def _checked_in(data: _Data, name: str) -> tuple[str, str]:
    how = _WAYS.get(str(data.get("way")), "")
    doubt = "; somebody has to say whether that is right" if data.get("doubtful") else ""
    return "", f"{name} was checked in {how}".rstrip() + f"{doubt}."


def _doubted(data: _Data, name: str) -> tuple[str, str]:
    return "who", f"said that {name} was {'' if data.get('confirmed') else 'not '}there when they checked in."


def _switched(data: _Data, _: str) -> tuple[str, str]:
    return "who", "let people check in themselves." if data.get("on") else "stopped people from checking in themselves."


def _decided(data: _Data, name: str) -> tuple[str, str]:
    return "who", f"{'agreed with' if data.get('granted') else 'did not agree with'} {name}, who contested a mark."


def _brought(data: _Data, _: str) -> tuple[str, str]:
    people = int(data.get("people", 0))
    return "who", f"brought in the list of an online platform: {people} {'person' if people == 1 else 'people'}."


def _listed(data: _Data, _: str) -> tuple[str, str]:
    marked = int(data.get("marked", 0))
    people = "one person" if marked == 1 else f"{marked} people"
    return "who", f"marked {people} from the list of an online platform."


ATTENDED: Mapping[str, Sentence] = {
    "AttendanceMarked": _marked,
    "RosterClosed": _closed,
    "RosterReopened": lambda _data, _name: ("who", "opened a closed roster again."),
    "OverallCorrected": _corrected,
    "WalkInAdded": _walked_in,
    "CheckedIn": _checked_in,
    "SelfCheckInSwitched": _switched,
    "CheckInDecided": _doubted,
    "MarkContested": lambda _data, name: ("", f"{name} said that a mark is wrong."),
    "ContestWithdrawn": lambda _data, name: ("", f"{name} took back having said that a mark is wrong."),
    "ContestDropped": lambda _data, name: (
        "",
        f"The meeting was cancelled, so nobody answers {name}, who contested a mark.",
    ),
    "ContestDecided": _decided,
    "RosterEscalated": lambda _data, _name: ("", "A roster stayed open, and the program's managers were told."),
    "OnlineListTaken": _brought,
    "OnlineListApplied": _listed,
}
