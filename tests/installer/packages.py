"""Packages made on the spot: wheels, and sources that leave a mark when any of their code runs."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Sequence
from typing import NamedTuple

MARK = "VETGATE_TEST_MARKS"
"""The variable that names the folder for marks."""

_LEAVE_MARK = """
import os, pathlib
pathlib.Path(os.environ["{mark}"], "{name}").touch()
"""

_BACKEND = """{leave_mark}

def get_requires_for_build_wheel(config_settings=None):
    return []

get_requires_for_build_editable = get_requires_for_build_wheel

def build_wheel(folder, config_settings=None, metadata_directory=None):
    pathlib.Path(folder, {file!r}).write_bytes(bytes.fromhex({content!r}))
    return {file!r}

def build_editable(folder, config_settings=None, metadata_directory=None):
    return build_wheel(folder)
"""


class File(NamedTuple):
    """A distribution file: its name and content."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def _metadata(name: str, version: str, requires: Sequence[str]) -> str:
    lines = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"]
    lines += [f"Requires-Dist: {one}\n" for one in requires]
    lines += ["Provides-Extra: more\n"] if any("extra ==" in one for one in requires) else []
    return "".join(lines)


def wheel(name: str, version: str = "1.0", *, requires: Sequence[str] = ()) -> File:
    """Make a wheel with one module that says its name."""
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    members = {
        f"{module}.py": f"NAME = {name!r}\n",
        f"{info}/METADATA": _metadata(name, version, requires),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in (*members, f"{info}/RECORD"))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, text in {**members, f"{info}/RECORD": record}.items():
            archive.writestr(zipfile.ZipInfo(path, (2024, 5, 1, 0, 0, 0)), text)
    return File(f"{module}-{version}-py3-none-any.whl", packed.getvalue())


def source(
    name: str,
    version: str = "1.0",
    *,
    requires: Sequence[str] = (),
    build_requires: Sequence[str] = (),
) -> dict[str, str]:
    """Return the files of a source tree, whose own backend leaves a mark as it is imported."""
    built = wheel(name, version, requires=requires)
    listed = ", ".join(f'"{one}"' for one in build_requires)
    return {
        "pyproject.toml": f'[build-system]\nrequires = [{listed}]\nbuild-backend = "backend"\n'
        'backend-path = ["."]\n',
        "backend.py": _BACKEND.format(
            leave_mark=_LEAVE_MARK.format(mark=MARK, name=name),
            file=built.name,
            content=built.content.hex(),
        ),
        "PKG-INFO": _metadata(name, version, requires),
    }


def legacy(name: str, version: str = "1.0") -> dict[str, str]:
    """Return the files of a source tree that has a `setup.py` only, which leaves a mark."""
    return {
        "setup.py": _LEAVE_MARK.format(mark=MARK, name=name)
        + f"from setuptools import setup\nsetup(name={name!r}, version={version!r})\n",
        "PKG-INFO": _metadata(name, version, ()),
    }


def sdist(name: str, files: dict[str, str], version: str = "1.0") -> File:
    """Pack a source tree."""
    stem = f"{name.replace('-', '_')}-{version}"
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for path, text in files.items():
            member = tarfile.TarInfo(f"{stem}/{path}")
            content = text.encode()
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return File(f"{stem}.tar.gz", packed.getvalue())
