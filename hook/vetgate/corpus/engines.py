"""The engines that compute the tables of a snapshot: one method, staged files in, a file out.

Each runs in this process and needs no service: DuckDB, Spark in local mode, ClickHouse as chdb.
They read and write Parquet, so that what they are given and what they answer is the same.
"""

from __future__ import annotations

import os
import shutil
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


ANSWERS = ("package", "suspicious")
"""The steps whose tables a snapshot is written from."""


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
                    db.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({quoted(path)})")  # noqa: S608 - our own words, quoted paths
                for name, expression in steps.items():
                    path = made[name] = os.path.join(folder, f"{name}.result.parquet")
                    text = sql(expression, "duckdb")
                    db.execute(f"COPY ({text}) TO {quoted(path)} (FORMAT parquet)")
                    db.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({quoted(path)})")  # noqa: S608 - our own words, quoted paths
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


class _Session(Protocol):
    """What is used of chdb's sessions."""

    def query(self, text: str) -> object: ...

    def close(self) -> None: ...


class ClickHouse:
    """ClickHouse, embedded as chdb."""

    def compute(
        self, steps: Mapping[str, ir.Table], tables: Mapping[str, str], folder: str
    ) -> Mapping[str, str]:
        from chdb import session as chdb

        made = {}
        session: _Session = chdb.Session(os.path.join(folder, "chdb"))  # type: ignore[no-untyped-call]  # chdb has few types
        try:
            session.query("CREATE DATABASE work")
            session.query("USE work")
            for name, path in tables.items():
                session.query(f"CREATE VIEW {name} AS SELECT * FROM file({quoted(path)}, Parquet)")  # noqa: S608 - our own words, quoted paths
            for name, expression in steps.items():
                path = made[name] = os.path.join(folder, f"{name}.result.parquet")
                text = sql(expression, "clickhouse")
                session.query(
                    f"{text} INTO OUTFILE {quoted(path)} FORMAT Parquet {_CLICKHOUSE_SETTINGS}"
                )
                session.query(f"CREATE VIEW {name} AS SELECT * FROM file({quoted(path)}, Parquet)")  # noqa: S608 - our own words, quoted paths
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


class BigQuery:
    """BigQuery, which is reached by its own tools alone: the queries out, their answers in.

    Into the folder go the tables to load (`NAME.parquet`) and the queries in order (`01-NAME.sql`).
    Where the answers to the last ones are there, exported as Parquet (`NAME.result.parquet`), they
    are taken.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def compute(
        self, steps: Mapping[str, ir.Table], tables: Mapping[str, str], folder: str
    ) -> Mapping[str, str]:
        del folder
        answers = {name: os.path.join(self._folder, f"{name}.result.parquet") for name in ANSWERS}
        if all(map(os.path.exists, answers.values())):
            return answers
        os.makedirs(self._folder, exist_ok=True)
        for path in tables.values():
            shutil.copy(path, self._folder)
        for number, (name, expression) in enumerate(steps.items(), 1):
            text = f"CREATE OR REPLACE TABLE {name} AS\n{sql(expression, 'bigquery')};\n"
            with open(
                os.path.join(self._folder, f"{number:02}-{name}.sql"), "w", encoding="utf-8"
            ) as file:
                file.write(text)
        raise BuildError(
            "the answers of BigQuery are not there yet",
            path=self._folder,
            hint="load the tables, run the queries in order, export "
            f"{' and '.join(ANSWERS)} there as *.result.parquet, and build again",
        )


def engine(name: str, folder: str) -> Engine:
    """Return the engine of that name; raise `BuildError` if it is not installed.

    `folder` is where queries are left for an engine that is not run here.
    """
    from importlib.util import find_spec

    if name == "bigquery":
        return BigQuery(folder)

    made: dict[str, tuple[str, type[DuckDb | Spark | ClickHouse]]] = {
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
