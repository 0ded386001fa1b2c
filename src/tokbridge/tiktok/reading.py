"""How TikTok's JSON is read at the edge: tolerant of what varies, strict about what counts.

Absent, null and "" mean the same; ids are text even where TikTok sends a JSON integer; unknown fields are ignored
(reference tiktok-shop-api.md, conventions on the wire).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from tokbridge.core.errors import Unknown
from tokbridge.core.saying import say
from tokbridge.tiktok.errors import Unreadable

T = TypeVar("T")


def _text(value: object) -> object:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _or(default: object) -> BeforeValidator:
    return BeforeValidator(lambda value: default if value is None or value == "" else value)


def _moment(value: object) -> object:
    return None if value in (None, "", 0, "0") else value


Text = Annotated[str, BeforeValidator(_text)]
Id = Annotated[str, BeforeValidator(_text), Field(min_length=1)]
Flag = Annotated[bool, _or(False)]
Count = Annotated[int, _or(0)]
Moment = Annotated[int | None, BeforeValidator(_moment)]  # Unix seconds
Many = Annotated[tuple[T, ...], _or(())]


class Shape(BaseModel):
    """Part of one of TikTok's answers."""

    model_config = ConfigDict(extra="ignore", frozen=True)


ShapeT = TypeVar("ShapeT", bound=Shape)


def read(shape: type[ShapeT], data: Mapping[str, Any], *, written: bool = False) -> ShapeT:
    """`data` as `shape`. Raises `Unreadable` naming the first field that does not fit; after a write that TikTok
    called a success it raises `Unknown` instead: it was done, but the answer does not say what."""
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        if written:
            raise Unknown("unreadable", say("{field}: {words}", field=field, words=first["msg"])) from None
        raise Unreadable(field, first["msg"]) from None
