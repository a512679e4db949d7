"""What a notice says of changed meetings when an earlier one has not left yet. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

_BEFORE = ("was_at", "was_ends_at", "was_zone", "was_place")


def merged(untold: Sequence[Mapping[str, Any]], newer: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Both as one: each meeting as it is now, and as it was before the earlier notice, which nobody has read.

    A meeting that was added and cancelled meanwhile is in it no more; nobody ever heard of it.
    """
    known = {move["meeting_id"]: move for move in untold}
    found = {move["meeting_id"]: dict(move) for move in untold}
    for move in newer:
        key = move["meeting_id"]
        earlier = known.get(key)
        if earlier is None:
            found[key] = dict(move)
            continue
        words = [*earlier["changed"], *move["changed"]]
        found[key] = {**move, **{name: earlier[name] for name in _BEFORE}, "changed": list(dict.fromkeys(words))}
    told = [move for move in found.values() if not ({"added", "cancelled"} <= set(move["changed"]))]
    return sorted(told or [dict(move) for move in newer], key=lambda move: int(move["number"]))
