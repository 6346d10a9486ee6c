"""The policy as it stood at a commit: read through git, what it extends included."""

from __future__ import annotations

import os

from vetgate.commands.extending import FromDisk, path_of, table_of
from vetgate.commands.policies import Ask, InForce, layered
from vetgate.errors import GitError, ManifestError, PolicyError, UsageError
from vetgate.git.repository import find_repository
from vetgate.git.tree import Tree
from vetgate.model.policy import Policy
from vetgate.policyfile.chain import Opened
from vetgate.policyfile.finding import FILE_NAME, PROJECT_FILE, Found, chosen
from vetgate.policyfile.layer import Parent, RemoteParent

_LINK = "a symbolic link in place of a policy file"


def policy_at(ref: str, folder: str, asking: Ask, *, start: str) -> InForce:
    """Read the policy nearest to `start` as a commit has it; the defaults where it has none.

    A ref of zeros, which CI services write for "no commit", has none. Raises `PolicyError`,
    `UsageError` and `GitError`.
    """
    if not ref:
        # A variable that a CI job did not set: the change would vouch for itself again.
        raise UsageError("--policy-from needs the name of a commit, and it is empty")
    if not ref.strip("0"):
        return InForce(Policy())
    repository = find_repository(folder)
    try:
        commit = _Commit(repository.at(ref), ref, os.path.realpath(repository.top))
        found = commit.find(os.path.realpath(start))
        if found is None:
            return InForce(Policy())
        disk = FromDisk(folder, asking)
        return layered(found, commit.shown(found.path), lambda: _FromCommit(commit, disk))
    finally:
        repository.close()


class _Commit:
    """The files of a commit, by the paths that they have in the work tree."""

    def __init__(self, tree: Tree, ref: str, top: str) -> None:
        self._tree, self._ref, self._top = tree, ref, top

    def inside(self, path: str) -> str | None:
        """Return a path as git has it, None for what lies outside of the work tree."""
        inner = os.path.relpath(path, self._top).replace(os.sep, "/")
        return None if inner == ".." or inner.startswith(("../", "/")) else inner

    def shown(self, path: str) -> str:
        """Name a file as git does: `main:vetgate.toml`."""
        return f"{self._ref}:{self.inside(path)}"

    def find(self, folder: str) -> Found | None:
        """Return the nearest policy from a folder of the work tree upwards."""
        at = folder if self.inside(folder) is not None else self._top
        while True:
            own = self.read(os.path.join(at, FILE_NAME))
            project_path = os.path.join(at, PROJECT_FILE)
            project = self.read(project_path, follow=True)
            try:
                found = chosen(at, own, project, lambda: self._is_link(project_path))  # noqa: B023 - called before the loop goes on
            except PolicyError as error:
                error.path = self.shown(error.path or project_path)
                raise
            if found is not None or at == self._top:
                return found
            at = os.path.dirname(at)

    def read(self, path: str, *, follow: bool = False) -> bytes | None:
        """Return what the commit has at a path, None if nothing; raises `PolicyError`."""
        inner = self.inside(path) or ""
        try:
            if not follow and self._is_link(path):
                raise PolicyError(_LINK, path=self.shown(path))
            return self._tree.read(inner)
        except FileNotFoundError:
            return None
        except (ManifestError, GitError) as error:
            raise PolicyError(
                f"cannot be read: {error.problem}", path=self.shown(path), hint=error.hint()
            ) from error

    def _is_link(self, path: str) -> bool:
        inner = self.inside(path) or ""
        return self._tree.resolve(inner) != inner


class _FromCommit:
    """Paths inside of the repository from the commit, all else as ever; a `Source`."""

    def __init__(self, commit: _Commit, disk: FromDisk) -> None:
        self._commit, self._disk = commit, disk

    def open(self, parent: Parent, below: Opened) -> Opened:
        if isinstance(parent, RemoteParent):
            return self._disk.open(parent, below)
        path = path_of(parent, below)
        # A way that leaves the work tree and comes back ends in a file that the change may edit.
        for way in (path, os.path.realpath(path)):
            if self._commit.inside(way) is not None:
                return self._from_commit(parent.path, way, parent)
        return self._disk.local(parent, path)

    def _from_commit(self, named: str, path: str, parent: Parent) -> Opened:
        try:
            content = self._commit.read(path)
        except PolicyError as error:
            raise parent.node.error(
                f"extends {named!r}, which cannot be used: {error.problem}", hint=error.hint()
            ) from error
        if content is None:
            raise parent.node.error(f"extends {named!r}, which is not in that commit")
        return Opened(Found(path, content, table_of(path)), self._commit.shown(path), path)
