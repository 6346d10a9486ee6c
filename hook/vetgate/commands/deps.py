"""`vetgate deps`: print the dependencies found, each under the file that declares it."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Mapping

from vetgate.commands.answer import PASSED, Answer
from vetgate.commands.states import read_disk
from vetgate.errors import UNDECIDED, GateError, ManifestError
from vetgate.model.manifest import Manifest


def run(options: Namespace, environment: Mapping[str, str], folder: str) -> Answer:
    """Read the files from the disk, with all that they include; judge nothing."""
    files_named = tuple(path.replace(os.sep, "/") for path in options.files)
    forest = read_disk(files_named, folder, environment)
    by_file: dict[str, list[GateError]] = {}
    for error in forest.errors:
        by_file.setdefault(error.path or "", []).append(error)
    read_files = [
        (manifest, tuple(by_file.pop(path, ())))
        for path, manifest in sorted(forest.manifests.items())
    ]
    unread = [(Manifest(path, "unknown"), tuple(errors)) for path, errors in by_file.items()]
    files = sorted([*read_files, *unread], key=lambda pair: pair[0].path)
    if options.format == "json":
        from vetgate.render.json_deps import deps_document

        text = deps_document(files)
    else:
        from vetgate.render.deps_text import deps_text

        text = deps_text([manifest for manifest, _ in files])
    return Answer(text, UNDECIDED if forest.errors else PASSED, _talk(forest.errors))


def _talk(errors: tuple[ManifestError, ...]) -> tuple[str, ...]:
    from vetgate.render.errors import error_text

    told = tuple(error_text(error) for error in errors)
    return (*told, "nothing was decided") if told else ()
