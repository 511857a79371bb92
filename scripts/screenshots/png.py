"""Make a screenshot's PNG small: at most 256 colours and a palette, which pages of text and flat fills need."""

import struct
import zlib

import numpy as np
from numba import njit

SIGNATURE = b"\x89PNG\r\n\x1a\n"
COLOURS = 256
CHANNELS = {2: 3, 6: 4}  # colour types of PNG: RGB, RGB with opacity


def shrink(png: bytes) -> bytes:
    """The same picture with a palette of its 256 most frequent colours; the rarer take the nearest of them.

    Takes what Chromium writes: 8 bits a channel, not interlaced. Raises ValueError for another kind of PNG.
    """
    width, height, channels, packed = _parts(png)
    rows = np.frombuffer(zlib.decompress(packed), dtype=np.uint8).reshape(height, 1 + width * channels)
    pixels = _unfilter(rows.copy(), channels).reshape(height, width, channels)[:, :, :3].astype(np.uint32)
    colours, places, counts = np.unique(
        (pixels[..., 0] << 16 | pixels[..., 1] << 8 | pixels[..., 2]).ravel(), return_inverse=True, return_counts=True
    )
    palette, index_of = _palette(colours, counts)
    lines = np.zeros((height, 1 + width), dtype=np.uint8)  # each line begins with its filter: none
    lines[:, 1:] = index_of[places].reshape(height, width)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(lines.tobytes(), 9)), (b"IEND", b""))
    return SIGNATURE + b"".join(_chunk(*chunk) for chunk in chunks)


def _parts(png: bytes) -> tuple[int, int, int, bytes]:
    """Width, height, channels and the packed lines."""
    if not png.startswith(SIGNATURE):
        raise ValueError("This is no PNG.")
    position, packed, header = len(SIGNATURE), [], b""
    while position < len(png):
        size, kind = struct.unpack_from(">I4s", png, position)
        body = png[position + 8 : position + 8 + size]
        if kind == b"IHDR":
            header = body
        elif kind == b"IDAT":
            packed.append(body)
        position += 12 + size
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    if depth != 8 or colour not in CHANNELS or interlaced:
        raise ValueError("Only PNG of 8 bits a channel, in colour, not interlaced.")
    return width, height, CHANNELS[colour], b"".join(packed)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _palette(colours: np.ndarray, counts: np.ndarray) -> tuple[bytes, np.ndarray]:
    """The palette's bytes, and for each colour its place in it."""
    kept = np.sort(np.argsort(-counts, kind="stable")[:COLOURS])
    rgb = np.stack([colours >> 16 & 255, colours >> 8 & 255, colours & 255], axis=1).astype(np.int32)
    index_of = np.empty(len(colours), dtype=np.uint8)
    for start in range(0, len(colours), 4096):
        part = rgb[start : start + 4096]
        index_of[start : start + 4096] = ((part[:, None, :] - rgb[kept][None]) ** 2).sum(axis=2).argmin(axis=1)
    return rgb[kept].astype(np.uint8).tobytes(), index_of


@njit(cache=True)
def _unfilter(rows, channels):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Undo the filters of PNG (section 9 of its specification), line by line."""
    height, width = rows.shape[0], rows.shape[1] - 1
    out = np.zeros((height, width), dtype=np.uint8)
    for y in range(height):
        kind = rows[y, 0]
        for x in range(width):
            left = int(out[y, x - channels]) if x >= channels else 0
            above = int(out[y - 1, x]) if y else 0
            corner = int(out[y - 1, x - channels]) if y and x >= channels else 0
            guess = 0
            if kind == 1:
                guess = left
            elif kind == 2:
                guess = above
            elif kind == 3:
                guess = (left + above) // 2
            elif kind == 4:
                near = left + above - corner
                to_left, to_above, to_corner = abs(near - left), abs(near - above), abs(near - corner)
                if to_left <= to_above and to_left <= to_corner:
                    guess = left
                elif to_above <= to_corner:
                    guess = above
                else:
                    guess = corner
            out[y, x] = (int(rows[y, x + 1]) + guess) & 255
    return out
