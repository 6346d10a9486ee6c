"""The only judge of which commit a name means, where somebody else may have made another of it.

git takes the first of several refs of one short name, a tag before a branch (see gitrevisions(7)):
a tag that is called `origin/main` would take the place of that branch, and whoever may push a tag
would choose what a change is compared with, and by which policy it is judged.
"""

from __future__ import annotations

import os
import re

from vetgate.errors import GitError
from vetgate.git.process import FETCH_MORE, finish, start

# What follows the name of a ref, such as `~1`, `^2`, `@{1}` and `:path`.
_SUFFIX = r"[~^:]|@\{"
_ID = r"[0-9a-f]{40}|[0-9a-f]{64}"
_SHORT_ID = r"[0-9a-fA-F]{4,39}"
# HEAD itself is always there; FETCH_HEAD and the like go before every ref where they are.
_OWN = r"[A-Z_]+"


def commit(top: str, name: str) -> str:
    """Return the id of the commit that a name means in the work tree `top`.

    Raises `GitError` if it means nothing there, or if there is more than one thing of that name. A
    full name (`refs/...`), a commit's id, and HEAD mean one thing only.
    """
    if name.startswith("-"):
        raise GitError(f"{name!r} is not the name of a commit")
    asked = start(top, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    short = re.split(_SUFFIX, name, maxsplit=1)[0]
    if short not in ("", "@", "HEAD") and re.fullmatch(_ID, short) is None:
        try:
            _refuse_ambiguous(top, short)
        except GitError:
            asked.close()
            raise
    output, failure = finish(asked)
    if failure is not None:
        raise GitError(f"no commit {name!r} in this repository", hint=FETCH_MORE)
    return output.decode().strip()


def _refuse_ambiguous(top: str, short: str) -> None:
    meant = tuple(
        f"refs/{way}"
        for way in (
            f"remotes/{short}",
            f"remotes/{short}/HEAD",
            f"heads/{short}",
            f"tags/{short}",
            short,
        )
    )
    full = short.startswith("refs/")
    wanted = (short, *meant) if full else meant
    said = _said(top, "for-each-ref", "--format=%(refname)", "--", *wanted)
    found = [ref for ref in wanted if ref in said]
    if not found or (full and short in found):
        return
    tag = f"refs/tags/{short}"
    if len(found) > 1 or full or re.fullmatch(_OWN, short) or _is_short_id(top, short):
        raise GitError(
            f"{short!r} may mean more than one thing here: {', '.join(found)}"
            + ("" if len(found) > 1 else ", or what git finds first"),
            hint=f"write the full name of the one that is meant, such as {found[0]}",
        )
    if found == [tag] and any(short.startswith(f"{remote}/") for remote in _remotes(top)):
        raise GitError(
            f"{short!r} is a tag here, and looks like the branch of a remote",
            hint=f"fetch that branch, or write {tag} if the tag is meant",
        )


def _is_short_id(top: str, short: str) -> bool:
    """Whether some object's id begins so."""
    if re.fullmatch(_SHORT_ID, short) is None:
        return False
    return bool(_said(top, "rev-parse", f"--disambiguate={short}"))


def _remotes(top: str) -> tuple[str, ...]:
    keys = finish(start(top, "config", "--name-only", "--get-regexp", r"^remote\."))[0]
    return tuple(
        os.fsdecode(key).removeprefix("remote.").rpartition(".")[0] for key in keys.splitlines()
    )


def _said(top: str, *arguments: str) -> tuple[str, ...]:
    output, failure = finish(start(top, *arguments))
    if failure is not None:
        raise failure
    return tuple(os.fsdecode(output).splitlines())
