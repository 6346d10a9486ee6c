"""The only reader of what a line tells pip to do, for the lines that are not plain.

What pip does: `handle_line` and its callers in `pip/_internal/req/req_file.py`. Where pip would
silently pass over something that looks as if it brought a package in, the line is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vetgate.manifests import arguments, links, markers, options, variables
from vetgate.manifests.options import Line, Option, OptionError
from vetgate.manifests.place import Place
from vetgate.manifests.variables import Text
from vetgate.model.dependency import Dependency, FromOption
from vetgate.model.manifest import Include

_PLACES = ("--index-url", "--extra-index-url", "--find-links", "--trusted-host")
_INCLUDES = ("--requirement", "--constraint")
# Options that pip passes over in silence where they stand beside a requirement.
_LOUD = frozenset([*_PLACES, *_INCLUDES, "--editable"])
_OWN_LINE = "put it on a line of its own"


def directives(
    line: str, place: Place, environment: Mapping[str, str]
) -> Iterator[Dependency | Include]:
    """Yield what a logical line brings in. Raises `ManifestError`."""
    text = variables.expanded(line, environment)
    if text is None:
        raise place.refusal("a variable whose value makes up another variable", "write it out")
    read = _options(text, place)
    if read.leftovers:
        raise place.refusal("a word among the options that pip passes over", _OWN_LINE)
    names = {option.name for option in read.options}
    if read.argument:
        yield _requirement(text, read, place)
    elif "--editable" in names:
        value = _only("--editable", read, place, beside="--config-settings")
        yield arguments.from_editable(_written(text, value, place), place)
    elif not names.isdisjoint(_INCLUDES):
        yield _include(text, read, place)
    elif "--hash" in names:
        raise place.refusal(
            "--hash without a requirement, which pip passes over",
            "end the line of the requirement with a backslash",
        )
    else:
        for option in read.options:
            if option.name in _PLACES:
                yield _from_option(text, option, place)


def _options(text: Text, place: Place) -> Line:
    """Take the line apart as pip does, but for a marker after `-e FOLDER`.

    pip passes over that, and installs for every platform: so is it read.
    """
    line = text.real
    hint = "the pip manual lists what a requirements file may say"
    try:
        read = options.read(line)
    except OptionError as error:
        told = "pip refuses the options, variables filled in" if text.spans else str(error)
        raise place.refusal(told, hint) from error
    if read.leftovers and not read.argument and (at := line.find(" ;")) >= 0:
        unmarked = _unmarked(line, at)
        if unmarked is not None and unmarked.options == read.options:
            read = unmarked
    try:
        for option in read.options:
            options.check(option)
    except OptionError as error:
        raise place.refusal(str(error), hint) from error
    return read


def _unmarked(line: str, at: int) -> Line | None:
    try:
        read = options.read(line[:at])
    except OptionError:
        return None
    editable = [option.name for option in read.options] == ["--editable"]
    if read.leftovers or not editable or markers.why_not(line[at + 2 :].strip()):
        return None
    return read


def _requirement(text: Text, read: Line, place: Place) -> Dependency:
    found = arguments.from_line(text.part(0, len(read.argument)), place)
    hashes = set()
    for name, value in read.options:
        if name in _LOUD:
            raise place.refusal(f"{name} beside a requirement, which pip passes over", _OWN_LINE)
        if name == "--hash" and value is not None:
            hashes.add(value.lower())
    return found._replace(hashes=tuple(sorted(hashes)))


def _include(text: Text, read: Line, place: Place) -> Include:
    name = read.options[0].name
    value = _only(name, read, place)
    path = _written(text, value, place).shown_url() if links.scheme_of(value) else value
    return Include(path, place.location.line, constraint=name == "--constraint")


def _only(name: str, read: Line, place: Place, *, beside: str = "") -> str:
    """Return the value of the one option of that name, with none but `beside` beside it."""
    value = None
    for option in read.options:
        if option.name == name and value is None:
            value = option.value
        elif option.name != beside:
            raise place.refusal(
                f"{option.name} beside {name}, of which pip passes over one", _OWN_LINE
            )
    if value is None:
        raise place.refusal(f"{name} stands beside what pip passes over", _OWN_LINE)
    return value


def _from_option(text: Text, option: Option, place: Place) -> Dependency:
    value = _written(text, option.value or "", place)
    url = value.shown_url()
    if option.name == "--trusted-host":
        host = value.real
        if host.count(":") > 1 and "[" not in host:  # an IPv6 address, as pip sees it
            host = f"[{host}]"
        links.checked(f"https://{host}", place)
    elif links.scheme_of(value.real):
        links.checked(value.real, place)
    shown = f"{option.name} {value.written}"
    return Dependency(None, option.name, shown, FromOption(option.name, url), place.location)


def _written(text: Text, value: str, place: Place) -> Text:
    """Return the value of an option with what is known of the variables in it."""
    if not text.spans:
        return Text(value)
    at = text.real.find(value)
    if at < 0:
        raise place.refusal("a variable in a value with quotes or backslashes", "write it out")
    return text.part(at, at + len(value))
