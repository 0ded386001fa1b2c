"""The order as we last saw it, its units and its raw document."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, Func, Q, TextField, Value, When
from django.db.models.functions import Cast, Coalesce

from tokbridge.core.standing import TokbridgeStatus
from tokbridge.core.status import Status
from tokbridge.records.models.connections import Account, Channel

STATUSES = [(status.value, status.value) for status in Status]
STANDINGS = [(status.value, status.value) for status in TokbridgeStatus]
_BAR = Value("|")
# What the list filters by and what takes few values, as one text; read by `records.facets`.
_FACET = Func(
    Cast("account", TextField()),
    _BAR,
    Coalesce(Cast("channel", TextField()), Value("")),
    _BAR,
    F("status"),
    _BAR,
    F("tokbridge_status"),
    _BAR,
    Coalesce(F("problem_code"), Value("")),
    _BAR,
    Case(When(store_number__isnull=True, then=Value("0")), default=Value("1"), output_field=TextField()),
    _BAR,
    F("fulfilment_type"),
    _BAR,
    F("logistic_mode"),
    _BAR,
    F("currency"),
    template="(%(expressions)s)",
    arg_joiner=" || ",
    output_field=TextField(),
)


class Order(models.Model):
    """One TikTok order. The row is the truth: whatever is to be done follows from it and the rows tied to it.

    `due_at`: when to look next (None: never by itself). `lease_*`: who works on it; every commit is fenced by the
    token. `read_at`: when the facts were read from TikTok (our clock). An order nobody can read has `status` "" and
    a problem; its document keeps the raw text.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="orders")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, null=True, related_name="orders")
    tiktok_id = models.CharField(max_length=32)
    status = models.CharField(max_length=20, choices=STATUSES, blank=True)
    tokbridge_status = models.CharField(max_length=12, choices=STANDINGS, default=TokbridgeStatus.WAITING)
    reason = models.CharField(max_length=200, blank=True)  # why it stands there, in a few words
    unreadable = models.CharField(max_length=200, blank=True)  # why TikTok's newest record could not be read
    problem_code = models.CharField(max_length=60, null=True)
    store_number = models.CharField(max_length=60, null=True)
    store_status = models.CharField(max_length=60, blank=True)
    placed_at = models.IntegerField(default=0)
    paid_at = models.IntegerField(null=True)
    update_time = models.IntegerField(default=0)
    ship_by = models.IntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    buyer_total = models.BigIntegerField(default=0)
    seller_total = models.BigIntegerField(null=True)  # None: TikTok's figures do not add up
    base_total = models.BigIntegerField(null=True)  # of the store order, in the store's own currency, when it tells it
    base_currency = models.CharField(max_length=3, null=True)
    base_rate = models.CharField(max_length=24, null=True)  # order currency for one of the store's; "" = not told
    fulfilment_type = models.CharField(max_length=10, blank=True)
    logistic_mode = models.CharField(max_length=10, blank=True)
    kind = models.CharField(max_length=12, blank=True)
    customer = models.CharField(max_length=200, blank=True)  # searched by records.search_schema's indexes
    buyer_id = models.CharField(max_length=40, blank=True)
    warehouse_id = models.CharField(max_length=40, blank=True)
    delivery_option = models.CharField(max_length=120, blank=True)
    units = models.IntegerField(default=0)
    is_cod = models.BooleanField(default=False)
    on_hold_shop = models.BooleanField(default=False)
    buyer_requests_cancel = models.BooleanField(default=False)
    cancel_reason = models.CharField(max_length=300, blank=True)
    cancel_initiator = models.CharField(max_length=20, blank=True)
    address_digest = models.CharField(max_length=32, blank=True)
    imported_at = models.FloatField()
    updated_at = models.FloatField()  # of this row
    read_at = models.FloatField(default=0)
    store_read_at = models.FloatField(default=0)
    ready_at = models.FloatField(null=True)
    created_at = models.FloatField(null=True)  # in the store
    archived_at = models.FloatField(null=True)
    due_at = models.FloatField(null=True)
    woken_at = models.FloatField(default=0)
    lease_token = models.CharField(max_length=100, blank=True)
    lease_until = models.FloatField(default=0)
    facet = models.GeneratedField(expression=_FACET, output_field=TextField(), db_persist=True, serialize=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["account", "tiktok_id"], name="one_row_per_order"),)
        indexes = (
            models.Index(fields=["due_at"], name="order_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["lease_until"], name="order_lease", condition=~Q(lease_token="")),
            models.Index(fields=["tiktok_id"], name="order_tiktok_id"),
            models.Index(fields=["-placed_at", "-id"], name="order_placed"),
            models.Index(fields=["status", "-placed_at", "-id"], name="order_status_placed"),
            models.Index(fields=["account", "-placed_at", "-id"], name="order_account_placed"),
            models.Index(fields=["facet", "-placed_at", "-id"], name="order_facet_placed"),
            models.Index(
                fields=["-placed_at", "-id"], name="order_problem_placed", condition=Q(problem_code__isnull=False)
            ),
            models.Index(fields=["created_at"], name="order_created", condition=Q(created_at__isnull=False)),
            models.Index(  # `records.clocks`, as the next one
                fields=["ship_by"],
                name="order_ship_by",
                condition=Q(status__in=("AWAITING_SHIPMENT", "PARTIALLY_SHIPPING")),
            ),
            models.Index(
                fields=["-placed_at", "-id", "ready_at", "created_at", "tokbridge_status"],
                name="order_slow",
                condition=Q(ready_at__isnull=False)
                & (Q(created_at__isnull=True) | Q(created_at__gt=F("ready_at") + Value(60))),
            ),
        )


class Tally(models.Model):
    """How many orders a facet has: the sum of `n` over its rows. Written by triggers only (`records.search_schema`):
    on SQLite one row per facet, on PostgreSQL one row per change, so that writers never wait for each other; the
    workers add those up (`records.facets.compact`)."""

    facet = models.TextField()
    n = models.BigIntegerField()

    class Meta:
        indexes = (models.Index(fields=["facet"], name="tally_facet"),)


class Article(models.Model):
    """One way a TikTok SKU has ever been named on a line; small, so that names are searched here and not among the
    lines. Written by triggers only. `words`: all its names and ids, folded (`records.folding`), at most 400 characters."""

    product_id = models.CharField(max_length=32)
    sku_id = models.CharField(max_length=32)
    words = models.CharField(max_length=400)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["sku_id", "product_id", "words"], name="one_row_per_article_name"),
        )


class Document(models.Model):
    """TikTok's own JSON of an order, the newest; apart from the row so that lists stay fast."""

    order = models.OneToOneField(Order, primary_key=True, on_delete=models.CASCADE, related_name="document")
    raw = models.TextField()


class Line(models.Model):
    """One unit."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    tiktok_id = models.CharField(max_length=32)
    position = models.IntegerField()
    product_id = models.CharField(max_length=32)
    sku_id = models.CharField(max_length=32)
    seller_sku = models.CharField(max_length=120)  # searched through `Article`
    product_name = models.CharField(max_length=500)
    sku_name = models.CharField(max_length=300)
    image = models.CharField(max_length=500)
    sale_price = models.BigIntegerField()
    is_gift = models.BooleanField()
    cancelled = models.BooleanField()
    package_id = models.CharField(max_length=32)
    tracking_number = models.CharField(max_length=60)
    provider_name = models.CharField(max_length=120)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["order", "tiktok_id"], name="one_row_per_unit"),)
        indexes = (
            models.Index(fields=["sku_id", "product_id", "order"], name="line_article"),
            models.Index(fields=["product_id", "order"], name="line_product"),
        )


class Cancellation(models.Model):
    """One cancellation or cancellation request as TikTok's second feed tells it."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="cancellations")
    tiktok_id = models.CharField(max_length=32)
    order_tiktok_id = models.CharField(max_length=32, db_index=True)
    type = models.CharField(max_length=30)
    status = models.CharField(max_length=60)
    role = models.CharField(max_length=20)
    reason = models.CharField(max_length=120)
    reason_text = models.CharField(max_length=300)
    line_ids = models.JSONField(default=list)
    answer_by = models.IntegerField(null=True)
    update_time = models.IntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["account", "tiktok_id"], name="one_row_per_cancellation"),)
