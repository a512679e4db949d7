"""Frozen values of a message: what it may keep, and how a template sees it again."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from training.base.structs import Frozen
from training.outbox.rules.links import SecretLink, derive_token
from training.outbox.rules.scannable import Scannable, code_token, code_words

_INSTANT, _LINK, _CODE = "$instant", "$link", "$code"
HIDDEN = "..."


class Kept(Frozen, frozen=True, kw_only=True):
    """A value that was frozen before: `freeze` keeps it as it is."""

    data: Any


def freeze(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as plain JSON data that `thaw` turns back. Raises ValueError for what cannot be kept."""
    return {name: _frozen(value) for name, value in values.items()}


def _frozen(value: Any) -> Any:
    match value:
        case Kept():
            return value.data
        case SecretLink() | Scannable():
            sort = _LINK if isinstance(value, SecretLink) else _CODE
            return {sort: value.path, "purpose": value.purpose, "id": str(value.id)}
        case datetime():
            if value.tzinfo is None:
                raise ValueError("A message keeps instants, which have a zone")
            return {_INSTANT: value.isoformat()}
        case Enum():
            return value.value
        case UUID():
            return str(value)
        case Mapping():
            if any(not isinstance(name, str) or name.startswith("$") for name in value):
                raise ValueError("Names of values are text and do not start with $")
            return {name: _frozen(item) for name, item in value.items()}
        case list() | tuple():
            return [_frozen(item) for item in value]
        case None | bool() | int() | float() | str():
            return value
        case Frozen():
            return {name: _frozen(getattr(value, name)) for name in value.__struct_fields__}
        case _:
            raise ValueError(f"A message cannot keep a {type(value).__name__}")


def thaw(value: Any, base_url: str, secret_key: str) -> Any:
    """Frozen data as a template sees it: instants aware, links absolute. Without a key, links end in dots instead, and
    codes to scan have no picture."""
    if isinstance(value, list):
        return [thaw(item, base_url, secret_key) for item in value]
    if not isinstance(value, dict):
        return value
    if _INSTANT in value:
        return datetime.fromisoformat(value[_INSTANT])
    if _LINK in value:
        token = derive_token(secret_key, value["purpose"], UUID(value["id"])) if secret_key else HIDDEN
        return f"{base_url}{value[_LINK]}{token}"
    if _CODE in value:
        return _code(value, base_url, secret_key)
    return {name: thaw(item, base_url, secret_key) for name, item in value.items()}


def _code(value: dict[str, Any], base_url: str, secret_key: str) -> dict[str, str]:
    address, code_id = f"{base_url}{value[_CODE]}", UUID(value["id"])
    if not secret_key:
        return {"link": address + HIDDEN, "words": HIDDEN, "picture": ""}
    return {
        "link": address + code_token(secret_key, value["purpose"], code_id),
        "words": code_words(secret_key, value["purpose"], code_id),
        "picture": f"cid:code-{code_id.hex}",
    }


def codes_in(value: Any) -> dict[str, str]:
    """The codes to scan in thawed values: by what an <img> names, what its picture says."""
    if isinstance(value, list):
        return {name: link for item in value for name, link in codes_in(item).items()}
    if not isinstance(value, dict):
        return {}
    if value.keys() == {"link", "words", "picture"}:
        return {value["picture"]: value["link"]} if value["picture"] else {}
    return {name: link for item in value.values() for name, link in codes_in(item).items()}
