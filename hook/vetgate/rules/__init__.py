"""The rules, each a module of its own; the explicit tuple is the only registration."""

from __future__ import annotations

from vetgate.rules import (
    lookalike,
    malware,
    no_repository,
    off_index,
    quarantined,
    rarely_used,
    removed,
    suspicious_tld,
    too_new,
    unknown_package,
    unpopular,
    vulnerable,
)
from vetgate.rules.base import Rule

RULES: tuple[Rule, ...] = (
    removed.RULE,
    unknown_package.RULE,
    unpopular.RULE,
    rarely_used.RULE,
    no_repository.RULE,
    suspicious_tld.RULE,
    malware.RULE,
    vulnerable.RULE,
    quarantined.RULE,
    too_new.RULE,
    lookalike.RULE,
    off_index.RULE,
)
"""Every rule, in the order of the design's table."""
