"""What an order needs of the shop, looked up before anything is written (reference prestashop-webservice.md 5).

Everything that can be known to be impossible is refused here, before the first write.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tokbridge.core.errors import Actor, Refused
from tokbridge.core.plan import Plan, PlanAddress
from tokbridge.core.saying import say
from tokbridge.stores.prestashop import mapping, pricing, texts
from tokbridge.stores.prestashop import record as records
from tokbridge.stores.prestashop.answers import flag
from tokbridge.stores.prestashop.config import PrestaShopConfig
from tokbridge.stores.prestashop.orders import Orders
from tokbridge.stores.prestashop.shopfacts import WS_PAYMENT, Country, ShopFacts

_RESERVED = ".invalid"  # no mail to it can ever reach anybody


@dataclass(frozen=True, slots=True)
class Wish:
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


class Wishes:
    def __init__(self, facts: ShopFacts, orders: Orders, config: PrestaShopConfig) -> None:
        self._facts = facts
        self._orders = orders
        self._config = config

    def of(self, plan: Plan) -> Wish:
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
        return Wish(
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
            words = say(
                "the shop mails the buyer at creation, and the e-mail of this order is not under {domain}: give the"
                " channel such an e-mail, or confirm with mails_off that the shop mails nobody",
                domain=_RESERVED,
            )
            raise Refused("mails_on", words, Actor.OWNER)
        if plan.address is None or not plan.address.country_code:
            raise Refused("no address", "PrestaShop needs an address with a country, and TikTok tells none")
        return plan.address

    def _rows(self, plan: Plan) -> list[pricing.CartRow]:
        unknown = [line.seller_sku or line.title for line in plan.lines if pricing.variant(line.variant) is None]
        if unknown:
            words = say("a PrestaShop cart holds products only; without one: {names}", names=", ".join(unknown))
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
                words = say(
                    "{sku}: product {product} of the shop has no combination {combination} that can be sold",
                    sku=row.sku,
                    product=product,
                    combination=attribute,
                )
                raise Refused("no such combination", words)


def _shipping(plan: Plan) -> int:
    return plan.shipping.price + pricing.taxes_on_top(plan, plan.shipping.taxes)
