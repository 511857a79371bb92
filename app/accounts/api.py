"""Sessions for programs: the same tokens, sent as ``Authorization: Bearer``."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from app.accounts import identify, service
from app.database import Session
from app.permissions import Permission, require

router = APIRouter(prefix="/sessions", tags=["sessions"])


class SessionAsked(BaseModel):
    """Who signs in."""

    login: str = Field(examples=["county"])
    password: str = Field(examples=["a long passphrase"])


class SessionBegun(BaseModel):
    """The token to send from now on."""

    token: str
    expires_at: datetime


class Refusal(BaseModel):
    """Why not."""

    detail: str


@router.post("", status_code=201, response_model=SessionBegun | Refusal)
async def begin(request: Request, response: Response, session: Session, asked: SessionAsked) -> SessionBegun | Refusal:
    settings, now = request.app.state.settings, request.app.state.clock()
    address = request.client.host if request.client else ""
    answer = await service.sign_in(
        session, asked.login, asked.password, address=address, now=now, hours=settings.session_hours
    )
    if isinstance(answer, service.Refused):
        response.status_code = answer.error.status
        return Refusal(detail=answer.error.message)
    return SessionBegun(token=answer.token, expires_at=answer.expires_at)


@router.delete("", status_code=204, dependencies=[require(Permission.DESK_VIEW)])
async def end(request: Request, session: Session) -> None:
    token, _ = identify.token_of(request)
    if token:
        await service.sign_out(session, token, request.app.state.clock())
