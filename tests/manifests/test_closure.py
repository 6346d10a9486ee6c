"""A manifest with all that it brings in, read by the real parsers from a state in memory."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from vetgate.errors import ManifestError
from vetgate.manifests.closure import Forest, read
from vetgate.model.dependency import Dependency, FromIndex

ROOT = "requirements.txt"
INDEX = "https://packages.acme.example/simple"
OTHER = "https://other.example/simple"


class Files:
    """A state in memory; `links` lead from a path, or a folder, to another."""

    def __init__(self, files: Mapping[str, str], links: Mapping[str, str] | None = None) -> None:
        self._files, self._links = dict(files), dict(links or {})
        self.read_paths: list[str] = []

    def resolve(self, path: str) -> str:
        real = self._real(path)
        if real not in self._files:
            raise FileNotFoundError(path)
        return real

    def locate(self, path: str) -> str:
        real = self._real(path)
        if real not in self._files and not any(
            one.startswith(f"{real}/" if real else "") for one in self._files
        ):
            raise FileNotFoundError(path)
        return real

    def link(self, path: str) -> str | None:
        return self._links.get(path)

    def _real(self, path: str) -> str:
        at: list[str] = []
        rest = path.split("/")
        while rest:
            part, *rest = rest
            if part in ("", "."):
                continue
            if part == "..":
                if not at:
                    raise ManifestError("leaves the repository", path=path)
                at.pop()
                continue
            at.append(part)
            target = self._links.get("/".join(at))
            if target is not None:
                at, rest = [], [*target.split("/"), *rest]
        return "/".join(at)

    def passed(self, path: str) -> frozenset[str]:
        try:
            return frozenset((path, self.resolve(path)))
        except (FileNotFoundError, ManifestError):
            return frozenset((path,))

    def read(self, path: str) -> bytes:
        self.read_paths.append(path)
        return self._files[self.resolve(path)].encode()


def forest(files: Mapping[str, str], *roots: str, links: Mapping[str, str] | None = None) -> Forest:
    return read(Files(files, links), roots or (ROOT,), {})


def told(found: Forest) -> list[str]:
    return [str(error) for error in found.errors]


def declared(found: Forest) -> list[tuple[str, str]]:
    return [(one.location.file, one.requirement) for one in found.dependencies()]


def only(found: Forest, name: str) -> Dependency:
    [one] = [one for one in found.dependencies() if one.name == name]
    return one


def test_files_are_read_with_all_that_they_include() -> None:
    found = forest(
        {
            ROOT: "-r sub/base.list\na\n",
            "sub/base.list": "-r deeper/more.txt\n-c ../held.txt\nb\n",
            "sub/deeper/more.txt": "c\n",
            "held.txt": "d<2\n",
            "unrelated.txt": "e\n",
        }
    )

    assert told(found) == []
    assert declared(found) == [
        ("held.txt", "d<2"),
        (ROOT, "a"),
        ("sub/base.list", "b"),
        ("sub/deeper/more.txt", "c"),
    ]
    assert found.touched == {ROOT: {ROOT, "sub/base.list", "sub/deeper/more.txt", "held.txt"}}


def test_what_a_constraints_option_names_only_constrains() -> None:
    found = forest({ROOT: "-c held.txt\na\n", "held.txt": "a<2\nb<2\n"})

    assert [(one.requirement, one.constraint) for one in found.dependencies()] == [
        ("a<2", True),
        ("b<2", True),
        ("a", False),
    ]


def test_what_a_constraints_file_requires_is_required() -> None:
    """pip: `-r` in a constraints file names a requirements file."""
    found = forest({ROOT: "-c held.txt\n", "held.txt": "-r more.txt\n", "more.txt": "evil\n"})

    assert not only(found, "evil").constraint


@pytest.mark.parametrize(
    "root", ["-c shared.txt\n-r shared.txt\n", "-r shared.txt\n-c shared.txt\n"]
)
def test_what_is_required_and_constrains_is_required(root: str) -> None:
    assert not only(forest({ROOT: root, "shared.txt": "a\n"}), "a").constraint


def test_what_is_required_below_a_file_that_is_both_is_required() -> None:
    files = {
        ROOT: "-c shared.txt\n-r shared.txt\n",
        "shared.txt": "-c below.txt\n",
        "below.txt": "a\n",
    }

    assert only(forest(files), "a").constraint


@pytest.mark.parametrize(
    ("path", "constraint"),
    [("constraints.txt", True), ("constraints/dev.txt", True), ("dev-requirements.txt", False)],
)
def test_a_root_that_is_called_so_only_constrains(
    path: str,
    constraint: bool,  # noqa: FBT001 - drawn from a table
) -> None:
    assert only(forest({path: "a\n"}, path), "a").constraint is constraint


def test_a_file_is_read_once_however_often_it_is_named() -> None:
    state = Files(
        {ROOT: "-r b.txt\n-r b.txt\n", "dev-requirements.txt": "-r b.txt\n", "b.txt": "a\n"}
    )
    found = read(state, [ROOT, "dev-requirements.txt"], {})

    assert state.read_paths.count("b.txt") == 1
    assert [one.requirement for one in found.dependencies()] == ["a"]
    assert found.touched == {
        ROOT: {ROOT, "b.txt"},
        "dev-requirements.txt": {"dev-requirements.txt", "b.txt"},
    }


def test_a_ladder_of_doubled_includes_is_climbed_once() -> None:
    files = {f"{step}.txt": f"-r {step + 1}.txt\n-r ./{step + 1}.txt\n" for step in range(40)}
    found = forest({**files, "40.txt": "a\n"}, "0.txt")

    assert (told(found), declared(found)) == ([], [("40.txt", "a")])


@pytest.mark.parametrize(
    ("files", "errors"),
    [
        pytest.param({}, [f"{ROOT}: no such file"], id="no-root"),
        pytest.param(
            {ROOT: "\n-r missing.txt\na\n"},
            [f"{ROOT}:2: names 'missing.txt', which is not there"],
            id="missing",
        ),
        pytest.param(
            {ROOT: "-r missing.txt\n", "sub/missing.txt": ""},
            [f"{ROOT}:1: names 'missing.txt', which is not there"],
            id="elsewhere",
        ),
        pytest.param(
            {ROOT: "-r ../missing.txt\n"},
            [f"{ROOT}:1: names '../missing.txt', which leaves the repository"],
            id="outside",
        ),
        pytest.param(
            {ROOT: "-r https://files.example/r.txt\n"},
            [f"{ROOT}:1: names 'https://files.example/r.txt', which is not part of the project"],
            id="url",
        ),
        pytest.param(
            {ROOT: "-r FILE:///r.txt\n"},
            [f"{ROOT}:1: names 'FILE:///r.txt', which is not part of the project"],
            id="file-url",
        ),
        pytest.param(
            {ROOT: "-r requirements.txt\n"},
            [f"{ROOT}:1: includes itself through 'requirements.txt'"],
            id="itself",
        ),
        pytest.param(
            {ROOT: "-r b.txt\n", "b.txt": "a\n-c c.txt\n", "c.txt": "-r ./b.txt\n"},
            ["c.txt:1: includes itself through './b.txt'"],
            id="circle",
        ),
        pytest.param(
            {ROOT: "-r deps.toml\n", "deps.toml": "-rother.txt = 1\n", "other.txt": "evil\n"},
            [f"{ROOT}:1: names 'deps.toml', which is not a list of requirements"],
            id="a-table-for-us-and-a-list-for-pip",
        ),
        pytest.param(
            {ROOT: "-r b.txt\n-r c.txt\n", "b.txt": "--wrong\n", "c.txt": "-r d.txt\n"},
            [
                "b.txt:1: unknown option --wrong",
                "c.txt:1: names 'd.txt', which is not there",
            ],
            id="all-are-told",
        ),
    ],
)
def test_an_include_that_cannot_be_read_is_an_error(
    files: dict[str, str], errors: list[str]
) -> None:
    assert told(forest(files)) == errors


def test_errors_do_not_hide_what_else_there_is() -> None:
    found = forest({ROOT: "-r missing.txt\na\n-r b.txt\n", "b.txt": "b\n"})

    assert declared(found) == [("b.txt", "b"), (ROOT, "a")]


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        pytest.param("evil-pkg", True, id="name"),
        pytest.param("base.txt", False, id="name-of-a-list"),
        pytest.param("evil @ git+https:", False, id="no-requirement"),
        pytest.param("-rbase.txt", True, id="include"),
        pytest.param("./base.txt", False, id="path"),
        pytest.param("deps/base.txt", False, id="path-down"),
        pytest.param("deps base.txt", False, id="blank"),
    ],
)
def test_a_link_whose_text_is_a_requirement_is_refused(text: str, refused: bool) -> None:  # noqa: FBT001 - drawn from a table
    """Where there are no symbolic links, git writes that text into a file of the name."""
    real = text.removeprefix("./")
    found = forest({real: "a\n"}, links={ROOT: text})
    problem = f"{ROOT}: is a symbolic link, and where there are none a requirement: {text!r}"

    assert told(found) == ([problem] if refused else [])


def test_a_link_whose_text_is_a_table_of_requirements_is_refused() -> None:
    text = 'project.dependencies=["evil"]'
    found = forest({text: ""}, "pyproject.toml", links={"pyproject.toml": text})

    assert len(found.errors) == 1


def test_a_file_may_be_called_as_an_error_is() -> None:
    files = {ROOT: "-r missing.txt\n-r requirements.txt:1\n", "requirements.txt:1": "a\n"}

    # Names with a colon look like URLs, and are refused rather than passed over.
    assert told(forest(files)) == [
        f"{ROOT}:1: names 'missing.txt', which is not there",
        f"{ROOT}:2: names 'requirements.txt:1', which is not part of the project",
    ]


@pytest.mark.parametrize(("steps", "errors"), [(50, []), (51, ["50.txt:1: is included too deep"])])
def test_the_depth_is_bounded(steps: int, errors: list[str]) -> None:
    files = {f"{step}.txt": f"-r {step + 1}.txt\n" for step in range(steps)}

    assert told(forest({**files, f"{steps}.txt": "a\n"}, "0.txt")) == errors


def test_includes_are_relative_to_the_link_and_not_to_where_it_leads() -> None:
    found = forest(
        {"deps/real.txt": "-r base.txt\n", "base.txt": "right\n", "deps/base.txt": "wrong\n"},
        links={ROOT: "deps/real.txt"},
    )

    assert (told(found), declared(found)) == ([], [("base.txt", "right")])
    assert found.touched == {ROOT: {ROOT, "deps/real.txt", "base.txt"}}


@pytest.mark.parametrize(
    ("written", "errors"),
    [
        pytest.param("folder/base.txt", [], id="through-a-link"),
        pytest.param("plain/../base.txt", [], id="back-out-of-a-folder"),
        pytest.param(
            "folder/../base.txt",
            [f"{ROOT}:1: names 'folder/../base.txt', with a `..` behind a symbolic link"],
            id="back-out-of-a-link",
        ),
    ],
)
def test_what_pips_versions_read_differently_is_refused(written: str, errors: list[str]) -> None:
    found = forest(
        {
            ROOT: f"-r {written}\n",
            "base.txt": "a\n",
            "plain/x.txt": "",
            "deep/base.txt": "b\n",
            "deep/deps/base.txt": "c\n",
        },
        links={"folder": "deep/deps"},
    )

    assert told(found) == errors


def origins(found: Forest) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return which indexes are in force for each name, and which of them stand in."""
    return {
        one.name: (one.origin.indexes, one.origin.instead)
        for one in found.dependencies()
        if one.name is not None and isinstance(one.origin, FromIndex)
    }


def test_index_options_hold_for_the_whole_tree() -> None:
    found = forest(
        {
            ROOT: "a\n-r b.txt\n-c c.txt\n",
            "b.txt": f"--extra-index-url {OTHER}\nb\n",
            "c.txt": f"--index-url {INDEX}\nc<2\n",
            "dev-requirements.txt": "d\n",
        },
        ROOT,
        "dev-requirements.txt",
    )

    assert origins(found) == {
        "a": ((OTHER, INDEX), (INDEX,)),
        "b": ((OTHER, INDEX), (INDEX,)),
        "c": ((OTHER, INDEX), (INDEX,)),
        "d": ((), ()),
    }


def test_a_file_of_two_trees_is_in_reach_of_the_indexes_of_both() -> None:
    found = forest(
        {
            ROOT: f"--index-url {INDEX}\n-r b.txt\n",
            "dev-requirements.txt": f"--find-links {OTHER}\n-r b.txt\n",
            "b.txt": "b\n",
        },
        ROOT,
        "dev-requirements.txt",
    )

    assert origins(found) == {"b": ((OTHER, INDEX), ())}


def test_a_trusted_host_is_no_place() -> None:
    assert origins(forest({ROOT: "--trusted-host evil.example\na\n"})) == {"a": ((), ())}


def test_files_that_a_table_names_are_read_from_the_same_state() -> None:
    found = forest(
        {
            "pyproject.toml": '[tool.setuptools.dynamic]\ndependencies = {file = ["deps.list"]}\n',
            "deps.list": "a\n",
        },
        "pyproject.toml",
    )

    assert (told(found), declared(found)) == ([], [("deps.list", "a")])
    assert found.touched == {"pyproject.toml": {"pyproject.toml", "deps.list"}}


@pytest.mark.parametrize(
    "table",
    [
        '[tool.setuptools.dynamic]\ndependencies = {file = "deps.txt"}\n',
        '[tool.setuptools.dynamic]\noptional-dependencies.x = {file = "deps.txt"}\n',
        '[tool.hatch.metadata.hooks.requirements_txt]\nfiles = ["deps.txt"]\n',
    ],
)
def test_a_file_that_a_table_names_has_to_be_the_same_to_pip_and_to_build_tools(table: str) -> None:
    files = {"pyproject.toml": table, "deps.txt": "requ\\\nests\n"}

    assert told(forest({"deps.txt": files["deps.txt"]}, "deps.txt")) == []
    assert told(forest(files, "deps.txt", "pyproject.toml")) == [
        "deps.txt:1: one thing to pip and another to build tools"
    ]


def test_each_error_knows_what_it_depends_on() -> None:
    found = forest(
        {"deps/real.txt": "--wrong\n", "dev-requirements.txt": "-r gone.txt\n"},
        ROOT,
        "dev-requirements.txt",
        links={ROOT: "deps/real.txt"},
    )

    assert found.about == {
        "dev-requirements.txt:1: names 'gone.txt', which is not there": {
            "dev-requirements.txt",
            "gone.txt",
        },
        f"{ROOT}:1: unknown option --wrong": {ROOT, "deps/real.txt"},
    }
