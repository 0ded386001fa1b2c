"""How the connections are, and what is still to do before the first order can be carried."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tokbridge.core.problems import kind
from tokbridge.records.models import Account, Authorisation, Channel, Connection, Problem, Store, Watermark
from tokbridge.web.lists import orders
from tokbridge.web.tongue import told

SOON = 30 * 86400  # seconds before its end in which a log-in is called to be renewed
QUIET = 900  # seconds without an answer that are worth a word


@dataclass(frozen=True, slots=True)
class Health:
    """`address`: its orders, or its problem; "" for one of several shops, each of which has its own. `shops`: name and
    address; None = a store. `todo`: what somebody should do, "" when nothing. `quiet`: it says it works,
    and has not answered for longer than it should."""

    row: Connection
    shops: tuple[tuple[str, str], ...] | None
    news: float | None
    address: str
    todo: str
    command: str
    expires: int | None
    quiet: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that must be there before an order can be carried. `settings` and `commands`: as one types them."""

    done: bool
    title: str | Promise
    about: str | Promise
    settings: tuple[str, ...] = ()
    command: str = ""


def steps() -> list[Step]:
    """In the order in which one does them."""
    return [
        Step(
            Authorisation.objects.exists(),
            gettext_lazy("Name your TikTok app"),
            gettext_lazy("Key, secret and service id stand on the app's page in TikTok's Partner Center. Then start:"),
            ("TOKBRIDGE_TIKTOK_APP_KEY", "TOKBRIDGE_TIKTOK_APP_SECRET", "TOKBRIDGE_TIKTOK_SERVICE_ID"),
            "tokbridge serve",
        ),
        Step(
            Store.objects.exists(),
            gettext_lazy("Name your web store"),
            gettext_lazy(
                "One of these, with the credentials that the platform's page of the documentation lists. Then ask:"
            ),
            ("TOKBRIDGE_SHOPIFY_SHOP", "TOKBRIDGE_MAGENTO_SHOP", "TOKBRIDGE_PRESTASHOP_SHOP"),
            "tokbridge check",
        ),
        Step(
            Account.objects.exists(),
            gettext_lazy("Let Tokbridge into your TikTok shop"),
            gettext_lazy("The command prints the page on which you agree, and says what to do with the code it gives:"),
            (),
            "tokbridge authorise",
        ),
        Step(
            Channel.objects.exists(),
            gettext_lazy("Lead the shop to the store"),
            gettext_lazy("By itself where there is one store. With several stores, say which shop leads where; then:"),
            ("TOKBRIDGE_CHANNELS",),
            "tokbridge check",
        ),
    ]


def steps_left() -> int:
    """Nothing is asked twice: who has a channel has all that comes before it."""
    return 0 if Channel.objects.exists() else sum(not step.done for step in steps())


def health() -> list[Health]:
    """Every connection, those that need somebody first."""
    now = time.time()
    accounts = list(Account.objects.values_list("authorisation__connection_id", "pk", "name"))
    read = Watermark.objects.filter(feed="orders").values_list("account__authorisation__connection_id", "value")
    stores = dict(Store.objects.values_list("connection_id", "pk"))
    apps = {row.connection_id: row for row in Authorisation.objects.all()}
    problems = Problem.objects.filter(connection__isnull=False, order=None, closed_at__isnull=True)
    fixes = {row.connection_id: told(kind(row.code).fix) for row in problems.order_by("-first_at")}
    news: dict[int, float] = {}
    for connection_id, value in read:  # of several shops the one that is furthest behind
        news[connection_id] = min(value, news.get(connection_id, value))
    found = []
    for row in Connection.objects.order_by("name", "pk"):
        shops = tuple((name, orders(account=pk)) for connection_id, pk, name in accounts if connection_id == row.pk)
        address = orders(store=stores[row.pk]) if row.pk in stores else shops[0][1] if len(shops) == 1 else ""
        if row.state != "healthy" or row.pk in fixes:
            address = f"{reverse('problems')}#connection-{row.pk}"
        app = apps.get(row.pk)
        todo, command = fixes.get(row.pk, ""), ""
        expires = None
        if app is not None and not app.access_token:
            todo, command = (
                todo or _("No shop has let it in yet. Run this and follow what it says:"),
                "tokbridge authorise",
            )
        elif app is not None and app.refresh_expires and app.refresh_expires < now + SOON:
            expires = app.refresh_expires
            todo, command = todo or _("Let it in anew before then. Run:"), "tokbridge authorise"
        quiet = bool(row.answered_at) and row.answered_at < now - QUIET
        if quiet and not todo:
            todo, command = _("Are the workers running? Ask:"), "tokbridge check"
        of_row = shops if app is not None else None
        found.append(Health(row, of_row, news.get(row.pk), address, todo, command, expires, quiet))
    return sorted(found, key=lambda one: (one.row.state == "healthy", not one.todo))


def sum_up(found: list[Health]) -> str:
    """One line for all of them."""
    sick = sum(one.row.state != "healthy" or bool(one.todo) for one in found)
    if sick:
        return ngettext("%d connection needs somebody", "%d connections need somebody", sick) % sick
    return _("All of them work") if found else ""
