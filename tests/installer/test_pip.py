"""Real pip, a real index on this machine: what comes in, what does not, and what ran meanwhile."""

from __future__ import annotations

import sys

import pytest

from facts.live.loopback import Reply
from installer.packages import legacy, sdist, source, wheel
from installer.shelf import Shelf
from installer.world import BOTH, EACH, World

pytestmark = [pytest.mark.slow, pytest.mark.allow_hosts(["127.0.0.1"])]

_RARE = "unpopular: 12 downloads in the last month, fewer than 1,000"


@BOTH
def test_what_passes_is_installed_with_all_that_it_needs(world: World) -> None:
    world.shelf.put(wheel("requests", requires=["fine", "fine-too"]))

    ran = world.pip("install", "requests")

    assert (ran.code, ran.err) == (0, "vetgate: 3 packages judged, all passed\n")
    assert world.installed() == ["fine-1.0", "fine_too-1.0", "requests-1.0"]
    assert world.ran() == ["fine-too"]


@BOTH
def test_what_is_blocked_stops_the_run_before_any_of_its_code_ran(world: World) -> None:
    ran = world.pip("install", "fine", "rare")

    assert ran.code == 1
    assert ran.err == (
        "ERROR: vetgate holds back rare: see the end of the output\n"
        "BLOCKED rare\n"
        "  rare\n"
        "  why:\n"
        f"    {_RARE}\n"
        "  what to do:\n"
        "    - pin it, after you have read it:\n"
        "        rare==1.4.2\n"
        "    - or allow it, and say why:\n"
        '        vetgate allow rare --rule unpopular --reason "…" --expires 180d\n'
        "\n"
        "vetgate: 2 packages judged: 1 blocked, 0 warned, 1 passed; "
        "nothing was installed\n"
    )
    assert (world.installed(), world.ran(), world.shelf.asked()) == ([], [], [])


@BOTH
def test_a_blocked_dependency_of_a_dependency_stops_the_run(world: World) -> None:
    world.shelf.put(wheel("requests", requires=["flask"]))

    ran = world.pip("install", "requests")

    assert ran.code == 1
    assert f"BLOCKED rare\n  needed by flask: rare\n  why:\n    {_RARE}\n" in ran.err
    assert "3 packages judged: 1 blocked, 0 warned, 2 passed" in ran.err
    assert (world.installed(), world.ran()) == ([], [])
    assert "rare-1.0.tar.gz" not in world.shelf.asked()


@BOTH
def test_a_blocked_build_requirement_stops_the_run_before_the_build(world: World) -> None:
    world.shelf.put(sdist("requests", source("requests", build_requires=["rare"])))

    ran = world.pip("install", "requests")

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert "BLOCKED rare\n" in ran.err
    assert ran.err.count("BLOCKED") == 1


@BOTH
def test_the_setup_script_of_what_is_blocked_never_runs(world: World) -> None:
    world.shelf.put(sdist("lonely", legacy("lonely")), sdist("homeless", legacy("homeless")))

    ran = world.pip("install", "--no-build-isolation", "lonely", "homeless")

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])


@BOTH
def test_what_a_person_pinned_comes_in(world: World) -> None:
    world.shelf.put(wheel("rare", "1.1"))
    world.write("requirements.txt", "rare==1.0\n")

    ran = world.pip("install", "-r", "requirements.txt")

    assert (ran.code, world.installed(), world.ran()) == (0, ["rare-1.0"], ["rare"])
    assert ran.err == (
        "vetgate: 1 package judged, all passed\n  rare: unpopular, exempted by pin ==1.0\n"
    )


@BOTH
def test_a_pin_in_the_metadata_of_a_package_is_none(world: World) -> None:
    world.shelf.put(wheel("requests", requires=["rare==1.0"]))

    ran = world.pip("install", "requests")

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])


def test_a_pin_vouches_for_the_same_package_further_down(world: World) -> None:
    ran = world.pip("install", "flask", "rare==1.0")

    assert (ran.code, world.installed()) == (0, ["flask-1.0", "rare-1.0"])


@BOTH
def test_what_the_allow_list_has_comes_in(world: World) -> None:
    world.write("vetgate.toml", '[[allow]]\nname = "rare"\nreason = "read it"\n')

    ran = world.pip("install", "flask")

    assert (ran.code, world.installed()) == (0, ["flask-1.0", "rare-1.0"])
    assert "rare: unpopular, exempted by allowance vetgate.toml:1: read it" in ran.err


def test_what_a_person_pinned_comes_in_whatever_a_further_index_has(world: World) -> None:
    other = Shelf(world.loopback, "/other")
    other.put(wheel("rare", "2.0"))

    ran = world.pip("install", "rare==1.0", "--extra-index-url", other.url)

    assert (ran.code, world.installed()) == (0, ["rare-1.0"])


def test_where_every_file_is_left_out_the_reason_is_told(world: World) -> None:
    ran = world.pip("install", "rare==3.0")

    assert (ran.code, world.installed()) == (1, [])
    why = (
        "BLOCKED rare\n  rare==3.0\n  why:\n"
        "    unpopular: 12 downloads in the last month, fewer than 1,000\n"
        "      only ==3.0 may come in, and no file of that is there\n  what to do:\n"
        "    - pin it, after you have read it:\n        rare=="
    )
    assert why in ran.err


def test_of_what_is_allowed_in_some_versions_only_those_come_in(world: World) -> None:
    world.shelf.put(wheel("rare", "2.0"))
    world.write("vetgate.toml", '[[allow]]\nname = "rare"\nversions = "<2"\nreason = "read it"\n')

    ran = world.pip("install", "flask")

    assert (ran.code, world.installed()) == (0, ["flask-1.0", "rare-1.0"])
    assert "HELD BACK some files of rare\n  rare-2.0-py3-none-any.whl" in ran.err


def test_a_way_around_a_blocked_package_is_not_taken_in_silence(world: World) -> None:
    world.shelf.put(wheel("requests", "2.0", requires=["rare"]), wheel("requests", "1.0"))

    ran = world.pip("install", "requests")

    assert (ran.code, world.installed()) == (1, [])


def test_what_is_installed_already_is_no_addition(world: World) -> None:
    assert world.plain_pip("install", "rare").code == 0

    ran = world.pip("install", "flask")

    assert (ran.code, ran.err) == (0, "vetgate: 1 package judged, all passed\n")
    assert world.installed() == ["flask-1.0", "rare-1.0"]


def test_an_update_of_what_is_installed_is_judged(world: World) -> None:
    assert world.plain_pip("install", "rare").code == 0
    world.shelf.put(wheel("rare", "2.0"))

    ran = world.pip("install", "rare>1")

    assert (ran.code, world.installed()) == (1, ["rare-1.0"])
    assert "  rare>1 (was rare==1.0)\n" in ran.err


def test_a_wheel_from_pips_own_cache_is_judged(world: World) -> None:
    # pip keeps what it built, by where it was from: the same name and version, no download.
    cache = f"--cache-dir={world.top / 'cache'}"
    assert world.plain_pip("install", cache, "rare").code == 0
    assert world.plain_pip("uninstall", "--yes", "rare").code == 0
    before = world.shelf.asked()

    ran = world.pip("install", cache, "flask")

    assert (ran.code, world.installed()) == (1, [])
    assert "rare-1.0.tar.gz" not in world.shelf.asked()[len(before) :]


@BOTH
def test_that_pip_looks_for_a_newer_pip_is_no_matter_of_the_run(world: World) -> None:
    world.shelf.put(wheel("pip", "99.0"))

    ran = world.pip("install", "fine", PIP_DISABLE_PIP_VERSION_CHECK="", PIP_NO_COLOR="1")

    assert (ran.code, world.installed()) == (0, ["fine-1.0"])
    assert "1 package judged, all passed\n" in ran.err


def test_a_safe_path_is_left_as_it_is(world: World) -> None:
    ran = world.pip("install", "fine", PYTHONSAFEPATH="1")

    assert (ran.code, world.installed()) == (0, ["fine-1.0"])


def test_pips_output_is_pips_output(world: World) -> None:
    plain = world.plain_pip("install", "--dry-run", "fine")

    ran = world.pip("install", "--dry-run", "fine")

    assert (ran.code, ran.out) == (plain.code, plain.out)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("install", "-r", "absent.txt"), id="a-file-that-is-not-there"),
        pytest.param(("install", "--no-such-option"), id="an-option-that-pip-has-not"),
        pytest.param(("install",), id="nothing-to-install"),
        pytest.param(("list", "--format=freeze"), id="another-command"),
        pytest.param(("instal", "fine"), id="no-command"),
        pytest.param(("--version",), id="no-command-but-an-option"),
    ],
)
def test_what_pip_says_and_how_it_ends_stay_pips(world: World, arguments: tuple[str, ...]) -> None:
    plain = world.plain_pip(*arguments)

    ran = world.pip(*arguments)

    assert ran == plain


def test_what_a_person_put_into_a_folder_comes_in_and_is_told_of(world: World) -> None:
    file = wheel("lonely")
    world.write(f"wheels/{file.name}", file.content)
    world.write("vetgate.toml", '[rules.rarely-used]\nlevel = "off"\n')

    ran = world.pip("install", "--no-index", "--find-links", "wheels", "lonely")

    assert (ran.code, world.installed()) == (0, ["lonely-1.0"]), ran.err
    assert "off-index: may come from wheels, which the policy does not name" in ran.err


def test_a_build_looks_where_pip_was_told_to_look(world: World) -> None:
    built = sdist("requests", source("requests", build_requires=["fine"]))
    world.shelf.put(built)
    links = f'<!doctype html><a href="{world.shelf.link(built)}">{built.name}</a>'.encode()
    world.loopback.on("/links.html", Reply(links, media_type="text/html"))

    ran = world.pip("install", "-f", f"{world.loopback.url}/links.html", "requests")

    assert (ran.code, world.installed(), world.ran()) == (0, ["requests-1.0"], ["requests"])


def test_it_is_a_program_of_one_word_too(world: World) -> None:
    code = "import sys; from vetgate.cli import pip_main; sys.exit(pip_main())"

    ran = world.run(sys.executable, "-c", code, "install", "rare")

    assert (ran.code, world.installed()) == (1, [])


def test_the_help_is_pips_with_a_word_of_vetgates(world: World) -> None:
    general, install = world.pip("--help"), world.pip("install", "--help")

    assert general.out == world.plain_pip("--help").out
    assert general.err.startswith("vetgate pip: install, download, wheel and lock pass through")
    assert "--explain" in install.out


def test_an_upstream_that_is_down_leaves_it_undecided(world: World) -> None:
    ran = world.pip("install", "fine", PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_RETRIES="0")

    assert (ran.code, world.installed()) == (3, [])
    assert "error: fine: " in ran.err
    assert ran.err.endswith("nothing was decided\n")


@pytest.mark.parametrize("later", [10.0, 1.9], ids=["never", "after-pip-gave-up"])
def test_an_index_that_answers_too_late_leaves_it_undecided(world: World, later: float) -> None:
    world.loopback.on("/simple/fine/", Reply(delay=later))

    ran = world.pip("install", "fine", PIP_DEFAULT_TIMEOUT="1", PIP_RETRIES="0")

    assert (ran.code, world.installed()) == (3, [])
    assert "error: fine: " in ran.err
    assert ran.err.endswith("nothing was decided\n")


def test_a_page_that_is_none_leaves_it_undecided(world: World) -> None:
    world.loopback.on("/simple/fine/", Reply(b"<html>login please</html>", media_type="text/html"))

    ran = world.pip("install", "fine", PIP_RETRIES="0")

    assert (ran.code, world.installed()) == (3, [])
    assert "answered a page that is not a package page\nnothing was decided\n" in ran.err


@pytest.mark.parametrize("by", ["option", "variable"])
def test_the_index_that_pip_goes_by_is_asked_what_it_knows(world: World, by: str) -> None:
    other = Shelf(world.loopback, "/other/simple")
    other.put(wheel("own-of-theirs"))
    option = ("--index-url", other.url) if by == "option" else ()
    index = world.shelf.url if by == "option" else other.url

    ran = world.pip(
        *("install", *option, "own-of-theirs"),
        PIP_INDEX_URL=index,
        VETGATE_INDEX_URL="",
        VETGATE_OFFLINE="0",
    )

    assert "no such package" not in ran.err
    assert "/other/pypi/own-of-theirs/json" in world.loopback.paths()
    assert "/pypi/own-of-theirs/json" not in world.loopback.paths()


def test_facts_are_asked_for_by_the_way_that_the_command_line_tells(world: World) -> None:
    file = wheel("own-of-theirs")
    links = f'<!doctype html><a href="http://index.example/f/{file.name}">{file.name}</a>'
    page = Reply(links.encode(), media_type="text/html")
    world.loopback.on("http://index.example/simple/own-of-theirs/", page)
    world.loopback.on(f"http://index.example/f/{file.name}", Reply(file.content))

    ran = world.pip(
        *("install", "own-of-theirs", "--index-url", "http://index.example/simple"),
        *("--proxy", world.loopback.url, "--trusted-host", "index.example"),
        VETGATE_INDEX_URL="",
        VETGATE_OFFLINE="0",
    )

    assert "http://index.example/pypi/own-of-theirs/json" in world.loopback.paths()
    assert "no such package" not in ran.err


def test_that_pip_failed_after_all_passed_is_said(world: World) -> None:
    ran = world.pip("install", "fine>1")

    assert (ran.code, world.installed()) == (1, [])
    assert ran.err.endswith(
        "vetgate: 1 package judged, none was held back; "
        "pip itself failed, for the reason that it gives above\n"
    )


def test_a_policy_that_is_wrong_stops_the_run(world: World) -> None:
    world.write("vetgate.toml", "unknwon = true\n")

    ran = world.pip("install", "fine")

    assert (ran.code, world.installed()) == (2, [])
    assert "vetgate.toml:1: " in ran.err


@EACH
@pytest.mark.parametrize(
    ("line", "code"),
    [
        pytest.param("rare", 1, id="direct"),
        pytest.param("deep", 1, id="transitive"),
        pytest.param("built", 1, id="to-build-with"),
        pytest.param("asking", 1, id="asked-for-by-a-build"),
        pytest.param("--use-deprecated=legacy-resolver deep", 1, id="the-other-resolver"),
        pytest.param("-e ./own", 1, id="editable"),
        pytest.param("-f wheels --no-index rare", 1, id="find-links"),
        pytest.param("fine fine-too rare==1.0", 0, id="pinned"),
    ],
)
def test_every_pip_there_is_obeys(world: World, line: str, code: int) -> None:
    asking = source("asking")
    asking["backend.py"] = asking["backend.py"].replace("return []", 'return ["rare"]')
    world.shelf.put(
        wheel("deep", requires=["flask"]),
        sdist("built", source("built", build_requires=["rare"])),
        sdist("asking", asking),
    )
    allowed = (
        f'[[allow]]\nname = "{name}"\nreason = "x"\n' for name in ("deep", "built", "asking")
    )
    world.write("vetgate.toml", "".join(allowed))
    for path, text in source("own", requires=["rare"]).items():
        world.write(f"own/{path}", text)
    file = sdist("rare", source("rare"))
    world.write(f"wheels/{file.name}", file.content)

    ran = world.pip("install", *line.split())

    assert ran.code == code, ran.err
    assert ("BLOCKED rare\n" in ran.err) is bool(code)
    assert world.installed() == ([] if code else ["fine-1.0", "fine_too-1.0", "rare-1.0"])
    assert ("rare" in world.ran()) is not bool(code)
