"""All SQL of the outbox."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import NotFound
from app.notifications.models import Notice, NoticeChoice, NoticeEvent
from app.notifications.purposes import OFFICE_PURPOSES
from app.notifications.states import OPEN, NoticeState
from app.notifications.templates import templates
from app.permissions import Actor, Permission
from app.shared.i18n import N_
from app.shared.pagination import Page, Paging


@dataclass(frozen=True)
class Filters:
    """What a reader of the outbox narrows it to. Empty means everything."""

    state: str = ""
    channel: str = ""
    template: str = ""


def visible_to(actor: Actor) -> Select[Notice]:
    """The messages of the own office; the wall asks for ``outbox.opened`` besides."""
    query = select(Notice)
    if not actor.may(Permission.NOTICES_VIEW):
        return query.where(false())
    query = query.where(Notice.organisation_id == actor.organisation_id)
    if not (actor.may(Permission.LABOURERS_VIEW) or actor.may(Permission.GRIEVANCES_HANDLE)):
        office = [one.code for one in templates().values() if one.purpose in OFFICE_PURPOSES]
        query = query.where(Notice.template.in_(office))  # who deals with accounts alone sees no other people's
    return query


def _narrow(query: Select[Notice], filters: Filters) -> Select[Notice]:
    for column, value in (
        (Notice.state, filters.state),
        (Notice.channel, filters.channel),
        (Notice.template, filters.template),
    ):
        if value:
            query = query.where(column == value)
    return query


async def page(session: AsyncSession, actor: Actor, filters: Filters, paging: Paging) -> Page[Notice]:
    """One page, newest first."""
    query = _narrow(visible_to(actor), filters)
    total = await session.scalar(query.with_only_columns(func.count()))
    rows = await session.scalars(query.order_by(Notice.id.desc()).offset(paging.offset).limit(paging.size))
    return Page(list(rows), total or 0, paging)


async def before(
    session: AsyncSession, actor: Actor, filters: Filters, *, last_id: int, limit: int
) -> Sequence[Notice]:
    """The next rows by falling id, for programs; ``last_id`` 0 begins with the newest."""
    query = _narrow(visible_to(actor), filters)
    if last_id:
        query = query.where(Notice.id < last_id)
    return list(await session.scalars(query.order_by(Notice.id.desc()).limit(limit)))


async def get(session: AsyncSession, actor: Actor, uuid: UUID) -> Notice:
    """One message. Raises NotFound (404)."""
    notice = await session.scalar(visible_to(actor).where(Notice.uuid == uuid))
    if notice is None:
        raise NotFound(N_("There is no such message in your office's outbox."))
    return notice


async def events_of(session: AsyncSession, notice: Notice) -> list[NoticeEvent]:
    """Its way, newest first."""
    query = select(NoticeEvent).where(NoticeEvent.notice_id == notice.id).order_by(NoticeEvent.id.desc())
    return list(await session.scalars(query))


async def counts(session: AsyncSession, actor: Actor) -> dict[str, int]:
    """How many messages of the office stand where."""
    query = visible_to(actor).with_only_columns(Notice.state, func.count().label("number")).group_by(Notice.state)
    rows = await session.execute(query)
    return {row.state: row.number for row in rows}


def _due(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Notice.state == NoticeState.WAITING, Notice.next_at <= now),
        and_(Notice.state == NoticeState.SENDING, Notice.lease_until <= now),
    )


async def is_anything_due(session: AsyncSession, channels: Collection[str], now: datetime) -> bool:
    """Whether there is something to send by these channels; at night it may be something that waits for the day."""
    due = select(Notice.id).where(Notice.channel.in_(channels), _due(now)).limit(1)
    return await session.scalar(due) is not None


async def claimable(session: AsyncSession, channel: str, now: datetime, *, at_night: bool, limit: int) -> list[Notice]:
    """The next messages that are due, locked; those another sender is taking are left out."""
    query = select(Notice).where(Notice.channel == channel, _due(now))
    if at_night:
        query = query.where(Notice.template.in_([one.code for one in templates().values() if one.urgent]))
    query = query.order_by(Notice.next_at, Notice.id).limit(limit).with_for_update(skip_locked=True)
    return list(await session.scalars(query))


async def held(session: AsyncSession, notice_id: int, attempt: int) -> Notice | None:
    """The message, locked, if this attempt is still the last; none where another sender has taken over."""
    query = select(Notice).where(
        Notice.id == notice_id, Notice.attempts == attempt, Notice.state == NoticeState.SENDING
    )
    return await session.scalar(query.with_for_update().execution_options(populate_existing=True))


async def of_person(session: AsyncSession, labourer_id: int) -> list[Notice]:
    """Everything that was to be sent to a person, newest first."""
    query = select(Notice).where(Notice.labourer_id == labourer_id).order_by(Notice.id.desc())
    return list(await session.scalars(query))


async def waiting_for_person(session: AsyncSession, labourer_id: int) -> list[Notice]:
    """What has not left yet for a person, locked."""
    return await _open(session, Notice.labourer_id == labourer_id)


async def waiting_for_number(session: AsyncSession, index: bytes) -> list[Notice]:
    """What has not left yet for a number or address, locked."""
    return await _open(session, Notice.recipient_index == index)


async def _open(session: AsyncSession, whose: ColumnElement[bool]) -> list[Notice]:
    query = select(Notice).where(whose, Notice.state.in_(OPEN)).order_by(Notice.id).with_for_update()
    return list(await session.scalars(query))


async def is_unwanted(session: AsyncSession, labourer_id: int | None, index: bytes, purpose: str) -> bool:
    """Whether the person switched messages of that purpose off, or the number all, at this very read."""
    if await is_number_unwanted(session, index):
        return True
    return labourer_id is not None and not (await choices_of(session, labourer_id)).get(purpose, True)


async def choices_of(session: AsyncSession, labourer_id: int) -> dict[str, bool]:
    """The person's last word on each purpose they ever spoke about."""
    query = (
        select(NoticeChoice.purpose, NoticeChoice.wanted)
        .where(NoticeChoice.labourer_id == labourer_id)
        .ext(distinct_on(NoticeChoice.purpose))
        .order_by(NoticeChoice.purpose, NoticeChoice.id.desc())
    )
    return {str(purpose): wanted for purpose, wanted in await session.execute(query)}


async def is_number_unwanted(session: AsyncSession, index: bytes) -> bool:
    """Whether the last word about the number was to send nothing."""
    query = select(NoticeChoice.wanted).where(NoticeChoice.recipient_index == index)
    return await session.scalar(query.order_by(NoticeChoice.id.desc()).limit(1)) is False
