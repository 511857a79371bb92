"""Everything held about one person, in words they can read: for paper, a sheet, or a program (PIPL 45).

The same function serves the officer whom the person asks and the person's own pages.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.models import Organisation, User
from app.audit import AuditEvent
from app.declarations import queries as declarations
from app.declarations.models import Consent
from app.declarations.present import PURPOSE_LABELS
from app.employers.models import Employer
from app.intake.models import ImportBatch, ImportRow
from app.labourers import queries as labourers
from app.labourers import service as labourer_service
from app.labourers.models import Household, Labourer
from app.labourers.present import CHANNELS
from app.labourers.records import PLAIN_FIELDS, WISH_FIELDS
from app.labourers.schemas import PersonFacts
from app.localities.models import Locality
from app.localities.reference import Localities
from app.match_runs.adapter.codes import PARTS
from app.match_runs.models import Candidate, MatchRun
from app.match_runs.words import Pairing, reasons
from app.notifications import present as words
from app.notifications import queries as notices
from app.occupations.labels import level_label, trade_label
from app.offers.models import Offer
from app.offers.present import state_tag
from app.rights import queries
from app.rights.words import ACTS, FIELDS, KIND_WORDS, LISTS, OUTCOME_WORDS, OWN_CODES
from app.shared.encryption import KeyRing
from app.shared.formats import masked_name, masked_phone, moment, score
from app.shared.i18n import LazyText, lazy, translate
from app.shared.labels import category_label
from app.trail.words import act_label
from app.vacancies.models import Vacancy
from app.wall import widened

Column = tuple[str, LazyText]
PLACE_FIELDS: Final = frozenset({"locality_code", "work_place_code"})
PLACE_LISTS: Final = frozenset({"excluded_places", "return_places"})
TRADE_LISTS: Final = frozenset({"wish_trades", "excluded_trades"})


@dataclass(frozen=True)
class Section:
    """One kind of thing held: its columns and rows, values in words."""

    key: str
    title: LazyText
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]

    def records(self) -> list[dict[str, Any]]:
        """The rows as objects, for programs."""
        return [dict(zip((key for key, _ in self.columns), row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class PersonCopy:
    """Everything held about one person."""

    name: str
    sections: Sequence[Section]

    def data(self) -> dict[str, list[dict[str, Any]]]:
        return {section.key: section.records() for section in self.sections}


async def copy_of(
    session: AsyncSession, keys: KeyRing, localities: Localities, labourer: Labourer, *, masked: bool = False
) -> PersonCopy:
    """Everything held about this person, in the reader's language. Who may have it is the caller's matter.

    ``masked``: names and the phone number in part, the identity number not at all, as it could be put together from
    its last digits, the birth day and the county.
    """
    sections = [
        *await _record(session, keys, localities, labourer, masked=masked),
        await _statements(session, keys, labourer),
        await _consents(session, labourer),
        await _limits(session, labourer),
        await _requests(session, keys, labourer),
        await _messages(session, labourer),
        await _candidates(session, keys, localities, labourer),
        await _offers(session, labourer),
        await _changes(session, labourer),
        await _sheets(session, labourer),
        await _looks(session, labourer),
    ]
    name = labourer_service.name_of(keys, labourer)
    return PersonCopy(masked_name(name) if masked else name, sections)


_FACT: Final[tuple[Column, ...]] = (("what", lazy("What")), ("value", lazy("Value")))


def _identity(keys: KeyRing, labourer: Labourer, *, masked: bool) -> list[tuple[Any, Any]]:
    name, phone = labourer_service.name_of(keys, labourer), labourer_service.phone_of(keys, labourer)
    number: str = labourer_service.id_no_of(keys, labourer)
    if masked:
        name, phone = masked_name(name), masked_phone(phone) if phone else None
        number = translate("held; shown at your office only")
    return [(FIELDS["name"], name), (FIELDS["id_no"], number), (FIELDS["phone"], phone)]


async def _record(
    session: AsyncSession, keys: KeyRing, places: Localities, labourer: Labourer, *, masked: bool
) -> list[Section]:
    entry = await labourers.entry_of(session, labourer.id)
    skills = (await labourers.skills_of(session, [labourer.id]))[labourer.id]
    household = await labourers.household_of(session, labourer)
    person: list[tuple[Any, Any]] = [
        *_identity(keys, labourer, masked=masked),
        *((FIELDS[name], _shown(places, name, getattr(labourer, name))) for name in PLAIN_FIELDS),
        *_household(keys, household, masked=masked),
    ]
    wishes: list[tuple[Any, Any]] = []
    if entry is not None:
        wishes = [(FIELDS[name], _shown(places, name, getattr(entry, name))) for name in WISH_FIELDS]
        wishes += [(FIELDS["entered_on"], entry.entered_on), (FIELDS["left_on"], entry.left_on)]
    done = [
        (one.title, trade_label(one.trade_family), one.months, level_label(one.level), one.certificate,
         one.certificate_expires_on)
        for one in skills
    ]  # fmt: skip
    columns = tuple((name, FIELDS[name]) for name in ("title", "trade_family", "months", "level", "certificate",
                                                      "certificate_expires_on"))  # fmt: skip
    return [
        Section("person", lazy("Record"), _FACT, _filled(person)),
        Section("wishes", lazy("Wishes"), _FACT, _filled(wishes)),
        Section("skills", lazy("Skills"), columns, done),
    ]


def _filled(rows: list[tuple[Any, Any]]) -> list[tuple[str, Any]]:
    return [(str(what), value) for what, value in rows if value not in (None, "", [])]


def _household(keys: KeyRing, household: Household | None, *, masked: bool) -> list[tuple[Any, Any]]:
    if household is None:
        return []
    # The head may be another person: their name tells who is meant, their numbers are not this person's to have.
    sealed = household.head_name_cipher
    name = keys.decrypt("household.head_name", household.uuid, sealed) if sealed else None
    name = masked_name(name) if name and masked else name
    return [(FIELDS["household_no"], household.household_no), (FIELDS["head_name"], name)]


def _shown(places: Localities, name: str, value: Any) -> Any:
    if isinstance(value, bool):
        return translate("yes") if value else translate("no")
    if value is None or isinstance(value, (int, date)):
        return value
    if name in PLACE_FIELDS:
        return places.full_name(value)
    if name == "wish_places":
        return "、".join(one.get("text") or _place(places, one["code"]) for one in value)
    if name in PLACE_LISTS:
        return "、".join(_place(places, code) for code in value)
    if name in TRADE_LISTS:
        return "、".join(trade_label(code) for code in value)
    if name in OWN_CODES:
        return str(OWN_CODES[name][value])
    label = LISTS.get(name)
    if isinstance(value, list):
        return "、".join(category_label(code, label) if label else str(code) for code in value)
    return category_label(value, label) if label else value


def _place(places: Localities, code: str) -> str:
    return places.name(code) or category_label(code, "place_classes")


async def _statements(session: AsyncSession, keys: KeyRing, labourer: Labourer) -> Section:
    rows = []
    for one, taken_back in await session.execute(declarations.of_labourer(labourer.id)):
        recorder = one.recorder_name_cipher and keys.decrypt("declaration.recorder", one.uuid, one.recorder_name_cipher)
        rows.append((one.stated_on, category_label(one.scope, "scope"), str(CHANNELS[one.channel]), recorder,
                     one.evidence, one.expires_on, taken_back.at if taken_back else None))  # fmt: skip
    columns = (
        ("stated_on", lazy("Said on")), ("scope", lazy("Willing to work")), ("channel", lazy("How")),
        ("recorder", lazy("Taken down by")), ("evidence", lazy("Evidence")), ("expires_on", lazy("Holds until")),
        ("withdrawn_at", lazy("Taken back")),
    )  # fmt: skip
    return Section("declarations", lazy("Statements"), columns, rows)


async def _consents(session: AsyncSession, labourer: Labourer) -> Section:
    query = select(Consent).where(Consent.labourer_id == labourer.id).order_by(Consent.id.desc())
    rows = [
        (
            one.at,
            str(PURPOSE_LABELS[one.purpose]),
            translate("given") if one.given else translate("not given"),
            str(CHANNELS[one.channel]),
        )
        for one in await session.scalars(query)
    ]
    columns = (("at", lazy("When")), ("purpose", lazy("Purpose")), ("state", lazy("State")), ("channel", lazy("How")))
    return Section("consents", lazy("Consents"), columns, rows)


async def _limits(session: AsyncSession, labourer: Labourer) -> Section:
    rows = [
        (one.at, str(KIND_WORDS[one.kind]), one.reason, ended.at if ended else None)
        for one, ended in await queries.limits_of(session, labourer.id)
    ]
    columns = (("at", lazy("When")), ("kind", lazy("What")), ("reason", lazy("Why")), ("ended_at", lazy("Ended")))
    return Section("limits", lazy("Limits to the use of the data"), columns, rows)


async def _requests(session: AsyncSession, keys: KeyRing, labourer: Labourer) -> Section:
    rows = []
    for one in await queries.of_labourer(session, labourer.id):
        words = keys.decrypt("rights_request.text", one.uuid, one.text_cipher) if one.text_cipher else ""
        outcome = str(OUTCOME_WORDS[one.outcome]) if one.outcome else translate("waiting")
        rows.append((one.received_at, str(KIND_WORDS[one.kind]), words, one.due_on, outcome, one.answer,
                     one.legal_ground))  # fmt: skip
    columns = (
        ("received_at", lazy("When")), ("kind", lazy("What")), ("words", lazy("In own words")),
        ("due_on", lazy("Answer due")), ("outcome", lazy("State")), ("answer", lazy("Answer")),
        ("legal_ground", lazy("Ground in law")),
    )  # fmt: skip
    return Section("requests", lazy("Requests"), columns, rows)


async def _messages(session: AsyncSession, labourer: Labourer) -> Section:
    async with widened(session):  # the outbox is its office's; what was said to the person is theirs to know
        found = await notices.of_person(session, labourer.id)
    rows = [(one.created_at, words.text_of(one), str(words.STATE_LABELS[one.state])) for one in found]
    columns = (("at", lazy("When")), ("text", lazy("Text")), ("state", lazy("State")))
    return Section("messages", lazy("Messages to you"), columns, rows)


async def _candidates(session: AsyncSession, keys: KeyRing, places: Localities, labourer: Labourer) -> Section:
    query = (
        select(Candidate, MatchRun.on_day, Vacancy, Employer.name, Locality.full_name)
        .join(MatchRun, MatchRun.id == Candidate.run_id)
        .join(Vacancy, Vacancy.id == Candidate.vacancy_id)
        .join(Employer, Employer.id == Vacancy.employer_id)
        .outerjoin(Locality, Locality.code == Vacancy.locality_code)
        .where(Candidate.labourer_id == labourer.id)
        .order_by(MatchRun.id.desc(), Candidate.labourer_rank.nulls_last(), Candidate.vacancy_id)
    )
    facts = (await labourer_service.facts_of(session, keys, [labourer])).get(labourer.id)
    rows = [
        (
            on_day,
            vacancy.title,
            employer,
            place,
            one.labourer_rank,
            score(one.score),
            *_why(places, facts, one, vacancy, place),
        )
        for one, on_day, vacancy, employer, place in await session.execute(query)
    ]
    columns = (
        ("on_day", lazy("Run of")), ("post", lazy("Post")), ("employer", lazy("Employer")), ("place", lazy("Place")),
        ("rank", lazy("Rank")), ("score", lazy("Overall")), ("why", lazy("Why")), ("why_not", lazy("Why not")),
    )  # fmt: skip
    return Section("candidates", lazy("Automated matching"), columns, rows)


def _why(
    places: Localities, facts: PersonFacts | None, one: Candidate, vacancy: Vacancy, place: str | None
) -> tuple[str, str]:
    if facts is None:
        return "", ""
    values = dict(zip(PARTS, one.parts, strict=True))
    weights = dict(zip(PARTS, one.weights, strict=False))  # the weights of the three scores follow
    fors, againsts = reasons(Pairing(facts, vacancy, place or "", places), values, weights)
    return "；".join(map(str, fors)), "；".join(map(str, againsts))


async def _offers(session: AsyncSession, labourer: Labourer) -> Section:
    """What was offered to the person and what became of it; a no is kept for the offers alone and told to nobody."""
    query = (
        select(Offer, Vacancy.title, Employer.name)
        .join(Vacancy, Vacancy.id == Offer.vacancy_id)
        .join(Employer, Employer.id == Vacancy.employer_id)
        .where(Offer.labourer_id == labourer.id)
    )
    rows = [
        (moment(offer.made_at), title, employer, str(state_tag(offer)["text"]))
        for offer, title, employer in await session.execute(query.order_by(Offer.id.desc()))
    ]
    columns = (
        ("made_at", lazy("Made")), ("post", lazy("Post")), ("employer", lazy("Employer")), ("state", lazy("State")),
    )  # fmt: skip
    return Section("offers", lazy("Offers"), columns, rows)


async def _changes(session: AsyncSession, labourer: Labourer) -> Section:
    rows = [
        (one.at, str(FIELDS.get(name, name)), _plain(before), _plain(after), one.reason)
        for one in await labourers.changes_of(session, labourer.id)
        for name, (before, after) in one.changes.items()
    ]
    columns = (
        ("at", lazy("When")), ("field", lazy("What")), ("before", lazy("Before")), ("after", lazy("After")),
        ("reason", lazy("Why")),
    )  # fmt: skip
    return Section("changes", lazy("Corrections"), columns, rows)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(_plain(one) for one in value)
    if isinstance(value, dict):
        return str(value.get("text") or value.get("title") or value.get("code") or "")
    return "" if value is None else str(value)


async def _sheets(session: AsyncSession, labourer: Labourer) -> Section:
    query = (
        select(ImportBatch.uploaded_at, ImportBatch.file_name, ImportRow.row_no)
        .join(ImportRow, ImportRow.batch_id == ImportBatch.id)
        .where((ImportRow.labourer_id == labourer.id) | (ImportRow.key_index == labourer.id_no_index))
        .order_by(ImportBatch.id.desc(), ImportRow.row_no)
    )
    columns = (("at", lazy("When")), ("file", lazy("Sheet")), ("row", lazy("Row")))
    return Section(
        "sheets", lazy("Sheets that named you"), columns, [tuple(row) for row in await session.execute(query)]
    )


async def _looks(session: AsyncSession, labourer: Labourer) -> Section:
    query = (
        select(AuditEvent, User.display_name, Organisation.name)
        .outerjoin(User, User.id == AuditEvent.user_id)
        .outerjoin(Organisation, Organisation.id == AuditEvent.organisation_id)
        .where(
            or_(
                (AuditEvent.subject_kind == "labourer") & (AuditEvent.subject_id == labourer.id),
                AuditEvent.people.contains([labourer.id]),  # on a list, in a file
            )
        )
        .order_by(AuditEvent.id.desc())
    )
    rows = [
        (moment(event.at), str(ACTS.get(event.act) or act_label(event.act)), who, office, event.reason)
        for event, who, office in await session.execute(query)
    ]
    columns = (
        ("at", lazy("When")), ("act", lazy("What")), ("who", lazy("Who")), ("office", lazy("Office")),
        ("reason", lazy("Why")),
    )  # fmt: skip
    return Section("looks", lazy("Who looked, and who changed something"), columns, rows)


def printable(value: Any) -> str:
    """One value as it stands on paper."""
    if isinstance(value, datetime):
        return moment(value)
    return "" if value is None else str(value)
