"""What metadata declares, as expressions: the repository, and URLs that may be suspicious.

The rules are those of `facts/repository.py`, word for word and from its patterns; a test holds both
to the same answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import ibis

from vetgate.corpus import tables, texts
from vetgate.facts import repository as rules
from vetgate.rules.suspicious_tld import SUSPICIOUS

if TYPE_CHECKING:
    import ibis.expr.types as ir

_IN_TEXT, _LABELLED = "text", "labelled"
_NONE = 9  # above every class
_USUAL_BLANKS, _RARE_BLANKS = "\t\n\r", "[\x01-\x1f\x7f]"
_WEB = "((?:[Hh][Tt][Tt][Pp][Ss]?|[Ff][Tt][Pp])://[^ ]+)"
_DOMAIN = "@([A-Za-z0-9_-]+(?:[.][A-Za-z0-9_-]+)+)"
_TLDS = "|".join(sorted(SUSPICIOUS))
_AUTHORITY = "^(?:[a-z][a-z0-9+.-]*:)?//[^/?#]*"
_BAD_HOST = (
    f"{_AUTHORITY}(?:[.](?:{_TLDS})[.]*(?:[^a-z0-9_.-]|$)|xn--|[^ -~])"
    "|//(?:[^/?#]*[@.])?(?:[0-9]+|0x[^/?#:.]*)[.]*(?:[^a-z0-9_.-]|$)"
)
"""More than `suspicious-tld` signals, so that it can be the judge: what is wrong with a host it
tells again, of the URLs that a snapshot holds."""


def latest_metadata() -> ir.Table:
    """Choose one row for each name: of the newest release, stable before pre-releases."""
    metadata = tables.table("metadata")
    newest = ibis.window(
        group_by="name",
        order_by=[
            metadata.pre.asc(),
            metadata.uploaded.fill_null(0).desc(),
            metadata.version.desc(),
            metadata.row.desc(),
        ],
    )
    numbered = metadata.mutate(place=ibis.row_number().over(newest))
    return numbered.filter(numbered.place == 0).drop("place")


def described_words() -> ir.Table:
    """Cut descriptions where a URL ends; keep the pieces that hold one: `name`, `word`."""
    latest = tables.table("latest")
    described = latest.filter(latest.description.contains("://"))
    pieces = described.select("name", words=_split(described.description))
    words = pieces.select("name", word=pieces.words.unnest())
    return words.filter(words.word.contains("://"))


def candidates() -> ir.Table:
    """List the URLs that may be of a repository, taken apart: columns as in `tables`."""
    latest = tables.table("latest")
    urls, words = _labelled(latest), tables.table("words")
    written = words.select(
        "name",
        kind=ibis.literal(_IN_TEXT),
        place=ibis.literal(0, "int64"),
        label=ibis.literal(""),
        url=texts.first(words.word, rules.IN_TEXT).re_replace(rules.TRAILING, ""),
    )
    labelled = urls.mutate(kind=ibis.literal(_LABELLED))
    columns = ("name", "kind", "place", "label")
    every = labelled.select(*columns, "url").union(written.select(*columns, "url"))
    return _taken_apart(every).select(*columns, "host", "path")


def on_forges() -> ir.Table:
    """Add to the candidates what their path is down to the repository; empty: there is none."""
    urls = tables.table("candidates")
    return _kept(urls.filter(urls.host.contains(".")))


def repositories(own_hosts: Iterable[str]) -> ir.Table:
    """Find the declared repository of each name that declares one: `name`, `repository`."""
    return _best(_classed(tables.table("on_forges"), own_hosts))


def suspicious_urls() -> ir.Table:
    """Find the URLs that may be suspicious, each once for a name: `name`, `url`."""
    latest = tables.table("latest")
    labelled = _labelled(latest)
    words = tables.table("words")
    contacts = latest.select("name", words=_split(latest.contacts.fill_null("")))
    contact = contacts.select("name", word=contacts.words.unnest())
    # To look for a few characters first is many times as quick as a pattern.
    webs = contact.filter(contact.word.contains("://"))
    contact_words = webs.select("name", url=texts.first(webs.word, _WEB))
    mails = contact.filter(contact.word.contains("@"))
    domain = texts.first(mails.word, _DOMAIN).lower()
    domains = mails.select("name", url=(domain != "").ifelse(ibis.literal("//") + domain, ""))
    every = (
        labelled.select("name", url=labelled.url)
        .union(words.select("name", url=texts.first(words.word, _WEB)))
        .union(contact_words)
        .union(domains)
    )
    every = every.mutate(url=every.url.substr(0, rules.LONGEST))
    host = every.url.contains("//").ifelse(every.url, ibis.literal("//") + every.url).lower()
    # A number in brackets (IPv6); a bracket is what not every engine reads alike in a pattern.
    numbered = host.contains("//[") | host.contains("@[")
    return every.filter(host.re_search(_BAD_HOST) | numbered).distinct()


def _labelled(latest: ir.Table) -> ir.Table:
    urls = tables.table("urls")
    joined = urls.inner_join(latest.select("name", "row"), ["name", "row"])
    given = texts.without_blanks(joined.url)
    return joined.filter(~given.upper().isin(sorted(rules.NO_URLS))).select(
        "name", "place", url=given, label=texts.plain_word(joined.label)
    )


def _split(text: ir.StringValue) -> ir.ArrayValue:
    for mark in (*rules.ENDS_URL, *_USUAL_BLANKS):
        text = text.replace(mark, " ")
    # A pattern takes ten times as long as all of these: only where there is more to replace.
    spared = text.re_search(_RARE_BLANKS).ifelse(text.re_replace(_RARE_BLANKS, " "), text)
    return spared.split(" ")


def _taken_apart(urls: ir.Table) -> ir.Table:
    """Add `host` and `path`; drop what is no URL that a repository can have.

    A host without a dot is dropped later: a filter on what takes long has it computed twice.
    """
    urls = urls.filter(urls.url.re_search(rules.PRINTABLE))
    urls = urls.mutate(url=urls.url.re_replace(rules.PREFIXES, ""))
    copied = urls.url.re_search(rules.SCP) & ~urls.url.re_search(rules.PORT)
    rewritten = (
        ibis.literal("https://")
        + texts.first(urls.url, rules.SCP)
        + ibis.literal("/")
        + texts.second(urls.url, rules.SCP)
    )
    whole = urls.url.contains("://").ifelse(urls.url, ibis.literal("https://") + urls.url)
    urls = urls.mutate(url=copied.ifelse(rewritten, whole))
    urls = urls.filter(urls.url.re_search(rules.HAS_HOST))
    host = texts.first(urls.url, rules.HOST).lower().re_replace("[.]+$", "")
    path = texts.first(urls.url, rules.PATH).re_replace("/+", "/")
    return urls.mutate(
        host=host.re_replace("^www[.]", ""), path=path.re_replace("^/", "").re_replace("/$", "")
    )


def _kept(urls: ir.Table) -> ir.Table:
    """Add `kept`: the path down to the repository, empty where there is none on a forge."""
    owner, follows = texts.first(urls.path, rules.OWNER), texts.first(urls.path, rules.SECOND)
    prefixes = "|".join(rules.FORGE_PREFIXES).replace(".", "[.]")
    forge = urls.host.isin(sorted(rules.FORGES)) | urls.host.re_search(f"^(?:{prefixes})")
    no_owner = owner.isin(sorted(rules.NO_OWNERS)) | follows.isin(sorted(rules.BELOW_REPOSITORY))
    on_forge = no_owner.ifelse("", texts.first(urls.path, rules.REPOSITORY))
    kept = ibis.cases(
        (urls.host.isin(sorted(rules.ONE_SEGMENT_FORGES)), owner),
        (urls.host.endswith("sourceforge.net"), texts.first(urls.path, rules.PROJECT)),
        (forge, on_forge),
        else_="",
    )
    urls = urls.mutate(kept=kept.re_replace("[.]git$", ""))
    named = texts.normal(texts.first(urls.kept, rules.LAST)) == urls.name
    template = urls.kept.lower().isin(sorted(rules.TEMPLATE_PAIRS)) & ~named
    left_over = (
        texts.has_any(urls.kept, rules.MARKS)
        | template
        | texts.plain_word(texts.first(urls.kept, rules.OWNER)).isin(sorted(rules.TEMPLATES))
    )
    return urls.mutate(kept=(left_over | urls.kept.endswith("/")).ifelse("", urls.kept))


def _classed(urls: ir.Table, own_hosts: Iterable[str]) -> ir.Table:
    """Add `repository`, and `class`: 0 under a source label, 1 homepage, 2 any label, 3 in text."""
    owner = texts.first(urls.path, rules.OWNER)
    known = urls.host.isin(sorted(rules.FORGES | rules.ONE_SEGMENT_FORGES))
    refused = (
        known
        | urls.host.endswith("sourceforge.net")
        | (urls.path == "")
        | owner.isin(sorted(rules.INDEX_PAGES))
        | urls.host.isin(sorted({*own_hosts, *rules.EXAMPLES}))
        | texts.ends_with_any(urls.host, (*rules.DOCUMENTATION, ".example"))
        | texts.has_any(urls.path, rules.MARKS)
    )
    labelled = urls.kind == _LABELLED
    source = labelled & urls.label.isin(sorted(rules.MORE_SOURCE_LABELS))
    on_forge = urls.kept != ""
    path = on_forge.ifelse(urls.kept, urls.path)
    in_text = ~labelled & on_forge & texts.normal(urls.kept).contains(urls.name)
    urls = urls.mutate(
        repository=ibis.literal("https://") + urls.host + ibis.literal("/") + path,
        rank=ibis.cases(
            (source & (on_forge | ~refused), 0),
            (labelled & on_forge & (urls.label == "homepage"), 1),
            (labelled & on_forge, 2),
            (in_text, 3),
            else_=_NONE,
        ),
    )
    return urls.filter(urls["rank"] != _NONE)


def _best(found: ir.Table) -> ir.Table:
    """Take the best class; in it the first, or of those in the text the most frequent."""
    counted = found.group_by("name", "rank", "repository").aggregate(
        times=found.count().cast("int32").cast("int64"), place=found.place.min()
    )
    order = (counted["rank"] == 3).ifelse(-counted.times, counted.place)  # noqa: PLR2004 - in the text
    best = ibis.window(
        group_by="name", order_by=[counted["rank"].asc(), order.asc(), counted.repository.asc()]
    )
    numbered = counted.mutate(best=ibis.row_number().over(best))
    return numbered.filter(numbered.best == 0).select("name", "repository")
