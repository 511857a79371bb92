"""Sessions for programs: the same tokens, sent as ``Authorization: Bearer``."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from app.accounts import cookies, identify, service
from app.database import Session
from app.errors import render_error
from app.permissions import Permission, require

router = APIRouter(prefix="/sessions", tags=["sessions"])

REFUSALS: dict[int | str, dict[str, Any]] = {
    422: {"description": "login, password or code is wrong"},
    429: {"description": "tried too often"},
}


class SessionAsked(BaseModel):
    """Who signs in."""

    login: str = Field(examples=["county"], max_length=200)
    password: str = Field(examples=["a long passphrase"], max_length=1000)


class CodeSent(BaseModel):
    """The second factor's code, with the token of the step before."""

    step: str = Field(max_length=200)
    code: str = Field(examples=["123456"], max_length=50)


class SessionBegun(BaseModel):
    """The token to send from now on."""

    token: str
    expires_at: datetime


class StepOn(BaseModel):
    """The password was right; send this with a code to ``/sessions/code``."""

    step: str
    expires_at: datetime


@router.post(
    "",
    status_code=201,
    response_model=SessionBegun,
    responses={202: {"model": StepOn, "description": "a code of the second factor is needed"}, **REFUSALS},
)
async def begin(request: Request, session: Session, asked: SessionAsked) -> Response:
    """Begin a session with login and password."""
    return await _answer(
        request, await service.sign_in(session, asked.login, asked.password, cookies.visit_of(request))
    )


@router.post("/code", status_code=201, response_model=SessionBegun, responses=REFUSALS)
async def send_code(request: Request, session: Session, sent: CodeSent) -> Response:
    """Begin the session with a code of the second factor, or a spare code."""
    visit, keys = cookies.visit_of(request), request.app.state.keys
    return await _answer(request, await service.answer_code(session, keys, sent.step, sent.code, visit))


async def _answer(request: Request, answer: service.Answer) -> Response:
    """A refusal is answered, not raised, so that the try is kept."""
    if isinstance(answer, service.Refused):
        return await render_error(request, answer.error)
    if isinstance(answer, service.CodeAsked):
        step = StepOn(step=answer.step, expires_at=answer.expires_at)
        return JSONResponse(step.model_dump(mode="json"), status_code=202)
    begun = SessionBegun(token=answer.token, expires_at=answer.expires_at)
    return JSONResponse(begun.model_dump(mode="json"), status_code=201)


@router.delete("", status_code=204, dependencies=[require(Permission.ACCOUNT_OWN)])
async def end(request: Request, session: Session) -> None:
    """End the session of the token sent."""
    token, _ = identify.token_of(request)
    if token:
        await service.sign_out(session, token, request.app.state.clock())
