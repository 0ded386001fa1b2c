"""Which resources the webservice offers to a key: one by its name, all of them at the root (reference 2, 10)."""

import html

from tokbridge.sandbox.prestashop.access import VERBS, Key
from tokbridge.sandbox.prestashop.errors import Dead, Refusal
from tokbridge.sandbox.prestashop.query import closest
from tokbridge.sandbox.prestashop.render import Writer
from tokbridge.sandbox.prestashop.resources_shop import DESCRIPTIONS, WITHOUT_SCHEMA
from tokbridge.sandbox.prestashop.schema import Resource, resources
from tokbridge.sandbox.prestashop.shop import Shop
from tokbridge.sandbox.wire import Answer


def resource_named(shop: Shop, name: str, key: Key) -> Resource:
    """The resource of a call's path; refused when there is none of the name, or none for this key."""
    names = _known(shop)
    if name not in names:
        listed = ", ".join(f'"{one}"' for one in names)
        said = (
            f'Resource of type "{name}" does not exists. Did you mean: "{closest(name, names)}"? '
            f"The full list is: {listed}"
        )
        raise Refusal(400, (27, said))
    if not key.knows(name):
        raise Refusal(401, (26, f'Resource of type "{name}" is not allowed with this authentication key'))
    return resources()[name]


def root(shop: Shop, status: int, key: Key, writer: Writer) -> Answer:
    """The list of resources; in JSON the call dies."""
    if writer.as_json:
        raise Dead
    names = _known(shop)
    lines = [_entry(name, text, key, writer) for name, text in DESCRIPTIONS if key.knows(name) and name in names]
    body = f'<api shopName="{html.escape(shop.config("PS_SHOP_NAME"))}">\n{"".join(lines)}</api>\n'
    return writer.answer(status, body, {})


def _known(shop: Shop) -> list[str]:
    """The resources of the version played (reference 10)."""
    gone = {"warehouse_product_locations"} if shop.version() >= (9,) else set()
    names = [name for name, _ in DESCRIPTIONS]
    if shop.version() >= (9,):
        names = [name for name in names if not name.startswith("supply_order")]
    return [name for name in names if name not in gone]


def _entry(name: str, text: str, key: Key, writer: Writer) -> str:
    link = f' xlink:href="{writer.base}{name}"'
    may = "".join(f' {verb.lower()}="{"true" if key.may(name, verb) else "false"}"' for verb in VERBS)
    schemas = "".join(
        f'<schema xlink:href="{writer.base}{name}?schema={kind}" type="{kind}"/>\n' for kind in ("blank", "synopsis")
    )
    schemas = "" if name in WITHOUT_SCHEMA else schemas
    return f"<{name}{link}{may}>\n<description{link}{may}>\n{text}</description>\n{schemas}</{name}>\n"
