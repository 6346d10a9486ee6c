"""The guard's way to the door: questions out, answers in, and no answer is a refusal."""

from __future__ import annotations

import json
import os
import signal
import socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import NoReturn

DOOR = "_VETGATE_DOOR"
"""Port and password of the door: where questions go, and who may ask."""
SOURCE = "_VETGATE_PIP"
"""The folder that pip is imported from, once a pip runs; for those that it starts."""
NESTED = "_VETGATE_NESTED"
"""Set for what a pip starts after it has told what it was asked for: builds."""
BUILDING = "_VETGATE_BUILDING"
"""The URL of what is being built."""
OPTIONS = "_VETGATE_OPTIONS"
"""Set where vetgate's own options are understood; without it the command line is pip's alone."""

environ = os.environ  # noqa: TID251 - the one of pip's own process, where vetgate reads its names


class State:
    """What this process knows."""

    gates = ()  # type: tuple[str, ...]
    """The addresses of the gate's indexes."""
    met = False
    """vetgate was told of all that pip was given, and the gate is in front."""
    from_web = ()  # type: tuple[str, ...]
    """The places to look in that lists from the web name."""
    explains = False
    nested = NESTED in environ
    """A build started this pip: what it fetches is for that build."""
    may_outlive = False
    """All is decided: what is left to do needs nobody to ask."""
    asked_for_by = None  # type: dict[str, list[str]] | None
    """By the name of each dependency, the package whose metadata asks for it."""
    depth = 0
    """Above zero while a candidate that was asked about is prepared."""
    resolving = 0
    """Above zero while pip finds out what it needs: how many of that, one within another."""


def ask(question: Mapping[str, object]) -> dict[str, object]:
    """Ask vetgate and wait for the answer; empty if none comes."""
    try:
        with _knock(question) as line, line.makefile("rb") as answers:
            found = json.loads(answers.readline() or b"{}")
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def obey(answer: Mapping[str, object]) -> None:
    """Go on if the answer says so; raises pip's own error if not."""
    if answer.get("go") is not True:
        refuse(str(answer.get("why") or "vetgate gave no answer"))


def refuse(why: str) -> NoReturn:
    """End the command as pip ends one that cannot be carried out."""
    from pip._internal.exceptions import InstallationError

    raise InstallationError(why)


def stay() -> None:
    """End this process if vetgate ends before it, as long as anything is still to be asked."""
    try:
        with _knock({"ask": "stay"}) as line:
            line.recv(1)
    except OSError:
        pass
    if not State.may_outlive:
        os.kill(os.getpid(), signal.SIGTERM)


def _knock(question: Mapping[str, object]) -> socket.socket:
    port, _, password = environ[DOOR].partition(":")
    line = socket.create_connection(("127.0.0.1", int(port)))
    line.sendall(json.dumps(dict(question, password=password)).encode() + b"\n")
    return line
