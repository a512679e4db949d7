"""The journal of materials, as sentences."""

from collections.abc import Callable, Mapping
from typing import Any


def _added(data: Mapping[str, Any], _: str) -> tuple[bool, str]:
    return True, f"{'copied' if data.get('source_id') else 'added'} the material “{data.get('title', '')}”."


def _published(data: Mapping[str, Any], _: str) -> tuple[bool, str]:
    number, note = int(data.get("number", 1)), str(data.get("note") or "")
    said = "published a material." if number == 1 else f"published version {number} of a material."
    return True, f"{said.removesuffix('.')}: {note}" if note else said


def _draft_changed(data: Mapping[str, Any], _: str) -> tuple[bool, str]:
    number, name = int(data.get("number", 1)), str(data.get("name") or "")
    told = {
        "begun": f"began version {number} of a material.",
        "added": f"added “{name}” to version {number} of a material.",
        "changed": f"changed “{name}” in version {number} of a material.",
        "removed": f"took “{name}” out of version {number} of a material.",
    }
    return True, told.get(str(data.get("what")), f"threw away version {number} of a material before it was published.")


def _withdrawn(data: Mapping[str, Any], _: str) -> tuple[bool, str]:
    return True, "withdrew a material." if data.get("withdrawn") else "put a withdrawn material back."


def _acknowledged(data: Mapping[str, Any], name: str) -> tuple[bool, str]:
    done = "went through" if data.get("acknowledged") else "did not go through after all"
    return False, f"{name} {done} what is to be done before."


def _followed(data: Mapping[str, Any], name: str) -> tuple[bool, str]:
    return False, f"{name} {'wants' if data.get('following') else 'no longer wants'} to hear when materials change."


def _refused(data: Mapping[str, Any], _: str) -> tuple[bool, str]:
    return False, f"The scanner found something in a file: {data.get('verdict', '')}"


MATERIALS: dict[str, Callable[[Mapping[str, Any], str], tuple[bool, str]]] = {
    "MaterialAdded": _added,
    "MaterialEdited": lambda _, __: (True, "changed a material, or who may see it when."),
    "MaterialDraftChanged": _draft_changed,
    "MaterialVersionPublished": _published,
    "MaterialWithdrawn": _withdrawn,
    "MaterialPlaced": lambda _, __: (True, "changed how a material of the course is used in this session."),
    "PreworkAcknowledged": _acknowledged,
    "MaterialsFollowed": _followed,
    "UploadBegun": lambda data, _: (True, f"began to upload the file “{data.get('name', '')}”."),
    "UploadFinished": lambda data, _: (True, f"uploaded the file “{data.get('name', '')}”."),
    "FileRefused": _refused,
}
"""Whether somebody did it, and the sentence; the name is of the person whose place it is."""
