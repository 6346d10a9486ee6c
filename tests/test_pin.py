"""From a block through `vetgate pin` to a commit that passes, against an index on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from facts.live.loopback import Reply
from index_double import IndexDouble, Package, indexing
from scratch import ROWS, TODAY, Ran, Scratch, refused, write_snapshot
from vetgate.facts.live.shapes import Json

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

YESTERDAY = (datetime.now(timezone.utc) - timedelta(days=1)).isoformat()
SHA = {"1.4.1": "ab" * 32, "1.4.2": "cd" * 32, "2.0": "ef" * 32}
STAGE = "the commit has it once it is staged:\n  git add {}\n"


def file(name: str, version: str, *, uploaded: str = "2024-05-01T00:00:00Z") -> Json:
    return {
        "filename": f"{name}-{version}.tar.gz",
        "url": f"{name}-{version}.tar.gz",
        "hashes": {"sha256": SHA[version]},
        "requires-python": ">=3.12" if version == "2.0" else None,
        "upload-time": uploaded,
        "yanked": False,
    }


def reported(report: str, name: str, *versions: str) -> dict[str, Json]:
    about: Json = {"package": {"name": name, "ecosystem": "PyPI"}, "versions": list(versions)}
    return {report: {"id": report, "affected": [about]}}


def package(name: str, *versions: str, downloads: int = 12) -> Package:
    files = [file(name, version) for version in versions or ("1.4.1", "1.4.2", "2.0")]
    return Package(name, downloads=downloads, files=files)


@pytest.fixture
def index() -> Iterator[IndexDouble]:
    with indexing() as double:
        double.put(package("rare"), package("homeless"), package("other", downloads=5000))
        yield double


@pytest.fixture
def work(project: Scratch, index: IndexDouble) -> Scratch:
    """Return a repository whose commits are judged with this index."""
    project.environment.update(index.environment)
    return project


FLAVOURS = [
    pytest.param("requirements.txt", "flask\nRare >=1,<2  # why\n", "Rare ==1.4.2", id="plain"),
    pytest.param("constraints.txt", "rare<2\r\n", "rare==1.4.2", id="constraints"),
    pytest.param(
        "pyproject.toml", '[project]\nname = "x"\ndependencies = ["rare<2"]\n', "rare==1.4.2",
        id="project",
    ),
    pytest.param(
        "pyproject.toml", "[dependency-groups]\ndev = [\n  'rare<2',\n]\n", "rare==1.4.2",
        id="groups",
    ),
    pytest.param(
        "pyproject.toml", '[build-system]\nrequires = ["rare<2"]\n', "rare==1.4.2", id="build"
    ),
    pytest.param(
        "pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.10"\nrare = "^1"\n',
        "rare 1.4.2", id="poetry",
    ),
    pytest.param(
        "pyproject.toml",
        '[tool.poetry.group.dev.dependencies]\nrare = {version = "^1", extras = ["x"]}\n',
        "rare 1.4.2", id="poetry-group",
    ),
    pytest.param(
        "pyproject.toml", '[tool.pdm.dev-dependencies]\ntest = ["rare<2"]\n', "rare==1.4.2",
        id="pdm",
    ),
    pytest.param(
        "pyproject.toml", '[tool.hatch.envs.test]\ndependencies = ["rare<2"]\n', "rare==1.4.2",
        id="hatch",
    ),
    pytest.param(
        "pyproject.toml", '[tool.uv]\ndev-dependencies = ["rare<2"]\n', "rare==1.4.2", id="uv"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("path", "content", "after"), FLAVOURS)
def test_a_block_a_pin_and_a_commit_that_passes(
    work: Scratch, path: str, content: str, after: str
) -> None:
    work.stage(path, content)
    blocked = work.vetgate("check")
    assert blocked.code == 1
    assert "        vetgate pin rare\n" in blocked.out

    pinned = work.vetgate("pin")

    assert (pinned.code, pinned.err) == (0, "")
    assert f" -> {after} (uploaded 2024-05-01, 3 releases)\n" in pinned.out
    assert pinned.out.endswith(STAGE.format(path))
    assert work.vetgate("check").code == 1
    work.git("add", path)
    assert work.vetgate("check").code == 0
    assert work.vetgate("pin") == Ran(0, "nothing to pin: nothing that is staged is blocked\n", "")


def test_what_is_not_blocked_stays_unless_it_is_named(work: Scratch) -> None:
    work.stage("requirements.txt", "flask\nother\nrare\n")

    assert work.vetgate("pin").code == 0
    assert (work.folder / "requirements.txt").read_bytes() == b"flask\nother\nrare==2.0\n"
    assert work.vetgate("pin", "Other") == Ran(
        0,
        "requirements.txt:2: other -> other==2.0 (uploaded 2024-05-01, 3 releases)\n"
        + STAGE.format("requirements.txt"),
        "",
    )
    assert (work.folder / "requirements.txt").read_bytes() == b"flask\nother==2.0\nrare==2.0\n"


def test_a_name_is_found_on_the_disk_where_nothing_staged_has_it(work: Scratch) -> None:
    work.write("requirements.txt", "flask\nrare\n")

    assert work.vetgate("pin", "rare").code == 0
    assert (work.folder / "requirements.txt").read_bytes() == b"flask\nrare==2.0\n"
    assert work.vetgate("pin", "rare") == Ran(
        0, "requirements.txt:2: rare==2.0: not pinned: it is pinned already\n", ""
    )
    assert work.vetgate("pin", "rrare") == refused(
        "no manifest declares rrare", "did you mean rare?", code=2
    )


def test_all_takes_the_manifests_as_they_lie_on_the_disk_without_git_too(
    outside: Scratch, index: IndexDouble
) -> None:
    outside.environment.update(index.environment)
    outside.write("requirements.txt", "other\nrare==1.4.1\n./local\n-r sub/more.txt\n")
    outside.write("sub/more.txt", "rare<2\ngit+https://git.example/x.git#egg=x\n")

    assert outside.vetgate("pin", "--all") == Ran(
        0,
        "requirements.txt:1: other -> other==2.0 (uploaded 2024-05-01, 3 releases)\n"
        "sub/more.txt:1: rare<2 -> rare==1.4.2 (uploaded 2024-05-01, 3 releases)\n"
        "requirements.txt:3: ./local: not pinned: it comes from a path\n"
        "sub/more.txt:2: git+https://git.example/x.git#egg=x: not pinned: it comes from a "
        "repository\n",
        "",
    )
    assert (outside.folder / "sub/more.txt").read_bytes().startswith(b"rare==1.4.2\ngit+")
    assert outside.vetgate("pin", "--all", "other") == Ran(0, "nothing to pin: all is pinned\n", "")
    assert outside.vetgate("pin") == refused(
        "what a commit would bring in is told by git, and this is not in a git work tree",
        "name the packages, or pin all that the manifests declare with --all",
        code=2,
    )


def test_a_dry_run_prints_the_diff_and_writes_nothing(work: Scratch) -> None:
    work.stage("requirements.txt", "flask\nrare  # \x1b[31mred\n")

    assert work.vetgate("pin", "--dry-run") == Ran(
        0,
        "--- a/requirements.txt\n+++ b/requirements.txt\n@@ -1,2 +1,2 @@\n flask\n"
        "-rare  # \\x1b[31mred\n+rare==2.0  # \\x1b[31mred\n",
        "requirements.txt:2: rare -> rare==2.0 (uploaded 2024-05-01, 3 releases)\n"
        "dry run: nothing was written\n",
    )
    assert (work.folder / "requirements.txt").read_bytes() == b"flask\nrare  # \x1b[31mred\n"


def test_hashes_are_those_of_the_release_and_pip_wants_all_or_none(work: Scratch) -> None:
    work.stage("requirements.txt", "flask\nrare<2\n")

    pinned = work.vetgate("pin", "--hashes")

    assert pinned.code == 0
    assert pinned.err == (
        "note: requirements.txt: pip wants hashes for every requirement of a run or for none, and "
        "flask has none\n"
    )
    assert (work.folder / "requirements.txt").read_bytes() == (
        b"flask\nrare==1.4.2 \\\n    --hash=sha256:" + b"cd" * 32 + b"\n"
    )
    work.git("add", "requirements.txt")
    assert work.vetgate("check").code == 0


@pytest.mark.parametrize(
    ("files", "note"),
    [
        (
            {"pyproject.toml": '[project]\ndependencies = ["rare<2"]\n'},
            "without hashes: this file has no place for them",
        ),
        (
            {
                "pyproject.toml": '[tool.setuptools.dynamic]\ndependencies = {file = "r.txt"}\n',
                "r.txt": "rare<2\n",
            },
            "without hashes: its tool reads requirements only, and no options of pip",
        ),
    ],
)
def test_where_hashes_have_no_place_the_pin_comes_without(
    work: Scratch, files: dict[str, str], note: str
) -> None:
    for path, content in files.items():
        work.stage(path, content)

    pinned = work.vetgate("pin", "--hashes")

    assert (pinned.code, note in pinned.out) == (0, True)
    assert "--hash" not in (work.folder / [*files][-1]).read_text()


def test_the_python_of_the_project_decides_what_can_run(work: Scratch) -> None:
    work.stage("pyproject.toml", '[project]\nname = "x"\nrequires-python = ">=3.10,<3.12"\n')
    work.stage("sub/requirements.txt", "rare\n")

    pinned = work.vetgate("pin")

    assert pinned.out.startswith(
        "sub/requirements.txt:1: rare -> rare==1.4.2 (uploaded 2024-05-01, 3 releases)\n"
        "  passed over 2.0: needs Python >=3.12, and the project has <3.12,>=3.10\n"
    )
    work.stage("pyproject.toml", '[project]\nname = "x"\nrequires-python = "3-ish"\n')
    assert work.vetgate("pin") == refused(
        "pyproject.toml:3: project.requires-python is not a specifier: '3-ish'"
    )


def test_a_young_release_is_passed_over(work: Scratch, index: IndexDouble) -> None:
    files = [file("rare", "1.4.1"), file("rare", "1.4.2", uploaded=YESTERDAY)]
    index.put(Package("rare", downloads=12, files=files))
    work.stage("requirements.txt", "flask\nrare\n")

    assert f"passed over 1.4.2: uploaded on {YESTERDAY[:10]}" in work.vetgate("pin").out
    assert (work.folder / "requirements.txt").read_bytes() == b"flask\nrare==1.4.1\n"


def test_two_places_of_one_package_get_one_version(work: Scratch) -> None:
    work.stage("requirements.txt", "rare\n")
    work.stage("constraints.txt", "rare<2\n")

    assert work.vetgate("pin").code == 0
    for path in ("requirements.txt", "constraints.txt"):
        assert (work.folder / path).read_bytes() == b"rare==1.4.2\n"


def test_what_no_release_fits_is_left_and_still_blocks(work: Scratch) -> None:
    work.stage("requirements.txt", "flask\nrare>=3\nhomeless\n")

    ran = work.vetgate("pin")

    assert ran.code == 1
    assert (
        "requirements.txt:2: rare>=3: not pinned: none of its 3 will do (2.0, 1.4.2, 1.4.1: "
        "outside of >=3)" in " ".join(ran.out.split())
    )
    assert (work.folder / "requirements.txt").read_bytes() == b"flask\nrare>=3\nhomeless==2.0\n"


def test_what_no_pin_exempts_from_is_left_and_no_other_index_is_mistaken(
    work: Scratch, index: IndexDouble
) -> None:
    work.write("vetgate.toml", 'private = ["acme-*"]\n[rules.off-index]\nlevel = "block"\n')
    work.stage("requirements.txt", "acme-x\nheld-back\n./../away\n")
    work.stage(
        "pyproject.toml",
        '[project]\nname = "x"\ndependencies = ["rare"]\n[[tool.uv.index]]\nname = "own"\n'
        'url = "https://index.example/simple"\nexplicit = true\n[tool.uv.sources]\n'
        'rare = {index = "own"}\n',
    )

    ran = work.vetgate("pin", COLUMNS="120")

    assert ran.code == 1
    assert ran.out == (
        "pyproject.toml:3: rare: not pinned: it comes from https://index.example/simple, which is "
        "not the index that is asked\n"
        "pyproject.toml:3: rare: not pinned: tool.uv.sources.rare takes it from elsewhere, and the "
        "version would hold there\n"
        "pyproject.toml:6: tool.uv.index = https://index.example/simple: not pinned: it is an "
        "option and no package\n"
        "requirements.txt:2: held-back: not pinned: no pin exempts from quarantined\n"
        "requirements.txt:3: ./../away: not pinned: it comes from a path\n"
    )
    assert work.vetgate("pin", "acme-x").out == (
        "requirements.txt:1: acme-x: not pinned: the policy calls it private: it is not looked up\n"
    )
    assert [path for path in index.asked() if "acme" in path] == []


def test_what_the_work_tree_says_otherwise_is_told(work: Scratch) -> None:
    work.stage("requirements.txt", "flask\nrare\nhomeless\n")
    work.write("requirements.txt", "# new\nflask\nrare\nhomeless<1\n")

    ran = work.vetgate("pin")

    assert ran.code == 1
    assert ran.out.startswith(
        "requirements.txt:3: rare -> rare==2.0 (uploaded 2024-05-01, 3 releases)\n"
        "  what is staged has it on line 2: the work tree differs there\n"
        "requirements.txt:3: homeless: not pinned: the work tree does not declare it as what is "
        "staged does\n"
    )
    assert (work.folder / "requirements.txt").read_bytes() == (
        b"# new\nflask\nrare==2.0\nhomeless<1\n"
    )


def test_one_that_cannot_be_rewritten_keeps_all_as_they_were(work: Scratch) -> None:
    work.stage("requirements.txt", "homeless\n")
    work.stage("pyproject.toml", '[tool.poetry.dependencies]\nrare = "^1 || ^2"\n')

    assert work.vetgate("pin") == refused(
        "pyproject.toml:2: cannot be pinned safely: it is a union of constraints, of which a pin "
        "is but one",
        "write the pin by hand; nothing was written",
        code=2,
    )
    assert (work.folder / "requirements.txt").read_bytes() == b"homeless\n"
    assert work.vetgate("pin", "homeless").code == 0


def test_a_read_only_file_stays_as_it_was(work: Scratch) -> None:
    work.stage("requirements.txt", "rare\n")
    (work.folder / "requirements.txt").chmod(0o444)

    assert work.vetgate("pin") == refused(
        "requirements.txt: is read-only", "nothing was written", code=2
    )
    assert (work.folder / "requirements.txt").read_bytes() == b"rare\n"


def test_a_link_is_followed_to_the_file_in_the_project(work: Scratch) -> None:
    work.stage("real/list.txt", "rare\n")
    (work.folder / "requirements.txt").unlink()
    (work.folder / "requirements.txt").symlink_to("real/list.txt")
    work.git("add", "--all")

    ran = work.vetgate("pin")

    assert ran.code == 0, ran
    assert ran.out.endswith(STAGE.format("real/list.txt"))
    assert (work.folder / "requirements.txt").is_symlink()
    assert (work.folder / "real/list.txt").read_bytes() == b"rare==2.0\n"


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(status=403), "rare: {} refuses access (status 403)"),
        (Reply(b"<html>log in", media_type="text/html"), ("rare: {} answered a page that is not a "
         "package page")),
    ],
)  # fmt: skip
def test_an_index_that_does_not_answer_leaves_all_as_it_was(
    work: Scratch, index: IndexDouble, reply: Reply, said: str
) -> None:
    work.stage("requirements.txt", "rare\nhomeless\n")
    index.web.on("/simple/rare/", reply)

    assert work.vetgate("pin", "rare", "homeless") == refused(
        said.format(index.web.host), "nothing was written; try again later"
    )
    assert (work.folder / "requirements.txt").read_bytes() == b"rare\nhomeless\n"


def test_nobody_is_asked_when_nobody_may_be(work: Scratch, index: IndexDouble) -> None:
    work.stage("requirements.txt", "rare\n")

    assert work.vetgate("pin", VETGATE_OFFLINE="1") == refused(
        "a pin needs the index, and nobody may be asked", "unset VETGATE_OFFLINE", code=2
    )
    assert index.asked() == []


def test_a_manifest_that_cannot_be_read_is_told_and_nothing_is_written(work: Scratch) -> None:
    work.stage("requirements.txt", "rare\n--what\n")

    for arguments in ((), ("rare",), ("--all",)):
        ran = work.vetgate("pin", *arguments)
        assert (ran.code, ran.out) == (3, "")
        assert ran.err.startswith("error: requirements.txt:2: unknown option --what\n")
    assert (work.folder / "requirements.txt").read_bytes() == b"rare\n--what\n"


def test_a_package_that_the_index_does_not_have_is_left(work: Scratch) -> None:
    work.stage("requirements.txt", "nobody-knows\n")

    assert work.vetgate("pin", "nobody-knows") == Ran(
        1, "requirements.txt:1: nobody-knows: not pinned: the index has no such package\n", ""
    )


def test_what_a_pin_does_not_exempt_from_is_told_with_the_command(
    work: Scratch, index: IndexDouble
) -> None:
    work.write("vetgate.toml", '[rules.suspicious-tld]\nlevel = "block"\n')
    index.put(
        package("both")._replace(urls={"Source": "https://github.com/a/b", "x": "https://x.zip/"})
    )
    work.stage("requirements.txt", "both<2\n")

    ran = work.vetgate("pin", COLUMNS="120")

    assert ran.out.startswith(
        "requirements.txt:1: both<2 -> both==1.4.2 (uploaded 2024-05-01, 3 releases)\n"
        '  still blocked: vetgate allow both --rule suspicious-tld --reason "…"\n'
    )


def test_a_file_that_only_git_has_is_left(work: Scratch) -> None:
    work.stage("requirements-dev.txt", "rare\n")
    (work.folder / "requirements-dev.txt").unlink()

    assert work.vetgate("pin") == Ran(
        1, "requirements-dev.txt:1: rare: not pinned: its file is not in the work tree\n", ""
    )


def test_one_string_with_a_source_for_each_platform_is_pinned_once(work: Scratch) -> None:
    text = (
        '[project]\nname = "x"\ndependencies = ["rare<2"]\n[tool.uv.sources]\nrare = [\n'
        "  {{index = 'a', marker = \"os_name == 'nt'\"}},\n]\n"
        "[[tool.uv.index]]\nname = 'a'\nurl = '{}'\n".format(work.environment["VETGATE_INDEX_URL"])
    )
    work.stage("pyproject.toml", text)

    ran = work.vetgate("pin", "rare")

    assert ran.out == (
        "pyproject.toml:3: rare<2 -> rare==1.4.2 (uploaded 2024-05-01, 3 releases)\n"
        + STAGE.format("pyproject.toml")
    )
    after = (work.folder / "pyproject.toml").read_text()
    assert after == text.replace("rare<2", "rare==1.4.2")


def test_what_is_staged_is_judged_by_the_policy_at_the_root_wherever_one_stands(
    work: Scratch,
) -> None:
    work.write("sub/vetgate.toml", '[rules.unpopular]\nlevel = "off"\n')
    work.stage("requirements.txt", "flask\nrare\n")

    assert work.vetgate("check", inside="sub").code == 1
    pinned = work.vetgate("pin", inside="sub")

    assert (pinned.code, pinned.err) == (0, "")
    assert (work.folder / "requirements.txt").read_bytes() == b"flask\nrare==2.0\n"


def pinned(work: Scratch) -> str:
    return (work.folder / "requirements.txt").read_text().splitlines()[-1]


@pytest.fixture
def bad(blind: Scratch, index: IndexDouble) -> Scratch:
    """Return the repository with a package staged whose latest release is reported malicious."""
    index.put(
        package("bad", "1.4.1", "1.4.2")._replace(
            versions=("1.4.1", "1.4.2"), reports=reported("MAL-1", "bad", "1.4.2")
        )
    )
    blind.stage("requirements.txt", "flask\nbad\n")
    return blind


@pytest.fixture
def blind(work: Scratch, tmp_path: Path) -> Scratch:
    """Return the repository with a snapshot that knows of no reports, as the starter does not."""
    bare = [row._replace(advisories=None) for row in ROWS]
    snapshot = write_snapshot(tmp_path / "blind.sqlite", bare, reports=False)
    work.environment["VETGATE_SNAPSHOT"] = str(snapshot)
    return work


def test_what_is_reported_malicious_is_passed_over_and_the_commit_passes(bad: Scratch) -> None:
    ran = bad.vetgate("pin")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "requirements.txt:2: bad -> bad==1.4.1 (uploaded 2024-05-01, 2 releases)\n"
        "  passed over 1.4.2: reported malicious (MAL-1)\n" + STAGE.format("requirements.txt")
    )
    bad.git("add", "requirements.txt")
    assert bad.vetgate("check").code == 0


def test_a_report_alone_blocks_and_the_pin_that_is_free_of_it_passes(
    bad: Scratch, index: IndexDouble
) -> None:
    index.put(
        package("bad", "1.4.1", "1.4.2", downloads=5000)._replace(
            versions=("1.4.1", "1.4.2"), reports=reported("MAL-1", "bad", "1.4.2")
        )
    )

    assert "        bad==1.4.1\n        vetgate pin bad\n" in bad.vetgate("check").out
    assert (bad.vetgate("pin").code, pinned(bad)) == (0, "bad==1.4.1")
    bad.git("add", "requirements.txt")
    assert bad.vetgate("check").code == 0


def test_only_an_allowance_that_names_the_rule_lets_a_malicious_release_be_pinned(
    bad: Scratch,
) -> None:
    allowance = '[[allow]]\nname = "bad"\nreason = "read"\n'
    bad.write("vetgate.toml", allowance)
    assert bad.vetgate("pin", "bad", "--dry-run").out.endswith("+bad==1.4.1\n")

    bad.write("vetgate.toml", f'{allowance}rules = ["malware"]\n')
    ran = bad.vetgate("pin", "bad", COLUMNS="120")

    assert ran.out.splitlines()[1] == ("  reported malicious (MAL-1): vetgate.toml:1 lets it pass")
    assert pinned(bad) == "bad==1.4.2"


def test_where_every_release_is_malicious_nothing_is_pinned(
    bad: Scratch, index: IndexDouble
) -> None:
    index.put(
        package("bad", "1.4.1", "1.4.2")._replace(
            versions=("1.4.1", "1.4.2"), reports=reported("MAL-1", "bad", "1.4.1", "1.4.2")
        )
    )

    assert bad.vetgate("pin", COLUMNS="120") == Ran(
        1,
        "requirements.txt:2: bad: not pinned: none of its 2 will do (1.4.2, 1.4.1: reported "
        "malicious (MAL-1))\n",
        "",
    )
    assert pinned(bad) == "bad"


def test_a_vulnerable_release_is_passed_over_and_where_all_are_that_is_told(
    blind: Scratch, index: IndexDouble
) -> None:
    blind.stage("requirements.txt", "flask\nhole\n")
    hole = package("hole", "1.4.1", "1.4.2")._replace(versions=("1.4.1", "1.4.2"))
    index.put(hole._replace(reports=reported("PYSEC-1", "hole", "1.4.2")))
    every = reported("PYSEC-1", "hole", "1.4.1", "1.4.2")
    blind.environment["COLUMNS"] = "120"

    assert blind.vetgate("pin", "--dry-run").err.splitlines()[:2] == [
        "requirements.txt:2: hole -> hole==1.4.1 (uploaded 2024-05-01, 2 releases)",
        "  passed over 1.4.2: affected by PYSEC-1",
    ]
    blind.environment["VETGATE_CACHE_DIR"] = str(blind.folder.parent / "another")
    index.put(hole._replace(reports=every))
    assert blind.vetgate("pin", "--dry-run").err.splitlines()[:2] == [
        "requirements.txt:2: hole -> hole==1.4.2 (uploaded 2024-05-01, 2 releases)",
        "  it is affected by PYSEC-1, and no release that would do is free of what is known",
    ]
    blind.write("vetgate.toml", '[rules.vulnerable]\nlevel = "block"\n')
    assert blind.vetgate("pin") == Ran(
        1,
        "requirements.txt:2: hole: not pinned: none of its 2 will do (1.4.2, 1.4.1: affected by "
        "PYSEC-1)\n",
        "",
    )


def test_reports_that_cannot_be_had_are_no_clean_ones(blind: Scratch, index: IndexDouble) -> None:
    index.web.computed.clear()
    index.web.on("/v1/querybatch", Reply(status=400))
    blind.stage("requirements.txt", "flask\nrare\n")

    ran = blind.vetgate("pin", COLUMNS="140")

    assert ran.code == 0
    assert ran.out.splitlines()[1] == (
        "  what published reports say of it could not be learned: "
        f"{index.web.host} answers nothing (status 400)"
    )


def test_what_is_on_record_and_too_old_is_no_clean_one_either(
    work: Scratch, index: IndexDouble, tmp_path: Path
) -> None:
    old = write_snapshot(tmp_path / "old.sqlite", of=TODAY - timedelta(days=8))
    work.environment["VETGATE_SNAPSHOT"] = str(old)
    index.put(package("fine"))
    index.web.computed.clear()
    index.web.on("/v1/querybatch", Reply(status=400))
    work.write("requirements.txt", "fine\n")

    ran = work.vetgate("pin", "fine", COLUMNS="200")

    of = (TODAY - timedelta(days=8)).date()
    assert (
        "  what published reports say of it could not be learned: what is on record (made up) "
        f"is of {of}, more than 7 days old"
    ) in ran.out.replace("\n    ", " ")


def test_where_an_unknown_goes_on_blocking_nothing_is_pinned(
    blind: Scratch, index: IndexDouble
) -> None:
    vulnerable = '[rules.vulnerable]\nlevel = "block"\n'
    blind.write("vetgate.toml", vulnerable)
    blind.stage("requirements.txt", "flask\nwell\n")
    index.put(package("well", downloads=5000))
    index.web.computed.clear()
    index.web.on("/v1/querybatch", Reply(status=400))

    assert '  still blocked: vetgate allow well --rule vulnerable --reason "…"\n' in (
        blind.vetgate("pin", "--dry-run", COLUMNS="120").err
    )
    blind.write("vetgate.toml", f'{vulnerable}[rules.malware]\nlevel = "off"\n')
    assert blind.vetgate("pin") == Ran(
        1, "requirements.txt:2: well: not pinned: no pin exempts from vulnerable\n", ""
    )
    assert pinned(blind) == "well"


def test_the_policy_says_how_old_a_release_must_be(work: Scratch, index: IndexDouble) -> None:
    ten = (datetime.now(timezone.utc) - timedelta(days=10)).isoformat()
    uploads = {"1.4.1": "2024-05-01T00:00:00Z", "1.4.2": ten, "2.0": YESTERDAY}
    files = [file("young", version, uploaded=when) for version, when in uploads.items()]
    index.put(Package("young", downloads=12, files=files, versions=tuple(uploads)))
    work.stage("requirements.txt", "flask\nyoung\n")

    for policy, version in [
        ("", "1.4.2"),
        ("[rules.too-new]\ndays = 30\n", "1.4.1"),
        ("[rules.too-new]\ndays = 0\n", "2.0"),
        ('[rules.too-new]\nlevel = "off"\n', "2.0"),
    ]:
        work.write("vetgate.toml", policy)
        assert f"        young=={version}\n        vetgate pin young\n" in work.vetgate("check").out
        assert work.vetgate("pin", "--dry-run").out.endswith(f"+young=={version}\n")


def test_where_no_release_will_do_a_block_does_not_advise_the_command(
    work: Scratch, index: IndexDouble
) -> None:
    files = [file("young", "1.4.1", uploaded=YESTERDAY)]
    index.put(Package("young", downloads=12, files=files, versions=("1.4.1",)))
    work.stage("requirements.txt", "flask\nyoung\n")

    blocked = work.vetgate("check").out

    assert "        young==<version>\n" in blocked
    assert "vetgate pin" not in blocked
    assert work.vetgate("pin").code == 1


def test_a_release_for_all_pythons_of_the_project_is_pinned(work: Scratch) -> None:
    work.stage("pyproject.toml", '[project]\nname = "x"\nrequires-python = ">=3.10"\n')
    work.stage("requirements.txt", "rare\n")

    ran = work.vetgate("pin")

    assert ran.out.startswith(
        "requirements.txt:1: rare -> rare==1.4.2 (uploaded 2024-05-01, 3 releases)\n"
        "  passed over 2.0: needs Python >=3.12, and the project admits >=3.10\n"
    )
