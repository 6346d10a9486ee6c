"""Tells what pip understood that it is to do, and puts the gate in the place of its indexes."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from vetgate.installer.guard.places import hold, put
from vetgate.installer.guard.talk import BUILDING, NESTED, State, ask, environ, obey, refuse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from optparse import Values

    from pip._internal.cli.req_command import RequirementCommand
    from pip._internal.index.package_finder import PackageFinder
    from pip._internal.network.session import PipSession
    from pip._internal.req.req_install import InstallRequirement


def before_requirements(command: type[RequirementCommand]) -> None:
    """Meet vetgate when pip has read all that it was given, and looked for none of it yet."""
    hold(command, "get_requirements")
    plain = command.get_requirements

    def get_requirements(
        self: RequirementCommand,
        args: list[str],
        options: Values,
        finder: PackageFinder,
        session: PipSession,
    ) -> list[InstallRequirement]:
        found = plain(self, args, options, finder, session)
        _meet(self, options, finder, session, found)
        return found

    put(command, "get_requirements", get_requirements)


def _meet(
    command: RequirementCommand,
    options: Values,
    finder: PackageFinder,
    session: PipSession,
    found: Iterable[InstallRequirement],
) -> None:
    scope = finder.search_scope
    answer = ask(
        {
            "ask": "meet",
            "nested": State.nested,
            "of": environ.get(BUILDING),
            "explain": bool(getattr(options, "vetgate_explain", False)),
            "report": getattr(options, "vetgate_report", None),
            "indexes": list(scope.index_urls),
            "find_links": list(scope.find_links),
            "from_web": list(State.from_web),
            "proxy": options.proxy or None,
            "cert": options.cert,
            "client_cert": options.client_cert,
            "trusted_hosts": list(finder.trusted_hosts),
            "timeout": options.timeout,
            "keyring": getattr(options, "keyring_provider", None),
            "roots": [_root(one) for one in found if one.match_markers()],
            "installed": _installed(command, options),
            "upgrade": bool(getattr(options, "upgrade", False)),
            "build_constraints": list(getattr(options, "build_constraints", None) or ()),
        }
    )
    obey(answer)
    told = answer.get("indexes")
    if not isinstance(told, list) or len(told) != len(scope.index_urls):
        refuse("vetgate did not say where to look")
    urls = [str(url) for url in told]
    State.gates = tuple(urls)
    if getattr(options, "vetgate_explain", False):
        State.explains = options.dry_run = True
    _tell_builds(urls)
    # No proxy stands between two processes of one machine (requests: host before scheme).
    session.proxies["http://127.0.0.1"] = ""

    class Fronted(type(scope)):  # type: ignore[misc] # whichever class this pip has
        def get_formatted_locations(self) -> str:
            return str(scope.get_formatted_locations())

    finder.search_scope = Fronted(
        find_links=list(scope.find_links), index_urls=urls, no_index=scope.no_index
    )
    State.met = True


def _tell_builds(urls: list[str]) -> None:
    """Leave word for pips that a build starts by itself, without asking the one that builds."""
    environ[NESTED] = "1"
    environ["PIP_INDEX_URL"] = urls[0] if urls else ""
    environ["PIP_EXTRA_INDEX_URL"] = " ".join(urls[1:] or urls)
    if not urls:
        environ["PIP_NO_INDEX"] = "1"
    # A pip that is guarded is told of find-links by the one that starts it; no other is to look
    # there. Were this empty, the user's settings would count; in this folder there is no package.
    environ["PIP_FIND_LINKS"] = Path(__file__).resolve().parent.as_uri()


def _root(one: InstallRequirement) -> dict[str, object]:
    hashes = [f"{kind}:{each}" for kind, found in one.hash_options.items() for each in found]
    return {
        "text": None if one.req is None else str(one.req),
        "link": None if one.link is None else one.link.url,
        "editable": bool(one.editable),
        "constraint": bool(one.constraint),
        "hashes": hashes,
        "from": one.comes_from if isinstance(one.comes_from, str) else None,
    }


def _installed(command: RequirementCommand, options: Values) -> dict[str, str]:
    """Name what pip would not fetch again."""
    if command.name != "install" or State.nested:
        return {}
    if options.ignore_installed or options.force_reinstall or options.target_dir:
        return {}
    from pip._internal.metadata import get_default_environment

    known = {}
    for one in get_default_environment().iter_installed_distributions(local_only=False, skip=()):
        # What is older than any rule for versions counts as not there; pip goes on, too.
        with suppress(Exception):
            known[str(one.canonical_name)] = str(one.version)
    return known
