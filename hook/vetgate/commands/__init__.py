"""One module per command, wiring only; the only readers of the clock and the environment."""
