"""The words of a PDF's pages as the paragraphs that a reader sees: columns in turn, rows of tables, no page heads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from tracker.extract import numbers
from tracker.extract.pdf_words import Page, Word

_EDGE = 0.085
"""The part of a page at its top and bottom in which running heads and numbers stand."""
_REPEATED = 1 / 3
"""The share of pages on which a line at the edge must stand to be one of them."""
_WIDE = 1.5
"""A gap between words, in heights of a line, that no sentence has."""
_CELL_LINES = 6
"""Lines of a cell at most; what is longer is a column."""
_COLUMN_ROWS = 4
"""Rows at least that prove two columns whose lines are drawn across."""
_COLUMN_WIDTH = 0.25
"""The part of a page that the lines of a column take at least."""
_SMALL = 0.87
"""The height of a note beside that of the text."""
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.|seite|s\.|página|pagina)?\s*[-\u2013|\[(]?\s*(?:\d{1,4}|[ivxl]{1,7})\s*[-\u2013|\])]?"
    r"(?:\s*(?:/|\||of|von|de|sur)\s*\d{1,4})?(?:\s*\|?\s*(?:page|seite))?",
    re.IGNORECASE,
)
_LEADERS = re.compile(r"(?:\.\s?){4,}\s*\S{1,6}|\u2026{2,}\s*\S{1,6}")
_BULLET = r"[\u2022\u25aa\u25e6\u25cf\u25cb\u25a0\u2023\u2043\u2013\u2014*-]"
_LETTER = r"\((?:\d{1,3}|[a-z]{1,4})\)|(?:[a-z]|[ivx]{1,4}|\d{1,3})\)|[a-z]\.|\d{1,3}\."
_LABEL = re.compile(rf"(?:{_BULLET}|{_LETTER})\s+", re.IGNORECASE)
_LABEL_ALONE = re.compile(rf"(?:{_BULLET}|{_LETTER}|\d+(?:\.\d+)+\.?|§|Art\.|[A-Z]\.)", re.IGNORECASE)
_DATE = re.compile(numbers.DATE, re.IGNORECASE)
_ENDED = re.compile(r"(?:[.;:!?,]|\b(?:and|or|und|oder|et|ou|y|o|e))$|^$")
"""How a line ends after which an item may begin."""
_STAYS_HYPHENATED = re.compile(
    "self|non|all|half|quasi|cross|long|short|well|high|low|full|part|post|pre|anti|co|ex|over|under|third|first|second"
    "|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|one|two|three|four|five|six|seven|eight|nine|ten"
)


@dataclass(slots=True)
class Line:
    """Words on one baseline without a wide gap between them."""

    words: list[Word]

    @property
    def text(self) -> str:
        """Its words."""
        return " ".join(word.text for word in self.words)

    @property
    def left(self) -> float:
        """Where it begins."""
        return self.words[0].left

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.words[-1].right

    @property
    def bottom(self) -> float:
        """Its lower edge, raised figures apart."""
        return min(word.bottom for word in self.words)

    @property
    def top(self) -> float:
        """Its upper edge."""
        return max(word.top for word in self.words)

    @property
    def height(self) -> float:
        """How tall most of its words are."""
        return median(word.top - word.bottom for word in self.words)


Row = list[Line]
"""Lines beside each other; a line of text stands alone."""


@dataclass(slots=True)
class Block:
    """Lines below each other, or cells beside each other."""

    page: int
    cells: list[list[Line]]
    note: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What a reader takes for one paragraph, item of a list, row of a table or note."""

    kind: str
    text: str
    page: int
    """On which it begins."""
    cells: tuple[str, ...] = ()


@dataclass(slots=True)
class _Open:
    """A paragraph whose end has not been seen."""

    kind: str
    page: int
    lines: list[str] = field(default_factory=list)


def paragraphs(
    pages: Sequence[Page], begins: re.Pattern[str] | None, drop: Sequence[re.Pattern[str]]
) -> list[Paragraph]:
    """The paragraphs of a document in reading order; a line at which a section begins is one of its own."""
    rows = {page.number: list(_rows(page.words)) for page in pages}
    repeated = _repeated(pages, rows)
    reader = _Paragraphs(begins, _hyphenated(pages))
    for page in pages:
        text, notes = _without_notes(_kept(page, rows[page.number], repeated, begins, drop))
        in_turn = _in_turn(text, (page.right - page.left) * _COLUMN_WIDTH)
        for block in [*_blocks(in_turn, page.number), *_blocks(notes, page.number, note=True)]:
            reader.take(block)
    reader.close()
    return reader.found


def _rows(words: Sequence[Word]) -> Iterator[Row]:
    """Words as lines in the order in which they are drawn; what stands on one height is a row."""
    row: Row = []
    for word in words:
        last = row[-1] if row else None
        if last is None or not _beside(last, word) or word.left < last.right - last.height:
            if row:
                yield _labelled(row)
            row = [Line([word])]
        elif word.left - last.right > _WIDE * last.height:
            row.append(Line([word]))
        else:
            last.words.append(word)
    if row:
        yield _labelled(row)


def _beside(line: Line, word: Word) -> bool:
    """Whether a word stands on the height of a line, a raised figure included."""
    shared = min(line.top, word.top) - max(line.bottom, word.bottom)
    return shared > 0.5 * min(line.height, word.top - word.bottom)


def _labelled(row: Row) -> Row:
    """A row in which a label belongs to the words after it, however wide the gap."""
    joined: Row = []
    for line in row:
        alone = joined and _LABEL_ALONE.fullmatch(joined[-1].text)
        numbered = len(row) == 2 and joined and joined[-1].text.isdigit() and line.text[:1].isupper()
        if alone or numbered:
            joined[-1].words += line.words
        else:
            joined.append(line)
    return joined


def _text(row: Row) -> str:
    return " ".join(line.text for line in row)


def _at_edge(page: Page, row: Row) -> bool:
    height = (row[0].top + row[0].bottom) / 2
    zone = (page.top - page.bottom) * _EDGE
    return height > page.top - zone or height < page.bottom + zone


def _begins(begins: re.Pattern[str] | None, row: Row) -> bool:
    return begins is not None and begins.match(_text(row)) is not None


def _form(row: Row) -> str:
    """A line without what may differ from page to page."""
    return re.sub(r"\d+|\b[ivxl]+\b", "#", _text(row).lower())


def _repeated(pages: Sequence[Page], rows: dict[int, list[Row]]) -> set[str]:
    """Lines that stand at the edge of many pages."""
    forms = Counter(form for page in pages for form in {_form(r) for r in rows[page.number] if _at_edge(page, r)})
    return {form for form, number in forms.items() if number > 1 and number >= len(pages) * _REPEATED}


def _kept(
    page: Page, rows: list[Row], repeated: set[str], begins: re.Pattern[str] | None, drop: Sequence[re.Pattern[str]]
) -> list[Row]:
    """The rows of a page without running heads, its number, contents with leaders, and what is declared as no text."""
    kept = [
        row
        for row in rows
        if not (_at_edge(page, row) and not _begins(begins, row) and _form(row) in repeated)
        and not _LEADERS.search(_text(row))
        and not any(pattern.fullmatch(_text(row)) for pattern in drop)
    ]
    for outermost in (max, min):
        row = outermost(kept, key=lambda each: each[0].bottom, default=None)
        if row is not None and _at_edge(page, row) and _PAGE_NUMBER.fullmatch(_text(row)):
            kept.remove(row)
    return kept


def _without_notes(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """The rows of a page, and the small ones below all others: notes, over which a sentence may go on."""
    heights = [line.height for row in rows for line in row for _ in line.words]
    usual = median(heights) if heights else 0.0
    first = len(rows)
    while first and all(line.height < _SMALL * usual for line in rows[first - 1]):
        first -= 1
    floor = min((line.bottom for row in rows[:first] for line in row), default=0.0)
    below = all(line.top <= floor + usual for row in rows[first:] for line in row)
    return (rows[:first], rows[first:]) if below else (rows, [])


def _in_turn(rows: Sequence[Row], width: float) -> Iterator[Row]:
    """Rows in reading order: where two columns are drawn line by line across, the left one comes first."""
    run: list[Row] = []
    gutter = (float("-inf"), float("inf"))
    for row in rows:
        narrowed = _gutter(row, gutter) if not run or _close(run[-1], row) else None
        if narrowed is None or (not run and len(row) != 2):
            yield from _columns(run, gutter, width)
            run, gutter = [], (float("-inf"), float("inf"))
            narrowed = _gutter(row, gutter)
        if narrowed is not None and (run or len(row) == 2):
            run.append(row)
            gutter = narrowed
        else:
            yield row
    yield from _columns(run, gutter, width)


def _close(above: Row, below: Row) -> bool:
    """Whether nothing but a paragraph can end between two rows."""
    return above[0].bottom - below[0].top < (2 if len(below) == 2 else 0.8) * below[0].height


def _gutter(row: Row, gutter: tuple[float, float]) -> tuple[float, float] | None:
    """The white strip that a row leaves of a gutter; None where it stands across."""
    left, right = gutter
    if len(row) > 2:
        return None
    if len(row) == 2:
        left, right = max(left, row[0].right), min(right, row[1].left)
    elif row[0].right <= right and row[0].left < left:
        left = max(left, row[0].right)
    elif row[0].left >= left:
        right = min(right, row[0].left)
    return (left, right) if left < right else None


def _columns(run: list[Row], gutter: tuple[float, float], width: float) -> Iterator[Row]:
    """A run of rows as two columns, if it is that and not a table."""
    both = [row for row in run if len(row) == 2]
    sides = ([row[side].right - row[side].left for row in both] for side in (0, 1))
    if len(both) < _COLUMN_ROWS or any(sum(side) < width * len(both) for side in sides):
        yield from run
        return
    for left in (True, False):
        yield from ([line] for row in run for line in row if (line.left < gutter[0]) == left)
        yield []  # a column ends


def _blocks(rows: Iterator[Row] | Sequence[Row], page: int, *, note: bool = False) -> Iterator[Block]:
    """Rows as paragraphs and as rows of tables whose cells may have several lines."""
    block: Block | None = None
    for row in rows:
        if not row:
            if block is not None:
                yield block
            block = None
        elif block is not None and len(row) == 1 and _goes_on(block, row[0]):
            block.cells[-1].append(row[0])
        elif block is not None and len(row) == 1 and _is_next_cell(block, row[0]):
            block.cells.append([row[0]])
        else:
            if block is not None:
                yield block
            block = Block(page, [[line] for line in row], note)
    if block is not None:
        yield block


def _goes_on(block: Block, line: Line) -> bool:
    """Whether a line stands close below the last one of a block."""
    cell = block.cells[-1]
    last = cell[-1]
    leading = cell[-2].bottom - last.bottom if len(cell) > 1 else 1.25 * last.height
    step = last.bottom - line.bottom
    return 0.5 * last.height < step <= 1.25 * leading and line.left < last.right and last.left < line.right


def _is_next_cell(block: Block, line: Line) -> bool:
    """Whether a line stands on the height of the first line of a short block, to its right."""
    cell = block.cells[-1]
    level = abs(cell[0].bottom - line.bottom) < 0.3 * line.height
    return level and len(cell) <= _CELL_LINES and line.left > max(each.right for each in cell)


def _hyphenated(pages: Sequence[Page]) -> frozenset[str]:
    """The words with hyphens that the document prints within a line."""
    words = (word.text.lower().strip(".,;:()\u201c\u201d\"'") for page in pages for word in page.words)
    return frozenset(word for word in words if "-" in word[1:-1])


class _Paragraphs:
    """Blocks as paragraphs; one may go on in the next column or on the next page."""

    def __init__(self, begins: re.Pattern[str] | None, hyphenated: frozenset[str]) -> None:
        self.begins, self.hyphenated = begins, hyphenated
        self.open: _Open | None = None
        self.waiting: list[Paragraph] = []
        """Notes that stand between the two halves of a paragraph."""
        self.found: list[Paragraph] = []

    def take(self, block: Block) -> None:
        """Read the next block."""
        if len(block.cells) > 1 and not (self.begins and self.begins.match(block.cells[0][0].text)):
            self.close()
            cells = tuple(self._joined([line.text for line in cell]) for cell in block.cells)
            self.found.append(Paragraph("row", " ".join(cells), block.page, cells))
            return
        lines = [line.text for cell in block.cells for line in cell]
        if block.note:
            self.waiting.append(Paragraph("note", self._joined(lines), block.page))
            return
        for number, text in enumerate(lines):
            self._line(text, block.page, first=number == 0)

    def close(self) -> None:
        """End the paragraph that is open."""
        if self.open is not None:
            self.found.append(Paragraph(self.open.kind, self._joined(self.open.lines), self.open.page))
        self.open = None
        self.found += self.waiting
        self.waiting.clear()

    def _line(self, text: str, page: int, *, first: bool) -> None:
        last = self.open.lines[-1] if self.open else ""
        head = self.begins.match(text) if self.begins else None
        if head is not None:
            self.close()
            self.found.append(Paragraph("head", head.group(0), page))
            rest = text[head.end() :].strip()
            self.open = _Open("paragraph", page, [rest]) if rest else None
            return
        label = _LABEL.match(text) if first or _ENDED.search(last) else None
        if label is not None and not _DATE.match(text):
            self.close()
            self.open = _Open("item", page, [text[label.end() :]])
        elif self.open is not None and (not first or self._continues(last, text)):
            self.open.lines.append(text)
        else:
            self.close()
            self.open = _Open("paragraph", page, [text])

    @staticmethod
    def _continues(last: str, text: str) -> bool:
        """Whether a sentence that was cut off by the end of a column or page goes on with these words."""
        return not last.endswith((".", ";", ":", "!", "?")) and (text[:1].islower() or last.endswith((",", "-")))

    def _joined(self, lines: Sequence[str]) -> str:
        """Lines as one text, words that were divided at their ends whole again."""
        text = ""
        for line in lines:
            if text.endswith("-") and line[:1].islower() and text[-2:-1].isalpha():
                before, after = re.split(r"\s", text)[-1], re.split(r"\s", line)[0]
                text = (text if self._keeps_hyphen(before, after) else text[:-1]) + line
            elif text.endswith("-") and text[-2:-1].isalnum() and line[:1].isalnum():
                text += line
            else:
                text = f"{text} {line}" if text else line
        return text

    def _keeps_hyphen(self, before: str, after: str) -> bool:
        whole = (before + after).lower().strip(".,;:()\u201c\u201d\"'")
        first = before[:-1].lower().rpartition("-")[2]
        return whole in self.hyphenated or _STAYS_HYPHENATED.fullmatch(first) is not None
