"""What a resource is: its fields, their columns and rules, its associations; read from compact text tables."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tokbridge.sandbox.prestashop import resources_buyer, resources_catalogue, resources_sale, resources_shop

Row = dict[str, Any]
"""A stored object: "id" (int), texts as the database shows them, {language id: text} for localised fields, None for
NULL, lists of rows for associations. Names that begin with "_" are columns the webservice does not show."""


@dataclass(frozen=True)
class Field:
    """One field. `kind` is the column's type (see columns.py), `rule` the validation, `link` the resource of its id."""

    name: str
    kind: str
    rule: str = ""
    required: bool = False
    size: int = 0
    link: str = ""
    always_link: bool = False
    not_filterable: bool = False
    read_only: bool = False
    locked: bool = False
    localised: bool = False

    @property
    def is_date(self) -> bool:
        """date_add and date_upd need date=1 to be filtered or sorted (reference 4)."""
        return self.name in ("date_add", "date_upd")


@dataclass(frozen=True)
class Association:
    """One list under <associations>: `api` is the resource its items link to, "" for items without own address."""

    name: str
    node: str
    api: str = ""
    fields: tuple[Field, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Resource:
    """One resource: `node` is the element of an entity, `group` that of a list, `cls` the class named in messages."""

    name: str
    node: str
    cls: str
    group: str
    fields: tuple[Field, ...]
    associations: tuple[Association, ...] = ()
    forbidden: frozenset[str] = frozenset()
    order: tuple[str, ...] = ()
    lang_sort_breaks: bool = False
    by_name: dict[str, Field] = field(default_factory=dict, hash=False, compare=False)


def _field(line: str) -> Field:
    head, kind, rule, *marks = line.split()
    link = next((mark[1:] for mark in marks if mark.startswith("@")), "")
    return Field(
        name=head.rstrip("!"),
        kind=kind,
        rule="" if rule == "-" else rule,
        required=head.endswith("!"),
        size=next((int(mark[1:]) for mark in marks if mark.startswith("#")), 0),
        link=link.rstrip("+"),
        always_link=link.endswith("+"),
        not_filterable="~" in marks,
        read_only="ro" in marks or "locked" in marks,
        locked="locked" in marks,
        localised="i18n" in marks,
    )


def _association(line: str) -> Association:
    """`+ name node api|- field[!][@link] …`; an association's field is required with "!"."""
    name, node, api, *names = line.split()[1:]
    fields = tuple(_part(one) for one in names)
    return Association(name, node, "" if api == "-" else api, fields)


def _part(text: str) -> Field:
    text, locked = text.removesuffix("*"), text.endswith("*")
    head, _, link = text.partition("@")
    return Field(head.rstrip("!"), "text", required=head.endswith("!"), link=link, read_only=locked)


def read(text: str) -> dict[str, Resource]:
    """All resources of a table. A line without indent begins one: `name node Class [list node] [!VERB] [<order]`."""
    found: dict[str, Resource] = {}
    head: list[str] = []
    fields: list[Field] = []
    associations: list[Association] = []

    def close() -> None:
        if head:
            found[head[0]] = _resource(head, fields, associations)
            fields.clear()
            associations.clear()

    for line in text.splitlines():
        if not line.strip():
            continue
        if not line.startswith(" "):
            close()
            head = line.split()
        elif line.strip().startswith("+"):
            associations.append(_association(line))
        else:
            fields.append(_field(line))
    close()
    return found


def _resource(head: list[str], fields: list[Field], associations: list[Association]) -> Resource:
    name, node, cls, *marks = head
    group = next((mark for mark in marks if mark[0] not in "!<%"), name)
    return Resource(
        name,
        node,
        cls,
        group,
        tuple(fields),
        tuple(associations),
        frozenset(mark[1:] for mark in marks if mark.startswith("!")),
        tuple(part for mark in marks if mark.startswith("<") for part in mark[1:].split(",")),
        "%" in marks,
        {one.name: one for one in fields},
    )


@cache
def resources() -> dict[str, Resource]:
    """Every resource of the shop by name, in the order the root lists them."""
    known = {
        **read(resources_buyer.TEXT),
        **read(resources_sale.TEXT),
        **read(resources_catalogue.TEXT),
        **read(resources_shop.TEXT),
    }
    return {name: known.get(name) or _bare(name) for name, _ in resources_shop.DESCRIPTIONS}


def _bare(name: str) -> Resource:
    """A resource this sandbox only lists: always empty, with an id and nothing else."""
    node = name.removesuffix("ies") + "y" if name.endswith("ies") else name.removesuffix("s")
    return Resource(name, node, "".join(part.title() for part in node.split("_")), name, ())
