"""One's own account for programs that act with a session: password, second factor, sign-ins, tokens."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.accounts import api_tokens, attempts, identify, own_password, present, second_factor, sessions
from app.accounts.models import ApiToken
from app.database import Session
from app.permissions import Actor, Permission, require
from app.shared.bounds import Number

router = APIRouter(prefix="/account", tags=["account"])

Own = Annotated[Actor, require(Permission.ACCOUNT_OWN)]
Text = Annotated[str, Field(max_length=1000)]


class PasswordChange(BaseModel):
    """The password of now and the new one."""

    password: Text
    new_password: Text = Field(examples=["four words of your own"])


class Code(BaseModel):
    """A code from the phone."""

    code: Text = Field(examples=["123456"])


class FactorRemoval(Code):
    """What takes the second factor away."""

    password: Text


class FactorOut(BaseModel):
    """The state of the second factor; the key only while it waits for its first code."""

    in_use: bool
    needed: bool
    reset_at: datetime | None = Field(default=None, description="when somebody else took the last one away")
    spare_codes: int
    key: str | None = None
    uri: str | None = None


class SpareCodes(BaseModel):
    """Codes shown this once."""

    codes: list[str]


class SessionOut(BaseModel):
    """One running sign-in."""

    uuid: UUID
    begun_at: datetime
    last_seen_at: datetime | None
    address: str
    here: bool


class AttemptOut(BaseModel):
    """One try with one's own login."""

    at: datetime
    outcome: str
    address: str
    browser: str


class TokenAsked(BaseModel):
    """A token for a program; scopes are permissions of the post."""

    name: str = Field(examples=["report on the office server"], max_length=200)
    scopes: list[str] = Field(examples=[["vacancies:view"]], max_length=100)
    days: Number = Field(examples=[90])


class TokenOut(BaseModel):
    """One token, without its text."""

    uuid: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class TokenMade(TokenOut):
    """A token just made, with its text, shown this once."""

    token: str


@router.post("/password", status_code=204)
async def change_password(request: Request, session: Session, actor: Own, asked: PasswordChange) -> None:
    """Change one's own password; other sessions end."""
    token, _ = identify.token_of(request)
    now = request.app.state.clock()
    await own_password.change_password(session, actor, asked.password, asked.new_password, token=token, now=now)


@router.get("/second-factor")
async def read_second_factor(request: Request, session: Session, actor: Own) -> FactorOut:
    """Whether a second factor is in use, and how many spare codes are left."""
    return await _factor(request, session, actor)


@router.post("/second-factor", status_code=201)
async def start_second_factor(request: Request, session: Session, actor: Own) -> FactorOut:
    """Draw a key for the phone; it counts once confirmed."""
    await second_factor.start(session, actor, request.app.state.keys, request.app.state.clock())
    await session.flush()  # read again below
    return await _factor(request, session, actor)


async def _factor(request: Request, session: Session, actor: Actor) -> FactorOut:
    waiting = await second_factor.enrolment(session, actor, request.app.state.keys)
    reset = await present.factor_reset(session, actor)
    return FactorOut(
        in_use=await second_factor.has_one(session, actor.user_id),
        needed=actor.role in request.app.state.factor_roles or reset is not None,
        reset_at=reset.at if reset else None,
        spare_codes=await second_factor.spare_codes_left(session, actor.user_id),
        key=waiting.secret if waiting else None,
        uri=waiting.uri if waiting else None,
    )


@router.post("/second-factor/confirmation", status_code=201)
async def confirm_second_factor(request: Request, session: Session, actor: Own, sent: Code) -> SpareCodes:
    """Take it into use with a first code; ten spare codes."""
    state = request.app.state
    return SpareCodes(codes=await second_factor.confirm(session, actor, state.keys, sent.code, state.clock()))


@router.post("/second-factor/spare-codes", status_code=201)
async def renew_spare_codes(request: Request, session: Session, actor: Own, sent: Code) -> SpareCodes:
    """Ten new spare codes; the old ones are good no more."""
    state = request.app.state
    return SpareCodes(codes=await second_factor.renew_spare_codes(session, actor, state.keys, sent.code, state.clock()))


@router.post("/second-factor/removal", status_code=204)
async def remove_second_factor(request: Request, session: Session, actor: Own, sent: FactorRemoval) -> None:
    """Take it away, with the password and a code."""
    state = request.app.state
    await second_factor.remove(session, actor, state.keys, sent.password, sent.code, state.clock())


@router.get("/sessions")
async def list_sessions(request: Request, session: Session, actor: Own) -> list[SessionOut]:
    """One's own running sign-ins, the latest used first."""
    token, _ = identify.token_of(request)
    here = sessions.token_hash(token) if token else b""
    idle = timedelta(minutes=request.app.state.settings.idle_minutes)
    return [
        SessionOut(
            uuid=one.uuid,
            begun_at=one.created_at,
            last_seen_at=one.last_seen_at,
            address=one.address,
            here=one.token_hash == here,
        )
        for one in await sessions.running(session, actor.user_id, request.app.state.clock(), idle)
    ]


@router.delete("/sessions/{uuid}", status_code=204)
async def end_session(request: Request, session: Session, actor: Own, uuid: UUID) -> None:
    """End one of one's own sign-ins."""
    await sessions.end_one(session, actor, uuid, request.app.state.clock())


@router.delete("/sessions", status_code=204)
async def end_all_sessions(request: Request, session: Session, actor: Own) -> None:
    """End all of one's own sign-ins, this one too."""
    await sessions.end_all(session, actor, request.app.state.clock())


@router.get("/sign-ins")
async def list_sign_ins(session: Session, actor: Own) -> list[AttemptOut]:
    """The latest tries with one's own login, whoever made them."""
    return [
        AttemptOut(at=one.at, outcome=one.outcome, address=one.address, browser=one.browser)
        for one in await attempts.own_attempts(session, actor)
    ]


@router.get("/tokens")
async def list_tokens(session: Session, actor: Own) -> list[TokenOut]:
    """One's own tokens, the latest first."""
    return [TokenOut(**_token(one)) for one in await api_tokens.own_tokens(session, actor)]


@router.post("/tokens", status_code=201)
async def issue_token(request: Request, session: Session, actor: Own, asked: TokenAsked) -> TokenMade:
    """Make a token for a program, within one's post's permissions."""
    now = request.app.state.clock()
    token, text = await api_tokens.issue(session, actor, asked.name, asked.scopes, asked.days, now)
    return TokenMade(**_token(token), token=text)


@router.delete("/tokens/{uuid}", status_code=204)
async def revoke_token(request: Request, session: Session, actor: Own, uuid: UUID) -> None:
    """Revoke one of one's own tokens, at once."""
    await api_tokens.revoke(session, actor, uuid, request.app.state.clock())


def _token(one: ApiToken) -> dict[str, object]:
    return {name: getattr(one, name) for name in TokenOut.model_fields}
