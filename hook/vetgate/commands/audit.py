"""`vetgate audit`: judge all that a project declares, or all that an environment has."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone

from vetgate.commands.answer import BLOCKED, PASSED, Answer
from vetgate.commands.asking import Asking, is_offline
from vetgate.commands.judging import Ruling, rule
from vetgate.commands.policies import policy_for
from vetgate.commands.screen import colour, width
from vetgate.commands.states import Asked, Found, find, project_root
from vetgate.errors import UNDECIDED, USAGE, GateError, UsageError
from vetgate.model.change import Added
from vetgate.model.verdict import Outcome, Verdict
from vetgate.render.audited import Audit
from vetgate.render.errors import error_text
from vetgate.rules import RULES


def run(options: Namespace, environment: Mapping[str, str], folder: str) -> Answer:
    """Read, look up, judge and render; blocks only if it is told to. Raises nothing but bugs."""
    talk: list[str] = []
    try:
        found = _found(options, environment, folder, talk)
        offline = is_offline(environment, asked=options.offline)
        asking = Asking(environment, datetime.now(timezone.utc), offline, options.timeout)
        policy = policy_for(found.root, folder, lambda: asking)
        if found.errors:
            return _refused(found.errors, options, talk)
        ruling = rule(
            found.changes, policy, asking, summarise=options.format == "json", thorough=True
        )
    except GateError as error:
        return _refused((error,), options, talk)
    return _answer(ruling, options, environment, talk)


def _found(
    options: Namespace, environment: Mapping[str, str], folder: str, talk: list[str]
) -> Found:
    if options.environment is None:
        return find(Asked(tuple(options.files), everything=True), folder, environment)
    if options.files:
        raise UsageError("--environment does not go with files", hint="audit one, then the other")
    from vetgate.installed.places import find_environment
    from vetgate.installed.reading import installed

    place = find_environment(options.environment, folder)
    if place.shares_system:
        talk.append(
            "note: this environment also uses what the system's Python has, which is not judged "
            "with it: name that with --environment too"
        )
    root = project_root(folder) or folder
    inside = os.path.relpath(place.prefix, folder)
    shown = place.prefix if inside.startswith(os.pardir) else inside
    read = installed(place, shown, root)
    changes = tuple(Added(dependency) for dependency in read.dependencies)
    return Found(changes, read.errors, root)


def _answer(
    ruling: Ruling, options: Namespace, environment: Mapping[str, str], talk: Sequence[str]
) -> Answer:
    verdict = ruling.verdict
    code = BLOCKED if options.strict and verdict.outcome is Outcome.BLOCKED else PASSED
    audit = _audit(options, verdict)
    said = (*talk, *ruling.talk)
    if options.format == "json":
        from vetgate.render.json_audit import audit_document

        return Answer(audit_document(audit, verdict, (), ruling.snapshot), code, said)
    from vetgate.render.audit_text import audit_text

    text = audit_text(audit, width=width(environment), colour=colour(environment))
    return Answer(text, code, said)


def _audit(options: Namespace, verdict: Verdict) -> Audit:
    return Audit(verdict.changes, tuple(one.id for one in RULES), options.environment)


def _refused(errors: Sequence[GateError], options: Namespace, talk: Sequence[str]) -> Answer:
    """Tell all errors at once, as `check` does."""
    said = [*talk, *map(error_text, errors)]
    code = USAGE if all(error.exit_code == USAGE for error in errors) else UNDECIDED
    if code == UNDECIDED:
        said.append("nothing was decided")
    if options.format != "json":
        return Answer("", code, tuple(said))
    from vetgate.render.json_audit import audit_document

    nothing = Verdict(Outcome.PASSED)
    return Answer(
        audit_document(_audit(options, nothing), nothing, errors, None), code, tuple(said)
    )
