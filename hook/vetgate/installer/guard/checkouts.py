"""Puts the folders of editable checkouts back as they were, where nothing comes in after all.

pip keeps them beside the environment (`--src`) and checks out before it knows what they need. They
are the user's own: none is touched before a whole copy is there, and no copy is given up before
the folder is whole. Where that cannot be had, a folder stays as pip leaves it, and pip says so.
"""

from __future__ import annotations

import atexit
import logging
import os
import re
import shutil
import stat
import tempfile
from contextlib import suppress

from vetgate.installer.guard.places import hold, put
from vetgate.installer.guard.signals import end_at_once, end_with_care, undisturbed
from vetgate.installer.guard.talk import refuse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pip._internal.req.req_install import InstallRequirement

_COMMIT_ID = re.compile(r"(?i)(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")
_say = logging.getLogger(__name__)
"""Below pip's own root, so that it is shown as pip shows its warnings."""

_made = {}  # type: dict[str, None]
"""The folders that were not there."""
_kept = {}  # type: dict[str, _Copy]
"""Whole copies of those that were there."""
_left = set()  # type: set[str]
"""Those that were there, and of which no copy could be made."""


class _Copy:
    """A whole copy of a folder, in a place beside it: so that a rename is all that it takes."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.was = os.path.join(place, "was")
        self.now = os.path.join(place, "now")
        """Where what pip left is moved to."""
        self.odd = []  # type: list[str]
        """Pipes and sockets: they cannot be copied, and are moved over. Relative to the folder."""


def before_revisions(git: type) -> None:
    """Refuse a branch or a tag that is named like a commit id: it can move, and is taken for one.

    git itself takes such a name for the commit of that id; pip looks for branches and tags first.
    """
    plain = hold(git, "get_revision_sha")

    def get_revision_sha(dest: str, rev: str) -> object:
        found = plain(dest, rev)
        commit = found[0] if isinstance(found, tuple) else None
        if _COMMIT_ID.match(rev) and commit not in {None, rev.lower()}:
            refuse(f"{rev} is no commit of that id, but a branch or a tag that is named like one")
        return found

    put(git, "get_revision_sha", staticmethod(get_revision_sha))


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
        around = os.path.realpath(str(getattr(self, "src_dir", "")))
        if not os.path.isdir(around):
            end_with_care()
            _made.setdefault(around)
        return prepare(self, *given, **named)

    put(requirement, "update_editable", update_editable)
    put(preparer, "prepare_editable_requirement", prepare_editable_requirement)
    # For a Ctrl-C that comes just before it would be put back.
    atexit.register(put_back)


def put_back() -> None:
    """Take out what was checked out, and put back what was there before."""
    with undisturbed():
        for folder in list(_kept):
            _restore(folder, _kept.pop(folder))
        for folder in sorted(_made, reverse=True):
            shutil.rmtree(folder, ignore_errors=True)
        _made.clear()
        _left.clear()
    end_at_once()


def forget() -> None:
    """Leave it as it is now."""
    with undisturbed():
        copies = list(_kept.values())
        _made.clear()
        _left.clear()
        _kept.clear()
        for copy in copies:
            _take_away(copy)
    end_at_once()


def _note(folder: str) -> None:
    folder = os.path.realpath(folder)
    if folder in _kept or folder in _made or folder in _left:
        return
    end_with_care()
    if not os.path.lexists(folder):
        _made[folder] = None
    elif os.path.isdir(folder):
        _keep(folder)


def _keep(folder: str) -> None:
    copy = None
    try:
        copy = _Copy(tempfile.mkdtemp(prefix=".vetgate-was-", dir=os.path.dirname(folder)))
        _fill(copy, folder, os.lstat(copy.place).st_dev)
        _kept[folder] = copy
    except BaseException as error:
        with undisturbed():
            _kept.pop(folder, None)
            if copy is not None:
                _take_away(copy)
        if not isinstance(error, (OSError, RecursionError)):
            raise
        _left.add(folder)
        _say.warning(
            "vetgate cannot keep a copy of %s (%s): if something is blocked, "
            "it stays as pip leaves it",
            folder,
            _reason(error),
        )


def _fill(copy: _Copy, folder: str, device: int, inside: str = "") -> None:
    """Copy a folder with all that is in it; raises `OSError` where it would not be the same."""
    here, there = os.path.join(folder, inside), os.path.join(copy.was, inside)
    os.mkdir(there)
    with os.scandir(here) as found:
        entries = list(found)
    for one in entries:
        path = os.path.join(inside, one.name)
        kind = one.stat(follow_symlinks=False).st_mode
        if stat.S_ISDIR(kind):
            _fill(copy, folder, device, path)
        elif stat.S_ISREG(kind) or stat.S_ISLNK(kind):
            shutil.copy2(one.path, os.path.join(there, one.name), follow_symlinks=False)
            _assure(one.path, os.path.join(there, one.name), device)
        else:
            copy.odd.append(path)
    shutil.copystat(here, there)
    _assure(here, there, device)


def _assure(here: str, there: str, device: int) -> None:
    was, now = os.lstat(here), os.lstat(there)
    if was.st_dev != device:
        raise OSError("another file system is mounted there")
    if (was.st_uid, was.st_gid) != (now.st_uid, now.st_gid):
        os.chown(there, was.st_uid, was.st_gid, follow_symlinks=False)
        # A new owner takes away some of what was set.
        shutil.copystat(here, there, follow_symlinks=False)


def _restore(folder: str, copy: _Copy) -> None:
    try:
        if os.path.lexists(folder):
            os.rename(folder, copy.now)
        os.rename(copy.was, folder)
    except OSError as error:
        with suppress(OSError):
            if not os.path.lexists(folder):
                os.rename(copy.now, folder)
        with suppress(OSError):
            os.rmdir(copy.place)
        where = f"; as it was, it is in {copy.was}" if os.path.exists(copy.was) else ""
        _say.error(
            "vetgate cannot put %s back (%s): it stays as pip left it%s",
            folder,
            _reason(error),
            where,
        )
        return
    for path in copy.odd:
        with suppress(OSError):
            os.rename(os.path.join(copy.now, path), os.path.join(folder, path))
    _take_away(copy)


def _take_away(copy: _Copy) -> None:
    shutil.rmtree(copy.place, ignore_errors=True)
    if os.path.exists(copy.place):
        _say.warning("vetgate cannot take away all of %s: nothing in it is needed", copy.place)


def _reason(error: BaseException) -> str:
    return str(getattr(error, "strerror", None) or str(error) or type(error).__name__)
