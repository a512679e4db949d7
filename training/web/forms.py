"""HTML forms: what was typed, read into a struct, with a sentence beside every field that cannot be used."""

import types
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
from litestar import Request

from training.base.structs import Frozen, Input, clean_text, seen

T = TypeVar("T", bound=Input)
_CHECKED = frozenset({"on", "true", "1", "yes"})


STALE = "Somebody changed this while you were writing. What you typed is still here: look, then save it again."


class Form(Frozen, Generic[T], frozen=True, kw_only=True):
    """A form that came in. Either `value` is there, or `errors` says what is wrong with which field.

    `stale`: somebody else saved meanwhile, so that saving again needs a decision.
    """

    value: T | None
    errors: dict[str, str]
    raw: dict[str, Any]
    stale: bool = False

    @property
    def status(self) -> int:
        """The status of the page that shows this form again."""
        return 409 if self.stale else 422

    def with_error(self, field: str, sentence: str) -> "Form[T]":
        """The same form with one more error, for what only an action can know."""
        return Form(value=self.value, errors={**self.errors, field: sentence}, raw=self.raw, stale=self.stale)

    def outdated(self, version: object) -> "Form[T]":
        """The same form against the present `version`: everything typed stays, and the next saving is a decision."""
        return Form(value=self.value, errors={"": STALE}, raw={**self.raw, "version": version}, stale=True)


class Looked(Input, frozen=True, kw_only=True):
    """A button that changes something: the version that was looked at when it was pressed."""

    version: int = 0


class Difference(Frozen, frozen=True, kw_only=True):
    """A field in which the form says something else than what is kept now, in words."""

    label: str
    theirs: str
    yours: str


class Meanwhile(Frozen, frozen=True, kw_only=True):
    """What happened while a form was open: who saved (empty for somebody whom the viewer need not know), when, and
    where the form differs from that now."""

    who: str
    at: datetime | None
    differences: tuple[Difference, ...] = ()


def differences(labels: Mapping[str, str], typed: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Difference, ...]:
    """The fields of `labels` whose typed value is another than the one that is kept now."""
    return tuple(
        Difference(label=label, theirs=_in_words(now[name]), yours=_in_words(typed[name]))
        for name, label in labels.items()
        if _in_words(typed[name]) != _in_words(now[name])
    )


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


async def read_form(request: Request[Any, Any, Any], shape: type[T]) -> Form[T]:
    """Read the form body into `shape`: empty optional fields are None, check boxes are booleans, lists repeat."""
    return fill(shape, [(str(key), value) for key, value in (await request.form()).multi_items()])


def read_query(request: Request[Any, Any, Any], shape: type[T]) -> Form[T]:
    """The same for a GET form: unknown parameters are ignored, empty ones are left out."""
    pairs = [(key, value) for key, value in request.query_params.multi_items() if key in shape.__struct_fields__]
    return fill(shape, pairs)


def fill(shape: type[T], pairs: list[tuple[str, Any]]) -> Form[T]:
    """Read name-value pairs into `shape`, every field on its own so that all problems are told at once."""
    raw: dict[str, Any] = {}
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    hints = get_type_hints(shape, include_extras=True)
    for field in msgspec.structs.fields(shape):
        given = [value for key, value in pairs if key == field.name and isinstance(value, str)]
        kind = hints[field.name]
        raw[field.name] = given if _is_list(kind) else (given[-1] if given else "")
        value = _plain(kind, given)
        if value is msgspec.UNSET:
            if field.required:
                errors[field.name] = "Please fill this in."
            continue
        try:
            values[field.name] = msgspec.convert(value, type=kind, strict=False)
            for text in given:
                clean_text(text)
        except msgspec.ValidationError as error:
            errors[field.name] = sentence_for(str(error), blank=value == "")
        except ValueError as error:
            errors[field.name] = f"{error}."
    if errors:
        return Form(value=None, errors=errors, raw=raw)
    try:
        return Form(value=shape(**values), errors={}, raw=raw)
    except ValueError as error:
        return Form(value=None, errors={"": str(error)}, raw=raw)


def _is_list(kind: Any) -> bool:
    return get_origin(_bare(kind)) in (list, tuple)


def _bare(kind: Any) -> Any:
    while get_origin(kind) is not None and hasattr(kind, "__metadata__"):
        kind = get_args(kind)[0]
    return kind


def _plain(kind: Any, given: list[str]) -> Any:
    """The value to convert, or UNSET when the field was left empty and has a default or is optional."""
    bare = _bare(kind)
    if _is_list(kind):
        return [item for item in given if seen(item)]
    if bare is bool:
        return bool(given) and given[-1].lower() in _CHECKED
    if not given:
        return msgspec.UNSET
    text = given[-1].strip() if seen(given[-1]) else ""
    if text == "":
        optional = get_origin(bare) in (Union, types.UnionType) and type(None) in get_args(bare)
        if optional:
            return None
        return text if bare is str else msgspec.UNSET
    return text


def sentence_for(problem: str, *, blank: bool = False) -> str:
    """The library's words in ours: 'Expected `str` of length <= 200' -> 'This is too long: at most 200 characters.'"""
    text = problem.split(" - at ", maxsplit=1)[0]
    if blank or text.endswith("length >= 1"):
        return "Please fill this in."
    if "length >=" in text:
        return f"This is too short: at least {_counted(text)} characters."
    if "length <=" in text:
        return f"This is too long: at most {_counted(text)} characters."
    if "matching regex" in text and "@" in text:
        return "This does not look like an e-mail address. It needs a name, an @ and a domain."
    if "matching regex" in text:
        return "Only small letters, digits and hyphens can be used here."
    if "Expected `int`" in text and (">=" in text or "<=" in text):
        return f"This number must be {text.rsplit('`int` ', 1)[-1].replace('>=', 'at least').replace('<=', 'at most')}."
    # A number that may be left out reads "Expected `int | null`".
    if "Expected `int" in text or "Expected `float" in text:
        return "Please enter a number."
    if "datetime" in text or ("Invalid RFC3339" in text and "date" not in text):
        return "Please enter a date and a time."
    if "date" in text:
        return "Please enter a date, for example 2026-05-04."
    if "UUID" in text or "enum" in text.lower():
        return "Please choose one of the list."
    return "This cannot be used here."


def _counted(problem: str) -> str:
    return f"{int(problem.rsplit(' ', 1)[-1]):,}"
