"""Which of the Pythons that a project admits can install a release."""

from __future__ import annotations

from collections.abc import Iterable

from vetgate.model.pattern import pattern
from vetgate.model.typed import TYPE_CHECKING

if TYPE_CHECKING:  # costs several interpreter starts to import
    from packaging.specifiers import SpecifierSet

_LAST = "3.999"
"""A project that admits this sets no upper bound of its own on Python 3."""
_ONE_PATCH = pattern(r"\s*\d+\.\d+\.\d+\s*\Z")


def may_run(wanted: Iterable[str], python: str) -> bool:
    """Whether some Python that a project admits can install one of the files.

    `wanted`: each file's `requires-python`; `python`: the project's own, a valid specifier.
    """
    # pip passes over what it cannot read, too.
    return any((needs := _read(one)) is None or _share(needs, python) for one in wanted)


def runs_on_all(wanted: Iterable[str], python: str) -> bool:
    """Whether each Python that a project admits can install one and the same of the files.

    Where the project has no upper bound itself, those of the files do not count: most are guesses
    about Pythons to come, and what has none is older and no better there. Nor do single releases of
    Python that a file leaves out (`!=3.9.1`).
    """
    return any((needs := _read(one)) is None or _covers(needs, python) for one in wanted)


def _share(needs: SpecifierSet, python: str) -> bool:
    from packaging.specifiers import SpecifierSet

    try:
        return not needs.is_disjoint(SpecifierSet(python))
    except ValueError:  # `===` has no order
        return True


def _covers(needs: SpecifierSet, python: str) -> bool:
    from packaging.specifiers import SpecifierSet

    project = SpecifierSet(python)
    try:
        return project.is_subset(_eased(needs, caps=not project.contains(_LAST)))
    except ValueError:  # `===` has no order
        return False


def _eased(needs: SpecifierSet, *, caps: bool) -> SpecifierSet:
    from packaging.specifiers import SpecifierSet

    clauses: list[str] = []
    for clause in needs:
        operator, version = clause.operator, clause.version
        if operator == "!=" and _ONE_PATCH.match(version):
            continue
        if not caps and operator in {"<", "<="}:
            continue
        if not caps and operator == "~=":
            operator = ">="
        clauses.append(f"{operator}{version}")
    return SpecifierSet(",".join(clauses))


def _read(specifier: str) -> SpecifierSet | None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        found = SpecifierSet(specifier)
        # Numbers of 5,000 digits are refused only now.
        found.contains("3")
    except (InvalidSpecifier, ValueError):
        return None
    return found
