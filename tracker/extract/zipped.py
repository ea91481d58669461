"""The one file of a ZIP archive that a publisher wraps its document in; a hostile archive does nothing."""

from __future__ import annotations

import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from tracker.errors import ExtractionError

_FIRST_BYTES = (b"PK\x03\x04", b"PK\x05\x06")
_ENTRY = b"PK\x01\x02"
_MOST_FILES = 2_000
"""Files in an archive; each has an entry of its own in the list at its end."""
_ENCRYPTED = 1


def is_zip(body: bytes) -> bool:
    """Whether bytes claim to be a ZIP archive."""
    return body.startswith(_FIRST_BYTES)


def only_file(body: bytes, suffix: str, limit: int) -> bytes:
    """The bytes of the one file whose name ends so, at most `limit` of them; raises ExtractionError."""
    if body.count(_ENTRY) > _MOST_FILES:
        raise ExtractionError(f"The ZIP archive lists more than {_MOST_FILES} files; it was not read.")
    try:
        with ZipFile(BytesIO(body)) as archive:
            found = [each for each in archive.infolist() if each.filename.lower().endswith(suffix)]
            if len(found) != 1:
                raise ExtractionError(f"The ZIP archive has {len(found)} {suffix} files where one is expected.")
            _refuse(found[0], limit)
            with archive.open(found[0]) as file:
                return file.read(limit + 1)
    except (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, OverflowError) as error:
        raise ExtractionError(f"The ZIP archive is damaged or cut off ({error}).") from None


def _refuse(info: ZipInfo, limit: int) -> None:
    """Raise ExtractionError for a file that must not be unpacked."""
    if info.flag_bits & _ENCRYPTED:
        raise ExtractionError("The file in the ZIP archive is encrypted.")
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        # The others would be unpacked as a whole before their length is known.
        raise ExtractionError(f"The file in the ZIP archive is compressed in an unusual way ({info.compress_type}).")
    if info.file_size > limit:
        raise ExtractionError(f"The file in the ZIP archive is larger than {limit / 2**20:g} MB; it was not unpacked.")
