"""Names a file that comes through the gate by its own URL, in all that outlives the gate."""

from __future__ import annotations

from importlib import import_module

from vetgate.installer.guard.places import hold, put
from vetgate.installer.guard.talk import State, ask

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vetgate.installer.guard.places import Function

_TELLING = ("network.download", "models.link")
_NOTING = (
    "operations.prepare",
    "resolution.resolvelib.candidates",
    "resolution.legacy.resolver",
)

_known = {}  # type: dict[str, str]


def show_originals() -> None:
    """Put a file's own URL into locks, reports and lines; it is fetched by the gate's."""
    for name in _TELLING:
        module = import_module(f"pip._internal.{name}")
        put(module, "redact_auth_from_url", _told(hold(module, "redact_auth_from_url")))
    for name in _NOTING:
        module = import_module(f"pip._internal.{name}")
        put(module, "direct_url_from_link", _noted(hold(module, "direct_url_from_link")))


def _told(plain: Function) -> object:
    def redact_auth_from_url(url: str) -> str:
        return str(plain(_original(url)))

    return redact_auth_from_url


def _noted(plain: Function) -> object:
    def direct_url_from_link(*given: object, **named: object) -> object:
        found = plain(*given, **named)
        # pip has made it just now, and some versions of pip freeze it.
        object.__setattr__(found, "url", _original(str(getattr(found, "url", ""))))
        return found

    return direct_url_from_link


def _original(url: str) -> str:
    """Return the URL of a file on its own index; any other as it is."""
    at, mark, fragment = url.partition("#")
    files = (gate[: -len("simple")] + "files/" for gate in State.gates)
    if not any(at.startswith(each) for each in files):
        return url
    if at not in _known:
        _known[at] = str(ask({"ask": "original", "url": at}).get("url") or at)
    return _known[at] + mark + fragment
