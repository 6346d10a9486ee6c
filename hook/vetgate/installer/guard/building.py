"""Tells what is about to be built, before any of its code runs."""

from __future__ import annotations

import os
import re
from email.parser import BytesHeaderParser
from importlib import import_module

from vetgate.installer.guard.links import is_the_gates, lies_at, page_of
from vetgate.installer.guard.places import hold, put
from vetgate.installer.guard.talk import BUILDING, ask, environ, obey, refuse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from pip._internal.req.req_install import InstallRequirement

_SETUP_REQUIRES = re.compile(rb"setup[_-]requires")
_MOST = 1 << 20
"""Bytes that are read of what a source says of itself."""


def before_builds(prepare: ModuleType) -> None:
    """Note what is built, for who asks for something meanwhile, in this process or another.

    What comes by an address is asked about by the name that its source gives it, too.
    """
    plain = hold(prepare, "_get_prepared_distribution")

    def prepared(req: InstallRequirement, *more: object, **named: object) -> object:
        link = getattr(req, "original_link", None) or req.link
        url = lies_at(req)
        if url is not None and not req.is_wheel and not is_the_gates(page_of(link)):
            name, version = _said(req.unpacked_source_directory)
            if name:
                obey(ask({"ask": "named", "url": url, "name": name, "version": version}))
        if not req.is_wheel:
            _let_pip_fetch(req)
        before = environ.get(BUILDING, "")
        environ[BUILDING] = url or ""
        try:
            return plain(req, *more, **named)
        finally:
            environ[BUILDING] = before

    put(prepare, "_get_prepared_distribution", prepared)


def _let_pip_fetch(req: InstallRequirement) -> None:
    """Have pip fetch what a source asks for in `setup_requires`, as pip 25.3 and newer do.

    Older ones run `setup.py` themselves, and setuptools then starts a pip that nobody guards.
    """
    given = getattr(req, "use_pep517", True)
    folder = req.unpacked_source_directory
    texts = (_read(folder, name) for name in ("setup.py", "setup.cfg"))
    if given is True or not any(_SETUP_REQUIRES.search(text) for text in texts):
        return
    if given is False:
        refuse(
            f"{req} would fetch what it needs to be built by itself (setup_requires), which cannot "
            "be judged: leave out --no-use-pep517"
        )
    put(req, "use_pep517", instead=True)


def build_requires(folder: str) -> list[str]:
    """Name what a source says that it is built with (PEP 518), where its markers apply here."""
    from pip._vendor.packaging.requirements import InvalidRequirement, Requirement

    table = _toml(folder).get("build-system")
    told = table.get("requires") if isinstance(table, dict) else ["setuptools"]
    found = []
    for text in told if isinstance(told, list) else ():
        try:
            requirement = Requirement(str(text))
        except InvalidRequirement:
            continue  # pip says so when it is to be built
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            found.append(str(text))
    return found


def _said(folder: str) -> tuple[str, str]:
    """Return name and version that a source tells without being built; empty: it does not."""
    told = BytesHeaderParser().parsebytes(_read(folder, "PKG-INFO"))
    if told["Name"]:
        return str(told["Name"]), str(told["Version"] or "")
    project = _toml(folder).get("project")
    if not isinstance(project, dict):
        return "", ""
    name, version = project.get("name"), project.get("version")
    return (
        name if isinstance(name, str) else "",
        version if isinstance(version, str) else "",
    )


def _toml(folder: str) -> dict[str, object]:
    """Return what `pyproject.toml` says; nothing where it says nothing that can be read."""
    try:
        toml = import_module("tomllib")
    except ImportError:
        # Before Python 3.11 pip brings its own.
        toml = import_module("pip._vendor.tomli")
    try:
        found = toml.loads(_read(folder, "pyproject.toml").decode())
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _read(folder: str, name: str) -> bytes:
    try:
        with open(os.path.join(folder, name), "rb") as file:
            return file.read(_MOST)
    except OSError:
        return b""
