"""Say yes or no to one purpose, and take everything back (V1, R1, R2).

Every yes names the text that was shown, its version and language, and how the person was heard. A no is one row and
holds from its commit on, wherever ``queries.permits`` is asked.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.declarations import queries
from app.declarations.happenings import MatchingEnded
from app.declarations.models import PURPOSES, Consent, ConsentText, Declaration, DeclarationWithdrawal
from app.declarations.texts import text_on
from app.errors import Conflict, Invalid, NotFound
from app.free_text import refuse_private
from app.happenings import tell
from app.notifications import service as notices
from app.permissions import Actor
from app.shared.clock import day_of
from app.shared.i18n import DEFAULT_LOCALE, N_

EVIDENCE_LENGTH = 2  # "35" is the number of a form; one sign is nothing that anybody finds again
# What has no sense any more once a person is not matched: they end with it, in the same transaction.
END_WITH_MATCH = ("name_to_employer", "cross_province", "trip_manifest")


@dataclass(frozen=True)
class Heard:
    """How a person's word reached us: by their own code, or before an officer with evidence."""

    channel: str  # self_code or in_person
    actor: Actor | None = None  # the officer who heard it; nobody when by code
    code_id: int | None = None
    evidence: str | None = None
    language: str = DEFAULT_LOCALE

    @property
    def columns(self) -> dict[str, Any]:
        """What a row keeps of it."""
        officer = self.actor.user_id if self.actor else None
        return {"channel": self.channel, "code_id": self.code_id, "entered_by": officer}


def check_evidence(evidence: str | None) -> None:
    """Raises Invalid (422) where nothing is named that shows what was heard, or something that belongs nowhere (V6)."""
    if len((evidence or "").strip()) < EVIDENCE_LENGTH:
        raise Invalid(
            N_("Say what shows it: the number of the signed form, or how and when you spoke."),
            fields={"evidence": N_("Required.")},
        )
    refuse_private(evidence or "", "evidence")


def evidence_print(evidence: str) -> bytes:
    """What a consent keeps of its evidence: enough to show later that it was this and nothing else."""
    return hashlib.sha256(evidence.encode()).digest()


async def keep_texts(session: AsyncSession, shown: Collection[tuple[str, str]], day: date) -> None:
    """Keep the texts of these (purpose, language) word for word, if this is the first time they are shown.

    Raises Conflict (409) where a version was edited after people said yes to it.
    """
    rows = []
    for purpose, language in sorted(set(shown)):
        words = text_on(purpose, day)
        rows.append({"purpose": purpose, "version": words.version, "language": language, "body": words.body(language)})
    if not rows:
        return
    await session.execute(upsert(ConsentText).values(rows).on_conflict_do_nothing())
    wanted = [(row["purpose"], row["version"], row["language"]) for row in rows]
    key = tuple_(ConsentText.purpose, ConsentText.version, ConsentText.language)
    kept = {
        (one.purpose, one.language): one.body
        for one in await session.scalars(select(ConsentText).where(key.in_(wanted)))
    }
    if any(kept[row["purpose"], row["language"]] != row["body"] for row in rows):
        raise Conflict(
            N_("The text of this consent was changed without a new version. Tell the operator; nothing was recorded.")
        )


async def give(session: AsyncSession, labourer_id: int, purpose: str, heard: Heard, *, now: datetime) -> None:
    """The person says yes to one purpose, having been shown its text.

    Raises NotFound (404) for an unknown purpose, Invalid (422) without evidence, Conflict (409) for a yes to matching
    without a statement that stands.
    """
    _known(purpose)
    if heard.channel == "in_person":
        check_evidence(heard.evidence)
    today = day_of(now)
    statement = await _standing_statement(session, labourer_id, heard.channel, today) if purpose == "match" else None
    words = text_on(purpose, today)
    await keep_texts(session, [(purpose, heard.language)], today)
    session.add(
        Consent(
            labourer_id=labourer_id,
            purpose=purpose,
            given=True,
            at=now,
            expires_on=statement.expires_on if statement else today + timedelta(days=words.days or 0),
            text_version=words.version,
            language=heard.language,
            evidence_hash=evidence_print(heard.evidence) if heard.evidence else None,
            declaration_id=statement.id if statement else None,
            **heard.columns,
        )
    )
    _on_the_trail(session, heard, "consent.give", labourer_id, purpose=purpose, version=words.version)


async def _standing_statement(session: AsyncSession, labourer_id: int, channel: str, today: date) -> Declaration:
    history = await session.execute(queries.of_labourer(labourer_id))
    own = next(((said, back) for said, back in history if said.channel != "proxy"), None)
    # Their own "not now" is told to the person alone; an officer hears no more than that something is missing (V4).
    is_no = own is not None and (own[1] is not None or (own[0].scope == "not_now" and channel != "self_code"))
    if own is None or is_no or not own[0].stated_on <= today < own[0].expires_on:
        raise Conflict(N_("First say where you are willing to work; the consent to be matched belongs to it."))
    if own[0].scope == "not_now":
        raise Conflict(N_("The last word is “not now”. Matching starts only after another statement."))
    return own[0]


def _known(purpose: str) -> None:
    if purpose not in PURPOSES:
        raise NotFound(N_("There is no such consent."))


async def withdraw(session: AsyncSession, labourer_id: int, purpose: str, heard: Heard, *, now: datetime) -> None:
    """The person takes one consent back, at once and everywhere.

    Taking back the matching takes back the statement and all that depends on it. Raises NotFound (404) for an unknown
    purpose, Conflict (409) where nothing stands.
    """
    _known(purpose)
    if purpose == "match":
        await withdraw_matching(session, labourer_id, heard, now=now)
        return
    last = (await queries.consents_of(session, labourer_id)).get(purpose)
    if last is None or not last.given:
        raise Conflict(N_("There is no such consent to take back."))
    session.add(_no(labourer_id, purpose, heard, now))
    if purpose == "contact":
        await notices.drop_waiting(session, labourer_id, now=now)
    _on_the_trail(session, heard, "consent.withdraw", labourer_id, purpose=purpose)


async def withdraw_matching(session: AsyncSession, labourer_id: int, heard: Heard, *, now: datetime) -> None:
    """End everything open, in one transaction: the statement, the matching and what depends on it.

    Raises Conflict (409) if neither a statement nor a consent stands.
    """
    latest = queries.latest_own()
    row = (await session.execute(select(latest).where(latest.c.labourer_id == labourer_id))).one_or_none()
    given = {purpose for purpose, one in (await queries.consents_of(session, labourer_id)).items() if one.given}
    stands = row is not None and row.withdrawn_at is None
    if not stands and "match" not in given:
        raise Conflict(N_("There is no statement to take back."))
    if row is not None and stands:
        session.add(DeclarationWithdrawal(declaration_id=row.declaration_id, at=now, **heard.columns))
    session.add_all(
        _no(labourer_id, purpose, heard, now) for purpose in ("match", *END_WITH_MATCH) if purpose in given | {"match"}
    )
    _on_the_trail(session, heard, "declaration.withdraw", labourer_id)
    await tell(session, MatchingEnded((labourer_id,), now))


def _no(labourer_id: int, purpose: str, heard: Heard, now: datetime) -> Consent:
    return Consent(labourer_id=labourer_id, purpose=purpose, given=False, at=now, **heard.columns)


def _on_the_trail(session: AsyncSession, heard: Heard, act: str, labourer_id: int, **detail: Any) -> None:
    audit.record(session, heard.actor, act, "labourer", labourer_id, channel=heard.channel, **detail)
