"""Writing answers: the webservice's XML and its JSON with all its quirks (reference 3)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from tokbridge.sandbox.prestashop.columns import falsy
from tokbridge.sandbox.prestashop.schema import Association, Field, Resource, Row
from tokbridge.sandbox.wire import Answer, Json

XML_TYPE = "text/xml;charset=utf-8"
JSON_TYPE = "application/json"
HTML_TYPE = "text/html; charset=utf-8"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<prestashop xmlns:xlink="http://www.w3.org/1999/xlink">\n'
TAIL = "</prestashop>\n"


@dataclass(frozen=True)
class Shown:
    """What of an entity is wanted: `fields` None = all; `parts` = fields per association, () = all of them."""

    fields: frozenset[str] | None = None
    parts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    extra: tuple[str, ...] = ()

    def names(self, resource: Resource) -> list[Field]:
        """The fields to write, in the order of the schema."""
        return [one for one in resource.fields if self.fields is None or one.name in self.fields]

    def has_id(self) -> bool:
        """Whether the id is written."""
        return self.fields is None or "id" in self.fields

    def wanted(self, association: Association) -> tuple[Field, ...] | None:
        """The fields of an association's items, None when it is left out."""
        if self.fields is None:
            return association.fields
        names = dict(self.parts).get(association.name)
        if names is None:
            return None
        return tuple(one for one in association.fields if one.name in names) if names else association.fields


ALL = Shown()


@dataclass(frozen=True)
class Writer:
    """Writes one answer: `base` is the address of /api/, `languages` the ids shown, `bare` = one language's text alone."""

    base: str
    as_json: bool
    languages: tuple[str, ...]
    bare: bool

    def answer(self, status: int, xml: str, document: object) -> Answer:
        """The document in the format asked for."""
        if self.as_json:
            return Answer(status, to_json(document), JSON_TYPE)
        return Answer(status, (HEAD + xml + TAIL).encode(), XML_TYPE)

    def errors(self, status: int, errors: Iterable[tuple[int, str]]) -> Answer:
        """The error envelope."""
        listed = list(errors)
        xml = "".join(
            f"<error>\n<code>{_cdata(code)}</code>\n<message>{_cdata(text)}</message>\n</error>\n"
            for code, text in listed
        )
        document = {"errors": [{"code": code, "message": text} for code, text in listed]}
        return self.answer(status, f"<errors>\n{xml}</errors>\n", document)

    def ids(self, resource: Resource, rows: Iterable[Row]) -> Answer:
        """A list without display: addresses in XML, ids in JSON."""
        rows = list(rows)
        lines = "".join(
            f'<{resource.node} id="{row["id"]}" xlink:href="{self.base}{resource.name}/{row["id"]}"/>\n' for row in rows
        )
        return self._list(resource, lines, [{"id": row["id"]} for row in rows])

    def listing(self, resource: Resource, rows: Iterable[Row], shown: Shown) -> Answer:
        """A list with display: nothing is dropped."""
        rows = list(rows)
        xml = "" if self.as_json else "".join(self._xml(resource, row, shown) for row in rows)
        items = [self._json(resource, row, shown, sparse=False) for row in rows] if self.as_json else []
        return self._list(resource, xml, items)

    def _list(self, resource: Resource, xml: str, items: list[Json]) -> Answer:
        return self.answer(
            200, f"<{resource.group}>\n{xml}</{resource.group}>\n", {resource.group: items} if items else []
        )

    def entities(self, status: int, resource: Resource, rows: Iterable[Row]) -> Answer:
        """One entity, or those of one POST: falsy fields are dropped in JSON."""
        rows = list(rows)
        xml = "" if self.as_json else "".join(self._xml(resource, row, ALL) for row in rows)
        items = [self._json(resource, row, ALL, sparse=True) for row in rows] if self.as_json else []
        document = {resource.node: items[0]} if len(items) == 1 else {resource.group: items}
        return self.answer(status, xml, document)

    def schema(self, resource: Resource, kind: str) -> Answer:
        """schema=blank or schema=synopsis; in JSON it is useless (reference 3)."""
        full = kind == "synopsis"
        lines = [] if full else ["\t<id><![CDATA[]]></id>\n"]
        lines += [self._schema_field(one, full) for one in resource.fields]
        if resource.associations:
            lines.append("<associations>\n")
            lines += [self._schema_association(one, full) for one in resource.associations]
            lines.append("</associations>\n")
        return self.answer(200, f"<{resource.node}>\n{''.join(lines)}</{resource.node}>\n", {resource.node: []})

    def _schema_field(self, field: Field, full: bool) -> str:
        marks = _rules(field) if full else ""
        if not field.localised:
            return f"\t<{field.name}{marks}><![CDATA[]]></{field.name}>\n"
        inner = "".join(self._language(key, "", full, ' format="isUnsignedId"' * full) for key in self.languages)
        return f"\t<{field.name}{marks}>{inner}</{field.name}>\n"

    def _schema_association(self, association: Association, full: bool) -> str:
        kind = _kind(association) if full else ""
        link = ' xlink:href="{}{}/"'
        lines = [
            f"\t<{one.name}{link.format(self.base, one.link) * bool(full and one.link)}{_rules(one) * full}>"
            f"<![CDATA[]]></{one.name}>\n"
            for one in association.fields
        ]
        inner = f"\t<{association.node}>\n{''.join(lines)}\t</{association.node}>\n"
        return f"<{association.name}{kind}>\n{inner}</{association.name}>\n"

    def _xml(self, resource: Resource, row: Row, shown: Shown) -> str:
        lines = [f"\t<id>{_cdata(row['id'])}</id>\n"] if shown.has_id() else []
        lines += [self._xml_field(one, row.get(one.name)) for one in shown.names(resource)]
        lines += [f"\t<{name}>{_cdata(row.get(name))}</{name}>\n" for name in shown.extra]
        parts = [(one, fields) for one in resource.associations if (fields := shown.wanted(one)) is not None]
        if parts:
            lines.append("<associations>\n")
            lines += [self._xml_association(one, fields, row.get(one.name) or []) for one, fields in parts]
            lines.append("</associations>\n")
        return f"<{resource.node}>\n{''.join(lines)}</{resource.node}>\n"

    def _xml_field(self, field: Field, value: object) -> str:
        marks = ' notFilterable="true"' * field.not_filterable
        if field.localised:
            texts = value if isinstance(value, dict) else None
            inner = "".join(
                self._language(key, "" if texts is None else texts.get(key, ""), texts is not None)
                for key in self.languages
            )
            return f"\t<{field.name}{marks}>{inner}</{field.name}>\n"
        link = ""
        if field.link and (field.always_link or not falsy(value)):
            link = f' xlink:href="{self.base}{field.link}/{"" if value is None else value}"'
        return f"\t<{field.name}{link}{marks}>{_cdata(value)}</{field.name}>\n"

    def _language(self, key: str, text: str, linked: bool, more: str = "") -> str:
        link = f' xlink:href="{self.base}languages/{key}"' if linked else ""
        return f'<language id="{key}"{link}{more}>{_cdata(text)}</language>'

    def _xml_association(self, association: Association, fields: tuple[Field, ...], items: list[Row]) -> str:
        kind = _kind(association)
        if not items:
            return f"<{association.name}{kind}/>\n"
        lines = []
        for item in items:
            link = (
                f' xlink:href="{self.base}{association.api}/{item.get("_path", item["id"])}"' if association.api else ""
            )
            lines.append(f"\t<{association.node}{link}>\n")
            for one in fields:
                href = f' xlink:href="{self.base}{one.link}/{item.get(one.name, "")}"' if one.link else ""
                lines.append(f"\t<{one.name}{href}>{_cdata(item.get(one.name))}</{one.name}>\n")
            lines.append(f"\t</{association.node}>\n")
        return f"<{association.name}{kind}>\n{''.join(lines)}</{association.name}>\n"

    def _json(self, resource: Resource, row: Row, shown: Shown, *, sparse: bool) -> Json:
        document: Json = {"id": row["id"]} if shown.has_id() else {}
        for field in shown.names(resource):
            value = self._json_value(field, row.get(field.name))
            if not (sparse and falsy(value)):
                document[field.name] = value
        document |= {name: row.get(name) for name in shown.extra}
        parts: Json = {}
        for one in resource.associations:
            fields = shown.wanted(one)
            items = row.get(one.name)
            if fields is not None and items:
                parts[one.name] = [{part.name: _text(item.get(part.name)) for part in fields} for item in items]
        if parts:
            document["associations"] = parts
        return document

    def _json_value(self, field: Field, value: object) -> object:
        if not field.localised:
            return value if value is not None or field.kind == "null" else ""
        texts = value if isinstance(value, dict) else None
        if self.bare:
            return "" if texts is None else texts.get(self.languages[0], "")
        if texts is None:
            return ""
        return [{"id": key, "value": texts.get(key, "")} for key in self.languages]


def to_json(document: object) -> bytes:
    """JSON as PHP writes it: compact, slashes escaped, other scripts not."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/").encode()


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _cdata(value: object) -> str:
    return f"<![CDATA[{_text(value).replace(']]>', ']]]]><![CDATA[>')}]]>"


def _kind(association: Association) -> str:
    if association.api:
        return f' nodeType="{association.node}" api="{association.api}"'
    return f' nodeType="{association.node}" virtualEntity="true"'


def _rules(field: Field) -> str:
    marks = ' notFilterable="true"' * field.not_filterable + ' required="true"' * field.required
    marks += f' maxSize="{field.size}"' * bool(field.size) + f' format="{field.rule}"' * bool(field.rule)
    return marks + ' readOnly="true"' * field.read_only
