"""`vetgate pip`: any command of pip; what brings packages in passes through the gate."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from vetgate.commands.answer import BLOCKED, PASSED, Answer
from vetgate.errors import UNDECIDED, GateError, ReportError, UsageError
from vetgate.installer.running import GATED, Pip, brings_in, find_pip, start_guarded, start_plainly

if TYPE_CHECKING:
    from argparse import Namespace
    from types import SimpleNamespace

    from vetgate.commands.asking import Asking
    from vetgate.commands.pip_keeper import Keeper
    from vetgate.installer.door import Door
    from vetgate.model.policy import Policy
    from vetgate.render.exempting import Advice
    from vetgate.render.pip_text import End

_SIGNALS = 128
"""Exit codes from here on say, as in a shell, which signal ended pip; nothing was decided then."""
_SECONDS = 15.0
"""For one batch of look-ups; people wait for pip longer than for a commit."""
_PARTIAL = (
    "The plan ends at what is blocked: nothing of that was looked at, so what it would bring along "
    "is\nunknown. What pip calls an error above is that block, and no fault of the index.\n"
)
_HELP = ("-h", "--help", "help")


def run(
    options: Namespace | SimpleNamespace, environment: Mapping[str, str], folder: str
) -> Answer:
    """Run pip; raises `GateError` where it cannot even be started."""
    arguments: Sequence[str] = options.arguments
    pip = find_pip(environment)
    if not brings_in(arguments):
        return Answer("", start_plainly(pip, arguments, environment).wait(), _aside(arguments))
    return _guarded(pip, options, environment, folder)


def _aside(arguments: Sequence[str]) -> tuple[str, ...]:
    if arguments and arguments[0] not in _HELP:
        return ()
    gated = ", ".join(GATED[:-1])
    told = (
        f"vetgate pip: {gated} and {GATED[-1]} pass through the gate, the rest is pip's own; "
        "--explain shows the verdicts only, --report FILE writes them down"
    )
    return (told,)


def _guarded(
    pip: Pip, options: Namespace | SimpleNamespace, environment: Mapping[str, str], folder: str
) -> Answer:
    from vetgate.installer.door import Door

    with ExitStack() as stack:
        door = stack.enter_context(Door())
        child = start_guarded(
            pip,
            options.arguments,
            environment,
            door=door.address,
            own_options=not options.as_pip,
        )
        try:
            # All of this is imported and read while pip itself starts.
            report = environment.get("VETGATE_REPORT") if options.as_pip else None
            session = _Session(environment, folder, stack, door, report)
            code = child.wait()
        except BaseException:
            child.stop()
            raise
        return session.answer(code)


class _Session:
    """One run of pip: who answers it, and what is said of it in the end."""

    def __init__(
        self,
        environment: Mapping[str, str],
        folder: str,
        stack: ExitStack,
        door: Door,
        report: str | None,
    ) -> None:
        from vetgate.commands.pip_gate import open_gate, prepare
        from vetgate.commands.pip_keeper import Keeper
        from vetgate.commands.policies import policy_for
        from vetgate.commands.states import project_root

        self._environment, self._folder, self._door = environment, folder, door
        self._asking = _asking(environment)
        project = project_root(folder) or folder
        self._policy: Policy = policy_for(project, folder, lambda: self._asking)
        self._keeper: Keeper = Keeper(
            self._policy,
            self._asking,
            folder,
            project,
            lambda met, urls, wanted, facts_by: stack.enter_context(
                open_gate(met, urls, wanted, self._policy, self._asking, facts_by)
            ),
        )
        self._keeper.account.said += _other_policy(self._policy, project, folder)
        self._report = report
        door.open(self._hear)
        prepare()

    def _hear(self, told: Mapping[str, object]) -> Mapping[str, object]:
        if told.get("ask") == "meet" and not told.get("nested"):
            named = told.get("report")
            self._report = str(named) if named else self._report
            if self._report is not None:
                from vetgate.commands.pip_report import check_writable

                check_writable(self._report, self._folder)
        return self._keeper.answer(told)

    def answer(self, code: int) -> Answer:
        """Return what to say after pip; raises what went wrong while it was answered."""
        keeper, failure = self._keeper, self._door.failure
        if failure is not None:
            if isinstance(failure, GateError) and not isinstance(failure, ReportError):
                self._write((failure,))
            raise failure
        if keeper.unfit is not None:
            raise GateError(
                f"this pip cannot be guarded, and did not run: {keeper.unfit}",
                hint="vetgate knows pip 22.3 and newer; update pip, or vetgate",
            )
        if keeper.meeting is None:
            # It ended before anything was asked for: a wrong option, a file that is not there.
            return Answer("", code, keeper.account.talk())
        ended, code = code, self._code(code)
        errors = [GateError(one) for one in keeper.account.troubles()] if code == UNDECIDED else []
        talk = (*keeper.account.talk(), *self._said(ended, errors))
        try:
            written = self._write(errors)
        except ReportError as error:
            # What was decided is told all the same: pip has done what it was asked to.
            from vetgate.render.errors import error_text

            return Answer(self._plan(), code or error.exit_code, (*talk, error_text(error)))
        return Answer("\n".join(filter(None, (self._plan(), written))), code, talk)

    def _code(self, code: int) -> int:
        keeper = self._keeper
        # Also where pip went on: a pip that a build starts by itself is another process.
        if keeper.refused or keeper.account.blocked():
            return BLOCKED
        if code < _SIGNALS and code != PASSED and keeper.account.troubles():
            return UNDECIDED
        return code

    def _said(self, ended: int, errors: Sequence[GateError]) -> tuple[str, ...]:
        from vetgate.commands.screen import width
        from vetgate.render.errors import error_text
        from vetgate.render.pip_text import pip_text
        from vetgate.render.terminal import colour_wanted

        if errors:
            return (*map(error_text, errors), "nothing was decided")
        # 1 is pip's own code for nearly everything too.
        blocked = self._keeper.refused or bool(self._keeper.account.blocked())
        text = pip_text(
            self._keeper.account.judged(),
            self._keeper.account.held(),
            self._advice,
            end=_end(ended, blocked=blocked, explained=self._explained),
            width=width(self._environment),
            colour=colour_wanted(self._environment, tty=sys.stderr.isatty()),
        )
        return (text,)

    def _advice(self) -> Advice:
        from vetgate.commands.advising import advice_for
        from vetgate.manifests.formats import is_manifest

        elsewhere = self._keeper.asks_elsewhere
        pins_in = (lambda _: False) if elsewhere else is_manifest
        advice = advice_for(self._policy, self._asking.now)
        return advice._replace(elsewhere=elsewhere, pins_in=pins_in)

    @property
    def _explained(self) -> bool:
        met = self._keeper.meeting
        return met is not None and met.explain

    def _plan(self) -> str:
        if not self._explained:
            return ""
        from vetgate.commands.screen import colour, width
        from vetgate.render.audit_text import packages_text
        from vetgate.render.audited import Audit
        from vetgate.rules import RULES

        judged = self._keeper.account.judged()
        if not judged:
            return "nothing comes in: what is asked for is there already"
        audit = Audit(judged, tuple(one.id for one in RULES), "plan")
        table = packages_text(
            audit, width=width(self._environment), colour=colour(self._environment)
        )
        return f"{table.rstrip()}\n\n{_PARTIAL}" if self._keeper.account.blocked() else table

    def _write(self, errors: Sequence[GateError]) -> str:
        """Write the report, if one is wanted; return it where it goes to the standard output."""
        if self._report is None:
            return ""
        from vetgate.commands.pip_report import write

        judged = self._keeper.account.judged()
        return write(self._report, self._folder, judged, errors, self._environment)


def _end(ended: int, *, blocked: bool, explained: bool) -> End:
    """Tell how a run ended: by the code that pip ended with."""
    from vetgate.render.pip_text import End

    if blocked and (ended != PASSED or explained):
        return End.STOPPED
    if blocked:
        return End.WENT_ON
    if ended == PASSED:
        return End.CAME_THROUGH
    if ended >= _SIGNALS:
        return End.CUT_SHORT
    return End.UNPLANNED if explained else End.FAILED


def _other_policy(policy: Policy, project: str, folder: str) -> list[str]:
    """Tell where another policy counts than the project's: a package may have brought it along."""
    from vetgate.policyfile.finding import find

    top = None if policy.path is None else find(project, project)
    if top is None or policy.path is None:
        return []
    shown = os.path.relpath(top.path, folder)
    if shown == policy.path:
        return []
    return [f"note: judged by {policy.path}, which is nearer, and not by {shown}"]


def _asking(environment: Mapping[str, str]) -> Asking:
    from vetgate.commands.asking import Asking, is_offline

    offline = is_offline(environment, asked=False)
    return Asking(environment, datetime.now(timezone.utc), offline, _seconds(environment))


def _seconds(environment: Mapping[str, str]) -> float:
    told = environment.get("VETGATE_TIMEOUT")
    if not told:
        return _SECONDS
    try:
        seconds = float(told)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 600:  # noqa: PLR2004 - as --timeout has it elsewhere; also refuses nan
        raise UsageError(f"VETGATE_TIMEOUT is no number of seconds from 0 to 600: {told!r}")
    return seconds
