"""The outbox for programs of the office, and the gateway's door for what people answer."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request

from app.database import Session
from app.errors import Forbidden, Invalid, NotFound, TooLarge
from app.notifications import outbox, present, queries, service, signing
from app.notifications.addresses import find_mobile
from app.notifications.models import Notice
from app.notifications.pages import FiltersAsked, Reader
from app.notifications.schemas import NoticeCaseOut, NoticeOut, NoticesOut, ReplyIn, ReplyOut, StepOut
from app.shared.encryption import KeyRing
from app.shared.i18n import N_
from app.shared.pagination import CursorAsked, LimitAsked, cursor_of

router = APIRouter(prefix="/notices", tags=["notices"])

STOP_WORDS = frozenset({"TD", "T", "N", "退订", "STOP"})
MOST_BYTES = 4096


@router.get("")
async def list_notices(
    request: Request, session: Session, actor: Reader, filters: FiltersAsked, cursor: CursorAsked = 0,
    limit: LimitAsked = 50,
) -> NoticesOut:  # fmt: skip
    """The office's messages, newest first."""
    async with outbox.opened(session, actor.organisation_id):
        found = await queries.before(session, actor, filters, last_id=cursor, limit=limit + 1)
    more, rows = len(found) > limit, found[:limit]
    keys = request.app.state.keys
    return NoticesOut(
        items=[NoticeOut(**_plain(keys, one)) for one in rows], next=cursor_of(rows[-1].id) if more else None
    )


@router.post("/replies", responses={403: {"description": "not signed as agreed, or too long ago"}})
async def take_reply(request: Request, session: Session) -> ReplyOut:
    """What somebody answered to a short message, signed by the gateway; "TD" ends all messages to the number."""
    state = request.app.state
    secret = state.settings.sms_reply_secret
    if not secret:
        raise NotFound(N_("This instance takes no answers to short messages."))
    body = await request.body()
    if len(body) > MOST_BYTES:
        raise TooLarge(N_("An answer to a short message is shorter."))
    if not signing.is_genuine(secret, request.headers, body, state.clock()):
        raise Forbidden(N_("The signature is not right, or older than five minutes."))
    try:
        reply = ReplyIn.model_validate_json(body)
    except ValueError as error:
        raise Invalid(N_("Send from and text as a JSON object.")) from error
    number = find_mobile(reply.sender)
    stopped = number is not None and reply.text.strip().upper() in STOP_WORDS
    if number is not None and stopped:
        await service.stop_number(session, state.keys, number, now=state.clock())
    return ReplyOut(stopped=stopped)


@router.get("/{uuid}")
async def read_notice(request: Request, session: Session, actor: Reader, uuid: UUID) -> NoticeCaseOut:
    """One message with its way."""
    async with outbox.opened(session, actor.organisation_id):
        notice = await queries.get(session, actor, uuid)
        events = await queries.events_of(session, notice)
    steps = [StepOut.model_validate(one, from_attributes=True) for one in events]
    return NoticeCaseOut(**_plain(request.app.state.keys, notice), steps=steps)


def _plain(keys: KeyRing, notice: Notice) -> dict[str, Any]:
    words = {"to": str(present.recipient(keys, notice)), "text": present.text_of(notice)}
    return {name: getattr(notice, name) for name in NoticeOut.model_fields if hasattr(notice, name)} | words
