"""What the index offers of some packages: every file of every release, asked for now.

Not a fact that is kept: who writes a version down wants what the index has at that moment.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import TypeAlias

from vetgate.facts.index_settings import IndexSettings
from vetgate.facts.live.address import label
from vetgate.facts.live.batch import run
from vetgate.facts.live.index import MOST_PAGE
from vetgate.facts.live.sender import WIDTH
from vetgate.facts.live.services import VALID_NAME
from vetgate.facts.live.shapes import BadAnswerError
from vetgate.facts.live.simple_page import ACCEPT, SimplePage, read_simple
from vetgate.facts.live.transport import Absent, Failure, Question, Transport
from vetgate.model.dependency import NormalizedName

Offer: TypeAlias = "SimplePage | Absent | Failure"
"""A page, no such package, or why it is not known which."""


def offers(
    settings: IndexSettings, names: Collection[NormalizedName], *, seconds: float
) -> dict[NormalizedName, Offer]:
    """Ask the index for the simple page of each name, in one batch with one deadline."""
    if settings.no_index:
        return dict.fromkeys(names, Failure("pip is set to use no index"))
    base = settings.simple_url().rstrip("/")
    transport = Transport(settings, seconds=seconds)
    found: dict[NormalizedName, Offer] = {}

    def ask(name: NormalizedName) -> None:
        found[name] = _page(transport, f"{base}/{name}/", name)

    asked = [name for name in names if VALID_NAME.match(name) is not None]
    try:
        run({"index": (WIDTH, [partial(ask, name) for name in asked])}, transport.deadline)
    finally:
        transport.close()
    late: Offer = transport.late(label(base))
    invalid: Offer = Failure("it is not a valid name of a package")
    return {name: found.get(name, late if name in asked else invalid) for name in names}


def _page(transport: Transport, url: str, name: NormalizedName) -> Offer:
    answer = transport.fetch(Question(url, ACCEPT, MOST_PAGE))
    if isinstance(answer, (Absent, Failure)):
        return answer
    try:
        return read_simple(answer.body, answer.media_type, answer.url, name)
    except BadAnswerError as bad:
        return Failure(f"{label(url)} {bad.why}")
