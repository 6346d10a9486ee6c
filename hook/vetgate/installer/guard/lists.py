"""Notes what a list of requirements says of where to look, and who wrote that list."""

from __future__ import annotations

import re

from vetgate.installer.guard.places import hold, put
from vetgate.installer.guard.talk import State, refuse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from pip._internal.index.package_finder import PackageFinder
    from pip._internal.req.req_file import ParsedLine

_FETCHED = re.compile(r"[\x00-\x20]*[A-Za-z][\sA-Za-z0-9+.-]+:")
"""What pip may take for a URL; `urllib.parse` drops blanks before it and line ends within."""

_NOT_THEIRS = {
    "trusted_hosts": "--trusted-host",
    "config_settings": "--config-settings",
    "global_options": "--global-option",
    "install_options": "--install-option",
}


def before_options(req_file: ModuleType) -> None:
    """Note the places that lists from the web name: nobody here has read those lists.

    A place that is named when the gate is in front already is refused, whoever names it: pip reads
    what constrains its builds that late, and would look there by itself.
    """
    plain = hold(req_file, "handle_option_line")

    def handle_option_line(
        opts: object,
        filename: str,
        lineno: int,
        finder: PackageFinder | None = None,
        *more: object,
        **named: object,
    ) -> object:
        before = [] if finder is None else _places(finder)
        scope = None if finder is None else finder.search_scope
        found = plain(opts, filename, lineno, finder, *more, **named)
        new = [] if finder is None else [one for one in _places(finder) if one not in before]
        if new and State.met and finder is not None and scope is not None:
            finder.search_scope = scope
            refuse(f"{filename} names {new[0]} too late: name it on the command line")
        if _FETCHED.match(filename):
            State.from_web += tuple(new)
        return found

    put(req_file, "handle_option_line", handle_option_line)
    _before_lines(req_file)


def _before_lines(req_file: ModuleType) -> None:
    """Refuse the options of lists from the web that take a check away, or go to builds."""
    plain = hold(req_file, "handle_line")

    def handle_line(line: ParsedLine, *more: object, **named: object) -> object:
        if _FETCHED.match(line.filename):
            for dest, option in _NOT_THEIRS.items():
                if getattr(line.opts, dest, None):
                    refuse(
                        f"{line.filename} says {option}, and is a list from the web, which nobody "
                        "here has read: say that here, if you want it"
                    )
        return plain(line, *more, **named)

    put(req_file, "handle_line", handle_line)


def _places(finder: PackageFinder) -> list[str]:
    # A copy: pip adds to its lists in place.
    return [*finder.search_scope.index_urls, *finder.search_scope.find_links]
