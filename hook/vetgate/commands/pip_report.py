"""The report of a run of pip, in the schema of a check."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from vetgate.commands.judging import open_snapshot
from vetgate.errors import GateError, ReportError
from vetgate.model.verdict import Judged, Outcome, SnapshotSummary, Verdict
from vetgate.render.json_check import check_document

_OUTPUT = "-"
"""Names the standard output."""


def check_writable(path: str, folder: str) -> None:
    """Raise `ReportError` if no file can be written there: before pip has done anything."""
    if path == _OUTPUT:
        return
    whole = os.path.join(folder, path)
    parent = os.path.dirname(whole)
    why = ""
    if os.path.isdir(whole):
        why = "it is a folder"
    elif not os.path.isdir(parent):
        why = "there is no such folder"
    elif not os.access(whole if os.path.exists(whole) else parent, os.W_OK):
        why = "it may not be written to"
    if why:
        raise ReportError(f"the report cannot be written: {why}", path=path)


def write(
    path: str,
    folder: str,
    judged: tuple[Judged, ...],
    errors: Sequence[GateError],
    environment: Mapping[str, str],
) -> str:
    """Write the report; return it where it goes to the standard output.

    `folder` is what the path is relative to. Raises `ReportError`.
    """
    worst = max((one.outcome for one in judged), default=Outcome.PASSED)
    snapshot = open_snapshot(environment)
    try:
        summary = SnapshotSummary(snapshot.built, snapshot.packages, snapshot.sha256)
    finally:
        snapshot.close()
    text = check_document(Verdict(worst, judged), errors, summary)
    if path == _OUTPUT:
        return text
    try:
        with open(os.path.join(folder, path), "w", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError as error:
        raise ReportError(f"cannot be written: {error.strerror}", path=path) from error
    return ""
