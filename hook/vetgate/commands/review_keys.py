"""The keys of `vetgate review`: what each does with the package at hand, or why it cannot."""

from __future__ import annotations

from vetgate.commands.review_plan import Plan, members
from vetgate.render.reviewed import Item, Key

_SKIP = Key("s", "skip", "skip", "skip: leave it as it is; it stays blocked")
_HELP = Key("?", "help", "help", "this help")
_QUIT = Key("q", "quit", "quit", "quit: nothing at all is written")


def keys_for(item: Item, plan: Plan, policy: str) -> tuple[Key, ...]:
    """Return the keys for one package; raises `SnapshotError`. `policy`: where allowances go."""
    found = [_pin(item, plan), _allow(item, plan, policy)]
    if item.meant:
        found.append(_meant(item, plan))
    return (*found, _remove(item, plan), _SKIP, _HELP, _QUIT)


def _pin(item: Item, plan: Plan) -> Key:
    told = "pin: write the newest release that fits, once you have read it"
    return Key("p", "pin", "pin", told, plan.why_no_pin(item))


def _allow(item: Item, plan: Plan, policy: str) -> Key:
    rules = plan.vouchable(item)
    why_not = ""
    if all(change.after.name is None for _, change in members(item)):
        why_not = "it has no name to vouch for"
    elif rules is None:
        why_not = "no allowance exempts from what blocks it"
    elif plan.list_is_locked():
        why_not = f"a policy that {policy} extends locks the allow-list"
    told = f"allow: vouch for it in {policy}, with a reason and an end"
    if rules:
        told += f"; exempts it from {', '.join(rules)}"
    return Key("a", "allow", "allow", told, why_not)


def _meant(item: Item, plan: Plan) -> Key:
    several = len(item.meant) > 1
    does = "take another name" if several else f"take {item.meant[0]}"
    told = f"meant: put {' or '.join(item.meant)} in its place"
    return Key("m", "meant", does, told, plan.why_no_edit(item, name=True))


def _remove(item: Item, plan: Plan) -> Key:
    told = "remove: take the requirement out, with the lines that hold nothing else"
    return Key("r", "remove", "remove", told, plan.why_no_edit(item, name=False))
