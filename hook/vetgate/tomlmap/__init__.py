"""The only reader of TOML: values from the standard decoder, and the line that each stands on.

The decoder is the authority for what a file says; `lines` only tells where it says it, and is
asked for nothing else.
"""

from __future__ import annotations

from vetgate.tomlmap.document import Document, load
from vetgate.tomlmap.node import Node

__all__ = ["Document", "Node", "load"]
