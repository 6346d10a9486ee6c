"""The baseline of `vetgate init`: judge what is in use, show it, and vouch for it if agreed."""

from __future__ import annotations

from vetgate.commands.answer import Answer
from vetgate.commands.asking import Asking
from vetgate.commands.baseline import DAYS, REASON, Baseline, baseline
from vetgate.commands.guesses import Guesses
from vetgate.commands.judging import Ruling, rule
from vetgate.commands.policy_edits import Draft, draft, edit
from vetgate.commands.prompting import ask, can_ask, show
from vetgate.commands.screen import colour, width
from vetgate.commands.states import Asked, Found, find, project_root
from vetgate.engine import is_private
from vetgate.errors import UNDECIDED, PolicyError
from vetgate.git.identity import author_email
from vetgate.model.change import Added
from vetgate.model.policy import Policy
from vetgate.policyfile.editing import with_entries
from vetgate.render.audit_text import packages_text
from vetgate.render.audited import Audit
from vetgate.render.errors import error_text
from vetgate.render.set_up import entries_text, left_out_text
from vetgate.render.visible import counted, visible

_YES = ("y", "yes")


def vouch(folder: str, asking: Asking, guessed: Guesses, *, write: bool | None) -> Answer:
    """Judge all manifests, and vouch for what would be blocked; raises `GateError`.

    `write`: True vouches, False asks where somebody can be asked, None only tells. Names that were
    guessed to be private, and that nobody was asked about, are not looked up.
    """
    root = project_root(folder) or folder
    found = find(Asked(everything=True), root, asking.environment)
    if found.errors:
        talk = (*map(error_text, found.errors), "nothing was decided")
        return Answer("nothing is vouched for: what is in use cannot be read", UNDECIDED, talk)
    policy = draft(folder, lambda: asking).policy
    spared = policy._replace(private=tuple(dict.fromkeys((*policy.private, *guessed.private))))
    ruling = rule(found.changes, spared, asking, summarise=False)
    plan = baseline(ruling.verdict.changes, policy, author_email(folder), asking.now.date())
    told = [_table(ruling, asking), "", *_spared(found, policy, spared)]
    told += left_out_text(plan.left_out)
    if not plan.entries:
        told += [] if plan.left_out else ["nothing that is in use needs to be vouched for"]
    elif write is False and can_ask():
        show("\n".join(told))
        told = _asked(folder, policy, plan)
    elif write is True:
        told += _written(folder, policy, plan)
    else:
        told += entries_text(_told(plan), "to vouch for these: vetgate init --baseline")
    return Answer("\n".join(told), talk=ruling.talk)


def _spared(found: Found, policy: Policy, spared: Policy) -> list[str]:
    names = {
        one.after.name
        for one in found.changes
        if isinstance(one, Added) and one.after.name is not None
    }
    kept = sorted(
        name for name in names if is_private(name, spared) and not is_private(name, policy)
    )
    return [f"not looked up, since it may be private: {name}" for name in kept]


def _asked(folder: str, policy: Policy, plan: Baseline) -> list[str]:
    number = counted(len(plan.entries), "package", "packages")
    question = f'vouch for {number} that would be blocked: "{REASON}", for {DAYS} days? [y/N] '
    if (ask(question) or "").lower() not in _YES:
        return ["nothing is vouched for"]
    return _written(folder, policy, plan)


def _written(folder: str, policy: Policy, plan: Baseline) -> list[str]:
    shown: list[str] = []

    def change(now: Draft) -> bytes:
        # What was agreed to is what was judged.
        if now.policy != policy:
            raise PolicyError(
                "changed meanwhile", path=now.shown, hint="nobody is vouched for; try again"
            )
        shown.append(now.shown)
        return with_entries(now.found.content, now.shown, plan.entries, table=now.found.table)

    edit(folder, change)
    number = counted(len(plan.entries), "package is", "packages are")
    return entries_text(_told(plan), f"{visible(shown[0])}: {number} vouched for{_end(plan)}")


def _told(plan: Baseline) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.name, one.rules or ()) for one in plan.entries]


def _end(plan: Baseline) -> str:
    end = plan.entries[0].expires
    return "" if end is None else f" until {end.isoformat()}"


def _table(ruling: Ruling, asking: Asking) -> str:
    audit = Audit(ruling.verdict.changes, ())
    columns, coloured = width(asking.environment), colour(asking.environment)
    return packages_text(audit, width=columns, colour=coloured)
