"""Organisations, the people who work in them, their posts and their sessions."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base

ORGANISATION_KINDS = (
    "county", "township", "village", "receiving_office", "station", "broker", "employer", "carrier", "training_body",
    "finance", "rural_office", "inspection", "province", "auditor", "operator",
)  # fmt: skip


class Organisation(Base):
    """An office, agency or firm whose people use the service."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("kind IN (" + ", ".join(f"'{kind}'" for kind in ORGANISATION_KINDS) + ")", name="kind"),
        CheckConstraint("village_name IS NULL OR kind = 'village'", name="village"),
        CheckConstraint("num_nulls(licence_number, licence_from, licence_until) IN (0, 3)", name="licence_whole"),
        CheckConstraint("licence_from <= licence_until", name="licence_order"),
        CheckConstraint(
            "num_nulls(dispatch_permit_number, dispatch_permit_from, dispatch_permit_until) IN (0, 3)",
            name="dispatch_permit_whole",
        ),
        CheckConstraint("dispatch_permit_from <= dispatch_permit_until", name="dispatch_permit_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    name: Mapped[str]
    kind: Mapped[str]
    locality_code: Mapped[str | None] = mapped_column(ForeignKey("locality.code"))
    village_name: Mapped[str | None]  # a village's, as the register writes it: divisions end at the township
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(server_default="1", default=1)
    closed_at: Mapped[datetime | None]
    credit_code: Mapped[str | None]
    # Human resources service licence (人力资源服务许可证): without a running one an agency's posts open nothing.
    licence_number: Mapped[str | None]
    licence_from: Mapped[date | None]
    licence_until: Mapped[date | None]
    dispatch_permit_number: Mapped[str | None]  # 劳务派遣经营许可证
    dispatch_permit_from: Mapped[date | None]
    dispatch_permit_until: Mapped[date | None]


class User(Base):
    """A person who signs in."""

    __tablename__ = "app_user"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    login: Mapped[str] = mapped_column(unique=True)
    display_name: Mapped[str]
    password_hash: Mapped[str]
    language: Mapped[str] = mapped_column(server_default="zh_Hans")
    disabled_at: Mapped[datetime | None]
    unlocked_at: Mapped[datetime | None]  # failed tries before this moment count no more
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Post(Base):
    """What one person does in one organisation; a person may hold several."""

    __tablename__ = "post"
    __table_args__ = (UniqueConstraint("user_id", "organisation_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[str]
    ended_at: Mapped[datetime | None]


class PostScope(Base):
    """One subtree of divisions a post reaches."""

    __tablename__ = "post_scope"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    locality_code: Mapped[str] = mapped_column(ForeignKey("locality.code"), primary_key=True)


class UserSession(Base):
    """A signed-in browser: the token itself is only in the cookie."""

    __tablename__ = "user_session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), index=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    csrf_token: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]


class SignInAttempt(Base):
    """Every try to sign in, for the trail and for slowing guesses down."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(index=True)
    address: Mapped[str]
    succeeded: Mapped[bool]
    at: Mapped[datetime]


class Invitation(Base):
    """A post offered by a link that works once; the link's token itself is kept nowhere."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("expires_at <= created_at + interval '72 hours'", name="three_days"),
        CheckConstraint("(accepted_at IS NULL) = (accepted_by IS NULL)", name="accepted"),
        CheckConstraint("accepted_at IS NULL OR revoked_at IS NULL", name="one_end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[str]
    display_name: Mapped[str]
    scope: Mapped[list[str]] = mapped_column(ARRAY(TEXT), server_default="{}", default=list)
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"), index=True)  # none: the first run
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("app_user.id"))
    revoked_at: Mapped[datetime | None]


class RoleExclusion(Base):
    """Two roles one person may not hold at once. Filled by revisions alone; a trigger on ``post`` reads it."""

    __tablename__ = "role_exclusion"
    __table_args__ = (CheckConstraint('role_a COLLATE "C" < role_b', name="order"),)

    role_a: Mapped[str] = mapped_column(primary_key=True)
    role_b: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str]
