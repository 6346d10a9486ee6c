"""How a requirement is taken out or renamed in each flavour of manifest, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetgate.errors import UsageError
from vetgate.manifests.formats import parse
from vetgate.model.dependency import Dependency, normalize
from vetgate.pinning.editing import Edit, Gone, Name, edited

HASH = "--hash=sha256:" + "ab" * 32
GOOD = Name(normalize("good"))
INDEX = '[[tool.uv.index]]\nname = "own"\nurl = "https://index.example/simple"\n'


def index_of(content: bytes, path: str) -> int:
    found = parse(content, path, {}).dependencies
    return next(at for at, one in enumerate(found) if one.name == "evil")


def after(text: str, path: str, edit: Edit) -> str:
    content = text.encode()
    return edited(content, path, {}, index_of(content, path), edit).content.decode()


def refusal(text: str, path: str, edit: Edit) -> str:
    with pytest.raises(UsageError) as caught:
        after(text, path, edit)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a\nevil>=1 # why\nb\n", "a\nb\n"),
        ("a\nevil", "a\n"),
        ("evil", ""),
        (f"a\nevil==1 \\\n  {HASH} \\\n  {HASH}\n# c\nb\n", "a\n# c\nb\n"),
        ("evil \\\n# a comment ends it\nb\n", "b\n"),
        ("a\n-e git+https://git.example/y#egg=evil\nb\n", "a\nb\n"),
        ("a\nevil @ https://files.example/evil.whl\n", "a\n"),
        ("a\nevil\x0cb\n", "a\nb\n"),
        ("evil\nEvil\n", "Evil\n"),
        ("-r x.txt\n\nevil\n-c y.txt\n", "-r x.txt\n\n-c y.txt\n"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_go_whole_and_all_others_stay(text: str, left: str, end: str) -> None:
    old, new = text.replace("\n", end), left.replace("\n", end)

    assert after(old, "requirements.txt", Gone()) == new


PROJECT = '[project]\nname = "x"\n'
TABLES = [
    ('dependencies = ["evil"]\n', "dependencies = []\n"),
    ('dependencies = ["a", "evil>=1", "b"]\n', 'dependencies = ["a", "b"]\n'),
    ('dependencies = ["a","evil"]\n', 'dependencies = ["a"]\n'),
    ('dependencies = [ "evil", "b", ]\n', 'dependencies = [ "b", ]\n'),
    (
        'dependencies = [\n  "a",\n  "evil", # why\n  # about b\n  "b"\n]\n',
        'dependencies = [\n  "a",\n  # about b\n  "b"\n]\n',
    ),
    ('dependencies = [\n  "a",\n  "evil"\n]\n', 'dependencies = [\n  "a",\n]\n'),
    (
        'dependencies = [\n  "a"\n  , "evil"\n  , "b"\n]\n',
        'dependencies = [\n  "a"\n  , "b"\n]\n',
    ),
    ('dependencies = [\n  "a", # a\n  "evil"]\n', 'dependencies = [\n  "a", # a\n  ]\n'),
    ('dependencies = [ # x\n  "evil", # y\n]\n', "dependencies = [ # x\n]\n"),
    ('dependencies = ["evil" # y\n , "b"]\n', 'dependencies = ["b"]\n'),
    ("dependencies = [\"\"\"evil\"\"\", 'b']\n", "dependencies = ['b']\n"),
    ('dependencies = ["\\u0065vil", "b"]\n', 'dependencies = ["b"]\n'),
    ('optional-dependencies = {d = ["evil"]}\n', "optional-dependencies = {d = []}\n"),
    ('optional-dependencies.d = ["a", "evil"]\n', 'optional-dependencies.d = ["a"]\n'),
    (
        'dependencies = ["evil<1", "evil>2", "evil"]\n',
        'dependencies = ["evil>2", "evil"]\n',
    ),
    ('[build-system]\nrequires = ["a", "evil"]\n', '[build-system]\nrequires = ["a"]\n'),
    (
        '[dependency-groups]\nd = ["evil", {include-group = "x"}]\nx = []\n',
        '[dependency-groups]\nd = [{include-group = "x"}]\nx = []\n',
    ),
    (
        '[tool.poetry.dependencies]\npython = "^3"\nevil = "^1" # why\nb = "1"\n',
        '[tool.poetry.dependencies]\npython = "^3"\nb = "1"\n',
    ),
    (
        '[tool.poetry.dependencies]\nevil = {version = "^1", extras = ["x"]}\n',
        "[tool.poetry.dependencies]\n",
    ),
    (
        ('[tool.poetry.dependencies]\nb = "3"\n\n[tool.poetry.dependencies.evil]\n'
        'version = "^1"\n# of it\nextras = ["x"]\n\n[tool.other]\nx = 1\n'),
        '[tool.poetry.dependencies]\nb = "3"\n\n[tool.other]\nx = 1\n',
    ),
    (
        '[tool.poetry.dependencies]\nevil.version = "^1"\nb = "1"\nevil.extras = ["x"]\n',
        '[tool.poetry.dependencies]\nb = "1"\n',
    ),
    (
        '[tool.poetry]\ndependencies = {a = "1", evil = "^1"}\n',
        '[tool.poetry]\ndependencies = {a = "1"}\n',
    ),
    (
        '[tool.poetry]\ndependencies = {evil = "^1", a = "1"}\n',
        '[tool.poetry]\ndependencies = {a = "1"}\n',
    ),
    (
        ('[tool.poetry.dependencies]\nevil = [\n {version = "^1", python = "<3"},\n'
        ' {version = "^2", python = ">=3"},\n]\n'),
        '[tool.poetry.dependencies]\nevil = [\n {version = "^2", python = ">=3"},\n]\n',
    ),
    ('[tool.poetry.dependencies]\nevil = ["^1"]\n', "[tool.poetry.dependencies]\n"),
    ('[tool.poetry.group.d.dependencies]\nevil = "*"', "[tool.poetry.group.d.dependencies]\n"),
    ('[tool.poetry.requires-plugins]\nevil = "1"\n', "[tool.poetry.requires-plugins]\n"),
    ('[tool.pdm.dev-dependencies]\nt = ["evil<2"]\n', "[tool.pdm.dev-dependencies]\nt = []\n"),
    (
        '[tool.pdm.dev-dependencies]\nt = ["-e file:///${PROJECT_ROOT}/e#egg=evil"]\n',
        "[tool.pdm.dev-dependencies]\nt = []\n",
    ),
    ('[tool.pdm.resolution.overrides]\nevil = "1"\n', "[tool.pdm.resolution.overrides]\n"),
    (
        '[tool.hatch.envs.t]\ndependencies = ["a", "evil<2"]\n',
        '[tool.hatch.envs.t]\ndependencies = ["a"]\n',
    ),
    (
        ('[tool.hatch.envs.t.overrides]\nmatrix.x.dependencies = [\n'
        '  {value = "evil", if = ["1"]},\n  "b",\n]\n'),
        '[tool.hatch.envs.t.overrides]\nmatrix.x.dependencies = [\n  "b",\n]\n',
    ),
    (
        '[tool.hatch.build.hooks.h]\ndependencies = ["evil"]\n',
        "[tool.hatch.build.hooks.h]\ndependencies = []\n",
    ),
    (
        '[tool.uv]\ndev-dependencies = ["evil"]\nconstraint-dependencies = ["evil<2"]\n',
        '[tool.uv]\ndev-dependencies = []\nconstraint-dependencies = ["evil<2"]\n',
    ),
    (
        ('[tool.uv]\nbuild-constraint-dependencies = '
        '[{requirement = "evil==1", hashes = ["sha256:aa"]}]\n'),
        "[tool.uv]\nbuild-constraint-dependencies = []\n",
    ),
    (
        ('[tool.uv]\noverride-dependencies = '
        '[{package = {name = "x"}, dependencies = ["evil"]}]\n'),
        ("[tool.uv]\noverride-dependencies = "
        '[{package = {name = "x"}, dependencies = []}]\n'),
    ),
    (
        ('[tool.uv.extra-build-dependencies]\nx = '
        '[{requirement = "evil", match-runtime = true}, "b"]\n'),
        '[tool.uv.extra-build-dependencies]\nx = ["b"]\n',
    ),
    (
        '[[tool.uv.dependency-metadata]]\nname = "x"\nrequires-dist = ["evil", "b"]\n',
        '[[tool.uv.dependency-metadata]]\nname = "x"\nrequires-dist = ["b"]\n',
    ),
    (
        f'dependencies = ["evil", "b"]\n[tool.uv.sources]\nevil = {{index = "own"}}\n{INDEX}',
        f'dependencies = ["b"]\n[tool.uv.sources]\n{INDEX}',
    ),
    (
        f'{INDEX}[tool.uv.sources]\nevil = {{index = "own"}}\n[dependency-groups]\nd = ["evil"]\n',
        f"{INDEX}[tool.uv.sources]\n[dependency-groups]\nd = []\n",
    ),
    (
        ('dependencies = ["evil"]\n[tool.poetry.dependencies]\nevil = {source = "own"}\n'
        '[[tool.poetry.source]]\nname = "own"\nurl = "https://index.example/simple"\n'),
        ("dependencies = []\n[tool.poetry.dependencies]\n"
        '[[tool.poetry.source]]\nname = "own"\nurl = "https://index.example/simple"\n'),
    ),
    (
        '[tool.flit.metadata]\nmodule = "x"\nrequires = ["evil", "b"]\n',
        '[tool.flit.metadata]\nmodule = "x"\nrequires = ["b"]\n',
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "left"), TABLES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_values_and_keys_go_and_all_else_in_the_tables_stays(
    text: str, left: str, end: str
) -> None:
    old, new = ((PROJECT + each).replace("\n", end) for each in (text, left))

    assert after(old, "pyproject.toml", Gone()) == new


def test_an_encoding_is_kept() -> None:
    content = "\ufeff# \u00e9\nevil\nb\n".encode("utf-16-le")

    outcome = edited(content, "requirements.txt", {}, 0, Gone())

    assert outcome.content == "\ufeff# \u00e9\nb\n".encode("utf-16-le")


def test_what_one_string_stands_for_goes_together() -> None:
    text = (
        PROJECT + 'dependencies = ["evil"]\n[tool.uv.sources]\n'
        f'evil = [{{index = "own", marker = "os_name == \'nt\'"}}]\n{INDEX}'
    )

    outcome = edited(text.encode(), "pyproject.toml", {}, 0, Gone())

    assert outcome.gone == {0, 1}
    assert outcome.content.decode() == f"{PROJECT}dependencies = []\n[tool.uv.sources]\n{INDEX}"


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        (
            "requirements.txt",
            "--index-url https://index.example/evil\n",
            "1: {} it is an option, and says where others come from",
        ),
        (
            "pyproject.toml",
            (
                '[project]\nname = "x"\ndependencies = ["evil", "b"]\n'
                '[tool.poetry.dependencies]\nEVIL = {source = "own"}\n'
                '"e\\u0076il" = {source = "own"}\n'
                '[[tool.poetry.source]]\nname = "own"\nurl = "https://index.example/simple"\n'
            ),
            "3: {} it cannot be taken out without changing what else is read",
        ),
    ],
)
def test_what_others_hang_on_is_not_taken_out(path: str, text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        edited(text.encode(), path, {}, 0, Gone())

    assert str(caught.value) == f"{path}:{said.format('cannot be removed safely:')}"
    assert caught.value.hint() == "take it out by hand; nothing was written"


@pytest.mark.parametrize(
    ("path", "text", "renamed"),
    [
        ("requirements.txt", "a\nEvil[x]>=1 # why\n", "a\ngood[x]>=1 # why\n"),
        (
            "pyproject.toml",
            PROJECT + "dependencies = [\"Evil[x]>=1 ; os_name=='nt'\"]\n",
            PROJECT + "dependencies = [\"good[x]>=1 ; os_name=='nt'\"]\n",
        ),
        (
            "pyproject.toml",
            '[tool.poetry.dependencies]\nEvil = "^1" # why\n',
            '[tool.poetry.dependencies]\ngood = "^1" # why\n',
        ),
        (
            "pyproject.toml",
            '[tool.pdm.resolution.overrides]\nevil = "1"\n',
            '[tool.pdm.resolution.overrides]\ngood = "1"\n',
        ),
        (
            "pyproject.toml",
            '[tool.hatch.envs.t.overrides]\nmatrix.x.dependencies = [{value = "evil"}]\n',
            '[tool.hatch.envs.t.overrides]\nmatrix.x.dependencies = [{value = "good"}]\n',
        ),
    ],
)
def test_another_name_is_put_in_its_place(path: str, text: str, renamed: str) -> None:
    assert after(text, path, GOOD) == renamed


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        (
            "requirements.txt",
            f"evil==1 {HASH}\n",
            "1: {} it has hashes, and they are those of the other package",
        ),
        ("requirements.txt", "e\\\nvil\n", "1: {} its name is spread over several lines"),
        (
            "requirements.txt",
            "evil @ https://files.example/evil.whl\n",
            "1: {} no other name can be put in without changing what else is read",
        ),
        (
            "pyproject.toml",
            f'{PROJECT}dependencies = ["evil"]\n[tool.uv.sources]\nevil = {{path = "x"}}\n',
            "3: {} no other name can be put in without changing what else is read",
        ),
        (
            "pyproject.toml",
            '[tool.poetry.dependencies]\n"evil" = "1"\n',
            "2: {} no other name can be put in without changing what else is read",
        ),
        (
            "pyproject.toml",
            '[tool.poetry.dependencies]\nevil = "1"\ngood = "2"\n',
            "2: {} no other name can be put in without changing what else is read",
        ),
    ],
)
def test_a_name_that_cannot_be_replaced_safely_stays(path: str, text: str, said: str) -> None:
    assert refusal(text, path, GOOD) == f"{path}:{said.format('cannot be renamed safely:')}"


def brief(found: tuple[Dependency, ...]) -> list[tuple[str | None, str, str | None]]:
    return [(one.name, one.requirement, one.table) for one in found]


texts = st.sampled_from(["evil", "Evil>=1", "b[x]<2", "c ; os_name == 'nt'", "evil-twin"])
gaps = st.sampled_from([", ", ",\n  ", ",\r\n", " ,# x\n", "\n, ", ",\n# x\n"])


@given(
    st.lists(st.tuples(texts, gaps), min_size=1, max_size=5),
    st.sampled_from(["", " ", "\n", "\n  ", " # x\n"]),
    st.booleans(),
    st.data(),
)
def test_each_element_of_an_array_can_go_and_the_others_stay(
    written: list[tuple[str, str]],
    lead: str,
    comma: bool,  # noqa: FBT001 - drawn by position
    data: st.DataObject,
) -> None:
    inner = "".join(f'"{text}"{gap}' for text, gap in written[:-1]) + f'"{written[-1][0]}"'
    end = ",\n" if comma else "\n"
    content = f"[dependency-groups]\nx = [{lead}{inner}{end}]\ny = ['z']\n".encode()
    found = parse(content, "pyproject.toml", {}).dependencies
    index = data.draw(st.integers(0, len(written) - 1))

    outcome = edited(content, "pyproject.toml", {}, index, Gone())

    again = parse(outcome.content, "pyproject.toml", {}).dependencies
    assert outcome.gone == {index}
    assert brief(again) == brief(found[:index] + found[index + 1 :])


lines = st.sampled_from(
    ["evil\n", "b # evil\n", "# evil\n", "c \\\n  >=1\r\n", "\n", f"d==1 {HASH}\n", "evil>1\x0c"]
)


@given(st.lists(lines, min_size=1, max_size=6), st.data())
def test_each_line_of_a_requirements_file_can_go_and_no_other_byte_does(
    written: list[str], data: st.DataObject
) -> None:
    content = "".join(written).encode()
    places = [at for at, line in enumerate(written) if line.strip() and not line.startswith("#")]
    found = parse(content, "requirements.txt", {}).dependencies
    assert len(found) == len(places)
    if not places:
        return
    index = data.draw(st.integers(0, len(places) - 1))
    left = written[: places[index]] + written[places[index] + 1 :]

    outcome = edited(content, "requirements.txt", {}, index, Gone())

    assert outcome.content == "".join(left).encode()
