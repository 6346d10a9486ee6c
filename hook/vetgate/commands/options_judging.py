"""The options of the commands that judge or look: check, deps, explain, audit."""

from __future__ import annotations

from vetgate.commands.option_shared import Commands, add_asking, add_format


def add(commands: Commands) -> None:
    _add_check(commands)
    _add_deps(commands)
    _add_explain(commands)
    _add_audit(commands)


def _add_check(commands: Commands) -> None:
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
    add_format(check)
    add_asking(check)


def _add_deps(commands: Commands) -> None:
    deps = commands.add_parser(
        "deps",
        help="print the dependencies found; judge nothing",
        description="Print the dependencies that files declare, nested files included.",
        allow_abbrev=False,
    )
    deps.add_argument("files", nargs="+", metavar="FILE", help="a manifest")
    add_format(deps)


def _add_explain(commands: Commands) -> None:
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
    add_format(explain)
    add_asking(explain)


def _add_audit(commands: Commands) -> None:
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
    add_format(audit)
    add_asking(audit, 30)
