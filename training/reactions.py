"""WHAT FOLLOWS WHAT: event -> what happens in the same transaction. The causal map of the product on one screen."""

from collections.abc import Mapping, Sequence

from training.base.structs import Event
from training.base.work import Reaction

REACTIONS: Mapping[type[Event], Sequence[Reaction]] = {}
