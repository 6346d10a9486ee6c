"""The only starter of pip: which pip, on which interpreter, and how it comes to its end."""

from __future__ import annotations

import os
import signal
import subprocess  # noqa: TID251 - this module starts pip, and nothing else does
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib.util import find_spec
from types import FrameType
from typing import TypeAlias

from vetgate.errors import UsageError
from vetgate.installer.guard.talk import BUILDING, DOOR, NESTED, OPTIONS, SOURCE
from vetgate.model.record import Record

GATED = ("install", "download", "wheel", "lock")
"""The commands of pip that bring packages in."""

_OTHERS = frozenset(
    {
        *("uninstall", "inspect", "freeze", "list", "show", "check", "config", "search", "cache"),
        *("index", "hash", "completion", "debug", "help"),
    }
)
"""The commands of pip that do not. A command that is neither is guarded too."""

_START = (
    "import sys; sys.path[:] = filter(None, sys.path); "
    "import runpy; runpy.run_module('pip', run_name='__main__', alter_sys=True)"
)
"""Runs pip as its own script does: `-m` would look into the current folder first."""

_PATIENCE = 5.0
"""Seconds that a pip which was told to end has for it."""
_HEARING = 2.0
"""Seconds in which a pip that heard Ctrl-C itself is left alone."""
_FAREWELL = 128
"""Shells add this to the number of the signal that ended a process."""

_Handler: TypeAlias = "Callable[[int, FrameType | None], object] | int | signal.Handlers | None"


class Pip(Record):
    """An interpreter, and the folder to import pip from if it has none of its own."""

    python: str
    source: str | None = None


def brings_in(arguments: Sequence[str]) -> bool:
    """Whether a command line of pip may bring packages in: never wrong when it says no.

    pip knows its commands by their whole names only. A word that is one counts wherever it stands:
    which options take values differs from one version of pip to the next.
    """
    if any(word in GATED for word in arguments):
        return True
    if any(word in _OTHERS for word in arguments):
        return False
    return any(not word.startswith("-") for word in arguments)


def find_pip(environment: Mapping[str, str]) -> Pip:
    """Return the pip of the active virtual environment, else the one beside vetgate.

    In an environment without a pip, vetgate's own runs on that environment's interpreter, as
    `pip --python` does. Raises `UsageError`.
    """
    active = environment.get("VIRTUAL_ENV")
    if not active:
        return Pip(sys.executable)
    for path in ("bin/python", "Scripts/python.exe"):
        python = os.path.join(active, *path.split("/"))
        if os.path.exists(python):
            from vetgate.installed.places import find_environment

            folders = find_environment(active, os.curdir).folders
            has_own = any(os.path.isdir(os.path.join(each, "pip")) for each in folders)
            return Pip(python, None if has_own else _own_source())
    raise UsageError(
        "the active virtual environment has no interpreter",
        path=active,
        hint="VIRTUAL_ENV names it: deactivate it, or make it anew",
    )


def _own_source() -> str:
    found = find_spec("pip")
    if found is None or found.origin is None:
        raise UsageError("there is no pip beside vetgate", hint="install pip where vetgate is")
    return os.path.dirname(os.path.dirname(found.origin))


class Running:
    """A pip that was started; it has our streams, so what it says is as it says it."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._before: dict[int, _Handler] = {}
        self._told: int | None = None
        for number in (signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
            self._before[number] = signal.signal(number, self._pass_on)
        try:
            # What the shell has opened for it stays open: `-r <(…)`, say. Ours is not inherited.
            self._child = subprocess.Popen(command, env=dict(environment), close_fds=False)  # noqa: S603 - a tuple, no shell
        except OSError as error:
            self._restore()
            raise UsageError(f"pip cannot be started: {error.strerror}", path=command[0]) from error

    def wait(self) -> int:
        """Wait for pip and return its exit code, as a shell tells it.

        Ctrl-C reaches pip too, which cleans up after itself: `KeyboardInterrupt` is raised when it
        has ended, one way or another.
        """
        try:
            code = self._child.wait()
        except KeyboardInterrupt:
            self.stop(heard=True)
            raise
        finally:
            self._restore()
        if self._told is not None:
            return _FAREWELL + self._told
        return code if code >= 0 else _FAREWELL - code

    def stop(self, *, heard: bool = False) -> None:
        """See to it that pip ends. `heard`: it may be about to, since Ctrl-C reached it too."""
        ways: tuple[Callable[[], None], ...] = (self._child.terminate, self._child.kill)
        if heard:
            ways = (lambda: None, lambda: self._child.send_signal(signal.SIGINT), *ways)
        for way in ways:
            with suppress(OSError, KeyboardInterrupt):
                way()
            with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
                self._child.wait(_HEARING if heard and way is ways[0] else _PATIENCE)
            if self._child.poll() is not None:
                return

    def _pass_on(self, number: int, _: FrameType | None) -> None:
        self._told = number
        with suppress(OSError):
            self._child.send_signal(number)

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)


def start_plainly(pip: Pip, arguments: Sequence[str], environment: Mapping[str, str]) -> Running:
    """Start pip as it is."""
    given = _without_own(environment)
    if pip.source is None:
        command = (pip.python, "-c", _START, *arguments)
    else:
        command = (pip.python, os.path.join(pip.source, "pip", "__pip-runner__.py"), *arguments)
    return Running(command, given)


def start_guarded(
    pip: Pip,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    door: str,
    own_options: bool,
) -> Running:
    """Start pip with the guard in its process, which asks at the door."""
    given = {**_without_own(environment), DOOR: door}
    if pip.source is not None:
        given[SOURCE] = pip.source
    if own_options:
        given[OPTIONS] = "1"
    guard = os.path.join(os.path.dirname(os.path.abspath(__file__)), "guard", "__main__.py")
    return Running((pip.python, guard, *arguments), given)


def _without_own(environment: Mapping[str, str]) -> dict[str, str]:
    """Leave out what another run of vetgate's may have left for the pips that it started."""
    own = {DOOR, SOURCE, OPTIONS, NESTED, BUILDING}
    given = {name: value for name, value in environment.items() if name not in own}
    path = given.get("PYTHONPATH")
    if path is not None:
        # An empty entry means the current folder: before pip's own modules it would look there.
        given["PYTHONPATH"] = os.pathsep.join(filter(None, path.split(os.pathsep)))
    return given
