"""The published schemas, as the package ships them."""

from __future__ import annotations

import json
from importlib import resources

from jsonschema import Draft202012Validator


def validator(name: str) -> Draft202012Validator:
    """Load one schema, itself checked against the meta-schema."""
    schema = json.loads(
        (resources.files("vetgate.render") / f"{name}.schema.json").read_text(encoding="utf-8")
    )
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)
