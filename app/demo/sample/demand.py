"""The rows of the demand list: every labourer of every household with work, wish and the columns nobody may keep."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from app.demo.sample.chance import Chance, Weighted
from app.demo.sample.households import SEX_WORDS, Household, Neighbourhood, Person
from app.demo.sample.identities import given_name, mobiles, name_parts, surname
from app.demo.sample.places import DIVISIONS_PATH, County, Receiving, Village, villages_of
from app.demo.sample.wishes import VALID_DAYS, Wish, Wishing
from app.demo.sample.work import Work, Working

BULK_ROWS = 25
_ABILITIES = ("普通劳动力", "技能劳动力", "弱劳动力或半劳动力")
# The word a county office puts under "has the wish to work", by the scope of Duijie's own template.
NATIONAL_WISH = {"出省": "愿意出省", "省内外市": "省内务工", "县内": "县内就业", "居家": "居家就业", "暂不": "暂无意愿"}
SCOPELESS_SHARE = 0.08


@dataclass(slots=True)
class DemandRow:
    """One row by field, with what stands behind it."""

    cells: dict[str, Any]
    state: str
    person: Person
    work: Work


class DemandList:
    """Makes the rows of a county's demand list one by one; the same seed makes the same rows."""

    def __init__(
        self, county: County, people: int, seed: int, on: date, template: str, path: Path = DIVISIONS_PATH
    ) -> None:
        self.county, self.people, self.on, self.template = county, people, on, template
        self.chance = Chance("demand", seed, county.division.code)
        receiving = Receiving(county, path)
        self.neighbourhood = Neighbourhood(county.division.code, county.province_code, on, Chance("people", seed))
        self.working = Working(county, receiving, on, Chance("work", seed))
        self.wishing = Wishing(county, receiving, on, Chance("wish", seed))
        # What depends on the template has a stream of its own: one seed is one county, whatever sheet it is written on.
        self.sheet_chance = Chance("sheet", seed, template)
        self.phones = mobiles(seed * 1_000_003)
        self.villages = villages_of(county, people, Chance("villages", seed))
        self.bulk: dict[str, Any] | None = None

    def __iter__(self) -> Iterator[DemandRow]:
        for village in self.villages:
            recorders = tuple(self._recorder() for _ in range(2))
            visits = self._visits(village)
            if self.bulk is None and village.people >= BULK_ROWS:
                # One village written up in one day by one person: a reader has to put it up for review.
                recorders, visits = recorders[:1], visits[:1]
                self.bulk = {
                    "village": village.name,
                    "township": village.township.name,
                    "recorder": recorders[0],
                    "stated_on": visits[0].isoformat(),
                }
            for household in self.neighbourhood.households(village):
                yield from self._rows(household, self.chance.pick(recorders), self.chance.pick(visits))

    def _recorder(self) -> str:
        sex = "male" if self.chance.hit(0.5) else "female"
        return surname(self.chance) + given_name(self.chance, sex, date(1980, 1, 1))

    def _visits(self, village: Village) -> list[date]:
        count = max(4, village.people // 8)
        return [self.on - timedelta(days=self.chance.between(3, VALID_DAYS - 12)) for _ in range(count)]

    def _rows(self, household: Household, recorder: str, visited_on: date) -> Iterator[DemandRow]:
        head_phone = next(self.phones)
        together = any(member.relation == "配偶" for member in household.members)
        for number, person in enumerate(household.members, start=1):
            work = self.working.work_of(person, household.village)
            in_pair = together and person.relation in ("户主", "配偶")
            wish = self.wishing.wish_of(person, work, recorder, visited_on, together=in_pair)
            cells = self._person_cells(household, person, number, head_phone)
            cells.update(self._work_cells(work))
            cells.update(self._dropped_cells(person))
            self._wish_cells(cells, wish)
            yield DemandRow(cells, self._state(wish, cells), person, work)

    def _person_cells(self, household: Household, person: Person, number: int, head_phone: str) -> dict[str, Any]:
        is_head = person.relation == "户主"
        phone = head_phone if is_head else next(self.phones) if self.chance.hit(0.92) else None
        village, county = household.village, self.county
        return {
            "province": county.province,
            "city": county.city,
            "county": county.name,
            "township": village.township.name,
            "village": village.name,
            "household_no": household.number,
            "person_no": f"{household.number}{number:02d}",
            "head_name": household.head_name,
            "head_id_no": household.head_id_no,
            "head_phone": head_phone,
            "relation": person.relation,
            "name": person.name,
            "id_no": person.id_no,
            "phone": phone,
            "sex": SEX_WORDS[person.sex],
            "birth_date": person.born_on,
        }

    def _work_cells(self, work: Work) -> dict[str, Any]:
        skilled = work.level or work.certificate
        cells: dict[str, Any] = {"education": work.schooling_word, "trade": work.trade_word}
        cells["work_ability"] = _ABILITIES[1] if skilled else _ABILITIES[0]
        if work.skilled or self.chance.hit(0.6):
            cells["skill"], cells["skill_months"] = work.trade_word, work.skill_months
            cells["skill_level"], cells["certificate"] = work.level or None, work.certificate or None
            cells["certificate_expires"] = work.certificate_expires
        if work.working:
            cells["employment_status"] = "转移就业" if work.place and work.across_provinces else "已就业"
            cells["work_place"], cells["work_months"], cells["monthly_wage"] = work.place, work.months, work.wage
            cells["channel"], cells["start"], cells["employer"] = work.channel, work.started_on, work.employer or None
        else:
            cells["employment_status"] = self.chance.pick(("未就业", "未就业", "返乡", "务农", "打零工"))
        return cells

    def _dropped_cells(self, person: Person) -> dict[str, Any]:
        chance, kinds = self.sheet_chance, _dropped()
        cells = {"drop_nation": chance.among(kinds["nations"]), "drop_politics": chance.among(kinds["politics"])}
        if self.template == "national":
            cells.update(
                _EVERY_ROW,
                drop_year=str(self.on.year),
                drop_low_income="是" if chance.hit(0.06) else "否",
                drop_health="长期慢性病" if person.age > 50 and chance.hit(0.12) else "健康",
                drop_standard="国家标准" if chance.hit(0.9) else "省定标准",
            )
        return cells

    def _wish_cells(self, cells: dict[str, Any], wish: Wish) -> None:
        cells.update(wish.cells)
        national = self.template == "national"
        if national or self.sheet_chance.hit(0.08):
            # The register's own pair instead of the template's: who collected, and when.
            if "stated_on" in cells:
                cells["collected_on"] = cells.pop("stated_on")
            if "recorder" in cells:
                cells["collector"] = cells.pop("recorder")
        if national and "wish_work" in cells:
            scopeless = wish.scope not in ("", "not_now") and self.sheet_chance.hit(SCOPELESS_SHARE)
            cells["wish_work"] = "是" if scopeless else NATIONAL_WISH[cells["wish_work"]]

    def _state(self, wish: Wish, cells: dict[str, Any]) -> str:
        """Whether the row opens anything, and if not, what is missing first."""
        if wish.state in ("stated", "not_now") and cells.get("wish_work") == "是":
            return "no_scope"
        return wish.state


_EVERY_ROW = {
    "drop_id_kind": "居民身份证",
    "drop_student": "非在校生",
    "drop_pension_town": "否",
    "drop_illness": "是",
    "drop_medical": "是",
    "drop_pension": "是",
    "drop_speech": "是",
    "drop_extra": "否",
    "drop_abroad": "否",
    "drop_aid": "否",
    "drop_aid_other": "否",
    "drop_medical_town": "否",
    "drop_support": "否",
}


@cache
def _dropped() -> dict[str, Weighted[str]]:
    parts = name_parts()
    return {"nations": Weighted(parts["nations"]), "politics": Weighted(parts["politics"])}
