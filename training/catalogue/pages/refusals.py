"""A form that an action refused: every sentence finds the field it is about, and what changed meanwhile is told."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from training.base.errors import Conflict, Invalid, Stale, TrainingError
from training.base.structs import Input, Viewer, as_data
from training.base.zones import country_names
from training.catalogue.queries import LastChange, find_last_change
from training.web.forms import Difference, Form, Meanwhile, differences

T = TypeVar("T", bound=Input)

_TOLD: dict[str, Callable[[str], str]] = {
    "mode": lambda code: code.replace("_", " "),
    "country": lambda code: country_names().get(code, code),
}
# What a form can put right: the sentence goes beside a field, and everything typed stays.
REFUSALS = (Invalid, Conflict)


def refused(form: Form[T], error: TrainingError, fields: Mapping[Any, str] | None = None) -> Form[T]:
    """The form with what an action said against it; `fields` says which field a kind of error is about.

    After a Stale, the hidden `version` becomes the current one, so that saving again is a decision and not an accident.
    """
    if isinstance(error, Stale):
        current: Any = error.data.get("current", {})
        return form.outdated(current.get("version", form.raw.get("version")))
    if isinstance(error, Invalid) and error.fields:
        for name, sentence in error.fields.items():
            form = form.with_error(name, sentence)
        return form
    name = next((name for kind, name in (fields or {}).items() if isinstance(error, kind)), "")
    return form.with_error(name, error.detail)


async def overtaken(
    viewer: Viewer, subject_id: UUID, form: Form[T] | None, labels: Mapping[str, str], now: Mapping[str, Any]
) -> Meanwhile | None:
    """What happened while a form about `subject_id` was open, against how it is `now`; None when nothing did."""
    if form is None or not form.stale or form.value is None:
        return None
    return await since(viewer, subject_id, differences(labels, in_words(as_data(form.value)), in_words(now)))


def in_words(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a form with words for what its choices mean."""
    return {**values, **{name: told(values[name]) for name, told in _TOLD.items() if values.get(name)}}


async def since(viewer: Viewer, subject_id: UUID, found: tuple[Difference, ...] = ()) -> Meanwhile:
    """Who changed a thing last, and when, with where a form differs from it."""
    change = await find_last_change(viewer, subject_id)
    who, at = (_known(viewer, change), change.at) if change else ("", None)
    return Meanwhile(who=who, at=at, differences=found)


def _known(viewer: Viewer, change: LastChange) -> str:
    """The name of whoever changed something, as far as the viewer may know them; empty for somebody."""
    if change.actor_id is None:
        return ""
    if change.actor_id == viewer.person_id:
        return "You yourself, in another window,"
    return change.actor_name if viewer.staff or change.shared else ""
