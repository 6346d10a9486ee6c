"""Whatever pip finds in a requirements file, the parser finds; what pip refuses, it refuses."""

from __future__ import annotations

import hashlib
import json
import os
import posixpath
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TypedDict

import pytest
from packaging.markers import Marker

from manifests.pip_corpus import (
    ENVIRONMENT,
    FILES,
    PROJECT,
    STRICTER,
    WHOLE_LINES,
    Case,
    generated,
    mutated,
)
from vetgate.errors import ManifestError
from vetgate.manifests.requirements import parse
from vetgate.model import urls
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromOption,
    FromPath,
    FromUrl,
    FromVcs,
    normalize,
)

ORACLE = Path(__file__).with_name("pip_oracle.py")
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"


class Found(TypedDict):
    """One requirement as pip has it."""

    name: str | None
    url: str | None
    kind: str
    url_hash: str | None
    reference: str | None
    specifier: list[str]
    extras: list[str]
    marker: str | None
    hashes: list[str]
    constraint: bool
    editable: bool
    place: str


class Answer(TypedDict, total=False):
    """What pip says of a file."""

    refused: str
    found: list[Found]
    places: list[str]
    hosts: int
    names: list[str]


class Seen(NamedTuple):
    """What both sides must agree on, for one requirement."""

    place: str
    name: str | None
    kind: str
    specifier: str
    url: str | None
    reference: str | None
    url_hashes: tuple[str, ...]
    extras: tuple[str, ...]
    marker: str | None
    hashes: tuple[str, ...]
    constraint: bool
    editable: bool


def ask(folder: Path, cases: Sequence[Case], wheelhouse: Path | None = None) -> list[Answer]:
    """Ask the running pip about each file, from the project's folder."""
    questions = []
    for number, case in enumerate(cases):
        # pip reads a nested file beside the file that names it: all stand in the project's folder.
        path = f"case-{number}.txt"
        (folder / path).write_bytes(case.content)
        asked = (
            {"path": path} if wheelhouse is None else {"path": path, "wheelhouse": f"{wheelhouse}"}
        )
        questions.append({"case": asked, "environment": ENVIRONMENT})
    answered = subprocess.run(
        [sys.executable, str(ORACLE)],
        input=json.dumps(questions),
        cwd=folder,
        capture_output=True,
        check=True,
        text=True,
    )
    answers: list[Answer] = json.loads(answered.stdout)
    return answers


def closure(
    folder: Path, path: str, above: tuple[str, ...] = (), *, constraint: bool = False
) -> list[Dependency]:
    """Read a file and all that it names, as pip goes about it."""
    content = (folder / path).read_bytes()
    manifest = parse(content, path, ENVIRONMENT)
    found = [one._replace(constraint=constraint) for one in manifest.dependencies]
    for one in found:
        if constraint and one.requirement.startswith("-e "):
            raise ManifestError("an editable constraint", path=path, line=one.location.line)
    for include in manifest.includes:
        nested = posixpath.normpath(posixpath.join(posixpath.dirname(path), include.path))
        if nested in (*above, path) or not (folder / nested).is_file():
            raise ManifestError("no such file", path=path, line=include.line)
        found += closure(folder, nested, (*above, path), constraint=include.constraint)
    return found


def ours(one: Dependency) -> Seen:
    """Reduce a dependency to what pip also knows."""
    origin = one.origin
    specifier, url, reference = "", None, None
    url_hashes: tuple[str, ...] = ()
    if isinstance(origin, FromIndex):
        specifier = origin.specifier
    elif isinstance(origin, FromUrl):
        url, url_hashes = origin.url, origin.hashes
    elif isinstance(origin, FromVcs):
        url, reference = origin.url, origin.reference
    return Seen(
        f"{one.location.file} (line {one.location.line})",
        one.name,
        origin.kind,
        specifier,
        _bare(url),
        reference,
        url_hashes,
        one.extras,
        None if one.marker is None else str(Marker(_filled(one.marker))),
        one.hashes,
        one.constraint,
        one.requirement.startswith("-e "),
    )


def _filled(text: str) -> str:
    for name, value in ENVIRONMENT.items():
        text = text.replace("${" + name + "}", value or "${" + name + "}")
    return text


def _bare(url: str | None) -> str | None:
    """Return scheme and host: the rest is masked, cut and quoted by rules of its own."""
    parts = None if url is None else urls.split(url)
    if parts is None or parts.scheme.endswith("file"):
        return None
    return f"{parts.scheme}://{parts.host}"


def theirs(one: Found, folder: Path) -> Seen:
    """Reduce what pip found to the same."""
    file, _, line = one["place"].partition(" (line ")
    file = os.path.relpath(folder / file, folder)
    hashed = one["kind"] == "url" and one["url_hash"]
    return Seen(
        f"{file} (line {line}",
        None if one["name"] is None else normalize(one["name"]),
        one["kind"],
        ",".join(one["specifier"]),
        _bare(one["url"]) if one["kind"] in {"url", "vcs"} else None,
        one["reference"],
        (hashed,) if hashed else (),
        tuple(sorted({normalize(extra) for extra in one["extras"]})),
        one["marker"],
        tuple(one["hashes"]),
        one["constraint"],
        one["editable"],
    )


def disagreement(folder: Path, path: str, answer: Answer) -> str | None:
    """Tell where the parser and pip do not agree; None where they do."""
    try:
        found = closure(folder, path)
    except ManifestError as error:
        known = any(part in error.problem for part in STRICTER)
        return None if known or "refused" in answer else f"refused ({error}), but pip: {answer}"
    if "refused" in answer:
        paths = [one.origin.path for one in found if isinstance(one.origin, FromPath)]
        if any(not _installable(folder, path) for path in paths):
            return None  # pip looked, and it is not there
        return f"found {found}, but pip refused: {answer['refused']}"
    left = sorted(str(ours(one)) for one in found if not isinstance(one.origin, FromOption))
    right = sorted(str(theirs(one, folder)) for one in answer["found"])
    places = [one for one in found if isinstance(one.origin, FromOption)]
    if left == right and len(places) >= len(answer["places"]) + answer["hosts"]:
        return None
    return f"found {left} and {places}, but pip found {right} and {answer['places']}"


def _installable(folder: Path, path: str) -> bool:
    where = folder / path
    archive = where.suffix.lower() in {".zip", ".whl", ".gz"}
    return (archive and where.is_file() and not path.endswith("/")) or any(
        (where / name).is_file() for name in ("pyproject.toml", "setup.py")
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the project's folder, in which pip runs."""
    made = tmp_path_factory.mktemp("project")
    for path, content in PROJECT.items():
        (made / path).parent.mkdir(parents=True, exist_ok=True)
        (made / path).write_bytes(content)
    return made


def disagreements(folder: Path, cases: Sequence[Case]) -> list[str]:
    answers = ask(folder, cases)
    found = []
    for number, (case, answer) in enumerate(zip(cases, answers, strict=True)):
        why = disagreement(folder, f"case-{number}.txt", answer)
        if why is not None:
            found.append(f"{case.label} {case.content!r}: {why}")
    return found


def test_pip_finds_no_more_in_lines_written_by_hand(folder: Path) -> None:
    assert disagreements(folder, WHOLE_LINES) == []


def test_pip_finds_no_more_in_files_written_by_hand(folder: Path) -> None:
    assert disagreements(folder, FILES) == []


def test_pip_finds_no_more_in_generated_files(folder: Path) -> None:
    assert disagreements(folder, [*generated(1, 4000 if LONG else 400)]) == []


def test_pip_finds_no_more_in_mutated_files(folder: Path) -> None:
    assert disagreements(folder, [*mutated(2, 20000 if LONG else 1500)]) == []


def test_is_stricter_than_pip_only_where_the_table_says(folder: Path) -> None:
    cases = [Case(content, part) for part, contents in STRICTER.items() for content in contents]
    answers = ask(folder, cases)

    problems = [
        _problem(folder, f"case-{number}.txt", case.label) for number, case in enumerate(cases)
    ]

    assert problems == [case.label for case in cases]
    assert [case for case, one in zip(cases, answers, strict=True) if "refused" in one] == []


def _problem(folder: Path, path: str, expected: str) -> str:
    """Return the part of the problem that is expected, or all of it."""
    try:
        closure(folder, path)
    except ManifestError as error:
        return expected if expected in error.problem else str(error)
    return "nothing was refused"


WHEELS = (
    ("alpha", "1.0", ()),
    ("alpha", "1.1", ()),
    ("alpha", "2.0", ()),
    ("beta_x", "1.0", ('gamma; extra == "more"',)),
    ("gamma", "0.9", ()),
    ("Delta.E", "1.0", ("gamma",)),
)


@pytest.fixture(scope="module")
def wheelhouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder of wheels with nothing in them."""
    made = tmp_path_factory.mktemp("wheelhouse")
    for name, version, needs in WHEELS:
        stem = f"{name.replace('.', '_')}-{version}"
        metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"]
        metadata += [f"Requires-Dist: {one}\n" for one in needs]
        metadata += ["Provides-Extra: more\n"]
        with zipfile.ZipFile(made / f"{stem}-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{stem}.dist-info/METADATA", "".join(metadata))
            wheel.writestr(f"{stem}.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
            wheel.writestr(f"{stem}.dist-info/RECORD", "")
    return made


def test_names_whatever_pip_would_install(folder: Path, wheelhouse: Path) -> None:
    wheel = (wheelhouse / "alpha-2.0-py3-none-any.whl").read_bytes()
    digest = hashlib.sha256(wheel).hexdigest()
    url = (wheelhouse / "gamma-0.9-py3-none-any.whl").as_uri()
    (folder / "alpha-2.0-py3-none-any.whl").write_bytes(wheel)
    contents = [
        "alpha",
        "Alpha==1.1 # comment\nbeta-X[More]",
        "alpha>=1,<2\n\n\tgamma",
        "alpha \\\n  <2 \\\n # c\ngamma",
        "al\\\npha",
        f"alpha==2.0 --hash=sha256:{digest}",
        f"alpha==2.0 \\\n  --hash=sha256:{'0' * 64} \\\n  --hash=sha256:{digest}",
        f"alpha==2.0 --hash=sha256:{'0' * 64}",
        "alpha\x0cgamma",
        "# c\x1cgamma",
        "# c\u2028gamma\u2029alpha",
        "${NAME}==${VERSION}",
        "alpha; python_version > '3'\ngamma;os_name=='none'",
        f"gamma @ {url}",
        f"{url}\nalpha",
        f"gamma @ {url} ; python_version > '3'",
        "./alpha-2.0-py3-none-any.whl",
        "alpha-2.0-py3-none-any.whl",
        "delta-e",
        "DELTA_e\n--pre",
        "-r nested/installable.txt",
        "alpha\n-c nested/installable.txt",
        "--requirement=nested/installable.txt\nbeta_x",
        "alpha==3.0",
        "missing",
        "alpha gamma",
        "-r nested/missing.txt",
        "--nonsense",
        "alpha==1.0\nalpha==2.0",
    ]
    (folder / "nested/installable.txt").write_text("gamma<1\n\ndelta.e\n")
    cases = [Case(content.encode(), content) for content in contents]
    answers = ask(folder, cases, wheelhouse)
    differing = []
    for number, (case, answer) in enumerate(zip(cases, answers, strict=True)):
        if "refused" in answer:
            continue
        found = {
            one.name
            for one in closure(folder, f"case-{number}.txt")
            if not one.constraint and (one.marker is None or Marker(one.marker).evaluate())
        }
        if found - {None} != {normalize(name) for name in answer["names"]}:
            differing.append((case.label, answer["names"], found))

    assert differing == []
    assert sum("names" in answer for answer in answers) == 22
