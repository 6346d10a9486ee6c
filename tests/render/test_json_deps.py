from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from render.samples import dependency
from render.schemas import validator
from strategies import errors, manifests
from vetgate.errors import GateError, ManifestError
from vetgate.model.dependency import FromOption
from vetgate.model.manifest import Include, Manifest
from vetgate.render.json_deps import deps_document

SCHEMA = validator("deps")


def test_a_file_is_told_with_its_dependencies_by_line_and_its_includes_from_the_root() -> None:
    manifest = Manifest(
        "sub/requirements.txt",
        "requirements",
        (
            dependency("b", file="sub/requirements.txt", line=7),
            dependency("--index-url", origin=FromOption("--index-url", "https://i.example")),
            dependency("A", "==1", file="sub/requirements.txt", line=2, extras=("x",)),
        ),
        (Include("../base.txt", 1), Include("https://files.example/r.txt", 3)),
    )
    problem = ManifestError("no such file", path="base.txt", hint="")

    told = deps_document([(manifest, [problem])])

    assert told == (
        '{"version": 1, "files": [{"file": "sub/requirements.txt", "format": "requirements",'
        ' "dependencies": [{"name": "a", "spelled": "A", "requirement": "A==1", "extras": ["x"],'
        ' "marker": null, "origin": {"kind": "index", "specifier": "==1"}, "hashes": [],'
        ' "file": "sub/requirements.txt", "line": 2, "table": null, "pinned": true},'
        ' {"name": "b", "spelled": "b", "requirement": "b", "extras": [],'
        ' "marker": null, "origin": {"kind": "index", "specifier": ""}, "hashes": [],'
        ' "file": "sub/requirements.txt", "line": 7, "table": null, "pinned": false}],'
        ' "includes": ["base.txt", "https://files.example/r.txt"],'
        ' "errors": [{"file": "base.txt", "line": null, "message": "no such file",'
        ' "hint": ""}]}]}'
    )


def test_no_file_is_an_empty_list() -> None:
    assert deps_document([]) == '{"version": 1, "files": []}'


@given(st.lists(st.tuples(manifests, st.lists(errors, max_size=2)), max_size=3))
def test_every_reading_fits_the_schema_and_is_plain_ascii(
    files: Sequence[tuple[Manifest, Sequence[GateError]]],
) -> None:
    told = deps_document(files)

    SCHEMA.validate(json.loads(told))
    assert told.replace("\n", "").isprintable()
    assert told.isascii()
