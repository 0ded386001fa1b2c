"""Cancellations: the seller's, the buyer's requests, eligibility, reasons (reference tiktok-shop-api.md 5)."""

from decimal import Decimal

from tokbridge.sandbox.tiktok import reasons
from tokbridge.sandbox.tiktok.api import Desk, Endpoint, Request, Table
from tokbridge.sandbox.tiktok.cancellations import PENDING, SUCCESS
from tokbridge.sandbox.tiktok.errors import (
    BAD_ORDER_STATUS,
    MESSAGES,
    NOT_YOURS,
    REASON_UNFIT,
    REVERSE_OPEN,
    ApiError,
    bad_parameter,
)
from tokbridge.sandbox.tiktok.money import text
from tokbridge.sandbox.tiktok.paging import Limits, cut, read_page
from tokbridge.sandbox.tiktok.world import Order
from tokbridge.sandbox.wire import Json

FOREVER = 1 << 62
LIMITS = Limits(50, 10, descending=False)
SHOWN = (
    "cancel_id", "order_id", "cancel_type", "cancel_status", "role", "cancel_reason", "create_time", "update_time",
)  # fmt: skip
BEFORE_SHIPPING = frozenset({"UNPAID", "ON_HOLD", "AWAITING_SHIPMENT"})


class ReverseApi:
    """The /return_refund/ endpoints about cancelling."""

    def __init__(self, desk: Desk, table: Table) -> None:
        self._desk = desk
        self._world = desk.world
        self._answered: dict[tuple[str, str], Json] = {}
        for version in ("202309", "202602"):
            base = f"/return_refund/{version}"
            create = Endpoint("cancellations.create", self.create, write=True)
            table.add("POST", f"{base}/cancellations", create)
            table.add("POST", f"{base}/cancellations/search", Endpoint("cancellations.search", self.search))
            eligibility = Endpoint("aftersale_eligibility", self.eligibility)
            table.add("GET", f"{base}/orders/{{order_id}}/aftersale_eligibility", eligibility)
        base = "/return_refund/202309"
        approve = Endpoint("cancellations.approve", self.approve, write=True)
        table.add("POST", f"{base}/cancellations/{{cancel_id}}/approve", approve)
        reject = Endpoint("cancellations.reject", self.reject, write=True)
        table.add("POST", f"{base}/cancellations/{{cancel_id}}/reject", reject)
        table.add("GET", f"{base}/reject_reasons", Endpoint("reject_reasons", self.reject_reasons))

    def create(self, request: Request) -> Json:
        """Cancel Order by the seller; the answer says SUCCESS, the search soon says COMPLETE."""
        order = self._world.order_of(request.shop, request.string("order_id"))
        region = request.shop["region"]
        problem = self._ineligible(order, region)
        if problem:
            raise ApiError(problem)
        allowed = reasons.seller_reasons(region, order.status == "UNPAID")
        reason = request.string("cancel_reason")
        if reason not in allowed.values():
            raise ApiError(REASON_UNFIT)
        lines = self._lines(request, order)
        if len(lines) < len(order.live_lines) and (
            region not in reasons.PARTIAL or reason != allowed.get("out_of_stock")
        ):
            raise bad_parameter("order_line_item_ids", "items cannot be cancelled one by one", "the whole order")
        cancellation = self._desk.life.cancellations.cancel(order, "SELLER", reason, lines)
        return {"cancel_id": cancellation["cancel_id"], "cancel_status": SUCCESS}

    def search(self, request: Request) -> Json:
        """Cancellations by ids, types, states and times; oldest first unless asked otherwise."""
        page = read_page(request.call, request.body, LIMITS, self._desk.settings)
        wanted = {
            "cancel_id": request.strings("cancel_ids"),
            "order_id": request.strings("order_ids"),
            "cancel_type": request.strings("cancel_types"),
            "cancel_status": request.strings("cancel_status"),
        }
        buyers = request.strings("buyer_user_ids")
        bounds = {name: (request.integer(f"{name}_ge"), request.integer(f"{name}_lt")) for name in LIMITS.fields}
        entries = []
        for one in self._world.cancellations.values():
            order = self._world.order(one["order_id"])
            if (
                order.shop_id == request.shop["id"]
                and all(not values or one[name] in values for name, values in wanted.items())
                and (not buyers or order.doc["user_id"] in buyers)
                and all((low or 0) <= one[name] < (high or FOREVER) for name, (low, high) in bounds.items())
            ):
                entries.append((one[page.field], one["cancel_id"]))
        entries.sort()
        found, tail = cut(entries, page, self._desk.settings)
        shown = [self._show(self._world.cancellations[key], request.shop) for key in found]
        return {"cancellations": shown, **tail}

    def eligibility(self, request: Request) -> Json:
        """Which lines may be cancelled with which reasons; keeps the API's spelling order_line_items_ids."""
        order = self._world.order_of(request.shop, request.path["order_id"])
        types = request.listed("request_types") or ["CANCEL", "REFUND", "RETURN_AND_REFUND"]
        region = request.shop["region"]
        by_sku: dict[str, list[str]] = {}
        for line in order.lines:
            by_sku.setdefault(line["sku_id"], []).append(line["id"])
        answers = []
        for kind in types:
            problem = self._ineligible(order, region) if kind == "CANCEL" else BAD_ORDER_STATUS
            if problem:
                answer: Json = {"eligible": False, "ineligible_code": problem, "ineligible_reason": MESSAGES[problem]}
            else:
                names = list(reasons.seller_reasons(region, order.status == "UNPAID").values())
                answer = {"eligible": True, "available_reason_names": names}
            answers.append({"request_type": kind} | answer)
        return {
            "sku_eligibility": [
                {"sku_id": sku, "line_item_eligibility": [one | {"order_line_items_ids": ids} for one in answers]}
                for sku, ids in by_sku.items()
            ]
        }

    def approve(self, request: Request) -> Json:
        """Grant the buyer's request."""
        return self._answer(request, "approve")

    def reject(self, request: Request) -> Json:
        """Refuse the buyer's request with a reason name."""
        if request.string("reject_reason") not in reasons.reject_reasons(request.shop["region"]):
            raise bad_parameter("reject_reason", "unknown reason", "a name from reject_reasons")
        return self._answer(request, "reject")

    def reject_reasons(self, request: Request) -> Json:
        """Names and English words."""
        self._cancellation(request, request.call.first("return_or_cancel_id"))
        names = reasons.reject_reasons(request.shop["region"])
        return {"reasons": [{"name": name, "text": reasons.english(name)} for name in names]}

    def _answer(self, request: Request, decision: str) -> Json:
        cancellation = self._cancellation(request, request.path["cancel_id"])
        key = (cancellation["cancel_id"] + decision, request.call.first("idempotency_key"))
        if key[1] and key in self._answered:
            return self._answered[key]
        if cancellation["cancel_status"] != PENDING:
            raise ApiError(BAD_ORDER_STATUS)
        if decision == "approve":
            self._desk.life.cancellations.approve(cancellation)
        else:
            self._desk.life.cancellations.close(cancellation)
        self._answered[key] = {}
        return {}

    def _cancellation(self, request: Request, cancel_id: str) -> Json:
        found = self._world.cancellations.get(cancel_id)
        if found is None or self._world.order(found["order_id"]).shop_id != request.shop["id"]:
            raise ApiError(NOT_YOURS)
        return found

    def _ineligible(self, order: Order, region: str) -> int:
        """The code why the seller may not cancel; 0 = may."""
        if any(one["cancel_status"] == PENDING for one in self._world.cancellations_of(order)):
            return REVERSE_OPEN
        if order.status in BEFORE_SHIPPING or (order.status == "AWAITING_COLLECTION" and region == "US"):
            return 0
        return BAD_ORDER_STATUS

    def _lines(self, request: Request, order: Order) -> list[Json]:
        live = order.live_lines
        ids = list(request.strings("order_line_item_ids"))
        if listed := request.objects("order_line_list"):
            if ids or "/202602/" not in request.call.path:
                raise bad_parameter(
                    "order_line_list", "not together with order_line_item_ids, only 202602", "one of them"
                )
            ids = [str(one.get("order_line_item_id")) for one in listed]
        for sku in request.objects("skus"):
            count = sku.get("quantity")
            fitting = [line["id"] for line in live if line["sku_id"] == sku.get("sku_id") and line["id"] not in ids]
            if not isinstance(count, int) or not 0 < count <= len(fitting):
                raise bad_parameter("skus", "no such quantity", "live units of the SKU")
            ids += fitting[:count]
        if not ids:
            return live
        lines = [line for line in live if line["id"] in ids]
        if len(lines) != len(set(ids)):
            raise bad_parameter("order_line_item_ids", "unknown or cancelled line", "live lines of the order")
        return lines

    def _show(self, cancellation: Json, shop: Json) -> Json:
        order = self._world.order(cancellation["order_id"])
        lines = {line["id"]: line for line in order.lines}
        shown: Json = {name: cancellation[name] for name in SHOWN}
        shown |= {
            "cancel_reason_text": reasons.english(cancellation["cancel_reason"]),
            "should_replenish_stock": True,
            "cancel_line_items": [_line(lines[one], number) for number, one in enumerate(cancellation["line_ids"])],
        }
        if cancellation["cancel_status"] == PENDING:
            deadline = cancellation["create_time"] + int(self._desk.settings["request_answer_seconds"] or 0)
            shown["seller_next_action_response"] = [{"action": "SELLER_RESPOND_BUYER_CANCEL", "deadline": deadline}]
        if cancellation["was_paid"]:
            shown["refund_amount"] = _refund(order, [lines[one] for one in cancellation["line_ids"]], shop["currency"])
        return shown


def _line(line: Json, number: int) -> Json:
    return {
        "cancel_line_item_id": f"4039{line['id'][4:-1]}{number % 10}",
        "order_line_item_id": line["id"],
        "sku_id": line["sku_id"],
        "sku_name": line["sku_name"],
        "seller_sku": line["seller_sku"],
        "product_name": line["product_name"],
        "product_image": {"url": line["sku_image"], "width": 200, "height": 200},
    }


def _refund(order: Order, lines: list[Json], currency: str) -> Json:
    """What the buyer gets back: the lines with their tax, and the shipping when nothing remains."""
    subtotal = sum((Decimal(line["sale_price"]) for line in lines), Decimal(0))
    tax = sum((Decimal(one["tax_amount"]) for line in lines for one in line.get("item_tax", [])), Decimal(0))
    whole = len(lines) == len(order.lines)
    shipping = Decimal(order.doc["payment"].get("shipping_fee", "0")) if whole else Decimal(0)
    return {
        "currency": currency,
        "refund_total": text(subtotal + tax + shipping, currency),
        "refund_subtotal": text(subtotal, currency),
        "refund_shipping_fee": text(shipping, currency),
        "refund_tax": text(tax, currency),
    }
