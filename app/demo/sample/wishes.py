"""What a labourer said about going: scope, places, trade, pay, conditions, and who wrote it down when.

Most rows carry the person's own word with a recorder and a date; some lack one of the two, some are old, some say
"not now", some say nothing. All of these have to be told apart by whoever reads the sheet.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.demo.sample.chance import Chance, Weighted
from app.demo.sample.households import Person
from app.demo.sample.places import County, Receiving, shortened
from app.demo.sample.trades import trades
from app.demo.sample.work import Work

VALID_DAYS = 180
STATES = Weighted({"stated": 72, "stale": 9, "no_recorder": 6, "no_date": 4, "not_stated": 9})
SCOPES = {
    "leave_province": "出省",
    "other_city": "省内外市",
    "home_county": "县内",
    "at_home": "居家",
    "not_now": "暂不",
}
SCOPE_BY_AGE = {
    "16-20": (64, 18, 12, 1, 5),
    "21-30": (60, 18, 15, 2, 5),
    "31-40": (54, 15, 20, 4, 7),
    "41-50": (50, 12, 25, 5, 8),
    "51-60": (38, 9, 33, 9, 11),
    "61+": (14, 6, 42, 18, 20),
}
MATTERS = Weighted(
    {
        "到手工资": 30,
        "住宿": 12,
        "工时": 10,
        "离家": 9,
        "老乡": 8,
        "稳定": 8,
        "发薪快": 7,
        "班次": 6,
        "工种": 5,
        "同伴": 4,
        "餐": 3,
    }
)
SHIFTS = Weighted(
    {"长白班": 40, "两班倒": 14, "长白班、两班倒": 14, "不上夜班": 10, "都可以": 14, "三班倒": 3, None: 5}
)
LODGING = Weighted({"2-4人间": 24, "单间": 8, "5-8人间": 7, "房补": 4, "包住": 18, "不需要": 5, None: 34})
MEALS = Weighted({"包三餐": 14, "包一餐": 12, "包两餐": 10, "餐补": 10, None: 54})
CONTRACTS = Weighted({"直签": 30, "不要劳务派遣": 12, "直签、劳务派遣": 8, None: 50})
UNWANTED = Weighted(
    {"夜班": 20, "高空": 14, "气味": 12, "噪音": 8, "重体力": 12, "站班": 8, "无尘服": 6, "显微镜": 4, "高温": 8}
)
TRAINING = Weighted(
    {None: 60, "无": 16, "转移就业技能培训": 14, "岗位技能提升培训": 6, "创业培训": 2, "农业实用技术培训": 2}
)
NEAR = {
    "home_county": ("县内", "本县", "县城", "县内就近", "本乡镇", "县内工业园区"),
    "at_home": ("家门口", "本村", "本乡镇", "乡镇内"),
}
EXCLUDED_PLACES = ("广东", "深圳", "东莞", "温州", "上海", "苏北")
EXCLUDED_TRADES = ("建筑小工", "保安", "电子厂", "服装厂", "搬运", "餐饮", "快递分拣", "保洁", "化工厂")


@dataclass(slots=True)
class Wish:
    """The wish columns of a row, and how the row stands towards consent."""

    state: str
    scope: str
    cells: dict[str, Any]


class Wishing:
    """Draws the wish of one person after another."""

    def __init__(self, county: County, receiving: Receiving, on: date, chance: Chance) -> None:
        self.county, self.receiving, self.on, self.chance = county, receiving, on, chance
        self.scopes = {
            band: {across: _scope_choice(shares, across) for across in (True, False)}
            for band, shares in SCOPE_BY_AGE.items()
        }

    def wish_of(self, person: Person, work: Work, recorder: str, visited_on: date, *, together: bool) -> Wish:
        """The wish columns of a person; ``together`` if a partner of the household is on the list too."""
        state = self.chance.among(STATES)
        if state == "not_stated":
            return Wish(state, "", {})
        scope = self.chance.among(self.scopes[person.band][work.across_provinces])
        cells: dict[str, Any] = {"wish_work": SCOPES[scope]}
        if scope != "not_now":
            self._where(cells, scope, work)
            self._what(cells, work, scope)
            self._conditions(cells, person, together)
            self._when(cells)
        elif state == "stated":
            state = "not_now"
        self._record(cells, state, recorder, visited_on)
        return Wish(state, scope, cells)

    def _where(self, cells: dict[str, Any], scope: str, work: Work) -> None:
        chance = self.chance
        if scope == "leave_province":
            cells["wish_place"] = self._away(work)
        elif scope == "other_city":
            cells["wish_place"] = self._in_province()
        else:
            cells["wish_place"] = chance.pick(NEAR[scope])
        if scope == "leave_province" and chance.hit(0.12):
            excluded = [place for place in EXCLUDED_PLACES if place not in cells["wish_place"]]
            cells["excluded_places"] = chance.pick(excluded)
        if work.across_provinces and work.site and chance.hit(0.3):
            cells["return_places"] = shortened(work.site.city)

    def _away(self, work: Work) -> str:
        chance = self.chance
        if chance.hit(0.3):
            return chance.pick(
                ("长三角", "省外不限", "江浙沪", "不限", "江浙一带", "珠三角", "省外", "江苏浙江都行", "都可以")
            )
        first = work.site if work.site and chance.hit(0.6) else self.receiving.for_worker(chance)
        second, third = self.receiving.for_worker(chance), self.receiving.for_worker(chance)
        a, b, c = shortened(first.city), shortened(second.city), shortened(third.city)
        if b == a:
            b = shortened(second.district)
        if c in (a, b):
            c = shortened(third.district)
        forms = (
            f"{a}、{b}均可",
            f"{a}、{b}",
            f"{a}",
            f"{shortened(first.province)}{shortened(first.district)}",
            f"{a} {b} {c}",
            f"首选{a}，其次{b}",
            f"{shortened(first.district)}、{shortened(second.district)}",
            f"{a}或{b}",
            f"{a}、{b}、{c}",
            first.full(),
            f"{a}，别的地方也行",
        )
        return chance.pick(forms)

    def _in_province(self) -> str:
        chance = self.chance
        cities = [shortened(city) for city in chance.some(self.county.sibling_cities or [self.county.city], 2)]
        forms = ("省内", "省内都行", f"{self.county.city}市区", "、".join(cities), cities[0], f"{cities[0]}均可")
        return chance.pick(forms)

    def _what(self, cells: dict[str, Any], work: Work, scope: str) -> None:
        chance = self.chance
        wanted = work.trade_word if chance.hit(0.75) else chance.pick(chance.pick(tuple(trades().values())).did)
        if chance.hit(0.12):
            wanted = chance.pick(("普工", "不限", "操作工", "进厂"))
        elif chance.hit(0.3):
            wanted += chance.pick(("、", "，", "/")) + chance.pick(("普工", "包装工", "保洁", "操作工", "保安", "装配"))
        cells["wish_trade"] = wanted
        near = scope in ("home_county", "at_home")
        floor = work.usual_wage * (0.70 if near else 0.9) * (0.9 + 0.25 * chance.random())
        if chance.hit(0.82):
            cells["wish_wage"] = round(floor / 100) * 100
        if chance.hit(0.55):
            cells["wish_hours"] = chance.pick((40, 44, 48, 48, 54, 54, 60, 60, 66, 72))
        if chance.hit(0.18):
            cells["excluded_trades"] = "、".join(chance.some(EXCLUDED_TRADES, chance.between(1, 2)))

    def _conditions(self, cells: dict[str, Any], person: Person, together: bool) -> None:
        chance = self.chance
        cells["wish_lodging"] = "夫妻房" if together and chance.hit(0.5) else chance.among(LODGING)
        cells["wish_shift"] = chance.among(SHIFTS)
        cells["wish_meals"] = chance.among(MEALS)
        cells["wish_contract"] = chance.among(CONTRACTS)
        cells["wish_training"] = chance.among(TRAINING)
        if chance.hit(0.30 + (0.15 if person.age > 50 else 0)):
            first, second = chance.among(UNWANTED), chance.among(UNWANTED)
            cells["excluded"] = first if first == second else f"{first}、{second}"
        if chance.hit(0.7):
            cells["matters_most"] = "、".join(dict.fromkeys(chance.among(MATTERS) for _ in range(3)))

    def _when(self, cells: dict[str, Any]) -> None:
        chance = self.chance
        if chance.hit(0.6):
            cells["available_from"] = self.on + timedelta(days=chance.between(0, 90))
        elif chance.hit(0.3):
            cells["available_from"] = "随时"
        if chance.hit(0.6):
            cells["wish_months"] = chance.pick((3, 4, 6, 6, 8, 10, 12, 12, 24))

    def _record(self, cells: dict[str, Any], state: str, recorder: str, visited_on: date) -> None:
        said_on = visited_on
        if state == "stale":
            said_on = self.on - timedelta(days=VALID_DAYS + self.chance.between(5, 400))
        if state != "no_date":
            cells["stated_on"] = said_on
        if state != "no_recorder":
            cells["recorder"] = recorder


def _scope_choice(shares: tuple[float, ...], across: bool) -> Weighted[str]:
    leave, *rest = shares
    return Weighted(dict(zip(SCOPES, (leave * (2.2 if across else 0.8), *rest), strict=True)))
