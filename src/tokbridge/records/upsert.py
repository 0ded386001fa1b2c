"""Many rows in one go: INSERT … ON CONFLICT … DO UPDATE, prepared once per table.

Django's `bulk_create` prepares every value of every row through its field, which is most of what storing a page of
orders costs (docs/figures.md). Here values go to the driver as they are, so they must be what the columns hold: text,
numbers, booleans, None.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, models


class Upsert:
    """Rows are mappings by column name; a column that is not named gets its model's default. A row that is already
    there, by `unique`, gets only the columns of `update`."""

    def __init__(self, model: type[models.Model], *, unique: tuple[str, ...], update: tuple[str, ...]) -> None:
        fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
        self._defaults: dict[str, Any] = {str(field.column): field.get_default() for field in fields}
        unknown = {*unique, *update} - self._defaults.keys()
        if unknown:
            raise ValueError(f"{model.__name__} has no columns {', '.join(sorted(unknown))}")
        names = ", ".join(f'"{name}"' for name in self._defaults)
        places = ", ".join(["%s"] * len(self._defaults))
        values = ", ".join(f'"{name}" = excluded."{name}"' for name in update)
        keys = ", ".join(f'"{name}"' for name in unique)
        self._sql = (
            f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({places}) '  # noqa: S608 - names of our own model
            f"ON CONFLICT ({keys}) DO UPDATE SET {values}"
        )

    def run(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write all rows, in the caller's transaction. Raises IntegrityError as Django would."""
        columns = list(self._defaults)
        filled = ({**self._defaults, **row} for row in rows)
        with connection.cursor() as cursor:
            cursor.executemany(self._sql, [tuple(row[name] for name in columns) for row in filled])
