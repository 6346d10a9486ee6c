"""Options, composition, exit codes; the only printing."""

from __future__ import annotations


def main() -> int:
    return 2
