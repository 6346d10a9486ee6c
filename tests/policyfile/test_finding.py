"""Where a policy is looked for, and what in its place is an error."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vetgate.errors import PolicyError
from vetgate.policyfile import find
from vetgate.policyfile.finding import Found

TABLE = b"[project]\nname = 'x'\n[tool.vetgate]\nunknown = 'warn'\n"
OTHER = b"[project]\nname = 'x'\n"


def refusal(folder: Path) -> str:
    with pytest.raises(PolicyError) as caught:
        find(str(folder), str(folder))
    return str(caught.value).replace(str(folder) + os.sep, "")


def test_the_nearest_file_wins(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "vetgate.toml").write_bytes(b"outer")
    (tmp_path / "a" / "pyproject.toml").write_bytes(TABLE)
    (inner / "pyproject.toml").write_bytes(OTHER)

    assert find(str(inner), str(tmp_path)) == Found(
        str(tmp_path / "a" / "pyproject.toml"), TABLE, ("tool", "vetgate")
    )
    assert find(str(tmp_path), str(tmp_path)) == Found(str(tmp_path / "vetgate.toml"), b"outer")


def test_no_folder_above_the_root_is_looked_into(tmp_path: Path) -> None:
    (tmp_path / "vetgate.toml").write_bytes(b"")
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)

    assert find(str(inner), str(tmp_path / "a")) is None
    assert find(str(inner)) == Found(str(tmp_path / "vetgate.toml"), b"")


def test_a_start_outside_of_the_root_sees_the_root_only(tmp_path: Path) -> None:
    (tmp_path / "ab").mkdir()
    (tmp_path / "ab" / "vetgate.toml").write_bytes(b"elsewhere")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "vetgate.toml").write_bytes(b"root")

    assert find(str(tmp_path / "ab"), str(tmp_path / "a")) == Found(
        str(tmp_path / "a" / "vetgate.toml"), b"root"
    )


@pytest.mark.parametrize(
    "content",
    [
        OTHER,
        b"# vetgate\n",
        b"[tool.other]\nname = 'vetgate'",
        b"tool = 3 # vetgate",
        b"\\ broken"[:0],
    ],
)
def test_a_project_file_without_the_table_is_no_policy(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "pyproject.toml").write_bytes(content)

    assert find(str(tmp_path), str(tmp_path)) is None


def test_a_table_whose_name_is_written_with_escapes_is_found(tmp_path: Path) -> None:
    content = b'[tool."vetg\\u0061te"]\n'
    (tmp_path / "pyproject.toml").write_bytes(content)

    assert find(str(tmp_path), str(tmp_path)) == Found(
        str(tmp_path / "pyproject.toml"), content, ("tool", "vetgate")
    )


def test_a_project_file_that_is_a_link_is_no_error_while_it_has_no_policy(tmp_path: Path) -> None:
    (tmp_path / "shared.toml").write_bytes(OTHER)
    (tmp_path / "pyproject.toml").symlink_to("shared.toml")

    assert find(str(tmp_path), str(tmp_path)) is None


def test_two_policies_in_one_folder_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "vetgate.toml").write_bytes(b"")
    (tmp_path / "pyproject.toml").write_bytes(TABLE)

    assert refusal(tmp_path) == "pyproject.toml:3: a second policy beside vetgate.toml"


def test_a_project_file_that_may_hold_a_policy_must_be_toml(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"[tool.vetgate\n")

    assert refusal(tmp_path) == (
        "pyproject.toml:1: not valid TOML: expected ']' at the end of a table declaration"
    )


@pytest.mark.parametrize("name", ["vetgate.toml", "pyproject.toml"])
def test_a_link_in_place_of_a_policy_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "shared.toml").write_bytes(TABLE)
    (tmp_path / name).symlink_to("shared.toml")

    assert refusal(tmp_path) == f"{name}: a symbolic link in place of a policy file"


def test_a_link_that_leads_nowhere_is_an_error_in_place_of_a_policy_only(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").symlink_to("nowhere")
    assert find(str(tmp_path), str(tmp_path)) is None

    (tmp_path / "vetgate.toml").symlink_to("nowhere")
    assert refusal(tmp_path) == "vetgate.toml: a symbolic link in place of a policy file"


@pytest.mark.parametrize("name", ["vetgate.toml", "pyproject.toml"])
def test_what_is_no_plain_file_is_an_error(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / name)
    assert refusal(tmp_path) == f"{name}: not a plain file"

    (tmp_path / name).unlink()
    (tmp_path / name).mkdir()
    assert refusal(tmp_path) == f"{name}: not a plain file"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is closed to this user")
def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "vetgate.toml").write_bytes(b"")
    (tmp_path / "vetgate.toml").chmod(0)

    assert refusal(tmp_path) == "vetgate.toml: cannot be read: permission denied"
