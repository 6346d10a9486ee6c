"""The queries that export the sources of a build from a warehouse, as one script to read."""

from __future__ import annotations

from vetgate.corpus.sources.clickpy import BIGQUERY, QUERIES


def script(warehouse: str) -> str:
    """Write the queries of `clickpy` or `bigquery`, each under the kind of source that it gives."""
    queries = {"clickpy": QUERIES, "bigquery": BIGQUERY}[warehouse]
    return "\n".join(f"-- {kind}\n{query};\n" for kind, query in queries.items())
