"""Puts the folders of editable checkouts back as they were, where nothing comes in after all.

pip keeps them beside the environment (`--src`) and checks out before it knows what they need.
"""

from __future__ import annotations

import os
import shutil
import tempfile

from vetgate.installer.guard.places import hold, put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pip._internal.req.req_install import InstallRequirement

_made = {}  # type: dict[str, None]
"""The folders that were not there."""
_kept = {}  # type: dict[str, str]
"""Where those that were there are kept as they were."""


def before_checkouts(requirement: type[InstallRequirement], preparer: type) -> None:
    """Note each folder before pip checks something out there."""
    update = hold(requirement, "update_editable")
    prepare = hold(preparer, "prepare_editable_requirement")

    def update_editable(self: InstallRequirement) -> None:
        if self.link is not None and self.link.is_vcs:
            _note(self.source_dir or "")
        update(self)

    def prepare_editable_requirement(self: object, *given: object, **named: object) -> object:
        # It is made for any of them, if only to hold a folder of the user's own in the end.
        around = os.path.abspath(str(getattr(self, "src_dir", "")))
        if not os.path.isdir(around):
            _made.setdefault(around)
        return prepare(self, *given, **named)

    put(requirement, "update_editable", update_editable)
    put(preparer, "prepare_editable_requirement", prepare_editable_requirement)


def put_back() -> None:
    """Take out what was checked out, and put back what was there before."""
    for folder in sorted(_made, reverse=True):
        shutil.rmtree(folder, ignore_errors=True)
    for folder, kept in _kept.items():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.move(os.path.join(kept, "was"), folder)
    forget()


def forget() -> None:
    """Leave it as it is now."""
    for kept in _kept.values():
        shutil.rmtree(kept, ignore_errors=True)
    _made.clear()
    _kept.clear()


def _note(folder: str) -> None:
    folder = os.path.abspath(folder)
    if folder in _kept or folder in _made:
        return
    if not os.path.lexists(folder):
        _made[folder] = None
        return
    kept = tempfile.mkdtemp(prefix="vetgate-was-")
    _kept[folder] = kept
    shutil.copytree(folder, os.path.join(kept, "was"), symlinks=True)
