"""Begins: finds the rest of the guard by where this file lies, whatever else is installed."""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec


def _begin() -> None:
    root = os.path.abspath(__file__)
    # This folder, which nothing is to be imported from; with PYTHONSAFEPATH it is not there.
    if sys.path and os.path.abspath(sys.path[0]) == os.path.dirname(root):
        del sys.path[0]
    # The current folder: whatever lies there is no part of pip, nor of the standard library.
    sys.path[:] = filter(None, sys.path)
    for _ in range(4):
        root = os.path.dirname(root)
    spec = PathFinder.find_spec("vetgate", [root])
    if spec is None or spec.loader is None:
        sys.exit(f"error: vetgate is not in {root}")
    own = module_from_spec(spec)
    sys.modules["vetgate"] = own
    spec.loader.exec_module(own)


if __name__ == "__main__":
    _begin()
    from vetgate.installer.guard.holding import main

    try:
        main()
    except KeyboardInterrupt:
        # Before pip is there to hear it; pip itself ends as it likes.
        sys.exit(130)
