"""Gives pip's parsers vetgate's own options, so that pip tells them from values."""

from __future__ import annotations

from optparse import OptionContainer

from vetgate.installer.guard.places import hold, put
from vetgate.installer.guard.talk import environ

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from pip._internal.cli.req_command import RequirementCommand


def add_options(command: type[RequirementCommand], main_parser: ModuleType) -> None:
    """Add `--explain` and `--report`; pip's own `--report` becomes `--pip-report`."""
    if "PIP_REPORT" in environ:
        environ["PIP_PIP_REPORT"] = environ.pop("PIP_REPORT")
    plain, create = hold(command, "__init__"), hold(main_parser, "create_main_parser")

    def build(self: RequirementCommand, *given: object, **named: object) -> None:
        plain(self, *given, **named)
        _add(self.cmd_opts, explain=self.name == "install")

    def create_main_parser() -> object:
        parser = create()
        if isinstance(parser, OptionContainer):
            _add(parser, explain=True)
        return parser

    put(command, "__init__", build)
    put(main_parser, "create_main_parser", create_main_parser)


def _add(options: OptionContainer, *, explain: bool) -> None:
    theirs = options.get_option("--report")
    if theirs is not None:
        options.remove_option("--report")
        options.add_option(
            "--pip-report", dest=theirs.dest, metavar="file", default=None, help=theirs.help
        )
    options.add_option(
        "--report",
        dest="vetgate_report",
        metavar="file",
        default=None,
        help="Write what vetgate decided to a JSON file; pip's own report is --pip-report.",
    )
    if explain:
        options.add_option(
            "--explain",
            dest="vetgate_explain",
            action="store_true",
            default=False,
            help="Show what would be installed, and vetgate's verdicts; build and install nothing.",
        )
