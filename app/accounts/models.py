"""Organisations, the people who work in them, their posts and their sessions."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Mapped, mapped_column

from app.database import Base
from app.permissions import Role
from app.shared.encryption import sealed

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
        Index("ix_organisation_firm_code", "credit_code", postgresql_where=text("kind = 'employer'")),
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
    factor_reset_at: Mapped[datetime | None]  # somebody took the second factor away; none once a new one is in use
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Post(Base):
    """What one person does in one organisation; a person may hold several."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("user_id", "organisation_id", "role"),
        CheckConstraint("role IN (" + ", ".join(f"'{one}'" for one in Role) + ")", name="role"),
    )

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
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4, server_default=func.gen_random_uuid())
    last_seen_at: Mapped[datetime | None]  # to the minute; none until it is used
    address: Mapped[str] = mapped_column(server_default="")
    browser: Mapped[str] = mapped_column(server_default="")


SIGN_IN_OUTCOMES = ("begun", "code_asked", "wrong", "code_wrong", "held_back", "no_post", "unknown_outside")


class SignInAttempt(Base):
    """Every try to sign in, for the trail and for slowing guesses down."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (
        CheckConstraint("outcome IN (" + ", ".join(f"'{one}'" for one in SIGN_IN_OUTCOMES) + ")", name="outcome"),
        Index("ix_sign_in_attempt_address", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(index=True)
    address: Mapped[str]
    succeeded: Mapped[bool]
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(server_default="wrong")
    browser: Mapped[str] = mapped_column(server_default="")
    forgiven_at: Mapped[datetime | None]  # an administrator took the lock-out back: it counts no more


class SecondFactor(Base):
    """The secret a person's phone makes codes from; it counts once a first code was entered."""

    __tablename__ = "second_factor"

    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), primary_key=True)
    secret_cipher: Mapped[bytes] = mapped_column(LargeBinary, info=sealed("second_factor.secret", through="user_id"))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(BigInteger, server_default="0")  # a code of it or before is not taken again


class RecoveryCode(Base):
    """A code for the day the phone is lost: good once, kept as a keyed hash."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    used_at: Mapped[datetime | None]


class SignInStep(Base):
    """A password that was right, waiting for the second factor's code. It opens nothing by itself."""

    __tablename__ = "sign_in_step"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), index=True)
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(server_default="0")
    used_at: Mapped[datetime | None]


class OutsideSignIn(Base):
    """A sign-in under way at another provider: what its answer must fit. Taken out when the answer comes."""

    __tablename__ = "outside_sign_in"

    state_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    nonce: Mapped[str]
    code_verifier: Mapped[str]
    next_address: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ApiToken(Base):
    """A key for a program that acts for one person in one post, within named permissions, for a year at most."""

    __tablename__ = "api_token"
    __table_args__ = (
        CheckConstraint("expires_at - created_at BETWEEN interval '0' AND interval '365 days'", name="a_year_at_most"),
        CheckConstraint("cardinality(scopes) > 0 AND NOT 'account:own' = ANY (scopes)", name="scopes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    user_id: Mapped[int] = mapped_column(ForeignKey("app_user.id"), index=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    name: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


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
