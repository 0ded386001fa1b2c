"""Statements that run for every order, as plain SQL whose text is made once.

Django composes the text of a query anew each time it runs; at thirty small queries per order that was three quarters
of all CPU (docs/figures.md). Everything that does not run for every order goes through Django's querysets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, models

Model = type[models.Model]
Row = TypeVar("Row", bound=models.Model)


def execute(sql: str, values: Iterable[Any]) -> int:
    """Run one statement; returns how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, tuple(values))
        return int(cursor.rowcount)


def row_of(sql: str, values: Iterable[Any]) -> tuple[Any, ...] | None:
    """The only row of a statement that answers one row or none."""
    with connection.cursor() as cursor:
        cursor.execute(sql, tuple(values))
        rows = cursor.fetchall()  # to the end: only then has SQLite committed an UPDATE … RETURNING
        return rows[0] if rows else None


def read(model: type[Row], sql: str, values: Iterable[Any]) -> list[Row]:
    """Rows of a model from a SELECT of all its columns, in the table's or any other order; whatever else the statement
    selects becomes an attribute of that name, as the driver gave it."""
    with connection.cursor() as cursor:
        cursor.execute(sql, tuple(values))
        names = [column[0] for column in cursor.description]
        return [_instance(model, dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def _instance(model: type[Row], told: dict[str, Any]) -> Row:
    for name, (expression, converters) in _converters(model).items():
        for convert in converters:
            told[name] = convert(told[name], expression, connection)
    names = _columns(model)
    found = model.from_db(connection.alias, names, [told.pop(name) for name in names])
    for name, value in told.items():
        setattr(found, name, value)
    return found


def update(model: Model, where: Mapping[str, Any], columns: Mapping[str, Any]) -> int:
    """UPDATE by equality, like `filter(**where).update(**columns)`; returns how many rows it touched."""
    return execute(_update(model, tuple(columns), tuple(where)), [*_prepared(model, columns), *where.values()])


def create(row: models.Model) -> None:
    """Write a new row as it stands; it learns its id."""
    row.pk = insert(type(row), {name: getattr(row, field.attname) for name, field in _fields(type(row)).items()})


def insert(model: Model, columns: Mapping[str, Any]) -> int:
    """A new row, other columns as the model's defaults say; returns its id."""
    filled = {name: columns.get(name, default) for name, default in defaults(model).items()}
    told = row_of(_insert(model), _prepared(model, filled))
    assert told is not None  # noqa: S101 - an INSERT … RETURNING answers its row or raises
    return int(told[0])


class Upsert:
    """INSERT … ON CONFLICT … DO UPDATE for many rows. Rows are mappings by column; a column that is not named gets its
    model's default. A row that is already there, by `unique`, gets only the columns of `update`. Values go to the
    driver as they are: text, numbers, booleans, None."""

    def __init__(self, model: Model, *, unique: tuple[str, ...], update: tuple[str, ...]) -> None:
        self._defaults = defaults(model)
        unknown = {*unique, *update} - self._defaults.keys()
        if unknown:
            raise ValueError(f"{model.__name__} has no columns {', '.join(sorted(unknown))}")
        values = ", ".join(f'"{name}" = excluded."{name}"' for name in update)
        keys = ", ".join(f'"{name}"' for name in unique)
        self._sql = f"{_insert_into(model)} ON CONFLICT ({keys}) DO UPDATE SET {values}"

    def run(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Write all rows, in the caller's transaction. Raises IntegrityError as Django would."""
        columns = list(self._defaults)
        filled = ({**self._defaults, **row} for row in rows)
        with connection.cursor() as cursor:
            cursor.executemany(self._sql, [tuple(row[name] for name in columns) for row in filled])


def _prepared(model: Model, columns: Mapping[str, Any]) -> list[Any]:
    """Values as the database takes them (JSON as text, secrets encrypted)."""
    fields = _fields(model)
    return [fields[name].get_db_prep_save(value, connection) for name, value in columns.items()]


def _concrete(model: Model) -> list[Any]:
    return list(model._meta.concrete_fields)


@lru_cache(maxsize=64)
def _columns(model: Model) -> list[str]:
    return [field.column for field in _concrete(model)]


@lru_cache(maxsize=64)
def _converters(model: Model) -> dict[str, tuple[Any, list[Any]]]:
    """Of the columns whose values the driver does not give as Python shall see them (JSON; truth on SQLite)."""
    columns = [field.get_col(model._meta.db_table) for field in _concrete(model)]
    found = {
        column.target.column: (column, connection.ops.get_db_converters(column) + column.get_db_converters(connection))
        for column in columns
    }
    return {name: pair for name, pair in found.items() if pair[1]}


@lru_cache(maxsize=64)
def _fields(model: Model) -> dict[str, Any]:
    """All that is written: not the id, not what the database computes."""
    unwritten = (models.AutoField, models.GeneratedField)
    return {field.column: field for field in _concrete(model) if not isinstance(field, unwritten)}


@lru_cache(maxsize=64)
def defaults(model: Model) -> dict[str, Any]:
    """Only for callers that change none of these: a default such as a list is one object."""
    return {name: field.get_default() for name, field in _fields(model).items()}


def _insert_into(model: Model) -> str:
    names = ", ".join(f'"{name}"' for name in _fields(model))
    places = ", ".join(["%s"] * len(_fields(model)))
    return f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({places})'  # noqa: S608 - names of our own models


@lru_cache(maxsize=64)
def _insert(model: Model) -> str:
    return f"{_insert_into(model)} RETURNING id"


@lru_cache(maxsize=256)
def _update(model: Model, columns: tuple[str, ...], where: tuple[str, ...]) -> str:
    news = ", ".join(f'"{name}" = %s' for name in columns)
    tests = " AND ".join(f'"{name}" = %s' for name in where)
    return f'UPDATE "{model._meta.db_table}" SET {news} WHERE {tests}'  # noqa: S608 - names of our own models
