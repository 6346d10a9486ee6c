"""How each flavour of manifest is pinned, what is refused, and that nothing else changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetgate.errors import UsageError
from vetgate.manifests.formats import parse
from vetgate.model.dependency import FromIndex
from vetgate.pinning.editing import Pin, edited

HASHES = ("sha256:" + "ab" * 32, "sha256:" + "cd" * 32)
ENVIRONMENT = {"NAME": "evil", "RANGE": ">=1"}


def index_of(content: bytes, path: str) -> int:
    found = parse(content, path, ENVIRONMENT).dependencies
    return next(at for at, one in enumerate(found) if one.name == "evil" and not one.pinned)


def pinned(content: bytes, path: str, hashes: tuple[str, ...] = ()) -> bytes:
    index = index_of(content, path)
    outcome = edited(content, path, ENVIRONMENT, index, Pin("1.4.2", hashes)).content
    one = parse(outcome, path, ENVIRONMENT).dependencies[index]
    assert one.pinned
    assert isinstance(one.origin, FromIndex)
    assert one.origin.specifier == "==1.4.2"
    return outcome


def refusal(content: bytes, path: str, hashes: tuple[str, ...] = ()) -> str:
    with pytest.raises(UsageError) as caught:
        edited(content, path, ENVIRONMENT, index_of(content, path), Pin("1.4.2", hashes))
    return str(caught.value)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("evil", "evil==1.4.2"),
        ("evil>=1", "evil==1.4.2"),
        ("Evil  >=  1 , < 2", "Evil  ==  1.4.2"),
        ("evil >=1", "evil ==1.4.2"),
        ("evil (>=1)", "evil ==1.4.2"),
        ("evil==1.*", "evil==1.4.2"),
        ("evil~=1.4", "evil==1.4.2"),
        ("  evil>=1  ", "  evil==1.4.2  "),
        ("evil>=1 # why: ==1.0, see SEC-12", "evil==1.4.2 # why: ==1.0, see SEC-12"),
        ("evil # >=1", "evil==1.4.2 # >=1"),
        ("evil[b,a] >=1", "evil[b,a] ==1.4.2"),
        ("evil[b,a]", "evil[b,a]==1.4.2"),
        ("evil [ b , a ]  ; python_version < '4'", "evil [ b , a ]==1.4.2  ; python_version < '4'"),
        ("evil>=1;python_version>='3'", "evil==1.4.2;python_version>='3'"),
        ("evil>=1 \\\n  ; python_version>='3'", "evil==1.4.2 \\\n  ; python_version>='3'"),
        ("evil \\\n  >=1", "evil \\\n  ==1.4.2"),
        ("ev\\\nil>=1", "ev\\\nil==1.4.2"),
        ("\\\nevil>=1", "\\\nevil==1.4.2"),
        ("evil>=1 --config-settings a=b", "evil==1.4.2 --config-settings a=b"),
        ("# coding: latin-1\nevil>=1 # \xe9", "# coding: latin-1\nevil==1.4.2 # \xe9"),
        ("evil>=1\x0cnext", "evil==1.4.2\x0cnext"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_requirement_keeps_all_but_its_version(before: str, after: str, end: str) -> None:
    encoding = "latin-1" if "latin" in before else "utf-8"
    old = before.replace("\n", end or "\n")
    new = after.replace("\n", end or "\n")
    content = f"{old}{end}other{end}".encode(encoding) if end else old.encode(encoding)
    wanted = f"{new}{end}other{end}".encode(encoding) if end else new.encode(encoding)

    assert pinned(content, "requirements.txt") == wanted


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_a_byte_order_mark_and_its_encoding_are_kept(encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-be" else ""

    outcome = pinned(f"{mark}# \u00e9\nevil>=1\n".encode(encoding), "requirements.txt")

    assert outcome == f"{mark}# \u00e9\nevil==1.4.2\n".encode(encoding)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("evil>=1\nother\n", "evil==1.4.2 \\\n    --hash={0} \\\n    --hash={1}\nother\n"),
        (
            "evil # why\r\nother\r\n",
            "evil==1.4.2 \\\r\n    --hash={0} \\\r\n    --hash={1} # why\r\nother\r\n",
        ),
        (
            "evil ; python_version<'4' \\\n\n-r other.txt\n",
            (
                "evil==1.4.2 ; python_version<'4' \\\n    --hash={0} \\\n    --hash={1} \\\n\n"
                "-r other.txt\n"
            ),
        ),
        ("other\nevil", "other\nevil==1.4.2 \\\n    --hash={0} \\\n    --hash={1}"),
    ],
)
def test_hashes_go_on_lines_that_continue_the_requirement(before: str, after: str) -> None:
    wanted = after.format(*HASHES).encode()

    assert pinned(before.encode(), "requirements.txt", HASHES) == wanted


TOML = [
    pytest.param('[project]\ndependencies = ["evil>=1"]', "evil>=1", "evil==1.4.2", id="project"),
    pytest.param(
        "[project]\ndependencies = [\n  'other',\n  'evil [x] >= 1 ; os_name == \"nt\"', # c\n]",
        "evil [x] >= 1 ;",
        "evil [x] == 1.4.2 ;",
        id="literal-in-many-lines",
    ),
    pytest.param(
        '[project]\ndependencies = ["evil-twin", "evil", "other"]',
        '"evil"',
        '"evil==1.4.2"',
        id="several-on-a-line",
    ),
    pytest.param(
        '[project.optional-dependencies]\n"a.b" = ["evil"]', '"evil"', '"evil==1.4.2"', id="extra"
    ),
    pytest.param('[dependency-groups]\nx = ["evil~=1.0"]', "evil~=1.0", "evil==1.4.2", id="groups"),
    pytest.param('[build-system]\nrequires = ["evil>1"]', "evil>1", "evil==1.4.2", id="build"),
    pytest.param('[tool.poetry.dependencies]\nEvil = "^1"', '"^1"', '"1.4.2"', id="poetry"),
    pytest.param(
        "[tool.poetry.group.dev.dependencies]\nevil = '*'", "'*'", "'1.4.2'", id="poetry-group"
    ),
    pytest.param(
        '[tool.poetry.dependencies]\nevil = {extras = ["x"], version = "^1", optional = true}',
        '"^1"',
        '"1.4.2"',
        id="poetry-inline",
    ),
    pytest.param(
        '[tool.poetry.dependencies.evil]\npython = "^3"\n# why\nversion = "^1"',
        '"^1"',
        '"1.4.2"',
        id="poetry-table",
    ),
    pytest.param(
        '[tool.poetry.dependencies]\nevil.version = "^1"', '"^1"', '"1.4.2"', id="poetry-dotted"
    ),
    pytest.param(
        '[project]\ndependencies = ["evil>=1"]\n[tool.poetry.dependencies]\n'
        'evil = {source = "own"}\n[[tool.poetry.source]]\nname = "own"\n'
        'url = "https://index.example/simple"',
        "evil>=1",
        "evil==1.4.2",
        id="poetry-adds-to-project",
    ),
    pytest.param(
        '[tool.pdm.dev-dependencies]\nx = ["evil>=1"]', "evil>=1", "evil==1.4.2", id="pdm"
    ),
    pytest.param(
        '[tool.pdm.resolution.overrides]\nevil = ">=1"', '">=1"', '"==1.4.2"', id="pdm-override"
    ),
    pytest.param(
        '[tool.hatch.envs.x]\ndependencies = ["evil"]', '"evil"', '"evil==1.4.2"', id="hatch"
    ),
    pytest.param(
        '[tool.hatch.envs.x.overrides]\nenv.CI.dependencies = [{value = "evil", if = ["1"]}]',
        '"evil"',
        '"evil==1.4.2"',
        id="hatch-override",
    ),
    pytest.param('[tool.uv]\ndev-dependencies = ["evil"]', '"evil"', '"evil==1.4.2"', id="uv"),
    pytest.param(
        '[tool.uv]\nconstraint-dependencies = ["evil<9"]', "evil<9", "evil==1.4.2", id="uv-limit"
    ),
    pytest.param(
        '[tool.uv]\noverride-dependencies = [{package = {name="x"}, dependencies = ["evil"]}]',
        '"evil"',
        '"evil==1.4.2"',
        id="uv-override",
    ),
    pytest.param(
        '[project]\ndependencies = ["evil>=1"]\n[tool.uv.sources]\n'
        'evil = [{index = "a", marker = "os_name == \'nt\'"}, {index = "b", marker = "x"}]'.replace(
            '"x"', "\"os_name != 'nt'\""
        ),
        "evil>=1",
        "evil==1.4.2",
        id="uv-sources-for-one",
    ),
    pytest.param('[tool.flit.metadata]\nrequires = ["evil"]', '"evil"', '"evil==1.4.2"', id="flit"),
]


@pytest.mark.parametrize(("before", "old", "new"), TOML)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_keeps_all_but_the_version(before: str, old: str, new: str, end: str) -> None:
    text = f"# \u00e9 first\n{before} # evil>=1 \n\n[tool.other]\nx=1".replace("\n", end)
    assert text.count(old) == (2 if old == "evil>=1" else 1)

    outcome = pinned(text.encode(), "pyproject.toml")

    assert outcome == text.replace(old, new, 1).encode()


def test_of_two_that_are_alike_the_one_meant_is_pinned() -> None:
    text = '[project]\ndependencies = ["evil", "evil"]\n'

    outcome = edited(text.encode(), "pyproject.toml", {}, 1, Pin("1.4.2")).content

    assert outcome == b'[project]\ndependencies = ["evil", "evil==1.4.2"]\n'


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("requirements.txt", "x\n${NAME}>=1\n", "2: {} an environment variable completes it"),
        ("requirements.txt", "evil${RANGE}\n", "1: {} an environment variable completes it"),
        (
            "requirements.txt",
            "evil>=1,\\\n<2\n",
            "1: {} its versions are spread over several lines",
        ),
        (
            "requirements.txt",
            f"evil --hash={HASHES[0]}\n",
            "1: {} it has hashes, and of which release is not told",
        ),
        (
            "pyproject.toml",
            '[tool.poetry.dependencies]\nevil = "^1 || ^2"\n',
            "2: {} it is a union of constraints, of which a pin is but one",
        ),
        (
            "pyproject.toml",
            (
                '[tool.poetry.dependencies]\nevil = [\n {version = "^1", python = "<3.9"},\n'
                ' {version = "^2", python = ">=3.9"},\n]\n'
            ),
            "3: {} Poetry takes one of several constraints for it",
        ),
        (
            "pyproject.toml",
            '[project]\ndependencies = ["ev\\u0069l>=1"]\n',
            "2: {} it is written with escapes or over several lines",
        ),
        (
            "pyproject.toml",
            '[project]\ndependencies = ["""\nevil>=1"""]\n',
            "2: {} it is written with escapes or over several lines",
        ),
        (
            "pyproject.toml",
            '[tool.hatch.envs.x]\ndependencies = ["evil~={matrix:v}"]\n',
            "2: {} no version can be put in without changing what else is read",
        ),
        (
            "pyproject.toml",
            '[tool.uv.sources]\nevil = {index = "own"}\n',
            "2: {} no version can be put in without changing what else is read",
        ),
        (
            "pyproject.toml",
            '[tool.poetry.dependencies]\nevil = {extras = ["x"]}\n',
            "2: {} no version can be put in without changing what else is read",
        ),
    ],
)
def test_what_cannot_be_rewritten_safely_is_refused(path: str, text: str, said: str) -> None:
    assert refusal(text.encode(), path) == f"{path}:{said.format('cannot be pinned safely:')}"


def test_a_hash_has_no_place_in_a_table() -> None:
    content = b'[project]\ndependencies = ["evil"]\n'

    assert "no version can be put in" in refusal(content, "pyproject.toml", HASHES)


names = st.sampled_from(["evil", "Evil", "other", "evil-twin", "x.y"])
specifiers = st.sampled_from(["", ">=1", " ~= 1.4 ", "==1.*", "<3,>=1", " >=1 , !=2"])
extras = st.sampled_from(["", "[a]", " [b, a]"])
markers = st.sampled_from(["", "; os_name == 'nt'", " ;python_version<'4'"])
requirements = st.builds(lambda *parts: "".join(parts).rstrip(), names, extras, specifiers, markers)
ends = st.sampled_from(
    ["\n", "\r\n", "\r", " \n", "\t\n", " # evil>=1\n", "\n\n# evil\n", " \\\n\n"]
)
lines = st.lists(st.tuples(requirements, ends), min_size=1, max_size=6)


@given(lines, st.data())
def test_one_line_of_a_requirements_file_changes_and_no_other_byte(
    written: list[tuple[str, str]], data: st.DataObject
) -> None:
    text = "".join(requirement + end for requirement, end in written)
    content = text.encode()
    found = parse(content, "requirements.txt", {}).dependencies
    assert len(found) == len(written)
    index = data.draw(st.integers(0, len(found) - 1))
    hashes = data.draw(st.sampled_from([(), HASHES]))

    outcome = edited(content, "requirements.txt", {}, index, Pin("1.4.2", hashes)).content

    before, after = (
        "".join(map("".join, written[:index])),
        "".join(map("".join, written[index + 1 :])),
    )
    assert outcome.startswith(before.encode())
    assert outcome.endswith((written[index][1] + after).encode())
    again = parse(outcome, "requirements.txt", {}).dependencies
    assert [one.name for one in again] == [one.name for one in found]
    assert [one for at, one in enumerate(again) if at < index] == list(found[:index])
    assert again[index].pinned
    assert again[index].hashes == hashes
    by = len(hashes)
    moved = [
        one._replace(location=one.location._replace(line=one.location.line + by))
        for one in found[index + 1 :]
    ]
    assert list(again[index + 1 :]) == moved


@given(
    st.lists(requirements, min_size=1, max_size=5),
    st.sampled_from([", ", ",\r\n  ", " ,\n# x\n"]),
    st.data(),
)
def test_one_string_of_an_array_changes_and_no_other_byte(
    written: list[str], comma: str, data: st.DataObject
) -> None:
    strings = [f'"{one}"' for one in written]
    content = f"[dependency-groups]\nx = [{comma.join(strings)}]\n".encode()
    index = data.draw(st.integers(0, len(written) - 1))

    outcome = edited(content, "pyproject.toml", {}, index, Pin("1.4.2")).content

    head, tail = content.decode().split(comma.join(strings))
    left, right = comma.join(strings[:index]), comma.join(strings[index + 1 :])
    assert outcome.decode().startswith(head + left)
    assert outcome.decode().endswith(right + tail)
    found = parse(content, "pyproject.toml", {}).dependencies
    again = parse(outcome, "pyproject.toml", {}).dependencies
    assert again[index].pinned
    kept = [
        (old, new) for at, (old, new) in enumerate(zip(found, again, strict=True)) if at != index
    ]
    assert all(old == new for old, new in kept)
