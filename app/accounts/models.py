"""Organisations, the people who work in them, their posts and their sessions."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint, func
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
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    name: Mapped[str]
    kind: Mapped[str]
    locality_code: Mapped[str | None] = mapped_column(ForeignKey("locality.code"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


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
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Post(Base):
    """What one person does in one organisation; a person may hold several."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("user_id", "organisation_id", "role"),
        CheckConstraint("(role = 'village_officer') = (village_name IS NOT NULL)", name="village"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[str]
    village_name: Mapped[str | None]  # as the register writes it: divisions end at the township
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
