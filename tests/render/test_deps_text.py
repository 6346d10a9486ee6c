from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from render.samples import dependency
from strategies import manifests
from vetgate.model.dependency import FromIndex, FromOption, FromUrl
from vetgate.model.manifest import Include, Manifest
from vetgate.render.deps_text import deps_text


def test_each_file_is_listed_under_its_own_name_with_what_is_special() -> None:
    first = Manifest(
        "sub/requirements.txt",
        "requirements",
        (
            dependency("Pinned.One", "==1.4.2", line=12)._replace(hashes=("sha256:a", "sha256:b")),
            dependency("-i", origin=FromOption("--index-url", "https://index.example"), line=1),
            dependency("b", line=3)._replace(constraint=True),
            dependency("https://files.example/e.whl", origin=FromUrl("https://f"), line=4)._replace(
                name=None
            ),
        ),
        (Include("../base.txt", 2), Include("limits.txt", 5, constraint=True)),
    )
    second = Manifest(
        "pyproject.toml",
        "pyproject",
        (
            dependency("a", ">=1", line=3, table="project.dependencies"),
            dependency("c", line=9, table="tool.uv", origin=FromIndex("", "https://i.example")),
            dependency("d", "==1", line=10, table="tool.uv", locked=True),
        ),
    )

    assert (
        deps_text([first, second])
        == """\
sub/requirements.txt (requirements): 3 dependencies
      3  b           b  (constraint)
      4  -           https://files.example/e.whl  (from a URL)
     12  pinned-one  Pinned.One==1.4.2  (pinned, 2 hashes)
      1  looks at --index-url https://index.example
      2  includes base.txt
      5  constrained by sub/limits.txt

pyproject.toml (pyproject): 3 dependencies
  [project.dependencies]
      3  a  a>=1
  [tool.uv]
      9  c  c  (from https://i.example)
     10  d  d==1  (locked)"""
    )


def test_an_empty_file_says_so() -> None:
    assert deps_text([Manifest("r.txt", "requirements")]) == (
        "r.txt (requirements): 0 dependencies"
    )


@given(st.lists(manifests, max_size=3))
def test_no_text_from_outside_reaches_the_terminal_raw(files: Sequence[Manifest]) -> None:
    assert all(line.isprintable() for line in deps_text(files).split("\n"))
