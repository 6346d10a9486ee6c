"""The way from a block to a commit that passes, walked for the README: what each screen prints.

All of it is real but for the world around it: a repository in a temporary folder, an index on
this machine, and the days, which are told as those of one week.
"""

from __future__ import annotations

import os
import re
import shlex
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

from commands.terminal import Terminal
from index_double import IndexDouble, Package, indexing
from scratch import SOURCE_ROOT, Scratch, new_repository, write_snapshot
from vetgate.facts.live.shapes import Json
from vetgate.facts.writer import Row
from vetgate.model.dependency import normalize
from vetgate.model.facts import Listed

_COLUMNS = 88
_NOW = datetime.now(timezone.utc)
_TOLD = datetime(2026, 11, 23, tzinfo=timezone.utc)
_DAYS = (0, -1, 90, 180)
_ROWS = (Row(normalize("requests"), presence=Listed(), rank=10),)
_REASON = "read the sdist, SEC-12"


def walked() -> dict[str, str]:
    """Return what a terminal shows of each stage of the way, by its name."""
    with indexing() as index, tempfile.TemporaryDirectory() as folder:
        _fill(index)
        work = new_repository(Path(folder, "films"), _environment(Path(folder), index))
        work.write("requirements.txt", "requests>=2.31\n")
        work.commit("begin")
        work.vetgate("init", "--git-hook")
        found = {name: "\n".join(lines) for name, lines in _stages(work)}
    return {name: _as_told(text, index) for name, text in found.items()}


def _stages(work: Scratch) -> Iterator[tuple[str, list[str]]]:
    wanted = "requests>=2.31\nacme-rarity>=0.3  # what nobody watches\n"
    add = 'git commit -q -m "rank the films"'
    work.stage("requirements.txt", wanted)
    yield "block", _shown(work, add, code=1)
    yield "pin", [*_shown(work, "vetgate pin"), *_shown(work, "git add requirements.txt", add)]
    work.git("reset", "--quiet", "--hard", "HEAD~")
    work.stage("requirements.txt", wanted)
    allow = f"vetgate allow acme-rarity --rule unpopular --reason {_quoted(_REASON)} --expires 180d"
    yield "allow", [*_shown(work, allow), *_shown(work, "git add vetgate.toml", add)]
    work.git("reset", "--quiet", "--hard", "HEAD~")
    work.stage("requirements.txt", f"{wanted}reqeusts[socks]\n")
    answers = [
        ("acme-rarity [", "a"),
        ("trusted? ", _REASON),
        ("[180d] ", "90d"),
        ("reqeusts [", "m"),
        ("[y/N] ", "y"),
    ]
    screen = _reviewed(work, answers)
    yield "review", ["$ vetgate review", screen.strip()]
    work.git("add", "requirements.txt", "vetgate.toml")
    yield "passed", _shown(work, add)


def _shown(work: Scratch, *commands: str, code: int = 0) -> list[str]:
    lines = []
    for command in commands:
        words = shlex.split(command)
        ran = work.vetgate(*words[1:]) if words[0] == "vetgate" else work.run(*words)
        assert ran.code == code, ran
        lines += [f"$ {command}", *(ran.out + ran.err).splitlines()]
    return lines


def _reviewed(work: Scratch, answers: Sequence[tuple[str, str]]) -> str:
    environment = {name: one for name, one in work.environment.items() if name != "COLUMNS"}
    terminal = Terminal(work, "review", environment=environment, columns=_COLUMNS)
    for question, keys in answers:
        terminal.until(question).type(f"{keys}\n".encode())
    assert terminal.finish() == 0, terminal.screen
    # While it looks up, a line tells so, and is wiped off again.
    return terminal.screen[terminal.screen.index("BLOCKED") :]


def _quoted(text: str) -> str:
    return f'"{text}"'


def _fill(index: IndexDouble) -> None:
    yesterday = (_NOW - timedelta(days=1)).isoformat()
    uploads = {"0.3.0": "2023-02-01T00:00:00Z", "0.3.1": "2024-05-01T00:00:00Z", "0.4.0": yesterday}
    files: list[Json] = [
        {
            "filename": f"acme_rarity-{version}.tar.gz",
            "url": f"acme_rarity-{version}.tar.gz",
            "hashes": {"sha256": "ab" * 32},
            "requires-python": None,
            "upload-time": uploaded,
            "yanked": False,
        }
        for version, uploaded in uploads.items()
    ]
    index.put(
        Package("acme-rarity", downloads=12, files=files, versions=tuple(uploads)),
        Package("requests", downloads=10**8),
    )


def _environment(folder: Path, index: IndexDouble) -> dict[str, str]:
    who = {
        f"GIT_{role}_{what}": said
        for role in ("AUTHOR", "COMMITTER")
        for what, said in (("NAME", "Dev"), ("EMAIL", "dev@acme.example"))
    }
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "PIP_", "VETGATE_", "PRE_COMMIT_", "FORCE_COLOR"))
        and not name.lower().endswith("_proxy")
    }
    return {
        **kept,
        **who,
        **index.environment,
        "HOME": str(folder),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "PIP_CONFIG_FILE": os.devnull,
        "PYTHONPATH": str(SOURCE_ROOT),
        "VETGATE_CACHE_DIR": str(folder / "cache"),
        "VETGATE_SNAPSHOT": str(write_snapshot(folder / "facts.sqlite", _ROWS)),
        "COLUMNS": str(_COLUMNS),
        "NO_COLOR": "1",
    }


def _as_told(text: str, index: IndexDouble) -> str:
    for days in _DAYS:
        real, told = (one + timedelta(days=days) for one in (_NOW, _TOLD))
        text = text.replace(real.date().isoformat(), told.date().isoformat())
    text = re.sub(r"(?<=, )\d{4}-\d\d(?=, 2026-11-23\))", "2026-10", text)
    return text.replace(index.web.host, "index.example")
