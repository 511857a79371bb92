"""A snapshot's plain rows become the arrays of a problem.

Codes of category lists meet the engine's members by name. What the law bars goes in as opaque bits (V6): sex decides
them here and is not seen beyond.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import IntFlag
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.labourers.schemas import MOST_EXCLUDED_PLACES
from app.localities.reference import Localities
from app.localities.travel import travel_minutes
from app.match_runs.snapshot import Snapshot
from app.occupations.adapter import Affinity
from app.occupations.reference import SKILL_LEVELS
from matching.codes import (
    NIGHT_SHIFTS,
    NO_CODE,
    UNKNOWN,
    AgeClass,
    Answer,
    Contract,
    Lodging,
    Matters,
    Meals,
    PlaceKind,
    Scope,
    Shift,
    Trait,
)
from matching.problem import (
    UNIDENTIFIED_CERTIFICATE,
    Labourers,
    MatchingProblem,
    Sites,
    Townsfolk,
    Trades,
    Vacancies,
    pay_medians,
)

EPOCH = date(1970, 1, 1)
LEVELS = {level.code: level.rank for level in SKILL_LEVELS}
REGIONS = ("yangtze_delta", "pearl_delta")
CLASS_KINDS = {
    "other_county_in_city": PlaceKind.OTHER_COUNTY_IN_CITY,
    "other_city_in_province": PlaceKind.OTHER_CITY_IN_PROVINCE,
    "out_of_province": PlaceKind.OUT_OF_PROVINCE,
    "any": PlaceKind.ANY,
}
REAL_ROOMS = Lodging.COMPANIONS | Lodging.SINGLE | Lodging.ROOM_2_4 | Lodging.ROOM_5_8 | Lodging.SITE_HUT
HEAVY_KG = 25  # 女职工劳动保护特别规定, annex 1: single loads above 25 kg
BAR_HEAVY_LOAD = 1
MONTHS_COUNTED = 60  # skills count within five years
MOST_CERTIFICATES = 61  # bits of a column, less the one of those nobody holds
HELD_BY_NOBODY = 1
SKILLS_COUNTED = 4


@dataclass(frozen=True)
class Prepared:
    """A problem, which labourer and vacancy each row is, and how many people are in no row, by reason."""

    problem: MatchingProblem
    labourer_ids: NDArray[np.int64]
    vacancy_ids: NDArray[np.int64]
    left_out: dict[str, int]


class Certificates:
    """Bits for the certificates vacancies ask for and somebody holds; one more for all those that nobody holds.

    Should more than fit be both asked for and held, the ones least asked for are asked for as "some": the officer is
    told to ask first, and nobody passes or fails by them.
    """

    def __init__(self, required: Iterable[str | None], held: Iterable[str | None]) -> None:
        asked = Counter(_certificate_key(name) for name in required if name)
        self._held = {_certificate_key(name) for name in held if name}
        names = sorted(asked.keys() & self._held, key=lambda name: (-asked[name], name))
        self._bits = {name: 2 << position for position, name in enumerate(names[:MOST_CERTIFICATES])}

    def needed(self, name: str | None) -> int:
        if not name:
            return 0
        key = _certificate_key(name)
        return self._bits.get(key, UNIDENTIFIED_CERTIFICATE if key in self._held else HELD_BY_NOBODY)

    def held(self, names: Iterable[str]) -> int:
        bits = 0
        for name in names:
            bits |= self._bits.get(_certificate_key(name), 0)
        return bits


def _certificate_key(name: str) -> str:
    return "".join(name.split()).removesuffix("书").removesuffix("证")


def prepare(snapshot: Snapshot, localities: Localities, affinity: Affinity) -> Prepared:
    """The problem of a snapshot. Deterministic: rows keep the snapshot's order, which is by id."""
    reasons = [_cannot_be_kept(row) for row in snapshot.labourers]
    fitting = [row for row, reason in zip(snapshot.labourers, reasons, strict=True) if reason is None]
    snapshot = replace(snapshot, labourers=fitting)
    certificates = Certificates(
        (row.required_certificate for row in snapshot.vacancies),
        (skill.certificate for skills in snapshot.skills.values() for skill in skills),
    )
    site_rows, sites = _sites(snapshot.vacancies, localities)
    homes = [localities.lineage(row.locality_code) for row in snapshot.labourers]
    zones, minutes = _zones(homes, sites, localities)
    vacancies = _vacancies(snapshot, site_rows, affinity, certificates)
    month, hour = pay_medians(vacancies, len(affinity.families))
    problem = MatchingProblem(
        labourers=_labourers(snapshot, homes, zones, affinity, certificates),
        vacancies=vacancies,
        sites=_site_table(sites, zones, localities),
        trades=Trades(affinity.families, affinity.occupations, month, hour),
        townsfolk=Townsfolk.of(0),
        travel_minutes=minutes,
        as_of=_day(snapshot.on_day),
    )
    left_out = Counter(reason for reason in reasons if reason is not None)
    return Prepared(problem, _ids(snapshot.labourers), _ids(snapshot.vacancies), dict(left_out))


def _cannot_be_kept(row: Any) -> str | None:
    """Why a person cannot be matched without losing a place they refuse; None where everything fits."""
    if "any" in row.excluded_places:
        return "refuses_every_place"
    return "refuses_too_many_places" if len(row.excluded_places) > MOST_EXCLUDED_PLACES else None


def _ids(rows: Sequence[Any]) -> NDArray[np.int64]:
    return np.array([row.id for row in rows], dtype=np.int64)


def _day(day: date | None) -> int:
    return (day - EPOCH).days if day else UNKNOWN


def _bits(kind: type[IntFlag], codes: Iterable[str | None]) -> int:
    bits = 0
    for code in codes:
        if code and code.upper() in kind.__members__:
            bits |= kind[code.upper()]
    return bits


Lineage = tuple[int, int, int, int]  # township, county, city, province; 0 unknown


def _sites(vacancies: Sequence[Any], localities: Localities) -> tuple[NDArray[np.int32], list[Lineage]]:
    """One site per employer and place."""
    index: dict[tuple[int, str | None], int] = {}
    rows = np.empty(len(vacancies), dtype=np.int32)
    for position, row in enumerate(vacancies):
        rows[position] = index.setdefault((row.employer_id, row.locality_code), len(index))
    nowhere = (NO_CODE, NO_CODE, NO_CODE, NO_CODE)
    return rows, [localities.lineage(code) if code else nowhere for _, code in index]


def _site_table(sites: list[Lineage], zones: dict[int, int], localities: Localities) -> Sites:
    columns = np.array(sites, dtype=np.int32).reshape(-1, 4)
    regions = [sum(1 << bit for bit, name in enumerate(REGIONS) if localities.in_class(site, name)) for site in sites]
    return Sites.of(
        len(sites),
        township=columns[:, 0],
        county=columns[:, 1],
        city=columns[:, 2],
        province=columns[:, 3],
        regions=np.array(regions, dtype=np.int32),
        zone=np.array([_zone(site, zones) for site in sites], dtype=np.int32),
    )


def _zone(lineage: Lineage, zones: dict[int, int]) -> int:
    county = lineage[1] or lineage[2]
    return zones.get(county, UNKNOWN)


def _zones(
    homes: list[Lineage], sites: list[Lineage], localities: Localities
) -> tuple[dict[int, int], NDArray[np.int32]]:
    """Counties that occur (a city where the county is unknown), and the minutes between them."""
    codes = sorted({place[1] or place[2] for place in (*homes, *sites)} - {NO_CODE})
    points = [localities.point(str(code)) for code in codes]
    longitude = np.array([point[0] if point else np.nan for point in points])
    latitude = np.array([point[1] if point else np.nan for point in points])
    return {code: row for row, code in enumerate(codes)}, travel_minutes(longitude, latitude)


def _place(code: str, home: Lineage) -> tuple[int, int]:
    """Kind and place of one entry of a list of places."""
    if code in CLASS_KINDS:
        return CLASS_KINDS[code], 0
    if code in REGIONS:
        return PlaceKind.REGION, REGIONS.index(code)
    if code == "in_township":
        return PlaceKind.LOCALITY, home[0] or home[1]
    if code == "home_county":
        return PlaceKind.LOCALITY, home[1]
    return PlaceKind.LOCALITY, int(code)


def _places(codes: Sequence[str], home: Lineage, width: int) -> tuple[list[int], list[int]]:
    """The first ``width`` places; of refused ones there are never more (see ``_cannot_be_kept``)."""
    pairs = [_place(code, home) for code in codes][:width]
    pairs += [(PlaceKind.NONE, 0)] * (width - len(pairs))
    return [kind for kind, _ in pairs], [place for _, place in pairs]


def _labourers(
    snapshot: Snapshot, homes: list[Lineage], zones: dict[int, int], affinity: Affinity, certificates: Certificates
) -> Labourers:
    columns: dict[str, list[Any]] = {}
    for row, home in zip(snapshot.labourers, homes, strict=True):
        values = {
            **_person(row, home, zones, snapshot.on_day),
            **_wishes(row, home, affinity),
            **_experience(snapshot.skills.get(row.id, []), row, affinity, certificates, snapshot.on_day),
        }
        for name, value in values.items():
            columns.setdefault(name, []).append(value)
    return Labourers.of(len(homes), **{name: np.array(values, dtype=np.int64) for name, values in columns.items()})


def _person(row: Any, home: Lineage, zones: dict[int, int], today: date) -> dict[str, Any]:
    stands = row.withdrawn_at is None and not row.in_doubt
    return {
        "uid": row.id,
        "declared_on": _day(row.stated_on) if stands else UNKNOWN,
        "declaration_until": _day(row.expires_on) - 1 if stands else UNKNOWN,
        "scope": Scope[row.scope.upper()] if stands else Scope.NOT_STATED,
        "consent": {None: Answer.UNKNOWN, True: Answer.YES, False: Answer.NO}[row.consent_given],
        "age_class": _age_class(row.birth_on, today),
        "legal_bars": BAR_HEAVY_LOAD if row.sex == "female" else 0,
        "home_township": home[0],
        "home_county": home[1],
        "home_city": home[2],
        "home_province": home[3],
        "home_zone": _zone(home, zones),
    }


def _age_class(birth_on: date, today: date) -> AgeClass:
    age = today.year - birth_on.year - ((today.month, today.day) < (birth_on.month, birth_on.day))
    if age < 16:  # 劳动法 art. 15
        return AgeClass.UNDER_16
    return AgeClass.FROM_16_TO_17 if age < 18 else AgeClass.ADULT  # 劳动法 art. 58, 64


def _wishes(row: Any, home: Lineage, affinity: Affinity) -> dict[str, Any]:
    wish_kind, wish_place = _places([one["code"] for one in row.wish_places], home, 3)
    excluded_kind, excluded_place = _places(row.excluded_places, home, MOST_EXCLUDED_PLACES)
    trades = [affinity.family_index[code] for code in row.wish_trades if code in affinity.family_index][:3]
    return {
        "wish_kind": wish_kind,
        "wish_place": wish_place,
        "excluded_kind": excluded_kind,
        "excluded_place": excluded_place,
        "return_place": ([int(code) for code in row.return_places if code.isdecimal()] + [0] * 4)[:4],
        "excluded_trades": _mask(affinity.family_index.get(code) for code in row.excluded_trades),
        "excluded_traits": _bits(Trait, row.excluded_conditions),
        "excluded_contracts": _bits(Contract, row.excluded_conditions),
        "lodging_needed": int(REAL_ROOMS) if row.lodging_needed else 0,
        "lodging_wanted": _bits(Lodging, row.lodging_wanted),
        "lodging_acceptable": _bits(Lodging, row.lodging_acceptable),
        "shift_wanted": _bits(Shift, row.shift_wanted),
        "shift_acceptable": _bits(Shift, row.shift_acceptable),
        "meals_wanted": _bits(Meals, row.meals_wanted),
        "contract_wanted": _bits(Contract, row.contract_wanted),
        "wanted_trades": trades + [UNKNOWN] * (3 - len(trades)),
        "net_floor": _bounded(Labourers, "net_floor", row.floor_net_month or None),
        "hours_min": _tenths(row.hours_week_min),
        "hours_max": _tenths(row.hours_week_max),
        "available_from": _day(row.available_from),
        "months_wanted": _bounded(Labourers, "months_wanted", row.months_wanted or None),
        "matters_most": _bits(Matters, row.matters_most[:3]),
    }


def _mask(bits: Iterable[int | None]) -> int:
    return sum(1 << bit for bit in set(bits) if bit is not None)


def _tenths(hours: int | None) -> int:
    return hours * 10 if hours else UNKNOWN


def _experience(
    skills: Sequence[Any], row: Any, affinity: Affinity, certificates: Certificates, today: date
) -> dict[str, Any]:
    kept = _most_telling(skills, row.wish_trades)
    valid = [
        skill.certificate
        for skill in skills
        if skill.certificate and (skill.certificate_expires_on is None or skill.certificate_expires_on >= today)
    ]
    padding = [UNKNOWN] * (SKILLS_COUNTED - len(kept))
    zeros = [0] * (SKILLS_COUNTED - len(kept))
    months = [UNKNOWN if skill.months is None else min(skill.months, MONTHS_COUNTED) for skill in kept]
    return {
        "experience_stated": int(bool(kept)),
        "skill_trade": [affinity.family_at(skill.trade_family) for skill in kept] + padding,
        "skill_occupation": [affinity.occupation_at(skill.occupation_code) for skill in kept] + padding,
        "skill_months": months + padding,
        "skill_level": [_level(skill.level) for skill in kept] + zeros,
        "skill_certified": [int(bool(skill.certificate)) for skill in kept] + zeros,
        "traits_done_stated": int(bool(row.traits_done)),
        "traits_done": _bits(Trait, row.traits_done),
        "certificates_stated": int(bool(valid)),
        "certificates": certificates.held(valid),
    }


def _most_telling(skills: Sequence[Any], wish_trades: Sequence[str]) -> list[Any]:
    """The skills that are scored where there are more than four: of wished trades first, then the longest, the highest.

    They keep the person's own order. Certificates count from all of them.
    """

    def telling(position: int) -> tuple[bool, int, int, int]:
        skill = skills[position]
        return skill.trade_family not in wish_trades, -(skill.months or 0), -_level(skill.level), position

    chosen = sorted(range(len(skills)), key=telling)[:SKILLS_COUNTED]
    return [skills[position] for position in sorted(chosen)]


def _level(code: str | None) -> int:
    return LEVELS.get(code or "", 0)


def _vacancies(
    snapshot: Snapshot, site_rows: NDArray[np.int32], affinity: Affinity, certificates: Certificates
) -> Vacancies:
    columns: dict[str, list[Any]] = {}
    for row in snapshot.vacancies:
        for name, value in _post(row, affinity, certificates).items():
            columns.setdefault(name, []).append(value)
    arrays = {name: np.array(values, dtype=np.int64) for name, values in columns.items()}
    return Vacancies.of(len(snapshot.vacancies), site=site_rows, **arrays)


def _post(row: Any, affinity: Affinity, certificates: Certificates) -> dict[str, Any]:
    shifts = _bits(Shift, [row.shift])
    traits, stated = _traits(row.traits, shifts)
    closes_before_start = row.starts_on is not None and row.ends_on is not None and row.ends_on < row.starts_on
    adults = Answer.YES if row.hazardous or shifts & NIGHT_SHIFTS else (Answer.NO if shifts else Answer.UNKNOWN)
    return {
        "uid": row.id,
        "openings_free": row.openings_free,
        "open": Answer.YES if row.state == "open" else Answer.NO,
        "verified": Answer.YES if row.verified_at else Answer.NO,
        "employer_in_standing": Answer.YES if row.standing == "good" else Answer.NO,
        "adults_only": adults,
        "legal_bars": BAR_HEAVY_LOAD if (row.carries_kg or 0) > HEAVY_KG else 0,
        "work_at_home": int(row.contract_kind == "home_piece"),
        "trade": affinity.family_at(row.trade_family),
        "occupation": affinity.occupation_at(row.occupation_code),
        "level_required": _level(row.required_level),
        "certificates_required": certificates.needed(row.required_certificate),
        "traits": traits,
        "traits_stated": stated,
        "shifts": shifts,
        "lodging": _bits(Lodging, [row.lodging]),
        "meals": _bits(Meals, [row.meals]),
        "contracts": _bits(Contract, [row.contract_kind]),
        "net_month": _bounded(Vacancies, "net_month", row.net_month_low),
        "net_hour": _bounded(Vacancies, "net_hour", row.net_hour_low),
        "hours_week": _tenths(row.hours_week),
        "first_pay_days": _bounded(Vacancies, "first_pay_days", row.first_pay_days),
        "starts_from": _day(row.starts_on),
        "starts_until": UNKNOWN if closes_before_start else _day(row.ends_on),
        "months": _bounded(Vacancies, "months", row.months or None),
    }


def _bounded(table: type[Labourers] | type[Vacancies], name: str, value: int | None) -> int:
    """A number as the engine takes it; more than it takes counts as its most."""
    return UNKNOWN if value is None else min(value, table.columns()[name].high)


def _traits(codes: Sequence[str], shifts: int) -> tuple[int, int]:
    """Traits of the post, and on which the employer has spoken: to say one sits is to say one does not stand."""
    traits = stated = _bits(Trait, codes)
    if traits & (Trait.SITTING | Trait.STANDING):
        stated |= Trait.SITTING | Trait.STANDING
    if shifts:
        stated |= Trait.NIGHT
        traits |= Trait.NIGHT if shifts & NIGHT_SHIFTS else 0
    return traits, stated
