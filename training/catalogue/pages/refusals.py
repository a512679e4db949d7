"""A form that an action refused: every sentence finds the field it is about."""

from collections.abc import Mapping
from typing import Any, TypeVar

from training.base.errors import Conflict, Invalid, Stale, TrainingError
from training.base.structs import Input
from training.web.forms import Form

T = TypeVar("T", bound=Input)

STALE = "Somebody changed this while you were writing. What you typed is still here: look, then save it again."
# What a form can put right: the sentence goes beside a field, and everything typed stays.
REFUSALS = (Invalid, Conflict)


def refused(form: Form[T], error: TrainingError, fields: Mapping[Any, str] | None = None) -> Form[T]:
    """The form with what an action said against it; `fields` says which field a kind of error is about.

    After a Stale, the hidden `version` becomes the current one, so that saving again is a decision and not an accident.
    """
    if isinstance(error, Stale):
        current: Any = error.data.get("current", {})
        raw = {**form.raw, "version": current.get("version", form.raw.get("version"))}
        return Form(value=form.value, errors={"": STALE}, raw=raw)
    if isinstance(error, Invalid) and error.fields:
        for name, sentence in error.fields.items():
            form = form.with_error(name, sentence)
        return form
    name = next((name for kind, name in (fields or {}).items() if isinstance(error, kind)), "")
    return form.with_error(name, error.detail)
