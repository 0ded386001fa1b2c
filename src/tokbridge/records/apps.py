from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class RecordsConfig(AppConfig):
    name = "tokbridge.records"
    label = "records"
    verbose_name = "Tokbridge records"

    def ready(self) -> None:
        from tokbridge.records.folding import prepare_connection  # noqa: PLC0415 - after the apps are loaded

        connection_created.connect(prepare_connection, dispatch_uid="tokbridge_fold")
        post_migrate.connect(_complete, sender=self)


def _complete(using: str, **_more: Any) -> None:
    """What Django's models cannot say is there after every migration, also one that made a table anew."""
    from tokbridge.records.search_schema import complete  # noqa: PLC0415 - models must be loaded

    complete(connections[using])
