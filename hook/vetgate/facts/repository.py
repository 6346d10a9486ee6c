"""The only judge of what counts as a declared source repository.

The order is the packaging guide's and the practice of those who index the same data: a URL under a
well-known source label, then a repository on a known forge under any label (`Homepage` alone is
enough), then one in the long description that carries the package's name. Documentation sites, the
index itself, pages of a user, and what a template left behind do not count.
https://packaging.python.org/en/latest/specifications/well-known-project-urls/
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterator, Mapping

from vetgate.model.dependency import NormalizedName, normalize

SOURCE_LABELS = frozenset({"source", "repository", "sourcecode", "github"})
"""As the packaging guide has them, normalised."""

_MORE_SOURCE_LABELS = SOURCE_LABELS | {"code", "gitlab", "codeberg", "git", "scm", "vcs"}
_FORGES = frozenset(
    {
        "github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "git.sr.ht",
        "hg.sr.ht", "sr.ht", "foss.heptapod.net", "salsa.debian.org", "opendev.org",
        "notabug.org", "framagit.org", "invent.kde.org", "gitee.com", "huggingface.co",
        "gitea.com", "dev.azure.com",
    }
)  # fmt: skip
_FORGE_PREFIXES = ("gitlab.", "gitea.", "forgejo.", "git.")
_ONE_SEGMENT_FORGES = frozenset({"launchpad.net", "pagure.io"})
_DOCUMENTATION = (
    ".readthedocs.io", ".readthedocs.org", ".rtfd.io", ".rtfd.org", ".github.io", ".gitlab.io",
    ".codeberg.page", ".netlify.app", ".gitbook.io",
)  # fmt: skip
_INDEX_PAGES = frozenset({"project", "pypi", "simple"})
_NO_OWNERS = frozenset(
    {
        "sponsors", "orgs", "topics", "apps", "marketplace", "features", "about", "login",
        "settings", "users", "search", "collections", "explore", "new", "join", "pricing",
        "contact", "site",
    }
)  # fmt: skip
_TEMPLATES = frozenset(
    {
        "username", "user", "yourusername", "yourname", "youruser", "yourgithub", "yourorg",
        "owner", "example", "someone", "githubusername", "myusername", "authorname",
        "author", "organization",
    }
)  # fmt: skip
_TEMPLATE_PAIRS = frozenset({"pypa/sampleproject", "kennethreitz/setup.py", "navdeep-g/setup.py"})
_EXAMPLES = frozenset({"example.com", "example.org", "example.net"})
_BELOW_REPOSITORY = frozenset(
    {
        "issues", "tree", "blob", "releases", "wiki", "wikis", "pull", "pulls", "actions",
        "archive", "raw", "commits", "commit", "tags", "discussions", "blame", "src",
        "branch", "browse", "downloads", "network", "projects", "security", "graphs",
        "workflows", "tarball", "zipball", "merge_requests", "badges", "edit", "milestones",
        "labels", "-",
    }
)  # fmt: skip
_LONGEST = 1000  # characters of a URL
_DROPPED = str.maketrans("", "", string.punctuation + string.whitespace)
_URL = re.compile(r"(?:https?|git|ssh)://[^\s<>\"'`\])}|\\]{1,500}")
_SCP = re.compile(r"(?:ssh://)?(?:[\w.-]+@)([\w.-]+\.\w+)[:/](?!\d+/)(.+)\Z")


def declared_repository(
    project_urls: Mapping[str, str],
    description: str,
    name: NormalizedName,
    own_hosts: frozenset[str] = frozenset(),
) -> str | None:
    """Find the repository that a package declares; None: it declares none.

    `project_urls` is label to URL, with the old `Home-page` as `Homepage`; `own_hosts` are hosts
    of the index itself.
    """
    urls = [(normal_label(label), url) for label, url in project_urls.items() if _given(url)]
    for label, url in urls:
        if label in _MORE_SOURCE_LABELS:
            found = repository_at(url, name) or _self_hosted(url, own_hosts)
            if found:
                return found
    for _, url in sorted(urls, key=lambda each: each[0] != "homepage"):
        if found := repository_at(url, name):
            return found
    counted = Counter(_described(description, name))
    return min(counted, key=lambda url: (-counted[url], url), default=None)


def normal_label(label: str) -> str:
    """Normalise a label as the packaging guide's well-known labels are."""
    return label.translate(_DROPPED).lower()


def repository_at(url: str, name: NormalizedName) -> str | None:
    """Give the repository that a URL on a known forge lies in, as `https://host/owner/name`."""
    parts = _parts(url)
    if parts is None:
        return None
    host, path = parts
    if host in _ONE_SEGMENT_FORGES:
        kept = path[:1]
    elif host.endswith("sourceforge.net"):
        kept = path[:2] if path[:1] in (["projects"], ["p"]) else []
    elif host in _FORGES or host.startswith(_FORGE_PREFIXES):
        kept = _repository_path(path)
    else:
        return None
    if not kept or _left_over(kept, name):
        return None
    kept[-1] = kept[-1].removesuffix(".git")
    return f"https://{host}/{'/'.join(kept)}" if kept[-1] else None


def _repository_path(path: list[str]) -> list[str]:
    """Cut a path on a forge down to the repository; empty: it is none, a user's page say."""
    end = next(
        (place for place, word in enumerate(path) if place > 1 and word in _BELOW_REPOSITORY),
        len(path),
    )
    kept = path[:end]
    if len(kept) <= 1 or kept[0] in _NO_OWNERS or kept[1] in _BELOW_REPOSITORY:
        return []
    return kept


def _left_over(path: list[str], name: NormalizedName) -> bool:
    """Tell whether a template left this path behind."""
    text = "/".join(path).lower().removesuffix(".git")
    if any(mark in text for mark in "<>{}[]$%"):
        return True
    if text in _TEMPLATE_PAIRS:
        return normalize(path[-1]) != name
    return path[0].lower().translate(_DROPPED) in _TEMPLATES


def _self_hosted(url: str, own_hosts: frozenset[str]) -> str | None:
    """Take any other host at its word, under a source label."""
    parts = _parts(url)
    if parts is None:
        return None
    host, path = parts
    known = host in _FORGES or host in _ONE_SEGMENT_FORGES or host.endswith("sourceforge.net")
    if known or not path or path[0] in _INDEX_PAGES or host in own_hosts:
        return None
    if host.endswith(_DOCUMENTATION) or host in _EXAMPLES or host.endswith(".example"):
        return None
    if any(mark in "/".join(path) for mark in "<>{}[]$"):
        return None
    return f"https://{host}/{'/'.join(path)}"


def _described(description: str, name: NormalizedName) -> Iterator[str]:
    for match in _URL.finditer(description):
        found = repository_at(match[0].rstrip(".,;:!*_"), name)
        if found and name in normalize(found.partition("://")[2].partition("/")[2]):
            yield found


def _parts(url: str) -> tuple[str, list[str]] | None:
    """Split a URL, in any of the ways repositories are written, into host and path."""
    from urllib.parse import urlsplit

    if len(url) > _LONGEST:
        return None
    url = url.strip().removeprefix("scm:")
    url = url.removeprefix("git+")
    if match := _SCP.match(url):
        url = f"https://{match[1]}/{match[2]}"
    elif "://" not in url:
        url = f"https://{url}"
    try:
        split = urlsplit(url)
        host = (split.hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:
        return None
    if "." not in host:
        return None
    return host, [segment for segment in split.path.split("/") if segment]


def _given(url: str) -> bool:
    return url.strip().upper() not in {"", "UNKNOWN", "NONE"}
