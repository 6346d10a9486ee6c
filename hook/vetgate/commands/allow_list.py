"""`vetgate allow --list`, `--check` and `--prune`: look after the allow-list."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone

from vetgate.commands.answer import BLOCKED, PASSED, Answer
from vetgate.commands.asking import Asking, is_offline
from vetgate.commands.policy_edits import Draft, draft, edit
from vetgate.commands.prompting import ask, can_ask, show
from vetgate.commands.standing import listed, uses
from vetgate.errors import UNDECIDED, USAGE, GateError, PolicyError, UsageError
from vetgate.policyfile.editing import without_entries
from vetgate.render.errors import error_text
from vetgate.render.listed import Listed, Standing
from vetgate.render.listed_text import check_text, listed_text, pruned_text
from vetgate.render.visible import counted


def look_after(
    options: Namespace, environment: Mapping[str, str], folder: str, today: date
) -> Answer:
    """List, check or prune; raises `GateError`.

    Where a manifest cannot be read, what is unused cannot be told: the list says so, the others
    decide nothing.
    """
    offline = is_offline(environment, asked=options.offline)
    before = draft(
        folder,
        lambda: Asking(environment, datetime.now(timezone.utc), offline, options.timeout),
    )
    used, errors = uses(folder, environment)
    entries = listed(before.policy.allow, None if errors else used, today)
    if options.mode != "list":
        # What it extends serves other projects too, and is looked after where it is.
        entries = entries[: len(before.own)]
    if options.yes and options.mode != "prune":
        raise UsageError("--yes goes with --prune only")
    if options.mode == "prune":
        return _pruned(options, before, entries, errors, folder)
    text = _document(entries, errors, options)
    if options.mode == "list":
        return _answer(text or listed_text(entries), errors, PASSED)
    bad = any(one.standing is not Standing.IN_FORCE for one in entries)
    said = "" if errors else check_text(entries)
    return _answer(text or said, errors, BLOCKED if bad else PASSED)


def _document(
    entries: Sequence[Listed], errors: Sequence[GateError], options: Namespace
) -> str | None:
    if options.format != "json":
        return None
    from vetgate.render.json_allow import allow_document

    return allow_document(entries, errors)


def _answer(text: str, errors: Sequence[GateError], code: int) -> Answer:
    talk = [error_text(error) for error in errors]
    if not errors:
        return Answer(text, code)
    return Answer(text, UNDECIDED, (*talk, "nothing was decided"))


def _pruned(
    options: Namespace,
    before: Draft,
    entries: Sequence[Listed],
    errors: Sequence[GateError],
    folder: str,
) -> Answer:
    if options.format is not None:
        raise UsageError("--format goes with --list and --check only")
    if errors:
        return _answer("", errors, UNDECIDED)
    doomed = {at: one for at, one in enumerate(entries) if one.standing is not Standing.IN_FORCE}
    gone = tuple(doomed.values())
    if not doomed:
        return Answer("nothing to prune: every entry is in force, and used")
    if not options.yes:
        if not can_ask():
            refusal = UsageError("nobody can be asked here", hint="to prune these, say --yes")
            return Answer(listed_text(gone), USAGE, (error_text(refusal),))
        show(listed_text(gone))
        number = counted(len(gone), "entry", "entries")
        question = f"remove {number} from {before.shown}? [y/N] "
        if (ask(question) or "").lower() not in ("y", "yes"):
            return Answer("nothing was removed")

    def change(now: Draft) -> bytes:
        # What was agreed to is what was shown.
        if now.found != before.found:
            raise PolicyError(
                "changed meanwhile", path=now.shown, hint="nothing was written; try again"
            )
        found = now.found
        return without_entries(found.content, now.shown, doomed, table=found.table)

    edit(folder, change)
    return Answer(pruned_text(gone))
