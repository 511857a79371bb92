"""Take down a labourer's own word, take it back, and let nothing else open anything (V1).

Many labourers at once (a sheet) go the same way as one: ``pack`` and ``enter`` alone write statements.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.declarations import consents, queries, reviews
from app.declarations.happenings import MatchingEnded
from app.declarations.models import SCOPES
from app.declarations.texts import text_on
from app.errors import Conflict, Invalid
from app.happenings import tell
from app.permissions import Actor
from app.shared.clock import day_of
from app.shared.copying import as_text, copy_text, take_ids
from app.shared.encryption import KeyRing
from app.shared.i18n import DEFAULT_LOCALE, N_
from app.shared.names import normalise_name

DECLARATION_COLUMNS = (
    "id", "uuid", "labourer_id", "scope", "stated_on", "expires_on", "channel", "recorder_name_cipher",
    "recorder_index", "recorder_user_id", "proxy_relation", "evidence", "code_id", "entered_by",
)  # fmt: skip
CONSENT_COLUMNS = (
    "labourer_id", "purpose", "given", "at", "expires_on", "channel", "text_version", "language", "evidence_hash",
    "declaration_id", "code_id", "entered_by",
)  # fmt: skip


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
    code_id: int | None = None
    # By code the person answers the question of matching for itself; before an officer and in a register, where
    # everybody is asked for nothing else, the statement is the answer. Its text is shown in this language.
    consents: bool = True
    language: str = DEFAULT_LOCALE


@dataclass(frozen=True)
class Packed:
    """Statements and consents as COPY takes them; the texts shown, and whom to look at for writing many."""

    declarations: bytes
    consents: bytes
    shown: set[tuple[str, str]]
    recorders: set[tuple[bytes, date]]
    said_no: tuple[int, ...] = ()  # people who do not let themselves be matched any more


async def record(
    session: AsyncSession, actor: Actor | None, keys: KeyRing, statement: Statement, *, now: datetime, days: int
) -> None:
    """Take down one statement and, from the person's own mouth, the consent to be matched.

    ``actor`` is nobody where the person did it with their own code. Raises Invalid (422) for a day in the future, an
    unknown scope or a missing recorder, Conflict (409) for a day before the person's last statement.
    """
    _check(statement, day_of(now))
    last = (await queries.last_of(session, [statement.labourer_id])).get(statement.labourer_id)
    if statement.channel != "proxy" and last and not is_news(last, statement):
        raise Conflict(
            N_("There is a later word of this person, of %(day)s. An earlier one cannot replace it."),
            day=str(last.word_on),
        )
    await record_many(session, actor, keys, [statement], now=now, days=days)
    audit.record(
        session, actor, "declaration.record", "labourer", statement.labourer_id,
        scope=statement.scope, channel=statement.channel,
    )  # fmt: skip


def _check(statement: Statement, today: date) -> None:
    if statement.scope not in SCOPES[:-1]:
        raise Invalid(N_("Choose one of the answers."), fields={"scope": N_("Choose one of the answers.")})
    if statement.stated_on > today:
        raise Invalid(
            N_("The day of the statement lies in the future."), fields={"stated_on": N_("Not later than today.")}
        )
    if statement.channel != "self_code" and not statement.recorder:
        raise Invalid(N_("Say who took the statement down."), fields={"recorder": N_("Required.")})
    if statement.channel == "in_person":
        consents.check_evidence(statement.evidence)
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
    session: AsyncSession,
    actor: Actor | None,
    keys: KeyRing,
    statements: Sequence[Statement],
    *,
    now: datetime,
    days: int,
) -> None:
    """Append statements with their consents, and put busy recorders up for review."""
    if statements:
        ids = await take_ids(session, "declaration", len(statements))
        packed = pack(
            keys, list(zip(ids, statements, strict=True)), actor.user_id if actor else None, now=now, days=days
        )
        await enter(session, actor, packed, now=now)


def pack(
    keys: KeyRing, statements: Sequence[tuple[int, Statement]], entered_by: int | None, *, now: datetime, days: int
) -> Packed:
    """The rows of statements, each with the id it is to have, and of their consents. For any process."""
    index = lru_cache(maxsize=None)(partial(keys.blind_index, "recorder"))  # few people write many statements
    today = day_of(now)
    rows = [_row(keys, index, statement, id_, entered_by, days) for id_, statement in statements]
    own = [(row, one) for row, (_, one) in zip(rows, statements, strict=True) if one.channel != "proxy"]
    return Packed(
        as_text(tuple(row.values()) for row in rows),
        as_text(_consent(row, one, now, today) for row, one in own),
        {("match", one.language) for _, one in own if one.channel != "register_row"},
        {(row["recorder_index"], row["stated_on"]) for row in rows if row["recorder_index"]},
        tuple(sorted({one.labourer_id for _, one in own if not one.consents or one.scope == "not_now"})),
    )


async def enter(session: AsyncSession, actor: Actor | None, packed: Packed, *, now: datetime) -> None:
    """Append packed statements with their consents, and put busy recorders up for review."""
    await copy_text(session, "declaration", DECLARATION_COLUMNS, packed.declarations)
    await consents.keep_texts(session, packed.shown, day_of(now))
    await copy_text(session, "consent", CONSENT_COLUMNS, packed.consents)
    if packed.said_no:
        await tell(session, MatchingEnded(packed.said_no, now))
    if actor is not None:
        await reviews.put_up_recorders(session, packed.recorders, now=now)


def _row(
    keys: KeyRing, index: Callable[[str], bytes], statement: Statement, id_: int, entered_by: int | None, days: int
) -> dict[str, Any]:
    uuid = uuid4()
    recorder = normalise_name(statement.recorder) if statement.recorder else None
    values = (
        id_, uuid, statement.labourer_id, statement.scope, statement.stated_on,
        statement.stated_on + timedelta(days=days), statement.channel,
        keys.encrypt("declaration.recorder", uuid, recorder) if recorder else None,
        index(recorder) if recorder else None, statement.recorder_user_id, statement.proxy_relation,
        statement.evidence, statement.code_id, entered_by,
    )  # fmt: skip
    return dict(zip(DECLARATION_COLUMNS, values, strict=True))


def _consent(row: dict[str, Any], statement: Statement, now: datetime, today: date) -> tuple[Any, ...]:
    """The consent to be matched that a statement brings with it, or the no."""
    shown = statement.channel != "register_row"
    return (
        row["labourer_id"], "match", statement.consents and row["scope"] != "not_now", now, row["expires_on"],
        row["channel"], text_on("match", today).version if shown else None, statement.language if shown else None,
        consents.evidence_print(statement.evidence) if shown and statement.evidence else None, row["id"],
        row["code_id"], row["entered_by"],
    )  # fmt: skip


async def withdraw(session: AsyncSession, actor: Actor, labourer_id: int, *, channel: str, now: datetime) -> None:
    """The person tells an officer that they will not be matched any more. Raises Conflict (409) if nothing stands."""
    await consents.withdraw_matching(session, labourer_id, consents.Heard(channel, actor), now=now)
