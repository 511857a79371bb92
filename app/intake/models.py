"""Sheets brought in: the batch, its rows with what is wrong, and the headers an office has explained.

The original file is never kept (V6). It travels from the request to the runner under a cipher (``ImportFile``) and is
deleted in the transaction that has read it; forbidden columns are gone before anything else is stored. The cells
that are kept are encrypted, one text per row, and gone as soon as the row is loaded.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base
from app.shared.encryption import sealed

KINDS = ("demand", "supply")
BATCH_STATES = ("reading", "mapping", "checking", "ready", "applying", "applied", "undoing", "undone", "failed")
ROW_STATES = ("bad", "new", "changed", "same", "loaded", "left_out", "undone")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN (" + ", ".join(f"'{value}'" for value in values) + ")"


class ImportBatch(Base):
    """One sheet of one office on its way in."""

    __tablename__ = "import_batch"
    __table_args__ = (
        CheckConstraint(_one_of("kind", KINDS), name="kind"),
        CheckConstraint(_one_of("state", BATCH_STATES), name="state"),
        CheckConstraint("kind IS NOT NULL OR state IN ('reading', 'mapping', 'failed')", name="kind_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))  # in which the sheet was brought in
    uploaded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    kind: Mapped[str | None]
    file_name: Mapped[str]
    file_hash: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str]
    failure: Mapped[dict[str, object] | None] = mapped_column(JSONB)
    sheet_name: Mapped[str | None]
    header_row: Mapped[int | None]
    # {"format", "encoding", "sheets": [name, …], "missing": [field, …], "skipped": {reason: rows}}
    about: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}", default=dict)
    # One object per column: see app/intake/layout.py. Samples of identity columns are masked.
    columns: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]", default=list)
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}", default=dict)
    # Raw title → [trade family, occupation, confidence in millionths]; codes are null below the threshold.
    titles: Mapped[dict[str, list[Any]]] = mapped_column(JSONB, server_default="{}", default=dict, deferred=True)
    task_run_id: Mapped[int | None] = mapped_column(ForeignKey("task_run.id"))
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class ImportFile(Base):
    """The bytes of a sheet between the request and the runner, encrypted; deleted when they have been read."""

    __tablename__ = "import_file"

    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id", ondelete="CASCADE"), primary_key=True)
    content_cipher: Mapped[bytes] = mapped_column(LargeBinary, info=sealed("import_file.content", through="batch_id"))


class ImportPart(Base):
    """Raw cells of the columns that are taken or asked about, encrypted, while an office says what they mean."""

    __tablename__ = "import_part"

    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    cells_cipher: Mapped[bytes] = mapped_column(LargeBinary, info=sealed(through="batch_id"))


class ImportRow(Base):
    """One line of a sheet: its cells (encrypted), its state, and every cause with column and mend."""

    __tablename__ = "import_row"
    __table_args__ = (
        UniqueConstraint("batch_id", "row_no"),
        CheckConstraint(_one_of("state", ROW_STATES), name="state"),
        CheckConstraint("cells_cipher IS NOT NULL OR state NOT IN ('bad', 'new', 'changed')", name="cells"),
        Index("ix_import_row_state", "batch_id", "state", "row_no"),
        Index("ix_import_row_key", "batch_id", "key_index"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=uuid4)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id", ondelete="CASCADE"))
    row_no: Mapped[int]  # as numbered in the sheet
    state: Mapped[str]
    cells_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    key_index: Mapped[bytes | None] = mapped_column(LargeBinary)  # whom or which post the row is about
    causes: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)
    # [{"level", "field", "column", "code", "params", "alike"}]. No word of a cell stands in it in plain: what a message
    # quotes is encrypted in params as "sealed". Never an identity value, not even so. Rows with the same "alike"
    # have the same cause in the same text.
    problems: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default="[]", default=list, info=sealed(inside="$[*].params.sealed")
    )
    # {"field": [old, new]} for a changed row; identity fields by name only.
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}", default=dict)
    labourer_id: Mapped[int | None] = mapped_column(ForeignKey("labourer.id"))
    vacancy_id: Mapped[int | None] = mapped_column(ForeignKey("vacancy.id"))
    undo_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)  # the record as it was, of a row that changed one


class RememberedHeader(Base):
    """What an office said a header of its own sheets means; ``field`` may be ``ignore``."""

    __tablename__ = "remembered_header"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    header: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str]
    remembered_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    remembered_at: Mapped[datetime] = mapped_column(server_default=func.now())
