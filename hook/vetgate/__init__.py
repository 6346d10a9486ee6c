"""A gate in front of a project's dependencies: what a commit adds is judged before it gets in."""

from __future__ import annotations

__version__ = "0.1.0"
