"""Who we are connected to, how healthy that is, and which way orders go."""

from __future__ import annotations

from django.db import models

from tokbridge.records.secrets import SecretField


class ConnectionState(models.TextChoices):
    HEALTHY = "healthy"
    REFUSED = "refused"  # credentials or permissions: everything stops, one banner
    LIMITED = "limited"  # the platform asks us to slow down
    BROKEN = "broken"  # the breaker is open: nothing is sent until `retry_at`


class Connection(models.Model):
    """Health, limit and breaker of one authorisation or store, shared by all workers."""

    name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=ConnectionState, default=ConnectionState.HEALTHY)
    code = models.CharField(max_length=60, blank=True)
    words = models.CharField(max_length=500, blank=True)
    since = models.FloatField(default=0)
    answered_at = models.FloatField(default=0)  # the platform last answered a whole question as asked
    failures = models.IntegerField(default=0)  # in a row
    retry_at = models.FloatField(default=0)
    # GCRA: `tat` = theoretical arrival time of the next unit; rate in units per second, burst in units
    tat = models.FloatField(default=0)
    rate = models.FloatField(default=20)
    burst = models.FloatField(default=20)


class Authorisation(models.Model):
    """App key and secret plus the tokens of one seller."""

    connection = models.OneToOneField(Connection, on_delete=models.PROTECT)
    app_key = models.CharField(max_length=60)
    app_secret = SecretField()
    us = models.BooleanField(default=False)
    service_id = models.CharField(max_length=60, blank=True)
    api_url = models.CharField(max_length=200)
    auth_url = models.CharField(max_length=200)
    access_token = SecretField(blank=True)
    refresh_token = SecretField(blank=True)
    access_expires = models.IntegerField(default=0)
    refresh_expires = models.IntegerField(default=0)
    open_id = models.CharField(max_length=80, blank=True)
    seller_name = models.CharField(max_length=120, blank=True)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.FloatField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["app_key", "open_id"], name="one_authorisation_per_seller"),)


class Account(models.Model):
    """One TikTok shop."""

    authorisation = models.ForeignKey(Authorisation, on_delete=models.PROTECT, related_name="accounts")
    shop_id = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=120)
    region = models.CharField(max_length=4)
    cipher = models.CharField(max_length=200)
    prepare_at = models.FloatField(default=0)  # when its webhooks are looked at again


class Watermark(models.Model):
    """Up to which update time a feed of an account is known to be stored, and who is reading it right now."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="watermarks")
    feed = models.CharField(max_length=20)  # "orders", "cancellations", "day" (the last 24 hours again), "proof"
    value = models.IntegerField(default=0)
    next_at = models.FloatField(default=0)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.FloatField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["account", "feed"], name="one_watermark_per_feed"),)


class Store(models.Model):
    """One web store. `credentials` is JSON of the platform's own names; `cursor` belongs to its adapter."""

    connection = models.OneToOneField(Connection, on_delete=models.PROTECT)
    platform = models.CharField(max_length=20)
    address = models.CharField(max_length=200)
    credentials = SecretField()
    options = models.JSONField(default=dict)
    currency = models.CharField(max_length=3, blank=True)
    stock_proof = models.JSONField(default=dict)  # see sync.stock_proof
    oldest = models.IntegerField(null=True)  # seconds: older orders could not be found again in this store
    cursor = models.CharField(max_length=200, blank=True)
    next_at = models.FloatField(default=0)
    prepare_at = models.FloatField(default=0)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.FloatField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["platform", "address"], name="one_store_per_address"),)


class Channel(models.Model):
    """The route from an account to a store. `rule`: "all", "warehouse" or "sku_prefix"; `value` belongs to the rule."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="channels")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="channels")
    rule = models.CharField(max_length=12, default="all")
    value = models.CharField(max_length=80, blank=True)
    policy = models.JSONField(default=dict)  # fields of core.policy.Policy that differ from its defaults
    start = models.IntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["account", "rule", "value"], name="one_channel_per_rule"),)
