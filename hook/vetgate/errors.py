"""The errors that mean "could not tell"; a bad dependency is never an exception.

Each error keeps its data in fields, says `where: what` in one line, and its way out in `hint`.
"""

from __future__ import annotations

UNDECIDED = 3
"""Exit code: the gate could not tell (see the design, section 8)."""

USAGE = 2
"""Exit code: a command line or a policy file that cannot be understood."""


_NOWHERE = ("", 0)
"""The place of what stands in no file, as a parser is given it."""


class GateError(Exception):
    """Something kept the gate from deciding.

    `problem` is lower case and has no full stop; `path` and `line` (counted from 1) say where.
    """

    exit_code = UNDECIDED

    def __init__(
        self, problem: str, *, path: str | None = None, line: int | None = None, hint: str = ""
    ) -> None:
        super().__init__(problem, path, line)
        self.problem, self.path, self.line, self._hint = problem, path, line, hint

    def __str__(self) -> str:
        if self.path is None or (self.path, self.line) == _NOWHERE:
            return self.problem
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{where}: {self.problem}"

    def hint(self) -> str:
        """Tell the way out, or nothing."""
        return self._hint


class ManifestError(GateError):
    """A dependency file that we claim to understand could not be understood."""


class GitError(GateError):
    """git is missing, or refused a question that we have to ask."""


class PolicyError(GateError):
    """The policy file is wrong; nothing in it is guessed."""

    exit_code = USAGE


class UsageError(GateError):
    """The command line asks for something that cannot be done."""

    exit_code = USAGE


class ReportError(UsageError):
    """A report cannot be written where it is to go."""


class SnapshotError(GateError):
    """A snapshot of facts is missing, damaged, or of another schema."""


class SourceError(GateError):
    """A source of a build is missing, damaged, or of another shape; `path` names it."""


class BuildError(GateError):
    """A snapshot could not be built."""


class UpdateError(GateError):
    """A published snapshot cannot be had, or is not to be trusted; the one in use stays."""
