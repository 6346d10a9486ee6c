"""The nouns of the gate, frozen: values go in, values come out, nothing here does I/O.

They are `NamedTuple`s and not dataclasses because the hook runs on every commit, and importing
`dataclasses` alone costs about as much as starting the interpreter.
A `NamedTuple` compares as the bare tuple that it is, so the members of a union carry their own word
(`kind`, `word`) as the last field: without it `Added(x) == Removed(x)`.
"""
