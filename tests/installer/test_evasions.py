"""Ways around the gate that somebody may try, by intent or by habit: none leads past it."""

from __future__ import annotations

import pytest

from facts.live.loopback import Reply
from installer.packages import File, sdist, source, wheel
from installer.shelf import Shelf
from installer.world import BOTH, World, make_environment
from scratch import ROWS, write_snapshot
from vetgate.model.facts import Advisory

pytestmark = [pytest.mark.slow, pytest.mark.allow_hosts(["127.0.0.1"])]

_RARE = wheel("rare")


def _lay_out(world: World) -> dict[str, str]:
    """Put the same package in many places; return where they are."""
    other = Shelf(world.loopback, "/other")
    other.put(_RARE, wheel("fine"))
    listing = f'<!doctype html><a href="{other.link(_RARE)}">{_RARE.name}</a>'.encode()
    world.loopback.on("/links.html", Reply(listing, media_type="text/html"))
    world.loopback.on("/list.txt", Reply(b"rare\n", media_type="text/plain"))
    world.write(f"wheels/{_RARE.name}", _RARE.content)
    world.write("list.txt", "rare\n")
    world.write("nested.txt", "-r list.txt\n")
    world.write("constraint.txt", f"rare @ {other.link(_RARE)}\n")
    world.write("--no-deps", "rare\n")
    world.write("folder/pyproject.toml", source("rare")["pyproject.toml"])
    world.write("folder/backend.py", source("rare")["backend.py"])
    for option in ("--index-url", "-i", "--extra-index-url", "--pypi-url"):
        world.write(f"own{option}.txt", f"{option} {other.url}\nrare\n")
    world.write("own--find-links.txt", "--no-index\n--find-links wheels\nrare\n")
    world.write("pip.conf", f"[install]\nindex-url = {other.url}\nextra-index-url = {other.url}\n")
    world.write(
        "pyproject.toml",
        '[project]\nname = "own"\nversion = "1"\n[dependency-groups]\ndev = ["rare"]\n',
    )
    world.write("script.py", '# /// script\n# dependencies = ["rare"]\n# ///\n')
    for path, name, file in (
        ("pylock.toml", "fine", wheel("fine")),
        ("pylock.rare.toml", "rare", _RARE),
    ):
        world.write(
            path,
            'lock-version = "1.0"\ncreated-by = "hand"\n'
            f'[[packages]]\nname = "{name}"\nversion = "1.0"\n'
            f'[[packages.wheels]]\nname = "{file.name}"\nurl = "{other.link(file)}"\n'
            f'hashes = {{sha256 = "{file.sha256}"}}\n',
        )
    return {
        "other": other.url,
        "site": world.loopback.url,
        "link": other.link(_RARE),
        "wheel": f"wheels/{_RARE.name}",
    }


@pytest.mark.parametrize(
    "line",
    [
        "install rare --index-url {other}",
        "install --index-u {other} rare",
        "install -i{other} rare",
        "install --extra-index-url {other} rare",
        "install --extra-i={other} rare",
        "install --pypi-url {other} rare",
        "install -- rare",
        "install Rare",
        "install --no-deps rare",
        "install --isolated rare",
        "--no-input --cache-dir cache install rare",
        "install --proxy http://127.0.0.1:9 rare",
        "install --use-deprecated legacy-resolver flask",
        "install -r pylock.rare.toml",
        "install --target elsewhere rare",
        "download rare",
        "wheel rare",
        "lock rare",
        "download -d elsewhere flask",
        "install -r list.txt",
        "install -rlist.txt",
        "install --no-ind --find-l=wheels rare",
        "install -r nested.txt",
        "install -r --no-deps",
        "install -r {site}/list.txt",
        "install -r own--index-url.txt",
        "install -r own--extra-index-url.txt",
        "install -r own--pypi-url.txt",
        "install -r own--find-links.txt",
        "install -c own--index-url.txt rare",
        "install --no-index --find-links wheels rare",
        "install --no-index -fwheels rare",
        "install --find-l=wheels flask",
        "install -f {site}/links.html --no-index rare",
        "install -f {link} --no-index rare",
        "install --group dev",
        "install --requirements-from-script script.py",
    ],
)
def test_no_command_line_leads_past_the_gate(world: World, line: str) -> None:
    places = _lay_out(world)

    ran = world.pip(*line.format(**places).split())

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert "BLOCKED rare\n" in ran.err
    assert not (world.folder / "elsewhere").exists() or not any(
        (world.folder / "elsewhere").rglob("rare*")
    )


@BOTH
@pytest.mark.parametrize(
    "line",
    [
        "install rare -i {other}",
        "install -r own--extra-index-url.txt",
        "install --no-index -f wheels rare",
        "install --use-deprecated=legacy-resolver flask",
        "download flask",
    ],
)
def test_neither_does_it_with_another_pip(world: World, line: str) -> None:
    places = _lay_out(world)

    ran = world.pip(*line.format(**places).split())

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert "BLOCKED rare\n" in ran.err


@pytest.mark.parametrize(
    ("line", "given"),
    [
        ("install rare", {"PIP_CONFIG_FILE": "pip.conf"}),
        ("install rare", {"PIP_INDEX_URL": "{other}"}),
        ("install rare", {"PIP_EXTRA_INDEX_URL": "{other}"}),
        ("install rare", {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "wheels"}),
        ("install fine", {"PIP_REQUIREMENT": "list.txt"}),
        ("install", {"PIP_REQUIREMENT": "list.txt"}),
        ("install flask", {"_VETGATE_NESTED": "1", "_VETGATE_OPTIONS": ""}),
        ("install flask", {"_VETGATE_DOOR": "9:x", "_VETGATE_PIP": "/nowhere"}),
        ("install flask", {"_PIP_RUNNING_IN_SUBPROCESS": "1"}),
        ("install flask", {"PIP_USE_DEPRECATED": "legacy-resolver"}),
        ("install flask", {"HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1"}),
    ],
)
def test_no_setting_leads_past_the_gate(world: World, line: str, given: dict[str, str]) -> None:
    places = _lay_out(world)

    ran = world.pip(*line.split(), **{key: one.format(**places) for key, one in given.items()})

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert "BLOCKED rare\n" in ran.err


@pytest.mark.parametrize(
    "arguments", [("--python", "{there}"), ("--python={there}/bin/python",), ()]
)
def test_another_interpreter_is_guarded_too(world: World, arguments: tuple[str, ...]) -> None:
    there = world.top / "there"
    make_environment(there)
    chosen = [one.format(there=there) for one in arguments]
    given = {} if chosen else {"PIP_PYTHON": str(there)}

    ran = world.pip(*chosen, "install", "flask", **given)

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert not any(there.rglob("flask*"))


def _carrying(place: str, link: str) -> File:
    """Return a package that is fine itself, and asks for another by its address."""
    if place == "metadata":
        return wheel("fine", "2.0", requires=[f"rare @ {link}"])
    if place == "extra":
        return wheel("fine", "2.0", requires=[f'rare @ {link} ; extra == "more"'])
    return sdist("fine", source("fine", "2.0", build_requires=[f"rare @ {link}"]), "2.0")


@BOTH
@pytest.mark.parametrize("place", ["metadata", "extra", "build"])
def test_an_address_in_the_metadata_of_a_package_is_refused(world: World, place: str) -> None:
    link = _lay_out(world)["link"]
    world.shelf.put(_carrying(place, link))

    ran = world.pip("install", "fine[more]>=2")

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert f"off-index: comes from the URL {link}" in ran.err
    assert world.loopback.paths().count("/files/" + _RARE.name) == 0


@BOTH
def test_an_address_that_a_person_pinned_lets_in_what_was_pinned(world: World) -> None:
    places = _lay_out(world)
    world.shelf.put(wheel("fine", "2.0", requires=[f"rare @ {places['link']}"]))

    ran = world.pip("install", "fine>=2", f"rare @ {places['link']}#sha256={_RARE.sha256}")

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert "BLOCKED rare\n  needed by fine: " in ran.err


def test_a_build_in_pips_own_process_is_guarded_too(world: World) -> None:
    link = _lay_out(world)["link"]
    world.shelf.put(sdist("fine", source("fine", "2.0", build_requires=["rare"]), "2.0"))
    world.shelf.put(_carrying("build", link)._replace(name="fine-3.0.tar.gz"))

    for wanted in ("fine==2.0", "fine==3.0"):
        ran = world.pip("install", "--use-feature=inprocess-build-deps", wanted)

        assert (ran.code, world.installed(), world.ran()) == (1, [], [])


def test_what_a_build_asks_for_while_it_runs_is_judged(world: World) -> None:
    files = source("fine", "2.0")
    files["backend.py"] = files["backend.py"].replace("return []", 'return ["rare"]')
    world.shelf.put(sdist("fine", files, "2.0"))

    ran = world.pip("install", "fine")

    assert (ran.code, world.installed(), world.ran()) == (1, [], ["fine"])
    assert "BLOCKED rare\n  needed by a build: rare\n" in ran.err


def test_a_pip_that_a_build_starts_by_itself_meets_the_gate(world: World) -> None:
    files = source("fine", "2.0")
    start = (
        "import subprocess, sys\n"
        f"subprocess.run([{world.python!r}, '-m', 'pip', 'install', 'rare'], check=False)\n"
    )
    files["backend.py"] = start + files["backend.py"]
    world.shelf.put(sdist("fine", files, "2.0"))

    ran = world.pip("install", "--no-build-isolation", "fine")

    assert (ran.code, world.ran()) == (1, ["fine"])
    assert "rare-1.0" not in world.installed()


@pytest.mark.parametrize(
    ("what", "told"),
    [
        pytest.param("{link}", "comes from the URL {link}", id="url"),
        pytest.param("rare @ {link}", "comes from the URL {link}", id="named-url"),
        pytest.param("./{wheel}", "comes from {wheel}, which is no part", id="wheel"),
        pytest.param("-r constraint.txt", "comes from the URL {link}", id="url-in-a-file"),
        pytest.param("-e {top}/outside", "comes from {top}/outside, which is no", id="folder"),
        pytest.param("git+{site}/x.git@main#egg=rare", "at main, which can change", id="branch"),
        pytest.param("-e git+{site}/x.git#egg=rare", "at the default branch", id="editable"),
        pytest.param("-r pylock.toml", "comes from the URL {site}/files/fine", id="lock-file"),
    ],
)
def test_what_comes_from_no_index_is_judged_as_such(world: World, what: str, told: str) -> None:
    places = {**_lay_out(world), "top": str(world.top)}
    for path in ("pyproject.toml", "backend.py"):
        world.write(f"{world.top}/outside/{path}", source("rare")[path])
    world.write("vetgate.toml", '[rules.off-index]\nlevel = "block"\n')

    ran = world.pip("install", *what.format(**places).split(" ", 1 if what[0] == "-" else 0))

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert told.format(**places) in " ".join(ran.err.split())


@pytest.mark.parametrize("what", ["wheel", "folder"])
def test_the_dependencies_of_what_comes_from_no_index_pass_the_gate(
    world: World, what: str
) -> None:
    own = wheel("own", requires=["rare"])
    world.write(own.name, own.content)
    for path, text in source("own", requires=["rare"]).items():
        world.write(f"own/{path}", text)

    ran = world.pip("install", f"./{own.name}" if what == "wheel" else "./own")

    assert (ran.code, world.installed()) == (1, [])
    assert "BLOCKED rare\n  needed by own: rare\n" in ran.err


def test_an_index_in_a_suspicious_place_is_refused(world: World) -> None:
    ran = world.pip("install", "fine", "--extra-index-url", "http://packages.index.zip/simple")

    assert (ran.code, world.installed(), world.shelf.asked()) == (1, [], [])
    assert "suspicious-tld: " in ran.err
    assert "\n  --extra-index-url http://packages.index.zip/simple" in ran.err


def test_a_private_name_does_not_come_from_a_further_index(world: World) -> None:
    world.shelf.put(wheel("acme-core"))
    world.write("vetgate.toml", 'private = ["acme-*"]\nindexes = ["https://index.example"]\n')

    ran = world.pip("install", "acme-core")

    assert (ran.code, world.installed()) == (1, [])
    assert "acme-core" in ran.err


def test_a_block_of_a_private_name_says_to_name_its_index_and_not_to_pin(world: World) -> None:
    world.shelf.put(wheel("acme-core"))
    world.write("vetgate.toml", 'private = ["acme-*"]\n')

    ran = world.pip("install", "acme-core")

    told = ran.err.partition("what to do:")[2].split("\n\n")[0]
    assert (ran.code, told.split("\n")[1:]) == (
        1,
        [
            "    - name the index that it comes from in vetgate.toml, and give that to pip:",
            '        indexes = ["https://…"]',
        ],
    )


def test_a_private_name_comes_from_the_index_that_the_policy_names(world: World) -> None:
    own = Shelf(world.loopback, "/own")
    own.put(wheel("acme-core"))
    world.shelf.put(wheel("acme-core", "9.0"))
    world.write("vetgate.toml", f'private = ["acme-*"]\nindexes = ["{own.url}"]\n')

    ran = world.pip("install", "acme-core", "--extra-index-url", own.url)

    assert (ran.code, world.installed()) == (0, ["acme_core-1.0"])


@pytest.mark.parametrize(
    "line", ["-f wheels fine", "-f {site}/links fine", "-f wheels --no-index fine==2.0"]
)
def test_what_find_links_has_is_judged_by_its_own_version(world: World, line: str) -> None:
    bad = wheel("fine", "2.0")
    reported = (Advisory("MAL-1", malicious=True, versions=("2.0",)),)
    rows = [one._replace(advisories=reported) if one.name == "fine" else one for one in ROWS]
    snapshot = write_snapshot(world.top / "reported.sqlite", rows)
    world.write(f"wheels/{bad.name}", bad.content)
    listing = f'<!doctype html><a href="{world.shelf.link(bad)}">{bad.name}</a>'.encode()
    world.loopback.on("/links", Reply(listing, media_type="text/html"))
    world.loopback.on(f"/files/{bad.name}", Reply(bad.content))

    ran = world.pip(
        "install",
        *line.format(site=world.loopback.url).split(),
        VETGATE_SNAPSHOT=str(snapshot),
    )

    assert (ran.code, world.installed()) == (1, [])
    assert "malware: " in ran.err


@pytest.mark.parametrize(("version", "code"), [("1.0", 0), ("2.0", 1)])
def test_an_allowance_for_versions_holds_for_find_links_too(
    world: World, version: str, code: int
) -> None:
    for file in (wheel("rare", version), wheel("fine", requires=["rare"])):
        world.write(f"wheels/{file.name}", file.content)
    world.write("vetgate.toml", '[[allow]]\nname = "rare"\nversions = "<2"\nreason = "read it"\n')

    ran = world.pip("install", "--no-index", "-f", "wheels", "fine")

    assert (ran.code, world.installed()) == (code, [] if code else ["fine-1.0", "rare-1.0"])


@BOTH
@pytest.mark.parametrize("how", ["typed", "installed"])
def test_a_local_version_rides_on_no_other(world: World, how: str) -> None:
    if how == "installed":
        assert world.plain_pip("install", "rare").code == 0
        world.marks.joinpath("rare").unlink()
    evil = sdist("rare", source("evil", "1.0+evil"), "1.0+evil")
    world.shelf.put(evil, wheel("fine", "2.0", requires=["rare==1.0+evil"]))
    world.loopback.on(f"/files/{evil.name.replace('+', '%2B')}", Reply(evil.content))

    ran = world.pip("install", "rare==1.0" if how == "typed" else "fine>=2")

    assert (ran.code, world.installed()) == (0 if how == "typed" else 1, ["rare-1.0"])
    assert "evil" not in world.ran()


@pytest.mark.parametrize("vouching", ["rare==1.0", "allow"])
def test_a_local_version_of_find_links_rides_on_no_other(world: World, vouching: str) -> None:
    evil = sdist("rare", source("rare", "1.0+evil"), "1.0+evil")
    world.write(f"wheels/{evil.name}", evil.content)
    world.write(
        f"wheels/{wheel('flask', requires=['rare']).name}",
        wheel("flask", requires=["rare"]).content,
    )
    allowed = '[[allow]]\nname = "rare"\nversions = "==1.0"\nreason = "read it"\n'
    world.write("vetgate.toml", allowed if vouching == "allow" else "")

    ran = world.pip(
        "install", "--no-index", "-f", "wheels", "flask" if vouching == "allow" else vouching
    )

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert "BLOCKED rare\n" in ran.err


@BOTH
@pytest.mark.parametrize("link", ["{file}/", "x%2F{file}"])
def test_what_is_written_on_a_link_vouches_for_nothing(world: World, link: str) -> None:
    evil = wheel("rare", "2.0")
    target = link.format(file=evil.name)
    listing = f'<!doctype html><a href="{world.loopback.url}/files/{target}">{_RARE.name}</a>'
    world.loopback.on("/simple/rare/", Reply(listing.encode(), media_type="text/html"))
    world.loopback.on(f"/files/{target}", Reply(evil.content))
    world.write("vetgate.toml", '[[allow]]\nname = "rare"\nversions = "<2"\nreason = "read it"\n')

    ran = world.pip("install", "flask")

    assert (ran.code, world.installed()) == (1, [])
    assert "BLOCKED rare\n" in ran.err


@pytest.mark.parametrize("place", ["metadata", "build"])
@pytest.mark.parametrize("where", ["{top}/project/vendor", "/proc/self/cwd/vendor"])
@pytest.mark.parametrize("level", ["warn", "off"])
def test_an_address_in_metadata_is_no_part_of_the_project(
    world: World, place: str, where: str, level: str
) -> None:
    for path, text in source("rare").items():
        world.write(f"vendor/{path}", text)
    world.write("vetgate.toml", f'[rules.off-index]\nlevel = "{level}"\n')
    world.shelf.put(_carrying(place, f"file://{where.format(top=world.top)}"))

    ran = world.pip("install", "fine>=2")

    assert (ran.code, world.installed(), world.ran()) == (1, [], [])
    assert "off-index: " in ran.err


@pytest.mark.parametrize("wanted", ["acme-core", "fine>=2"])
@pytest.mark.parametrize("place", ["wheels", "{site}/links"])
def test_a_private_name_does_not_come_from_find_links(
    world: World, wanted: str, place: str
) -> None:
    own = Shelf(world.loopback, "/own")
    own.put(wheel("acme-core"))
    world.shelf.put(wheel("fine", "2.0", requires=["acme-core"]))
    evil = wheel("acme-core", "9.0")
    world.write(f"wheels/{evil.name}", evil.content)
    listing = f'<!doctype html><a href="{world.shelf.link(evil)}">{evil.name}</a>'.encode()
    world.loopback.on("/links", Reply(listing, media_type="text/html"))
    world.loopback.on(f"/files/{evil.name}", Reply(evil.content))
    world.write("vetgate.toml", f'private = ["acme-*"]\nindexes = ["{own.url}"]\n')

    ran = world.pip(
        *("install", "--extra-index-url", own.url, wanted),
        *("-f", place.format(site=world.loopback.url)),
    )

    assert (ran.code, world.installed()) == (1, [])
    assert "the policy calls acme-core private" in " ".join(ran.err.split())
