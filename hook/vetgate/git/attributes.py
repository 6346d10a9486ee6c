"""What git's attributes make of a file when it is checked out: the only place that asks.

The gate judges what is committed, and people install what a checkout writes. An attribute in the
repository can make these two different texts: `working-tree-encoding` recodes, `filter` runs a
program, `ident` writes into `$Id$`, and line ends put into UTF-16 shift all that follows by a byte.
See gitattributes(5). Attributes that only this machine has are no part of the commit.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from vetgate.errors import GitError, ManifestError
from vetgate.git.process import Process, finish, start

_ASKED = ("working-tree-encoding", "filter", "ident", "text", "eol", "crlf")
# Whatever sets one of these, itself or through a macro, has its name in it, and names have no
# escapes. Line ends, which most projects set, are not among them.
_REWRITING = (b"working-tree-encoding", b"filter", b"ident")
# An index of ours is nobody else's: no part of it in the repository, no daemon, no hook.
_ALONE = (
    *("-c", "core.splitIndex=false"),
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
)
_UNSET = ("unset", "unspecified")
_UTF_8 = (*_UNSET, "utf-8", "utf8")


class Attributes:
    """What is done at checkout to the files of one state."""

    def __init__(self, top: str, treeish: str | None, files: Mapping[str, bytes]) -> None:
        """Take the state (None: the index) and its files of attributes by path; ask nothing yet."""
        self._top, self._treeish = top, treeish
        rewriting = [
            path for path, content in files.items() if any(word in content for word in _REWRITING)
        ]
        self._suspect = bool(rewriting)
        self._misspelled = [path for path in rewriting if not path.endswith(".gitattributes")]
        self._process: Process | None = None
        self._folder = ""

    def refuse_rewritten(self, path: str, content: bytes, label: str) -> None:
        """Raise `ManifestError` if a checkout may write something else than `content`.

        Line ends apart: nobody reads a manifest differently for those. `label` is for the error.
        """
        if self._misspelled:
            raise ManifestError(
                "is a file of attributes only on disks that do not tell upper from lower case",
                path=self._misspelled[0],
                hint="call it .gitattributes",
            )
        # In UTF-16, a line end is a byte next to a zero byte.
        if not self._suspect and b"\0" not in content:
            return
        done = _rewriting(self._ask(path), content)
        if done is not None:
            raise ManifestError(
                f"is rewritten by git when it is checked out ({done})",
                path=label,
                hint="take that attribute from it in .gitattributes: what is judged has to be "
                "what is installed",
            )

    def _ask(self, path: str) -> dict[str, str]:
        process = self._started()
        source, sink = process.stdout, process.stdin
        if sink is None:
            raise GitError("git check-attr has no pipes")
        said = b""
        try:
            sink.write(os.fsencode(path) + b"\0")
            sink.flush()
            # Path, attribute and value, each with a zero at its end.
            while said.count(b"\0") < 3 * len(_ASKED):
                more = os.read(source.fileno(), 1 << 16)
                if not more:
                    raise GitError(f"git check-attr stopped at {path}")
                said += more
        except OSError as error:
            raise GitError(f"git check-attr stopped: {error}") from error
        fields = [os.fsdecode(field) for field in said.split(b"\0")]
        return dict(zip(fields[1::3], fields[2::3], strict=False))

    def _started(self) -> Process:
        if self._process is None:
            # Without this, git says nothing of folders that are not checked out here; and with
            # `GIT_FLUSH=0` it would keep its answer while we wait for it.
            whole = ("-c", "core.sparseCheckout=false")
            asking = ("check-attr", "--cached", "--stdin", "-z", *_ASKED)
            environment = {"GIT_FLUSH": "1", **self._index()}
            self._process = start(self._top, *whole, *asking, asked=True, environment=environment)
        return self._process

    def _index(self) -> dict[str, str]:
        """Return what points git to an index of the state: its versions have no other way."""
        if self._treeish is None:
            return {}
        from tempfile import mkdtemp

        self._folder = mkdtemp(prefix="vetgate-")
        index = {"GIT_INDEX_FILE": os.path.join(self._folder, "index")}
        reading = ("read-tree", self._treeish)
        _, failure = finish(start(self._top, *_ALONE, *reading, environment=index))
        if failure is not None:
            raise failure
        return index

    def close(self) -> None:
        """End what was started, and remove what was written."""
        process, self._process = self._process, None
        if process is not None:
            # Closes its input, and so ends it.
            process.communicate()
        if self._folder:
            from shutil import rmtree

            rmtree(self._folder, ignore_errors=True)


def _rewriting(said: Mapping[str, str], content: bytes) -> str | None:
    """Name the attribute that makes a checkout write something else, if there is one."""
    if said["working-tree-encoding"].lower() not in _UTF_8:
        return f"working-tree-encoding={said['working-tree-encoding']}"
    if said["filter"] not in _UNSET:
        return f"filter={said['filter']}"
    if said["ident"] not in _UNSET and b"$Id" in content:
        return "ident"
    # With `text=auto`, git takes what has a zero byte for binary, and lets it be.
    if b"\0" in content and said["text"] != "auto" and said["eol"] != "lf":
        for name in ("text", "eol", "crlf"):
            if said[name] not in _UNSET:
                return name if said[name] == "set" else f"{name}={said[name]}"
    return None
