"""Parsers come to an end, whatever the length: a hook that hangs gets taken out."""

from __future__ import annotations

import subprocess
import sys

import pytest

LIST = "requirements.txt"
TOML = "pyproject.toml"
LENGTH = 40_000
# Reads a manifest from its standard input; whether it says something or refuses, it ends.
READ = """
import sys
from vetgate.errors import ManifestError
from vetgate.manifests.formats import parse
try:
    parse(sys.stdin.buffer.read(), sys.argv[1], {})
except ManifestError as error:
    print(error.problem.partition(" (")[0])
"""
# Many times what it takes, and a small part of what it took when it was no linear time.
PATIENCE = 60


def groups() -> str:
    """Return a chain of groups, each of which includes the next."""
    chain = (f'g{n} = [{{include-group = "g{n + 1}"}}]\n' for n in range(LENGTH))
    return f"[dependency-groups]\n{''.join(chain)}g{LENGTH} = []\n"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        pytest.param(
            LIST,
            f"requests{' ' * LENGTH}x\n",
            "expected semicolon",
            id="blanks-in-a-line",
        ),
        pytest.param(
            LIST,
            f"requests;{' ' * LENGTH * 5};\n",
            "expected a marker variable or quoted string",
            id="blanks-in-a-marker",
        ),
        pytest.param(
            LIST,
            f"requests{' ' * LENGTH * 5}@ x\n",
            "the URL after @ has no scheme that pip knows",
            id="blanks-before-an-at",
        ),
        pytest.param(
            TOML,
            f'[project]\ndependencies = ["requests{" " * LENGTH}x"]\n',
            "expected semicolon",
            id="blanks-in-a-string",
        ),
        pytest.param(
            TOML,
            f'[tool.hatch.envs.a]\ndependencies = ["requests{" " * LENGTH * 5}{{x}}"]\n',
            f"a field where the name of a requirement ends: 'requests{' ' * LENGTH * 5}{{x}}'",
            id="blanks-before-a-field",
        ),
        pytest.param(
            TOML,
            f'[tool.poetry.dependencies]\na = "1{" " * LENGTH * 5}x"\n',
            "",
            id="blanks-in-a-constraint",
        ),
        pytest.param(LIST, f"./{'[' * LENGTH * 5}\n", "", id="brackets"),
        pytest.param(LIST, f"./{'[' * LENGTH * 5}]\n", "not a requirement", id="brackets-closed"),
        pytest.param(TOML, groups(), "", id="groups"),
    ],
)
def test_a_long_text_comes_to_an_end(name: str, text: str, said: str) -> None:
    command = (sys.executable, "-c", READ, name)

    ran = subprocess.run(
        command, input=text.encode(), capture_output=True, check=False, timeout=PATIENCE
    )

    assert (ran.stdout.decode().strip(), ran.stderr) == (said, b"")
