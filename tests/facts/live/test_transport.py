"""How requests are sent: whom they trust, what they show to whom, and where they are moved to."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from itertools import pairwise

import pytest

from facts.live.loopback import SIMPLE_JSON, Loopback, Reply, page
from facts.live.wire import Answered, Sent, Wire, wired
from vetgate.facts.index_settings import Credentials, IndexSettings
from vetgate.facts.live import services
from vetgate.facts.live.index import Index
from vetgate.facts.live.sender import Sender
from vetgate.facts.live.source import Live
from vetgate.facts.live.transport import Answer, Failure, Page, Question
from vetgate.facts.services import Services
from vetgate.model.dependency import NormalizedName
from vetgate.model.facts import Known, Listed, Unknown

NOW = datetime(2026, 11, 23, tzinfo=timezone.utc)
EVIL = NormalizedName("evil")
INDEX = "https://index.example/simple/evil/"
FILE = "https://files.example/evil-1.0.whl.metadata"
SERVICE = "https://counts.example/packages"
EVERY = (INDEX, FILE, SERVICE)

PLAIN = IndexSettings(url="https://index.example/simple")
LOGIN = PLAIN._replace(credentials=Credentials("user", "pass word"))
SHOWN = "Basic dXNlcjpwYXNzIHdvcmQ="
PROXY = "http://proxy.example:3128"
PROXIES = (("http", PROXY), ("https", PROXY))


@pytest.fixture(autouse=True)
def _no_bundle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take out what `requests` reads besides the settings."""
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(variable, raising=False)


def question(url: str, body: bytes | None = None) -> Question:
    return Question(url, "*/*", 1 << 20, body)


@pytest.mark.parametrize(
    ("settings", "sent"),
    [
        pytest.param(PLAIN, [Sent(url) for url in EVERY], id="nothing-set"),
        pytest.param(LOGIN, [Sent(INDEX, SHOWN), Sent(FILE), Sent(SERVICE)], id="credentials"),
        pytest.param(
            PLAIN._replace(client_cert="me.pem"),
            [Sent(INDEX, cert="me.pem"), Sent(FILE), Sent(SERVICE)],
            id="client-certificate",
        ),
        pytest.param(
            PLAIN._replace(cert="bundle.pem"),
            [Sent(url, verify="bundle.pem") for url in EVERY],
            id="bundle",
        ),
        pytest.param(
            PLAIN._replace(proxy=PROXY), [Sent(url, proxies=PROXIES) for url in EVERY], id="proxy"
        ),
        pytest.param(
            PLAIN._replace(trusted_hosts=("files.example",)),
            [Sent(INDEX), Sent(FILE, verify=False), Sent(SERVICE)],
            id="trusted-host",
        ),
        pytest.param(
            PLAIN._replace(trusted_hosts=("example", "index.example.other", "x.example/")),
            [Sent(url) for url in EVERY],
            id="trusted-hosts-of-like-names",
        ),
        pytest.param(
            PLAIN._replace(trusted_hosts=("index.example:8443",)),
            [Sent(url) for url in EVERY],
            id="trusted-at-another-port",
        ),
        pytest.param(
            PLAIN._replace(trusted_hosts=("index.example",), cert="bundle.pem"),
            [
                Sent(INDEX, verify=False),
                Sent(FILE, verify="bundle.pem"),
                Sent(SERVICE, verify="bundle.pem"),
            ],
            id="trusted-host-and-bundle",
        ),
        pytest.param(
            LOGIN._replace(client_cert="me.pem", cert="bundle.pem", proxy=PROXY),
            [
                Sent(INDEX, SHOWN, "bundle.pem", "me.pem", PROXIES),
                Sent(FILE, None, "bundle.pem", None, PROXIES),
                Sent(SERVICE, None, "bundle.pem", None, PROXIES),
            ],
            id="all-at-once",
        ),
    ],
)
def test_each_setting_holds_for_the_hosts_it_is_meant_for(
    settings: IndexSettings, sent: list[Sent]
) -> None:
    wire = Wire()
    transport = wired(settings, wire)

    for url in EVERY:
        transport.fetch(question(url))

    assert wire.sent == sent


def test_a_bundle_of_the_environment_is_used_but_for_trusted_hosts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "theirs.pem")
    wire = Wire()
    transport = wired(PLAIN._replace(trusted_hosts=("files.example",)), wire)

    for url in EVERY:
        transport.fetch(question(url))

    assert [sent.verify for sent in wire.sent] == ["theirs.pem", False, "theirs.pem"]


def test_a_service_is_shown_nothing_of_the_index_s() -> None:
    wire = Wire()
    transport = wired(LOGIN._replace(client_cert="me.pem"), wire)

    services.ask_downloads(transport, "https://sql.example/", [EVIL], NOW)
    services.ask_recent(transport, "https://recent.example", [EVIL], NOW)
    services.ask_dependents(transport, "https://counts.example", [EVIL], NOW)

    assert wire.sent == [
        Sent("https://sql.example/"),
        Sent("https://recent.example/packages/evil/recent"),
        Sent("https://counts.example/packages/bulk_lookup"),
    ]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        pytest.param("https://index.example/pypi/evil/json", True, id="same-host"),
        pytest.param("https://INDEX.example/", True, id="upper-case"),
        pytest.param("https://index.example:443/", True, id="default-port"),
        pytest.param("https://index.example:8443/", False, id="other-port"),
        pytest.param("http://index.example/", False, id="without-https"),
        pytest.param("https://sub.index.example/", False, id="sub-domain"),
        pytest.param("https://index.example.evil.example/", False, id="prefix"),
        pytest.param("https://evil.example/index.example/", False, id="path"),
    ],
)
def test_credentials_and_certificate_are_for_the_index_s_own_origin(
    url: str, *, shown: bool
) -> None:
    wire = Wire()
    settings = LOGIN._replace(client_cert="me.pem", trusted_hosts=("index.example",))

    wired(settings, wire).fetch(question(url))

    (sent,) = wire.sent
    assert (sent.authorization, sent.cert) == ((SHOWN, "me.pem") if shown else (None, None))


@pytest.mark.parametrize(
    ("location", "target", "shown"),
    [
        pytest.param("other/", f"{INDEX}other/", True, id="relative"),
        pytest.param("/simple/x/", "https://index.example/simple/x/", True, id="absolute-path"),
        pytest.param("//files.example/x", "https://files.example/x", False, id="scheme-relative"),
        pytest.param("https://files.example/x", "https://files.example/x", False, id="other-host"),
        pytest.param(
            "https://index.example:8443/x", "https://index.example:8443/x", False, id="other-port"
        ),
        pytest.param("HTTPS://files.example/x", "https://files.example/x", False, id="upper-case"),
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_and_takes_credentials_nowhere_else(
    status: int, location: str, target: str, *, shown: bool
) -> None:
    wire = Wire({INDEX: Answered(status, location)})

    answer = wired(LOGIN._replace(client_cert="me.pem"), wire).fetch(question(INDEX))

    assert answer == Page(b"{}", "application/json", target)
    mine = Sent(INDEX, SHOWN, cert="me.pem")
    assert wire.sent == [mine, mine._replace(url=target) if shown else Sent(target)]


@pytest.mark.parametrize(
    ("location", "why"),
    [
        pytest.param(None, "to something that is no web address", id="none"),
        pytest.param("", "to something that is no web address", id="empty"),
        pytest.param("ftp://index.example/x", "to something that is no web address", id="ftp"),
        pytest.param("file:///x", "to something that is no web address", id="file"),
        pytest.param("https://[::1", "to something that is no web address", id="broken"),
        pytest.param("http://index.example/x", "from https to http", id="to-http"),
        pytest.param("HTTP://index.example/x", "from https to http", id="to-http-in-capitals"),
        pytest.param("http://127.0.0.1/x", "from https to http", id="to-this-machine"),
    ],
)
@pytest.mark.parametrize("start", [INDEX, "HTTPS://index.example/simple/evil/"])
def test_a_redirect_that_leads_out_of_https_is_refused_even_by_a_trusted_host(
    start: str, location: str | None, why: str
) -> None:
    wire = Wire({INDEX: Answered(302, location)})
    settings = LOGIN._replace(trusted_hosts=("index.example",))

    answer = wired(settings, wire).fetch(question(start))

    assert answer == Failure(f"index.example redirects {why}")
    assert wire.urls() == [INDEX]


@pytest.mark.parametrize(
    ("hops", "answer"),
    [
        pytest.param(5, Page(b"{}", "application/json", "https://index.example/5"), id="most"),
        pytest.param(6, Failure("index.example redirects more than 5 times"), id="one-more"),
    ],
)
def test_redirects_are_followed_five_times(hops: int, answer: Answer) -> None:
    urls = [f"https://index.example/{number}" for number in range(hops + 1)]
    moves = {url: Answered(302, target) for url, target in pairwise(urls)}
    wire = Wire(moves)

    assert wired(PLAIN, wire).fetch(question(urls[0])) == answer
    assert wire.urls() == urls[:6]


@pytest.mark.parametrize("status", [300, 304, 305])
def test_no_other_status_moves_anything(status: int) -> None:
    wire = Wire({INDEX: Answered(status, "https://files.example/x")})

    answer = wired(PLAIN, wire).fetch(question(INDEX))

    assert answer == Failure(f"index.example answers nothing (status {status})", status)
    assert wire.urls() == [INDEX]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_what_is_posted_is_not_sent_on(status: int) -> None:
    wire = Wire({SERVICE: Answered(status, "https://other.example/x")})

    answer = wired(PLAIN, wire).fetch(question(SERVICE, b"{}"))

    assert answer == Failure(f"counts.example answers nothing (status {status})", status)
    assert wire.urls() == [SERVICE]


@pytest.mark.parametrize(
    ("url", "secure"),
    [
        pytest.param("https://index.example/", True, id="https"),
        pytest.param("HTTPS://index.example/", True, id="capitals"),
        pytest.param("http://index.example/", False, id="http"),
        pytest.param("http://localhost:8080/", True, id="localhost"),
        pytest.param("http://127.0.0.1:8080/", True, id="loopback"),
        pytest.param("http://127.255.1.2/", True, id="all-of-the-loopback-net"),
        pytest.param("http://[::1]:8080/", True, id="loopback-of-ip-6"),
        pytest.param("http://127.evil.example/", False, id="a-name-like-the-loopback-net"),
        pytest.param("http://localhost.evil.example/", False, id="a-name-like-localhost"),
        pytest.param("http://128.0.0.1/", False, id="an-address"),
        pytest.param("http://trusted.example/", True, id="trusted"),
        pytest.param("http://ported.example:81/", True, id="trusted-at-its-port"),
        pytest.param("http://ported.example/", False, id="trusted-at-another-port"),
        pytest.param("ftp://trusted.example/", False, id="ftp"),
        pytest.param("http://[::1", False, id="broken"),
    ],
)
def test_without_https_only_this_machine_and_trusted_hosts_are_asked(
    url: str, *, secure: bool
) -> None:
    trusting = PLAIN._replace(trusted_hosts=("trusted.example", "ported.example:81"))

    assert Sender(trusting, lambda _: None).secure(url) is secure


def files_at(link: str) -> Answered:
    wheel = {"filename": "evil-1.0-py3-none-any.whl", "url": link, "core-metadata": True}
    listed = {"meta": {"api-version": "1.0"}, "name": "evil", "files": [wheel]}
    return Answered(body=json.dumps(listed).encode(), media_type=SIMPLE_JSON)


METADATA = Answered(body=b"Metadata-Version: 2.1\nName: evil\nHome-page: https://gitlab.com/a/b\n")
NO_HTTPS = Unknown("index.example links to files without https")


@pytest.mark.parametrize(
    ("index", "link", "repository"),
    [
        ("https://index.example/simple", "https://files.example/x", "known"),
        ("https://index.example/simple", "HTTPS://files.example/x", "known"),
        ("https://index.example/simple", "http://files.example/x", "refused"),
        ("https://index.example/simple", "HTTP://files.example/x", "refused"),
        ("HTTPS://index.example/simple", "http://files.example/x", "refused"),
        ("https://index.example/simple", "ftp://files.example/x", "refused"),
        ("http://index.example/simple", "http://files.example/x", "known"),
    ],
)
def test_an_index_with_https_may_not_link_to_files_without(
    index: str, link: str, repository: str
) -> None:
    scheme, _, rest = link.partition(":")
    file = f"{scheme.lower()}:{rest}.metadata"
    simple = f"{index.replace('HTTPS', 'https')}/evil/"
    project = simple.replace("/simple/evil/", "/pypi/evil/json")
    wire = Wire({project: Answered(404), simple: files_at(link), file: METADATA})
    trusting = IndexSettings(url=index, trusted_hosts=("index.example", "files.example"))

    found = Index(wired(trusting, wire), index, NOW).ask(EVIL, frozenset({"repository"}))

    known = Known("https://gitlab.com/a/b", NOW, "index.example")
    assert found == {"repository": known if repository == "known" else NO_HTTPS}
    assert wire.urls() == [project, simple] + [file] * (repository == "known")


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_no_cookie_is_sent_back(index: Loopback) -> None:
    cookie = ("Set-Cookie", "seen=1; Path=/")
    index.on("/pypi/evil/json", Reply(status=302, headers=(cookie, ("Location", "/there"))))
    index.on("/there", Reply(status=404, headers=(cookie,)))
    index.on("/simple/evil/", Reply(status=404, headers=(cookie,)))
    settings = IndexSettings(url=f"{index.url}/simple")

    Live(settings, now=NOW, services=Services(None, None, None, None)).facts(
        {EVIL: frozenset({"presence"})}
    )

    assert index.paths() == ["/pypi/evil/json", "/there", "/simple/evil/"]
    assert [request.headers.get("Cookie") for request in index.requests] == [None] * 3


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_the_body_of_a_redirect_is_not_waited_for(index: Loopback) -> None:
    headers = (("Location", "/there"),)
    index.on("/pypi/evil/json", Reply(b"x" * 1000, status=302, headers=headers, drip=0.05))
    index.on("/there", page({"info": {"name": "evil"}}))
    settings = IndexSettings(url=f"{index.url}/simple")

    facts = Live(settings, now=NOW, services=Services(None, None, None, None), seconds=3.0).facts(
        {EVIL: frozenset({"presence"})}
    )

    assert facts[EVIL].presence == Known(Listed(), NOW, index.host)
