"""The only translator of Poetry's version constraints into specifiers (PEP 440).

The meaning is that of Poetry's own parser: carets, tildes, wildcards, a bare version for an exact
one, commas or spaces for *and*, `||` or `|` for *or*. PEP 440 has no *or*: a union becomes the
smallest plain range around it, which admits all that the union admits, and never looks like a pin.
"""

from __future__ import annotations

import re

from vetgate.model.pattern import pattern
from vetgate.model.record import Record

_OR = pattern(r"(?<!\s)\s*\|\|?\s*")  # tried once for a run of blanks, not from each of them
_TERM = pattern(r"(\^|~=|~|===|==|=|!=|<>|<=|>=|<|>)?\s*([^\s,|<>=!~^][^\s,|<>=~^]*)")
_BETWEEN = pattern(r"\s*,\s*|\s+")
_ANY = pattern(r"v?[xX*](?:\.[xX*])*\Z")
_WILDCARD = pattern(r"v?((?:\d+!)?\d+(?:\.\d+)*)(?:\.\*)+\Z")
_VERSION = pattern(
    r"""v?(?P<bare>(?:(?P<epoch>\d+)!)?(?P<release>\d+(?:\.\d+)*)
    (?:[-_.]?(?:alpha|beta|preview|pre|a|b|c|rc)[-_.]?\d*)?
    (?:-\d+|[-_.]?(?:post|rev|r)[-_.]?\d*)?
    (?:[-_.]?dev[-_.]?\d*)?)
    (?P<local>\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?\Z""",
    re.VERBOSE | re.IGNORECASE,
)


def specifier(constraint: str) -> str:
    """Translate one constraint; empty: any version. The clauses are sorted.

    Raises `ValueError`, with the part that is not understood, for what Poetry refuses too.
    """
    branches = [_conjunction(branch) for branch in _OR.split(constraint.strip())]
    distinct = list(dict.fromkeys(branches))
    if len(distinct) == 1:
        return distinct[0]
    return "" if "" in distinct else _around(distinct)


def alternatives(constraint: str) -> list[str]:
    """Translate each branch of a union on its own, for where an *or* can be said (markers)."""
    return list(dict.fromkeys(_conjunction(branch) for branch in _OR.split(constraint.strip())))


def _conjunction(branch: str) -> str:
    """Translate terms that all hold."""
    rest = branch.strip().rstrip(",").rstrip()
    clauses: list[str] = []
    at = 0
    while True:
        term = _TERM.match(rest, at)
        if term is None:
            raise ValueError(branch)
        clauses.extend(_term(term[1] or "", term[2]))
        at = term.end()
        if at == len(rest):
            return ",".join(sorted(set(clauses)))
        between = _BETWEEN.match(rest, at)
        if between is None:
            raise ValueError(branch)
        at = between.end()


def _term(operator: str, version: str) -> list[str]:
    if not operator and _ANY.match(version):
        return []
    wildcard = _WILDCARD.match(version)
    if wildcard is not None:
        return [_prefix_match(operator, wildcard[1])]
    found = _VERSION.match(version)
    if found is None:
        raise ValueError(operator + version)
    bare = found["bare"]
    if operator in {"", "=", "==", "!="}:
        return [f"{'!=' if operator == '!=' else '=='}{bare}{found['local'] or ''}"]
    if operator in {"<", "<=", ">", ">="}:
        # PEP 440 allows no local part here; without it the clause admits no less.
        return [f"{operator}{bare}"]
    if operator in {"^", "~", "~="}:
        return [f">={bare}", f"<{_ceiling(operator, found)}"]
    raise ValueError(operator + version)


def _prefix_match(operator: str, prefix: str) -> str:
    if operator in {"", "=", "=="}:
        return f"=={prefix}.*"
    if operator == "!=":
        return f"!={prefix}.*"
    if operator in {"<", "<=", ">", ">="}:
        return f"{operator}{prefix}"
    raise ValueError(f"{operator}{prefix}.*")


def _ceiling(operator: str, version: re.Match[str]) -> str:
    """Return the first version that a caret, a tilde or `~=` no longer admits."""
    release = [int(part) for part in version["release"].split(".")]
    size = len(release)
    if operator == "^":
        # The left-most part that is not zero, or the last one that is written.
        raised = next((at for at, part in enumerate(release[:3]) if part), min(size, 3) - 1)
    elif operator == "~":
        raised = 0 if size == 1 else 1
    else:
        raised = max(size - 2, 0)
    ceiling = [*release[:raised], release[raised] + 1, *[0] * (size - raised - 1)]
    epoch = f"{version['epoch']}!" if version["epoch"] else ""
    return epoch + ".".join(map(str, ceiling))


class _Bound(Record):
    version: str
    included: bool


def _around(branches: list[str]) -> str:
    """Return the smallest plain range that admits all that any of the branches admits."""
    from packaging.version import Version

    def lower(bound: _Bound) -> Version:
        return Version(bound.version)

    def upper(bound: _Bound) -> tuple[Version, bool]:
        version = Version(bound.version)
        if not bound.included and not version.is_prerelease:
            # "The exclusive ordered comparison <V MUST NOT allow a pre-release" of V (PEP 440).
            version = Version(f"{bound.version}.dev0")
        return version, bound.included

    least: list[_Bound] = []
    most: list[_Bound] = []
    for branch in branches:
        floors, ceilings = _bounds(branch)
        if floors:
            least.append(max(floors, key=lower))
        if ceilings:
            most.append(min(ceilings, key=upper))
    clauses: list[str] = []
    if len(least) == len(branches):
        # Always included: `>1.0` also shuts out 1.0.post1, which another branch may admit.
        clauses.append(f">={min(least, key=lower).version}")
    if len(most) == len(branches):
        ceiling = max(most, key=upper)
        clauses.append(f"{'<=' if ceiling.included else '<'}{ceiling.version}")
    return ",".join(sorted(clauses))


def _bounds(branch: str) -> tuple[list[_Bound], list[_Bound]]:
    """Return what bounds a translated branch from below, and from above."""
    floors: list[_Bound] = []
    ceilings: list[_Bound] = []
    for clause in branch.split(","):
        if clause.startswith("!="):
            continue
        version = clause.lstrip("<>=").partition("+")[0]
        included = "=" in clause
        if version.endswith(".*"):
            *head, last = version.removesuffix(".*").split(".")
            epoch, mark, tail = last.rpartition("!")
            above = ".".join([*head, f"{epoch}{mark}{int(tail) + 1}"])
            floors.append(_Bound(f"{version.removesuffix('.*')}.dev0", included=True))
            ceilings.append(_Bound(above, included=False))
            continue
        if not clause.startswith("<"):
            floors.append(_Bound(version, included))
        if not clause.startswith(">"):
            ceilings.append(_Bound(version, included))
    return floors, ceilings
