"""Without the extra `build`, nothing here can run: then all of it says so."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore_glob = []
if find_spec("duckdb") is None or find_spec("ibis") is None:
    collect_ignore_glob.append("test_*.py")
