"""The only judge of what counts as a declared source repository.

The order is the packaging guide's and the practice of those who index the same data: a URL under a
well-known source label, then a repository on a known forge under any label (`Homepage` alone is
enough), then one in the long description that carries the package's name. Documentation sites, the
index itself, pages of a user, and what a template left behind do not count.

The build of snapshots says the same as expressions for many engines (`corpus/declared.py`), from
the words and patterns here. Hence the patterns: only what RE2, Java and Python read alike, over
printable ASCII. A test holds both to the same answers.
https://packaging.python.org/en/latest/specifications/well-known-project-urls/
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator

from vetgate.model.dependency import NormalizedName, normalize

SOURCE_LABELS = frozenset({"source", "repository", "sourcecode", "github"})
"""As the packaging guide has them, normalised."""

MORE_SOURCE_LABELS = SOURCE_LABELS | {"code", "gitlab", "codeberg", "git", "scm", "vcs"}
FORGES = frozenset(
    {
        "github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "git.sr.ht",
        "hg.sr.ht", "sr.ht", "foss.heptapod.net", "salsa.debian.org", "opendev.org",
        "notabug.org", "framagit.org", "invent.kde.org", "gitee.com", "huggingface.co",
        "gitea.com", "dev.azure.com",
    }
)  # fmt: skip
FORGE_PREFIXES = ("gitlab.", "gitea.", "forgejo.", "git.")
ONE_SEGMENT_FORGES = frozenset({"launchpad.net", "pagure.io"})
DOCUMENTATION = (
    ".readthedocs.io", ".readthedocs.org", ".rtfd.io", ".rtfd.org", ".github.io", ".gitlab.io",
    ".codeberg.page", ".netlify.app", ".gitbook.io",
)  # fmt: skip
INDEX_PAGES = frozenset({"project", "pypi", "simple"})
NO_OWNERS = frozenset(
    {
        "sponsors", "orgs", "topics", "apps", "marketplace", "features", "about", "login",
        "settings", "users", "search", "collections", "explore", "new", "join", "pricing",
        "contact", "site",
    }
)  # fmt: skip
TEMPLATES = frozenset(
    {
        "username", "user", "yourusername", "yourname", "youruser", "yourgithub", "yourorg",
        "owner", "example", "someone", "githubusername", "myusername", "authorname",
        "author", "organization",
    }
)  # fmt: skip
TEMPLATE_PAIRS = frozenset({"pypa/sampleproject", "kennethreitz/setup.py", "navdeep-g/setup.py"})
EXAMPLES = frozenset({"example.com", "example.org", "example.net"})
BELOW_REPOSITORY = frozenset(
    {
        "issues", "tree", "blob", "releases", "wiki", "wikis", "pull", "pulls", "actions",
        "archive", "raw", "commits", "commit", "tags", "discussions", "blame", "src",
        "branch", "browse", "downloads", "network", "projects", "security", "graphs",
        "workflows", "tarball", "zipball", "merge_requests", "badges", "edit", "milestones",
        "labels", "-",
    }
)  # fmt: skip
NO_URLS = frozenset({"", "UNKNOWN", "NONE"})
"""What people write into a field, in any case, that they do not want to fill in."""

LONGEST = 1000
"""Characters of a URL, without its blanks."""

MARKS = "<>{}[]$%"
"""What no owner and no repository has in its name, but a placeholder has."""

ENDS_URL = "<>\"'`])}|\\"
"""What ends a URL in a text, beside blanks and control characters."""

PRINTABLE = f"^[!-~]{{1,{LONGEST}}}$"
PREFIXES = "^(scm:)?(git[+])?"
SCP = "^(?:ssh://)?[A-Za-z0-9_.-]+@([A-Za-z0-9_.-]+[.][A-Za-z0-9_]+)[:/]([!-~]+)$"
PORT = "^(?:ssh://)?[A-Za-z0-9_.-]+@[A-Za-z0-9_.-]+[:/][0-9]+/"
"""What looks like `SCP` but names a port, not a path."""
HAS_HOST = "^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#]*@)?[A-Za-z0-9._-]+(?::[0-9]*)?(?:[/?#]|$)"
HOST = "^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#]*@)?([A-Za-z0-9._-]+)"
PATH = "^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*/([^?#]*)"
OWNER = "^([^/]+)"
SECOND = "^[^/]+/([^/]+)"
LAST = "([^/]+)$"
_BELOW = "|".join(sorted(BELOW_REPOSITORY))
REPOSITORY = f"^([^/]+/[^/]+(?:/[^/]+)*?)(?:/(?:{_BELOW})(?:/[!-~]*)?)?$"
"""A path on a forge down to the repository, before the first word that lies below one."""
PROJECT = "^((?:projects|p)/[^/]+)"
IN_TEXT = "((?:https?|git|ssh)://[!-~]{1,500})"
TRAILING = "[.,;:!*_]+$"
_DROPPED = str.maketrans("", "", string.punctuation + string.whitespace)


def declared_repository(
    project_urls: Iterable[tuple[str, str]],
    description: str,
    name: NormalizedName,
    own_hosts: frozenset[str] = frozenset(),
) -> str | None:
    """Find the repository that a package declares; None: it declares none.

    `project_urls` are labels and URLs, with the old `Home-page` as `Homepage`; `own_hosts` are
    hosts of the index itself.
    """
    urls = [(normal_label(label), url) for label, url in project_urls if _given(url)]
    for label, url in urls:
        if label in MORE_SOURCE_LABELS:
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
    if host in ONE_SEGMENT_FORGES:
        kept = _first(OWNER, path)
    elif host.endswith("sourceforge.net"):
        kept = _first(PROJECT, path)
    elif host in FORGES or host.startswith(FORGE_PREFIXES):
        kept = _repository_path(path)
    else:
        return None
    kept = kept.removesuffix(".git")
    if not kept or kept.endswith("/") or _left_over(kept, name):
        return None
    return f"https://{host}/{kept}"


def _repository_path(path: str) -> str:
    """Cut a path on a forge down to the repository; empty: it is none, a user's page say."""
    if _first(OWNER, path) in NO_OWNERS or _first(SECOND, path) in BELOW_REPOSITORY:
        return ""
    return _first(REPOSITORY, path)


def _left_over(path: str, name: NormalizedName) -> bool:
    """Tell whether a template left this path behind."""
    if any(mark in path for mark in MARKS):
        return True
    if path.lower() in TEMPLATE_PAIRS:
        return normalize(_first(LAST, path)) != name
    return normal_label(_first(OWNER, path)) in TEMPLATES


def _self_hosted(url: str, own_hosts: frozenset[str]) -> str | None:
    """Take any other host at its word, under a source label."""
    parts = _parts(url)
    if parts is None:
        return None
    host, path = parts
    known = host in FORGES or host in ONE_SEGMENT_FORGES or host.endswith("sourceforge.net")
    if known or not path or _first(OWNER, path) in INDEX_PAGES or host in own_hosts:
        return None
    if host.endswith(DOCUMENTATION) or host in EXAMPLES or host.endswith(".example"):
        return None
    if any(mark in path for mark in MARKS):
        return None
    return f"https://{host}/{path}"


def _described(description: str, name: NormalizedName) -> Iterator[str]:
    for word in re.split(f"[{re.escape(ENDS_URL)}\x00-\x20\x7f]", description):
        found = repository_at(re.sub(TRAILING, "", _first(IN_TEXT, word)), name)
        if found and name in normalize(found.partition("://")[2].partition("/")[2]):
            yield found


def _parts(url: str) -> tuple[str, str] | None:
    """Split a URL, in any of the ways repositories are written, into host and path.

    The path has no slash at either end, and no two in a row.
    """
    url = url.translate(_BLANKS)
    if not re.search(PRINTABLE, url):
        return None
    url = re.sub(PREFIXES, "", url)
    if (match := re.search(SCP, url)) and not re.search(PORT, url):
        url = f"https://{match[1]}/{match[2]}"
    elif "://" not in url:
        url = f"https://{url}"
    if not re.search(HAS_HOST, url):
        return None
    host = re.sub("[.]+$", "", _first(HOST, url).lower()).removeprefix("www.")
    if "." not in host:
        return None
    return host, re.sub("/+", "/", _first(PATH, url)).strip("/")


_BLANKS = str.maketrans("", "", string.whitespace)


def _first(pattern: str, text: str) -> str:
    """Return what the pattern's group finds in a text; empty if it finds nothing."""
    found = re.search(pattern, text)
    return found[1] if found else ""


def _given(url: str) -> bool:
    return url.translate(_BLANKS).upper() not in NO_URLS
