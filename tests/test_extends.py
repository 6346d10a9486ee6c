"""A policy that extends another: from the disk and from the web, in the real program."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from facts.live.loopback import Loopback, Reply, serving
from policyfile.layers import KNOWN
from render.schemas import validator
from scratch import PASSED_QUIETLY, Scratch, refused
from vetgate.commands.asking import Asking
from vetgate.commands.extending import FromDisk
from vetgate.errors import PolicyError
from vetgate.facts.digests import digest
from vetgate.policyfile.chain import Opened
from vetgate.policyfile.finding import Found
from vetgate.policyfile.reading import read_layer

from core_strategies import NOW  # isort: skip

ALLOWED = "[[allow]]\nname = 'rare'\nreason = 'read by hand'\n"
PASSED = "vetgate: 1 addition passed\n  rare: unpopular, exempted by allowance {}: read by hand\n"


@pytest.fixture
def adding(project: Scratch) -> Scratch:
    """Return a repository that is about to add what nobody uses."""
    project.stage("requirements.txt", "flask\nrare\n")
    return project


def test_what_another_file_allows_is_allowed(adding: Scratch) -> None:
    (adding.folder.parent / "security").mkdir()
    adding.write("../security/vetgate.toml", ALLOWED)
    adding.write("vetgate.toml", "extends = '../security/vetgate.toml'\n")

    assert adding.vetgate("check").out == PASSED.format("../security/vetgate.toml:1")


def test_a_project_file_may_extend_and_be_extended(adding: Scratch) -> None:
    adding.write("base/pyproject.toml", ALLOWED.replace("[[allow", "[[tool.vetgate.allow"))
    adding.write("pyproject.toml", "[tool.vetgate]\nextends = 'base/pyproject.toml'\n")

    assert adding.vetgate("check").out == PASSED.format("base/pyproject.toml:1")


def test_the_path_is_taken_from_the_file_that_says_it(adding: Scratch) -> None:
    adding.write("a/b/deep.toml", ALLOWED)
    adding.write("a/vetgate.toml", "extends = 'b/deep.toml'\n")
    adding.write("vetgate.toml", "extends = 'a/vetgate.toml'\n")

    assert adding.vetgate("check").out == PASSED.format("a/b/deep.toml:1")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(None, "vetgate.toml:1: extends 'base.toml', which is not there", id="absent"),
        pytest.param("x", "base.toml:1: not valid TOML: expected '=' after a key in a key/value "
                     "pair", id="no-toml"),
        pytest.param(
            "extends = 'vetgate.toml'",
            "base.toml:1: extends itself through vetgate.toml",
            id="circle",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_extended_is_a_wrong_policy(
    adding: Scratch, content: str | None, problem: str
) -> None:
    adding.write("vetgate.toml", "extends = 'base.toml'\n")
    if content is not None:
        adding.write("base.toml", content)

    assert adding.vetgate("check") == refused(problem, code=2)


def test_a_link_in_place_of_what_is_extended_is_not_followed(adding: Scratch) -> None:
    adding.write("other.toml", ALLOWED)
    (adding.folder / "base.toml").symlink_to("other.toml")
    adding.write("vetgate.toml", "extends = 'base.toml'\n")

    assert adding.vetgate("check") == refused(
        "vetgate.toml:1: extends 'base.toml', which cannot be used: a symbolic link in place of a "
        "policy file",
        code=2,
    )


def test_a_lock_that_is_softened_stops_everything(adding: Scratch) -> None:
    adding.write("base.toml", "[rules.unpopular]\nlock = true\n")
    adding.write("vetgate.toml", "extends = 'base.toml'\n\n[rules.unpopular]\nlevel = 'off'\n")

    assert adding.vetgate("check") == refused(
        "vetgate.toml:4: rules.unpopular.level weakens a rule that base.toml:2 locks",
        "it is block there, and may only be stricter",
        code=2,
    )


def test_a_block_does_not_advise_an_allowance_that_a_lock_forbids(adding: Scratch) -> None:
    adding.write("base.toml", "lock = ['allow']\n")
    adding.write("vetgate.toml", "extends = 'base.toml'\n")

    blocked = adding.vetgate("check")

    assert "ask whoever keeps the policy that vetgate.toml extends to allow it" in " ".join(
        blocked.out.split()
    )
    assert (blocked.code, "vetgate allow" in blocked.out) == (1, False)


def test_an_edit_reaches_only_the_file_itself(adding: Scratch) -> None:
    base = ALLOWED + ALLOWED.replace("rare", "gone") + "expires = 2020-01-01\n"
    adding.write("base.toml", base)
    adding.write("vetgate.toml", "extends = 'base.toml'\n\n" + ALLOWED.replace("rare", "homeless"))

    taken = adding.vetgate("disallow", "rare")
    pruned = adding.vetgate("allow", "--prune", "--yes")

    assert taken == refused(
        "vetgate.toml: rare is not on the allow-list of this file itself",
        "it extends one that has it: base.toml:1",
        code=2,
    )
    assert pruned.out == (
        "removed:\n"
        "  vetgate.toml:3: the allowance for homeless is unused: no manifest declares it\n"
    )
    assert (adding.folder / "base.toml").read_text() == base
    assert (adding.folder / "vetgate.toml").read_text() == "extends = 'base.toml'\n"


EXPLAINED = """\
# the policy in force: vetgate.toml
# which extends base.toml
unknown = "block"                       # default, locked by base.toml:4
trust-rank = 100                        # vetgate.toml:2, locked by base.toml:4
max-age = 7                             # default, locked by base.toml:4
self-approved = "warn"                  # base.toml:1
private = [
  "mine-*",                             # vetgate.toml:3
  "acme-*",                             # base.toml:2
]
indexes = []                            # default

"""


@pytest.fixture
def layered(outside: Scratch) -> Scratch:
    """Return a folder with a policy made of two files."""
    outside.write(
        "base.toml",
        "self-approved = 'warn'\nprivate = ['acme-*']\n"
        "[rules.unpopular]\nlock = true\ndownloads = 2000\n" + ALLOWED,
    )
    outside.write(
        "vetgate.toml",
        "extends = 'base.toml'\ntrust-rank = 100\nprivate = ['mine-*']\n"
        "[rules.no-repository]\nlevel = 'warn'\n",
    )
    return outside


def test_the_policy_in_force_is_told_with_where_each_setting_comes_from(layered: Scratch) -> None:
    ran = layered.vetgate("explain", "--policy")
    lines = [" ".join(line.split()) for line in ran.out.splitlines()]

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(EXPLAINED)
    assert "downloads = 2000 # base.toml:5, locked by base.toml:4" in lines
    assert lines[-3:] == ["[[allow]] # base.toml:6", 'name = "rare"', 'reason = "read by hand"']


def test_what_is_told_is_itself_that_policy(layered: Scratch) -> None:
    told = layered.vetgate("explain", "--policy").out
    layered.write("again/vetgate.toml", told)
    again = layered.vetgate("explain", "--policy", "--format", "json", inside="again").document()
    whole = layered.vetgate("explain", "--policy", "--format", "json").document()

    def values(document: dict[str, object]) -> str:
        kept = {"settings": document["settings"], "allow": document["allow"]}
        text = json.dumps(kept)
        places = json.loads(text, object_hook=_without_places)
        return json.dumps(places)

    assert values(dict(again)) == values(dict(whole))


def _without_places(pairs: dict[str, object]) -> dict[str, object]:
    unwanted = {"said_at", "locked_by", "file", "line"}
    return {key: value for key, value in pairs.items() if key not in unwanted}


def test_the_policy_in_force_is_told_to_programs_too(layered: Scratch) -> None:
    document = layered.vetgate("explain", "--policy", "--format", "json").document()

    validator("explain").validate(document)
    assert document["files"] == ["vetgate.toml", "base.toml"]
    settings = document["settings"]
    assert isinstance(settings, list)
    assert settings[4] == {
        "key": "private",
        "value": ["mine-*", "acme-*"],
        "said_at": [{"file": "vetgate.toml", "line": 3}, {"file": "base.toml", "line": 2}],
        "locked_by": None,
    }


def test_without_a_policy_file_all_are_defaults(outside: Scratch) -> None:
    ran = outside.vetgate("explain", "--policy")

    assert ran.out.startswith("# no policy file: the defaults\nunknown = ")
    assert all("# default" in line for line in ran.out.splitlines() if " = " in line)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--policy", "rare"), "--policy does not go with a name"),
        ((), "nothing to explain: name a package or a rule, or say --policy"),
    ],
)
def test_explain_wants_one_subject(
    outside: Scratch, arguments: tuple[str, ...], problem: str
) -> None:
    assert outside.vetgate("explain", *arguments) == refused(problem, code=2)


# What comes from the web.

CONTENT = ALLOWED.encode()


def remote(url: str, sha256: str = digest(CONTENT)) -> str:
    return f"extends = {{ url = '{url}', sha256 = '{sha256}' }}\n"


class Web:
    """A web with one answer to all; it counts how often it is asked."""

    def __init__(self, answer: bytes | str) -> None:
        self.answer, self.asked = answer, 0

    def __call__(self, _url: str) -> bytes | str:
        self.asked += 1
        return self.answer


def had(cache: Path, web: Web, *, sha256: str = digest(CONTENT), offline: bool = False) -> bytes:
    """Read what a policy extends, with a web of the test's own."""
    policy = remote("https://policies.acme.example/p.toml?token=x", sha256).encode()
    environment = {"VETGATE_CACHE_DIR": str(cache)}
    source = FromDisk(str(cache), lambda: Asking(environment, NOW, offline), web)
    parent = read_layer(policy, "vetgate.toml", KNOWN).extends
    assert parent is not None
    found = source.open(parent, Opened(Found("/p/vetgate.toml", policy), "vetgate.toml", "p"))
    assert found.shown == "https://policies.acme.example/p.toml"
    return found.found.content


def refusal(cache: Path, web: Web, *, sha256: str = digest(CONTENT), offline: bool = False) -> str:
    with pytest.raises(PolicyError) as caught:
        had(cache, web, sha256=sha256, offline=offline)
    return f"{caught.value} | {caught.value.hint()}"


def test_a_policy_of_the_web_is_asked_for_once_and_then_known_offline(tmp_path: Path) -> None:
    web = Web(CONTENT)

    assert had(tmp_path, web) == had(tmp_path, web) == had(tmp_path, web, offline=True) == CONTENT
    assert web.asked == 1


def test_what_is_damaged_in_the_cache_is_asked_for_again(tmp_path: Path) -> None:
    web = Web(CONTENT)
    had(tmp_path, web)
    (tmp_path / "policies" / f"{digest(CONTENT)}.toml").write_bytes(b"unknown = 'warn'\n")

    assert had(tmp_path, web) == CONTENT
    assert web.asked == 2


def test_another_content_than_promised_is_refused_each_time(tmp_path: Path) -> None:
    other = b"unknown = 'warn'\n"
    said = (
        "vetgate.toml:1: what it extends is not what its sha256 says | "
        f"what is there now has {digest(other)}: read it before you trust it"
    )

    assert [refusal(tmp_path, Web(other)) for _ in range(2)] == [said, said]


@pytest.mark.parametrize(
    ("offline", "asked", "said"),
    [
        (
            False,
            1,
            (
                "what it extends could not be had: the host is down | "
                "without the policy that it builds upon, nothing can be judged"
            ),
        ),
        (
            True,
            0,
            (
                "what it extends is not in the cache, and nobody may be asked | "
                "run it once without --offline and VETGATE_OFFLINE"
            ),
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_had_is_never_passed_over(
    tmp_path: Path,
    offline: bool,  # noqa: FBT001 - a column of the table
    asked: int,
    said: str,
) -> None:
    web = Web("the host is down")

    assert refusal(tmp_path, web, offline=offline) == f"vetgate.toml:1: {said}"
    assert web.asked == asked


def test_a_policy_of_the_web_names_no_path(tmp_path: Path) -> None:
    parent = read_layer(b"extends = '../x.toml'\n", "https://a.example/p", KNOWN).extends
    assert parent is not None
    source = FromDisk(str(tmp_path), lambda: Asking({}, NOW))
    below = Opened(Found("https://a.example/p", b""), "https://a.example/p", "digest")

    with pytest.raises(PolicyError, match="a policy from the web cannot extend a path"):
        source.open(parent, below)


@pytest.fixture
def certified(tmp_path: Path) -> Iterator[tuple[Loopback, str]]:
    """Run a web server with TLS on this machine; return it and the certificate to trust."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("makes its certificate with openssl")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        (openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", str(key), "-out", str(certificate)),
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with serving(context) as loopback:
        yield loopback, str(certificate)


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_policy_comes_over_tls_and_then_from_the_cache(
    adding: Scratch, certified: tuple[Loopback, str]
) -> None:
    web, certificate = certified
    url = f"https://127.0.0.1:{web.port}"
    web.on("/moved.toml", Reply(status=302, headers=(("Location", "/policy.toml"),)))
    web.on("/policy.toml", Reply(CONTENT))
    adding.write("vetgate.toml", remote(f"{url}/moved.toml"))
    adding.environment["PIP_CERT"] = certificate
    for name in ("PIP_CONFIG_FILE", "REQUESTS_CA_BUNDLE"):
        adding.environment.pop(name, None)

    first, second = adding.vetgate("check"), adding.vetgate("check", "--offline")

    assert first.out == second.out == PASSED.format(f"{url}/moved.toml:1")
    assert web.paths() == ["/moved.toml", "/policy.toml"]


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (Reply(status=404), "{host} has no such file"),
        (Reply(status=403), "{host} refuses access (status 403)"),
        (Reply(b"x" * 1024, repeat=4097), "{host} answers with more than 4 MB"),
        (
            Reply(status=302, headers=(("Location", "http://127.0.0.1/p.toml"),)),
            "{host} redirects from https to http",
        ),
        (
            Reply(status=302, headers=(("Location", "/policy.toml"),)),
            "{host} redirects more than 5 times",
        ),
    ],
)
def test_what_the_web_refuses_ends_the_check(
    adding: Scratch, certified: tuple[Loopback, str], reply: Reply, why: str
) -> None:
    web, certificate = certified
    web.on("/policy.toml", reply)
    adding.write("vetgate.toml", remote(f"https://127.0.0.1:{web.port}/policy.toml"))

    ran = adding.vetgate("check", PIP_CERT=certificate)

    assert ran == refused(
        f"vetgate.toml:1: what it extends could not be had: {why.format(host=web.host)}",
        "without the policy that it builds upon, nothing can be judged",
        code=2,
    )


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_certificate_that_nobody_trusts_is_refused(
    adding: Scratch, certified: tuple[Loopback, str]
) -> None:
    web, _ = certified
    web.on("/policy.toml", Reply(CONTENT))
    adding.write("vetgate.toml", remote(f"https://127.0.0.1:{web.port}/policy.toml"))

    assert "has no certificate that is trusted here" in adding.vetgate("check").err


def test_the_policy_of_a_popular_addition_is_read_all_the_same(project: Scratch) -> None:
    project.stage("requirements.txt", "flask\nrequests\n")
    assert project.vetgate("check") == PASSED_QUIETLY
    project.write("vetgate.toml", "extends = 'absent.toml'\n")

    assert project.vetgate("check").code == 2
