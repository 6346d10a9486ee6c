"""The one door to SQL: an expression in, the text that an engine runs out.

Only Ibis' compilers are used, none of its connections: what an engine is asked is one text, which
can be read, kept and run elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibis.backends.sql import compilers

if TYPE_CHECKING:
    import ibis.expr.types as ir

ENGINES = ("duckdb", "spark", "clickhouse", "bigquery")

_COMPILERS = {
    "duckdb": compilers.DuckDBCompiler,
    "spark": compilers.PySparkCompiler,
    "clickhouse": compilers.ClickHouseCompiler,
    "bigquery": compilers.BigQueryCompiler,
}


def sql(expression: ir.Table, engine: str) -> str:
    """Write an expression in the SQL of one of the `ENGINES`."""
    compiler = _COMPILERS[engine]()
    text: str = compiler.to_sqlglot(expression).sql(dialect=compiler.dialect)
    return text
