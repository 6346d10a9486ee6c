"""`vetgate disallow`: take allowances of a package back."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping

from vetgate.commands.answer import Answer
from vetgate.commands.policy_edits import Draft, edit
from vetgate.commands.terms import checked
from vetgate.errors import UsageError
from vetgate.model.policy import Allowance, Policy
from vetgate.policyfile.editing import without_entries
from vetgate.policyfile.entry import Entry
from vetgate.render.allowed import taken_back_text


def run(options: Namespace, _environment: Mapping[str, str], folder: str) -> Answer:
    """Remove every entry of a name, or those for the versions given; raises `GateError`."""
    wanted = checked(Entry(options.name, "taken back", options.versions))
    gone: list[Allowance] = []

    def change(before: Draft) -> bytes:
        chosen = {
            index: one
            for index, one in enumerate(before.policy.allow)
            if one.name == wanted.name
            and (options.versions is None or one.versions == wanted.versions)
        }
        gone[:] = chosen.values()
        if not gone:
            raise _nothing(wanted, before.policy)
        found = before.found
        return without_entries(found.content, before.shown, chosen, table=found.table)

    edit(folder, change)
    return Answer(taken_back_text(gone))


def _nothing(wanted: Allowance, policy: Policy) -> UsageError:
    versions = [one.versions for one in policy.allow if one.name == wanted.name]
    if versions:
        listed = ", ".join(one or "every version" for one in versions)
        return UsageError(
            f"{wanted.name} is not allowed for the versions {wanted.versions}",
            path=policy.path,
            hint=f"it is for: {listed}",
        )
    from difflib import get_close_matches

    near = get_close_matches(wanted.name, [one.name for one in policy.allow], n=1)
    return UsageError(
        f"{wanted.name} is not on the allow-list",
        path=policy.path,
        hint=f"did you mean {near[0]}?" if near else "vetgate allow --list shows what is",
    )
