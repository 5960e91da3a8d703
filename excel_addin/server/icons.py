"""The add-in's icons, drawn here: a rounded square with three rising bars."""

from __future__ import annotations

import struct
import zlib

SIZES = (16, 32, 64, 80)
_FINE = 4  # points across a pixel that an edge crosses, so that it looks smooth
_POINTS = tuple((i, j) for i in range(_FINE) for j in range(_FINE))
_GROUND = (31, 111, 104)
_BARS = ((0.20, 0.56), (0.42, 0.40), (0.64, 0.24))  # left edge and top, in parts of the side
_BAR_WIDTH, _FOOT, _CORNER = 0.16, 0.78, 0.20


def _shape(x: float, y: float) -> int:
    """What is drawn at a point of the unit square: 0 nothing, 1 the ground, 2 a bar."""
    dx, dy = max(_CORNER - x, x - (1 - _CORNER), 0.0), max(_CORNER - y, y - (1 - _CORNER), 0.0)
    if dx * dx + dy * dy > _CORNER * _CORNER:
        return 0
    return 2 if any(left <= x < left + _BAR_WIDTH and top <= y < _FOOT for left, top in _BARS) else 1


def icon(size: int) -> bytes:
    r"""The icon as a PNG of so many pixels each way.

    >>> icon(16)[:8]
    b'\x89PNG\r\n\x1a\n'
    """
    edges = [[_shape(x / size, y / size) for x in range(size + 1)] for y in range(size + 1)]
    rows = bytearray()
    for y in range(size):
        rows.append(0)  # no filter
        for x in range(size):
            seen = [*edges[y][x : x + 2], *edges[y + 1][x : x + 2]]
            if len(set(seen)) > 1:
                seen = [_shape((x + (i + 0.5) / _FINE) / size, (y + (j + 0.5) / _FINE) / size) for i, j in _POINTS]
            covered = sum(map(bool, seen))
            white = seen.count(2) / covered if covered else 0.0
            rows += bytes(round(one + (255 - one) * white) for one in _GROUND)
            rows.append(round(255 * covered / len(seen)))

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)  # 8 bits each of red, green, blue, alpha
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(rows), 9))
        + chunk(b"IEND", b"")
    )
