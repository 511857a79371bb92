"""Which columns hold ciphers: found among all tables, so that a new one cannot be forgotten when keys change."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    MetaData,
    Select,
    Table,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONPATH

from app.shared.encryption import Sealed

CIPHER: Final = "_cipher"


class UnknownSeal(LookupError):
    """A column of ciphers that does not say how they are bound."""


@dataclass(frozen=True)
class SealedColumn:
    """One column of ciphers: under which field name they are bound; ``inside`` is set where it holds JSON."""

    column: Column[Any]
    field: str
    inside: str

    @property
    def name(self) -> str:
        return f"{self.column.table.name}.{self.column.name}"

    def is_older(self, newest: int) -> ColumnElement[bool]:
        """Rows with a cipher that was not made with the newest key."""
        number = literal(newest.to_bytes(2, "big"), LargeBinary)
        if self.inside:
            each = self._each()
            return select(literal(1)).select_from(each).where(_number_of_text(each) != number).exists()
        return func.substring(self.column, 1, 2) != number

    def counted(self) -> Select[bytes, int]:
        """(key number in two bytes, ciphers) of the whole column."""
        if self.inside:
            each = self._each()
            number = _number_of_text(each)
            query = select(number, func.count()).select_from(self.column.table.join(each, true()))
        else:
            number = func.substring(self.column, 1, 2)
            query = select(number, func.count()).where(self.column.is_not(None))
        return query.group_by(number)

    def _each(self) -> Any:
        """The ciphers in the JSON of a row, as rows of their own."""
        path = literal(self.inside, JSONPATH())
        return func.jsonb_path_query(self.column, path).table_valued("value", name="each").render_derived().lateral()


def _number_of_text(each: Any) -> ColumnElement[bytes]:
    as_text = each.c.value.op("#>>")(literal_column("'{}'"))
    return func.substring(func.decode(as_text, "base64"), 1, 2)


@dataclass(frozen=True)
class SealedTable:
    """A table with ciphers, all bound to the number of the same row."""

    table: Table
    columns: tuple[SealedColumn, ...]
    through: str

    @cached_property
    def primary_key(self) -> tuple[Column[Any], ...]:
        return tuple(self.table.primary_key.columns)

    def older_after(self, newest: int, last: tuple[Any, ...] | None, limit: int) -> Select[Any]:
        """(primary key …, uuid, cipher columns …) of the next rows with an older cipher, locked, busy ones left out."""
        uuid, source = self._bound_to()
        query = select(*self.primary_key, uuid, *(one.column for one in self.columns)).select_from(source)
        query = query.where(or_(*(one.is_older(newest) for one in self.columns)))
        if last is not None:
            values = (literal(value, key.type) for key, value in zip(self.primary_key, last, strict=True))
            query = query.where(tuple_(*self.primary_key) > tuple_(*values))
        # Only what stands in the way of another writer, not of rows that refer to these; and never waiting for one.
        locked = query.order_by(*self.primary_key).limit(limit)
        return locked.with_for_update(of=self.table, key_share=True, skip_locked=True)

    def _bound_to(self) -> tuple[ColumnElement[UUID], Any]:
        if not self.through:
            return self.table.c.uuid, self.table
        (key,) = self.table.c[self.through].foreign_keys
        other = key.column.table
        return other.c.uuid, self.table.join(other, self.table.c[self.through] == key.column)


def sealed_tables(metadata: MetaData) -> list[SealedTable]:
    """Every table with ciphers. Raises ``UnknownSeal`` for a column that does not say how it is bound."""
    found = []
    for table in metadata.sorted_tables:
        by_row: dict[str, list[SealedColumn]] = {}
        for column in table.columns:
            if (seal := _seal_of(table, column)) is not None:
                field = seal.field or f"{table.name}.{column.name.removesuffix(CIPHER)}"
                by_row.setdefault(seal.through, []).append(SealedColumn(column, field, seal.inside))
        found += [SealedTable(table, tuple(columns), through) for through, columns in by_row.items()]
    return found


def _seal_of(table: Table, column: Column[Any]) -> Sealed | None:
    seal: Sealed | None = column.info.get("sealed")
    if seal is None and column.name.endswith(CIPHER):
        seal = Sealed()
    if seal is not None and not seal.through and "uuid" not in table.c:
        raise UnknownSeal(f"{table.name}.{column.name} holds ciphers: say with info=sealed(…) how they are bound")
    return seal
