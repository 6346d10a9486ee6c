"""A virtual environment with packages as installers leave them, and traps in it."""

from __future__ import annotations

import json
import sys
import venv
from pathlib import Path
from typing import TypeAlias

Json: TypeAlias = "dict[str, Json] | list[Json] | str | bool | None"


class Made:
    """A real virtual environment without pip, to put packages into."""

    def __init__(self, folder: Path) -> None:
        # What audits it brings its own pip along.
        venv.create(folder, with_pip=False, symlinks=True)
        self.folder = folder
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        self.site = folder / "lib" / version / "site-packages"

    def install(
        self, name: str, version: str = "1.0", direct: Json = None, *, kind: str = "dist-info"
    ) -> Path:
        """Leave what an installer leaves, `direct` as the `direct_url.json` of PEP 610."""
        folder = self.site / f"{name.replace('-', '_')}-{version}.{kind}"
        folder.mkdir()
        file = "METADATA" if kind == "dist-info" else "PKG-INFO"
        text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nName: other\n"
        (folder / file).write_text(text, encoding="utf-8")
        if direct is not None:
            (folder / "direct_url.json").write_text(json.dumps(direct), encoding="utf-8")
        return folder

    def set_traps(self, sprung: Path) -> None:
        """Let whatever runs code of this environment leave a file behind."""
        code = f"open({str(sprung)!r}, 'a').write('ran')"
        (self.site / "trap.pth").write_text(f"import os; {code}\n", encoding="utf-8")
        (self.site / "sitecustomize.py").write_text(code, encoding="utf-8")
        (self.site / "pip.py").write_text(code, encoding="utf-8")
        python = self.folder / "bin/python"
        python.unlink()
        python.write_text(f"#!/bin/sh\necho ran >> '{sprung}'\n", encoding="utf-8")
        python.chmod(0o755)
