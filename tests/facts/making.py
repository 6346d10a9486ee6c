"""How tests of facts write packages down."""

from __future__ import annotations

from datetime import datetime

from vetgate.facts import codec
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import Known, PackageFacts


def of(name: NormalizedName, **facts: codec.AnyFact) -> PackageFacts:
    """Make the facts of a package; those not named are not asked."""
    return codec.assemble(name, facts)


def known(value: codec.FactValue, as_of: datetime, source: str) -> Known[codec.FactValue]:
    return Known(value, as_of, source)
