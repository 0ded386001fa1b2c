"""POST, PUT, PATCH and DELETE of any resource (reference 3): the rules common to all, the rest in `kinds`."""

from collections.abc import Callable
from dataclasses import dataclass

from tokbridge.sandbox.prestashop.body import Entity, known
from tokbridge.sandbox.prestashop.checks import check
from tokbridge.sandbox.prestashop.errors import Refusal
from tokbridge.sandbox.prestashop.schema import Resource, Row
from tokbridge.sandbox.prestashop.shop import Shop
from tokbridge.sandbox.prestashop.view import shown

NOT_SAVED = (46, "Unable to save resource")


@dataclass(frozen=True)
class Writing:
    """One write call: the shop it works in, the id_shop it is about, and whether a mail was asked for."""

    shop: Shop
    id_shop: str
    sendemail: bool = False


Step = Callable[[Writing, Row], None]
"""Changes an object (what the answer shows) before it is saved."""

Part = Callable[[Writing, Row, list[Row]], None]
"""Stores an association's items in the saved row."""


@dataclass(frozen=True)
class Kind:
    """What is special about a resource. `insert` replaces the plain insert and may give the object any id."""

    prepare: Step | None = None
    change: Callable[[Writing, Row, Row], None] | None = None
    insert: Callable[[Writing, Row], Row] | None = None
    added: Callable[[Writing, Row, Row], None] | None = None
    changed: Callable[[Writing, Row, Row], None] | None = None
    parts: Part | None = None
    verify: Step | None = None


def post(writing: Writing, resource: Resource, kind: Kind, entities: list[Entity]) -> list[Row]:
    """Validate all entities, then save one after the other; gives what the answer shows."""
    objects = []
    for entity in entities:
        if entity.fields.get("id"):
            raise Refusal(400, (91, "id is forbidden when adding a new resource"))
        objects.append(_object(resource, entity, {}, full=True))
        _verify(writing, resource, kind, objects[-1])
    return [_add(writing, resource, kind, one, entity) for one, entity in zip(objects, entities, strict=True)]


def change(writing: Writing, resource: Resource, kind: Kind, entities: list[Entity], *, full: bool) -> list[Row]:
    """PUT (`full`: absent fields become empty) or PATCH; the ids in the bodies decide (reference 3)."""
    table = writing.shop.table(resource.name)
    if any(not entity.fields.get("id") for entity in entities):
        raise Refusal(400, (90, "id is required when modifying a resource"))
    if any(table.get(entity.fields["id"]) is None for entity in entities):
        raise Refusal(404, (92, "Invalid ID"))
    pairs = []
    for entity in entities:
        row = table.rows[int(entity.fields["id"])]
        one = _object(resource, entity, shown(writing.shop, resource.name, row), full=full)
        if kind.change:
            kind.change(writing, one, row)
        pairs.append((one, row))
        _verify(writing, resource, kind, one)
    return [
        _change(writing, resource, kind, one, row, entity) for (one, row), entity in zip(pairs, entities, strict=True)
    ]


def delete(shop: Shop, resource: Resource, text: str) -> None:
    """Delete the rows of the ids in the path; one that does not exist refuses all."""
    table = shop.table(resource.name)
    ids = [one for one in text.strip("[]").split(",") if one]
    missing = [one for one in ids if table.get(one) is None]
    if missing or not ids:
        raise Refusal(404, (87, f"Id(s) not exists: {', '.join(missing)}"))
    for one in ids:
        table.delete(int(one))


def _object(resource: Resource, entity: Entity, have: Row, *, full: bool) -> Row:
    """The object of a body: sent texts over what there is (PATCH) or over nothing (POST, PUT)."""
    one: Row = {} if full else dict(have)
    one |= {name: value for name, value in have.items() if name.startswith("_")}
    if entity.fields.get("id"):
        one["id"] = entity.fields["id"]
    for field in resource.fields:
        given = entity.fields.get(field.name)
        if given is not None:
            if field.locked:
                said = f'parameter "{field.name}" not writable. Please remove this attribute of this XML'
                raise Refusal(400, (93, said))
            if field.localised and not isinstance(given, dict):
                given = dict.fromkeys(("1", "2"), given)
            one[field.name] = {**(one.get(field.name) or {}), **given} if field.localised else given
        elif full:
            if field.required and not field.localised:
                raise Refusal(400, (41, f'parameter "{field.name}" required'))
            one[field.name] = None
    return one


def _verify(writing: Writing, resource: Resource, kind: Kind, one: Row) -> None:
    check(resource.cls, resource.fields, one)
    if kind.verify:
        kind.verify(writing, one)


def _add(writing: Writing, resource: Resource, kind: Kind, one: Row, entity: Entity) -> Row:
    shop = writing.shop
    if kind.insert:
        return kind.insert(writing, one)
    now = shop.time()
    for name in ("date_add", "date_upd"):
        if name in resource.by_name:
            one[name] = now
    if kind.prepare:
        kind.prepare(writing, one)
    table = shop.table(resource.name)
    one["id"] = str(table.next_id())
    row = table.save(shop.row(resource, one))
    if kind.added:
        kind.added(writing, one, row)
    _associate(writing, resource, kind, row, entity)
    return _echo(shop, resource, one, row)


def _change(writing: Writing, resource: Resource, kind: Kind, one: Row, row: Row, entity: Entity) -> Row:
    shop = writing.shop
    now = shop.time()
    if "date_add" in resource.by_name and not one.get("date_add"):
        one["date_add"] = now
    if "date_upd" in resource.by_name:
        one["date_upd"] = now
    table = shop.table(resource.name)
    saved = table.save(_merged(shop, resource, one, row))
    if kind.changed:
        kind.changed(writing, one, saved)
    _associate(writing, resource, kind, saved, entity)
    return _echo(shop, resource, one, saved)


def _merged(shop: Shop, resource: Resource, one: Row, row: Row) -> Row:
    """The saved row of a changed object: a computed value that was only carried along does not reach the column."""
    computed = shown(shop, resource.name, row)
    values = {
        name: row[name] if name in row and name in computed and value == computed[name] else value
        for name, value in one.items()
    }
    return shop.row(resource, values)


def _associate(writing: Writing, resource: Resource, kind: Kind, row: Row, entity: Entity) -> None:
    for name, items in entity.associations:
        if known(resource, name) is None:
            raise Refusal(400, (86, f'The association "{name}" does not exists'))
        if kind.parts:
            kind.parts(writing, row, items)
            writing.shop.table(resource.name).save(row)


def _echo(shop: Shop, resource: Resource, one: Row, row: Row) -> Row:
    """What the answer shows: the object as it stands in memory, its associations from the database."""
    fresh = shown(shop, resource.name, row)
    names = {part.name for part in resource.associations}
    return {**one, **{name: fresh.get(name) for name in names}}
