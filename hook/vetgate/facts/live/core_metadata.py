"""The standard metadata file beside a release (PEP 658): for indexes that have no project JSON."""

from __future__ import annotations

from collections.abc import Sequence

from vetgate.facts.codec import FactValue
from vetgate.facts.declared import Declared
from vetgate.facts.live.shapes import BadAnswerError
from vetgate.facts.live.simple_page import File
from vetgate.model.dependency import NormalizedName, normalize
from vetgate.model.facts import FactName


def newest_with_metadata(files: Sequence[File]) -> File | None:
    """Choose the file whose metadata speaks for the package, as the index's own pages choose.

    Not yanked before yanked, final before pre-release, then the highest version.
    """
    from packaging.version import Version

    def place(file: File) -> tuple[bool, bool, Version]:
        try:
            version = Version(file.version)
        except ValueError:  # no version, or one with numbers of 5 000 digits
            return (False, False, Version("0"))
        return (not file.yanked, not version.is_prerelease, version)

    return max((file for file in files if file.has_metadata), key=place, default=None)


def read_metadata(body: bytes, name: NormalizedName) -> dict[FactName, FactValue]:
    """Read the facts in a metadata file; raise `BadAnswerError` if it is none of this package."""
    from packaging.metadata import parse_email

    try:
        # What it cannot place comes back apart, and is not used.
        raw, _ = parse_email(body)
    except (ValueError, LookupError) as error:
        raise BadAnswerError("has metadata that cannot be read") from error
    if normalize(raw.get("name", "")) != name:
        raise BadAnswerError("has metadata of another package")
    urls = list(raw.get("project_urls", {}).items())
    urls += [("Homepage", url) for url in (raw.get("home_page"),) if url]
    urls += [("Download", url) for url in (raw.get("download_url"),) if url]
    declared = Declared(
        name,
        project_urls=tuple(urls),
        description=raw.get("description", ""),
        contacts=(
            raw.get("author", ""),
            raw.get("author_email", ""),
            raw.get("maintainer", ""),
            raw.get("maintainer_email", ""),
        ),
    )
    facts: dict[FactName, FactValue] = {"repository": declared.repository()}
    found = declared.urls()
    if found is not None:
        facts["urls"] = found
    return facts
