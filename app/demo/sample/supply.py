"""The rows of the supply list: vacancies of invented employers, some silent, some against the law."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from app.demo.sample.chance import Chance, Weighted
from app.demo.sample.employers import Employer, employers_of
from app.demo.sample.pay import Pay, pay_for
from app.demo.sample.places import DIVISIONS_PATH, County, Receiving
from app.demo.sample.trades import Trade, trades

CONTRACTS = {
    "direct": "直签",
    "dispatch": "劳务派遣",
    "outsourced": "外包",
    "part_time": "非全日制",
    "over_age": "超龄用工协议",
    "public_post": "公益性岗位",
    "home_piece": "居家计件",
    "construction": "工地用工",
}
BASES = {
    "base_plus_overtime": "底薪+加班",
    "all_in_hourly": "综合时薪",
    "daily": "日薪",
    "piece_guaranteed": "计件有保底",
    "piece_open": "计件无保底",
    "flat_monthly": "包月",
    "commission": "提成",
}
PAY_DAYS = {
    "daily": ("日结", "周结", "半月结"),
    "": ("次月15日", "次月10日", "次月20日", "次月25日", "月底", "次月28日"),
}
# lodging: word in a column of its own, word in a column that holds lodging and meals, monthly cost
LODGING = {
    "factory": (
        ("2-4人间", "包住（4人间）", 0),
        ("5-8人间", "提供宿舍6人间", 0),
        ("2-4人间", "宿舍4人间", 100),
        ("夫妻房", "包住，有夫妻房", 150),
        ("单间", "提供单间", 200),
        ("房补", "房补300元/月", 0),
        ("5-8人间", "集体宿舍", 50),
    ),
    "some": (("不提供", "不提供住宿", 0), ("5-8人间", "可安排住宿", 0), ("房补", "房补200元/月", 0)),
    "site": (("工棚", "工地板房", 0), ("5-8人间", "工地宿舍", 0)),
    "live_in": (("单间", "住家", 0), ("2-4人间", "包住（2人间）", 0)),
    "none": (("不提供", "不包住", 0),),
}
MEALS = (
    ("包三餐", "包三餐", 0),
    ("包一餐", "包一餐", 0),
    ("包两餐", "包两餐", 0),
    ("餐补", "餐补15元/天", 0),
    ("不提供", "餐自理", 450),
    ("不提供", "食堂就餐自费", 500),
)
INSURANCE = Weighted({"五险": 50, "五险一金": 12, "社保": 16, "工伤险+意外险": 10, "雇主责任险": 6, "意外险": 6})
SILENT = {
    "v_insurance": 0.12,
    "v_hours_week": 0.14,
    "v_hours_day": 0.3,
    "v_rest": 0.16,
    "v_pay_day": 0.25,
    "v_meals": 0.12,
    "v_shift": 0.06,
    "v_contract": 0.10,
    "v_traits": 0.3,
    "v_address": 0.3,
    "v_description": 0.3,
    "v_start": 0.5,
    "v_end": 0.3,
    "v_months": 0.4,
    "v_utilities_cost": 0.35,
    "v_lodging_cost": 0.25,
    "v_meal_cost": 0.35,
    "v_requirement": 0.15,
    "v_pay_basis": 0.2,
    "v_contact": 0.1,
    "v_credit_code": 0.05,
}
HEADCOUNT_WORDS = ("若干", "若干名", "不限", "多名", "大量")
AGE_LINES = ("18-45周岁", "18-48岁", "18—55周岁", "20-50岁", "50岁以下", "18-45岁")


@dataclass(slots=True)
class SupplyRow:
    """One vacancy by field, with what stands behind it."""

    cells: dict[str, Any]
    employer: Employer
    trade: Trade
    pay: Pay
    contract: str
    openings: int | None
    flags: list[dict[str, Any]] = field(default_factory=list)


class SupplyList:
    """Makes vacancies one by one; the same seed makes the same rows."""

    def __init__(
        self, county: County, vacancies: int, seed: int, on: date, template: str, path: Path = DIVISIONS_PATH
    ) -> None:
        self.vacancies, self.on, self.template = vacancies, on, template
        self.chance = Chance("supply", seed, county.division.code)
        self.sheet_chance = Chance("supply sheet", seed, template)
        count = max(vacancies // 4, 3)
        self.employers = employers_of(
            count, Receiving(county, path), seed, Chance("employers", seed, county.division.code)
        )

    def __iter__(self) -> Iterator[SupplyRow]:
        for number in range(self.vacancies):
            # Every employer hires at least once; the rest goes more to some than to others.
            place = number if number < len(self.employers) else int(self.chance.random() ** 1.6 * len(self.employers))
            yield self._row(self.employers[place], number + 1)

    def _row(self, employer: Employer, number: int) -> SupplyRow:
        chance = self.chance
        trade = trades()[chance.pick(employer.trade_codes)]
        contract = self._contract(trade, employer)
        hours = chance.between(*trade.hours)
        pay = pay_for(trade, employer.site, chance.among(trade.bases), hours, chance)
        cells = self._post_cells(employer, trade, number)
        cells.update(self._pay_cells(pay))
        cells.update(self._time_cells(trade, pay, hours))
        cells.update(self._living_cells(trade, contract))
        cells["v_insurance"] = chance.among(INSURANCE)
        cells["v_contract"] = CONTRACTS[contract]
        if contract in ("dispatch", "outsourced"):
            cells["v_agency"] = employer.agency
        openings = self._headcount(cells)
        row = SupplyRow(cells, employer, trade, pay, contract, openings)
        self._flags(row)
        self._fall_silent(cells)
        return row

    def _contract(self, trade: Trade, employer: Employer) -> str:
        if employer.at_home and trade.code in ("cleaning", "gardening", "guarding") and self.chance.hit(0.6):
            return "public_post"
        contract = self.chance.among(trade.contracts)
        return "direct" if employer.at_home and contract == "dispatch" else contract

    def _post_cells(self, employer: Employer, trade: Trade, number: int) -> dict[str, Any]:
        chance, site = self.chance, employer.site
        asks = chance.some(trade.asks, chance.between(1, 2))
        title = chance.pick(trade.titles)
        return {
            "drop_number": number,
            "v_company": employer.name,
            "v_credit_code": employer.code,
            "v_title": title,
            "v_address": employer.address,
            "v_place": site.full() if chance.hit(0.6) else site.spoken(),
            "v_requirement": "，".join(asks),
            "v_certificate": trade.certificate_of(title) if chance.hit(0.45) else None,
            "v_traits": "、".join(chance.some(trade.traits, chance.between(1, 3))),
            "v_start": self.on + timedelta(days=chance.between(3, 40)),
            "v_end": self.on + timedelta(days=chance.between(41, 150)),
            "v_months": chance.pick((6, 12, 12, 12, 24, 36)),
            "v_contact": employer.contact,
            "v_phone": employer.phone,
            "v_description": trade.work,
        }

    def _pay_cells(self, pay: Pay) -> dict[str, Any]:
        cells: dict[str, Any] = {"v_wage": pay.text, "v_base_pay": pay.base_pay, "v_pay_basis": BASES[pay.basis]}
        if self.template == "duijie" and pay.number and self.sheet_chance.hit(0.6):
            cells["v_wage"], cells["v_wage_unit"] = pay.number, pay.unit
            if pay.number.isdigit():
                cells["v_wage"] = int(pay.number)
        return cells

    def _time_cells(self, trade: Trade, pay: Pay, hours: int) -> dict[str, Any]:
        chance = self.chance
        if hours <= 44:
            rest, days = "双休", 5
        elif hours <= 54:
            rest, days = chance.pick(("单休", "月休4天", "单休", "大小周")), 6
        else:
            rest, days = chance.pick(("单休", "轮休", "月休4天", "月休2天")), 6
        return {
            "v_hours_week": hours,
            "v_hours_day": round(hours / days, 1),
            "v_rest": rest,
            "v_shift": chance.among(trade.shifts),
            "v_pay_day": chance.pick(PAY_DAYS.get(pay.basis, PAY_DAYS[""])),
        }

    def _living_cells(self, trade: Trade, contract: str) -> dict[str, Any]:
        chance = self.chance
        word, long_word, cost = chance.pick(LODGING["none" if contract == "home_piece" else trade.lodging])
        meals, long_meals, meal_cost = MEALS[0] if trade.lodging == "live_in" else chance.pick(MEALS)
        cells: dict[str, Any] = {"v_lodging": word, "v_meals": meals, "v_meal_cost": meal_cost}
        if word not in ("不提供", "房补"):
            cells["v_lodging_cost"], cells["v_utilities_cost"] = cost, chance.pick((0, 30, 50, 80))
        if self.template == "national":
            both = self.sheet_chance.hit(0.2) and cost == 0 and meals == "包三餐" and word != "不提供"
            cells["v_lodging"] = "包吃住" if both else f"{long_word}，{long_meals}"
        return cells

    def _headcount(self, cells: dict[str, Any]) -> int | None:
        chance = self.chance
        openings = chance.pick((1, 2, 2, 3, 5, 5, 8, 10, 10, 15, 20, 20, 30, 50, 100))
        draw = chance.random()
        if draw < 0.07:
            cells["v_headcount"] = chance.pick(HEADCOUNT_WORDS)
            return None
        cells["v_headcount"] = f"{openings}人" if draw < 0.17 else f"{openings}名" if draw < 0.2 else openings
        return openings

    def _flags(self, row: SupplyRow) -> None:
        """What is no ground to refuse but has to be put up: age lines, promises of a bounty."""
        chance, cells = self.chance, row.cells
        if chance.hit(0.22):
            cells["v_age"] = chance.pick(AGE_LINES)
            row.flags.append({"kind": "age_line", "field": "v_age"})
        if row.contract == "dispatch" and chance.hit(0.25):
            clear = chance.hit(0.4)
            month = (self.on + timedelta(days=60)).month
            cells["v_bounty"] = (
                f"在职满30天，由{row.employer.agency}于{month}月15日支付2000元，写入合同"
                if clear
                else chance.pick(("做满55天返费3000元", "有返费，具体电联", "返费4000"))
            )
            if not clear:
                row.flags.append({"kind": "bounty_unclear", "field": "v_bounty"})

    def _fall_silent(self, cells: dict[str, Any]) -> None:
        for name, share in SILENT.items():
            # The draw is made either way, so that an empty cell does not shift all that follows.
            if self.chance.hit(share):
                cells[name] = None
