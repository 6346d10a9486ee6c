"""A project page in the other of the two forms, for a client that reads only that one.

Upstreams are asked for JSON, which tells more; browsers and old clients read HTML alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from html import escape

from vetgate.facts.live.shapes import Json, a_list, an_object, text
from vetgate.gate import html_page, json_page
from vetgate.gate.listing import Offered
from vetgate.model.dependency import NormalizedName

Relink = Callable[[Offered], "str | None"]


def html_of(parsed: Json, name: NormalizedName) -> bytes:
    """Write the JSON of a page as HTML (PEP 503, 592, 629, 658, 714, 740, 792)."""
    page = an_object(parsed, "simple page")
    version = text(an_object(page.get("meta"), "meta").get("api-version")) or "1.0"
    metas = {"pypi:repository-version": version}
    if status := json_page.status(page):
        metas["pypi:project-status"] = status
        said = page.get("project-status")
        reason = text(said.get("reason")) if isinstance(said, dict) else ""
        if reason:
            metas["pypi:project-status-reason"] = reason
    head = "".join(
        f'<meta name="{escape(key)}" content="{escape(value)}">' for key, value in metas.items()
    )
    links = "".join(
        f"<a{_attributes(_of_json(an_object(file, 'file')))}>"
        f"{escape(text(an_object(file, 'file').get('filename')))}</a><br/>\n"
        for file in a_list(page.get("files"), "files")
    )
    title = f"<title>Links for {escape(name)}</title>"
    return (
        f"<!DOCTYPE html>\n<html><head>{head}{title}</head><body>\n{links}</body></html>\n".encode(
            "utf-8", "replace"
        )
    )


def json_of(
    page: html_page.Document, name: NormalizedName, hidden: Collection[str], relink: Relink
) -> bytes:
    """Write an HTML page as JSON (PEP 691), without some files."""
    files: list[Json] = []
    for anchor, one in zip(page.anchors, html_page.offered(page, name), strict=True):
        if one.filename in hidden or one.version is None:
            continue
        file: dict[str, Json] = {
            "filename": one.filename,
            "url": relink(one) or one.url,
            "hashes": _hashes(anchor.attributes.get("href", "").partition("#")[2]),
        }
        told = anchor.attributes
        if "data-requires-python" in told:
            file["requires-python"] = told["data-requires-python"]
        if "data-yanked" in told:
            file["yanked"] = told["data-yanked"] or True
        for key in ("core-metadata", "dist-info-metadata"):
            if f"data-{key}" in told:
                file["core-metadata"] = _hashes(told[f"data-{key}"]) or True
                break
        files.append(file)
    written: dict[str, Json] = {"meta": {"api-version": "1.0"}, "name": name, "files": files}
    if status := html_page.status(page):
        written["project-status"] = {"status": status}
    return json.dumps(written).encode()


def _of_json(file: Mapping[str, Json]) -> dict[str, str]:
    hashes = file.get("hashes")
    digest = _digest(hashes)
    told = {"href": text(file.get("url")) + (f"#{digest}" if digest else "")}
    if requires := text(file.get("requires-python")):
        told["data-requires-python"] = requires
    metadata = file.get("core-metadata", file.get("data-dist-info-metadata"))
    if metadata not in (None, False):
        told["data-core-metadata"] = _digest(metadata) or "true"
        told["data-dist-info-metadata"] = told["data-core-metadata"]
    yanked = file.get("yanked")
    if yanked not in (None, False):
        told["data-yanked"] = text(yanked)
    if provenance := text(file.get("provenance")):
        told["data-provenance"] = provenance
    if isinstance(file.get("gpg-sig"), bool):
        told["data-gpg-sig"] = "true" if file["gpg-sig"] else "false"
    return told


def _attributes(told: Mapping[str, str]) -> str:
    return "".join(f' {key}="{escape(value)}"' for key, value in told.items())


def _digest(hashes: Json) -> str:
    """Write one hash as a fragment has it, sha256 before others."""
    if not isinstance(hashes, dict) or not hashes:
        return ""
    kind = "sha256" if "sha256" in hashes else min(hashes)
    return f"{kind}={text(hashes[kind])}"


def _hashes(fragment: str) -> dict[str, Json]:
    kind, mark, digest = fragment.partition("=")
    return {kind: digest} if mark and kind and digest else {}
