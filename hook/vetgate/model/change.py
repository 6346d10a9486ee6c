"""What happened to a dependency between two states."""

from __future__ import annotations

from vetgate.model.dependency import Dependency
from vetgate.model.record import Record
from vetgate.model.typed import Literal, TypeAlias


class Added(Record):
    """A dependency that the state before did not declare."""

    after: Dependency
    kind: Literal["added"] = "added"


class Updated(Record):
    """A dependency that now admits something that it did not admit before."""

    before: Dependency
    after: Dependency
    kind: Literal["updated"] = "updated"


class Removed(Record):
    """A dependency that is no longer declared anywhere."""

    before: Dependency
    kind: Literal["removed"] = "removed"


Change: TypeAlias = "Added | Updated | Removed"
Incoming: TypeAlias = "Added | Updated"
