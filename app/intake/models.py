"""Sheets brought in: the batch, its rows with what is wrong, and the headers an office has explained.

The original file is never kept (V6): forbidden columns are gone before anything is stored, and the cells that
are kept are encrypted as one text per row.
"""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base

BATCH_STATES = ("reading", "mapping", "checking", "ready", "applying", "applied", "undone", "failed")
ROW_STATES = ("bad", "new", "changed", "same", "loaded", "left_out")


class ImportBatch(Base):
    """One sheet of one office on its way in."""

    __tablename__ = "import_batch"
    __table_args__ = (
        CheckConstraint("kind IN ('demand', 'supply')", name="kind"),
        CheckConstraint("state IN (" + ", ".join(f"'{state}'" for state in BATCH_STATES) + ")", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    uploaded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    kind: Mapped[str]
    file_name: Mapped[str]
    file_hash: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str]
    failure: Mapped[dict[str, object] | None] = mapped_column(JSONB)
    sheet_name: Mapped[str | None]
    header_row: Mapped[int | None]
    # [{"column", "header", "field", "confidence", "samples"}]; samples of identity columns are masked.
    columns: Mapped[list[dict[str, object]]] = mapped_column(JSONB, server_default="[]", default=list)
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, server_default="{}", default=dict)
    task_run_id: Mapped[int | None] = mapped_column(ForeignKey("task_run.id"))
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class ImportRow(Base):
    """One line of a sheet: its cells (encrypted), its state, and every cause with column and mend."""

    __tablename__ = "import_row"
    __table_args__ = (
        UniqueConstraint("batch_id", "row_no", "part"),
        CheckConstraint("state IN (" + ", ".join(f"'{state}'" for state in ROW_STATES) + ")", name="state"),
        Index("ix_import_row_state", "batch_id", "state", "row_no"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=uuid4)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id", ondelete="CASCADE"))
    row_no: Mapped[int]  # as numbered in the sheet
    part: Mapped[int] = mapped_column(server_default="0", default=0)  # 1 for the second person of a row
    state: Mapped[str]
    cells_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    causes: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)
    # [{"level", "field", "column", "code", "params"}], never an identity value.
    problems: Mapped[list[dict[str, object]]] = mapped_column(JSONB, server_default="[]", default=list)
    # {"field": [old, new]} for a changed row; identity fields by name only. Undo reads it too.
    changes: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}", default=dict)
    labourer_id: Mapped[int | None] = mapped_column(ForeignKey("labourer.id"))
    vacancy_id: Mapped[int | None] = mapped_column(ForeignKey("vacancy.id"))
    undo_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)  # the row as it was before this batch


class RememberedHeader(Base):
    """What an office said a header of its own sheets means."""

    __tablename__ = "remembered_header"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    header: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str]
    remembered_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    remembered_at: Mapped[datetime] = mapped_column(server_default=func.now())
