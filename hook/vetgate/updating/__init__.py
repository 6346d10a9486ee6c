"""How a snapshot gets from its publisher to the machines that use it; nothing else replaces one."""
