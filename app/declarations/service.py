"""Take down a labourer's own word, take it back, and let nothing else open anything (V1).

Many labourers at once (a sheet) go the same way as one: ``record_many`` is the only place that writes statements.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import and_, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.declarations import queries
from app.declarations.models import Consent, Declaration, DeclarationWithdrawal, RecorderReview
from app.errors import Conflict, Invalid
from app.permissions import Actor
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from app.shared.i18n import N_
from app.shared.names import normalise_name

# One person taking down more statements than this in a day is looked at again by another.
STATEMENTS_PER_RECORDER_DAY = 80
ROWS_AT_ONCE = 2000  # PostgreSQL takes at most 32,767 values in one statement


@dataclass(frozen=True)
class Statement:
    """What a labourer said, as taken down. ``recorder`` is the name of the person who heard it."""

    labourer_id: int
    scope: str
    stated_on: date
    channel: str
    recorder: str | None = None
    recorder_user_id: int | None = None
    proxy_relation: str | None = None
    evidence: str | None = None


async def record(
    session: AsyncSession, actor: Actor, keys: KeyRing, statement: Statement, *, now: datetime, days: int
) -> None:
    """Take down one statement and, from the person's own mouth, the consent to be matched.

    Raises Invalid (422) for a day in the future or a missing recorder, Conflict (409) for a day before the
    person's last statement.
    """
    _check(statement, day_of(now))
    last = (await queries.last_of(session, [statement.labourer_id])).get(statement.labourer_id)
    if statement.channel != "proxy" and last and not is_news(last, statement):
        raise Conflict(
            N_("There is a later word of this person, of %(day)s. An earlier one cannot replace it."),
            day=str(last.word_on),
        )
    await record_many(session, actor, keys, [statement], now=now, days=days)
    audit.record(session, actor, "declaration.record", "labourer", statement.labourer_id, scope=statement.scope)


def _check(statement: Statement, today: date) -> None:
    if statement.stated_on > today:
        raise Invalid(
            N_("The day of the statement lies in the future."), fields={"stated_on": N_("Not later than today.")}
        )
    if statement.channel != "self_code" and not statement.recorder:
        raise Invalid(N_("Say who took the statement down."), fields={"recorder": N_("Required.")})
    if statement.channel == "proxy" and not statement.proxy_relation:
        raise Invalid(N_("Say who spoke for the person."), fields={"proxy_relation": N_("Required.")})


def is_news(last: queries.LastWord, statement: Statement) -> bool:
    """Whether a statement is younger than the person's last word, a withdrawal included.

    A register row of the same day says nothing new, so that loading a sheet twice never extends a date; a person
    heard again on the same day may well have changed their mind.
    """
    if statement.channel == "register_row":
        return statement.stated_on > last.word_on
    return statement.stated_on >= last.word_on


async def record_many(
    session: AsyncSession, actor: Actor, keys: KeyRing, statements: Sequence[Statement], *, now: datetime, days: int
) -> None:
    """Append statements with their consents, and put busy recorders up for review."""
    rows = [_row(keys, statement, actor, days) for statement in statements]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        part = rows[start : start + ROWS_AT_ONCE]
        added = await session.execute(insert(Declaration).returning(Declaration.id, Declaration.labourer_id), part)
        ids = {labourer_id: declaration_id for declaration_id, labourer_id in added}
        consents = [_consent(row, ids, now, actor) for row in part if row["channel"] != "proxy"]
        if consents:
            await session.execute(insert(Consent), consents)
    days_touched = {(row["recorder_index"], row["stated_on"]) for row in rows if row["recorder_index"]}
    await _review_busy_recorders(session, actor, days_touched, now)


def _row(keys: KeyRing, statement: Statement, actor: Actor, days: int) -> dict[str, object]:
    uuid = uuid4()
    recorder = normalise_name(statement.recorder) if statement.recorder else None
    return {
        "uuid": uuid,
        "labourer_id": statement.labourer_id,
        "scope": statement.scope,
        "stated_on": statement.stated_on,
        "expires_on": statement.stated_on + timedelta(days=days),
        "channel": statement.channel,
        "recorder_name_cipher": keys.encrypt("declaration.recorder", uuid, recorder) if recorder else None,
        "recorder_index": keys.blind_index("recorder", recorder) if recorder else None,
        "recorder_user_id": statement.recorder_user_id,
        "proxy_relation": statement.proxy_relation,
        "evidence": statement.evidence,
        "entered_by": actor.user_id,
    }


def _consent(row: dict[str, object], ids: dict[int, int], now: datetime, actor: Actor) -> dict[str, object]:
    labourer_id = row["labourer_id"]
    return {
        "labourer_id": labourer_id,
        "purpose": "match",
        "given": row["scope"] != "not_now",
        "at": now,
        "channel": row["channel"],
        "declaration_id": ids[labourer_id],  # type: ignore[index]
        "entered_by": actor.user_id,
    }


async def _review_busy_recorders(
    session: AsyncSession, actor: Actor, touched: set[tuple[object, object]], now: datetime
) -> None:
    for recorder_index, stated_on in sorted(touched, key=str):
        same = and_(Declaration.recorder_index == recorder_index, Declaration.stated_on == stated_on)
        rows = await session.scalar(select(func.count()).where(same)) or 0
        if rows <= STATEMENTS_PER_RECORDER_DAY:
            continue
        known = await session.scalar(
            select(RecorderReview)
            .where(RecorderReview.recorder_index == recorder_index, RecorderReview.stated_on == stated_on)
            .with_for_update()
        )
        if known is None:
            session.add(
                RecorderReview(
                    organisation_id=actor.organisation_id,
                    recorder_index=recorder_index,
                    stated_on=stated_on,
                    rows=rows,
                    opened_at=now,
                )
            )
        elif known.rows < rows:
            known.rows, known.closed_at, known.closed_by = rows, None, None


async def withdraw(session: AsyncSession, actor: Actor, labourer_id: int, *, channel: str, now: datetime) -> None:
    """Take back the person's last statement and the consent to be matched. Raises Conflict (409) if none stands."""
    latest = queries.latest_own()
    row = (await session.execute(select(latest).where(latest.c.labourer_id == labourer_id))).one_or_none()
    if row is None or row.withdrawn_at is not None:
        raise Conflict(N_("There is no statement to take back."))
    session.add(
        DeclarationWithdrawal(declaration_id=row.declaration_id, at=now, channel=channel, entered_by=actor.user_id)
    )
    session.add(
        Consent(
            labourer_id=labourer_id, purpose="match", given=False, at=now, channel=channel, entered_by=actor.user_id
        )
    )
    audit.record(session, actor, "declaration.withdraw", "labourer", labourer_id)
