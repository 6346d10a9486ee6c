"""Builds nothing where a plan is wanted only: a source's own account stands for its build."""

from __future__ import annotations

import os
import re
from email.parser import BytesHeaderParser

from vetgate.installer.guard.building import build_requires
from vetgate.installer.guard.places import hold, put
from vetgate.installer.guard.talk import State, ask, refuse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from pip._internal.req.req_install import InstallRequirement

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.!+_-]{0,99}\Z")
_FIRST_SURE = [2, 2]
"""PEP 643: from this version on, what is not called dynamic is what every build of it says."""


def before_building(prepare: ModuleType) -> None:
    """Let no source be built while a plan is made."""
    plain = hold(prepare, "_get_prepared_distribution")

    def prepared(req: InstallRequirement, *more: object, **named: object) -> object:
        if not State.explains or req.is_wheel:
            return plain(req, *more, **named)
        account = os.path.join(req.unpacked_source_directory, "PKG-INFO")
        if req.editable or not os.path.isfile(account):
            refuse(f"what {req} needs is known when it is built, and --explain builds nothing")
        req.metadata_directory = _as_told(account, req)
        _take_its_word(req)
        return req.get_dist()

    put(prepare, "_get_prepared_distribution", prepared)


def _take_its_word(req: InstallRequirement) -> None:
    """Note name and version as pip does once it has metadata (`prepare_metadata`)."""
    try:
        if req.name:
            req.warn_on_mismatching_name()
        else:
            req._set_requirement()  # noqa: SLF001 - pip itself has no other way to it
        req.assert_source_matches_version()
        _ = req.get_dist().version
    except ValueError as error:  # what packaging raises on a version of no kind, since pip 24.1
        refuse(f"{req} comes as source whose PKG-INFO makes no sense to pip: {error}")


def _as_told(account: str, req: InstallRequirement) -> str:
    """Make a folder of metadata from the account that a source archive gives of itself."""
    from pip._internal.utils.temp_dir import TempDirectory

    with open(account, "rb") as file:
        told = file.read()
    headers = BytesHeaderParser().parsebytes(told)
    name, version = str(headers["Name"] or ""), str(headers["Version"] or "")
    if not _NAME.match(name) or not _VERSION.match(version):
        refuse(f"{req} comes as source whose PKG-INFO does not name a package and its version")
    numbers = str(headers["Metadata-Version"] or "0").split(".")
    dynamic = [str(field).strip().lower() for field in headers.get_all("Dynamic") or ()]
    sure = [int(part) for part in numbers if part.isdecimal()] >= _FIRST_SURE
    ask(
        {
            "ask": "told",
            "name": name,
            "sure": sure and "requires-dist" not in dynamic,
            "builds": build_requires(req.unpacked_source_directory),
        }
    )
    top = TempDirectory(kind="vetgate-told", globally_managed=True).path
    stem = f"{name}-{version}".replace("-", "_", name.count("-"))
    folder = os.path.join(top, os.path.basename(f"{stem}.dist-info"))
    os.mkdir(folder)
    with open(os.path.join(folder, "METADATA"), "wb") as file:
        file.write(told)
    return folder
