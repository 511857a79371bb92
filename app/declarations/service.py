"""Take down a labourer's own word, take it back, and let nothing else open anything (V1).

Many labourers at once (a sheet) go the same way as one: ``record_many`` is the only place that writes statements.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.declarations import queries
from app.declarations.models import Consent, DeclarationWithdrawal, RecorderReview
from app.errors import Conflict, Invalid
from app.permissions import Actor
from app.shared.clock import day_of
from app.shared.copying import copy_rows, take_ids
from app.shared.encryption import KeyRing
from app.shared.i18n import N_
from app.shared.names import normalise_name

# One person taking down more statements than this in a day is looked at again by another.
STATEMENTS_PER_RECORDER_DAY = 80


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
    if statement.channel == "in_person" and not statement.evidence:
        raise Invalid(
            N_("Say what shows it: the number of the signed form, or how and when you spoke."),
            fields={"evidence": N_("Required.")},
        )
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
    if not statements:
        return
    index = lru_cache(maxsize=None)(partial(keys.blind_index, "recorder"))  # few people write many statements
    ids = await take_ids(session, "declaration", len(statements))
    rows = [_row(keys, index, statement, id_, actor, days) for id_, statement in zip(ids, statements, strict=True)]
    await copy_rows(session, "declaration", tuple(rows[0]), (tuple(row.values()) for row in rows))
    consents = [_consent(row, now, actor) for row in rows if row["channel"] != "proxy"]
    if consents:
        await copy_rows(session, "consent", tuple(consents[0]), (tuple(row.values()) for row in consents))
    days_touched = {(row["recorder_index"], row["stated_on"]) for row in rows if row["recorder_index"]}
    await _review_busy_recorders(session, actor, days_touched, now)


def _row(
    keys: KeyRing, index: Callable[[str], bytes], statement: Statement, id_: int, actor: Actor, days: int
) -> dict[str, Any]:
    uuid = uuid4()
    recorder = normalise_name(statement.recorder) if statement.recorder else None
    return {
        "id": id_,
        "uuid": uuid,
        "labourer_id": statement.labourer_id,
        "scope": statement.scope,
        "stated_on": statement.stated_on,
        "expires_on": statement.stated_on + timedelta(days=days),
        "channel": statement.channel,
        "recorder_name_cipher": keys.encrypt("declaration.recorder", uuid, recorder) if recorder else None,
        "recorder_index": index(recorder) if recorder else None,
        "recorder_user_id": statement.recorder_user_id,
        "proxy_relation": statement.proxy_relation,
        "evidence": statement.evidence,
        "entered_by": actor.user_id,
    }


def _consent(row: dict[str, Any], now: datetime, actor: Actor) -> dict[str, Any]:
    return {
        "labourer_id": row["labourer_id"],
        "purpose": "match",
        "given": row["scope"] != "not_now",
        "at": now,
        "channel": row["channel"],
        "declaration_id": row["id"],
        "entered_by": actor.user_id,
    }


async def _review_busy_recorders(
    session: AsyncSession, actor: Actor, touched: set[tuple[bytes, date]], now: datetime
) -> None:
    busy = await queries.busy_recorders(session, touched, more_than=STATEMENTS_PER_RECORDER_DAY)
    for recorder_index, stated_on, rows in busy:
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
            await session.flush()  # the next part of the same sheet has to find it
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
