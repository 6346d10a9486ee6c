"""What counts as a declared source repository."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetgate.facts.declared import MOST_URLS, Declared
from vetgate.facts.repository import declared_repository, normal_label
from vetgate.model.dependency import NormalizedName

NAME = NormalizedName("left-pad")
HERE = "https://github.com/o/left-pad"


@pytest.mark.parametrize(
    ("urls", "found"),
    [
        pytest.param({"Source": HERE}, HERE, id="source"),
        pytest.param({"Source Code": f"{HERE}.git"}, HERE, id="source-code-and-git"),
        pytest.param({"repository": f"git+{HERE}"}, HERE, id="repository-git-plus"),
        pytest.param({"GitHub": "git@github.com:o/left-pad.git"}, HERE, id="scp"),
        pytest.param({"Code": "ssh://git@github.com/o/left-pad"}, HERE, id="ssh"),
        pytest.param({"Source": "scm:git+https://github.com/o/left-pad#egg=x"}, HERE, id="scm"),
        pytest.param({"Source": "github.com/o/left-pad"}, HERE, id="no-scheme"),
        pytest.param({"Homepage": "https://www.GitHub.com/o/left-pad/"}, HERE, id="homepage-alone"),
        pytest.param({"Bug Tracker": f"{HERE}/issues"}, HERE, id="issues-alone"),
        pytest.param({"Changelog": f"{HERE}/blob/main/CHANGES.md"}, HERE, id="changelog-alone"),
        pytest.param({"Anything": f"{HERE}?tab=readme"}, HERE, id="any-label"),
        pytest.param(
            {"Homepage": "https://left-pad.example.net", "Docs": f"{HERE}/wiki"}, HERE, id="wiki"
        ),
        pytest.param(
            {"Other": "https://github.com/x/y", "Source": HERE}, HERE, id="source-before-others"
        ),
        pytest.param(
            {"Other": "https://github.com/x/y", "Homepage": HERE}, HERE, id="homepage-before-others"
        ),
        pytest.param(
            {"Source": "https://gitlab.com/a/b/c/-/tree/main"},
            "https://gitlab.com/a/b/c",
            id="gitlab-subgroup",
        ),
        pytest.param(
            {"x": "https://gitlab.acme.example/a/b"},
            "https://gitlab.acme.example/a/b",
            id="gitlab-own",
        ),
        pytest.param({"x": "https://git.sr.ht/~u/r"}, "https://git.sr.ht/~u/r", id="sourcehut"),
        pytest.param(
            {"x": "https://launchpad.net/bzr"}, "https://launchpad.net/bzr", id="launchpad"
        ),
        pytest.param(
            {"x": "https://sourceforge.net/projects/docutils/files"},
            "https://sourceforge.net/projects/docutils",
            id="sourceforge",
        ),
        pytest.param(
            {"Source": "https://hg.acme.org/left-pad"},
            "https://hg.acme.org/left-pad",
            id="own-host",
        ),
    ],
)
def test_counts(urls: dict[str, str], found: str) -> None:
    assert declared_repository(urls.items(), "", NAME) == found


@pytest.mark.parametrize(
    "urls",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"Source": "UNKNOWN"}, id="unknown"),
        pytest.param({"Source": " "}, id="blank"),
        pytest.param({"Homepage": "https://left-pad.readthedocs.io/en/latest"}, id="documentation"),
        pytest.param({"Source": "https://left-pad.readthedocs.io/en/latest"}, id="labelled-docs"),
        pytest.param({"Source": "https://o.github.io/left-pad"}, id="pages"),
        pytest.param({"Homepage": "https://index.example/project/left-pad/"}, id="index-itself"),
        pytest.param({"Source": "https://index.example/project/left-pad/"}, id="labelled-index"),
        pytest.param({"Source": "https://own.example.org/left-pad"}, id="own-host-of-the-index"),
        pytest.param({"Source": "https://github.com/o"}, id="page-of-a-user"),
        pytest.param({"Source": "https://github.com/"}, id="forge-itself"),
        pytest.param({"Funding": "https://github.com/sponsors/o"}, id="sponsors"),
        pytest.param({"Source": "https://github.com/orgs/o/projects"}, id="reserved-owner"),
        pytest.param({"Source": "https://github.com/pypa/sampleproject"}, id="template-of-pypa"),
        pytest.param({"Source": "https://github.com/username/left-pad"}, id="template-username"),
        pytest.param({"Source": "https://github.com/<your-name>/left-pad"}, id="placeholder"),
        pytest.param({"Source": "https://github.com/{{ owner }}/left-pad"}, id="cookiecutter"),
        pytest.param({"Source": "https://example.com/left-pad"}, id="example"),
        pytest.param({"Source": "https://acme.org"}, id="own-host-without-path"),
        pytest.param({"Homepage": "https://acme.org/left-pad"}, id="own-host-without-source-label"),
        pytest.param({"Source": "https://[::1"}, id="no-url"),
        pytest.param({"Source": "see README"}, id="prose"),
    ],
)
def test_does_not_count(urls: dict[str, str]) -> None:
    assert declared_repository(urls.items(), "", NAME, frozenset({"own.example.org"})) is None


def test_the_sample_project_is_its_own_repository() -> None:
    url = "https://github.com/pypa/sampleproject"

    assert declared_repository((("Homepage", url),), "", NormalizedName("sampleproject")) == url


@pytest.mark.parametrize(
    ("description", "found"),
    [
        pytest.param(f"[CI]({HERE}/actions/badge.svg) and {HERE}.", HERE, id="badge"),
        pytest.param(
            "see https://github.com/o/Left_Pad", "https://github.com/o/Left_Pad", id="case"
        ),
        pytest.param("built on https://github.com/psf/requests", None, id="another-package"),
        pytest.param(
            "https://github.com/a/left-pad https://github.com/b/left-pad https://github.com/b/left-pad",
            "https://github.com/b/left-pad",
            id="most-frequent",
        ),
        pytest.param("nothing", None, id="nothing"),
    ],
)
def test_the_description_counts_where_it_carries_the_name(
    description: str, found: str | None
) -> None:
    assert declared_repository((), description, NAME) == found


@given(st.dictionaries(st.text(max_size=9), st.text(max_size=40)), st.text(max_size=80))
def test_nothing_in_metadata_can_break_it(urls: dict[str, str], description: str) -> None:
    found = declared_repository(urls.items(), description, NAME)

    assert found is None or found.startswith("https://")


@given(st.text())
def test_labels_are_normalised_once(label: str) -> None:
    assert normal_label(normal_label(label)) == normal_label(label)


def test_all_urls_and_domains_of_contacts_are_listed_once() -> None:
    declared = Declared(
        NAME,
        project_urls=(("Source", HERE), ("Home", "UNKNOWN"), ("Docs", "left-pad.top")),
        description=f"See <{HERE}> and (http://bad.top/x). Again {HERE}!",
        contacts=("A. U. Thor <au.thor@Mail.Example.xyz>", "https://a.example, b@c"),
    )

    assert declared.urls() == (
        HERE,
        "left-pad.top",
        "http://bad.top/x",
        "https://a.example",
        "//mail.example.xyz",
    )


def test_of_too_many_urls_nothing_is_known() -> None:
    text = " ".join(f"https://h{number}.example" for number in range(MOST_URLS + 1))

    assert Declared(NAME, description=text).urls() is None
    assert Declared(NAME, description=text.rpartition(" ")[0]).urls() is not None
