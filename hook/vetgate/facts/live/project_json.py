"""The only reader of the index's project JSON: an untrusted answer in, values of facts out."""

from __future__ import annotations

from datetime import datetime

from vetgate.facts.codec import FactValue
from vetgate.facts.declared import Declared
from vetgate.facts.live.address import host_port
from vetgate.facts.live.shapes import (
    BadAnswerError,
    Object,
    a_list,
    an_object,
    moment,
    parse,
    text,
)
from vetgate.model.dependency import NormalizedName, normalize
from vetgate.model.facts import FactName, Held, Listed, Release

_HOLDING = "security holding package"
_HOLDER = "security_holding"
_HELD_VERSION = "0.0.0.1"


def read_project(body: bytes, name: NormalizedName) -> dict[FactName, FactValue]:
    """Read the facts of one package; raise `BadAnswerError` if this is not its project JSON."""
    page = an_object(parse(body), "project")
    metadata = an_object(page.get("info"), "project info")
    if normalize(text(metadata.get("name"))) != name:
        raise BadAnswerError("answered about another package")
    facts: dict[FactName, FactValue] = {"presence": Listed()}
    owners = _owners(page)
    if owners is not None:
        facts["owners"] = owners
    if isinstance(page.get("releases"), dict):
        facts.update(upload_facts(_releases(an_object(page["releases"], "releases"))))
    declared = _declared(metadata, name)
    facts["repository"] = declared.repository()
    urls = declared.urls()
    if urls is not None:
        facts["urls"] = urls
    if _is_held(metadata, page, owners):
        facts["presence"] = Held()
    return facts


def upload_facts(releases: tuple[Release, ...]) -> dict[FactName, FactValue]:
    """Derive what the times of upload tell."""
    facts: dict[FactName, FactValue] = {"releases": releases}
    uploads = [release.uploaded for release in releases if release.uploaded is not None]
    if uploads:
        facts["first_upload"], facts["latest_upload"] = min(uploads), max(uploads)
    return facts


def in_order(releases: list[Release]) -> tuple[Release, ...]:
    """Put releases into one order: by time, those without a file first."""

    def place(release: Release) -> tuple[float, str]:
        return (release.uploaded.timestamp() if release.uploaded else 0.0, release.version)

    return tuple(sorted(releases, key=place))


def _declared(metadata: Object, name: NormalizedName) -> Declared:
    labelled = metadata.get("project_urls")
    urls = [
        (label, text(url))
        for label, url in (labelled.items() if isinstance(labelled, dict) else ())
        if text(url)
    ]
    for label, key in (
        ("Homepage", "home_page"),
        ("Download", "download_url"),
        ("Documentation", "docs_url"),
    ):
        url = text(metadata.get(key))
        if url and all(url != known for _, known in urls):
            urls.append((label, url))
    pages = ("package_url", "project_url", "release_url")
    own = {host_port(text(metadata.get(key)))[0] for key in pages} - {""}
    contacts = ("author", "author_email", "maintainer", "maintainer_email")
    return Declared(
        name,
        project_urls=tuple(urls),
        description=text(metadata.get("description")),
        contacts=tuple(text(metadata.get(key)) for key in contacts),
        own_hosts=frozenset(own),
    )


def _owners(page: Object) -> tuple[str, ...] | None:
    ownership = page.get("ownership")
    if not isinstance(ownership, dict):
        return None
    roles = ownership.get("roles")
    users = {
        text(role.get("user"))
        for role in (roles if isinstance(roles, list) else [])
        if isinstance(role, dict)
    }
    organization = text(ownership.get("organization"))
    named = {"".join(user.split()) for user in users} | {"".join(organization.split())}
    return tuple(sorted(named - {""}))


def _releases(listed: Object) -> tuple[Release, ...]:
    releases = []
    for version, files in listed.items():
        uploads, yanks = [], []
        for file in a_list(files, "files of a release"):
            described = an_object(file, "file")
            uploaded = moment(described.get("upload_time_iso_8601")) or moment(
                described.get("upload_time")
            )
            uploads += [uploaded] if uploaded else []
            yanks.append(bool(described.get("yanked")))
        releases.append(release(text(version), uploads, yanks))
    return in_order(releases)


def release(version: str, uploads: list[datetime], yanks: list[bool]) -> Release:
    """Sum the files of a release up: it is yanked if all of them are."""
    return Release(
        "".join(version.split()) or "?",
        min(uploads, default=None),
        yanked=bool(yanks) and all(yanks),
    )


def _is_held(metadata: Object, page: Object, owners: tuple[str, ...] | None) -> bool:
    """Tell a page of the team that holds removed names: text, version *and* owner must agree."""
    listed = page.get("releases")
    versions = set(listed) if isinstance(listed, dict) else {text(metadata.get("version"))}
    return (
        versions == {_HELD_VERSION}
        and text(metadata.get("description")).lower().lstrip("# ").startswith(_HOLDING)
        and owners is not None
        and _HOLDER in owners
    )
