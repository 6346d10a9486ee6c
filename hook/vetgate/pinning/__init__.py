"""Pins: which release to take, and how it is written into a manifest."""
