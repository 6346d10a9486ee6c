"""The nouns of the gate, frozen: values go in, values come out, nothing here does I/O.

They are `NamedTuple`s and not dataclasses because the hook runs on every commit, and importing
`dataclasses` alone costs about as much as starting the interpreter.
"""
