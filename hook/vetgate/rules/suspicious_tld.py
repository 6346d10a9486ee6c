"""A URL of this package lies in a top-level domain that is often abused.

## What it signals
A URL in the package's metadata, or the domain of a contact address, that lies in a top-level domain
with much abuse, or that is a bare public IP address or a punycode name.
A URL or an index option in the manifest itself is looked at too, and that blocks: it is where the
code would come from.

## Why it is a risk
Such domains cost next to nothing and are taken down often, so that whoever spreads malware buys
them by the dozen.

## Example
    --extra-index-url https://packages.acme.top/simple

## What to do
Look at where the URL leads before you install anything.
Vouch for the package if it is what it says it is.

## Limits
Many honest projects live in these domains, which is why metadata only warns.
Metadata that cannot be had is passed over for packages within the `trust-rank`.
"""

from __future__ import annotations

from collections.abc import Iterator

from vetgate.model.change import Incoming
from vetgate.model.dependency import FromIndex, FromOption, FromUrl, FromVcs
from vetgate.model.facts import PackageFacts
from vetgate.model.policy import Exemption, Level
from vetgate.model.urls import comparable, host_of
from vetgate.model.verdict import Signal
from vetgate.rules.base import Limits, Rule, asked, is_there, told_by

# The set of guarddog 3 (Apache-2.0; its threat-network-exfiltration rule): free domains, cheap
# domains, and those that look like a file.
_FREE = ("cf", "ga", "gq", "ml", "tk")
_CHEAP = ("bid", "club", "icu", "pw", "top", "xyz")
_DECEPTIVE = ("link", "quest", "stream", "zip")
# Named year after year among the most abused ones by Spamhaus' and SpamAssassin's statistics.
_ABUSED = ("cfd", "click", "cyou", "monster", "rest", "sbs", "work")
SUSPICIOUS = frozenset((*_FREE, *_CHEAP, *_DECEPTIVE, *_ABUSED))

# The options that name a host and no URL: pip's, uv's, and both tools' variables.
_HOSTS = ("--trusted-host", ".allow-insecure-host", ".PIP_TRUSTED_HOST", ".UV_INSECURE_HOST")


def _check(change: Incoming, facts: PackageFacts, limits: Limits) -> Iterator[Signal]:
    for url in sorted(set(_written(change))):
        # Whoever names an index in the policy has looked at where it is.
        why = None if comparable(url) in limits.indexes else _suspicion(url)
        if why is not None:
            yield Signal(
                f"{url} {why}",
                evidence={"url": url, "where": "manifest"},
                in_manifest=True,
            )
    if limits.private or limits.elsewhere or not isinstance(change.after.origin, FromIndex):
        return
    if not is_there(facts):
        return
    known = asked(facts.urls, "which URLs its metadata names")
    if isinstance(known, Signal):
        yield known
        return
    # People write `acme.example` into these fields, and mean a host.
    urls = ((url, url if "//" in url else f"//{url}") for url in known.value)
    bad = [(url, why) for url, full in urls if (why := _suspicion(full)) is not None]
    if bad:
        url, why = bad[0]
        more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
        yield Signal(
            f"its metadata names {url}, which {why}{more}",
            evidence={"urls": [url for url, _ in bad], "where": "metadata", **told_by(known)},
        )


def _written(change: Incoming) -> Iterator[str]:
    """Name the URLs that stand in the manifest and that code would come from."""
    origin = change.after.origin
    if isinstance(origin, FromOption) and origin.option.endswith(_HOSTS):
        yield f"//{origin.url}"
    elif isinstance(origin, FromUrl | FromVcs | FromOption):
        yield origin.url
    elif isinstance(origin, FromIndex):
        if origin.only_index is not None:
            yield origin.only_index
        yield from origin.indexes


def _suspicion(url: str) -> str | None:
    """Tell what is wrong with a URL's host, None if nothing is."""
    host = host_of(url)
    if host is None:
        return None
    labels = host.split(".")
    if any(label.startswith("xn--") for label in labels):
        return "has a punycode name, which can be made to look like another"
    last = labels[-1]
    if last in SUSPICIOUS:
        return f"lies in .{last}, a top-level domain that is often abused"
    if (last.isdigit() or last.startswith("0x") or ":" in host) and _is_public_address(host):
        return "names a bare public IP address"
    return None


def _is_public_address(host: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        # `0x7f.1`, or a number: what nobody writes but to hide an address.
        return True


RULE = Rule(
    id="suspicious-tld",
    title="a suspicious domain",
    doc=__doc__,
    default_level=Level.WARN,
    exempted_by=frozenset({Exemption.ALLOW}),
    check=_check,
    needs=frozenset({"presence", "urls"}),
    asks_index=False,
    in_manifest_level=Level.BLOCK,
)
