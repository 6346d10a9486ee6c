"""`vetgate allow --check --only-expired`: what the hook for policy files runs."""

from __future__ import annotations

import os
from argparse import Namespace
from datetime import date

from vetgate.commands.answer import BLOCKED, PASSED, Answer
from vetgate.commands.extending import table_of
from vetgate.commands.policies import in_force, read_layers
from vetgate.commands.standing import listed
from vetgate.commands.states import project_root
from vetgate.errors import USAGE, PolicyError
from vetgate.policyfile.finding import FILE_NAME, PROJECT_FILE, Found, content_of, find
from vetgate.render.errors import error_text
from vetgate.render.listed import Listed, Standing
from vetgate.render.listed_text import expired_text


def check_expired(options: Namespace, folder: str, today: date) -> Answer:
    """Check policy files, those named or the one in force, for mistakes and for what is expired.

    No manifest is read: an allowance may well be written before there is a use for it.
    """
    checked = [_checked(path, folder, today) for path in options.only_expired or (None,)]
    errors = [one for one in checked if isinstance(one, PolicyError)]
    entries = [each for one in checked if not isinstance(one, PolicyError) for each in one]
    if options.format == "json":
        from vetgate.render.json_allow import allow_document

        text = allow_document(entries, errors)
    else:
        text = "" if errors else expired_text(entries)
    if errors:
        # A folder may have been named by both of its files.
        return Answer(text, USAGE, tuple(dict.fromkeys(map(error_text, errors))))
    over = any(one.standing is Standing.EXPIRED for one in entries)
    return Answer(text, BLOCKED if over else PASSED)


def _checked(path: str | None, folder: str, today: date) -> tuple[Listed, ...] | PolicyError:
    try:
        if path is None:
            layers = in_force(project_root(folder) or folder, folder).layers
        else:
            found = _found(os.path.join(folder, path))
            layers = () if found is None else read_layers(found, folder).layers
    except PolicyError as error:
        if error.path is not None and os.path.isabs(error.path):
            error.path = os.path.relpath(error.path, folder)
        return error
    # What it extends is looked after where it is.
    return listed(layers[0].allow, None, today) if layers else ()


def _found(path: str) -> Found | None:
    above = os.path.dirname(path)
    name = os.path.basename(path)
    if name not in (FILE_NAME, PROJECT_FILE):
        return Found(path, content_of(path), table_of(path))
    found = find(above, above)
    if found is None and name == FILE_NAME:
        return Found(path, content_of(path))
    return found if found is not None and os.path.basename(found.path) == name else None
