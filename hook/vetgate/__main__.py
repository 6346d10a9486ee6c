"""Run vetgate as `python -m vetgate`."""

from __future__ import annotations

from vetgate.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
