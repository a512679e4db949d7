"""The tree of errors. A feature subclasses one of these in its `rules.py`.

An error is part of the language: `code` is stable and public (it appears in the API and the manual), the
docstring is the sentence a person reads unless `detail` is given, and keyword arguments are the data a caller
needs. No HTTP number is known here; `training.web` translates.
"""

import inspect
import traceback
from typing import Any, ClassVar


class TrainingError(Exception):
    """Something went wrong that we can explain."""

    code: ClassVar[str] = "error"
    # In how many seconds asking again may help; 0 where waiting helps nobody.
    retry_after: int = 0

    def __init__(self, detail: str = "", **data: Any) -> None:
        self.detail = detail or sentence_of(type(self))
        self.data = data
        super().__init__(self.detail)


def sentence_of(kind: type[TrainingError]) -> str:
    """What a person reads when nothing better is known: the first line of the docstring."""
    return (inspect.getdoc(kind) or "").splitlines()[0]


class NotFound(TrainingError):
    """There is nothing here, or nothing that you may see."""

    code = "not-found"


class Forbidden(TrainingError):
    """You may not do this."""

    code = "forbidden"


class SignInRequired(TrainingError):
    """Please sign in first."""

    code = "sign-in-required"


class Invalid(TrainingError):
    """Something in the request cannot be used.

    `fields` maps a field's name to what is wrong with it.
    """

    code = "invalid"

    def __init__(self, detail: str = "", *, fields: dict[str, str] | None = None, **data: Any) -> None:
        super().__init__(detail, **data)
        self.fields: dict[str, str] = fields or {}


class Conflict(TrainingError):
    """This clashes with how things stand now."""

    code = "conflict"


class Stale(Conflict):
    """Somebody changed this in the meantime. Look at the new state and try again."""

    code = "changed-meanwhile"


class Gone(TrainingError):
    """This is over and will not come back."""

    code = "gone"


class TooMany(TrainingError):
    """Too many attempts. Please wait a little."""

    code = "too-many-attempts"

    def __init__(self, detail: str = "", *, retry_after: int = 60, **data: Any) -> None:
        super().__init__(detail, **data)
        self.retry_after = retry_after


class Unavailable(TrainingError):
    """We are very busy right now and did not do this. Please try again in a moment."""

    code = "unavailable"
    retry_after = 2


def trace_of(error: BaseException) -> str:
    """Where an error came from, for the log: without local variables, which hold keys and people's names."""
    return "".join(traceback.format_exception(error))
