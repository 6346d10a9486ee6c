"""The real program in a real repository: what the end-to-end tests run, and on what facts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone
from pathlib import Path
from typing import NamedTuple, TypeAlias

import vetgate
from vetgate.facts.writer import About, Origin, Row, write
from vetgate.model.dependency import normalize
from vetgate.model.facts import Listed, Presence, Quarantined, Reborn, Release, Removed

SOURCE_ROOT = Path(vetgate.__file__).parent.parent
NOWHERE = "http://127.0.0.1:9"
"""Where nobody listens: whatever asks the network without being told to, fails and says so."""

MACHINE = dict(os.environ)
"""The environment as the tests found it: what pip needs to reach the index of this machine."""

AS_OF = datetime(2026, 11, 1, tzinfo=timezone.utc)
TODAY = datetime.now(timezone.utc)
"""Of when what is only good for days is: these tests run on any day."""
_RECORDED = (
    "presence",
    "rank",
    "downloads",
    "dependents",
    "repository",
    "urls",
)
_FORGE = "https://github.com/acme/"

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"


def _row(
    name: str,
    *,
    presence: Presence | None = None,
    downloads: int = 5000,
    dependents: int = 9,
    repository: str | None = None,
    urls: Sequence[str] = (),
) -> Row:
    """Record a package of which everything is known and, unless said otherwise, well."""
    return Row(
        normalize(name),
        presence=presence or Listed(),
        downloads=downloads,
        dependents=dependents,
        repository=f"{_FORGE}{name}" if repository is None else repository,
        urls=tuple(urls),
        releases=(Release("1.4.2", datetime(2024, 5, 1, tzinfo=timezone.utc)),),
    )


ROWS = (
    Row(normalize("requests"), presence=Listed(), rank=10),
    Row(normalize("flask"), presence=Listed(), rank=90),
    _row("fine"),
    _row("fine-too"),
    _row("rare", downloads=12),
    _row("lonely", dependents=0),
    _row("homeless", repository=""),
    _row("shady", urls=["https://win.prizes.zip/"]),
    Row(normalize("gone"), presence=Removed(date(2024, 3, 2))),
    _row("reborn", presence=Reborn(date(2024, 3, 2), date(2025, 4, 5))),
    _row("held-back", presence=Quarantined()),
)
"""One package for each rule, and some that are fine; each differs from `fine` in one thing."""


def write_snapshot(
    path: Path, rows: Sequence[Row] = ROWS, *, reports: bool = True, of: datetime = TODAY
) -> Path:
    """Write a small snapshot, which does not claim to have every name; maybe without reports.

    `of` is the time that what is only good for days was true.
    """
    origin = Origin("made up", AS_OF)
    dated = ("releases", "advisories") if reports else ("releases",)
    of_today = dict.fromkeys(dated, Origin("made up", of))
    about = About(
        built=AS_OF,
        origins={**dict.fromkeys(_RECORDED, origin), **of_today},
        downloads_floor=50_000,
    )
    write(str(path), rows, about)
    return path


class Ran(NamedTuple):
    """What a process left behind."""

    code: int
    out: str
    err: str

    def document(self) -> dict[str, Json]:
        """Read the standard output as one JSON object."""
        read = json.loads(self.out)
        assert isinstance(read, dict)
        return read


PASSED_QUIETLY = Ran(0, "vetgate: 1 addition passed\n", "")
NOTHING_TO_JUDGE = Ran(0, "vetgate: nothing to judge\n", "")


def refused(problem: str, hint: str = "", *, code: int = 3) -> Ran:
    """Return how one error looks: code 3 says that nothing was decided, code 2 does not."""
    said = f"error: {problem}\n"
    if hint:
        said += f"hint: {hint}\n"
    return Ran(code, "", said + ("nothing was decided\n" if code == 3 else ""))


def unpopular(
    requirement: str = "rare",
    *,
    at: str = "requirements.txt:2",
    was: str | None = None,
    passed: tuple[str, ...] | None = (),
) -> str:
    """Return how a block of the unpopular package looks; `passed` others, None: no last line."""
    before = "" if was is None else f" (was {was})"
    extras = "[x]" if "[x]" in requirement else ""
    named = f" ({', '.join(passed)})" if passed else ""
    end = "" if passed is None else f"\n1 blocked, 0 warned, {len(passed)} passed{named}\n"
    return f"""\
BLOCKED rare
  {at}: {requirement}{before}
  why:
    unpopular: 12 downloads in the last month, fewer than 1,000
  what to do:
    - pin it, after you have read it:
        rare{extras}==1.4.2
        vetgate pin rare
    - or allow it, and say why:
        vetgate allow rare --rule unpopular --reason "…" --expires 180d
{end}"""


_OF_THE_INDEX = (
    "no-repository: whether it declares a source repository",
    "removed, unknown-package: whether the index has it",
    "suspicious-tld (only warns): which URLs its metadata names",
    "too-new (only warns): when its releases were uploaded",
)
_OF_SERVICES = (
    "unpopular: how often it is downloaded",
    "rarely-used (only warns): how many packages depend on it",
)


def untold(name: str, why: str, of_services: str | None = None) -> Ran:
    """Return how an addition is blocked of which nothing could be learned, and for what reason."""
    reasons: dict[str, tuple[str, ...]] = {
        why: (*_OF_THE_INDEX[:2], *_OF_SERVICES, *_OF_THE_INDEX[2:])
    }
    if of_services is not None:
        reasons = {why: _OF_THE_INDEX, of_services: _OF_SERVICES}
    told = "".join(
        f"    could not tell ({reason}):\n" + "".join(f"      {line}\n" for line in lines)
        for reason, lines in reasons.items()
    )
    rules = ("no-repository", "removed", "unknown-package", "unpopular")
    return Ran(
        1,
        f"""\
BLOCKED {name}
  requirements.txt:2: {name}
  why:
{told}\
  what to do:
    - try again: what could not be learned now may be there later
    - or allow it, and say why:
        vetgate allow {name} {" ".join(f"--rule {rule}" for rule in rules)} \
--reason "…" --expires 180d
    - or if it is your own and not public, say so in vetgate.toml:
        private = ["{name}"]

1 blocked, 0 warned, 0 passed
""",
        "",
    )


class Scratch:
    """A folder to work in, and the environment that programs get there."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = dict(environment)

    def write(self, path: str, content: str | bytes) -> Path:
        """Write a file, with the folders above it; text ends its lines as written."""
        full = self.folder / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(content.encode() if isinstance(content, str) else content)
        return full

    def git(self, *arguments: str, **environment: str) -> str:
        """Run git; it must end well."""
        ran = self.run("git", *arguments, **environment)
        assert ran.code == 0, ran
        return ran.out.strip()

    def stage(self, path: str, content: str | bytes) -> None:
        """Write a file and add it to the index."""
        self.write(path, content)
        self.git("add", "--", path)

    def commit(self, message: str = "work") -> str:
        """Commit all there is, past every hook; return the commit's id."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--no-verify", "-m", message)
        return self.git("rev-parse", "HEAD")

    def vetgate(self, *arguments: str, inside: str = ".", **environment: str) -> Ran:
        """Run the program as `python -m vetgate`. It never shows a traceback."""
        ran = self.run(sys.executable, "-m", "vetgate", *arguments, inside=inside, **environment)
        assert "Traceback" not in ran.out + ran.err, ran.err
        assert "a bug in vetgate" not in ran.err, ran.err
        assert ("nothing was decided" in ran.err) == (ran.code == 3), ran
        return ran

    def run(self, *command: str, inside: str = ".", **environment: str) -> Ran:
        """Run any program to its end."""
        process = subprocess.run(
            command,
            cwd=self.folder / inside,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=300,
        )
        out, err = (os.fsdecode(said) for said in (process.stdout, process.stderr))
        return Ran(process.returncode, out, err)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start the program and do not wait for it."""
        return subprocess.Popen(
            (sys.executable, "-m", "vetgate", *arguments),
            cwd=self.folder,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )


def environment(snapshot: Path) -> dict[str, str]:
    """Return what the program gets: this process's scrubbed environment, a snapshot, no network."""
    return {
        **os.environ,
        "PYTHONPATH": str(SOURCE_ROOT),
        "VETGATE_SNAPSHOT": str(snapshot),
        "VETGATE_INDEX_URL": f"{NOWHERE}/simple",
        "VETGATE_DOWNLOADS_URL": f"{NOWHERE}/downloads",
        "VETGATE_DEPENDENTS_URL": f"{NOWHERE}/dependents",
        "VETGATE_ADVISORIES_URL": f"{NOWHERE}/advisories",
        "GIT_AUTHOR_NAME": "A Developer",
        "GIT_AUTHOR_EMAIL": "dev@acme.example",
        "GIT_COMMITTER_NAME": "A Developer",
        "GIT_COMMITTER_EMAIL": "dev@acme.example",
    }


def new_repository(folder: Path, given: Mapping[str, str]) -> Scratch:
    """Make an empty repository whose branch is called `main`."""
    folder.mkdir(parents=True, exist_ok=True)
    scratch = Scratch(folder, given)
    scratch.git("init", "--quiet", "--initial-branch=main")
    return scratch
