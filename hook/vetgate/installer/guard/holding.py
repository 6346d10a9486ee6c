"""Takes hold of the places in pip that decide what is fetched, and lets pip run.

The places are the same from pip 22.3 to 26.3: a test runs the oldest and the newest.
"""

from __future__ import annotations

import os
import runpy
import sys
import threading
from importlib import import_module
from importlib.machinery import PathFinder

from vetgate.installer.guard.building import before_builds
from vetgate.installer.guard.checkouts import before_checkouts, before_revisions, forget, put_back
from vetgate.installer.guard.explaining import before_building
from vetgate.installer.guard.links import is_the_gates, lies_at, page_of
from vetgate.installer.guard.lists import before_options
from vetgate.installer.guard.meeting import before_requirements
from vetgate.installer.guard.options import add_options
from vetgate.installer.guard.originals import show_originals
from vetgate.installer.guard.places import Unfit, hold, put
from vetgate.installer.guard.talk import (
    BUILDING,
    DOOR,
    OPTIONS,
    SOURCE,
    State,
    ask,
    environ,
    obey,
    stay,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    from pip._internal.models.link import Link
    from pip._internal.req.req_install import InstallRequirement

    from vetgate.installer.guard.places import Function

UNDECIDED = 3


def main() -> None:
    """Run pip with the arguments of this process; ends as pip does."""
    if DOOR not in environ:
        sys.exit("error: this is started by `vetgate pip` only")
    try:
        if SOURCE in environ:
            sys.meta_path.insert(0, _Redirect())
        _take_hold(import_module("pip"))
    except (ImportError, AttributeError, SyntaxError, Unfit) as error:
        ask({"ask": "unfit", "why": " ".join(str(error).split())})
        sys.exit(UNDECIDED)
    threading.Thread(target=stay, daemon=True).start()
    runpy.run_module("pip", run_name="__main__", alter_sys=True)


class _Redirect:
    """Finds the same copy of pip in another environment, as pip's own runner does."""

    @staticmethod
    def find_spec(name: str, *_: object) -> ModuleSpec | None:
        return PathFinder.find_spec(name, [environ[SOURCE]]) if name == "pip" else None


def _take_hold(pip: ModuleType) -> None:
    environ[SOURCE] = os.path.dirname(os.path.dirname(os.path.abspath(pip.__file__ or "")))
    _start_guarded()
    from pip._internal.cli import main_parser, req_command
    from pip._internal.operations import prepare
    from pip._internal.req import req_file, req_install
    from pip._internal.resolution.legacy.resolver import Resolver as Legacy
    from pip._internal.resolution.resolvelib import candidates
    from pip._internal.resolution.resolvelib.resolver import Resolver
    from pip._internal.vcs.git import Git

    before_options(req_file)
    before_requirements(req_command.RequirementCommand)
    _note_who_asks(req_command)
    before_revisions(Git)
    before_checkouts(req_install.InstallRequirement, prepare.RequirementPreparer)
    _before_preparing(prepare.RequirementPreparer)
    for kind in (candidates.LinkCandidate, candidates.EditableCandidate):
        _before_candidate(kind)
    for resolver in (Resolver, Legacy):
        _after_resolving(resolver)
    before_building(prepare)
    before_builds(prepare)
    show_originals()
    if OPTIONS in environ:
        add_options(req_command.RequirementCommand, main_parser)


def _start_guarded() -> None:
    """Let every pip that this pip starts be started by the guard."""
    try:
        plain = hold(import_module("pip._internal.utils.misc"), "get_runnable_pip")
    except Unfit:
        # Its place before pip 26.
        plain = hold(import_module("pip._internal.build_env"), "get_runnable_pip")
    own = os.path.join(os.path.dirname(os.path.abspath(__file__)), "__main__.py")

    def get_runnable_pip() -> str:
        return own

    # What imports it has its own name for it.
    for name in ("pip._internal.build_env", "pip._internal.cli.main_parser"):
        import_module(name)
    for name, module in list(sys.modules.items()):
        if name.startswith("pip._internal") and vars(module).get("get_runnable_pip") is plain:
            put(module, "get_runnable_pip", get_runnable_pip)


def _before_candidate(kind: type) -> None:
    plain = hold(kind, "__init__")

    def create(
        self: object, link: Link, template: InstallRequirement, *more: object, **named: object
    ) -> None:
        _admit(link, template)
        State.depth += 1
        try:
            plain(self, link, template, *more, **named)
        finally:
            State.depth -= 1

    put(kind, "__init__", create)


def _before_preparing(preparer: type) -> None:
    """Ask for the resolver that has no candidates; the other has asked already."""
    for name in ("prepare_linked_requirement", "prepare_editable_requirement"):
        put(preparer, name, _asking_first(hold(preparer, name)))


def _asking_first(plain: Function) -> object:
    def prepare(self: object, req: InstallRequirement, *more: object, **named: object) -> object:
        if State.depth == 0:
            # Of a wheel from pip's cache, what it was built from.
            built = getattr(req, "cached_wheel_source_link", None)
            if getattr(req, "original_link_is_in_wheel_cache", False):
                built = req.original_link
            _admit(built or req.link, req)
        depth, State.depth = State.depth, 0
        try:
            return plain(self, req, *more, **named)
        finally:
            State.depth = depth

    return prepare


def _admit(link: Link | None, req: InstallRequirement) -> None:
    """Let a file pass that stands on a page of the gate's; ask about every other."""
    came = page_of(link)
    if is_the_gates(came):
        return
    by = getattr(req.comes_from, "name", None)
    question = {
        "ask": "link",
        "url": None if link is None else link.url,
        "from": came,
        "name": req.name,
        "by": None if by is None else str(by),
        "of": lies_at(req.comes_from) or environ.get(BUILDING),
        "addressed": getattr(req.req, "url", None) is not None,
    }
    obey(ask(question))


def _note_who_asks(req_command: ModuleType) -> None:
    """Note whose metadata asks for a package, and for which versions of it.

    It is to be told, and nothing is decided by it.
    """
    plain = hold(req_command, "install_req_from_req_string")
    asked_for_by = State.asked_for_by = {}

    def create(text: str, comes_from: object = None, *more: object, **named: object) -> object:
        found = plain(text, comes_from, *more, **named)
        name, by = getattr(found, "name", None), getattr(comes_from, "name", None)
        if name and by:
            versions = getattr(getattr(found, "req", None), "specifier", "")
            asked_for_by.setdefault(str(name), [str(by), str(versions)])
        return found

    put(req_command, "install_req_from_req_string", create)


def _after_resolving(resolver: type) -> None:
    plain = hold(resolver, "resolve")

    def resolve(self: object, *given: object, **named: object) -> object:
        # pip may resolve what a build needs in the middle of this, in this process.
        outermost = State.resolving == 0
        State.resolving += 1
        try:
            found = plain(self, *given, **named)
            question = {
                "ask": "resolved",
                "by": State.asked_for_by,
                "nested": State.nested,
                "found": list(_found(found)),
            }
            obey(ask(question))
        except BaseException as error:
            if outermost:
                put_back()
            if isinstance(error, Exception):
                ask({"ask": "failed", "by": State.asked_for_by})
            raise
        finally:
            State.resolving -= 1
        if outermost:
            forget()
            State.may_outlive = not State.nested
        return found

    put(resolver, "resolve", resolve)


def _found(requirements: object) -> Iterator[dict[str, str]]:
    """Yield what is known now of packages that are on no page of the gate's."""
    known = getattr(requirements, "requirements", None)
    for req in known.values() if isinstance(known, dict) else ():
        url = lies_at(req)
        link = getattr(req, "original_link", None) or req.link
        if url is not None and not is_the_gates(page_of(link)):
            yield {"name": str(req.name), "version": _version(req), "url": url}


def _version(req: InstallRequirement) -> str:
    """Tell the version that a package says it is; empty where nobody has looked into it."""
    try:
        return str(req.get_dist().version)
    except Exception:  # noqa: BLE001 - whatever is wrong with it, pip will say
        return ""
