"""XML that PrestaShop takes, and the little XML that it gives (reference prestashop-webservice.md 3).

Leaves carry no blanks of ours: an indented number fails the shop's validation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from defusedxml import ElementTree as Safe
from defusedxml.common import DefusedXmlException

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Body = Mapping[str, object]


def entities(name: str, bodies: Sequence[Body]) -> bytes:
    """One document with one or more entities of a resource. A mapping inside a body is an element with children, a
    sequence of mappings repeats the element named by its key: {"groups": {"group": [{"id": "3"}]}}."""
    root = Element("prestashop")
    for body in bodies:
        _fill(SubElement(root, name), body)
    return _bytes(root)


def _bytes(root: Element) -> bytes:
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True, short_empty_elements=False)
    return text


def _fill(parent: Element, body: Body) -> None:
    for name, value in body.items():
        if isinstance(value, Mapping):
            _fill(SubElement(parent, name), value)
        elif isinstance(value, (list, tuple)):
            for item in value:
                _fill(SubElement(parent, name), item)
        else:
            SubElement(parent, name).text = _NOT_XML.sub("", str(value))


def parsed(body: bytes) -> Element | None:
    """The root element; None for what is not XML, or dangerous XML."""
    try:
        root = Safe.fromstring(body)
    except (Safe.ParseError, DefusedXmlException, ValueError):
        return None
    return root if isinstance(root, Element) else None


def changed(body: bytes, name: str, values: Mapping[str, str]) -> bytes | None:
    """A whole entity as it was got, with some leaves replaced, for PUT: an absent field would become null (reference 3).
    None when the answer holds no such entity."""
    root = parsed(body)
    entity = root.find(name) if root is not None else None
    if root is None or entity is None:
        return None
    for leaf, text in values.items():
        found = entity.find(leaf)
        if found is None:
            found = SubElement(entity, leaf)
        found.text = _NOT_XML.sub("", text)
    for element in root.iter():
        element.tail = None
        element.attrib.clear()
        if len(element):
            element.text = None
    return _bytes(root)
