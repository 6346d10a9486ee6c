"""A snapshot that is not one is refused, and what it would have said is not guessed."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from render.schemas import validator
from scratch import Scratch, refused

OTHER_SNAPSHOT = (
    "get another with `vetgate update`, or unset VETGATE_SNAPSHOT to use the one of vetgate"
)


class TestSnapshot:
    """A snapshot that is not one is refused, and what it would have said is not guessed."""

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "other.sqlite"

    def refuses(self, project: Scratch, path: Path, problem: str) -> None:
        """Judge an addition by a snapshot that is refused."""
        project.stage("requirements.txt", "flask\nrequests\n")

        ran = project.vetgate("check", VETGATE_SNAPSHOT=str(path))

        assert ran == refused(f"{path}: {problem}", OTHER_SNAPSHOT)

    def test_it_is_missing(self, project: Scratch, path: Path) -> None:
        self.refuses(project, path, "there is no such snapshot")

    def test_it_is_a_folder(self, project: Scratch, path: Path) -> None:
        path.mkdir()

        self.refuses(project, path, "there is no such snapshot")

    def test_it_is_empty(self, project: Scratch, path: Path) -> None:
        path.write_bytes(b"")

        self.refuses(project, path, "is a database, but not a snapshot")

    def test_it_is_garbage(self, project: Scratch, path: Path) -> None:
        path.write_bytes(b"garbage" * 1000)

        self.refuses(project, path, "is damaged: file is not a database")

    def test_it_is_another_database(self, project: Scratch, path: Path) -> None:
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE something(else_)")
        connection.commit()
        connection.close()

        self.refuses(project, path, "is a database, but not a snapshot")

    def test_it_is_cut_short(self, project: Scratch, path: Path, snapshot: Path) -> None:
        path.write_bytes(snapshot.read_bytes()[:-1])

        self.refuses(project, path, "is damaged: it is not as long as it says")

    def test_it_is_of_another_schema(self, project: Scratch, path: Path, snapshot: Path) -> None:
        shutil.copy(snapshot, path)
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA user_version = 99")
        connection.commit()
        connection.close()

        self.refuses(project, path, "is a snapshot of schema 99, and this vetgate reads schema 2")

    def test_json_and_explain_refuse_it_too(self, project: Scratch, path: Path) -> None:
        project.stage("requirements.txt", "flask\nrequests\n")
        told = refused(f"{path}: there is no such snapshot", OTHER_SNAPSHOT)

        ran = project.vetgate("check", "--format", "json", VETGATE_SNAPSHOT=str(path))

        assert (ran.code, ran.err) == (3, told.err)
        validator("check").validate(ran.document())
        assert project.vetgate("explain", "requests", VETGATE_SNAPSHOT=str(path)) == told
