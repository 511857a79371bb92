"""From a row of the supply list to a post's terms. What the row does not say stays None."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from app.employers.queries import name_key
from app.intake.place_names import short_name
from app.intake.reading.rows import ParsedRow, Problem
from app.intake.titles import UNCODED, Titles, post_title
from app.intake.values.choices import parse_skill_level
from app.intake.values.issues import ANY_WORDS, BLANK_WORDS, shown
from app.intake.values.pay import PayReading, pay_terms, read_pay
from app.intake.values.wishes import ResolvePlace
from app.localities.reference import load_localities
from app.shared.categories import categories
from app.vacancies.schemas import VacancyFacts

_SAME: Final = {
    "v_address": "address", "v_shift": "shift", "v_rest": "rest", "v_lodging": "lodging",
    "v_lodging_cost": "lodging_cost", "v_utilities_cost": "utilities_cost", "v_meals": "meals",
    "v_meal_cost": "meal_cost", "v_contract": "contract_kind", "v_agency": "agency_name", "v_fees": "fees_text",
    "v_start": "starts_on", "v_end": "ends_on", "v_months": "months",
}  # fmt: skip
_DOUBTED: Final = frozenset({"v_base_pay"})
_DAYS_A_WEEK: Final = {"one_day": Decimal(6), "two_days": Decimal(5), "alternating": Decimal("5.5")}
_FIRST_PAY_DAYS: Final = {"daily": 1, "weekly": 7, "half_monthly": 15}
_MONTH_DAYS: Final = 30
_PAY_DAY: Final = re.compile(r"(\d{1,2})\s*[日号]")
_UNINSURED: Final = re.compile(r"放弃|不买|不缴|不交|不参|不上|不办|无社保|没有?社保|折现|无五险")
_INSURED: Final = re.compile(r"五险|社保|社会保险|养老保险|三险|四险|依法参保|缴纳保险")
_CARRIES: Final = re.compile(r"(?:搬|抬|扛|负重|提|举|承重|单件)\D{0,8}?(\d{1,3})\s*(公斤|千克|kg|斤)", re.IGNORECASE)
_HAZARDOUS: Final = re.compile(r"有毒|有害|粉尘|含苯|铅烟|放射|易燃|易爆|井下|高压电|危化|危险化学|化学品")
_SPACES: Final = re.compile(r"[\s\-—>/·,，、]+|^中国")
_PART_OF_A_PLACE: Final = re.compile(
    r"经济|高新|技术|工业[园区]|开发|新区|新城区|园区|综合|保税|出口|产业|科技|物流|空港|港区|城区|市区|城[东西南北]|[东西南北]"
    r"|[^，。]{0,12}?[路街道巷村号镇乡]|附近|周边|地区|一带|各|等|本地|厂区|[A-Za-z0-9(（]"
)
_NO_CERTIFICATE: Final = re.compile(r"^(?:无|不)(?:需|需要|要求|限|证)?(?:证书?)?$")


@dataclass(frozen=True)
class LookedPost:
    """What has to be known of a row before its terms: the place, the key under which it is found again, problems."""

    place: str | None
    key: str | None
    problems: tuple[Problem, ...]

    @property
    def is_bad(self) -> bool:
        return any(problem.level == "error" for problem in self.problems)


@dataclass(frozen=True)
class PostRow:
    """A row of the supply list: the firm as named, and the terms of the post."""

    company: str
    credit_code: str | None
    contact: str | None
    phone: str | None
    facts: VacancyFacts


def look(row: ParsedRow, resolve_place: ResolvePlace) -> LookedPost:
    """Find the place of work and the key. A place not found has to be mended: nobody could be matched to it."""
    text = row.values.get("v_place") or row.values.get("v_address")
    code = _place(text, resolve_place) or _place(row.values.get("v_address"), resolve_place)
    if text and code is None:
        problem = Problem("error", "v_place", "", "work_place_unknown", {"value": shown(text)})
        return LookedPost(None, None, (problem,))
    company, title = row.values.get("v_company"), row.values.get("v_title")
    key = f"{name_key(company)}|{comparable(title)}|{code or ''}" if company and title else None
    return LookedPost(code, key, ())


def _place(text: str | None, resolve_place: ResolvePlace) -> str | None:
    """The place that a text names for certain: by a full name, or by short names with nothing odd behind them.

    昆山开发区 is Kunshan; 海州岛工业城 need not have to do with Haizhou.
    """
    code = resolve_place(text) if text else None
    if code is None or text is None:
        return None
    known = load_localities()
    names = known.names(known.ancestors(code))
    if any(name in text for name in names):
        return code
    rest = _SPACES.sub("", text)
    for name in reversed(names):
        rest = rest.removeprefix(short_name(name))
    return code if not rest or _PART_OF_A_PLACE.match(rest) else None


def comparable(text: str) -> str:
    """A title as it is compared: one width, letters and digits only."""
    return "".join(character for character in unicodedata.normalize("NFKC", text).lower() if character.isalnum())


def post_of(row: ParsedRow, looked: LookedPost, titles: Titles) -> PostRow:
    """The terms of a row in which nothing has to be mended."""
    doubted = {problem.field for problem in row.problems if problem.level == "ask"} & _DOUBTED
    values = {key: value for key, value in row.values.items() if key not in doubted}
    family, occupation, confidence = titles.get(post_title(values["v_title"], values["v_company"]), UNCODED)
    text = _description(values)
    facts = VacancyFacts(
        title=values["v_title"],
        trade_family=family,
        occupation_code=occupation,
        coding_confidence=confidence,
        openings=values.get("v_headcount"),
        openings_text=row.cells.get("v_headcount"),
        locality_code=looked.place,
        place_text=values.get("v_place"),
        hours_week=_hours_week(values),
        insurance=_insurance(values.get("v_insurance")),
        traits=list(values.get("v_traits") or ()),
        carries_kg=_carries(text),
        hazardous=bool(_HAZARDOUS.search(text or "")),
        description=text,
        **_certificate(values.get("v_certificate")),
        **_pay(values),
        **{name: values.get(key) for key, name in _SAME.items()},
    )
    return PostRow(
        values["v_company"], values.get("v_credit_code"), values.get("v_contact"), values.get("v_phone"), facts
    )


def _pay(values: Mapping[str, Any]) -> dict[str, Any]:
    """Pay as read and in figures (whole yuan, rounded down: what is promised at least)."""
    text, reading = _pay_reading(values.get("v_wage", ""), values.get("v_wage_unit", ""))
    hours, base = _hours_week(values), values.get("v_base_pay")
    terms = pay_terms(
        reading,
        hours_week=Decimal(hours) if hours else None,
        base_pay=Decimal(base) if base else None,
    )
    low, high, period = reading.minimum, reading.maximum, reading.period
    if reading.note:  # only the pay on trial or of overtime is stated
        low = high = period = None
    elif period == "week":
        low, high, period = terms.gross_low.value, terms.gross_high.value, "month"
    cycle, first_days = _pay_day(values.get("v_pay_day"))
    return {
        "pay_text": text or None,
        "pay_min": _yuan(low),
        "pay_max": _yuan(high),
        "pay_period": period,
        "pay_basis": values.get("v_pay_basis") or reading.pay_basis,
        "pay_cycle": cycle,
        "first_pay_days": first_days,
        "base_month": _yuan(terms.base_month.value),
        "bounty_text": values.get("v_bounty") or "，".join(one.span.words for one in terms.bounties) or None,
    }


def _pay_reading(wage: str, unit: str) -> tuple[str, PayReading]:
    """The text of pay with its unit, where that stands in a column of its own and the text has none."""
    reading = read_pay(wage)
    if not unit or reading.period_stated:
        return wage, reading
    joined = f"{wage.removesuffix('元')}{unit}" if "元" in unit else f"{wage.removesuffix('元')}元/{unit.lstrip('/每')}"
    with_unit = read_pay(joined)
    return (joined, with_unit) if with_unit.period_stated else (wage, reading)


def _yuan(amount: Decimal | None) -> int | None:
    return int(amount) or None if amount is not None else None


def _pay_day(text: str | None) -> tuple[str | None, int | None]:
    """The cycle of pay, and the longest wait for the first one in days."""
    if text is None:
        return None, None
    day = _PAY_DAY.search(text)
    cycle = categories("pay_cycle").resolve(text) or ("next_month" if day else None)
    if cycle == "next_month":
        return cycle, _MONTH_DAYS + int(day[1]) if day and int(day[1]) <= 31 else None
    return cycle, _FIRST_PAY_DAYS.get(cycle or "")


def _hours_week(values: Mapping[str, Any]) -> int | None:
    stated: int | None = values.get("v_hours_week")
    if stated is not None:
        return stated
    day, days = values.get("v_hours_day"), _DAYS_A_WEEK.get(values.get("v_rest", ""))
    return round(Decimal(str(day)) * days) if day and days else None


def _insurance(text: str | None) -> bool | None:
    if text is None:
        return None
    if _UNINSURED.search(text):
        return False
    return True if _INSURED.search(text) else None


def _carries(text: str | None) -> int | None:
    match = _CARRIES.search(text or "")
    if match is None:
        return None
    return int(match[1]) // 2 if match[2] == "斤" else int(match[1])


def _certificate(text: str | None) -> dict[str, Any]:
    if text is None or text in BLANK_WORDS or text in ANY_WORDS or _NO_CERTIFICATE.match(text):
        return {}
    return {"required_certificate": text, "required_level": parse_skill_level(text)[0]}


def _description(values: Mapping[str, Any]) -> str | None:
    """The texts about the post, each under its name: the law's checks read them all."""
    insurance = values.get("v_insurance")
    parts = (
        values.get("v_description"),
        values.get("v_requirement"),
        f"年龄要求：{values['v_age']}" if "v_age" in values else None,
        f"社保：{insurance}" if insurance and _insurance(insurance) is not True else None,
    )
    return "\n".join(part for part in parts if part) or None
