"""Begins: finds the rest of the guard by where this file lies, whatever else is installed."""

from __future__ import annotations

import os
import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec


def _begin() -> None:
    del sys.path[0]  # this folder, which nothing is to be imported from
    root = __file__
    for _ in range(4):
        root = os.path.dirname(os.path.abspath(root))
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
