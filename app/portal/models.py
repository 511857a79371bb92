"""Sessions that a code on a slip opened, and tries with codes."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base
from app.declarations.codes import USES

MINUTES = 20  # long enough to read everything, short enough for a phone that goes round


class PortalSession(Base):
    """A person on their own pages: short, and of one code. The token itself is only in the cookie.

    Numbered by use, so that the database itself counts how often a code opens; triggers look whether the code holds,
    and keep the row: it only ends, and what was said by code is said in it.
    """

    __tablename__ = "portal_session"
    __table_args__ = (
        CheckConstraint(f"use_no BETWEEN 1 AND {USES}", name="uses_of_a_code"),
        CheckConstraint(f"expires_at - created_at <= interval '{MINUTES} minutes'", name="ends_in_time"),
        ForeignKeyConstraint(["code_id", "labourer_id"], ["own_code.id", "own_code.labourer_id"]),
        UniqueConstraint("code_id", "use_no"),
        Index("ix_portal_session_address", "address_index", "created_at"),
    )

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    labourer_id: Mapped[int] = mapped_column(BigInteger)
    code_id: Mapped[int] = mapped_column(BigInteger)
    use_no: Mapped[int] = mapped_column(SmallInteger)
    csrf_token: Mapped[str]
    # Where from, as a keyed hash of one day: enough to see many people at one address, and nobody's ways over time.
    address_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PortalAttempt(Base):
    """A try with a code, right or wrong, to slow guesses down; the code as typed is not kept."""

    __tablename__ = "portal_attempt"
    __table_args__ = (Index("ix_portal_attempt_address", "address", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str]
    succeeded: Mapped[bool]
    at: Mapped[datetime]
