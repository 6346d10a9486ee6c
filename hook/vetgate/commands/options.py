"""The commands and their options, as argparse has them: the words of every `--help`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import NoReturn

from vetgate import __version__
from vetgate.render.visible import visible


class _Parser(argparse.ArgumentParser):
    """An argparse that quotes what it refuses so that it can be seen; so do its subparsers."""

    def error(self, message: str) -> NoReturn:
        super().error(visible(message))


def build(exit_codes: Mapping[int, str]) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = _Parser(
        prog="vetgate",
        description="Judge the dependencies that are about to enter a project.",
        epilog="exit codes: " + "; ".join(f"{code} {text}" for code, text in exit_codes.items()),
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"vetgate {__version__}")
    # Naming the program here keeps argparse from building a formatter, which imports shutil.
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", prog="vetgate"
    )
    _add_check(commands)
    _add_deps(commands)
    _add_explain(commands)
    _add_audit(commands)
    _add_allow(commands)
    _add_disallow(commands)
    _add_pin(commands)
    _add_init(commands)
    return parser


def _add_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    check = commands.add_parser(
        "check",
        help="judge what a commit would change",
        description="Judge what a commit would change: the index against HEAD.",
        allow_abbrev=False,
    )
    check.add_argument(
        "files", nargs="*", metavar="FILE", help="judge these manifests only (default: all)"
    )
    check.add_argument("--from-ref", metavar="A", help="judge the commits since B left A")
    check.add_argument("--to-ref", metavar="B", help="judge the commits up to B (default: HEAD)")
    check.add_argument(
        "--policy-from",
        metavar="BASE",
        help="judge by the policy as it stood at BASE, so that no change vouches for itself",
    )
    check.add_argument(
        "--all", action="store_true", dest="everything", help="judge whole files, git or not"
    )
    _add_format(check)
    _add_asking(check)


def _add_deps(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    deps = commands.add_parser(
        "deps",
        help="print the dependencies found; judge nothing",
        description="Print the dependencies that files declare, nested files included.",
        allow_abbrev=False,
    )
    deps.add_argument("files", nargs="+", metavar="FILE", help="a manifest")
    _add_format(deps)


def _add_explain(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    explain = commands.add_parser(
        "explain",
        help="tell all that is known about a package, what a rule is about, or the policy in force",
        description="Tell all that is known about a package and how it would be judged, or print "
        "a rule's page, or the policy in force.",
        allow_abbrev=False,
    )
    explain.add_argument(
        "subject", nargs="?", metavar="NAME|RULE", help="a package's name, or a rule's"
    )
    explain.add_argument(
        "--policy",
        action="store_true",
        help="the policy in force, and which file each setting comes from",
    )
    _add_format(explain)
    _add_asking(explain)


def _add_audit(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    audit = commands.add_parser(
        "audit",
        help="judge all that a project declares, or that an environment has",
        description="Judge every dependency as it stands, the worst first. Blocks nothing.",
        allow_abbrev=False,
    )
    audit.add_argument(
        "files", nargs="*", metavar="FILE", help="judge these manifests only (default: all)"
    )
    audit.add_argument(
        "--environment",
        metavar="PATH",
        help="judge what is installed there: a virtual environment's folder, or an interpreter",
    )
    audit.add_argument(
        "--strict", action="store_true", help="end with 1 if anything would be blocked"
    )
    _add_format(audit)
    _add_asking(audit, 30)


def _add_allow(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    allow = commands.add_parser(
        "allow",
        help="vouch for a package; list, check or prune who vouched for what",
        description="Vouch for a package in the policy file, or look after the allow-list.",
        allow_abbrev=False,
    )
    allow.add_argument("name", nargs="?", metavar="NAME", help="the package to vouch for")
    allow.add_argument("--versions", metavar="SPECIFIER", help="only these, as in >=1.2,<2")
    allow.add_argument(
        "--rule",
        action="append",
        metavar="RULE",
        help="exempt from this rule only; may be given several times (default: all but malware)",
    )
    allow.add_argument("--reason", help="why; asked for on a terminal")
    allow.add_argument(
        "--expires", metavar="END", help="the last day: 2027-05-23, or from today 90d, 12w, 6m"
    )
    allow.add_argument("--by", metavar="WHO", help="who vouches (default: git's user.email)")
    allow.add_argument(
        "--unlisted",
        action="store_true",
        help="also for a name that the index does not have, or that could not be looked up",
    )
    modes = allow.add_mutually_exclusive_group()
    for mode, text in (
        ("list", "show the allow-list"),
        ("check", "end with 1 if an entry is expired, unused or redundant"),
        ("prune", "show those entries, ask, and remove them"),
    ):
        modes.add_argument(f"--{mode}", action="store_const", const=mode, dest="mode", help=text)
    allow.add_argument(
        "--only-expired",
        nargs="*",
        metavar="FILE",
        help="with --check: mind nothing but mistakes and entries that are expired, of these "
        "policy files (default: the one in force)",
    )
    allow.add_argument("--yes", action="store_true", help="prune without asking")
    allow.add_argument("--format", choices=("text", "json"), help="of --list and --check")
    _add_asking(allow)


def _add_disallow(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    disallow = commands.add_parser(
        "disallow",
        help="take allowances of a package back",
        description="Take every allowance of a package back, or those for some versions.",
        allow_abbrev=False,
    )
    disallow.add_argument("name", metavar="NAME", help="the package")
    disallow.add_argument(
        "--versions", metavar="SPECIFIER", help="only the entries for exactly these"
    )


def _add_pin(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    pin = commands.add_parser(
        "pin",
        help="write the version to take into the manifest",
        description="Rewrite requirements to the newest release that is not yanked, has been there "
        "for 3 days, and fits the constraint that stands there and the project's requires-python. "
        "Without a name: what would block the commit.",
        allow_abbrev=False,
    )
    pin.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="these packages, blocked or not: where the commit brings them in, else on the disk",
    )
    pin.add_argument(
        "--all",
        action="store_true",
        dest="everything",
        help="whatever is not pinned in the manifests on the disk, blocked or not",
    )
    pin.add_argument("--pre", action="store_true", help="take pre-releases too")
    pin.add_argument(
        "--hashes",
        action="store_true",
        help="in requirements files, write the hash of each file of the release too",
    )
    pin.add_argument("--dry-run", action="store_true", help="print the diff, and write nothing")
    _add_timeout(pin)


def _add_init(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    init = commands.add_parser(
        "init",
        help="set a project up: a policy, the hook, a baseline",
        description="Write a first policy file, add the hook to .pre-commit-config.yaml, and offer "
        "to vouch for what is in use already. Changes nothing that is there.",
        allow_abbrev=False,
    )
    init.add_argument("--yes", action="store_true", help="write both files without asking")
    init.add_argument(
        "--baseline",
        action="store_true",
        help="vouch, without asking and for 180 days, for what is in use already",
    )
    init.add_argument("--dry-run", action="store_true", help="show all this and write nothing")
    init.add_argument(
        "--git-hook",
        action="store_true",
        help="write plain git hooks only, for use without the pre-commit framework",
    )
    _add_asking(init, 30)


def _add_format(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text", help="default: text")


def _add_asking(parser: argparse.ArgumentParser, seconds: int = 5) -> None:
    parser.add_argument(
        "--offline", action="store_true", help="ask nobody: use the snapshot and the cache only"
    )
    _add_timeout(parser, seconds)


def _add_timeout(parser: argparse.ArgumentParser, seconds: int = 5) -> None:
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=float(seconds),
        metavar="SECONDS",
        help=f"for all look-ups together (default: {seconds})",
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 600:  # noqa: PLR2004 - ten minutes; also refuses nan
        raise argparse.ArgumentTypeError(f"not a number of seconds from 0 to 600: {text!r}")
    return seconds
