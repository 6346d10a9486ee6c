"""What the README and the rules' pages promise is what the program has."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from vetgate.cli import EXIT_CODES
from vetgate.policyfile import read
from vetgate.rules import RULES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
HEADINGS = ["What it signals", "Why it is a risk", "Example", "What to do", "Limits"]


def command(mark: str) -> str:
    found = re.search(rf"<!-- {mark} -->\n```console\n\$ (.+?)\n```\n", README)
    assert found is not None
    return found[1]


@pytest.mark.skipif(
    sys.version_info[:2] != (3, 11), reason="argparse words its help a little differently"
)
def test_what_the_program_prints_into_the_readme_is_what_it_prints() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", "README.md"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("mark", ["try", "test"])
def test_the_readme_has_each_of_its_two_commands_on_one_line(mark: str) -> None:
    assert command(mark).startswith("python3 -m venv .venv && .venv/bin/pip install -q ")


def test_the_first_command_s_answer_depends_on_nothing_that_was_looked_up_before() -> None:
    assert " VETGATE_CACHE_DIR=.venv/" in command("try")


def test_the_policy_that_the_readme_shows_is_one() -> None:
    shown = re.search(r"<!-- policy -->\n```toml\n(.+?)```\n", README, re.DOTALL)
    assert shown is not None
    known = {rule.id: frozenset(rule.limits) for rule in RULES}

    policy = read(shown[1].encode(), "vetgate.toml", known)

    assert (policy.trust_rank, policy.private, len(policy.allow)) == (5000, ("acme-*",), 1)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.id))
def test_a_rule_has_a_page_with_every_heading_in_order(rule: object) -> None:
    doc = str(getattr(rule, "doc", ""))

    assert re.findall(r"^## (.+)$", doc, re.MULTILINE) == HEADINGS


def test_every_variable_that_the_program_reads_is_in_the_readme() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "hook").rglob("*.py"))

    read_by_the_program = set(re.findall(r'"(VETGATE_[A-Z_]+)"', sources))

    assert read_by_the_program <= set(re.findall(r"VETGATE_[A-Z_]+", README))


def test_every_command_and_every_option_is_in_the_readme() -> None:
    modules = sorted((ROOT / "hook/vetgate/commands").glob("option*.py"))
    source = "".join(path.read_text("utf-8") for path in modules)

    words = re.findall(r'add_parser\(\s*"([a-z]+)"', source) + re.findall(r'"(--[a-z-]+)"', source)

    assert [word for word in words if word not in README] == []


def test_the_exit_codes_are_those_of_the_design() -> None:
    assert sorted(EXIT_CODES) == [0, 1, 2, 3, 130]


def test_no_document_or_source_spells_out_the_public_index() -> None:
    from pip._internal.models.index import PyPI

    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    if tracked.returncode != 0:
        pytest.skip("not a clone")
    hosts = (PyPI.netloc.encode(), PyPI.file_storage_domain.encode())
    paths = [ROOT / name for name in tracked.stdout.split("\0") if name]

    named = [
        str(path)
        for path in paths
        if path.is_file() and any(host in path.read_bytes() for host in hosts)
    ]

    assert named == []
