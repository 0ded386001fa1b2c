"""Creating one store order: customer, address, cart with mark, prices, order (reference prestashop-webservice.md 5.7).

Everything before the order itself is found again by what we write into it (the customer by its e-mail, the address by
its alias, the cart by its mark, the prices by their cart), and nobody ships a cart: doubts there are `Retry`. The order
is asked for once; a doubt about it is looked up by its cart at once, and is `Unknown` when the look is empty. Once it is
there, whatever else goes wrong is `Unknown` too: the next look finds and finishes it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tokbridge.core.errors import Actor, Refused, Retry, Unknown
from tokbridge.core.plan import Plan, PlanAddress
from tokbridge.stores.base import Journal, StoreOrder
from tokbridge.stores.prestashop import finishing, mapping, pricing, texts
from tokbridge.stores.prestashop import record as records
from tokbridge.stores.prestashop.answers import flag
from tokbridge.stores.prestashop.config import PrestaShopConfig
from tokbridge.stores.prestashop.orders import Orders
from tokbridge.stores.prestashop.shopfacts import WS_PAYMENT, Country, ShopFacts
from tokbridge.stores.prestashop.transport import Row, Transport

ID_CART = "id_cart"  # in the journal
_RESERVED = ".invalid"  # no mail to it can ever reach anybody


@dataclass(frozen=True, slots=True)
class _Wish:
    """A plan with everything of the shop's that it needs, before anything is written."""

    plan: Plan
    address: PlanAddress
    country: Country
    currency: str  # the shop's id
    carrier: str  # id of today
    group: str
    language: str
    rows: list[pricing.CartRow]
    nets: Mapping[pricing.Variant, str]
    record: records.Record


class Creation:
    def __init__(self, transport: Transport, facts: ShopFacts, orders: Orders, config: PrestaShopConfig) -> None:
        self._transport = transport
        self._facts = facts
        self._orders = orders
        self._config = config

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
        wish = self._resolve(plan)
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
            words = f"order {row['id']} is made, and what was to follow is not done yet: {error.words}"
            raise Unknown(error.code, words) from error

    def _resolve(self, plan: Plan) -> _Wish:
        """Everything that can be known to be impossible is refused here, before the first write."""
        address = self._addressed(plan)
        rows = self._rows(plan)
        if not self._config.payment_module:
            words = "no payment module is named in the settings: an installed one is needed, e.g. ps_wirepayment"
            raise Refused("payment_module", words, Actor.OWNER)
        self._unpaid(plan)
        country = self._orders.country_of(address)
        currency = self._facts.currency(plan.currency)
        carrier = self._facts.carriers.ours()
        rates = self._facts.taxes.rates(
            [row.variant for row in rows],
            country.id,
            self._facts.state_of(country, address),
            texts.postcode(address.postal_code),
        )
        self._known_combinations(rows)
        rounding = self._facts.rounding(currency)
        quote = pricing.quote(rows, rates, plan.currency, rounding)
        # A carrier that is not free adds its own price, which must then be the buyer's (reference 5.6).
        own = Decimal(0) if flag(carrier.get("is_free")) else pricing.decimal_of(_shipping(plan), plan.currency)
        sent = f"{quote.cart + own:.{rounding.precision}f}"
        tag = mapping.tag_of(quote.nets, rows, sent, str(carrier["id"]))
        record = records.Record(
            marker=plan.marker,
            number=plan.number,
            total=plan.total,
            goods=quote.goods,
            extras=pricing.extras(plan) - (_shipping(plan) if own else 0),
            sent=sent,
            tag=tag,
            note=texts.message(plan.note),
            units={"-".join(row.variant): row.line_ids for row in rows},
        )
        group = self._facts.settings.get("PS_CUSTOMER_GROUP") or "3"
        return _Wish(
            plan=plan,
            address=address,
            country=country,
            currency=str(currency["id"]),
            carrier=str(carrier["id"]),
            group=group,
            language=self._facts.language,
            rows=rows,
            nets=quote.nets,
            record=record,
        )

    def _addressed(self, plan: Plan) -> PlanAddress:
        if not self._config.mails_off and not plan.email.lower().endswith(_RESERVED):
            words = (
                f"the shop mails the buyer at creation, and the e-mail of this order is not under {_RESERVED}: give the"
                " channel such an e-mail, or confirm with mails_off that the shop mails nobody"
            )
            raise Refused("mails_on", words, Actor.OWNER)
        if plan.address is None or not plan.address.country_code:
            raise Refused("no address", "PrestaShop needs an address with a country, and TikTok tells none")
        return plan.address

    def _rows(self, plan: Plan) -> list[pricing.CartRow]:
        unknown = [line.seller_sku or line.title for line in plan.lines if pricing.variant(line.variant) is None]
        if unknown:
            words = f"a PrestaShop cart holds products only; without one: {', '.join(unknown)}"
            raise Refused("placeholder", words, Actor.OPERATOR)
        if not plan.lines:
            raise Refused("no rows", "an order without rows cannot be made")
        return pricing.cart_rows(plan)

    def _unpaid(self, plan: Plan) -> None:
        """A cash-on-delivery order must not be booked as paid; the state of new orders is the shop's (reference 5.6)."""
        state = self._facts.states.get(self._facts.settings.get(WS_PAYMENT, ""))
        if not plan.paid and (state is None or state.paid or state.logable):
            words = (
                "PrestaShop books every new order of the webservice as paid, and this one is paid on delivery: point"
                " PS_OS_WS_PAYMENT at a state that counts as unpaid, or enter the order by hand"
            )
            raise Refused("cod", words, Actor.OWNER)

    def _known_combinations(self, rows: list[pricing.CartRow]) -> None:
        """A combination that is gone, or a product with combinations named without one, would take the wrong stock or
        die with an empty 500 (reference 5.4)."""
        by_product = self._facts.combinations({row.variant[0] for row in rows})
        for row in rows:
            product, attribute = row.variant
            known = by_product.get(product, set())
            if (attribute == "0" and known) or (attribute != "0" and attribute not in known):
                words = f"{row.sku}: product {product} of the shop has no combination {attribute} that can be sold"
                raise Refused("no such combination", words)

    def _refuse_again(self, wish: _Wish) -> None:
        """The same prices ended in the error state before: not again until a person allows it (reference 5.7)."""
        wanted = mapping.failed_mark(wish.plan.marker, wish.record.tag)
        display = "[id,gift_message,current_state,total_paid]"
        for row in self._transport.read("orders", f_gift_message=f"[{wanted}]%", display=display, sort="[id_ASC]"):
            tagged = str(row.get("gift_message") or "").startswith(wanted)
            if tagged and self._facts.cancelled(str(row.get("current_state"))):
                raise finishing.payment_error(str(row["id"]), wish.record.sent, str(row["total_paid"]))

    def _customer(self, wish: _Wish) -> tuple[str, bool]:
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

    def _cart(self, wish: _Wish, customer: str, address: str, journal: Journal) -> Row:
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

    def _missing_prices(self, wish: _Wish, cart: str) -> Mapping[pricing.Variant, str] | None:
        """Prices still to be written; None when the cart has one that is not ours: it can't be used."""
        missing = dict(wish.nets)
        for row in self._transport.read("specific_prices", f_id_cart=f"[{cart}]"):
            key = (str(row.get("id_product")), str(row.get("id_product_attribute") or "0"))
            if key not in missing or Decimal(missing.pop(key)) != Decimal(str(row.get("price") or "0")):
                return None
        return missing

    def _prices(self, wish: _Wish, cart: Row, customer: str, nets: Mapping[pricing.Variant, str]) -> None:
        shop = str(cart.get("id_shop") or self._config.shop_id or "1")
        bodies = [
            mapping.specific_price(
                variant, net, shop=shop, cart_id=str(cart["id"]), currency=wish.currency, customer_id=customer
            )
            for variant, net in nets.items()
        ]
        if bodies:
            self._transport.post_several("specific_prices", bodies)

    def _order(self, wish: _Wish, cart: Row) -> Row:
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
            raise Unknown(error.code, f"order {made['id']} is made and could not be read: {error.words}") from error
        if row is None:
            raise Unknown("not readable", f"order {made['id']} is made and the shop does not show it")
        return row

    def _after_doubt(self, cart: str, doubt: Unknown) -> Row:
        """500, a time-out, or a page: the order may be there (reference 1, fact 8)."""
        try:
            row = self._by_cart(cart)
        except (Retry, Refused):
            row = None
        if row is None:
            words = (
                f"{doubt.words}; no order of cart {cart} is seen yet. If this repeats: see that the payment module"
                f" {self._config.payment_module} is installed and active, and look into the shop's log"
            )
            raise Unknown(doubt.code, words) from doubt
        return row

    def _by_cart(self, cart: str) -> Row | None:
        rows = self._transport.read("orders", f_id_cart=f"[{cart}]", sort="[id_ASC]")
        return next((row for row in rows if str(row.get("id_cart")) == cart), None)


def _shipping(plan: Plan) -> int:
    return plan.shipping.price + pricing.taxes_on_top(plan, plan.shipping.taxes)
