"""The latest own statement of each labourer, and whether it holds today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    and_,
    any_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from app.declarations.limits import limited
from app.declarations.models import (
    PURPOSES,
    Consent,
    Declaration,
    DeclarationWithdrawal,
    RecorderReview,
    ReviewedStatement,
)
from app.shared.clock import day_of


def latest_own() -> Subquery:
    """One row per labourer who ever stated anything themselves: their last statement, its withdrawal, the consent.

    A withdrawn last statement does not bring an earlier one back.
    """
    last = (
        select(Declaration)
        .where(Declaration.channel != "proxy")
        .ext(distinct_on(Declaration.labourer_id))
        .order_by(Declaration.labourer_id, Declaration.stated_on.desc(), Declaration.id.desc())
        .subquery()
    )
    asked = select(Consent.given).where(Consent.labourer_id == last.c.labourer_id, Consent.purpose == "match")
    query = select(
        last.c.labourer_id,
        last.c.id.label("declaration_id"),
        last.c.scope,
        last.c.stated_on,
        last.c.expires_on,
        last.c.channel,
        DeclarationWithdrawal.at.label("withdrawn_at"),
        asked.order_by(Consent.id.desc()).limit(1).correlate(last).scalar_subquery().label("consented"),
    )
    joined = query.outerjoin(DeclarationWithdrawal, DeclarationWithdrawal.declaration_id == last.c.id)
    return joined.subquery("latest_own")


def latest_own_of(labourer_id: Any) -> Any:
    """``latest_own`` of the person of that column, to be joined on true.

    For lists: the planner takes a list of thousands for one of two people, and would go through everybody's
    statements once for each; this looks up one person's by index, whatever it takes the list for.
    """
    asked = select(Consent.given).where(Consent.labourer_id == labourer_id, Consent.purpose == "match")
    return (
        select(
            Declaration.labourer_id,
            Declaration.id.label("declaration_id"),
            Declaration.scope,
            Declaration.stated_on,
            Declaration.expires_on,
            Declaration.channel,
            DeclarationWithdrawal.at.label("withdrawn_at"),
            asked.order_by(Consent.id.desc()).limit(1).correlate_except(Consent).scalar_subquery().label("consented"),
        )
        .outerjoin(DeclarationWithdrawal, DeclarationWithdrawal.declaration_id == Declaration.id)
        .where(Declaration.labourer_id == labourer_id, Declaration.channel != "proxy")
        .order_by(Declaration.stated_on.desc(), Declaration.id.desc())
        .limit(1)
        .lateral("latest_own")
    )


def standing(latest: Subquery, labourer_id: Any, today: date) -> Any:
    """``current``, ``limited``, ``expired``, ``withdrawn``, ``in_review`` or ``not_stated``, decided at this very read.

    A statement without the consent to be matched counts like one taken back: no list tells the two apart. Who set a
    limit to the use of their data is not matched whatever they said, and is not on the list of those to ask.
    """
    return case(
        (limited(labourer_id), "limited"),
        (or_(latest.c.declaration_id.is_(None), set_aside(latest.c.declaration_id)), "not_stated"),
        (or_(latest.c.withdrawn_at.is_not(None), latest.c.consented.is_distinct_from(true())), "withdrawn"),
        (under_review(latest.c.declaration_id), "in_review"),
        (and_(latest.c.stated_on <= today, latest.c.expires_on > today), "current"),
        else_="expired",
    )


async def is_limited(session: AsyncSession, labourer_id: int) -> bool:
    """Whether a limit of the person's own holds at this very read."""
    return bool(await session.scalar(select(limited(labourer_id))))


def permits(purpose: str, labourer_id: Any, today: date) -> Any:
    """Whether the person of that column lets themselves be dealt with for a purpose, at this very read (V1).

    The one condition that every list, run, page, export and feed asks. For matching the person's own statement must
    stand too, and no limit of theirs; a proxy's word is never looked at.
    """
    asked = select(Consent.given & (Consent.expires_on > today))
    latest = asked.where(Consent.labourer_id == labourer_id, Consent.purpose == purpose).order_by(Consent.id.desc())
    consents = latest.limit(1).correlate_except(Consent).scalar_subquery() == true()
    if purpose != "match":
        return consents
    return _own_word_stands(labourer_id, today) & consents & ~limited(labourer_id)


def _reviewed(declaration_id: Any, is_so: ColumnElement[bool]) -> Any:
    found = exists().where(
        ReviewedStatement.declaration_id == declaration_id, RecorderReview.id == ReviewedStatement.review_id, is_so
    )
    return found.correlate_except(ReviewedStatement, RecorderReview)


def under_review(declaration_id: Any) -> Any:
    """Whether the statement of that column waits for a second look: until then it opens nothing."""
    return _reviewed(declaration_id, RecorderReview.closed_at.is_(None))


def set_aside(declaration_id: Any) -> Any:
    """Whether a second look found that it does not stand: as if nothing had been said, and no word of the person's."""
    return _reviewed(declaration_id, RecorderReview.finding == "does_not_stand")


def in_doubt(declaration_id: Any) -> Any:
    """Either of the two."""
    return _reviewed(declaration_id, RecorderReview.finding.is_distinct_from("stands"))


async def doubt_about(session: AsyncSession, declaration_id: int) -> str | None:
    """``not_stated`` for a statement set aside, ``in_review`` for one under review, as ``standing`` says it."""
    one = literal(declaration_id, BigInteger)
    return await session.scalar(select(case((set_aside(one), "not_stated"), (under_review(one), "in_review"))))


def _own_word_stands(labourer_id: Any, today: date) -> Any:
    said = select(Declaration.id).where(Declaration.labourer_id == labourer_id, Declaration.channel != "proxy")
    last = said.order_by(Declaration.stated_on.desc(), Declaration.id.desc()).limit(1)
    withdrawn = exists().where(DeclarationWithdrawal.declaration_id == Declaration.id).correlate(Declaration)
    stands = exists().where(
        Declaration.id == last.correlate_except(Declaration).scalar_subquery(),
        Declaration.scope != "not_now",
        Declaration.stated_on <= today,
        Declaration.expires_on > today,
        ~withdrawn,
        ~in_doubt(Declaration.id),
    )
    return stands.correlate_except(Declaration)


async def is_permitted(session: AsyncSession, purpose: str, labourer_id: int, today: date) -> bool:
    """The same for one person."""
    return bool(await session.scalar(select(permits(purpose, literal(labourer_id, BigInteger), today))))


async def permitted_to(session: AsyncSession, labourer_id: int, today: date) -> dict[str, bool]:
    """For one person, every purpose and whether it is permitted."""
    person = literal(labourer_id, BigInteger)
    columns = [permits(purpose, person, today).label(purpose) for purpose in PURPOSES]
    row = (await session.execute(select(*columns))).one()
    return {purpose: bool(value) for purpose, value in zip(PURPOSES, row, strict=True)}


async def consents_of(session: AsyncSession, labourer_id: int) -> dict[str, Consent]:
    """The last word of one person on each purpose they were asked for."""
    query = (
        select(Consent)
        .where(Consent.labourer_id == labourer_id)
        .ext(distinct_on(Consent.purpose))
        .order_by(Consent.purpose, Consent.id.desc())
    )
    return {one.purpose: one for one in await session.scalars(query)}


def latest_consent(purpose: str) -> Subquery:
    """One row per labourer who was ever asked: whether the consent stands."""
    return (
        select(Consent.labourer_id, Consent.given, Consent.at, Consent.channel)
        .where(Consent.purpose == purpose)
        .ext(distinct_on(Consent.labourer_id))
        .order_by(Consent.labourer_id, Consent.id.desc())
        .subquery(f"latest_consent_{purpose}")
    )


def of_labourer(labourer_id: int) -> Select[Declaration, DeclarationWithdrawal | None]:
    """Everything the person stated, newest first, with withdrawals."""
    return (
        select(Declaration, DeclarationWithdrawal)
        .outerjoin(DeclarationWithdrawal, DeclarationWithdrawal.declaration_id == Declaration.id)
        .where(Declaration.labourer_id == labourer_id)
        .order_by(Declaration.stated_on.desc(), Declaration.id.desc())
    )


@dataclass(frozen=True)
class LastWord:
    """A person's last statement and, if they took it back, when."""

    scope: str
    stated_on: date
    withdrawn_on: date | None

    @property
    def word_on(self) -> date:
        """The day of the last thing they said."""
        return max(self.stated_on, self.withdrawn_on or self.stated_on)


def _any_of(ids: Sequence[int]) -> Any:
    """For many ids: one array, where a list of parameters would be written out each time."""
    return any_(cast(list(ids), ARRAY(BigInteger)))


async def last_of(session: AsyncSession, labourer_ids: Sequence[int]) -> dict[int, LastWord]:
    """The last word of each labourer who ever gave one."""
    latest = latest_own()
    words = select(latest.c.labourer_id, latest.c.scope, latest.c.stated_on, latest.c.withdrawn_at)
    rows = await session.execute(words.where(latest.c.labourer_id == _any_of(labourer_ids)))
    return {
        row.labourer_id: LastWord(row.scope, row.stated_on, day_of(row.withdrawn_at) if row.withdrawn_at else None)
        for row in rows
    }


async def last_proxies(session: AsyncSession, labourer_ids: Sequence[int]) -> dict[int, date]:
    """The day of the last statement that a proxy gave for each labourer, where one did."""
    query = (
        select(Declaration.labourer_id, func.max(Declaration.stated_on))
        .where(Declaration.channel == "proxy", Declaration.labourer_id == _any_of(labourer_ids))
        .group_by(Declaration.labourer_id)
    )
    return dict((await session.execute(query)).all())
