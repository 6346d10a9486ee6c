"""vetgate in front of pip in one environment, and out of it again as if it had never been there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from glob import glob
from pathlib import Path

import pytest

from installer.world import World
from scratch import Ran
from vetgate.errors import UsageError
from vetgate.installer.habit import Habit

pytestmark = [pytest.mark.slow, pytest.mark.allow_hosts(["127.0.0.1"])]

_SCRIPT = '#!/bin/sh\nexec {python} -m pip "$@"\n'


@pytest.fixture
def environment(world: World) -> World:
    """Return a world whose environment has scripts for its pip, as pip would have put them."""
    for name in ("pip", "pip-3.11", "pip3", "pip3.11"):
        path = world.prefix / "bin" / name
        path.write_text(_SCRIPT.format(python=world.python))
        path.chmod(0o755)
    world.environment["PATH"] = f"{world.prefix / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return world


def _everything(prefix: Path) -> dict[str, tuple[int, bytes]]:
    """Return mode and content of every file, but for what Python compiles."""
    return {
        str(path.relative_to(prefix)): (path.stat().st_mode, path.read_bytes())
        for path in sorted(prefix.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def _told(world: World, state: str) -> str:
    ways = ("pip", "pip-3.11", "pip3", "pip3.11", "python -m pip")
    lines = [f"  {way.ljust(13)}  {state}\n" for way in ways]
    return f"pip in {world.prefix}:\n" + "".join(lines)


def test_disabling_puts_everything_back_byte_for_byte(environment: World) -> None:
    before = _everything(environment.prefix)

    enabled = environment.vetgate("enable")
    assert enabled == Ran(0, _told(environment, "vetgate in front"), "")
    assert environment.vetgate("enable").out == enabled.out
    assert environment.vetgate("status").out == enabled.out
    between = _everything(environment.prefix)
    disabled = environment.vetgate("disable")

    assert disabled.out == _told(environment, "pip alone")
    assert _everything(environment.prefix) == before != between
    assert environment.vetgate("disable").out == disabled.out
    assert _everything(environment.prefix) == before


def test_scripts_that_were_not_there_go_again(world: World) -> None:
    before = _everything(world.prefix)

    habit = Habit({"VIRTUAL_ENV": str(world.prefix)})
    habit.enable()
    assert (world.prefix / "bin" / "pip3").exists()
    habit.disable()

    assert _everything(world.prefix) == before


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(("pip",), id="pip"),
        pytest.param(("pip3",), id="pip3"),
        pytest.param(("pip-3.11",), id="pip-3.11-of-virtualenv"),
        pytest.param(("python", "-m", "pip"), id="module"),
        pytest.param(("python", "-Wdefault", "-Im", "pip"), id="module-with-flags"),
    ],
)
def test_every_way_to_call_pip_leads_through_the_gate(
    environment: World, call: tuple[str, ...]
) -> None:
    environment.vetgate("enable")
    call = (str(environment.prefix / "bin" / call[0]), *call[1:])

    blocked = environment.run(*call, "install", "flask", VIRTUAL_ENV="")
    other = environment.run(*call, "list", "--format=freeze", VIRTUAL_ENV="")

    assert (blocked.code, environment.installed(), environment.ran()) == (1, [], [])
    assert "BLOCKED rare\n" in blocked.err
    assert (other.code, other.out.partition("==")[0], other.err) == (0, "pip", "")


def test_under_its_own_name_pip_has_its_own_report(environment: World) -> None:
    environment.vetgate("enable")
    pip = str(environment.prefix / "bin" / "pip")

    ran = environment.run(
        pip, "install", "--dry-run", "--report", "pips.json", "fine", VETGATE_REPORT="report.json"
    )

    assert ran.code == 0
    pips, own = environment.report("pips.json"), environment.report()
    assert isinstance(pips, dict)
    assert isinstance(own, dict)
    assert (pips["pip_version"], own["verdict"]) == (environment.pip_version, "passed")


def test_other_programs_of_the_environment_run_as_ever(environment: World) -> None:
    environment.vetgate("enable")

    ran = environment.run(environment.python, "-c", "print('pip', '-m')", "-m", "pip")

    assert ran == Ran(0, "pip -m\n", "")


def test_a_pip_that_updated_itself_is_noticed_and_kept(environment: World) -> None:
    environment.vetgate("enable")
    newer = environment.prefix / "bin" / "pip3"
    newer.write_text("#!/bin/sh\n# newer\n")

    status = environment.vetgate("status").out
    assert "  pip3           pip alone\n" in status
    assert status.endswith("`vetgate enable` puts vetgate in front again\n")
    assert "  pip3           vetgate in front\n" in environment.vetgate("enable").out
    environment.vetgate("disable")

    assert newer.read_text() == "#!/bin/sh\n# newer\n"


def test_what_was_put_there_since_stays(environment: World) -> None:
    environment.vetgate("enable")
    newer = environment.prefix / "bin" / "pip"
    newer.write_text("#!/bin/sh\n# newer\n")

    environment.vetgate("disable")

    assert newer.read_text() == "#!/bin/sh\n# newer\n"
    assert not (environment.prefix / ".vetgate").exists()


@pytest.mark.parametrize("command", ["enable", "disable", "status"])
def test_nothing_is_changed_outside_of_a_virtual_environment(
    world: World, command: str, tmp_path: Path
) -> None:
    none = world.vetgate(command, VIRTUAL_ENV="")
    other = world.vetgate(command, VIRTUAL_ENV=str(tmp_path))

    hint = (
        "hint: make one and activate it: vetgate changes nothing outside of a virtual environment\n"
    )
    assert none == Ran(2, "", f"error: no virtual environment is active\n{hint}")
    assert other == Ran(2, "", f"error: {tmp_path}: is no virtual environment\n{hint}")


@pytest.mark.parametrize("what", ["interpreter", "package"])
def test_a_vetgate_that_is_gone_lets_nothing_in_and_says_how_to_have_pip_back(
    environment: World, what: str
) -> None:
    before = _everything(environment.prefix)
    gone = environment.top / "gone"
    shutil.copy(sys.executable, gone)
    # The environment's own Python has no vetgate.
    python = str(gone) if what == "interpreter" else environment.python
    code = (
        "import sys; from vetgate.installer.habit import Habit\n"
        f"sys.executable = {python!r}\n"
        f"Habit({{'VIRTUAL_ENV': {str(environment.prefix)!r}}}).enable()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    gone.unlink()

    script = environment.run(
        str(environment.prefix / "bin" / "pip"), "install", "fine", PYTHONPATH=""
    )
    module = environment.run(environment.python, "-m", "pip", "install", "fine", PYTHONPATH="")
    error, hint, commands = script.err.splitlines()
    subprocess.run(["sh", "-c", commands], check=True)

    assert (script.code, module.code, environment.installed()) == (3, 3, [])
    assert script.err == module.err
    assert (error, hint) == (
        "error: vetgate stands in front of pip here, and is not installed any more",
        "hint: have pip back, and then install vetgate again if you want it:",
    )
    assert _everything(environment.prefix) == before


def test_trouble_with_the_environment_is_told(environment: World) -> None:
    (environment.prefix / ".vetgate").write_text("in the way")

    ran = environment.vetgate("enable")

    assert (ran.code, ran.err.partition(": cannot be changed: ")[2]) == (
        3,
        "file exists\nnothing was decided\n",
    )


def test_an_environment_whose_pip_is_no_script_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pyvenv.cfg").touch()

    with pytest.raises(UsageError, match="no script that could be moved aside"):
        Habit({"VIRTUAL_ENV": str(tmp_path)})


@pytest.mark.parametrize("module", ["vetgate", "pip", "logging"])
@pytest.mark.parametrize("command", ["list", "install"])
def test_nothing_is_imported_from_the_current_folder(
    environment: World, module: str, command: str
) -> None:
    environment.vetgate("enable")
    environment.write(f"{module}.py", "open('it-ran', 'w')\n")
    more = ["rare"] if command == "install" else []

    script = environment.run(str(environment.prefix / "bin" / "pip"), command, *more)
    handed = environment.run(environment.python, "-I", "-m", "pip", command, *more)

    assert (script.code, handed.code) == ((1, 1) if more else (0, 0))
    assert not (environment.folder / "it-ran").exists()


def _older_python() -> str | None:
    """Return a Python that does not know how it was called, if this machine has one."""
    names = ("python3.8", "python3.9")
    found = [shutil.which(name) for name in names]
    found += glob(f"{Path(sys.base_prefix).parent}/3.[89].*/bin/python3")
    return next((one for one in found if one is not None and _runs(one)), None)


def _runs(python: str) -> bool:
    old = "import sys, venv, ensurepip; sys.exit(sys.version_info >= (3, 10))"
    return subprocess.run((python, "-c", old), capture_output=True, check=False).returncode == 0


def test_a_python_that_does_not_know_how_it_was_called_leads_through_the_gate_too(
    world: World,
) -> None:
    python = _older_python()
    if python is None:
        pytest.skip("there is no Python 3.8 or 3.9 here")
    prefix = world.top / "older"
    subprocess.run((python, "-m", "venv", prefix), check=True)
    enabled = world.vetgate("enable", VIRTUAL_ENV=str(prefix))

    ran = world.run(str(prefix / "bin/python"), "-m", "pip", "install", "flask", VIRTUAL_ENV="")

    assert "python -m pip  vetgate in front\n" in enabled.out
    assert (ran.code, world.ran()) == (1, [])
    assert "BLOCKED rare\n" in ran.err


def test_where_python_cannot_tell_how_it_was_called_status_says_so(world: World) -> None:
    folder = world.top / "old"
    (folder / "lib/python3.9/site-packages").mkdir(parents=True)
    (folder / "bin").mkdir()
    (folder / "pyvenv.cfg").write_text("version = 3.9.18\n")
    habit = Habit({"VIRTUAL_ENV": str(folder)}, words=str(folder / "nothing"))
    habit.enable()

    assert [one.ours for one in habit.standing() if one.way == "python -m pip"] == [False]
