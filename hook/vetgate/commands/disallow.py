"""`vetgate disallow`: take allowances of a package back."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping

from vetgate.commands.answer import Answer
from vetgate.commands.policy_edits import Draft, edit
from vetgate.commands.terms import checked
from vetgate.errors import UsageError
from vetgate.model.policy import Allowance
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
            for index, one in enumerate(before.own)
            if one.name == wanted.name
            and (options.versions is None or one.versions == wanted.versions)
        }
        gone[:] = chosen.values()
        if not gone:
            raise _nothing(wanted, before)
        found = before.found
        return without_entries(found.content, before.shown, chosen, table=found.table)

    edit(folder, change)
    return Answer(taken_back_text(gone))


def _nothing(wanted: Allowance, before: Draft) -> UsageError:
    path = before.shown if before.exists else None
    versions = [one.versions for one in before.own if one.name == wanted.name]
    if versions:
        listed = ", ".join(one or "every version" for one in versions)
        return UsageError(
            f"{wanted.name} is not allowed for the versions {wanted.versions}",
            path=path,
            hint=f"it is for: {listed}",
        )
    above = [one.location for one in before.policy.allow if one.name == wanted.name]
    if above:
        return UsageError(
            f"{wanted.name} is not on the allow-list of this file itself",
            path=path,
            hint=f"it extends one that has it: {above[0].file}:{above[0].line}",
        )
    from difflib import get_close_matches

    near = get_close_matches(wanted.name, [one.name for one in before.own], n=1)
    return UsageError(
        f"{wanted.name} is not on the allow-list",
        path=path,
        hint=f"did you mean {near[0]}?" if near else "vetgate allow --list shows what is",
    )
