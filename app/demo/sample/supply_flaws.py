"""Bad rows of the supply list, and vacancies that the law forbids: what was planted, row by row."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.demo.sample.chance import Chance
from app.demo.sample.demand_flaws import plain
from app.demo.sample.identities import code_check_digit
from app.demo.sample.supply import SupplyRow

Cells = dict[str, Any]


@dataclass(frozen=True)
class SupplyFlaw:
    field: str
    expect: str
    spoil: Callable[[Cells, date, Chance], None]


def spoil_vacancy(kind: str, row: SupplyRow, number: int, on: date, chance: Chance) -> Cells:
    """Spoil a vacancy's row in one way; returns its entry for the manifest."""
    flaw = FLAWS[kind]
    flaw.spoil(row.cells, on, chance)
    return {
        "row": number,
        "kind": kind,
        "field": flaw.field,
        "expect": flaw.expect,
        "value": plain(row.cells.get(flaw.field)),
    }


def break_law(kind: str, row: SupplyRow, number: int, chance: Chance) -> Cells:
    """Make a vacancy one that may not open; returns its entry for the manifest."""
    field = VIOLATIONS[kind](row, chance)
    return {"row": number, "kind": kind, "field": field, "value": plain(row.cells.get(field))}


def _empty(field: str) -> Callable[[Cells, date, Chance], None]:
    def spoil(cells: Cells, _: date, __: Chance) -> None:
        cells[field] = None

    return spoil


def _put(field: str, *words: str) -> Callable[[Cells, date, Chance], None]:
    def spoil(cells: Cells, _: date, chance: Chance) -> None:
        cells[field] = chance.pick(words)

    return spoil


def _wrong_check(cells: Cells, _: date, chance: Chance) -> None:
    code = cells["v_credit_code"] or "91990000000000000X"
    right = code_check_digit(code[:17])
    cells["v_credit_code"] = code[:17] + chance.pick([d for d in "0123456789ABCDEFGHJKLMNPQRTUWXY" if d != right])


def _short_code(cells: Cells, _: date, __: Chance) -> None:
    cells["v_credit_code"] = (cells["v_credit_code"] or "91990000000000000X")[:17]


def _short_phone(cells: Cells, _: date, __: Chance) -> None:
    cells["v_phone"] = cells["v_phone"][:9]


def _end_before_start(cells: Cells, on: date, chance: Chance) -> None:
    cells["v_start"] = on + timedelta(days=60)
    cells["v_end"] = on + timedelta(days=chance.between(5, 50))


FLAWS: dict[str, SupplyFlaw] = {
    "company_missing": SupplyFlaw("v_company", "refuse", _empty("v_company")),
    "title_missing": SupplyFlaw("v_title", "refuse", _empty("v_title")),
    "wage_missing": SupplyFlaw("v_wage", "refuse", _empty("v_wage")),
    "headcount_missing": SupplyFlaw("v_headcount", "refuse", _empty("v_headcount")),
    "place_missing": SupplyFlaw("v_place", "refuse", _empty("v_place")),
    "place_unknown": SupplyFlaw("v_place", "refuse", _put("v_place", "云水市青峰区", "海州岛工业城", "石鼓山新城")),
    "headcount_unreadable": SupplyFlaw("v_headcount", "name", _put("v_headcount", "详谈", "看情况", "见附件")),
    "credit_code_checksum": SupplyFlaw("v_credit_code", "name", _wrong_check),
    "credit_code_17": SupplyFlaw("v_credit_code", "name", _short_code),
    "phone_short": SupplyFlaw("v_phone", "name", _short_phone),
    "end_before_start": SupplyFlaw("v_end", "name", _end_before_start),
    "end_impossible": SupplyFlaw("v_end", "name", _put("v_end", "2026-02-30", "2027年13月1日", "2027-06-31")),
}


def _say(field: str, *words: str) -> Callable[[SupplyRow, Chance], str]:
    def violate(row: SupplyRow, chance: Chance) -> str:
        row.cells[field] = chance.pick(words)
        return field

    return violate


def _add(field: str, *words: str) -> Callable[[SupplyRow, Chance], str]:
    def violate(row: SupplyRow, chance: Chance) -> str:
        before = row.cells.get(field)
        row.cells[field] = f"{before}，{chance.pick(words)}" if before else chance.pick(words)
        return field

    return violate


def _low_base(row: SupplyRow, chance: Chance) -> str:
    low, pay = round(row.employer.site.base_pay * (0.6 + 0.2 * chance.random()) / 10) * 10, row.pay
    if pay.base_pay is not None and isinstance(row.cells["v_wage"], str):
        row.cells["v_wage"] = row.cells["v_wage"].replace(str(pay.base_pay), str(low))
        pay.low = low if pay.low == pay.base_pay else pay.low
    row.cells["v_base_pay"] = pay.base_pay = low
    return "v_base_pay"


def _hidden_dispatch(row: SupplyRow, _: Chance) -> str:
    row.cells["v_contract"], row.cells["v_agency"] = "直签", row.employer.agency
    return "v_agency"


def _dispatch_unnamed(row: SupplyRow, _: Chance) -> str:
    row.cells["v_contract"], row.cells["v_agency"] = "劳务派遣", None
    return "v_contract"


VIOLATIONS: dict[str, Callable[[SupplyRow, Chance], str]] = {
    "deposit": _say("v_fees", "入职交工衣押金200元，离职退还", "押金300元，做满三个月退", "宿舍押金200元"),
    "clothing_fee": _say("v_fees", "服装费120元从首月工资扣", "工衣费80元自理"),
    "medical_fee": _say("v_fees", "体检费80元自理", "入职体检费由本人承担"),
    "bond": _say("v_fees", "缴纳风险保证金500元", "收保证金300元"),
    "training_deduction": _say("v_fees", "培训费600元，分三个月从工资扣", "岗前培训费300元自理"),
    "documents_kept": _add("v_description", "入职后身份证由公司统一保管", "需押身份证一周办理手续"),
    "unpaid_first_days": _add("v_description", "不满7天自离不结工资", "试工三天不合格无工资", "未满15天离职不发工资"),
    "insurance_waiver": _say("v_insurance", "自愿放弃社保，每月补200元", "签自愿放弃社保声明", "不买社保，折现发放"),
    "sex_limit": _add("v_requirement", "限女工", "只招男工", "男士优先", "仅限女性"),
    "region_limit": _add("v_requirement", "不招本地户口", "外省籍勿扰", "限本省户籍"),
    "hepatitis": _add("v_requirement", "乙肝携带者不收", "需查乙肝两对半，阳性不录用"),
    "disability": _add("v_requirement", "残疾人勿扰", "肢体残疾不考虑"),
    "under_age": _say("v_age", "15-40岁", "14周岁以上即可", "15岁以上"),
    "below_minimum": _low_base,
    "hidden_dispatch": _hidden_dispatch,
    "dispatch_unnamed": _dispatch_unnamed,
}
