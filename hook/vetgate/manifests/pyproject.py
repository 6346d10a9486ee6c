"""Placeholder until the parser lands."""

from __future__ import annotations

from collections.abc import Mapping

from vetgate.model.manifest import Manifest


def parse(content: bytes, path: str, environment: Mapping[str, str]) -> Manifest:
    raise NotImplementedError
