"""Creating one store order: customer, address, cart with mark, prices, order (reference prestashop-webservice.md 5.7).

Everything before the order itself is found again by what we write into it (the customer by its e-mail, the address by
its alias, the cart by its mark, the prices by their cart), and nobody ships a cart: doubts there are `Retry`. The order
is asked for once; a doubt about it is looked up by its cart at once, and is `Unknown` when the look is empty. Once it is
there, whatever else goes wrong is `Unknown` too: the next look finds and finishes it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from decimal import Decimal

from tokbridge.core.errors import Refused, Retry, Unknown
from tokbridge.core.plan import Plan
from tokbridge.core.saying import say
from tokbridge.stores.base import Journal
from tokbridge.stores.nouns import StoreOrder
from tokbridge.stores.prestashop import finishing, mapping, pricing, texts
from tokbridge.stores.prestashop import record as records
from tokbridge.stores.prestashop.answers import flag
from tokbridge.stores.prestashop.config import PrestaShopConfig
from tokbridge.stores.prestashop.orders import Orders
from tokbridge.stores.prestashop.shopfacts import ShopFacts
from tokbridge.stores.prestashop.transport import Row, Transport
from tokbridge.stores.prestashop.wish import Wish, Wishes

ID_CART = "id_cart"  # in the journal


class Creation:
    def __init__(self, transport: Transport, facts: ShopFacts, orders: Orders, config: PrestaShopConfig) -> None:
        self._transport = transport
        self._facts = facts
        self._orders = orders
        self._config = config
        self._wishes = Wishes(facts, orders, config)

    def create(self, plan: Plan, journal: Journal) -> StoreOrder:
        cart_known = journal.get(ID_CART) or ""
        existing = self._by_cart(cart_known) if cart_known else None
        if existing is not None and existing.get("gift_message") in {mapping.mark(plan.marker), ""}:
            made = self._settled(existing, self._orders.record_of(existing))
            if made is not None:
                return made
        found = self._orders.find(plan.marker)
        if found is not None:
            return found
        wish = self._wishes.of(plan)
        self._refuse_again(wish)
        customer, known = self._customer(wish)
        address = self._orders.address_id(
            self._orders.address_fields(
                wish.address,
                wish.country,
                customer_id=customer,
                alias=mapping.alias(plan.marker),
                other=records.write(wish.record, texts.raw_address(wish.address)),
            ),
            known_customer=known,
        )
        cart = self._cart(wish, customer, address, journal)
        row = self._order(wish, cart)
        settled = self._settled(row, wish.record)
        if settled is None:
            raise finishing.refusal(row, wish.record)
        return settled

    def _settled(self, row: Row, record: records.Record | None) -> StoreOrder | None:
        """Finished and read back. The order exists, so no failure from here on may say that nothing was done."""
        try:
            settled = self._orders.settle(row, record)
            return self._orders.told(settled, record) if settled is not None else None
        except (Retry, Refused) as error:
            words = say(
                "order {order} is made, and what was to follow is not done yet: {why}", order=row["id"], why=error.words
            )
            raise Unknown(error.code, words) from error

    def _refuse_again(self, wish: Wish) -> None:
        """The same prices ended in the error state before: not again until a person allows it (reference 5.7)."""
        wanted = mapping.failed_mark(wish.plan.marker, wish.record.tag)
        display = "[id,gift_message,current_state,total_paid]"
        for row in self._transport.read("orders", f_gift_message=f"[{wanted}]%", display=display, sort="[id_ASC]"):
            tagged = str(row.get("gift_message") or "").startswith(wanted)
            if tagged and self._facts.cancelled(str(row.get("current_state"))):
                raise finishing.payment_error(str(row["id"]), wish.record.sent, str(row["total_paid"]))

    def _customer(self, wish: Wish) -> tuple[str, bool]:
        """The customer's id, and whether it was there before: by its e-mail, registered ones first."""
        email = wish.plan.email
        display = "[id,email,is_guest,deleted]"
        rows = self._transport.read("customers", f_email=f"[{email}]", display=display, sort="[id_ASC]")
        same = [row for row in rows if str(row.get("email", "")).casefold() == email.casefold()]
        living = [row for row in same if not flag(row.get("deleted"))]
        if living:
            return str(min(living, key=lambda row: flag(row.get("is_guest")))["id"]), True
        body = mapping.customer(
            wish.plan,
            group=wish.group,
            language=wish.language,
            password=secrets.token_urlsafe(24),
            name_size=self._orders.name_size,
        )
        return str(self._transport.post("customers", body, lookup=True)["id"]), False

    def _cart(self, wish: Wish, customer: str, address: str, journal: Journal) -> Row:
        """The cart with its prices: one left by an earlier try when it is the very same, else a new one."""
        body = mapping.cart(
            wish.plan,
            wish.rows,
            customer_id=customer,
            address_id=address,
            currency=wish.currency,
            language=wish.language,
            carrier=wish.carrier,
        )
        mark = mapping.mark(wish.plan.marker)
        for row in self._transport.read("carts", f_gift_message=f"[{mark}]", sort="[id_ASC]"):
            if not mapping.same_cart(row, body):
                continue
            missing = self._missing_prices(wish, str(row["id"]))
            if missing is not None and self._by_cart(str(row["id"])) is None:
                journal.save(ID_CART, str(row["id"]))
                self._prices(wish, row, customer, missing)
                return row
        made = self._transport.post("carts", body, lookup=True)
        journal.save(ID_CART, str(made["id"]))
        self._prices(wish, made, customer, wish.nets)
        return made

    def _missing_prices(self, wish: Wish, cart: str) -> Mapping[pricing.Variant, str] | None:
        """Prices still to be written; None when the cart has one that is not ours: it can't be used."""
        missing = dict(wish.nets)
        for row in self._transport.read("specific_prices", f_id_cart=f"[{cart}]"):
            key = (str(row.get("id_product")), str(row.get("id_product_attribute") or "0"))
            if key not in missing or Decimal(missing.pop(key)) != Decimal(str(row.get("price") or "0")):
                return None
        return missing

    def _prices(self, wish: Wish, cart: Row, customer: str, nets: Mapping[pricing.Variant, str]) -> None:
        shop = str(cart.get("id_shop") or self._config.shop_id or "1")
        bodies = [
            mapping.specific_price(
                variant, net, shop=shop, cart_id=str(cart["id"]), currency=wish.currency, customer_id=customer
            )
            for variant, net in nets.items()
        ]
        if bodies:
            self._transport.post_several("specific_prices", bodies)

    def _order(self, wish: Wish, cart: Row) -> Row:
        """Ask for the order once, and read it: the answer itself only repeats what was sent (reference 1, fact 3)."""
        body = mapping.order(
            cart,
            carrier=wish.carrier,
            module=self._config.payment_module,
            sent=wish.record.sent,
            language=wish.language,
        )
        try:
            made = self._transport.post("orders", body)
        except Unknown as doubt:
            return self._after_doubt(str(cart["id"]), doubt)
        try:
            row = self._transport.one("orders", str(made["id"]))
        except (Retry, Refused) as error:
            words = say("order {order} is made and could not be read: {why}", order=made["id"], why=error.words)
            raise Unknown(error.code, words) from error
        if row is None:
            words = say("order {order} is made and the shop does not show it", order=made["id"])
            raise Unknown("not readable", words)
        return row

    def _after_doubt(self, cart: str, doubt: Unknown) -> Row:
        """500, a time-out, or a page: the order may be there (reference 1, fact 8)."""
        try:
            row = self._by_cart(cart)
        except (Retry, Refused):
            row = None
        if row is None:
            words = say(
                "{words}; no order of cart {cart} is seen yet. If this repeats: see that the payment module {module} is"
                " installed and active, and look into the shop's log",
                words=doubt.words,
                cart=cart,
                module=self._config.payment_module,
            )
            raise Unknown(doubt.code, words) from doubt
        return row

    def _by_cart(self, cart: str) -> Row | None:
        rows = self._transport.read("orders", f_id_cart=f"[{cart}]", sort="[id_ASC]")
        return next((row for row in rows if str(row.get("id_cart")) == cart), None)
