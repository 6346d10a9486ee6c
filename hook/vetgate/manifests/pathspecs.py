"""Where git is to look for manifests: not in `formats`, so that git starts before `re` is there."""

from __future__ import annotations

PATHSPECS = (
    ":(top,icase)*pyproject.toml",
    ":(top,icase)*.txt",
    ":(top,icase)*.in",
    ":(top,icase)*.pip",
    *(
        f":(top,icase)*{folder}{below}"
        for folder in ("requirement", "requirements", "constraint", "constraints")
        for below in ("", "/*")
    ),
)
"""git's pathspecs for a superset of the paths that `formats.PATTERN` matches, and
`formats.holds_manifests`."""
