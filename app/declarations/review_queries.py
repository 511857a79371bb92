"""Which statements are put up for a second look, and the reviews an officer may see."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    LargeBinary,
    Select,
    any_,
    cast,
    column,
    exists,
    false,
    func,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import User
from app.declarations.models import Declaration, OwnCode, RecorderReview, ReviewedStatement
from app.errors import NotFound
from app.permissions import Actor, Permission
from app.shared.i18n import N_
from app.shared.pagination import Page, Paging

# Whose list the person stands on is the labourers' to say; here only which office that is.
_PEOPLE = table("labourer", column("id", BigInteger), column("organisation_id", Integer))


async def busy_recorders(
    session: AsyncSession, days: Collection[tuple[bytes, date]], *, more_than: int
) -> list[tuple[int, bytes, date]]:
    """Of these recorders' days, those with more statements of people of one office: (office, recorder, day)."""
    if not days:
        return []
    recorders, stated_on = zip(*sorted(days), strict=True)
    asked = func.unnest(cast(list(recorders), ARRAY(LargeBinary)), cast(list(stated_on), ARRAY(Date)))
    touched = asked.table_valued("recorder_index", "stated_on", name="touched").render_derived()
    same = (Declaration.recorder_index == touched.c.recorder_index) & (Declaration.stated_on == touched.c.stated_on)
    key = (_PEOPLE.c.organisation_id, Declaration.recorder_index, Declaration.stated_on)
    query = (
        select(*key)
        .join(touched, same)
        .join(_PEOPLE, _PEOPLE.c.id == Declaration.labourer_id)
        .where(Declaration.channel != "proxy")
        .group_by(*key)
        .having(func.count() > more_than)
        .order_by(Declaration.stated_on, Declaration.recorder_index, _PEOPLE.c.organisation_id)
    )
    return [(office, recorder, day) for office, recorder, day in await session.execute(query) if recorder]


def of_recorder(organisation_id: int, recorder_index: bytes, stated_on: date) -> ColumnElement[bool]:
    """What one recorder took down that day of people of one office; a proxy's word opens nothing anyway."""
    people = select(_PEOPLE.c.id).where(_PEOPLE.c.organisation_id == organisation_id)
    return (
        (Declaration.recorder_index == recorder_index)
        & (Declaration.stated_on == stated_on)
        & (Declaration.channel != "proxy")
        & Declaration.labourer_id.in_(people)
    )


def by_codes_of(printed_by: int, stated_on: date) -> ColumnElement[bool]:
    """What was said that day by codes that one officer printed."""
    codes = select(OwnCode.id).where(OwnCode.made_by == printed_by)
    return Declaration.code_id.in_(codes) & (Declaration.stated_on == stated_on)


def by_codes(code_ids: Collection[int], stated_on: date) -> ColumnElement[bool]:
    """What was said that day by these codes."""
    return (Declaration.code_id == any_(cast(list(code_ids), ARRAY(BigInteger)))) & (Declaration.stated_on == stated_on)


async def people_in(session: AsyncSession, statements: ColumnElement[bool]) -> int:
    """How many people these statements are of."""
    return await session.scalar(select(func.count(Declaration.labourer_id.distinct())).where(statements)) or 0


async def not_looked_at(session: AsyncSession, statements: ColumnElement[bool]) -> list[int]:
    """Of these statements, those that no review holds yet."""
    held = exists().where(ReviewedStatement.declaration_id == Declaration.id)
    return list(await session.scalars(select(Declaration.id).where(statements, ~held).order_by(Declaration.id)))


def visible_to(actor: Actor) -> Select[RecorderReview]:
    """Reviews of statements of people of the own office."""
    query = select(RecorderReview)
    if not actor.may(Permission.DECLARATIONS_REVIEW):
        return query.where(false())
    return query.where(RecorderReview.organisation_id == actor.organisation_id)


async def open_reviews(session: AsyncSession, actor: Actor) -> int:
    """How many wait for a second look."""
    waiting = visible_to(actor).where(RecorderReview.closed_at.is_(None))
    return await session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


async def get(session: AsyncSession, actor: Actor, uuid: UUID, *, lock: bool = False) -> RecorderReview:
    """One review this officer may see. Raises NotFound (404)."""
    query = visible_to(actor).where(RecorderReview.uuid == uuid)
    review = await session.scalar(query.with_for_update() if lock else query)
    if review is None:
        raise NotFound(N_("No such review in your office."))
    return review


async def page(session: AsyncSession, actor: Actor, paging: Paging, *, closed: bool) -> Page[RecorderReview]:
    """Open ones, the oldest first; or closed ones, the newest first."""
    state = RecorderReview.closed_at.is_not(None) if closed else RecorderReview.closed_at.is_(None)
    query = visible_to(actor).where(state)
    total = await session.scalar(select(func.count()).select_from(query.subquery())) or 0
    order = RecorderReview.id.desc() if closed else RecorderReview.id
    rows = await session.scalars(query.order_by(order).offset(paging.offset).limit(paging.size))
    return Page(rows.all(), total, paging)


async def statements_of(session: AsyncSession, review: RecorderReview, paging: Paging) -> Page[Declaration]:
    """The statements of a review, in the order they were taken down."""
    held = select(ReviewedStatement.declaration_id).where(ReviewedStatement.review_id == review.id)
    query = select(Declaration).where(Declaration.id.in_(held)).order_by(Declaration.id)
    rows = await session.scalars(query.offset(paging.offset).limit(paging.size))
    return Page(rows.all(), review.rows, paging)


async def people_of(session: AsyncSession, review: RecorderReview) -> list[int]:
    """Whose statements they are, each once."""
    query = (
        select(Declaration.labourer_id)
        .distinct()
        .join(ReviewedStatement, ReviewedStatement.declaration_id == Declaration.id)
    )
    return list(await session.scalars(query.where(ReviewedStatement.review_id == review.id)))


async def firsts_of(session: AsyncSession, reviews: Collection[RecorderReview]) -> dict[int, Declaration]:
    """Of each review its first statement: in it the recorder is named."""
    first = (
        select(ReviewedStatement.review_id, func.min(ReviewedStatement.declaration_id).label("id"))
        .where(ReviewedStatement.review_id.in_([one.id for one in reviews]))
        .group_by(ReviewedStatement.review_id)
        .subquery()
    )
    query = select(first.c.review_id, Declaration).join(Declaration, Declaration.id == first.c.id)
    return dict((await session.execute(query)).all())


async def names_of(session: AsyncSession, user_ids: Collection[int]) -> dict[int, str]:
    """The officers of these numbers."""
    query = select(User.id, User.display_name).where(User.id.in_(user_ids))
    return dict((await session.execute(query)).all())


async def concerned(session: AsyncSession, review: RecorderReview) -> set[int]:
    """Accounts that took these statements down, entered them or printed their codes: none of them looks again."""
    query = (
        select(Declaration.recorder_user_id, Declaration.entered_by, OwnCode.made_by)
        .join(ReviewedStatement, ReviewedStatement.declaration_id == Declaration.id)
        .outerjoin(OwnCode, OwnCode.id == Declaration.code_id)
        .where(ReviewedStatement.review_id == review.id)
        .distinct()
    )
    return {id_ for row in await session.execute(query) for id_ in row if id_ is not None}
