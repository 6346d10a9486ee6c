"""ClickPy's public SQL: what is asked, and the JSON that it answers.

Its data is the index's public data set, CC BY 4.0. Counts come as texts (64 bits), and its tables
are summed up lazily: hence `sum` and `GROUP BY` everywhere.
"""

from __future__ import annotations

from vetgate.corpus.reading import Json, Stated

QUERIES = {
    "downloads": (
        "SELECT project, sum(count) AS downloads FROM pypi.pypi_downloads_per_month"
        " WHERE month = toStartOfMonth(now() - INTERVAL 1 MONTH) GROUP BY project"
    ),
    "names-seen": (
        "SELECT name AS project, min(upload_time) AS first_upload, max(upload_time) AS last_upload"
        " FROM pypi.projects GROUP BY project"
    ),
    "requires": (
        "SELECT name, argMax(version, upload_time) AS version,"
        " argMax(requires_dist, upload_time) AS requirement, max(upload_time) AS upload_time"
        " FROM pypi.projects GROUP BY name"
    ),
    "metadata": (
        "SELECT name, argMax(version, upload_time) AS version,"
        " argMax(home_page, upload_time) AS home_page,"
        " argMax(project_urls, upload_time) AS project_urls,"
        " argMax(author_email, upload_time) AS author_email, max(upload_time) AS upload_time"
        " FROM pypi.projects GROUP BY name"
    ),
}
"""By kind; each answer has the columns of the kind's file, and is asked for as Parquet."""

BIGQUERY = {
    "downloads": (
        "SELECT project, COUNT(*) AS downloads FROM `bigquery-public-data.pypi.file_downloads`"
        " WHERE DATE(timestamp) BETWEEN DATE_TRUNC(DATE_SUB(CURRENT_DATE(), INTERVAL 1 MONTH),"
        " MONTH) AND LAST_DAY(DATE_SUB(CURRENT_DATE(), INTERVAL 1 MONTH)) GROUP BY project"
    ),
    "names-seen": (
        "SELECT REGEXP_REPLACE(LOWER(name), r'[-_.]+', '-') AS name,"
        " MIN(upload_time) AS first_upload, MAX(upload_time) AS last_upload"
        " FROM `bigquery-public-data.pypi.distribution_metadata` GROUP BY 1"
    ),
    "requires": (
        "SELECT name, version, requires_dist AS requirement, upload_time"
        " FROM `bigquery-public-data.pypi.distribution_metadata`"
        " QUALIFY ROW_NUMBER() OVER (PARTITION BY name, version ORDER BY upload_time) = 1"
    ),
    "metadata": (
        "SELECT name, version, home_page, download_url, project_urls, description, author_email,"
        " maintainer_email, upload_time FROM `bigquery-public-data.pypi.distribution_metadata`"
        " QUALIFY ROW_NUMBER() OVER (PARTITION BY name, version ORDER BY upload_time) = 1"
    ),
}
"""The same of BigQuery's public data set, to be exported as Parquet (`EXPORT DATA`)."""


def json_rows(document: Json) -> Stated:
    """Take an answer in the format `JSON` apart; raise `TypeError` with the row that is wrong."""
    if not isinstance(document, dict) or not isinstance(listed := document.get("data"), list):
        raise TypeError("it has no list `data`, as ClickHouse's format JSON has")
    rows: list[dict[str, str | None]] = []
    for number, row in enumerate(listed, 1):
        if not isinstance(row, dict) or "project" not in row:
            raise TypeError(f"row {number} has no project")
        cells = {_FIELDS.get(key, key): str(value) for key, value in row.items()}
        rows.append({**cells})
    return Stated(tuple(rows))


_FIELDS = {"project": "name", "first_dl": "first_upload", "last_dl": "last_upload"}
