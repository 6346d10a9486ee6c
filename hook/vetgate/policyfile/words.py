"""The only place that says which word was meant."""

from __future__ import annotations

from collections.abc import Collection

from vetgate.errors import GateError
from vetgate.tomlmap import Node


def unknown(kind: str, word: str, words: Collection[str], node: Node) -> GateError:
    """Return, to be raised, the error that a word is none of those that are known."""
    # Only on the way to an error, so that no run pays for it.
    from difflib import get_close_matches

    listed = f"known: {', '.join(sorted(words))}"
    near = get_close_matches(word, sorted(words), n=1)
    hint = f"did you mean {near[0]}? {listed}" if near else listed
    return node.error(f"unknown {kind} {word!r}", hint=hint)


def one_of_the_words(kind: str, node: Node, words: Collection[str]) -> str:
    """Return the word at a place, if it is one of those that are known."""
    word = node.text()
    if word not in words:
        raise unknown(kind, word, words, node)
    return word
