"""A requirements file is accounted for line by line, and keeps its secrets."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetgate.errors import ManifestError
from vetgate.manifests.directives import directives
from vetgate.manifests.options import read
from vetgate.manifests.place import Place
from vetgate.manifests.requirement import _by_the_book
from vetgate.manifests.requirements import _plain, parse
from vetgate.model.dependency import (
    Dependency,
    FromIndex,
    FromOption,
    FromPath,
    FromUrl,
    FromVcs,
    Location,
    NormalizedName,
    Origin,
)
from vetgate.model.manifest import Include, Manifest

ENVIRONMENT = {
    "TOKEN": "s3cr3t",
    "HOST": "files.example",
    "WHOLE": "https://user:s3cr3t@files.example/s3cr3t",
    "NAME": "Alpha",
    "SPACED": "s3cr3t --pre s3cr3t",
    "BROKEN": "s3cr3t s3cr3t",
}


def one(line: str, path: str = "sub/requirements.txt") -> Dependency:
    """Read a file of one requirement."""
    manifest = parse(line.encode(), path, ENVIRONMENT)
    (found,) = manifest.dependencies
    assert manifest.includes == ()
    return found


def outcome(content: bytes) -> Manifest | ManifestError:
    """Read a file, or return what kept it from being read."""
    try:
        return parse(content, "r.txt", ENVIRONMENT)
    except ManifestError as error:
        return error


def test_reads_a_whole_file() -> None:
    content = b"""\
# what we need
--extra-index-url https://user:pw@index.example/simple
Alpha_X[B,a] >=1, <2 ; python_version >= "3"  # a comment
-c limits.txt
beta==1.0 \\
    --hash=sha256:CD \\
    --hash=sha256:ab
-r https://user:pw@files.example/more.txt
--no-binary :all:
"""
    place = "sub/requirements.txt"

    assert parse(content, place, {}) == Manifest(
        place,
        "requirements",
        (
            Dependency(
                None,
                "--extra-index-url",
                "--extra-index-url https://****@index.example/simple",
                FromOption("--extra-index-url", "https://****@index.example/simple"),
                Location(place, 2),
            ),
            Dependency(
                NormalizedName("alpha-x"),
                "Alpha_X",
                'Alpha_X[B,a] >=1, <2 ; python_version >= "3"',
                FromIndex("<2,>=1"),
                Location(place, 3),
                ("a", "b"),
                'python_version >= "3"',
            ),
            Dependency(
                NormalizedName("beta"),
                "beta",
                "beta==1.0",
                FromIndex("==1.0"),
                Location(place, 5),
                hashes=("sha256:ab", "sha256:cd"),
            ),
        ),
        (
            Include("limits.txt", 4, constraint=True),
            Include("https://****@files.example/more.txt", 8),
        ),
    )


@given(st.binary(max_size=80))
def test_any_bytes_are_a_manifest_or_an_error(content: bytes) -> None:
    assert outcome(content).path == "r.txt"


@given(
    st.lists(
        st.sampled_from(
            [
                *("a", "B.c", "==1", ">=1,<2", "[x]", " ", "; os_name == 'x'", "@", "/", ".", "-"),
                *(" --hash=sha256:ab", " --hash=sha512:CD", " -r x", "-e ", "${TOKEN}", "${NAME}"),
                *("git+https://", "u:p@", "h.example", "#egg=e", "file:", ".zip", ".whl", " -i "),
                *("\\", "'", '"', "\\\n", "\n", "#", " #", "\t", "(", "..", ":", "=", "\x0c"),
            ]
        ),
        max_size=8,
    ).map("".join)
)
def test_any_text_is_a_manifest_or_an_error_that_names_a_line(text: str) -> None:
    found_or_not = outcome(text.encode())
    if isinstance(found_or_not, ManifestError):
        assert found_or_not.line is not None
        assert "s3cr3t" not in f"{found_or_not} {found_or_not.hint()}"
        return
    for found in found_or_not.dependencies:
        assert "://u:p@" not in found.requirement
        assert "s3cr3t" not in found.requirement


@given(
    st.sampled_from(["a", "B.c", "x_y"]),
    st.sampled_from(["", "[x]", "[ Z_z , a ]"]),
    st.sampled_from(["", "==1", " >= 1 , < 2", "==1.0+l.zip", "!=1.*", "===1"]),
    st.sampled_from(["", ";os_name=='x'", " ; (extra == 'y')", "; os_name"]),
    st.lists(st.sampled_from([" --hash=sha256:ab", "   --hash=sha512:CD", " --pre"]), max_size=3),
)
def test_what_is_plain_is_read_as_the_rest_is(
    name: str, extras: str, specifier: str, marker: str, hashes: list[str]
) -> None:
    line = "".join([name, extras, specifier, marker, *hashes])
    place = Place(Location("r.txt", 1), "")
    found = _plain(line, place.location)
    if found is None:
        return
    options = read(line)
    values = {option.value.lower() for option in options.options if option.value}
    slow = _by_the_book(options.argument, place)

    assert found == slow._replace(hashes=tuple(sorted(values)))
    assert [found] == [*directives(line, place, {})]


@pytest.mark.parametrize(
    ("line", "name", "origin", "extras"),
    [
        ("-e .", None, FromPath(".", inside=True), ()),
        ("-e ..[x]", None, FromPath("..", inside=True), ("x",)),
        ("-e ../..", None, FromPath("../..", inside=False), ()),
        ("--editable=folder", None, FromPath("folder", inside=True), ()),
        ("./a/../../../b", None, FromPath("./a/../../../b", inside=False), ()),
        ("/srv/x", None, FromPath("/srv/x", inside=False), ()),
        ("~/x", None, FromPath("~/x", inside=False), ()),
        (r"..\..\x", None, FromPath(r"..\..\x", inside=False), ()),
        (r"C:\x.zip", None, FromPath(r"C:\x.zip", inside=False), ()),
        ("x.zip", None, FromPath("x.zip", inside=True), ()),
        (
            "./A_b-1.0-py3-none-any.whl[x]",
            "a-b",
            FromPath("./A_b-1.0-py3-none-any.whl", inside=True),
            ("x",),
        ),
        (
            "https://h.example/A_b-1.0-py3-none-any.whl",
            "a-b",
            FromUrl("https://h.example/A_b-1.0-py3-none-any.whl"),
            (),
        ),
        ("https://h.example/x.zip#egg=A_b", "a-b", FromUrl("https://h.example/x.zip"), ()),
        ("https://h.example/x", None, FromUrl("https://h.example/x"), ()),
        ("-e git://h.example/r@v#egg=a", "a", FromVcs("git+git://h.example/r", "v"), ()),
        (
            "-e 'a[x] @ git+https://u:p@h.example/r ; os_name == \"x\"'",
            "a",
            FromVcs("git+https://****@h.example/r"),
            ("x",),
        ),
        ("-e file:../x[y]", None, FromPath("file:../x", inside=True), ("y",)),
        ("-f ./wheels", None, FromOption("--find-links", "./wheels"), ()),
        ("--pypi-url=https://h.example", None, FromOption("--index-url", "https://h.example"), ()),
        ("--tr h.example:80", None, FromOption("--trusted-host", "h.example:80"), ()),
        ("--trusted-host ::1", None, FromOption("--trusted-host", "::1"), ()),
    ],
)
def test_tells_where_it_comes_from(
    line: str, name: str | None, origin: Origin, extras: tuple[str, ...]
) -> None:
    found = one(line)

    assert (found.name, found.origin, found.extras) == (name, origin, extras)


@pytest.mark.parametrize(
    ("line", "requirement", "url"),
    [
        (
            "a @ https://u:${TOKEN}@${HOST}/${TOKEN}/x.zip?t=${TOKEN}#sha256=ab",
            "a @ https://****@${HOST}/${TOKEN}/x.zip?t=${TOKEN}#sha256=ab",
            "https://****@files.example/${TOKEN}/x.zip?t=${TOKEN}",
        ),
        ("${WHOLE}", "${WHOLE}", "https://****@files.example/${WHOLE}"),
        (
            "-i ${WHOLE}/simple",
            "--index-url ${WHOLE}/simple",
            "https://****@files.example/${WHOLE}/simple",
        ),
        (
            "--extra-index-url=https://${TOKEN}@${HOST}:80/x",
            "--extra-index-url https://****@${HOST}:80/x",
            "https://****@files.example:80/x",
        ),
        (
            "https://${UNSET}@h.example/${UNSET}",
            "https://****@h.example/${UNSET}",
            "https://****@h.example/${UNSET}",
        ),
        (
            '-e "${NAME} @ git+https://${TOKEN}@h.example/${TOKEN}@main"',
            "-e ${NAME} @ git+https://****@h.example/${TOKEN}@main",
            "git+https://****@h.example/${TOKEN}",
        ),
        (
            "git+${WHOLE}.git@v1#egg=a",
            "git+${WHOLE}.git@v1#egg=a",
            "git+https://****@files.example/${WHOLE}.git",
        ),
    ],
)
def test_keeps_secrets_to_itself(line: str, requirement: str, url: str) -> None:
    found = one(line)

    assert found.requirement == requirement
    assert isinstance(found.origin, FromUrl | FromVcs | FromOption)
    assert found.origin.url == url
    assert "s3cr3t" not in repr(found)


def test_a_variable_may_name_the_package() -> None:
    found = one("${NAME} >= 1")

    assert found == Dependency(
        NormalizedName("alpha"),
        "Alpha",
        "${NAME} >= 1",
        FromIndex(">=1"),
        Location("sub/requirements.txt", 1),
    )


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("${BROKEN}", "not a requirement"),
        ("a; ${BROKEN}", "not a marker"),
        ("-${TOKEN}", "pip refuses the options, variables filled in"),
        ("a ${SPACED}", "a word among the options that pip passes over"),
        ("./${BROKEN}>", "neither a requirement nor a path"),
        ("-r a -r b", "--requirement beside --requirement, of which pip passes over one"),
        ("--pre -r b", "--requirement beside --pre, of which pip passes over one"),
        ("a -e ./x", "--editable beside a requirement, which pip passes over"),
        ("--hash=sha256:ab", "--hash without a requirement, which pip passes over"),
        ("a b", "expected semicolon (after name with no version specifier) or end"),
        ("; os_name == 'x'", "a requirement without a name"),
        ("x.whl", "not the file name of a wheel"),
        ("git@h.example:o/r.git", "the URL after @ has no scheme that pip knows"),
        ("-e git@h.example:o/r.git", "-e takes a folder or a version control URL"),
        ("-e https://h.example/x.zip", "neither a requirement nor a path"),
        ("-e a==1", "neither a requirement nor a path"),
        ("-e git+https://h.example/r", "the URL does not name its project"),
        ("-e 'a @ https://h.example/x.zip'", "-e takes a folder or a version control URL"),
        ("-e FILE:///x", "file: is in capitals after -e"),
        ("-e './x ; os_name == \"x\"'", "neither a requirement nor a path"),
        ("-e ./x ; nonsense", "a word among the options that pip passes over"),
        ("--trusted-host h.example:x", "the port in a URL is not a number"),
        ("-r ''", "option --requirement has an empty value"),
    ],
)
def test_refuses(line: str, problem: str) -> None:
    with pytest.raises(ManifestError) as refused:
        parse(f"# first\n\\\n{line}\n".encode(), "r.txt", ENVIRONMENT)

    assert str(refused.value) == f"r.txt:2: {problem}"


def test_a_common_file_loads_nothing_heavy() -> None:
    lines = [
        "-i https://u:p@index.example/simple",
        "-r base.txt",
        "-c limits.txt",
        "-e .[dev]",
        "x @ git+https://u@h.example/r@main",
        "--trusted-host h.example",
        *(f'name-{n}[a,b]>=1.{n},<2 ; python_version >= "3.{n}"' for n in range(200)),
        "n==1 ; (os_name == 'x' or extra == 'y') and sys_platform != 'z' --hash=sha256:ab",
    ]
    script = f"""
import sys
from vetgate.manifests.requirements import parse
assert len(parse({chr(10).join(lines).encode()!r}, "r.txt", {{}}).dependencies) == 205
heavy = "packaging shlex optparse urllib.parse dataclasses pathlib argparse".split()
print([name for name in heavy if name in sys.modules])
"""

    ran = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[:0] = {sys.path!r}\n{script}"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.stderr, ran.stdout) == ("", "[]\n")
