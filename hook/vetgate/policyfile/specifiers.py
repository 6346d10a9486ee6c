"""The only reader of the versions of an allowance (PEP 440)."""

from __future__ import annotations

import re

from vetgate.model.pattern import pattern
from vetgate.tomlmap import Node

_NUMBERS = r"\d{1,9}(?:\.\d{1,9})*"
CLAUSE = rf"(?:(?:==|!=|<=|>=|<|>) *{_NUMBERS}|[=!]= *{_NUMBERS}\.\*)"
"""The pattern of a clause that needs no `packaging`: a strict subset of what that accepts."""

_PLAIN = pattern(rf"{CLAUSE}(?: *, *{CLAUSE})*\Z", re.ASCII)


def specifier(node: Node) -> str:
    """Return the specifier at a place in its one spelling."""
    text = node.text()
    if not text.strip():
        raise node.error(f"{node.label} is blank", hint="leave the key out to allow every version")
    if _PLAIN.match(text) is not None:
        return spelled(text)
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return ",".join(sorted({str(clause) for clause in SpecifierSet(text)}))
    except InvalidSpecifier:
        raise node.error(
            f"not a version specifier: {text!r}", hint="write it as in `>=1.2,<2` (PEP 440)"
        ) from None


def spelled(plain: str) -> str:
    """Spell a plain specifier in one way: no blanks, clauses sorted, none twice."""
    return ",".join(sorted(set(plain.replace(" ", "").split(","))))
