"""What the running pip finds in requirements files: run as a script, JSON in, JSON out.

Its own process, because pip reads the environment and the current folder, and because nothing
of pip may be imported where the parser is tested.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import sys
import warnings

from pip._internal.cli.main import main
from pip._internal.index.collector import LinkCollector
from pip._internal.index.package_finder import PackageFinder
from pip._internal.models.release_control import ReleaseControl
from pip._internal.models.search_scope import SearchScope
from pip._internal.models.selection_prefs import SelectionPreferences
from pip._internal.network.session import PipSession
from pip._internal.req.constructors import install_req_from_parsed_requirement
from pip._internal.req.req_file import parse_requirements
from pip._internal.req.req_install import InstallRequirement
from pip._internal.vcs.versioncontrol import vcs


def _found(requirement: InstallRequirement, line: str) -> dict[str, object]:
    link = requirement.link
    backend = None if link is None else vcs.get_backend_for_scheme(link.scheme)
    reference = None
    if link is not None and backend is not None:
        _, reference, _ = backend.get_url_rev_and_auth(link.url)
    specifier = [] if requirement.req is None or link else list(requirement.req.specifier)
    hashes = requirement.hash_options.items()
    return {
        "name": requirement.name,
        "url": None if link is None else link.redacted_url,
        "kind": "index"
        if link is None
        else ("vcs" if backend else "path" if link.is_file else "url"),
        "url_hash": None
        if link is None or not link.hash
        else f"{link.hash_name}:{link.hash.lower()}",
        "reference": reference,
        "specifier": sorted({f"{one.operator}{one.version}" for one in specifier}),
        "extras": sorted(requirement.extras),
        "marker": None if requirement.markers is None else str(requirement.markers),
        "hashes": sorted({f"{name}:{one.lower()}" for name, many in hashes for one in many}),
        "constraint": requirement.constraint,
        "editable": requirement.editable,
        "place": line.partition(" ")[2],
    }


def _parsed(path: str) -> dict[str, object]:
    session = PipSession()
    scope = SearchScope.create(find_links=[], index_urls=[], no_index=False)
    finder = PackageFinder.create(
        link_collector=LinkCollector(session=session, search_scope=scope),
        selection_prefs=SelectionPreferences(allow_yanked=True, release_control=ReleaseControl()),
    )
    try:
        found = [
            _found(install_req_from_parsed_requirement(one, user_supplied=True), one.comes_from)
            for one in parse_requirements(path, session, finder=finder)
        ]
    except Exception as error:  # noqa: BLE001 - whatever pip dies of, it does not install
        return {"refused": f"{type(error).__name__}: {error}"}
    places = [*finder.search_scope.index_urls, *finder.search_scope.find_links]
    return {"found": found, "places": places, "hosts": len(list(finder.trusted_hosts))}


def _installed(path: str, wheelhouse: str) -> dict[str, object]:
    report = f"{path}.report"
    talk = io.StringIO()
    with contextlib.redirect_stdout(talk), contextlib.redirect_stderr(talk):
        code = main(
            [
                *("install", "--dry-run", "--ignore-installed", "--quiet", "--no-index"),
                *("--disable-pip-version-check", "--find-links", wheelhouse),
                *("--report", report, "-r", path),
            ]
        )
    if code:
        return {"refused": talk.getvalue()}
    with open(report, encoding="utf-8") as file:
        installed = json.load(file)["install"]
    return {"names": sorted(one["metadata"]["name"] for one in installed if one["requested"])}


def answer(case: dict[str, str], environment: dict[str, str]) -> dict[str, object]:
    """Ask pip about one file, with those variables set."""
    os.environ.update(environment)
    try:
        if wheelhouse := case.get("wheelhouse"):
            return _installed(case["path"], wheelhouse)
        return _parsed(case["path"])
    finally:
        for name in environment:
            del os.environ[name]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    answers = [answer(case["case"], case["environment"]) for case in json.load(sys.stdin)]
    json.dump(answers, sys.stdout)
