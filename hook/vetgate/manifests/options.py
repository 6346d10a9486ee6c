"""The only reader of the options on a line of a requirements file, by the rules of pip's parser.

pip reads them with `shlex` and `optparse`, with a table of its own (`SUPPORTED_OPTIONS` and
`SUPPORTED_OPTIONS_REQ` in `pip/_internal/req/req_file.py`). Both are written out here for that
table: their import alone would cost the hook more than all the rest. Tests hold this module to
the answers of the originals.
"""

from __future__ import annotations

import re

from vetgate.model.pattern import pattern
from vetgate.model.record import Record

LONG = {
    "--index-url": True,
    "--pypi-url": True,
    "--extra-index-url": True,
    "--no-index": False,
    "--constraint": True,
    "--requirement": True,
    "--editable": True,
    "--find-links": True,
    "--no-binary": True,
    "--only-binary": True,
    "--prefer-binary": False,
    "--require-hashes": False,
    "--no-require-hashes": False,
    "--pre": False,
    "--all-releases": True,
    "--only-final": True,
    "--trusted-host": True,
    "--use-feature": True,
    "--hash": True,
    "--config-settings": True,
}
"""Each long option of pip 26.3, and whether it takes a value."""

SHORT = {
    "-i": "--index-url",
    "-c": "--constraint",
    "-r": "--requirement",
    "-e": "--editable",
    "-f": "--find-links",
    "-C": "--config-settings",
}
"""The short options; each takes a value."""

_FORMER = {"--global-option", "--install-option", "--always-unzip", "-Z"}
_NAMES = (pattern(r"(?!-)"), "names of packages, :all: or :none:")
_FORMS = {
    "--hash": (
        pattern("(?:sha256|sha384|sha512):"),
        "sha256, sha384 or sha512, a colon and a digest",
    ),
    "--config-settings": (pattern("[^=]*="), "KEY=VALUE"),
    "--use-feature": (
        re.compile(
            r"(?:fast-deps|inprocess-build-deps|venv-isolation|truststore"
            r"|no-binary-enable-wheel-cache|build-constraint)\Z"
        ),
        "the name of a feature that pip has",
    ),
    "--no-binary": _NAMES,
    "--only-binary": _NAMES,
    "--all-releases": _NAMES,
    "--only-final": _NAMES,
}
_BLANKS = pattern(r"[ \t\r\n]+")


class OptionError(ValueError):
    """pip refuses these options. The message shows names of options, never their values."""


class Option(Record):
    """One option, under its long name; flags have no value."""

    name: str
    value: str | None = None


class Line(Record):
    """What pip's parser sees in a line."""

    argument: str
    """All before the options: a requirement, or nothing."""
    options: tuple[Option, ...]
    leftovers: tuple[str, ...] = ()
    """Words among the options that are none: pip drops them silently."""


def read(line: str) -> Line:
    """Take a logical line apart. Raises `OptionError`."""
    at = 0 if line.startswith("-") else line.find(" -")
    if at < 0:
        return Line(line, ())
    words = _words(line[at:])
    words.reverse()  # a stack: the next word is the last
    options: list[Option] = []
    leftovers: list[str] = []
    while words:
        word = words.pop()
        if word == "--":
            leftovers += reversed(words)
            break
        if word.startswith("--"):
            options.append(_long(word, words))
        elif word.startswith("-") and word != "-":
            options.append(_short(word, words))
        else:
            leftovers.append(word)
    return Line(line[:at], tuple(options), tuple(leftovers))


def _words(text: str) -> list[str]:
    """Split as `shlex.split` does."""
    if '"' not in text and "'" not in text and "\\" not in text:
        return [word for word in _BLANKS.split(text) if word]
    import shlex

    try:
        return shlex.split(text)
    except ValueError as error:
        reason = str(error)
        raise OptionError(f"cannot split the options: {reason[:1].lower()}{reason[1:]}") from error


def _long(word: str, words: list[str]) -> Option:
    spelled, given, value = word.partition("=")
    name = _full_name(spelled)
    if not LONG[name]:
        if given:
            raise OptionError(f"option {name} takes no value")
        return Option(name)
    if name == "--pypi-url":
        name = "--index-url"
    return Option(name, value if given else _next(name, words))


def _full_name(spelled: str) -> str:
    """Find the option that is spelled out or abbreviated, as `optparse` lets one."""
    if spelled in LONG:
        return spelled
    names = [name for name in LONG if name.startswith(spelled)]
    if len(names) == 1:
        return names[0]
    if names:
        raise OptionError(f"ambiguous option {spelled}: {', '.join(sorted(names))}")
    raise _unknown(spelled)


def _unknown(spelled: str) -> OptionError:
    if spelled in _FORMER:
        return OptionError(f"option {spelled}, which pip no longer has")
    return OptionError(f"unknown option {spelled}")


def _short(word: str, words: list[str]) -> Option:
    name = SHORT.get(word[:2])
    if name is None:
        raise _unknown(word[:2])
    return Option(name, word[2:] or _next(name, words))


def _next(name: str, words: list[str]) -> str:
    if not words:
        raise OptionError(f"option {name} needs a value")
    return words.pop()


def check(option: Option) -> None:
    """Raise `OptionError` for a value that pip refuses as it reads the line."""
    name, value = option
    if value is None:
        return
    if name in _FORMS:
        form, needed = _FORMS[name]
        if not form.match(value):
            raise OptionError(f"option {name} needs {needed}")
    elif not value.strip():
        raise OptionError(f"option {name} has an empty value")
