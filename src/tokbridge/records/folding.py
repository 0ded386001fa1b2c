"""Texts as they are compared when somebody searches: small letters without accents ("Lucía" is "lucia")."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

_MARKS = re.compile("[\u0300-\u036f]")
_LETTERS = str.maketrans("łŁøØđĐı", "lLoOdDi")  # letters that Unicode does not take apart
_DOUBLE = (("ß", "ss"), ("æ", "ae"), ("Æ", "AE"), ("œ", "oe"), ("Œ", "OE"))


def fold(text: str) -> str:
    """Both databases know it as `tokbridge_fold`; what it answers for a text stands in their indexes. Whoever changes
    it renames it there too, so that the indexes are made anew."""
    if text.isascii():
        return text.lower()
    bare = _MARKS.sub("", unicodedata.normalize("NFD", text)).translate(_LETTERS)
    for one, two in _DOUBLE:
        bare = bare.replace(one, two)
    return bare.lower()


_remembered = lru_cache(maxsize=20_000)(fold)  # a walk through the list asks for the same names again and again

POSTGRESQL = r"""
CREATE OR REPLACE FUNCTION tokbridge_fold(t text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $fold$
SELECT CASE WHEN octet_length(t) = length(t) THEN lower(t) ELSE lower(
  replace(replace(replace(replace(replace(
    translate(regexp_replace(normalize(t, NFD), '[\u0300-\u036f]', '', 'g'), 'łŁøØđĐı', 'lLoOdDi'),
  'ß', 'ss'), 'æ', 'ae'), 'Æ', 'AE'), 'œ', 'oe'), 'Œ', 'OE')
) END
$fold$
"""


def prepare_connection(connection: BaseDatabaseWrapper, **_more: Any) -> None:
    """A new connection to SQLite learns the function that its triggers call. PostgreSQL neither compiles queries (up to
    200 ms for a search of 60) nor starts workers for them: all of ours are short."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("tokbridge_fold", 1, _remembered, deterministic=True)
    elif connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off; SET max_parallel_workers_per_gather = 0")
