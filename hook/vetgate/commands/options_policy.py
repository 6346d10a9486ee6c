"""The options of the commands that answer a block: review, allow, disallow, pin, init."""

from __future__ import annotations

from vetgate.commands.option_shared import Commands, add_asking, add_timeout


def add(commands: Commands) -> None:
    _add_review(commands)
    _add_allow(commands)
    _add_disallow(commands)
    _add_pin(commands)
    _add_init(commands)


def _add_review(commands: Commands) -> None:
    review = commands.add_parser(
        "review",
        help="go through what blocks the commit, one package at a time",
        description="Go through what blocks the commit, one package at a time: pin it, allow it, "
        "take the name that was meant, or take it out. Shows what it would write, and asks, before "
        "it writes anything.",
        allow_abbrev=False,
    )
    review.add_argument(
        "--all",
        action="store_true",
        dest="everything",
        help="what the manifests on the disk declare, git or not",
    )
    add_asking(review)


def _add_allow(commands: Commands) -> None:
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
    add_asking(allow)


def _add_disallow(commands: Commands) -> None:
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


def _add_pin(commands: Commands) -> None:
    pin = commands.add_parser(
        "pin",
        help="write the version to take into the manifest",
        description="Rewrite requirements to the newest release that is neither yanked nor "
        "reported, has been there for as long as the policy says, and fits the constraint that "
        "stands there and the project's requires-python. Without a name: what would block the "
        "commit.",
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
    add_timeout(pin)


def _add_init(commands: Commands) -> None:
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
    add_asking(init, 30)
