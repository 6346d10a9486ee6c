"""The only place that puts vetgate in front of pip in a virtual environment, and takes it out.

The scripts `pip`, `pip3` and so on are moved aside, not edited, and moved back: so they come back
as they were. `python -m pip` finds no script: a `.pth` file, which Python reads as it starts in
this environment and in no other, hands it on. pip's own files are not touched.
https://docs.python.org/3/library/site.html
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from glob import glob

from vetgate.errors import UsageError
from vetgate.installed.places import find_environment
from vetgate.model.record import Record

_ASIDE = ".vetgate"
"""The folder in the environment that keeps what was moved aside."""
_PTH = "vetgate-habit.pth"
_MODULE = "_vetgate_habit.py"
_SCRIPT = re.compile(r"pip(-?3(\.[0-9]+)?)?\Z")
_ALWAYS = ("pip", "pip3")
_NO_PLACE = "make one and activate it: vetgate changes nothing outside of a virtual environment"

_START = """\
import sys
sys.path[:] = filter(None, sys.path)
try:
    from vetgate.cli import main
except ModuleNotFoundError as error:
    if not (error.name or "").startswith("vetgate"):
        raise
    sys.stderr.write({gone!r})
    raise SystemExit(3)
raise SystemExit(main())
"""
"""Starts vetgate; `-m` would import it, and all else, from the current folder first."""

_GONE = """\
error: vetgate stands in front of pip here, and is not installed any more
hint: have pip back, and then install vetgate again if you want it:
  mv {aside}/* {scripts}/; rmdir {aside}; rm -f {pth} {module}
"""
"""What is said where `vetgate disable` is no more."""

_SHIM = """#!/bin/sh
# Put here by `vetgate enable`: pip, with vetgate in front.
# `vetgate disable` puts back what was here before.
if [ ! -x {python} ]; then
    printf %s {gone} >&2
    exit 3
fi
# An empty entry means the current folder, where anything may lie.
while :; do
    case "${{PYTHONPATH-}}" in
        :*) PYTHONPATH=${{PYTHONPATH#:}} ;;
        *:) PYTHONPATH=${{PYTHONPATH%:}} ;;
        *::*) PYTHONPATH=${{PYTHONPATH%%::*}}:${{PYTHONPATH#*::}} ;;
        *) break ;;
    esac
done
VIRTUAL_ENV={prefix} exec {python} -c {start} as-pip "$@"
"""

_WORDS = "/proc/self/cmdline"
"""Where Python before 3.10, which has no `sys.orig_argv`, can read how it was called (Linux)."""
_MINOR = re.compile(r"python3\.([0-9]+)")
_TOLD_SINCE = 10
_LINE = """\
import os, sys; (hasattr(sys, "orig_argv") or os.path.exists("/proc/self/cmdline")) and \
__import__("_vetgate_habit")  # `vetgate disable`
"""

_HANDING_ON = '''"""Put here by `vetgate enable`: hands `python -m pip` on to vetgate."""

import os
import sys

PYTHON = {python!r}
PREFIX = {prefix!r}
START = {start!r}
GONE = {gone!r}


def pip_arguments(words):
    """Return what stands after `-m pip` in a command line of Python's; None: it is another."""
    rest = list(words[1:])
    while rest:
        word = rest.pop(0)
        if not word.startswith("-") or word == "-":
            return None
        if word.startswith("--"):
            if word == "--check-hash-based-pycs":
                del rest[:1]
            continue
        for at, letter in enumerate(word[1:], 2):
            if letter == "c":
                return None
            if letter in "mWX":
                value = word[at:] or (rest.pop(0) if rest else "")
                if letter == "m":
                    return rest if value in ("pip", "pip.__main__") else None
                break
    return None


def words():
    """Return how this Python was called."""
    if hasattr(sys, "orig_argv"):
        return sys.orig_argv
    with open("/proc/self/cmdline", "rb") as file:
        return os.fsdecode(file.read()).split("\\0")[:-1]


def hand_on():
    arguments = pip_arguments(words())
    # The pip that vetgate itself starts is to be pip.
    if arguments is None or os.environ.get("_VETGATE_DOOR"):
        return
    if not os.access(PYTHON, os.X_OK):
        sys.stderr.write(GONE)
        os._exit(3)
    environment = dict(os.environ, VIRTUAL_ENV=PREFIX)
    path = environment.get("PYTHONPATH", "").split(os.pathsep)
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, path))
    os.execve(PYTHON, [PYTHON, "-c", START, "as-pip", *arguments], environment)


hand_on()
'''


class Standing(Record):
    """One way to call pip in the environment, and what stands there."""

    way: str
    ours: bool
    replaced: bool = False
    """vetgate was there: something, most likely pip as it updated itself, put its own back."""


class Habit:
    """vetgate in front of pip in one environment."""

    def __init__(self, environment: Mapping[str, str], *, words: str = _WORDS) -> None:
        """Take the active environment; raises `UsageError`. `words`: see `_WORDS`."""
        self._words = words
        active = environment.get("VIRTUAL_ENV", "")
        if not active:
            raise UsageError("no virtual environment is active", hint=_NO_PLACE)
        if not os.path.isfile(os.path.join(active, "pyvenv.cfg")):
            raise UsageError("is no virtual environment", path=active, hint=_NO_PLACE)
        self.prefix = os.path.abspath(active)
        self._scripts = os.path.join(self.prefix, "bin")
        if os.name != "posix" or not os.path.isdir(self._scripts):
            raise UsageError(
                "this environment's pip is no script that could be moved aside",
                path=active,
                hint="call `vetgate pip` instead of `pip` there",
            )
        self._packages = find_environment(self.prefix, os.curdir).folders[0]
        self._aside = os.path.join(self.prefix, _ASIDE)

    def enable(self) -> None:
        """Put vetgate in front of every pip; where it is already, nothing changes."""
        os.makedirs(self._aside, exist_ok=True)
        shim = self._shim()
        for name in self._names():
            script = os.path.join(self._scripts, name)
            if _read(script) == shim:
                continue
            if os.path.lexists(script) and not self._is_shim(script):
                os.replace(script, os.path.join(self._aside, name))
            _write(script, shim, 0o755)
        # The module first: the line that imports it must never be there without it.
        _write(os.path.join(self._packages, _MODULE), self._module(), 0o644)
        _write(os.path.join(self._packages, _PTH), _LINE.encode(), 0o644)

    def disable(self) -> None:
        """Put back what was there before; what somebody else put there since stays."""
        compiled = glob(f"__pycache__/{_MODULE.removesuffix('.py')}.*", root_dir=self._packages)
        for name in (_PTH, _MODULE, *compiled):
            with suppress(FileNotFoundError):
                os.unlink(os.path.join(self._packages, name))
        for name in self._names():
            script, before = os.path.join(self._scripts, name), os.path.join(self._aside, name)
            if os.path.lexists(script) and not self._is_shim(script):
                with suppress(FileNotFoundError):
                    os.unlink(before)
            elif os.path.lexists(before):
                os.replace(before, script)
            elif os.path.lexists(script):
                os.unlink(script)
        with suppress(OSError):
            os.rmdir(self._aside)

    def standing(self) -> Iterator[Standing]:
        """Tell of each way to call pip what stands there."""
        was_here = os.path.isdir(self._aside)
        for name in self._names():
            script = os.path.join(self._scripts, name)
            if os.path.lexists(script) or was_here:
                ours = self._is_shim(script)
                yield Standing(name, ours, was_here and not ours)
        line = _read(os.path.join(self._packages, _PTH))
        module = _read(os.path.join(self._packages, _MODULE))
        ours = line == _LINE.encode() and module is not None and self._is_heard()
        yield Standing("python -m pip", ours, was_here and not ours)

    def _is_heard(self) -> bool:
        """Whether this environment's Python can tell that it was called as `python -m pip`."""
        found = _MINOR.search(self._packages)
        return found is None or int(found[1]) >= _TOLD_SINCE or os.path.exists(self._words)

    def _names(self) -> list[str]:
        found = {name for name in _listed(self._scripts) if _SCRIPT.match(name)}
        kept = {name for name in _listed(self._aside) if _SCRIPT.match(name)}
        return sorted({*found, *kept, *_ALWAYS})

    def _shim(self) -> bytes:
        told = {name: shlex.quote(value) for name, value in self._told().items()}
        return os.fsencode(_SHIM.format(**told))

    def _module(self) -> bytes:
        return os.fsencode(_HANDING_ON.format(**self._told()))

    def _told(self) -> dict[str, str]:
        """Return what stands in the shim and in the module, as it is."""
        places = {
            "aside": self._aside,
            "scripts": self._scripts,
            "pth": os.path.join(self._packages, _PTH),
            "module": os.path.join(self._packages, _MODULE),
        }
        gone = _GONE.format(**{name: shlex.quote(place) for name, place in places.items()})
        return {
            "python": sys.executable,
            "prefix": self.prefix,
            "start": _START.format(gone=gone),
            "gone": gone,
        }

    @staticmethod
    def _is_shim(script: str) -> bool:
        """Whether a script is one of ours, whichever vetgate wrote it."""
        content = _read(script)
        return content is not None and b"# Put here by `vetgate enable`: pip" in content


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except FileNotFoundError:
        return []


def _read(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _write(path: str, content: bytes, mode: int) -> None:
    part = f"{path}.{os.urandom(6).hex()}.part"
    try:
        with open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb") as file:
            file.write(content)
        os.replace(part, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(part)
        raise
