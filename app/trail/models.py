"""The seals of the trail: each takes the rows committed since the last one into the chain."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Integer, LargeBinary
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class AuditSeal(Base):
    """A stretch of the chain. ``leaves`` holds 32 bytes for each of ``ids``, in the same order."""

    __tablename__ = "audit_seal"
    __table_args__ = (
        CheckConstraint("no > 0", name="no"),
        CheckConstraint("cardinality(ids) = rows AND octet_length(leaves) = 32 * rows", name="rows"),
        CheckConstraint("octet_length(hash) = 32 AND octet_length(previous_hash) = 32", name="hashes"),
    )

    no: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    sealed_at: Mapped[datetime]
    rows: Mapped[int] = mapped_column(Integer)
    total: Mapped[int] = mapped_column(BigInteger)  # rows under this seal and all before it
    ids: Mapped[list[int]] = mapped_column(ARRAY(BIGINT))
    leaves: Mapped[bytes] = mapped_column(LargeBinary)
    previous_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)  # a chain does not fork
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
