"""Short ways to write policies that extend each other, and strategies for them."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from vetgate.errors import PolicyError
from vetgate.model.policy import Exemption, Level, RulePolicy
from vetgate.policyfile.chain import Opened, chain
from vetgate.policyfile.finding import Found
from vetgate.policyfile.layer import Layer, LocalParent, Parent
from vetgate.policyfile.reading import read_layer

DEFAULTS = {
    "unpopular": RulePolicy(
        Level.BLOCK, None, frozenset({Exemption.PIN, Exemption.ALLOW}), {"downloads": 1000}
    ),
    "suspicious-tld": RulePolicy(Level.WARN, Level.BLOCK, frozenset({Exemption.ALLOW}), {}),
}
KNOWN = {"unpopular": frozenset({"downloads"}), "suspicious-tld": frozenset({"in-manifest"})}


class Shelf:
    """A `Source` that has its files in a dict."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def open(self, parent: Parent, below: Opened) -> Opened:
        assert below.shown
        name = parent.path if isinstance(parent, LocalParent) else parent.url
        if name not in self._files:
            raise parent.node.error(f"extends {name!r}, which is not there")
        return Opened(Found(name, self._files[name].encode()), name, name)


def layers_of(first: str, **files: str) -> tuple[Layer, ...]:
    """Read `vetgate.toml` with what it extends; the names of files lose their ending here."""
    shelf = Shelf({f"{name}.toml": text for name, text in files.items()})
    opened = Opened(Found("vetgate.toml", first.encode()), "vetgate.toml", "vetgate.toml")
    layer = read_layer(first.encode(), "vetgate.toml", KNOWN)
    return chain(opened, layer, DEFAULTS, shelf)


def refusal(first: str, **files: str) -> str:
    """Return the error and the hint of what cannot be read."""
    try:
        layers_of(first, **files)
    except PolicyError as error:
        return f"{error} | {error.hint()}" if error.hint() else str(error)
    return ""


def _text(parts: tuple[tuple[str, ...], dict[str, tuple[str, ...]]]) -> str:
    top, rules = parts
    lines = list(top)
    for name, keys in rules.items():
        lines += [f"[rules.{name}]", *keys]
    return "".join(f"{line}\n" for line in lines)


def _some(*keys: SearchStrategy[str]) -> SearchStrategy[tuple[str, ...]]:
    """Draw some of the keys, each at most once."""
    drawn = [st.just("") | key for key in keys]
    return st.tuples(*drawn).map(lambda lines: tuple(line for line in lines if line))


def _one(key: str, *values: str) -> SearchStrategy[str]:
    return st.sampled_from(values).map(lambda value: f"{key} = {value}")


_top = _some(
    _one("unknown", '"block"', '"warn"'),
    _one("trust-rank", "0", "100", "5000", "9000"),
    _one("max-age", "0", "7", "30"),
    _one("self-approved", '"block"', '"warn"', '"off"'),
    _one("private", '["a-*"]', '["b-*", "a-*"]'),
    _one("indexes", '["https://a.example"]', '["https://b.example", "https://a.example"]'),
)
_unpopular = _some(
    _one("level", '"block"', '"warn"', '"off"'),
    _one("downloads", "0", "1000", "2000"),
    _one("exempted-by", "[]", '["pin"]', '["allow", "pin"]', '["lock"]'),
)
_tld = _some(
    _one("level", '"block"', '"warn"', '"off"'), _one("in-manifest", '"block"', '"warn"', '"off"')
)
policies: SearchStrategy[str] = st.tuples(
    _top, st.fixed_dictionaries({"unpopular": _unpopular, "suspicious-tld": _tld})
).map(_text)
"""Policies without locks and allowances."""
