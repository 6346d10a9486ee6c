"""The engines that compute the tables of a snapshot: one method, staged files in, a file out.

Each runs in this process and needs no service: DuckDB, Spark in local mode, ClickHouse as chdb.
They read and write Parquet, so that what they are given and what they answer is the same.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from vetgate.corpus.compiling import sql
from vetgate.corpus.work import quoted
from vetgate.errors import BuildError

if TYPE_CHECKING:
    import ibis.expr.types as ir

_MEMORY = "2500MB"
"""What DuckDB and Spark may take; a build is to fit into 4 GB."""


class Engine(Protocol):
    """Something that computes tables."""

    def compute(
        self, steps: Mapping[str, ir.Table], tables: Mapping[str, str], folder: str
    ) -> Mapping[str, str]:
        """Compute the steps in order, each a table for those after it.

        `tables` are the paths of Parquet files. Returns that of each step. Raises `BuildError`.
        """


class DuckDb:
    """DuckDB, embedded: what is used unless told otherwise."""

    def compute(
        self, steps: Mapping[str, ir.Table], tables: Mapping[str, str], folder: str
    ) -> Mapping[str, str]:
        import duckdb

        made = {}
        try:
            with duckdb.connect(config={"memory_limit": _MEMORY, "temp_directory": folder}) as db:
                for name, path in tables.items():
                    db.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({quoted(path)})")
                for name, expression in steps.items():
                    path = made[name] = os.path.join(folder, f"{name}.result.parquet")
                    text = sql(expression, "duckdb")
                    db.execute(f"COPY ({text}) TO {quoted(path)} (FORMAT parquet)")
                    db.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({quoted(path)})")
        except duckdb.Error as error:
            raise _failed("DuckDB", error) from error
        return made


class Spark:
    """Spark, in local mode on all cores; a session that is there already is used and kept."""

    def compute(
        self, steps: Mapping[str, ir.Table], tables: Mapping[str, str], folder: str
    ) -> Mapping[str, str]:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession

        running = SparkSession.getActiveSession()
        made = {}
        try:
            session = running or _spark_session(folder)
            try:
                for name, path in tables.items():
                    session.read.parquet(_uri(path)).createOrReplaceTempView(name)
                for name, expression in steps.items():
                    path = os.path.join(folder, f"{name}.result")
                    made[name] = os.path.join(path, "*.parquet")
                    text = sql(expression, "spark")
                    session.sql(text).write.mode("overwrite").parquet(_uri(path))
                    session.read.parquet(_uri(path)).createOrReplaceTempView(name)
            finally:
                if running is None:
                    session.stop()
        except PySparkException as error:
            raise _failed("Spark", error) from error
        return made


class ClickHouse:
    """ClickHouse, embedded as chdb."""

    def compute(
        self, steps: Mapping[str, ir.Table], tables: Mapping[str, str], folder: str
    ) -> Mapping[str, str]:
        from chdb import session as chdb  # type: ignore[import-untyped]  # it has no types

        made = {}
        session = chdb.Session(os.path.join(folder, "chdb"))
        try:
            session.query("CREATE DATABASE work")
            session.query("USE work")
            for name, path in tables.items():
                session.query(f"CREATE VIEW {name} AS SELECT * FROM file({quoted(path)}, Parquet)")
            for name, expression in steps.items():
                path = made[name] = os.path.join(folder, f"{name}.result.parquet")
                text = sql(expression, "clickhouse")
                session.query(
                    f"{text} INTO OUTFILE {quoted(path)} FORMAT Parquet {_CLICKHOUSE_SETTINGS}"
                )
                session.query(f"CREATE VIEW {name} AS SELECT * FROM file({quoted(path)}, Parquet)")
        except RuntimeError as error:
            raise _failed("ClickHouse", error) from error
        finally:
            session.close()
        return made


_CLICKHOUSE_SETTINGS = (
    # As the standard has it: what an outer join does not find is NULL, not zero.
    "SETTINGS join_use_nulls = 1, output_format_parquet_string_as_string = 1, "
    "schema_inference_make_columns_nullable = 1"
)


def engine(name: str) -> Engine:
    """Return the engine of that name; raise `BuildError` if it is not installed."""
    from importlib.util import find_spec

    made: dict[str, tuple[str, type[DuckDb] | type[Spark] | type[ClickHouse]]] = {
        "duckdb": ("duckdb", DuckDb),
        "spark": ("pyspark", Spark),
        "clickhouse": ("chdb", ClickHouse),
    }
    package, kind = made[name]
    if find_spec(package) is None:
        raise BuildError(
            f"the engine {name} is not installed here", hint=f"install the package {package}"
        )
    return kind()


def _spark_session(folder: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - its type is Spark's
    from pyspark.sql import SparkSession

    settings = {
        "spark.driver.memory": _MEMORY.replace("MB", "m"),
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.local.dir": folder,
        "spark.log.level": "ERROR",
        "spark.sql.ansi.enabled": "false",
        # The expressions are longer than a method in Java may be: do not even try.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.warehouse.dir": os.path.join(folder, "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master("local[*]").appName("vetgate build")
    for key, value in settings.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def _uri(path: str) -> str:
    return f"file://{os.path.abspath(path)}"


def _failed(engine: str, error: Exception) -> BuildError:
    told = ""
    with suppress(IndexError):
        told = str(error).strip().splitlines()[0]
    return BuildError(f"{engine} could not compute it: {told}")
