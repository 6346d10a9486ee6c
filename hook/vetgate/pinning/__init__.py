"""Edits of a requirement where it is written: a pin (and of which release), a name, its end."""
