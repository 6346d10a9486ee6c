"""A corpus of the index's size: real names or made up ones, everything else *synthetic*.

The same seed gives the same corpus. How many packages have what is as in the public figures; who
depends on whom follows a power law; owners' names are pieces of packages' names.
"""

from __future__ import annotations

import json
import random
import zipfile
from pathlib import Path

import duckdb

SEED = 20261125
NAMES = 886_323
REQUIREMENTS = 8_000_000
ADVISORIES = 100_000
KINDS = {
    "index-names": "names.parquet",
    "names-seen": "seen.parquet",
    "downloads": "downloads.parquet",
    "requires": "requires.parquet",
    "metadata": "metadata.parquet",
    "advisories": "advisories.zip",
}


def make(folder: Path, names: Path | None, share: float = 1.0) -> dict[str, Path]:
    """Write the sources, a share of all, into a folder; return the file of each kind."""
    folder.mkdir(parents=True)
    database = duckdb.connect(config={"threads": "2"})
    database.execute(f"SELECT setseed({SEED / 1e8})")
    _names(database, names, folder, share)
    count = database.execute("SELECT count(*) FROM project").fetchone()
    assert count is not None
    for table, query in _QUERIES.items():
        query = query.format(share=share, most=count[0], rows=int(REQUIREMENTS * share))
        database.execute(f"COPY ({query}) TO '{folder / KINDS[table]}' (FORMAT parquet)")
    every = [
        str(row[0]) for row in database.execute("SELECT name FROM project ORDER BY n").fetchall()
    ]
    _advisories(folder / KINDS["advisories"], every, int(ADVISORIES * share))
    database.close()
    return {kind: folder / file for kind, file in KINDS.items()}


def _names(
    database: duckdb.DuckDBPyConnection, names: Path | None, folder: Path, share: float
) -> None:
    table = folder / "names.tsv"
    with table.open("w", encoding="utf-8") as file:
        if names is None:
            chance = random.Random(SEED)  # noqa: S311 - the same names each time
            words = [
                "".join(chance.choices("abcdefghijklmnoprstuvwy", k=chance.randint(3, 9)))
                for _ in range(40_000)
            ]
            file.write("name\tmonth\trank\n")
            for n in range(NAMES):
                name = f"{chance.choice(words)}-{chance.choice(words)}{n % 977 or ''}"
                month = f"{chance.randint(2012, 2026)}-{chance.randint(1, 10):02}"
                file.write(f"{name}\t{month}\t{n + 1 if n < 15_000 else ''}\n")
        else:
            import lzma

            with lzma.open(names, "rt", encoding="utf-8") as packed:
                file.writelines(packed)
    database.execute(f"""
CREATE TABLE project AS
SELECT row_number() OVER (ORDER BY rank NULLS LAST, hash(name)) - 1 AS n, name, rank, month, hash(name) AS h
FROM read_csv('{table}', delim = '\\t', header = true, columns = {{'name': 'VARCHAR', 'month': 'VARCHAR', 'rank': 'BIGINT'}}, quote = '')
WHERE hash(name, 1) % 1000 < {share} * 1000
""")
    database.execute("""
CREATE TABLE dated AS SELECT *, try_cast(coalesce(nullif(month, ''), '2020-01') || '-01' AS DATE) + (h % 28)::INT AS latest,
  (hash(name, 2) % 100000) / 100000.0 AS u, (hash(name, 3) % 100000) / 100000.0 AS v FROM project
""")
    table.unlink()


_QUERIES = {
    "index-names": "SELECT name FROM project ORDER BY name",
    "names-seen": """
SELECT name, latest - CASE WHEN h % 100 < 35 THEN 0 ELSE (floor(pow(u, 3) * 3000))::INT END AS first_upload, latest AS last_upload FROM dated
UNION ALL SELECT name || '-gone' || (h % 7), latest - 100, latest FROM dated WHERE h % 12 = 0""",
    "downloads": """
SELECT name AS project, CASE WHEN rank IS NOT NULL THEN (2e9 / pow(rank, 1.09))::BIGINT
  ELSE floor(pow(10, CASE WHEN u < 0.5 THEN u * 6 ELSE 3 + (u - 0.5) * 3.5 END))::BIGINT END AS downloads FROM dated""",
    "requires": """
SELECT a.name, d.name || CASE WHEN r.k % 4 = 0 THEN '>=1.' || (r.k % 30) WHEN r.k % 9 = 0 THEN ' ; extra == ''dev''' ELSE '' END AS requirement
FROM (SELECT i AS k, (hash(i, 5) % {most}) AS a, least(floor({most} * pow((hash(i, 6) % 1000000) / 1000000.0, 24)), {most} - 1)::BIGINT AS d
  FROM range({rows}) t(i)) r JOIN project a ON a.n = r.a JOIN project d ON d.n = r.d""",
    "metadata": """
SELECT p.name, '1.' || (p.h % 40) || '.' || (p.h % 9) AS version, p.latest::TIMESTAMP AS upload_time,
  CASE WHEN p.h % 100 < 53 THEN ['Homepage, https://github.com/' || owner || '/' || repo,
     'Issues, https://github.com/' || owner || '/' || repo || '/issues']
   WHEN p.h % 1000 BETWEEN 553 AND 571 THEN ['Homepage, https://' || owner || '.top/'] ELSE [] END AS project_urls,
  CASE WHEN p.h % 7 = 0 THEN 'https://' || owner || '.readthedocs.io' END AS home_page,
  'A library that does something well. See https://docs.example.org/' || p.name || ' and the examples there, which are many. ' || repeat('It is easy to install and to use. ', (p.h % 9)::INT) AS description,
  owner || '@mail.example' AS author_email
FROM (SELECT d.*, o.name AS other FROM dated d JOIN project o ON o.n = (d.h % {most}) // 4 * 4) p,
  LATERAL (SELECT CASE WHEN p.h % 3 = 0 THEN substr(p.name, 1, 6) ELSE regexp_replace(substr(p.other, 1, 5 + (p.h % 8)::INT), '[^A-Za-z0-9]', '', 'g') END || CASE WHEN p.h % 5 = 0 THEN (p.h % 99)::VARCHAR ELSE 'x' END AS owner,
    CASE WHEN p.h % 10 < 7 THEN p.name WHEN p.h % 10 < 9 THEN replace(p.name, '-', '_') ELSE p.other END AS repo)""",
}


def _advisories(path: Path, names: list[str], count: int) -> None:
    chance = random.Random(SEED)  # noqa: S311 - the same records each time
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for n in range(count):
            malicious = chance.random() < 0.7
            name = (
                chance.choice(names)
                if chance.random() < 0.5 or not malicious
                else f"{chance.choice(names)}-{chance.choice(('py', 'sdk', 'utils', 'x'))}"
            )
            record = _malicious(n, name, chance) if malicious else _vulnerable(n, name, chance)
            record["modified"] = f"2026-11-{1 + n % 24:02}T10:00:00Z"
            if chance.random() < 0.03:
                record["withdrawn"] = record["modified"]
            archive.writestr(f"{record['id']}.json", json.dumps(record))


def _malicious(n: int, name: str, chance: random.Random) -> dict[str, object]:
    affected: dict[str, object] = {"package": {"ecosystem": "PyPI", "name": name}}
    if chance.random() < 0.4:
        affected["ranges"] = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]
    else:
        affected["versions"] = [
            f"{chance.randint(0, 9)}.{chance.randint(0, 9)}.{k}"
            for k in range(chance.randint(1, 3))
        ]
    return {
        "id": f"MAL-2026-{n}",
        "summary": f"Malicious code in {name} (PyPI)",
        "affected": [affected],
        "details": "x" * 400,
    }


def _vulnerable(n: int, name: str, chance: random.Random) -> dict[str, object]:
    fixed = f"{chance.randint(1, 20)}.{chance.randint(0, 20)}.{chance.randint(0, 9)}"
    return {
        "id": f"GHSA-{n:04x}-{chance.getrandbits(16):04x}",
        "aliases": [f"CVE-2026-{n}"],
        "summary": " ".join(chance.choice(_WORDS) for _ in range(chance.randint(5, 9))),
        "affected": [
            {
                "package": {"ecosystem": "PyPI", "name": name},
                "versions": [f"0.{k}" for k in range(20)],
                "ranges": [
                    {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": fixed}]}
                ],
            }
        ],
        "database_specific": {"severity": chance.choice(("LOW", "MODERATE", "HIGH", "CRITICAL"))},
        "details": "x" * 1500,
    }


_WORDS = (
    "reads", "any", "file", "through", "a", "crafted", "archive", "denial", "of", "service", "in",
    "the", "parser", "allows", "remote", "code", "execution", "via", "unsafe", "header", "template",
    "injection", "path", "traversal", "leaks", "credentials", "on", "redirect", "regular",
    "expression", "cross", "site", "scripting", "server", "side", "request", "forgery",
)  # fmt: skip
