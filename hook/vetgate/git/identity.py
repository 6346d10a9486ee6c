"""Who git says is at work: the only place that asks."""

from __future__ import annotations

from vetgate.errors import GitError
from vetgate.git.process import finish, start
from vetgate.model.pattern import pattern

_EMAIL = pattern(r"<([^<>]+)>")


def author_email(folder: str) -> str | None:
    """Return the address that a commit made here would carry; None if nobody told git one.

    git is kept from guessing one out of the machine's name: a guess is no signature.
    """
    for arguments in (
        ("-c", "user.useConfigOnly=true", "var", "GIT_AUTHOR_IDENT"),
        # For one who has set an address and no name.
        ("config", "--get", "user.email"),
    ):
        try:
            output, failure = finish(start(folder, *arguments))
        except GitError:
            return None
        said = output.decode("utf-8", errors="replace").strip()
        if failure is None and said:
            found = _EMAIL.search(said)
            return found[1].strip() if found else said
    return None
