"""The only writer of a first policy: short, commented, and with the defaults in force."""

from __future__ import annotations

from collections.abc import Sequence

from vetgate.tomlmap.quoting import quoted

_HEAD = """\
# What vetgate lets into this project. Each setting has a default, which is what is shown.

# unknown = "block"    # a fact that a blocking rule needs cannot be had: block | warn
# trust-rank = 5000    # so many of the most downloaded packages need no figures of their own
"""
_PRIVATE = """
# Names of your own: never looked up on the public index, and so not judged by what it says.
"""
_INDEXES = """
# Indexes that packages may come from, besides the one that pip asks.
"""
_TAIL = """
# [rules.unpopular]
# downloads = 1000     # a month
# level = "block"      # block | warn | off

# Who vouches for what: vetgate allow NAME --reason "..." --expires 180d
"""


def first_policy(private: Sequence[str], indexes: Sequence[str], *, agreed: bool) -> bytes:
    """Return a policy that changes nothing, with lists that are proposed.

    `agreed`: somebody said that the lists are right. Else they are comments: a name that is called
    private without being so would escape judgement.
    """
    return (
        _HEAD
        + _PRIVATE
        + _list("private", private, "acme-*", agreed=agreed)
        + _INDEXES
        + _list("indexes", indexes, "https://packages.acme.example/simple", agreed=agreed)
        + _TAIL
    ).encode()


def _list(key: str, values: Sequence[str], example: str, *, agreed: bool) -> str:
    written = ", ".join(quoted(value) for value in values or [example])
    if agreed and values:
        return f"{key} = [{written}]\n"
    return f"# {key} = [{written}]{'    # a guess: is it right?' if values else ''}\n"
