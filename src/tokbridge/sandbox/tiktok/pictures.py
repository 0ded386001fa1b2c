"""Pictures of products, drawn here: every SKU has its own, always the same, and none is anybody's work."""

import hashlib
import struct
import zlib
from functools import lru_cache
from urllib.parse import quote, unquote

from tokbridge.sandbox.wire import Answer, Call

PREFIX = "/pictures/"
SIDE = 200


def address(base_url: str, sku_id: str) -> str:
    """Where the SKU's picture is; on the real platform that is another host, here it is this one."""
    return f"{base_url}{PREFIX}{quote(sku_id, safe='')}.png"


def answer(call: Call) -> Answer:
    """The picture that the path names."""
    if call.method not in {"GET", "HEAD"} or not call.path.endswith(".png"):
        return Answer(404, b"not found", "text/plain")
    return Answer(200, draw(unquote(call.path[len(PREFIX) : -len(".png")])), "image/png")


@lru_cache(maxsize=512)
def draw(name: str) -> bytes:
    """A PNG: a figure of one of four kinds on a light ground, kind and colours by the name."""
    digest = hashlib.sha256(name.encode()).digest()
    hue = digest[0] / 256
    palette = bytes([*_rgb(hue, 0.12, 0.97), *_rgb(hue, 0.62, 0.72), *_rgb((hue + 0.08) % 1, 0.45, 0.9)])
    rows = bytearray()
    for y in range(SIDE):
        rows.append(0)  # no filter
        rows += bytes(_colour(digest[1] % 4, x - SIDE / 2 + 0.5, y - SIDE / 2 + 0.5) for x in range(SIDE))
    head = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 3, 0, 0, 0)  # 8 bits, a palette
    parts = ((b"IHDR", head), (b"PLTE", palette), (b"IDAT", zlib.compress(bytes(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _colour(figure: int, x: float, y: float) -> int:
    """0 ground, 1 figure, 2 its lighter part; from the middle of the picture."""
    if figure == 0:  # a mug
        body, handle = abs(x + 8) < 44 and abs(y) < 50, (x - 40) ** 2 + y**2
        return 2 if body and x < -28 else 1 if body or 18**2 < handle < 30**2 else 0
    if figure == 1:  # a bottle
        neck, body = abs(x) < 14 and -70 < y < -20, (abs(x) / 34) ** 4 + ((y - 22) / 48) ** 4 < 1
        return 2 if body and -4 < y < 40 else 1 if neck or body else 0
    if figure == 2:  # a ball
        inside = x**2 + y**2 < 62**2
        return 2 if inside and (x + 18) ** 2 + (y + 20) ** 2 < 26**2 else 1 if inside else 0
    box = abs(x) < 58 and -34 < y < 58  # a parcel
    return 2 if box and abs(x) < 12 else 1 if box or (abs(x) < 58 and -44 < y < -38) else 0


def _rgb(hue: float, saturation: float, value: float) -> tuple[int, ...]:
    """One of six sectors of the colour wheel, as bytes."""
    sector, rest = divmod(hue * 6, 1)
    low, falling, rising = (value * (1 - saturation * part) for part in (1, rest, 1 - rest))
    order = [
        (value, rising, low), (falling, value, low), (low, value, rising), (low, falling, value), (rising, low, value),
        (value, low, falling),
    ][int(sector) % 6]  # fmt: skip
    return tuple(round(part * 255) for part in order)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
