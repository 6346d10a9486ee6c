"""`vetgate review` by a person at a real terminal, who answers, leaves, or is cut off."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from commands.terminal import Terminal
from facts.live.loopback import Reply
from index_double import IndexDouble, Package, indexing
from scratch import ROWS, Ran, Scratch, unpopular, write_snapshot
from test_pin import FLAVOURS, package
from vetgate.facts.writer import Row
from vetgate.model.dependency import normalize
from vetgate.model.facts import Advisory, Listed, Span

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

TODAY = datetime.now(timezone.utc).date()
NOBODY = "note: nobody can be asked here, so this only lists; on a terminal, each can be answered\n"
STAGED = "the commit has it once it is staged:\n  git add {}\n"


@pytest.fixture
def index() -> Iterator[IndexDouble]:
    with indexing() as double:
        double.put(
            package("rare"), package("homeless"), package("other", downloads=5000),
            Package("requests", downloads=10**8),
        )  # fmt: skip
        yield double


@pytest.fixture
def work(project: Scratch, index: IndexDouble) -> Scratch:
    """Return a repository whose commits are judged with this index, on terminals of any width."""
    project.environment.update(index.environment)
    project.environment["NO_COLOR"] = "1"
    del project.environment["COLUMNS"]
    return project


def review(work: Scratch, *arguments: str, columns: int = 100) -> Terminal:
    return Terminal(work, "review", *arguments, environment=work.environment, columns=columns)


def answered(work: Scratch, *answers: str, arguments: tuple[str, ...] = ()) -> tuple[int, str]:
    """Give one answer to each question, and return the exit code and what was on the screen."""
    terminal = review(work, *arguments)
    for answer in answers:
        question, _, keys = answer.partition("=")
        terminal.until(question).type(f"{keys}\n".encode())
    return terminal.finish(), terminal.screen


def read(work: Scratch, path: str = "requirements.txt") -> str:
    return (work.folder / path).read_bytes().decode()


def entry(name: str, rules: str, reason: str, end: date | None) -> str:
    expires = "" if end is None else f"expires = {end.isoformat()}\n"
    return (
        f'[[allow]]\nname = "{name}"\nrules = [{rules}]\nreason = "{reason}"\n'
        f'by = "dev@acme.example"\non = {TODAY.isoformat()}\n{expires}'
    )


@pytest.fixture
def known(work: Scratch) -> Scratch:
    """Return the repository of somebody whom git knows."""
    work.git("config", "user.email", "dev@acme.example")
    return work


PAGE = """\
BLOCKED rare (1 of 1)
  requirements.txt:2: rare<2
  why:
    unpopular: 12 downloads in the last month, fewer than 1,000
  known:
    on the index   yes (made up, 2026-11-01)
    status         active (the index, today)
    downloads      12 a month (made up, 2026-11-01)
    dependents     9 public packages depend on it (made up, 2026-11-01)
    repository     https://github.com/acme/rare (made up, 2026-11-01)
    addresses      none (made up, 2026-11-01)
    first upload   2024-01-01 (the index, today)
    latest upload  2024-01-01 (the index, today)
    releases       1, newest 1.4.2 (made up, today)
    owners         none (the index, today)
    reports        none (made up, today)
    resembles      none (made up, 2026-11-01)
    imitates       none (made up, 2026-11-01)
    unknown (not among the most downloaded in the snapshot of 2026-11-01): rank

p pin, a allow, r remove, s skip, ? help, q quit
rare [p/a/r/s/?/q] ?
p  pin: write the newest release that fits, once you have read it
a  allow: vouch for it in vetgate.toml, with a reason and an end; exempts it from unpopular
r  remove: take the requirement out, with the lines that hold nothing else
s  skip: leave it as it is; it stays blocked
?  this help
q  quit: nothing at all is written
rare [p/a/r/s/?/q] q
nothing was written
"""


class TestKeys:
    def test_a_page_shows_the_place_the_findings_the_facts_and_the_keys(
        self, work: Scratch
    ) -> None:
        work.stage("requirements.txt", "flask\nrare<2  # why\n")

        code, screen = answered(work, "rare [p/a/r/s/?/q] =?", "rare [p/a/r/s/?/q] =q")

        page = re.sub(r"127\.0\.0\.1:[0-9]+", "the index", screen).replace(str(TODAY), "today")
        assert (code, page[page.index("BLOCKED") :]) == (1, PAGE)

    def test_a_pin_is_looked_up_shown_and_written(self, work: Scratch) -> None:
        work.stage("requirements.txt", "flask\nrare<2  # why\n")

        code, screen = answered(work, "rare [p/a/r/s/?/q] =p", "write 1 file? [y/N] =y")

        assert code == 0
        assert "requirements.txt:2: rare<2 -> rare==1.4.2 (uploaded 2024-05-01, 3 rele" in screen
        assert "-rare<2  # why\n+rare==1.4.2  # why\n" in screen
        assert "nothing of it is blocked then\n" in screen
        assert screen.endswith(f"written: requirements.txt\n{STAGED.format('requirements.txt')}")
        assert read(work) == "flask\nrare==1.4.2  # why\n"
        work.git("add", "requirements.txt")
        assert work.vetgate("check").code == 0

    def test_an_allowance_asks_for_a_reason_and_an_end(self, known: Scratch) -> None:
        known.stage("requirements.txt", "flask\nrare\n")
        known.write("vetgate.toml", '# ours\n[rules.no-repository]\nexempted-by = ["allow"]\n')

        code, screen = answered(
            known,
            "rare [p/a/r/s/?/q] =allow",
            "why can rare be trusted? =I read it",
            "[180d] =soon",
            "[180d] =2001-01-01",
            "[180d] =90d",
            "write 1 file? [y/N] =YES",
        )

        assert code == 0, screen
        assert "error: --expires: not a date: 'soon'\nhint: write a date as in 2027" in screen
        assert "error: --expires: 2001-01-01 is past\n" in screen
        end = TODAY + timedelta(days=90)
        assert f"vetgate.toml: rare is allowed until {end}, for unpopular\n" in screen
        assert read(known, "vetgate.toml") == (
            '# ours\n[rules.no-repository]\nexempted-by = ["allow"]\n\n'
            + entry("rare", '"unpopular"', "I read it", end)
        )
        known.git("add", "vetgate.toml")
        assert known.vetgate("check").code == 0

    @pytest.mark.parametrize(("said", "days"), [("", 180), ("never", None), ("1d", 1)])
    def test_an_end_has_a_default_and_may_be_never(
        self, known: Scratch, said: str, days: int | None
    ) -> None:
        known.stage("requirements.txt", "flask\nrare\n")

        answered(known, "] =a", "trusted? =so", f"[180d] ={said}", "[y/N] =y")

        end = None if days is None else TODAY + timedelta(days=days)
        assert read(known, "vetgate.toml") == entry("rare", '"unpopular"', "so", end)

    def test_a_reason_that_is_no_text_is_asked_for_anew(self, known: Scratch) -> None:
        known.environment["LC_ALL"] = "C"
        known.stage("requirements.txt", "flask\nrare\n")
        terminal = review(known).until("rare [").type(b"a\n").until("trusted? ").type(b"\xff\n")

        terminal.until("rare [").type(b"q\n")

        assert terminal.finish() == 1
        assert "error: --reason: not text in the terminal's own encoding\n" in terminal.screen

    def test_no_reason_is_no_allowance(self, work: Scratch) -> None:
        work.stage("requirements.txt", "flask\nrare\n")

        code, screen = answered(work, "?/q] =a", "trusted? = ", "?/q] =s")

        assert (code, "  no reason was given, and it stays blocked\n" in screen) == (1, True)
        assert screen.endswith("nothing to write: all of it was left as it is\n")

    def test_the_name_that_was_meant_takes_its_place(self, work: Scratch) -> None:
        work.stage("requirements.txt", "flask\nReqeusts[socks]>=2 # http\n")

        code, screen = answered(work, "reqeusts [a/m/r/s/?/q] =m", "[y/N] =y")

        assert code == 0, screen
        assert "did you mean requests?" in screen
        assert "requirements.txt:2: Reqeusts[socks]>=2 becomes requests\n" in screen
        assert read(work) == "flask\nrequests[socks]>=2 # http\n"

    def test_a_requirement_is_taken_out_with_all_its_lines(self, work: Scratch) -> None:
        text = "# top\nrare==1.4.2 \\\n    --hash=sha256:{} # x\n\nflask\ngone \\\n  >=1\n"
        work.stage("requirements.txt", text.format("ab" * 32))

        code, screen = answered(work, "gone [", "=r", "[y/N] =y")

        assert code == 0, screen
        assert read(work) == text.format("ab" * 32).removesuffix("gone \\\n  >=1\n")

    def test_each_package_gets_an_answer_and_all_is_written_at_the_end(
        self, known: Scratch
    ) -> None:
        known.stage("requirements.txt", "gone\nrare\nflask\n")
        known.stage(
            "pyproject.toml",
            '[project]\nname = "x"\ndependencies = ["rare<2", "homeless"]\n[tool.vetgate]\n',
        )
        before = read(known), read(known, "pyproject.toml")
        terminal = review(known)
        for question, keys in [
            ("homeless [p/a/r/s/?/q] ", "x"),
            ("homeless [p/a/r/s/?/q] ", "help"),
            ("homeless [p/a/r/s/?/q] ", "a"),
            ("why can homeless be trusted? ", "seen"),
            ("[180d] ", "never"),
            ("rare [p/a/r/s/?/q] ", "pin"),
            ("gone [a/r/s/?/q] ", "r"),
        ]:
            terminal.until(question).type(f"{keys}\n".encode())
        terminal.until("write 2 files? [y/N] ")
        assert (read(known), read(known, "pyproject.toml")) == before

        assert terminal.type(b"y\n").finish() == 0

        assert terminal.screen.endswith(STAGED.format("pyproject.toml requirements.txt"))
        assert read(known) == "rare==1.4.2\nflask\n"
        block = entry("homeless", '"no-repository"', "seen", None)
        assert read(known, "pyproject.toml") == (
            '[project]\nname = "x"\ndependencies = ["rare==1.4.2", "homeless"]\n[tool.vetgate]\n\n'
            + block.replace("[[allow]]", "[[tool.vetgate.allow]]")
        )
        known.git("add", "--all")
        assert known.vetgate("check").code == 0


@pytest.mark.slow
@pytest.mark.parametrize(("path", "content", "after"), FLAVOURS)
def test_every_flavour_of_manifest_can_be_pinned_and_taken_out(
    work: Scratch, path: str, content: str, after: str
) -> None:
    for key in ("p", "r"):
        work.stage(path, content)

        code, screen = answered(work, f"rare [={key}", "[y/N] =y")

        assert code == 0, screen
        pinned = after.rpartition(" ")[2] in read(work, path)
        assert (pinned, "are" in read(work, path)) == (key == "p", key == "p")
        work.git("add", "--all")
        assert work.vetgate("check").code == 0
        work.git("reset", "--quiet", "--hard")


QUESTIONS = [
    ["rare ["],
    ["rare [=a", "trusted? "],
    ["rare [=a", "trusted? =so", "[180d] "],
    ["rare [=r", "gone ["],
    ["rare [=p", "gone [=a", "trusted? =so", "[180d] =", "write 2 files? [y/N] "],
]


@pytest.mark.slow
class TestLeaving:
    """Whoever leaves in the middle finds all as it was."""

    @pytest.fixture
    def half(self, work: Scratch) -> Scratch:
        work.stage("requirements.txt", "flask\nrare\ngone\n")
        return work

    def begun(self, half: Scratch, questions: list[str]) -> Terminal:
        terminal = review(half)
        for one in questions:
            question, equals, keys = one.partition("=")
            terminal.until(question)
            if equals:
                terminal.type(f"{keys}\n".encode())
        return terminal

    def untouched(self, half: Scratch) -> bool:
        return read(half) == "flask\nrare\ngone\n" and sorted(os.listdir(half.folder)) == [
            ".git",
            "requirements.txt",
        ]

    @pytest.mark.parametrize("questions", QUESTIONS, ids=" ".join)
    def test_ctrl_c_ends_it_with_130(self, half: Scratch, questions: list[str]) -> None:
        terminal = self.begun(half, questions).type(b"\x03")

        assert terminal.finish() == 130
        assert terminal.screen.endswith("\ninterrupted: nothing was written\n")
        assert self.untouched(half)

    @pytest.mark.parametrize("questions", QUESTIONS, ids=" ".join)
    def test_the_end_of_the_input_ends_it(self, half: Scratch, questions: list[str]) -> None:
        terminal = self.begun(half, questions).type(b"\x04")

        assert terminal.finish() == 1
        assert terminal.screen.endswith("\nnothing was written\n")
        assert self.untouched(half)

    @pytest.mark.parametrize("questions", QUESTIONS, ids=" ".join)
    def test_a_terminal_that_is_hung_up_ends_it(self, half: Scratch, questions: list[str]) -> None:
        assert self.begun(half, questions).leave() == -signal.SIGHUP
        assert self.untouched(half)

    def test_a_q_throws_every_decision_away(self, half: Scratch) -> None:
        code, screen = answered(half, "rare [=r", "gone [=q")

        assert (code, screen.endswith("\nnothing was written\n")) == (1, True)
        assert self.untouched(half)

    @pytest.mark.parametrize("answer", ["", "n", "no", "p"])
    def test_only_a_yes_writes(self, half: Scratch, answer: str) -> None:
        code, screen = answered(half, "rare [=r", "gone [=r", f"[y/N] ={answer}")

        assert (code, screen.endswith("\nnothing was written\n")) == (1, True)
        assert self.untouched(half)


class TestTrouble:
    @pytest.mark.parametrize(
        ("spoil", "said"),
        [
            ("echo '# more' >> {}", "changed meanwhile\nhint: nothing was written; try again"),
            ("chmod a-w {}", "is read-only\nhint: nothing was written"),
            ("rm {}", "vanished meanwhile\nhint: nothing was written"),
            ("mv {0} x && ln -s x {0}", "a symbolic link in place of the file"),
        ],
    )
    @pytest.mark.parametrize("path", ["requirements.txt", "vetgate.toml"])
    def test_a_file_that_changes_underneath_keeps_all_as_they_are(
        self, work: Scratch, path: str, spoil: str, said: str
    ) -> None:
        work.stage("requirements.txt", "flask\nrare\ngone\n")
        work.stage("vetgate.toml", "# ours\n")
        terminal = review(work)
        for question, keys in [
            ("rare [", "p"), ("gone [", "a"), ("trusted? ", "so"), ("[180d] ", "")
        ]:  # fmt: skip
            terminal.until(question).type(f"{keys}\n".encode())
        terminal.until("write 2 files? [y/N] ")
        work.run("sh", "-c", spoil.format(path))
        before = work.run("sh", "-c", "head *.t*").out

        assert terminal.type(b"y\n").finish() == 2

        assert f"error: {path}: {said}\n" in terminal.screen
        assert work.run("sh", "-c", "head *.t*").out == before
        assert not list(work.folder.glob(".*.part"))

    def test_an_index_that_fails_decides_nothing_and_another_key_may(
        self, work: Scratch, index: IndexDouble
    ) -> None:
        work.stage("requirements.txt", "flask\nrare\n")
        terminal = review(work).until("rare [p/a/r/s/?/q] ")
        index.web.on("/simple/rare/", Reply(status=403))

        terminal.type(b"p\n").until("rare [p/a/r/s/?/q] ").type(b"r\n")
        terminal.until("[y/N] ").type(b"y\n")

        assert terminal.finish() == 0
        said = f"error: rare: {index.web.host} refuses access (status 403)\nhint: nothing was"
        assert said in terminal.screen
        assert read(work) == "flask\n"

    def test_where_no_release_fits_the_reason_is_told(self, work: Scratch) -> None:
        work.stage("requirements.txt", "flask\nrare>=3\n")

        code, screen = answered(work, "rare [=p", "rare [=s")

        assert code == 1
        said = "error: requirements.txt:2: not pinned: none of its 3 will do (2.0, 1.4.2, 1.4.1: "
        assert said in screen

    def test_what_a_key_cannot_do_is_told(self, work: Scratch) -> None:
        work.stage("requirements.txt", "flask\nheld-back\n")

        code, screen = answered(
            work, "held-back [r/s/?/q] =p", "/q] =a", "/q] =?", "/q] =m", "/q] =s"
        )

        assert code == 1
        assert "  not here: no pin exempts from quarantined\n" in screen
        assert "  not here: no allowance exempts from what blocks it\n" in screen
        assert screen.count("q  quit: nothing at all is written\n") == 2

    def test_a_list_that_is_locked_above_is_not_added_to(self, known: Scratch) -> None:
        known.write("base.toml", "lock = ['allow']\n")
        known.write("vetgate.toml", "extends = 'base.toml'\n")
        known.stage("requirements.txt", "flask\nrare<2\n")

        code, screen = answered(known, "rare [p/r/s/?/q] =a", "/q] =s")

        locked = "  not here: a policy that vetgate.toml extends locks the allow-list\n"
        assert (code, locked in screen) == (1, True)

    def test_a_pin_that_does_not_exempt_from_all_leaves_the_rest_to_another_key(
        self, known: Scratch, index: IndexDouble
    ) -> None:
        known.write("vetgate.toml", '[rules.suspicious-tld]\nlevel = "block"\n')
        urls = {"Source": "https://github.com/a/b", "x": "https://x.zip/"}
        index.put(package("both")._replace(urls=urls))
        known.stage("requirements.txt", "flask\nboth<2\n")

        code, screen = answered(
            known, "both [p/a/r/s/?/q] =p", "both [a/r/s/?/q] =a", "trusted? =so", "[180d] =never",
            "write 2 files? [y/N] =y",
        )  # fmt: skip

        assert code == 0, screen
        assert "  still blocked by suspicious-tld\n" in screen
        assert read(known) == "flask\nboth==1.4.2\n"
        assert entry("both", '"suspicious-tld"', "so", None) in read(known, "vetgate.toml")

    def test_who_lets_reported_malware_pass_is_warned_before_and_after(
        self, known: Scratch, index: IndexDouble, tmp_path: Path
    ) -> None:
        index.put(package("bad", downloads=5000))
        report = Advisory("MAL-1", malicious=True, spans=(Span(),))
        row = Row(normalize("bad"), presence=Listed(), downloads=5000, advisories=(report,))
        snapshot = write_snapshot(tmp_path / "facts.sqlite", (*ROWS, row))
        known.environment["VETGATE_SNAPSHOT"] = str(snapshot)
        known.write("vetgate.toml", '[rules.no-repository]\nlevel = "off"\n')
        known.stage("requirements.txt", "flask\nbad\n")

        code, screen = answered(
            known, "bad [=a", "trusted? =a false alarm", "[180d] =never", "[y/N] =y"
        )

        assert code == 0, screen
        before, _, after = screen.partition("why can bad be trusted? ")
        assert before.endswith(
            "warning: a published report names it malicious, and this would let it pass\n"
        )
        assert "warning: from now on bad passes even if a published report names it" in after
        assert entry("bad", '"malware"', "a false alarm", None) in read(known, "vetgate.toml")

    def test_what_could_not_be_told_of_malware_is_not_vouched_for_by_name(
        self, known: Scratch
    ) -> None:
        # The one that comes along tells of no reports.
        del known.environment["VETGATE_SNAPSHOT"]
        known.stage("requirements.txt", "flask\nnobody-knows\n")

        code, screen = answered(
            known, "nobody-knows [=a", "trusted? =ours", "[180d] =never", "[y/N] =y",
            arguments=("--offline",),
        )  # fmt: skip

        assert code == 0, screen
        assert "malware" in screen
        assert "malware" not in read(known, "vetgate.toml")

    def test_a_requirement_that_the_work_tree_no_longer_has_can_still_be_allowed(
        self, known: Scratch
    ) -> None:
        known.stage("requirements.txt", "flask\nrare\n")
        known.write("requirements.txt", "flask\n")

        code, screen = answered(
            known, "rare [a/s/?/q] =r", "rare [a/s/?/q] =a", "trusted? =so", "[180d] =", "[y/N] =y"
        )

        assert code == 0, screen
        assert "not here: the work tree does not declare it as what is staged does" in screen

    def test_nobody_is_asked_offline(self, work: Scratch, index: IndexDouble) -> None:
        work.stage("requirements.txt", "flask\nrare\n")

        code, screen = answered(work, "rare [a/r/s/?/q] =p", "] =q", arguments=("--offline",))

        assert code == 1
        assert "not here: a pin needs the index, and nobody may be asked\n" in screen
        assert index.asked() == []

    def test_each_name_is_looked_up_once_however_many_keys_are_pressed(
        self, work: Scratch, index: IndexDouble
    ) -> None:
        work.stage("requirements.txt", "flask\nfresh\n")
        index.put(package("fresh"))
        terminal = review(work).until("fresh [")
        asked = index.asked()
        index.everything(Reply(status=500))

        terminal.type(b"?\n").until("fresh [").type(b"r\n").until("write 1 file? [y/N] ")

        assert terminal.type(b"y\n").finish() == 0
        assert (index.asked(), read(work)) == (asked, "flask\n")

    def test_a_private_name_is_not_looked_up(self, work: Scratch, index: IndexDouble) -> None:
        work.write("vetgate.toml", 'private = ["acme-*"]\n[rules.off-index]\nlevel = "block"\n')
        work.stage("requirements.txt", "acme-x @ https://files.example/acme-x.whl\nflask\n")

        code, screen = answered(work, "acme-x [a/r/s/?/q] =r", "[y/N] =y")

        assert code == 0, screen
        assert [path for path in index.asked() if "acme" in path] == []
        assert read(work) == "flask\n"

    def test_what_is_wrong_before_it_begins_is_told_as_ever(self, work: Scratch) -> None:
        work.stage("requirements.txt", "flask\n--what\n")
        unread = review(work)
        assert unread.finish() == 3
        assert "error: requirements.txt:2: " in unread.screen
        assert unread.screen.endswith("nothing was decided\n")

        work.write("vetgate.toml", "x = 1\n")
        wrong = review(work)
        assert wrong.finish() == 2
        assert wrong.screen.startswith("error: vetgate.toml:1: unknown key 'x'")


class TestElsewhere:
    def test_off_a_terminal_it_lists_and_says_so(self, work: Scratch) -> None:
        assert work.vetgate("review") == Ran(
            0, "nothing to review: nothing that is staged is blocked\n", ""
        )
        work.stage("requirements.txt", "flask\nrare\n")
        assert work.vetgate("review") == Ran(1, unpopular(), NOBODY)
        work.stage("requirements.txt", "flask\n--what\n")
        ran = work.vetgate("review")
        assert (ran.code, ran.out) == (3, "")

    def test_all_is_what_lies_on_the_disk_without_git_too(
        self, outside: Scratch, index: IndexDouble
    ) -> None:
        outside.environment.update(index.environment)
        outside.write("requirements.txt", "rare\n-r sub/more.txt\n")
        outside.write("sub/more.txt", "gone\n")

        code, screen = answered(
            outside, "rare [=p", "gone [=r", "write 2 files? [y/N] =y", arguments=("--all",)
        )

        assert code == 0, screen
        assert screen.endswith("written: requirements.txt, sub/more.txt\n")
        assert read(outside, "sub/more.txt") == ""
        assert outside.vetgate("review", "--all") == Ran(
            0, "nothing to review: nothing that the manifests declare is blocked\n", ""
        )
        assert outside.vetgate("review").code == 3

    def test_a_commit_is_vouched_for_at_the_root_wherever_one_stands(self, known: Scratch) -> None:
        known.stage("requirements.txt", "flask\nrare\n")
        known.write("sub/vetgate.toml", "# of the folder\n")
        known.write("vetgate.toml", "# of the root\n")
        terminal = Terminal(
            Scratch(known.folder / "sub", {}), "review", environment=known.environment
        )
        for question, keys in [
            ("rare [", "a"), ("trusted? ", "so"), ("[180d] ", "never"), ("[y/N] ", "y")
        ]:  # fmt: skip
            terminal.until(question).type(f"{keys}\n".encode())

        assert terminal.finish() == 0
        assert terminal.screen.endswith(STAGED.format("../vetgate.toml"))
        assert read(known, "sub/vetgate.toml") == "# of the folder\n"
        assert entry("rare", '"unpopular"', "so", None) in read(known, "vetgate.toml")

    def test_a_narrow_terminal_wraps_every_line(self, work: Scratch) -> None:
        work.stage("requirements.txt", "flask\nrare\n")
        terminal = review(work, "--offline", columns=30).until("rare [").type(b"?\n")
        terminal.until("rare [").type(b"q\n")

        assert terminal.finish() == 1
        lines = terminal.screen.splitlines()
        assert max(map(len, lines)) <= 30, terminal.screen

    @pytest.mark.parametrize("coloured", [True, False])
    def test_colour_is_shown_unless_it_is_not_wanted(self, work: Scratch, coloured: bool) -> None:  # noqa: FBT001 - a parameter of pytest's
        work.environment["TERM"] = "xterm"
        if coloured:
            del work.environment["NO_COLOR"]
        work.stage("requirements.txt", "flask\nrare\n")

        _, screen = answered(work, "rare [=q", arguments=("--offline",))

        assert ("\x1b[1;31mBLOCKED\x1b[0m" in screen) is coloured
        assert ("\x1b" in screen) is coloured
