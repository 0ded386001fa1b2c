"""Adobe's published schemas and the recorded exchanges, where they are at hand: files that are not part of this
repository. TOKBRIDGE_REFERENCE names the folder; else it is looked for beside the repository."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[3]
SCHEMAS = {"2.4.4": "open-source-schema-2.4.4.json.gz", "2.4.9": "admin-schema-2.4.9.yaml.gz"}
RECORDED = {"2.4.4": "recorded-exchanges-2.4.4.jsonl", "2.4.7-p3": "recorded-exchanges-2.4.7-p3.jsonl"}


def _folder() -> Path:
    named = os.environ.get("TOKBRIDGE_REFERENCE")
    places = [Path(named)] if named else [ROOT.parent / "shared/reference", ROOT.parents[1] / "shared/reference"]
    for place in places:
        if (place / "magento").is_dir():
            return place / "magento"
    return pytest.skip(f"Magento's schemas and recorded exchanges are not in {' or '.join(map(str, places))}")


@cache
def _schema(path: Path) -> dict[str, Any]:
    with gzip.open(path) as file:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        found: dict[str, Any] = json.load(file) if path.name.endswith("json.gz") else yaml.load(file, loader)
    return found


def schema(version: str) -> dict[str, Any]:
    """Swagger 2.0."""
    return _schema(_folder() / SCHEMAS[version])


def recorded(version: str) -> list[dict[str, Any]]:
    with (_folder() / RECORDED[version]).open() as file:
        return [json.loads(text) for text in file]


def route(found: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    """The operation of a path with ids in it, by its template; a template without parameters goes first."""
    wanted = path.strip("/").split("/")
    for template in sorted(found["paths"], key=lambda name: name.count("{")):
        parts = template.removeprefix("/V1").strip("/").split("/")
        fits = len(parts) == len(wanted) and all(
            part.startswith("{") or part == have for part, have in zip(parts, wanted, strict=True)
        )
        if fits and method.lower() in found["paths"][template]:
            operation: dict[str, Any] = found["paths"][template][method.lower()]
            return operation
    raise AssertionError(f"no such route: {method} {path}")


def body_of(operation: dict[str, Any]) -> dict[str, Any]:
    for parameter in operation.get("parameters", ()):
        if parameter.get("in") == "body":
            found: dict[str, Any] = parameter["schema"]
            return found
    return {"type": "object", "properties": {}}


def faults(value: Any, shape: dict[str, Any], whole: dict[str, Any], where: str = "") -> Iterator[str]:
    """What in a JSON value does not fit: unknown properties, wrong types. Required ones are not looked at: Magento
    itself does not keep to its list (reference magento-rest.md 7)."""
    if "$ref" in shape:
        shape = whole["definitions"][shape["$ref"].rpartition("/")[2]]
    kinds: dict[str, tuple[type, ...]] = {
        "string": (str,),
        "integer": (int,),
        "number": (int, float),
        "boolean": (bool,),
        "array": (list,),
        "object": (dict,),
    }
    kind = shape.get("type")
    if kind in kinds and (not isinstance(value, kinds[kind]) or (kind != "boolean" and isinstance(value, bool))):
        yield f"{where}: {value!r} is no {kind}"
    elif isinstance(value, dict):
        known = shape.get("properties", {})
        for name, inner in value.items():
            if name not in known:
                yield f"{where}.{name}: unknown"
            else:
                yield from faults(inner, known[name], whole, f"{where}.{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from faults(inner, shape.get("items", {}), whole, f"{where}[{number}]")
