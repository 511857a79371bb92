"""Runs of the matcher and the candidates they left. A candidate is numbers and codes; words come when read."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, SmallInteger, func
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base


class MatchParameters(Base):
    """An immutable version of weights and limits, owned by a county or (null) shipped."""

    __tablename__ = "match_parameters"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    version: Mapped[str]
    content: Mapped[dict[str, object]] = mapped_column(JSONB)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class MatchRun(Base):
    """One matching of a county's declared people with the open vacancies, with everything that decided it."""

    __tablename__ = "match_run"
    __table_args__ = (
        CheckConstraint("status IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="status"),
        Index("ix_match_run_latest", "organisation_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    started_by: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    task_run_id: Mapped[int | None] = mapped_column(ForeignKey("task_run.id"))
    parameters_id: Mapped[int] = mapped_column(ForeignKey("match_parameters.id"))
    on_day: Mapped[date]
    seed: Mapped[int]
    top_k: Mapped[int] = mapped_column(SmallInteger)
    affinity_version: Mapped[str | None]
    reference_version: Mapped[str | None]
    engine_version: Mapped[str | None]
    input_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    # Moved by a trigger with the task's; "done" is written together with the candidates.
    status: Mapped[str] = mapped_column(server_default="queued", default="queued")
    summary: Mapped[dict[str, object]] = mapped_column(JSONB, server_default="{}", default=dict)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]


class Candidate(Base):
    """A pair worth looking at: ranks in both directions, scores in millionths, parts and reason codes."""

    __tablename__ = "candidate"
    __table_args__ = (
        CheckConstraint("labourer_rank IS NOT NULL OR vacancy_rank IS NOT NULL", name="ranked"),
        Index("ix_candidate_labourer", "labourer_id", "run_id", "labourer_rank"),
        Index("ix_candidate_vacancy", "vacancy_id", "run_id", "vacancy_rank"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("match_run.id", ondelete="CASCADE"), primary_key=True)
    labourer_id: Mapped[int] = mapped_column(ForeignKey("labourer.id"), primary_key=True)
    vacancy_id: Mapped[int] = mapped_column(ForeignKey("vacancy.id"), primary_key=True)
    labourer_rank: Mapped[int | None] = mapped_column(SmallInteger)  # place on the labourer's own list, from 1
    vacancy_rank: Mapped[int | None] = mapped_column(SmallInteger)  # place on the vacancy's list, from 1
    score: Mapped[int]
    skill: Mapped[int]
    location: Mapped[int]
    willingness: Mapped[int]
    # Per part of the three scores, in the engine's order: value in millionths (0 where dropped: its weight is 0).
    parts: Mapped[list[int]] = mapped_column(ARRAY(INTEGER))
    weights: Mapped[list[int]] = mapped_column(ARRAY(INTEGER))  # of each part for this person, then of the three scores
    unknown_parts: Mapped[int] = mapped_column(BigInteger)
    unknown_gates: Mapped[int] = mapped_column(Integer)
