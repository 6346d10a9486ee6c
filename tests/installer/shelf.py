"""An index on this machine, with the files that a test puts on it."""

from __future__ import annotations

from facts.live.loopback import SIMPLE_JSON, Loopback, Reply, page
from installer.packages import File
from vetgate.facts.live.shapes import Json
from vetgate.model.dependency import normalize


class Shelf:
    """The simple API of a loopback server: JSON as PEP 691 has it, below `/simple`."""

    def __init__(self, loopback: Loopback, root: str = "/simple") -> None:
        self._loopback, self._root = loopback, root
        self._files: dict[str, list[File]] = {}

    @property
    def url(self) -> str:
        return f"{self._loopback.url}{self._root}"

    def put(self, *files: File) -> None:
        """Add files, each to its project's page."""
        for file in files:
            stem = file.name.removesuffix(".tar.gz")
            whole = stem if stem != file.name else "-".join(file.name.split("-")[:2])
            name = normalize(whole.rpartition("-")[0])
            self._files.setdefault(name, []).append(file)
            self._loopback.on(
                f"/files/{file.name}", Reply(file.content, media_type="application/octet-stream")
            )
            self._loopback.on(f"{self._root}/{name}/", self._page(name))

    def link(self, file: File) -> str:
        """Return the address of a file."""
        return f"{self._loopback.url}/files/{file.name}"

    def asked(self) -> list[str]:
        """Name the projects and files that were asked for, in order."""
        return [path.rstrip("/").rpartition("/")[2] for path in self._loopback.paths()]

    def _page(self, name: str) -> Reply:
        listed: list[Json] = [
            {
                "filename": file.name,
                "url": self.link(file),
                "hashes": {"sha256": file.sha256},
                "upload-time": "2024-05-01T00:00:00Z",
                "size": len(file.content),
            }
            for file in self._files[name]
        ]
        whole: Json = {
            "meta": {"api-version": "1.1"},
            "name": name,
            "files": listed,
            "versions": [],
        }
        return page(whole, SIMPLE_JSON)
