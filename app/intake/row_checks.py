"""What county tools check over a register before they accept it, row by row.

The rules r01–r20 are those of public checking tools (tests/data/register_quality_rules.json keeps their wording);
r01 and r02 are checks of the identity number itself. Where a rule needs a column that nobody may keep (health,
insurance, subsidies), the cell is looked at here and forgotten.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from app.intake.values.issues import BLANK_WORDS, Level, text_of
from app.intake.values.wishes import own_scope
from app.labourers.schemas import MOST_EXCLUDED_PLACES
from app.shared.identity_numbers import age_on

Finding = tuple[Level, str | None, str, dict[str, Any]]

YOUNGEST: Final = 16
GROWN_UP: Final = 18
LOWEST_PAY: Final = 400
HIGHEST_PAY: Final = 30_000
_WEAK: Final = frozenset({"weak", "lost", "none"})
_LOW_SCHOOLING: Final = frozenset({"illiterate", "primary"})
_AT_WORK: Final = frozenset({"working_away", "flexible", "public_post", "self_employed"})
_COUNTY_IN_TEXT: Final = re.compile(r"[县区旗]|市.+市")
_VOCATIONAL: Final = re.compile("中职|高职|中专|大专|技校|职业|技工")
_NO_WORDS: Final = BLANK_WORDS | {"否", "无", "没有", "不享受", "未享受", "0"}
_DISABLED: Final = "残疾"


class DemandChecks:
    """Checks of the demand list; remembers what has been seen in the sheet so far. Call it once per row.

    It also settles what follows from several cells: sex and birth from the identity number, the scope of the
    person's willingness, and whether the statement is dated and names who took it down.
    """

    def __init__(self, context: Any, fields: frozenset[str]) -> None:
        self._today: date = context.today
        self._home_code: str | None = context.home_code
        self._resolve = context.resolve_place
        self._has = fields
        self._row_of_id: dict[str, int] = {}
        self._work_of_phone: dict[tuple[str, str], tuple[str, int]] = {}
        self._counties: dict[str, str | None] = {}

    def __call__(
        self, number: int, values: dict[str, Any], cells: Mapping[str, str], seen: Mapping[str, Any]
    ) -> Iterator[Finding]:
        ability = values.get("skill")
        if ability is not None and type(ability) is not tuple:  # 劳动技能 holding a capacity for work
            values.setdefault("work_ability", ability.code)
            del values["skill"]
        yield from self._person(number, values, cells)
        yield from self._work(number, values, cells)
        yield from self._left_out(values, cells, seen)
        yield from self._wishes(values)

    def _person(self, number: int, values: dict[str, Any], cells: Mapping[str, str]) -> Iterator[Finding]:
        found = values.get("id_no")
        if found is not None:
            values["id_no"] = found.number
            yield from self._against_number(found, values)
            first = self._row_of_id.setdefault(found.number, number)
            if first != number:
                yield "error", "id_no", "id_repeated", {"row": first}
        head = values.get("head_id_no")
        if head is not None:
            values["head_id_no"] = head.number
            if found is not None and values.get("relation") == "head" and head.number != found.number:
                yield "ask", "relation", "head_has_two_numbers", {}
        birth_on = values.get("birth_date")
        if birth_on is not None:
            yield from self._age(birth_on, values)
        if ("head_name" in values or "household_no" in values) and "name" not in cells and "id_no" not in cells:
            yield "error", "name", "household_without_member", {}

    def _against_number(self, found: Any, values: dict[str, Any]) -> Iterator[Finding]:
        """The number is checked by its own digit, so where sex or birth differ the number counts and it is said."""
        if values.get("sex", found.sex) != found.sex:
            yield "ask", "sex", "sex_differs_from_number", {}
        if values.get("birth_date", found.birth_on) != found.birth_on:
            written = values["birth_date"]
            if (written.year, written.month) != (found.birth_on.year, found.birth_on.month) or written.day != 1:
                yield "ask", "birth_date", "birth_differs_from_number", {}
        values["sex"] = found.sex
        values["birth_date"] = found.birth_on

    def _age(self, birth_on: date, values: Mapping[str, Any]) -> Iterator[Finding]:
        age = age_on(birth_on, self._today)
        if age < YOUNGEST:
            yield "error", "birth_date", "under_sixteen", {"age": age}
        elif age < GROWN_UP:
            yield "note", "birth_date", "under_eighteen", {"age": age}
        if YOUNGEST <= age <= 22 and values.get("education") in _LOW_SCHOOLING:
            yield "note", "education", "young_with_primary", {"age": age}
        if age >= 70 and values.get("employment_status") == "public_post":
            yield "note", "employment_status", "old_in_public_post", {"age": age}
        start = values.get("start")
        if start is not None and age_on(birth_on, start) < YOUNGEST:
            yield "ask", "start", "started_under_sixteen", {}

    def _work(self, number: int, values: Mapping[str, Any], cells: Mapping[str, str]) -> Iterator[Finding]:
        months, wage, place = values.get("work_months"), values.get("monthly_wage"), values.get("work_place")
        away = bool(months) or place is not None
        if months:
            yield from self._months_worked(months, wage, place)
        elif place is not None and "work_months" in self._has:
            yield "note", "work_months", "place_without_months", {}
        if wage is not None and away and 100 < wage < LOWEST_PAY:
            yield "ask", "monthly_wage", "wage_under_400", {"wage": wage}
        if wage is not None and wage > HIGHEST_PAY:
            yield "ask", "monthly_wage", "wage_over_30000", {"wage": wage}
        if place is not None:
            yield from self._work_place(number, place, values, cells)
        working = away or values.get("employment_status") in _AT_WORK
        if working and values.get("work_ability") in _WEAK:
            yield "note", "work_ability", "weak_but_working", {}
        start, end = values.get("start"), values.get("end")
        if start is not None and end is not None and end < start:
            yield "ask", "end", "end_before_start", {}

    def _months_worked(self, months: int, wage: int | None, place: str | None) -> Iterator[Finding]:
        if place is None and "work_place" in self._has:
            yield "ask", "work_place", "months_without_place", {"months": months}
        if wage is not None and wage <= 100:
            yield "ask", "monthly_wage", "months_without_wage", {"months": months, "wage": wage}
        if months > 12:
            yield "note", "work_months", "months_over_twelve", {"months": months}

    def _work_place(
        self, number: int, place: str, values: Mapping[str, Any], cells: Mapping[str, str]
    ) -> Iterator[Finding]:
        county = self._counties.get(place)
        if county is None:
            code = self._resolve(place) or ""
            county = self._counties[place] = code[:6] if len(code) > 6 or code[4:] not in ("", "00") else ""
        if not county and not _COUNTY_IN_TEXT.search(place):
            yield "note", "work_place", "place_above_county", {}
        phone = values.get("phone") or values.get("head_phone")
        if "phone" in self._has and not (phone and phone[0] == "1" and len(phone) == 11):
            yield "note", "phone", "phone_not_mobile", {}
        household = cells.get("household_no") or values.get("head_id_no")
        own = values.get("phone")
        if household and own and county:
            where, first = self._work_of_phone.setdefault((household, own), (county, number))
            if where != county:
                yield "note", "phone", "one_phone_two_counties", {"row": first}

    def _left_out(
        self, values: Mapping[str, Any], cells: Mapping[str, str], seen: Mapping[str, Any]
    ) -> Iterator[Finding]:
        """Cells left empty in a column that the sheet has."""
        has = self._has
        if "sex" in has and "sex" not in values:
            yield "note", "sex", "sex_missing", {}
        if "relation" in has and "relation" not in values:
            yield "note", "relation", "relation_missing", {}
        school = _said(seen.get("school_status"))
        if "education" in has and "education" not in cells and not school:
            yield "note", "education", "education_missing", {}
        if ("skill" in has or "work_ability" in has) and "skill" not in values and "work_ability" not in values:
            yield "note", "work_ability", "ability_missing", {}
        if seen:
            yield from _looked_at_only(seen, school, values)

    def _wishes(self, values: dict[str, Any]) -> Iterator[Finding]:
        said, places = values.get("wish_work"), values.get("wish_place")
        scope, issue = own_scope(said, places, self._home_code)
        if issue is not None:
            yield issue.level, "wish_work", issue.code, issue.params
        statement = _statement(values)
        if statement is not None:
            values["statement"] = statement
        elif scope != "not_stated":
            yield "note", "stated_on", "statement_without_recorder", {}
            scope = "not_stated"
        values["scope"] = scope
        refused = values.get("excluded_places")
        if places is not None and refused is not None and _codes(places.wanted) & _codes(refused.refused):
            yield "ask", "excluded_places", "place_wished_and_refused", {}
        both = {code for said in (places, refused) if said is not None for code in _codes(said.refused)}
        if len(both) > MOST_EXCLUDED_PLACES:
            counts = {"places": len(both), "limit": MOST_EXCLUDED_PLACES}
            yield "error", "excluded_places", "refused_places_too_many", counts
        wage = values.get("wish_wage")
        if wage is not None and not 500 <= wage <= 50_000:
            yield "ask", "wish_wage", "wish_wage_unlikely", {"wage": wage}


def _codes(places: tuple[Any, ...]) -> set[str]:
    return {place.code for place in places}


def _statement(values: Mapping[str, Any]) -> tuple[date, str] | None:
    """The day of the person's own word and who took it down; the register's collector and day will do."""
    for day, person in (("stated_on", "recorder"), ("collected_on", "collector")):
        if day in values and person in values:
            return values[day], values[person]
    return None


def _said(cell: Any) -> str:
    text = text_of(cell) if cell not in (None, "") else ""
    return "" if text in _NO_WORDS else text


def _looked_at_only(seen: Mapping[str, Any], school: str, values: Mapping[str, Any]) -> Iterator[Finding]:
    """Rules over columns that are not kept: what they said does not appear in what is reported."""
    health = _said(seen.get("health"))
    if "health" in seen and not health:
        yield "note", "health", "health_missing", {}
    if "insurance_illness" in seen and text_of(seen["insurance_illness"]) in ("", *BLANK_WORDS):
        yield "note", "insurance_illness", "insurance_missing", {}
    if _said(seen.get("school_subsidy")) and "school_status" in seen and not _VOCATIONAL.search(school):
        yield "note", "school_subsidy", "school_subsidy_not_student", {}
    if _said(seen.get("disability_subsidy")) and "health" in seen and _DISABLED not in health:
        yield "note", "disability_subsidy", "disability_subsidy_odd", {}
    if school and values.get("employment_status") in _AT_WORK:
        yield "ask", "employment_status", "student_working", {}


class SupplyChecks:
    """Checks of the supply list. Whether a vacancy may open is the law's matter and checked elsewhere."""

    def __init__(self, today: date, fields: frozenset[str]) -> None:
        self._today = today
        self._has = fields
        self._row_of_post: dict[tuple[str, ...], int] = {}

    def __call__(
        self, number: int, values: dict[str, Any], cells: Mapping[str, str], _: Mapping[str, Any]
    ) -> Iterator[Finding]:
        start, end = values.get("v_start"), values.get("v_end")
        if start is not None and end is not None and end < start and "v_months" not in values:
            yield "note", "v_end", "vacancy_ends_before_start", {}
        if end is not None and end < self._today:
            yield "note", "v_end", "vacancy_expired", {"day": end.isoformat()}
        post = tuple(
            cells.get(key, "") for key in ("v_company", "v_title", "v_place", "v_address", "v_wage", "v_requirement")
        )
        first = self._row_of_post.setdefault(post, number)
        if first != number and post[0] and post[1]:
            yield "note", "v_title", "vacancy_repeated", {"row": first}
        base = values.get("v_base_pay")
        if base is not None and not 500 <= base <= 30_000:
            yield "ask", "v_base_pay", "base_pay_unlikely", {"pay": base}
