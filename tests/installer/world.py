"""An environment with a pip of its own, an index on this machine, and vetgate in front of both."""

from __future__ import annotations

import json
import os
import venv
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pip
import pytest

from facts.live.loopback import Loopback, serving
from installer.packages import MARK
from installer.shelf import Shelf
from scratch import Json, Ran, Scratch

OWN = str(pip.__version__)
"""The newest pip: the one beside vetgate."""
OLDEST = "22.3.1"

PIPS = "VETGATE_TEST_PIPS"
"""The variable that names a folder with wheels of other pips."""

_WHEELS = os.environ.get(PIPS)


def wheel_of(version: str) -> Path | None:
    """Return the wheel of a pip, None if it is not here."""
    found = Path(_WHEELS, f"pip-{version}-py3-none-any.whl") if _WHEELS else None
    return found if found is not None and found.is_file() else None


BOTH = pytest.mark.parametrize(
    "version",
    [
        pytest.param(
            OLDEST,
            marks=pytest.mark.skipif(
                wheel_of(OLDEST) is None, reason=f"{PIPS} names no folder with pip {OLDEST}"
            ),
        ),
        pytest.param(OWN),
    ],
)
"""Run with the oldest pip that is known to work, and with the newest."""


def _all_versions() -> list[str]:
    """Name every version of pip that is here."""
    wheels = Path(_WHEELS).glob("pip-*-py3-none-any.whl") if _WHEELS else ()
    return sorted({OWN, *(one.name.split("-")[1] for one in wheels)})


EACH = pytest.mark.parametrize("version", _all_versions())
"""Run with every pip that is here."""


class World(Scratch):
    """A project's folder, in which a virtual environment is active."""

    def __init__(self, folder: Path, given: Mapping[str, str], loopback: Loopback) -> None:
        self.top = folder
        self.prefix = folder / "environment"
        self.marks = folder / "marks"
        self.loopback = loopback
        self.shelf = Shelf(loopback)
        project = folder / "project"
        for each in (self.marks, project):
            each.mkdir()
        super().__init__(
            project,
            {
                **given,
                MARK: str(self.marks),
                "VIRTUAL_ENV": str(self.prefix),
                "PIP_INDEX_URL": self.shelf.url,
                "PIP_DISABLE_PIP_VERSION_CHECK": "1",
                "VETGATE_INDEX_URL": self.shelf.url,
                "VETGATE_OFFLINE": "1",
            },
        )

    @property
    def python(self) -> str:
        return str(self.prefix / "bin" / "python")

    @property
    def packages(self) -> Path:
        """The folder that packages are installed in."""
        return next(self.prefix.glob("lib/python3*/site-packages"))

    @property
    def pip_version(self) -> str:
        found = next(self.packages.glob("pip-*.dist-info")).name
        return found.removeprefix("pip-").removesuffix(".dist-info")

    def pip(self, *arguments: str, **given: str) -> Ran:
        """Run `vetgate pip`."""
        return self.vetgate("pip", *arguments, **given)

    def plain_pip(self, *arguments: str, **given: str) -> Ran:
        """Run pip without vetgate."""
        return self.run(self.python, "-m", "pip", *arguments, **given)

    def installed(self) -> list[str]:
        """Name what is installed, but for pip itself."""
        found = (one.name.removesuffix(".dist-info") for one in self.packages.glob("*.dist-info"))
        return sorted(one for one in found if not one.startswith("pip-"))

    def ran(self) -> list[str]:
        """Name the packages of which some code ran."""
        return sorted(one.name for one in self.marks.iterdir())

    def report(self, path: str = "report.json") -> Json:
        """Return a report that was written."""
        document: Json = json.loads((self.folder / path).read_bytes())
        return document


def make_environment(prefix: Path, version: str = OWN) -> None:
    """Make a virtual environment with one version of pip."""
    venv.create(prefix, symlinks=True, with_pip=False)
    packages = next(prefix.glob("lib/python3*/site-packages"))
    wheel = None if version == OWN else wheel_of(version)
    if wheel is not None:
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(packages)
        return
    # A folder without a file of its own goes with the last package, whatever links are in it.
    (packages / "README.txt").touch()
    own = Path(pip.__file__).parent
    (packages / "pip").symlink_to(own)
    (packages / f"pip-{version}.dist-info").symlink_to(own.parent / f"pip-{version}.dist-info")


@contextmanager
def living(folder: Path, given: Mapping[str, str], version: str = OWN) -> Iterator[World]:
    """Make a world; it ends with the block."""
    with serving() as loopback:
        world = World(folder, given, loopback)
        make_environment(world.prefix, version)
        yield world
