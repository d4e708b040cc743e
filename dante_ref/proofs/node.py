"""Nodes of trees, equal by structure and hashed once: formulas, and their normal forms."""

from dataclasses import fields
from functools import cached_property
from typing import Any, cast


class Node:
    """A frozen dataclass that is a node of a tree."""

    def __eq__(self, other: object) -> bool:
        return self is other or (
            type(self) is type(other) and hash(self) == hash(other)
            and self._content == other._content
        )

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((type(self), self._content))

    @cached_property
    def _content(self) -> tuple[Any, ...]:
        return tuple(getattr(self, f.name) for f in fields(cast(Any, self)))

    def __getstate__(self) -> dict[str, Any]:
        # texts are hashed otherwise in another process
        return {name: value for name, value in vars(self).items() if name != "_hash"}
