"""Writes PDFs by hand, with the ills of real ones: ligatures, columns, scans, encryption, damage. No library needed."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import md5

_WIDTH, _HEIGHT = 612, 792
_LIGATURES = {"\ufb01": "\x01", "\ufb02": "\x02"}
_FONT = (
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding "
    b"/BaseEncoding /WinAnsiEncoding /Differences [1 /fi /fl] >> >>"
)
_SIGNS = (
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FirstChar 65 /LastChar 122 /ToUnicode %d 0 R "
    b"/Encoding /WinAnsiEncoding >>"
)
_PICTURE = (
    b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 "
    b"/Length 1 >>\nstream\n\x80\nendstream"
)
_PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
_ID = b"0123456789abcdef"


@dataclass(frozen=True)
class Text:
    """Words that begin at a point, from the lower left corner of the page."""

    x: float
    y: float
    words: str
    size: float = 11
    turn: str = "1 0 0 1"
    """The matrix that turns them; "0 1 -1 0" runs upwards, "0.7 0.7 -0.7 0.7" is slanted."""
    unseen: bool = False
    """Drawn so that nobody sees them, as the guesses of a machine under a scan are."""
    unmapped: bool = False
    """In a font that does not say which letters it draws."""

    def drawn(self) -> bytes:
        """The operators that draw it."""
        font, mode = ("F2" if self.unmapped else "F1"), (3 if self.unseen else 0)
        words = "".join(_LIGATURES.get(letter, letter) for letter in self.words).encode("cp1252")
        escaped = words.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        place = f"BT /{font} {self.size:g} Tf {mode} Tr {self.turn} {self.x:g} {self.y:g} Tm ("
        return place.encode() + escaped + b") Tj ET\n"


@dataclass(frozen=True)
class Page:
    """What is drawn on a page, in this order."""

    texts: Sequence[Text]
    scanned: bool = False
    """A picture fills it."""
    turned: int = 0
    """By how many degrees it is shown turned."""

    def drawn(self) -> bytes:
        """The operators that draw it."""
        picture = f"q {_WIDTH} 0 0 {_HEIGHT} 0 0 cm /Im Do Q\n".encode() if self.scanned else b""
        return picture + b"".join(text.drawn() for text in self.texts)


@dataclass(frozen=True)
class Document:
    """Pages; `pdf()` writes them."""

    pages: Sequence[Page]
    password: str = ""
    """What a reader has to type."""
    no_copying: bool = False
    """It opens for everybody, and says that its text must not be copied."""
    compressed: bool = False

    def pdf(self) -> bytes:
        """The bytes of the file."""
        objects = list(self._objects())
        crypt = _Crypt(self.password, may_copy=not self.no_copying) if self.password or self.no_copying else None
        if crypt is not None:
            objects = [crypt.hidden(number, each) for number, each in enumerate(objects, 1)] + [crypt.entry]
        out, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
        for number, each in enumerate(objects, 1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
        table = b"".join(b"%010d 00000 n \n" % place for place in places)
        locked = b"/Encrypt %d 0 R " % len(objects) if crypt is not None else b""
        size = len(objects) + 1
        index = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n" % (size, table)
        trailer = b"<< /Size %d /Root 1 0 R %s/ID [(%s) (%s)] >>\n" % (size, locked, _ID, _ID)
        return out + index + trailer + b"startxref\n%d\n%%%%EOF\n" % len(out)

    def _objects(self) -> Iterator[bytes]:
        first = 7
        kids = b" ".join(b"%d 0 R" % (first + 2 * number) for number in range(len(self.pages)))
        yield b"<< /Type /Catalog /Pages 2 0 R >>"
        yield b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(self.pages))
        yield _FONT
        yield _SIGNS % 5
        yield stream(_to_nowhere())
        yield _PICTURE
        for number, page in enumerate(self.pages):
            yield (
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Rotate %d /Contents %d 0 R /Resources << /Font "
                b"<< /F1 3 0 R /F2 4 0 R >> /XObject << /Im 6 0 R >> >> >>"
            ) % (_WIDTH, _HEIGHT, page.turned, first + 2 * number + 1)
            yield stream(page.drawn(), compressed=self.compressed)


def stream(content: bytes, *, compressed: bool = False) -> bytes:
    """The body of an object that holds bytes."""
    content = zlib.compress(content) if compressed else content
    packed = b"/Filter /FlateDecode " if compressed else b""
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (packed, len(content), content)


def lines(*texts: str, left: float = 72, top: float = 720, step: float = 14, size: float = 11) -> list[Text]:
    """Lines of text below each other; an empty one leaves a gap."""
    return [Text(left, top - number * step, each, size) for number, each in enumerate(texts) if each]


def _to_nowhere() -> bytes:
    """A map of characters that sends all letters to signs without a meaning."""
    codes = b"".join(b"<%02X> <E0%02X>\n" % (code, code) for code in range(65, 123))
    return (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        b"1 begincodespacerange\n<00> <FF>\nendcodespacerange\n58 beginbfchar\n%sendbfchar\nendcmap end end\n" % codes
    )


class _Crypt:
    """The oldest encryption of PDFs (RC4 with 40 bits), which every reader knows."""

    def __init__(self, password: str, *, may_copy: bool) -> None:
        self.permits = -4 if may_copy else -4 & ~0x10
        user = (password.encode() + _PADDING)[:32]
        self.owner = _rc4(md5((b"owner" + _PADDING)[:32]).digest()[:5], user)
        self.key = md5(user + self.owner + self.permits.to_bytes(4, "little", signed=True) + _ID).digest()[:5]

    @property
    def entry(self) -> bytes:
        """The object that says how to decrypt."""
        user = _rc4(self.key, _PADDING)
        form = b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P %d >>"
        return form % (self.owner.hex().encode(), user.hex().encode(), self.permits)

    def hidden(self, number: int, content: bytes) -> bytes:
        """An object with its stream encrypted."""
        head, found, tail = content.partition(b"stream\n")
        if not found:
            return content
        inside = tail.removesuffix(b"\nendstream")
        key = md5(self.key + number.to_bytes(3, "little") + bytes(2)).digest()[:10]
        return head + found + _rc4(key, inside) + b"\nendstream"


def _rc4(key: bytes, content: bytes) -> bytes:
    box = list(range(256))
    at = 0
    for index in range(256):
        at = (at + box[index] + key[index % len(key)]) % 256
        box[index], box[at] = box[at], box[index]
    out, one, other = bytearray(), 0, 0
    for byte in content:
        one = (one + 1) % 256
        other = (other + box[one]) % 256
        box[one], box[other] = box[other], box[one]
        out.append(byte ^ box[(box[one] + box[other]) % 256])
    return bytes(out)
