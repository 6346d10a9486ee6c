"""URLs that lie where abuse is cheap."""

from __future__ import annotations

import pytest

from core_strategies import LISTED, about, dependency, known, listed, option, seen
from vetgate.model import facts as fact
from vetgate.model.dependency import Dependency, FromIndex, FromPath, FromUrl, FromVcs
from vetgate.model.verdict import Signal
from vetgate.rules.suspicious_tld import RULE

TOLD = {"source": "the test", "as_of": "2026-11-23"}
IN_TOP = "lies in .top, a top-level domain that is often abused"


def of(*urls: str) -> list[Signal]:
    return seen(RULE, listed(), about(presence=LISTED, urls=known(urls)))


@pytest.mark.parametrize(
    "url",
    [
        "https://acme.example",
        "https://top.acme.example/top",
        "https://acme.top.example",
        "https://acme.top@acme.example/",
        "https://acme.example/?u=https://acme.top",
        "https://stop",
        "//acme.example",
        "acme.example/top",
        "git@git.example:acme/acme.top",
        "http://127.0.0.1:8000/",
        "http://192.168.1.7/",
        "http://[::1]/",
        "",
        "UNKNOWN",
    ],
)
def test_is_silent(url: str) -> None:
    assert of(url) == []


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://acme.top", IN_TOP),
        ("https://acme.top.", IN_TOP),
        ("https://ACME.TOP:8443/x", IN_TOP),
        ("https://me:pw@acme.top/", IN_TOP),
        ("https://acme.example@acme.top/", IN_TOP),
        ("  https://acme.top", IN_TOP),
        ("https://acme.t\top", IN_TOP),
        ("//acme.top", IN_TOP),
        ("acme.top/page", IN_TOP),
        ("mailto:dev@acme.top", IN_TOP),
        ("git@acme.top:acme/acme", IN_TOP),
        ("https://acme\u3002top", IN_TOP),
        ("https://top", IN_TOP),
        ("https://acme.zip", "lies in .zip, a top-level domain that is often abused"),
        ("https://acme.tk", "lies in .tk, a top-level domain that is often abused"),
        ("https://acme.work", "lies in .work, a top-level domain that is often abused"),
        (
            "https://xn--cme-7cd.example",
            "has a punycode name, which can be made to look like another",
        ),
        (
            "https://\u0430cme.example",
            "has a punycode name, which can be made to look like another",
        ),
        ("http://8.8.8.8/", "names a bare public IP address"),
        ("http://[2606:4700::1111]/", "names a bare public IP address"),
        ("http://134744072/", "names a bare public IP address"),
        ("http://0x8.8.8.0x8/", "names a bare public IP address"),
    ],
)
def test_signals(url: str, why: str) -> None:
    assert of("https://acme.example", url) == [
        Signal(
            f"its metadata names {url}, which {why}",
            {"urls": [url], "where": "metadata", **TOLD},
        )
    ]


def test_several_urls_are_one_signal() -> None:
    assert [one.message for one in of("https://acme.top", "//acme.tk")] == [
        f"its metadata names https://acme.top, which {IN_TOP} (and 1 more)"
    ]
    assert of("https://acme.top", "https://acme.example", "//acme.top", "//acme.tk") == [
        Signal(
            f"its metadata names https://acme.top, which {IN_TOP} (and 2 more)",
            {"urls": ["https://acme.top", "//acme.top", "//acme.tk"], "where": "metadata", **TOLD},
        )
    ]


@pytest.mark.parametrize(
    ("after", "url"),
    [
        pytest.param(
            dependency(origin=FromUrl("https://acme.top/a.whl")), "https://acme.top/a.whl", id="url"
        ),
        pytest.param(
            dependency(origin=FromVcs("git+https://acme.top/a")), "git+https://acme.top/a", id="vcs"
        ),
        pytest.param(
            dependency(origin=FromVcs("git+ssh://git@acme.top/a")),
            "git+ssh://git@acme.top/a",
            id="ssh",
        ),
        pytest.param(option("--find-links", "https://acme.top/"), "https://acme.top/", id="option"),
        pytest.param(option("--trusted-host", "acme.top"), "//acme.top", id="trusted-host"),
        pytest.param(
            option("tool.uv.allow-insecure-host", "acme.top"), "//acme.top", id="insecure-host"
        ),
        pytest.param(
            option("tool.hatch.envs.a.env-vars.PIP_TRUSTED_HOST", "acme.top"),
            "//acme.top",
            id="trusted-host-of-a-variable",
        ),
        pytest.param(
            dependency(origin=FromIndex("", only_index="https://acme.top/simple")),
            "https://acme.top/simple",
            id="its-own-index",
        ),
        pytest.param(
            dependency(origin=FromIndex("", indexes=("https://acme.top/simple",))),
            "https://acme.top/simple",
            id="in-reach-of-an-index",
        ),
    ],
)
def test_signals_what_stands_in_the_manifest(after: Dependency, url: str) -> None:
    facts = about(presence=LISTED, urls=known(("https://acme.example",)))

    assert seen(RULE, after, facts) == [
        Signal(f"{url} {IN_TOP}", {"url": url, "where": "manifest"}, in_manifest=True)
    ]


def test_signals_a_url_of_the_manifest_once_and_in_order() -> None:
    origin = FromIndex("", "https://b.top", ("https://b.top", "https://a.top"))
    facts = about(presence=LISTED, urls=known(()))

    assert [one.evidence["url"] for one in seen(RULE, dependency(origin=origin), facts)] == [
        "https://a.top",
        "https://b.top",
    ]


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(option("--find-links", "./wheels.zip"), id="a-folder"),
        pytest.param(dependency(origin=FromPath("./acme.zip", inside=True)), id="a-path"),
        pytest.param(dependency(origin=FromUrl("https://files.example/a.whl")), id="a-url"),
        pytest.param(dependency(origin=FromVcs("git+https://git.example/a")), id="a-vcs"),
    ],
)
def test_does_not_ask_for_metadata_of_what_no_index_has(after: Dependency) -> None:
    assert seen(RULE, after, about(urls=known(("https://acme.top",)))) == []


@pytest.mark.parametrize(("private", "elsewhere"), [(True, False), (False, True)])
def test_does_not_ask_about_what_the_public_index_is_not_asked_for(
    private: bool,  # noqa: FBT001 - drawn from a table
    elsewhere: bool,  # noqa: FBT001 - drawn from a table
) -> None:
    assert seen(RULE, listed(), about(), private=private, elsewhere=elsewhere) == []


@pytest.mark.parametrize("presence", [fact.Removed(), fact.NeverSeen()], ids=lambda one: one.word)
def test_leaves_a_package_that_is_not_there_to_other_rules(presence: fact.Presence) -> None:
    facts = about(presence=known(presence), urls=known(("https://acme.top",)))

    assert seen(RULE, listed(), facts) == []


def test_signals_that_it_could_not_tell() -> None:
    assert seen(RULE, listed(), about(presence=LISTED)) == [
        Signal(
            "which URLs its metadata names could not be learned: the index timed out",
            {"unknown": "which URLs its metadata names", "why": "the index timed out"},
            unknown=True,
        )
    ]


def test_is_silent_about_an_index_that_the_policy_names() -> None:
    named = "https://packages.acme.top/simple"

    assert seen(RULE, option("--extra-index-url", named), about(), indexes=(named,)) == []
    assert seen(RULE, option("--extra-index-url", named), about()) != []
