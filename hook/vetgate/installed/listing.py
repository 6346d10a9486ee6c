"""The only user of `pip_api`: what pip says is installed in a folder.

What starts is the interpreter that runs vetgate, with the pip beside it: never the environment's
own. It starts in an empty folder, since `-m pip` would take a `pip.py` from where it stands;
without pip's settings, which can leave packages out of a list; and without a voice, since pip
repeats the names of broken folders as they are.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import CalledProcessError  # noqa: TID251 - what pip_api raises; nothing starts here

from vetgate.errors import GateError

_LOCATION = "PIPAPI_PYTHON_LOCATION"


def pip_list(folders: tuple[str, ...]) -> dict[str, list[tuple[str, str]]]:
    """Return the names and versions that pip lists in each folder; raises `GateError`."""
    try:
        with _alone():
            # Late, since its import starts pip to ask for its version. It is a dependency because
            # it gives pip's own list, old ways to install included, as a documented interface.
            import pip_api

            # In words of its documentation; it does not say so in words of PEP 484.
            ask = pip_api.installed_distributions  # type: ignore[attr-defined] # see above
            return {
                folder: [(one.name, str(one.version)) for one in ask(paths=[Path(folder)]).values()]
                for folder in folders
            }
    except (CalledProcessError, OSError, ValueError) as error:
        raise GateError(
            "pip could not list what is installed",
            hint="the pip beside vetgate is asked: try it with `python -m pip list`",
        ) from error


@contextmanager
def _alone() -> Iterator[None]:
    """Let what is started find an empty folder, no settings of pip's, and nobody to talk to."""
    before = dict(os.environ)  # noqa: TID251 - pip_api hands it on to what it starts
    stood = os.getcwd()
    voice = os.dup(2)
    with tempfile.TemporaryDirectory() as empty, open(os.devnull, "wb") as silence:
        try:
            os.dup2(silence.fileno(), 2)
            os.chdir(empty)
            for name in before:
                if name.upper().startswith("PIP_"):
                    del os.environ[name]  # noqa: TID251 - see above
            os.environ.update(  # noqa: TID251 - see above
                {_LOCATION: sys.executable, "PIP_CONFIG_FILE": os.devnull, "PYTHONSAFEPATH": "1"}
            )
            yield
        finally:
            os.environ.clear()  # noqa: TID251 - see above
            os.environ.update(before)  # noqa: TID251 - see above
            os.chdir(stood)
            os.dup2(voice, 2)
            os.close(voice)
