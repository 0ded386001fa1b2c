"""The currency becomes a part of the facet, and what is to be shipped or came late into the store gets its indexes.

No database can change how a column is computed, so it is made anew. The triggers that name it go first and are made again,
with all counts, after the migration (`records.search_schema`).
"""

import django.db.models.functions.comparison
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TRIGGERS = ("tokbridge_order_new", "tokbridge_order_gone", "tokbridge_order_moved")


def forget_triggers(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    of_table = " ON records_order" if editor.connection.vendor == "postgresql" else ""
    for name in TRIGGERS:
        editor.execute(f"DROP TRIGGER IF EXISTS {name}{of_table}")


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0015_admin_links_from_settings"),
    ]

    operations = [
        migrations.RunPython(forget_triggers, migrations.RunPython.noop),
        migrations.RemoveIndex(
            model_name="order",
            name="order_facet_placed",
        ),
        migrations.RemoveField(
            model_name="order",
            name="facet",
        ),
        migrations.AddField(
            model_name="order",
            name="facet",
            field=models.GeneratedField(
                db_persist=True,
                serialize=False,
                expression=models.Func(
                    django.db.models.functions.comparison.Cast("account", models.TextField()),
                    models.Value("|"),
                    django.db.models.functions.comparison.Coalesce(
                        django.db.models.functions.comparison.Cast("channel", models.TextField()), models.Value("")
                    ),
                    models.Value("|"),
                    models.F("status"),
                    models.Value("|"),
                    models.F("tokbridge_status"),
                    models.Value("|"),
                    django.db.models.functions.comparison.Coalesce(models.F("problem_code"), models.Value("")),
                    models.Value("|"),
                    models.Case(
                        models.When(store_number__isnull=True, then=models.Value("0")),
                        default=models.Value("1"),
                        output_field=models.TextField(),
                    ),
                    models.Value("|"),
                    models.F("fulfilment_type"),
                    models.Value("|"),
                    models.F("logistic_mode"),
                    models.Value("|"),
                    models.F("currency"),
                    arg_joiner=" || ",
                    output_field=models.TextField(),
                    template="(%(expressions)s)",
                ),
                output_field=models.TextField(),
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["facet", "-placed_at", "-id"], name="order_facet_placed"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("status__in", ("AWAITING_SHIPMENT", "PARTIALLY_SHIPPING"))),
                fields=["ship_by"],
                name="order_ship_by",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(
                    ("ready_at__isnull", False),
                    models.Q(
                        ("created_at__isnull", True),
                        ("created_at__gt", models.F("ready_at") + models.Value(60)),
                        _connector="OR",
                    ),
                ),
                fields=["-placed_at", "-id", "ready_at", "created_at", "tokbridge_status"],
                name="order_slow",
            ),
        ),
    ]
