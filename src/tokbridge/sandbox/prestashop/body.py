"""Reading the XML of a POST, PUT or PATCH (reference 3)."""

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError, fromstring

from tokbridge.sandbox.prestashop.errors import Refusal, warning
from tokbridge.sandbox.prestashop.schema import Association, Resource, Row

_TAG = re.compile(r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|<\?.*?\?>|<(/?)([\w:.-]+)[^>]*?(/?)>", re.DOTALL)
PARSER_LINE = 1544


@dataclass
class Entity:
    """One entity as sent. `fields`: text, or {language id: text}; `associations`: (list name, items or None)."""

    fields: Row = field(default_factory=dict)
    associations: list[tuple[str, list[Row]]] = field(default_factory=list)


def entities(resource: Resource, body: bytes) -> list[Entity]:
    """The entities of a body: the children of its root element, whatever their names (reference 3)."""
    root = _parse(body)
    return [_entity(resource, node) for node in root]


def _parse(body: bytes) -> Element:
    try:
        return fromstring(body)  # noqa: S314 - a local sandbox that only its own tests talk to
    except (ParseError, ValueError) as error:
        text = body.decode("utf-8", "replace")
        said = [_say(part) for one in _complaints(text) for part in (one, text, "^")]
        last = f"XML error : String could not be parsed as XML\nXML length : {len(body)}\nOriginal XML : {text}"
        raise Refusal(500, *said, (127, last)) from error


def _say(text: str) -> tuple[int, str]:
    return warning(f"SimpleXMLElement::__construct(): {text}", PARSER_LINE)


def _complaints(text: str) -> list[str]:
    """What the XML parser says of a broken document: one line per tag that does not match, and the end."""
    if not text:
        return []
    begin = "Entity: line 1: parser error : "
    if not text.lstrip().startswith("<"):
        return [f"{begin}Start tag expected, '<' not found"]
    open_tags: list[str] = []
    said: list[str] = []
    for found in _TAG.finditer(text):
        closing, name, empty = found.groups()
        if name is None or empty:
            continue
        if not closing:
            open_tags.append(name)
        elif open_tags:
            expected = open_tags.pop()
            if expected != name:
                said.append(f"{begin}Opening and ending tag mismatch: {expected} line 1 and {name}")
    if open_tags:
        said.append(f"{begin}Premature end of data in tag {open_tags[-1]} line 1")
    return said or [f"{begin}Document is not well formed"]


def _entity(resource: Resource, node: Element) -> Entity:
    entity = Entity()
    for child in node:
        if child.tag == "associations":
            entity.associations = [(one.tag, _items(one)) for one in child]
            continue
        known = resource.by_name.get(child.tag)
        languages = child.findall("language")
        if known is not None and known.localised and languages:
            entity.fields[child.tag] = {one.get("id", ""): one.text or "" for one in languages}
        elif known is not None or child.tag == "id":
            entity.fields[child.tag] = child.text or ""
    return entity


def _items(node: Element) -> list[Row]:
    return [{part.tag: part.text or "" for part in item} for item in node]


def known(resource: Resource, name: str) -> Association | None:
    """The association of a name."""
    return next((one for one in resource.associations if one.name == name), None)
