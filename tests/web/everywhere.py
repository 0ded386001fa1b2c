"""Where the pages of `tests.web.everything` are: those of `scripts.pages`, in as many ways as they look different, and the
parts that pages ask for by themselves."""

from __future__ import annotations

from scripts.pages import FILLED, PARTS, pages
from tests.web.everything import Everything
from tokbridge.web.acting import ACTIONS
from tokbridge.web.product_lists import LISTS

LOGGED_OUT = "login"  # leads away who is logged in


def addresses(of: Everything) -> dict[str, list[str]]:
    """By the name of the address. Raises `KeyError` with the name of a page or part that nobody said where to find."""
    plain = {name: address for name, address in pages().items() if name not in FILLED and name != LOGGED_OUT}
    filled = _filled(of)
    found = {name: [address, *_more(of).get(name, [])] for name, address in plain.items()}
    return found | {name: filled[name] for name in sorted(FILLED | dict.fromkeys(PARTS))}


def _filled(of: Everything) -> dict[str, list[str]]:
    ticked = "&".join(f"order={order.pk}" for order in of.orders)
    group = f"code={of.group.code}&account={of.link.account_id}&store={of.link.store_id}"
    link = f"{of.link.store_id}/{of.link.sku_id}"
    return {
        "order": [FILLED["order"].format(order=order.pk) for order in of.orders],
        "order-actions": [FILLED["order-actions"].format(order=order.pk) for order in of.orders],
        "act": [f"/act/{verb}/?{ticked}" for verb in ACTIONS if verb != "ship"] + ["/act/sync/"],
        "act-ship": [f"/act/ship/?{ticked}", "/act/ship/", FILLED["act-ship"].format(ship=of.orders[0].pk)],
        "ship-table": [FILLED["ship-table"].format(table=of.table.token)],
        "run": [FILLED["run"].format(run=run.pk) for run in of.runs]
        + [f"/runs/{of.runs[0].pk}/?state={state}" for state in ("later", "done&after=done-999999999")],
        "problem-group": [FILLED["problem-group"].format(group=one) for one in (group, "code=clash&account=1")],
        "problem-cause": [FILLED["problem-cause"].format(group=one) for one in (group, "code=clash")],
        "product": [
            *(FILLED["product"].format(product=one) for one in (link, f"{of.link.store_id}/id-MUG-GREEN")),
            f"/products/{link}/?find=mug&part=2|v1|MUG",
        ],
        "orders-live": ["/orders/live/"],
        "overview-live": ["/overview/live/"],
        "runs-active": ["/runs/active/"],
        "run-live": [f"/runs/{run.pk}/live/" for run in of.runs],
    }


def _more(of: Everything) -> dict[str, list[str]]:
    """Pages that need nothing filled in, and say other things when more is asked for."""
    begin = int(of.orders[0].placed_at)
    return {
        "orders": [
            "/?tab=error",
            "/?tab=all&q=nowhere",
            "/?due=late&sort=due&currency=GBP",
            "/?carried=300",
            f"/?placed_from=2026-01-02&problem={of.group.code}",
            f"/?mode=seller&span={begin}-{begin + 86400}",
        ],
        "products": [
            "/products/?q=nothing",
            *(f"/products/?kind={kind}" for kind in LISTS),
            "/products/?kind=links&q=x",
        ],
    }
