"""Where packages are from, as pip has it."""

from __future__ import annotations

from vetgate.installer.guard.talk import State

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pip._internal.models.link import Link


def page_of(link: Link | None) -> str | None:
    """Name the page that a link was found on."""
    came = None if link is None else getattr(link.comes_from, "url", link.comes_from)
    return None if came is None else str(came)


def is_the_gates(page: str | None) -> bool:
    """Whether a page is one that the gate has judged."""
    return page is not None and any(page.startswith(f"{gate}/") for gate in State.gates)


def lies_at(package: object) -> str | None:
    """Tell where a package is from that asks for another."""
    link = getattr(package, "original_link", None) or getattr(package, "link", None)
    url = getattr(link, "url", None)
    return None if url is None else str(url)
