"""Compressed bytes, alone or as what differs from an earlier version."""

from __future__ import annotations

import sys

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_LEVEL = 9
_LARGEST_WINDOW = 27
"""Log of the 128 MiB up to which a decompressor looks back unless told otherwise."""


class Damaged(ValueError):
    """Bytes that cannot be decompressed, or to more than allowed."""


def compress(body: bytes, base: bytes | None = None) -> bytes:
    """A frame that holds the body, or only its difference from a base."""
    if base is None:
        return zstd.compress(body, _LEVEL)
    options: dict[int, int] = {
        zstd.CompressionParameter.compression_level: _LEVEL,
        zstd.CompressionParameter.window_log: min(_LARGEST_WINDOW, max(10, (len(base) + len(body)).bit_length())),
    }
    return zstd.compress(body, options=options, zstd_dict=_prefix(base))


def decompress(frame: bytes, limit: int, base: bytes | None = None) -> bytes:
    """The body of a frame; raises Damaged, also when it is longer than the limit."""
    decompressor = zstd.ZstdDecompressor(zstd_dict=None if base is None else _prefix(base))
    try:
        body = decompressor.decompress(frame, max_length=limit + 1)
    except zstd.ZstdError as error:
        raise Damaged(str(error)) from None
    if len(body) > limit:
        raise Damaged(f"longer than {limit} bytes")
    if not decompressor.eof:
        raise Damaged("cut off")
    return body


def _prefix(base: bytes) -> tuple[zstd.ZstdDict, int]:
    return zstd.ZstdDict(base, is_raw=True).as_prefix
