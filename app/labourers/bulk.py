"""The demand list many people at a time: entered, compared and corrected by COPY and set-based statements.

The calculating parts take and give plain values, so that they can run in other processes; sealing itself stays in
``records``.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.labourers import records
from app.labourers.schemas import PersonFacts, SkillFacts, WishFacts
from app.shared.copying import as_text, copy_text, driver_of, held, insert_rows
from app.shared.encryption import KeyRing
from app.shared.names import normalise_name

SEALED_FIELDS = ("name_cipher", "name_tokens", "id_no_cipher", "id_no_index", "phone_cipher", "phone_index")
LABOURER_COLUMNS = ("uuid", "organisation_id", *SEALED_FIELDS, *records.PLAIN_FIELDS)
HOUSEHOLD_COLUMNS = (
    "uuid", "organisation_id", "household_no", "township_code", "village_name", "head_name_cipher",
    "head_id_no_cipher", "head_phone_cipher",
)  # fmt: skip
SKILL_COLUMNS = tuple(field.name for field in fields(SkillFacts))
_TOGETHER = (("lodging_needed", "lodging_wanted", "lodging_acceptable"), ("shift_wanted", "shift_acceptable"))
"""Wishes of which one part alone would contradict the other."""
_DATES = ("birth_on", "work_started_on", "work_ended_on")


@dataclass(frozen=True, slots=True)
class SealedPerson:
    """One person's rows ready to be copied, but for the ids."""

    labourer: tuple[Any, ...]
    household_no: str | None
    household: tuple[Any, ...] | None
    entry: tuple[Any, ...]
    skills: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class PackedPeople:
    """New people with their ids, each table's rows as COPY takes them: heavy to make, light to pass on."""

    households: bytes
    labourers: bytes
    entries: bytes
    skills: bytes


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A listed person as stored: identity sealed, the rest in plain values."""

    id: int
    uuid: UUID
    version: int
    name_cipher: bytes
    id_no_cipher: bytes
    phone_cipher: bytes | None
    plain: dict[str, Any]
    wishes: dict[str, Any]
    skills: tuple[SkillFacts, ...]
    household_no: str | None
    left_on: date | None
    left_reason: str | None


@dataclass(frozen=True, slots=True)
class Correction:
    """New rows for a listed person, and what changed in words of the record."""

    labourer_id: int
    sealed: SealedPerson
    changes: dict[str, list[Any]]


def seal(
    keys: KeyRing,
    organisation_id: int,
    facts: PersonFacts,
    tokens: Callable[[str], list[int]],
    *,
    uuid: UUID | None = None,
    with_household: bool = True,
) -> SealedPerson:
    """Seal one person; ``uuid`` is that of a person already listed. ``tokens`` as from ``records.token_maker``.

    ``with_household`` False spares the sealing of a head whom another of the same people names already.
    """
    if uuid is None:
        row = records.labourer_row(keys, organisation_id, facts, tokens)
    else:
        row = {"uuid": uuid, "organisation_id": organisation_id, **records.sealed_identity(keys, uuid, facts, tokens)}
        row.update({name: getattr(facts, name) for name in records.PLAIN_FIELDS})
    household = None
    if facts.household_no and with_household:
        head = records.household_row(keys, organisation_id, facts)
        household = tuple(head[name] for name in HOUSEHOLD_COLUMNS)
    wishes = records.wish_row(facts)
    wishes["wish_places"] = json.dumps(wishes["wish_places"], ensure_ascii=False)
    return SealedPerson(
        tuple(row[name] for name in LABOURER_COLUMNS),
        facts.household_no or None,
        household,
        tuple(wishes[name] for name in records.WISH_FIELDS),
        tuple(tuple(getattr(skill, name) for name in SKILL_COLUMNS) for skill in facts.skills),
    )


async def owners(session: AsyncSession, id_no_indexes: Sequence[bytes]) -> dict[bytes, tuple[int, int]]:
    """Blind index → (labourer, custodian) of those that are listed anywhere."""
    raw = await driver_of(session)
    found = await raw.fetch("SELECT id_no_index, id, organisation_id FROM known_owners($1)", list(id_no_indexes))
    return {row["id_no_index"]: (row["id"], row["organisation_id"]) for row in found}


async def known_people(session: AsyncSession, labourer_ids: Sequence[int], *, lock: bool = False) -> list[KnownPerson]:
    """The stored records of those who ever stood on the list, by id; locked for a change if asked."""
    raw = await driver_of(session)
    ids = list(labourer_ids)
    rows = await raw.fetch(_KNOWN + (" FOR UPDATE OF l" if lock else ""), ids)
    skills: dict[int, list[SkillFacts]] = {}
    for labourer_id, *values in await raw.fetch(_SKILLS, ids):
        skills.setdefault(labourer_id, []).append(SkillFacts(*values))
    return [_known(row, skills.get(row["id"], ())) for row in rows]


_KNOWN_COLUMNS = ("id", "uuid", "version", "name_cipher", "id_no_cipher", "phone_cipher")
_PLAIN_AT = len(_KNOWN_COLUMNS)
_WISHES_AT = _PLAIN_AT + len(records.PLAIN_FIELDS)
_LEFT_AT = _WISHES_AT + len(records.WISH_FIELDS)
_KNOWN = (
    "SELECT "  # noqa: S608 (names of columns)
    + ", ".join(f"l.{name}" for name in (*_KNOWN_COLUMNS, *records.PLAIN_FIELDS))
    + ", "
    + ", ".join(f"e.{name}" for name in records.WISH_FIELDS)
    + ", e.left_on, e.left_reason, h.household_no FROM labourer l"
    " JOIN demand_list_entry e ON e.labourer_id = l.id LEFT JOIN household h ON h.id = l.household_id"
    " WHERE l.id = ANY($1) ORDER BY l.id"
)
_SKILLS = (
    f"SELECT labourer_id, {', '.join(SKILL_COLUMNS)} FROM labourer_skill"  # noqa: S608
    " WHERE labourer_id = ANY($1) ORDER BY labourer_id, position"
)


def _known(row: Sequence[Any], skills: Sequence[SkillFacts]) -> KnownPerson:
    wishes = dict(zip(records.WISH_FIELDS, row[_WISHES_AT:_LEFT_AT], strict=True))
    left_on, left_reason, household_no = row[_LEFT_AT:]
    plain = dict(zip(records.PLAIN_FIELDS, row[_PLAIN_AT:_WISHES_AT], strict=True))
    keys = dict(zip(_KNOWN_COLUMNS, row, strict=False))
    return KnownPerson(
        **keys, plain=plain, wishes=wishes, skills=tuple(skills), household_no=household_no, left_on=left_on,
        left_reason=left_reason,
    )  # fmt: skip


def facts_of(keys: KeyRing, known: KnownPerson) -> PersonFacts:
    """The stored record in plain values."""
    phone = known.phone_cipher
    return PersonFacts(
        name=keys.decrypt("labourer.name", known.uuid, known.name_cipher),
        id_no=keys.decrypt("labourer.id_no", known.uuid, known.id_no_cipher),
        phone=keys.decrypt("labourer.phone", known.uuid, phone) if phone else None,
        household_no=known.household_no,
        skills=list(known.skills),
        wishes=WishFacts(**known.wishes),
        **known.plain,
    )


def merged(before: PersonFacts, told: PersonFacts, silent: frozenset[str] = frozenset()) -> PersonFacts:
    """What is known after a sheet has told something: what it is silent about stays as it was.

    Skills are added to, never taken away: work once done has been done.
    """
    news = {
        name: value
        for name in ("phone", "household_no", *records.PLAIN_FIELDS)
        if name not in silent and _says(value := getattr(told, name))
    }
    wishes = records.wish_row(told)
    for group in _TOGETHER:
        if any(_says(wishes[name]) for name in group):
            continue
        for name in group:
            del wishes[name]
    together = {name for group in _TOGETHER for name in group}
    wishes = {name: value for name, value in wishes.items() if name in together or _says(value)}
    name = normalise_name(told.name)
    heads = {key: getattr(told, key) for key in ("head_name", "head_id_no", "head_phone")}
    skills = _with_skills(before.skills, told.skills)
    return replace(before, name=name, skills=skills, wishes=replace(before.wishes, **wishes), **heads, **news)


def _says(value: Any) -> bool:
    return value not in (None, [], "")


def _with_skills(before: list[SkillFacts], told: list[SkillFacts]) -> list[SkillFacts]:
    if not told:
        return before
    known = {skill.title: skill for skill in before}
    skills = [_with_codes(skill, known.get(skill.title)) for skill in told]
    titles = {skill.title for skill in told}
    return [*skills, *(skill for skill in before if skill.title not in titles)]


def _with_codes(skill: SkillFacts, known: SkillFacts | None) -> SkillFacts:
    """A trade once coded, by the coder or by a person, keeps its codes."""
    if known is None or known.trade_family is None:
        return skill
    return replace(
        skill,
        trade_family=known.trade_family,
        occupation_code=known.occupation_code,
        coding_confidence=known.coding_confidence,
    )


def pack(organisation_id: int, people: Sequence[tuple[int, SealedPerson]], *, today: date) -> PackedPeople:
    """The rows of new people of a custodian, each with the id it is to have."""
    return PackedPeople(
        as_text(_named(one for _, one in people).values()),
        as_text((id_, one.household_no, *one.labourer) for id_, one in people),
        as_text((id_, organisation_id, today, *one.entry) for id_, one in people),
        as_text(_skills_of(people)),
    )


async def enter_many(session: AsyncSession, people: PackedPeople) -> None:
    """Put people on the list, who must not be listed yet."""
    await _enter_households(session, people.households)
    columns = ("labourer.id", "household.household_no", *(f"labourer.{name}" for name in LABOURER_COLUMNS))
    names = ", ".join(LABOURER_COLUMNS)
    async with held(session, "incoming", columns, "labourer, household", people.labourers):
        await session.execute(
            text(
                f"INSERT INTO labourer (id, household_id, {names}) "  # noqa: S608
                f"SELECT i.id, h.id, {', '.join(f'i.{name}' for name in LABOURER_COLUMNS)} FROM incoming i "
                "LEFT JOIN household h ON h.organisation_id = i.organisation_id AND h.household_no = i.household_no"
            )
        )
    columns = ("labourer_id", "organisation_id", "entered_on", *records.WISH_FIELDS)
    await copy_text(session, "demand_list_entry", columns, people.entries)
    await copy_text(session, "labourer_skill", ("labourer_id", "position", *SKILL_COLUMNS), people.skills)


async def _enter_households(session: AsyncSession, rows: bytes) -> None:
    """Enter those of the households that are not known yet."""
    names = ", ".join(HOUSEHOLD_COLUMNS)
    async with held(session, "named", HOUSEHOLD_COLUMNS, "household", rows):
        await session.execute(
            text(
                f"INSERT INTO household ({names}) SELECT {names} FROM named WHERE NOT EXISTS (SELECT FROM household h "  # noqa: S608
                "WHERE h.organisation_id = named.organisation_id AND h.household_no = named.household_no)"
            )
        )


def _named(people: Iterable[SealedPerson]) -> dict[str, tuple[Any, ...]]:
    """Register number → row of the households that people name; the first row of one names its head."""
    named: dict[str, tuple[Any, ...]] = {}
    for one in people:
        if one.household_no and one.household:
            named.setdefault(one.household_no, one.household)
    return named


def _skills_of(people: Iterable[tuple[int, SealedPerson]]) -> Iterator[tuple[Any, ...]]:
    for labourer_id, one in people:
        for position, skill in enumerate(one.skills):
            yield labourer_id, position, *skill


async def correct_many(
    session: AsyncSession, organisation_id: int, corrections: Sequence[Correction], *,
    by_user_id: int | None, reason: str, now: datetime,
) -> None:  # fmt: skip
    """Replace the records of locked people and keep what changed. Who had left the list by an undone import is back."""
    if not corrections:
        return
    households = await _household_ids(session, organisation_id, [one.sealed for one in corrections])
    await _update(
        session, "labourer", "id", ("household_id", *LABOURER_COLUMNS[2:]),
        ((one.labourer_id, _household_of(one.sealed, households), *one.sealed.labourer[2:]) for one in corrections),
        extra="version = version + 1, updated_at = :now", now=now,
    )  # fmt: skip
    await _update(
        session, "demand_list_entry", "labourer_id", records.WISH_FIELDS,
        ((one.labourer_id, *one.sealed.entry) for one in corrections),
        extra="left_on = NULL, left_reason = NULL",
    )  # fmt: skip
    raw = await driver_of(session)
    ids = [one.labourer_id for one in corrections]
    await raw.execute("DELETE FROM labourer_skill WHERE labourer_id = ANY($1)", ids)
    skills = as_text(_skills_of((one.labourer_id, one.sealed) for one in corrections))
    await copy_text(session, "labourer_skill", ("labourer_id", "position", *SKILL_COLUMNS), skills)
    changes = (
        (one.labourer_id, now, by_user_id, reason, json.dumps(one.changes, ensure_ascii=False)) for one in corrections
    )
    await insert_rows(session, "labourer_change", ("labourer_id", "at", "by_user_id", "reason", "changes"), changes)


def _household_of(person: SealedPerson, households: Mapping[str, int]) -> int | None:
    return households[person.household_no] if person.household_no else None


async def _household_ids(session: AsyncSession, organisation_id: int, people: Sequence[SealedPerson]) -> dict[str, int]:
    """Register number → id of the households these people's rows name; those not known yet are entered."""
    named = _named(people)
    if not named:
        return {}
    await _enter_households(session, as_text(named.values()))
    raw = await driver_of(session)
    known = await raw.fetch(
        "SELECT household_no, id FROM household WHERE organisation_id = $1 AND household_no = ANY($2)",
        organisation_id,
        list(named),
    )
    return {row["household_no"]: row["id"] for row in known}


async def _update(
    session: AsyncSession, table: str, key: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]], *,
    extra: str, **params: object,
) -> None:  # fmt: skip
    """Set columns of many rows in one statement, from a temporary table of the same types."""
    settings = ", ".join(f"{name} = corrected.{name}" for name in columns)
    async with held(session, "corrected", (key, *columns), table, as_text(rows)):
        await session.execute(
            text(f"UPDATE {table} SET {settings}, {extra} FROM corrected WHERE {table}.{key} = corrected.{key}"),  # noqa: S608
            params,
        )


async def take_off_many(session: AsyncSession, labourer_ids: Sequence[int], reason: str, *, on: date) -> None:
    """End the entries of people who still stand on the list."""
    raw = await driver_of(session)
    await raw.execute(
        "UPDATE demand_list_entry SET left_on = $2, left_reason = $3 WHERE labourer_id = ANY($1) AND left_on IS NULL",
        list(labourer_ids),
        on,
        reason,
    )


def as_plain(facts: PersonFacts) -> dict[str, Any]:
    """The facts as JSON takes them, identity in clear: to be sealed by whoever keeps them."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(facts), default=date.isoformat))
    return plain


def from_plain(plain: Mapping[str, Any]) -> PersonFacts:
    """The facts again."""
    skills = [SkillFacts(**{**one, **_days(one, ("certificate_expires_on",))}) for one in plain["skills"]]
    wishes = WishFacts(**{**plain["wishes"], **_days(plain["wishes"], ("available_from",))})
    return PersonFacts(**{**plain, **_days(plain, _DATES), "skills": skills, "wishes": wishes})


def _days(plain: Mapping[str, Any], names: Sequence[str]) -> dict[str, date | None]:
    return {name: date.fromisoformat(plain[name]) if plain[name] else None for name in names}
