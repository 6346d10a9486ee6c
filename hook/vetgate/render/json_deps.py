"""`deps --format json`, version 1: the only writer of `deps.schema.json`'s documents."""

from __future__ import annotations

import json
from collections.abc import Sequence

from vetgate.errors import GateError
from vetgate.model.dependency import FromOption
from vetgate.model.manifest import Manifest
from vetgate.render.fields import Fields, dependency_head, dependency_tail, error_fields
from vetgate.render.ordered import resolved

VERSION = 1


def deps_document(files: Sequence[tuple[Manifest, Sequence[GateError]]]) -> str:
    """Return what each file declares as JSON in ASCII, one file a line, entries by line.

    Options that name places are not dependencies and are left out.
    The encoder indents only in pure Python, ten times slower on a long lock-style file.
    """
    lines = ",\n".join(json.dumps(_file(manifest, errors)) for manifest, errors in files)
    return f'{{"version": {VERSION}, "files": [{lines}]}}'


def _file(manifest: Manifest, errors: Sequence[GateError]) -> Fields:
    declared = sorted(manifest.dependencies, key=lambda dependency: dependency.location.line)
    return {
        "file": manifest.path,
        "format": manifest.format,
        "dependencies": [
            {**dependency_head(dependency), **dependency_tail(dependency)}
            for dependency in declared
            if not isinstance(dependency.origin, FromOption)
        ],
        "includes": [resolved(manifest, include) for include in manifest.includes],
        "errors": [error_fields(error) for error in errors],
    }
