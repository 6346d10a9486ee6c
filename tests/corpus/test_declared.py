"""What counts as a repository: as expressions and as the function, the same answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vetgate.corpus import tables
from vetgate.corpus.compiling import sql
from vetgate.corpus.rows import Scope, expressions
from vetgate.facts import repository as rules
from vetgate.facts.declared import Declared
from vetgate.model.dependency import NormalizedName
from vetgate.model.record import Record
from vetgate.model.urls import host_of
from vetgate.rules.suspicious_tld import SUSPICIOUS

OWN = frozenset({"own.example.org"})


class Package(Record):
    """What one package declares."""

    urls: tuple[tuple[str, str], ...] = ()
    description: str = ""
    contacts: str = ""


def name(number: int) -> NormalizedName:
    """Return names that repeat in URLs: `left-pad`, and others that contain it or not."""
    return NormalizedName(("left-pad", "pad", "left-pad-x", "r")[number % 4] + "0" * (number // 4))


class Engine:
    """DuckDB, with the steps up to the repositories and the suspicious URLs."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        kinds = {"string": "VARCHAR", "int64": "BIGINT"}
        for table in ("metadata", "urls"):
            columns = ", ".join(f"{key} {kinds[of]}" for key, of in tables.SCHEMAS[table].items())
            self.connection.execute(f"CREATE TABLE {table} ({columns})")
        steps = expressions(Scope(frozenset({"metadata"}), 20_000, own_hosts=OWN))
        for step in ("latest", "words", "candidates", "on_forges", "repositories", "suspicious"):
            self.connection.execute(f"CREATE VIEW {step} AS {sql(steps[step], 'duckdb')}")

    def tell(self, packages: Sequence[Package]) -> tuple[dict[str, str], set[tuple[str, str]]]:
        """Return the repository of each package that has one, and all suspicious URLs."""
        self.connection.execute("DELETE FROM metadata")
        self.connection.execute("DELETE FROM urls")
        for number, package in enumerate(packages):
            self.connection.execute(
                "INSERT INTO metadata VALUES (?, ?, '1', 0, 0, NULL, NULL, '', 0, ?, ?)",
                [number, name(number), package.description, package.contacts],
            )
            for place, (label, url) in enumerate(package.urls):
                self.connection.execute(
                    "INSERT INTO urls VALUES (?, ?, ?, ?, ?)",
                    [number, name(number), place, label, url],
                )
        found = self.connection.execute("SELECT name, repository FROM repositories").fetchall()
        bad = self.connection.execute("SELECT name, url FROM suspicious").fetchall()
        return {str(key): str(value) for key, value in found}, {(str(a), str(b)) for a, b in bad}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = Engine()
    yield made
    made.connection.close()


def of_the_function(packages: Sequence[Package]) -> dict[str, str]:
    """Return the same from `facts/repository.py`."""
    found = {
        name(number): rules.declared_repository(
            package.urls, package.description, name(number), OWN
        )
        for number, package in enumerate(packages)
    }
    return {key: value for key, value in found.items() if value is not None}


pieces = st.sampled_from(
    [
        "https://", "http://", "HTTPS://", "git+", "scm:", "git@", "ssh://", "ssh://git@", "www.",
        "u:p@", "github.com", "GitHub.com", "gitlab.com", "gitlab.acme.org", "git.acme.org",
        "launchpad.net", "a.sourceforge.net", "sourceforge.net", "own.example.org", "acme.org",
        "x.readthedocs.io", "example.com", "acme.example", "/", "//", ":", ":22/", ".", "..", "o",
        "left-pad", "Left_Pad", "left-pad.git", ".git", "pypa", "sampleproject", "username",
        "your-name", "<owner>", "{{x}}", "sponsors", "issues", "tree", "blob/main", "-", "p",
        "projects", "wiki", "project", "simple", "?a=b", "#c", " ", "\t", "\n", "é", "\x0b", "\x01",
        "UNKNOWN", "none", "%20", "$", "@", "\\", "]", ")", "`", "'", '"', ",", ";", "!", "~r",
    ]
)  # fmt: skip
urls = st.lists(pieces, max_size=9).map("".join)
labels = st.sampled_from(
    ["Source", "source code", "Repo-sitory", "GitHub", "Homepage", "Home page", "Docs",
     "Bug\tTracker", "Sourceé", "s\x0bource", "so\x01urce", "", "Code!"]
)  # fmt: skip
packages = st.builds(
    Package,
    st.lists(st.tuples(labels, urls), max_size=4).map(tuple),
    st.lists(urls, max_size=5).map(" see (".join),
    st.just(""),
)


@settings(max_examples=40)
@given(st.lists(packages, min_size=1, max_size=25))
def test_expressions_and_function_give_the_same_answers(
    engine: Engine, packages: list[Package]
) -> None:
    told, _ = engine.tell(packages)

    assert told == of_the_function(packages)


def written_cases() -> list[Package]:
    """Return the cases of the function's own tests."""
    here = "https://github.com/o/left-pad"
    texts = (
        here, f"{here}.git", f"git+{here}", "git@github.com:o/left-pad.git",
        "ssh://git@github.com/o/left-pad", "scm:git+https://github.com/o/left-pad#egg=x",
        "github.com/o/left-pad", f"{here}/issues", f"{here}/blob/main/CHANGES.md",
        "https://gitlab.com/a/b/c/-/tree/main", "https://git.sr.ht/~u/r", "https://launchpad.net/b",
        "https://sourceforge.net/projects/docutils/files", "https://hg.acme.org/left-pad",
        "https://github.com/o", "https://github.com/pypa/sampleproject", "https://[::1",
        "https://x.github.io/left-pad", "https://github.com/{{ owner }}/left-pad", "see README",
    )  # fmt: skip
    return [Package(((label, text),)) for label in ("Source", "Homepage", "Any") for text in texts]


def test_the_written_cases_give_the_same_answers(engine: Engine) -> None:
    cases = written_cases()

    told, _ = engine.tell(cases)

    assert told == of_the_function(cases)
    assert len(told) > len(cases) // 2


hosts = st.sampled_from(
    ["acme.top", "ACME.XYZ", "a.top.", "top.example", "xn--e1a.example", "é.example", "203.0.113.9",
     "[2001:db8::1]", "0x7f.1", "2130706433", "acme.example", "u@acme.zip", "u:p@acme.click:80",
     "acme.topper", "a.top\\x"]
)  # fmt: skip
tails = st.sampled_from(["", "/", "/a.zip", ":8080/x", "?q=a.top", "#f.top"])
addresses = st.builds(
    lambda start, host, tail: f"{start}{host}{tail}",
    st.sampled_from(["https://", "http://", "ftp://", "//", "", "HTTP://"]),
    hosts,
    tails,
)


def judged(url: str) -> bool:
    """Whether the rule `suspicious-tld` would signal a URL, as far as its name goes."""
    host = host_of(url if "//" in url else f"//{url}")
    if host is None:
        return False
    last = host.split(".")[-1]
    named = last in SUSPICIOUS or any(label.startswith("xn--") for label in host.split("."))
    return named or last.isdigit() or last.startswith("0x") or ":" in host


@settings(max_examples=40)
@given(st.lists(st.lists(addresses, max_size=3), min_size=1, max_size=10))
def test_no_url_that_the_rule_would_signal_is_left_out(
    engine: Engine, each: list[list[str]]
) -> None:
    packages = [Package(tuple(("Any", url) for url in some)) for some in each]

    _, kept = engine.tell(packages)

    for number, some in enumerate(each):
        for url in some:
            if judged(url):
                assert (name(number), "".join(url.split())) in kept


def test_urls_in_texts_and_domains_of_contacts_are_looked_at_too(engine: Engine) -> None:
    package = Package(
        (("Homepage", "https://acme.example"),),
        "See <https://win.prizes.zip/x>, and (http://fine.example/a.zip).",
        "Bob <bob@evil.top>, https://also.xyz/",
    )
    declared = Declared(
        name(0),
        project_urls=package.urls,
        description=package.description,
        contacts=(package.contacts,),
    ).urls()

    _, kept = engine.tell([package])

    assert kept == {
        (name(0), url) for url in ("https://win.prizes.zip/x", "//evil.top", "https://also.xyz/")
    }
    assert declared is not None
    assert {url for _, url in kept} <= set(declared)
