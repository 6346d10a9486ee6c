from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest

from vetgate.errors import UpdateError
from vetgate.facts.published import Delta, Form, Json, Manifest, manifest_bytes, read
from vetgate.facts.stated import Source

BUILT = datetime(2026, 11, 25, 4, tzinfo=timezone.utc)
A, B, C, D, E = (letter * 64 for letter in "abcde")
MANIFEST = Manifest(
    schema=2,
    built=BUILT,
    packages=886_323,
    counts={"advisories": 12_000, "removed": 83_870},
    sources=(
        Source("advisories", "OSV's archive", "CC BY 4.0", BUILT),
        Source("index-names", "names.txt", "public", BUILT, 31_000_000, 886_323),
    ),
    plain=Form("snapshot.sqlite", 36_026_368, A),
    packed=Form("snapshots/a.columns.xz", 9_000_000, B),
    follows=C,
    deltas=(Delta(C, A, Form("deltas/c-a.xz", 130_000, D)), Delta(E, C, Form("deltas/e-c", 1, D))),
)
Document = dict[str, Json]


def document() -> Document:
    read_back: Document = json.loads(manifest_bytes(MANIFEST))
    return read_back


def changed(**values: Json) -> bytes:
    return json.dumps({**document(), **values}).encode()


def test_what_is_written_is_read_back() -> None:
    assert read(manifest_bytes(MANIFEST), "manifest.json") == MANIFEST


def test_the_same_values_in_another_order_are_the_same_bytes() -> None:
    other = MANIFEST._replace(
        sources=MANIFEST.sources[::-1],
        deltas=MANIFEST.deltas[::-1],
        counts=dict(sorted(MANIFEST.counts.items(), reverse=True)),
    )

    assert manifest_bytes(other) == manifest_bytes(MANIFEST)


@pytest.mark.parametrize(
    ("content", "odd"),
    [
        pytest.param(b"", "it is not JSON", id="empty"),
        pytest.param(manifest_bytes(MANIFEST)[:-20], "it is not JSON", id="cut-short"),
        pytest.param(b"[" * 100_000, "it is not JSON", id="nested"),
        pytest.param(b"\xff{}", "it is not JSON", id="no-text"),
        pytest.param(b" " * (1 << 20) + b"{}", "it is larger than a manifest is", id="large"),
        pytest.param(b"[]", "manifest is no object", id="a-list"),
        pytest.param(b'{"version": 1, "version": 1}', "a key stands there twice", id="twice"),
        pytest.param(b"{}", "it is of version None, and this vetgate reads 1", id="no-version"),
        pytest.param(
            changed(version=2), "it is of version 2, and this vetgate reads 1", id="version"
        ),
        pytest.param(changed(more=1), "manifest: 'more' is missing or unknown", id="unknown-key"),
        pytest.param(changed(schema=-1), "schema: -1 is no count", id="negative"),
        pytest.param(changed(packages=True), "packages: True is no count", id="boolean"),
        pytest.param(
            changed(packages=10**18), "packages: 1000000000000000000 is no count", id="huge"
        ),
        pytest.param(
            changed(built="2026-11-25T04:00:00"),
            "built: '2026-11-25T04:00:00' is no moment in UTC, as in 2026-11-25T04:00:00+00:00",
            id="no-zone",
        ),
        pytest.param(
            changed(follows=A.upper()),
            f"follows: {A.upper()!r} is no SHA-256 digest in lower case",
            id="digest",
        ),
        pytest.param(changed(deltas={}), "deltas is no list", id="deltas"),
        pytest.param(changed(counts={"No": 1}), "counts: 'No' is no word", id="count"),
        pytest.param(
            changed(packed={"file": "x", "sha256": A, "size": 0}),
            "packed: 0 bytes are none, or more than 268435456",
            id="size",
        ),
    ],
)
def test_anything_odd_is_refused(content: bytes, odd: str) -> None:
    with pytest.raises(UpdateError) as refused:
        read(content, "here/manifest.json")

    assert str(refused.value) == (f"here/manifest.json: is no manifest that can be trusted: {odd}")


@pytest.mark.parametrize(
    "name", ["../x", "/x", "x/../y", "", "x//y", ".x", "http://x", "x\\y", "X", "a" * 200, "x\n"]
)
def test_a_file_that_may_lie_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(UpdateError, match="is no file below it"):
        read(changed(plain={"file": name, "sha256": A, "size": 1}), "manifest.json")


def test_a_delta_that_stands_there_twice_is_refused() -> None:
    deltas = document()["deltas"]
    assert isinstance(deltas, list)

    with pytest.raises(UpdateError, match="a delta stands there twice"):
        read(changed(deltas=[*deltas, deltas[0]]), "manifest.json")


def test_what_could_not_be_read_back_is_not_written() -> None:
    with pytest.raises(UpdateError, match="is no file below it"):
        manifest_bytes(MANIFEST._replace(plain=Form("../x", 1, A)))
