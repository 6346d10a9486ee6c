"""The options of a line are read as `shlex` and `optparse` read them."""

from __future__ import annotations

import optparse
import shlex
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetgate.manifests.options import LONG, SHORT, Line, Option, OptionError, check, read


class Refusing(optparse.OptionParser):
    """A parser that raises where the original leaves the process."""

    def error(self, msg: str) -> NoReturn:
        raise OptionError(msg)


def by_the_library(text: str) -> tuple[list[Option], list[str]]:
    """Read options with the standard library, from the same table."""
    seen: list[Option] = []

    def see(option: optparse.Option, _: str, value: str | None, __: optparse.OptionParser) -> None:
        seen.append(Option(option.get_opt_string(), value))

    parser = Refusing(add_help_option=False)
    for name, valued in LONG.items():
        if name == "--pypi-url":
            continue
        spellings = [short for short, long in SHORT.items() if long == name] + [name]
        if name == "--index-url":
            spellings.append("--pypi-url")
        parser.add_option(
            *spellings, action="callback", callback=see, type="string" if valued else None
        )
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise OptionError(str(error)) from error
    _, leftovers = parser.parse_args(words)
    return seen, leftovers


fragments = st.sampled_from(
    [
        *LONG,
        *(name[:at] for name in LONG for at in (3, 4, 5, 7, 9)),
        *SHORT,
        *("-rfile", "-r=file", "-x", "--", "-", "--=", "=", "=value", "value", " ", "  ", "\t"),
        *('"', "'", "\\", '"a b"', "'a b'", "\\ ", "${A}", "é", "\x0b", "\u00a0", "#", ";"),
    ]
)


@given(st.lists(fragments, max_size=8).map("".join))
def test_reads_what_the_library_reads(text: str) -> None:
    line = f"-{text}"
    try:
        expected = by_the_library(line)
    except OptionError:
        with pytest.raises(OptionError):
            read(line)
        return

    found = read(line)

    assert (list(found.options), list(found.leftovers)) == expected


@given(st.lists(fragments, max_size=5).map(" ".join), st.sampled_from(["a", "a b", "a\t-r x", ""]))
def test_ends_the_argument_where_pip_does(options: str, argument: str) -> None:
    line = f"{argument} {options}"
    tokens = line.split(" ")
    end = next((at for at, token in enumerate(tokens) if token.startswith("-")), len(tokens))
    try:
        found = read(line)
    except OptionError:
        return

    assert found.argument == " ".join(tokens[:end])


def test_keeps_the_order() -> None:
    assert read("name --hash=a --pre --hash b") == Line(
        "name", (Option("--hash", "a"), Option("--pre"), Option("--hash", "b"))
    )


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("-Z", "option -Z, which pip no longer has"),
        ("--global-option=x", "option --global-option, which pip no longer has"),
        ("--nonsense=secret", "unknown option --nonsense"),
        ("-xsecret", "unknown option -x"),
        ("--req x", "ambiguous option --req: --require-hashes, --requirement"),
        ("--pre=1", "option --pre takes no value"),
        ("-r", "option --requirement needs a value"),
        ("-r 'a", "cannot split the options: no closing quotation"),
    ],
)
def test_says_what_it_does_not_understand(line: str, problem: str) -> None:
    with pytest.raises(OptionError) as refused:
        read(line)

    assert str(refused.value) == problem


@pytest.mark.parametrize(
    ("option", "problem"),
    [
        (Option("--hash", "md5:ab"), "--hash needs sha256, sha384 or sha512, a colon and a digest"),
        (Option("--config-settings", "x"), "--config-settings needs KEY=VALUE"),
        (Option("--use-feature", "x"), "--use-feature needs the name of a feature that pip has"),
        (Option("--no-binary", "-x"), "--no-binary needs names of packages, :all: or :none:"),
        (Option("--find-links", " "), "--find-links has an empty value"),
    ],
)
def test_refuses_a_value_that_pip_refuses(option: Option, problem: str) -> None:
    with pytest.raises(OptionError) as refused:
        check(option)

    assert str(refused.value) == f"option {problem}"


@pytest.mark.parametrize(
    "option",
    [Option("--pre"), Option("--hash", "sha384:"), Option("--only-final", ":all:")],
    ids=str,
)
def test_accepts_what_pip_accepts(option: Option) -> None:
    check(option)
