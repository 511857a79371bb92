"""The columns of one sheet as they were decided, kept with the batch, and its rows read a second time from their texts.

A row that is mended, compared or loaded is read again by the very readers that read the sheet: from the texts kept of
it, under the same headers. So there is one way from cells to facts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any, Final

from app.intake.fields import fields
from app.intake.reading.header_rows import HeaderBlock
from app.intake.reading.mapping import Column, HeaderName, SheetMapping
from app.intake.reading.readers import ReadingContext
from app.intake.reading.rows import ParsedRow, Problem, read_rows
from app.intake.reading.workbook import Sheet, column_letter

NOT_KEPT: Final = frozenset({"remark"})
"""Read for what it says about a row (a proxy's word), never kept: free text may say anything about anybody."""
LABELLED: Final = "labelled_text"
SELF_EXPLAINING: Final = "任职要求"


@dataclass(frozen=True)
class RowTexts:
    """What is kept of a row: its texts by field, which of them a person mended, whose word it gives if a proxy's."""

    cells: Mapping[str, str]
    mended: frozenset[str] = frozenset()
    proxy: str | None = None


@dataclass(frozen=True)
class Layout:
    """Which list the sheet is, and its columns from left to right."""

    kind: str
    columns: tuple[Column, ...]
    first_column: int = 0

    @cached_property
    def taken(self) -> dict[str, Column]:
        """The first column of each field that is taken, in the order of the templates."""
        found: dict[str, Column] = {}
        for column in self.columns:
            if column.action == "take" and column.field:
                for key in column.shares or (column.field,):
                    found.setdefault(key, column)
        return {key: found[key] for key in fields() if key in found}

    @cached_property
    def kept(self) -> tuple[str, ...]:
        """The fields whose texts are kept, in the order in which they are."""
        return tuple(key for key in self.taken if key not in NOT_KEPT)

    @cached_property
    def letters(self) -> dict[str, str]:
        """Field → the letter of its column."""
        return {key: column_letter(self.first_column + column.index) for key, column in self.taken.items()}

    def mapping(self) -> SheetMapping:
        """The columns as the reading of rows takes them."""
        return SheetMapping(self.kind, self.columns, ())  # type: ignore[arg-type]

    def read_again(self, rows: Sequence[RowTexts], context: ReadingContext) -> list[ParsedRow]:
        """The rows from their texts, in order; a row of which nothing can be read has no cells and one problem."""
        found: dict[int, ParsedRow] = {}
        groups: dict[frozenset[str], list[int]] = {}
        for place, row in enumerate(rows):
            groups.setdefault(row.mended, []).append(place)
        for mended, places in groups.items():
            found.update(self._read_alike([rows[place] for place in places], places, mended, context))
        return [found.get(place) or _unreadable(place) for place in range(len(rows))]

    def _read_alike(
        self, rows: Sequence[RowTexts], places: Sequence[int], mended: frozenset[str], context: ReadingContext
    ) -> Iterable[tuple[int, ParsedRow]]:
        columns, keys = self._columns_again(mended)
        cells: list[list[Any]] = [[row.cells.get(key, "") for key in keys] for row in rows]
        names = tuple(column.header for column in columns)
        block = HeaderBlock(first=0, last=0, names=names, data_start=0, recognised=len(names))
        mapping = SheetMapping(self.kind, columns, ())  # type: ignore[arg-type]
        for row in read_rows(Sheet("", cells), block, mapping, context):
            place = places[row.number - 1]
            yield place, row._replace(number=place, problems=[self._placed(problem) for problem in row.problems])

    def _columns_again(self, mended: frozenset[str]) -> tuple[tuple[Column, ...], list[str]]:
        """One column per text: under its own header, or under the template's where a person has mended it."""
        columns: list[Column] = []
        keys: list[str] = []
        known = dict.fromkeys((*self.kept, *(key for key in fields() if key in mended)))
        for key in known:
            original = self.taken.get(key)
            field = fields()[key]
            if key in mended or original is None:
                column = Column(0, HeaderName(field.zh), "take", key, 1.0)
            elif field.reader == LABELLED:  # the kept text names its columns already
                column = replace(original, header=HeaderName(SELF_EXPLAINING), field=key, shares=())
            else:
                column = replace(original, field=key, shares=(key,) if original.shares else ())
            columns.append(replace(column, index=len(columns), checks=None))
            keys.append(key)
        return tuple(columns), keys

    def _placed(self, problem: Problem) -> Problem:
        return problem._replace(column=self.letters.get(problem.field or "", ""))


def _unreadable(place: int) -> ParsedRow:
    return ParsedRow(place, {}, {}, [Problem("error", None, "", "row_without_content", {})])


def column_as_json(column: Column, first_column: int) -> dict[str, Any]:
    """A column as the batch keeps and a page shows it."""
    return {
        **asdict(column),
        "letter": column_letter(first_column + column.index),
        "header": column.header.text,
        "group": column.header.group,
        "suggestions": [list(one) for one in column.suggestions],
        "shares": list(column.shares),
        "samples": [],
    }


def column_of(kept: Mapping[str, Any]) -> Column:
    """The column again."""
    return Column(
        index=kept["index"],
        header=HeaderName(kept["header"], kept["group"]),
        action=kept["action"],
        field=kept["field"],
        confidence=kept["confidence"],
        suggestions=tuple((key, worth) for key, worth in kept["suggestions"]),
        reason=kept["reason"],
        shares=tuple(kept["shares"]),
        checks=kept["checks"],
    )


def layout_of(kind: str, columns: Sequence[Mapping[str, Any]], about: Mapping[str, Any]) -> Layout:
    """The layout of a stored batch."""
    return Layout(kind, tuple(column_of(one) for one in columns), int(about.get("first_column", 0)))
