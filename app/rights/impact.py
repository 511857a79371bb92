"""The personal information protection impact assessment (PIPL 55, 56), drawn from what the system really is and does.

Who may do what comes from the permission matrix, the classes and periods from the retention table, the state of
encryption from the columns and ciphers themselves, the figures from the rows of the viewer's own area.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app import audit
from app.accounts.labels import ROLE_LABELS, kind_label
from app.accounts.models import Organisation, Post
from app.accounts.present import permission_label
from app.audit import AuditEvent
from app.database import Base
from app.declarations import queries as declarations
from app.declarations.limits import limited
from app.declarations.models import PURPOSES
from app.declarations.present import PURPOSE_LABELS
from app.keys import resealing
from app.keys.columns import CIPHER
from app.keys.words import TABLES
from app.labourers.models import Labourer
from app.localities.queries import within
from app.permissions import ROLE_PERMISSIONS, Actor, Permission, Role
from app.rights.copying import Section
from app.rights.models import DeletionProof, RightsRequest
from app.rights.retention import in_words, retention_table
from app.rights.words import FIELDS, KIND_WORDS, SEALED, STATUS_WORDS
from app.shared.clock import day_of
from app.shared.encryption import KeyRing
from app.shared.i18n import LazyText, lazy, translate

YEAR: Final = timedelta(days=365)
# Acts by which identities leave the record, for the table of recipients.
OUTWARD: Final[dict[str, LazyText]] = {
    "labourer.reveal": lazy("identity looked at"),
    "labourers.export": lazy("demand list exported"),
    "match_run.export": lazy("match run exported"),
    "rights.copy": lazy("copy of the data made"),
}
MEASURES: Final[tuple[tuple[LazyText, LazyText], ...]] = (
    (
        lazy("Somebody is moved who did not choose to go"),
        lazy("Only a person's own, current, dated word opens matching; no proxy's word does; a no leaves no trace."),
    ),
    (
        lazy("Identities reach those who earn from them"),
        lazy("Brokers and employers see pseudonyms of their own and bands; groups under five are not counted out."),
    ),
    (
        lazy("Officials look without need"),
        lazy("Every look has a reason, is on the trail, and the person can see it."),
    ),
    (
        lazy("The database is stolen"),
        lazy("Identity fields are encrypted one by one; the keys are not in the database."),
    ),
    (
        lazy("A machine decides on a person"),
        lazy("Every score is explained; a person can have people decide instead, at once."),
    ),
    (
        lazy("Data stay for ever"),
        lazy("Each class has its period and its clause; a nightly run removes what is over it, with proof."),
    ),
)


def _own_people(actor: Actor) -> ColumnElement[bool]:
    if actor.role is Role.COUNTY_OFFICER:
        return Labourer.organisation_id == actor.organisation_id
    return within(Labourer.locality_code, actor.scope)


async def assess(session: AsyncSession, actor: Actor, keys: KeyRing, *, now: datetime) -> list[Section]:
    """The assessment as of now, for the actor's own area; on the trail."""
    audit.record(session, actor, "rights.impact", "impact_assessment", None)
    return [
        await _figures(session, actor, now),
        await _purposes(session, actor),
        _data_classes(),
        _matrix(),
        await _recipients(session, actor, now),
        await _encryption(session, keys),
        Section(
            "measures", lazy("Risks and what holds against them"),
            (("risk", lazy("Risk")), ("measure", lazy("What holds against it"))),
            [(str(risk), str(measure)) for risk, measure in MEASURES],
        ),
    ]  # fmt: skip


async def _figures(session: AsyncSession, actor: Actor, now: datetime) -> Section:
    own = _own_people(actor)
    offices = select(Labourer.organisation_id).where(own).distinct()
    rows: list[tuple[str, int]] = [
        (translate("People held"), await _count(session, Labourer, own, Labourer.erased_at.is_(None))),
        (translate("People deleted"), await _count(session, Labourer, own, Labourer.erased_at.is_not(None))),
        (translate("People decided on by people only"), await _count(session, Labourer, own, limited(Labourer.id))),
        (
            translate("Deletions proved"),
            await _count(session, DeletionProof, DeletionProof.organisation_id.in_(offices)),
        ),
    ]
    mine = RightsRequest.organisation_id.in_(offices)
    for kind, words in KIND_WORDS.items():
        asked = await _count(session, RightsRequest, mine, RightsRequest.kind == kind)
        rows.append((translate("Requests: %(kind)s", kind=words), asked))
    late = (RightsRequest.answered_at.is_(None), RightsRequest.due_on < day_of(now))
    rows.append((translate("Requests overdue"), await _count(session, RightsRequest, mine, *late)))
    return Section("figures", lazy("Figures"), (("what", lazy("What")), ("number", lazy("Number"))), rows)


async def _count(session: AsyncSession, table: type[Base], *conditions: ColumnElement[bool]) -> int:
    return await session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0


async def _purposes(session: AsyncSession, actor: Actor) -> Section:
    rows = []
    for purpose in PURPOSES:
        latest = declarations.latest_consent(purpose)
        query = (
            select(func.count())
            .select_from(latest)
            .join(Labourer, Labourer.id == latest.c.labourer_id)
            .where(_own_people(actor), latest.c.given)
        )
        label = str(PURPOSE_LABELS[purpose])
        rows.append((label, translate("own consent (PIPL 13 (1), 14)"), await session.scalar(query) or 0))
    # How many said no is nobody's figure (V4).
    columns = (
        ("purpose", lazy("Purpose")), ("basis", lazy("Ground in law")), ("given", lazy("Consents that stand")),
    )  # fmt: skip
    return Section("purposes", lazy("Purposes"), columns, rows)


def _data_classes() -> Section:
    rows = [
        (in_words(one.names), "、".join(one.tables), one.days, in_words(one.since),
         f"{one.basis.title} {one.basis.article}", str(STATUS_WORDS[one.status]))
        for one in retention_table().classes
    ]  # fmt: skip
    columns = (
        ("name", lazy("Data")), ("tables", lazy("Tables")), ("days", lazy("Days kept")),
        ("since", lazy("Counted from")),
        ("basis", lazy("Ground in law")), ("status", lazy("State")),
    )  # fmt: skip
    return Section("classes", lazy("Classes of data and how long they stay"), columns, rows)


def _matrix() -> Section:
    rows = [
        (
            str(lazy(ROLE_LABELS[role])),
            "、".join(str(permission_label(p)) for p in Permission if p in ROLE_PERMISSIONS[role]),
        )
        for role in Role
    ]
    columns = (("role", lazy("Role")), ("permissions", lazy("May")))
    return Section("matrix", lazy("Who may do what"), columns, rows)


async def _recipients(session: AsyncSession, actor: Actor, now: datetime) -> Section:
    """Who got at identities in the last year; for a county its own office, else the offices of the area."""
    offices: Any = Organisation.id == actor.organisation_id
    if actor.role is not Role.COUNTY_OFFICER:
        offices = within(Organisation.locality_code, actor.scope)
    people = select(func.count(func.distinct(Post.user_id))).where(
        Post.organisation_id == Organisation.id, Post.ended_at.is_(None)
    )
    query = (
        select(Organisation.name, Organisation.kind, people.scalar_subquery(), AuditEvent.act, func.count())
        .join(AuditEvent, AuditEvent.organisation_id == Organisation.id)
        .where(offices, AuditEvent.act.in_(OUTWARD), AuditEvent.at >= now - YEAR)
        .group_by(Organisation.id, AuditEvent.act)
        .order_by(Organisation.id, AuditEvent.act)
    )
    rows = [
        (name, str(kind_label(kind)), users, str(OUTWARD[act]), times)
        for name, kind, users, act, times in await session.execute(query)
    ]
    columns = (
        ("office", lazy("Office")), ("kind", lazy("Kind")), ("people", lazy("People")), ("act", lazy("What")),
        ("times", lazy("Times in a year")),
    )  # fmt: skip
    return Section("recipients", lazy("Who got at identities"), columns, rows)


async def _encryption(session: AsyncSession, keys: KeyRing) -> Section:
    """Every column that holds cipher texts, with the keys in use there: of all people, since the keys are of all."""
    rows: list[tuple[Any, ...]] = []
    for column, used in (await resealing.usage(session)).items():
        table, _, name = column.partition(".")
        for key, values in sorted(used.items()):
            rows.append((table, name, key, translate("yes") if key == keys.newest else translate("no"), values))
        if not used:
            rows.append((table, name, None, "", 0))
    columns = (
        ("table", lazy("Table")), ("column", lazy("Column")), ("key", lazy("Key")), ("newest", lazy("Newest key")),
        ("values", lazy("Values")),
    )  # fmt: skip
    return Section("encryption", lazy("Encryption of identity fields (AES-GCM)"), columns, rows)


def for_people(sections: list[Section]) -> list[Section]:
    """The same where people read it: tables and columns in words, which programs go by their names."""
    return [_IN_WORDS[one.key](one) if one.key in _IN_WORDS else one for one in sections]


def _classes_in_words(section: Section) -> Section:
    place = [key for key, _ in section.columns].index("tables")
    columns = [one for at, one in enumerate(section.columns) if at != place]
    return replace(section, columns=columns, rows=[[*row[:place], *row[place + 1 :]] for row in section.rows])


def _encryption_in_words(section: Section) -> Section:
    rows = []
    for table, column, *rest in section.rows:
        field = column.removesuffix(CIPHER)
        rows.append((str(TABLES.get(table, table)), str(SEALED.get(field) or FIELDS.get(field, field)), *rest))
    columns = (("table", lazy("Where")), ("column", lazy("What")), *section.columns[2:])
    return replace(section, columns=columns, rows=rows)


_IN_WORDS: Final[dict[str, Callable[[Section], Section]]] = {
    "classes": _classes_in_words,
    "encryption": _encryption_in_words,
}


def file_name(today: date) -> str:
    """What the sheet is called."""
    return f"个人信息保护影响评估_{today:%Y%m%d}.xlsx"
