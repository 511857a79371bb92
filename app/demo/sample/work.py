"""What a labourer does now: industry, trade, place, months and pay, hanging together as the survey's means do."""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from app.demo.sample.chance import Chance, Weighted
from app.demo.sample.households import Person
from app.demo.sample.places import County, Receiving, Site, Village, shortened
from app.demo.sample.survey import SCHOOLING, survey
from app.demo.sample.trades import SKILLED, Trade, trade_in, trades

WORKING_SHARE = 0.66
# Pay away from and in the home township, yuan a month, 2023 (the survey's means), against each other.
AWAY_PAY, LOCAL_PAY = 5441, 4131
PAY_BY_AGE = {"16-20": 0.9, "21-30": 1.02, "31-40": 1.07, "41-50": 1.02, "51-60": 0.95, "61+": 0.85}
PAY_BY_SEX = {"male": 1.04, "female": 0.93}
PAY_BY_SCHOOLING = {
    "none": 0.9,
    "primary": 0.95,
    "junior_secondary": 1.0,
    "senior_secondary": 1.02,
    "college_or_more": 1.05,
}
LEVELS = Weighted({"": 6, "初级工": 5, "中级工": 4, "高级工": 2, "技师": 0.4})
CHANNELS = Weighted({"亲友介绍": 46, "自行就业": 32, "组织介绍": 15, "其他": 7})
SCHOOLING_WORDS = {
    "senior_secondary": Weighted({"高中": 5, "中专": 4, "技校": 1}),
    "college_or_more": Weighted({"大专": 8, "本科及以上": 2}),
}


@dataclass(slots=True)
class Work:
    """Facts of work now, or of the last work of someone at home."""

    schooling: str
    schooling_word: str
    industry: str
    trade: Trade
    trade_word: str
    working: bool
    across_provinces: bool = False
    site: Site | None = None
    place: str = ""
    months: int = 0
    wage: int = 0
    usual_wage: int = 0
    employer: str = ""
    channel: str = ""
    started_on: date | None = None
    skilled: bool = False
    skill_months: int = 0
    level: str = ""
    certificate: str = ""
    certificate_expires: date | None = None


class Working:
    """Draws the work of one person after another."""

    def __init__(self, county: County, receiving: Receiving, on: date, chance: Chance) -> None:
        self.county, self.receiving, self.on, self.chance = county, receiving, on, chance
        self.survey = survey()
        self.across_share = self.survey.away_across_provinces[self.survey.region_of(county.province)]

    def work_of(self, person: Person, village: Village) -> Work:
        """Schooling, trade, place and pay of a person."""
        chance = self.chance
        schooling = chance.among(self.survey.schooling.by_row[person.band])
        industry = chance.among(self.survey.industry.by_row[person.sex, person.band])
        trade = trades()[chance.among(trade_in(industry, person.sex))]
        words = SCHOOLING_WORDS.get(schooling)
        work = Work(
            schooling,
            chance.among(words) if words else SCHOOLING[schooling],
            industry,
            trade,
            chance.pick(trade.did),
            chance.hit(WORKING_SHARE),
        )
        away = chance.among(self.survey.away.by_row[industry]) == "away"
        work.across_provinces = away and chance.hit(self.across_share)
        work.usual_wage = self._wage(person, work, away)
        if work.working:
            self._where(work, village, away)
            self._since(work)
        self._skill(person, work)
        return work

    def _wage(self, person: Person, work: Work, away: bool) -> int:
        share = self.survey.away.share(work.industry, "away")
        place = (AWAY_PAY if away else LOCAL_PAY) / (share * AWAY_PAY + (1 - share) * LOCAL_PAY)
        own = PAY_BY_AGE[person.band] * PAY_BY_SEX[person.sex] * PAY_BY_SCHOOLING[work.schooling]
        trade = (sum(work.trade.pay) / 2 / _usual_pay(work.industry, person.sex)) ** 0.6
        noise = math.exp(0.16 * self.chance.normal() - 0.0128)
        wage = self.survey.monthly_wage[work.industry] * place * own * trade * noise
        return max(round(float(wage) / 100) * 100, 1200)

    def _where(self, work: Work, village: Village, away: bool) -> None:
        chance, county = self.chance, self.county
        if work.across_provinces:
            work.site = self.receiving.for_worker(chance)
            work.place = work.site.full() if chance.hit(0.85) else work.site.spoken()
            company = chance.pick(work.trade.companies).removesuffix("有限公司")
            work.employer = f"{shortened(work.site.district)}某{company}"
        elif away:
            city = chance.pick(county.sibling_cities) if county.sibling_cities and chance.hit(0.55) else county.city
            same = city == county.city
            work.place = county.province + city + (county.name + "县城" if same else "市区")
        else:
            work.place = county.city + county.name + village.township.name

    def _since(self, work: Work) -> None:
        chance = self.chance
        work.months = chance.between(1, 11) if chance.hit(0.7) else 12
        work.wage = work.usual_wage
        work.channel = chance.among(CHANNELS)
        work.started_on = self.on - timedelta(days=work.months * 30 + chance.between(0, 20))

    def _skill(self, person: Person, work: Work) -> None:
        chance = self.chance
        years = max(person.age - 18, 0)
        work.skill_months = min(round(abs(chance.normal()) * 24) + 2, years * 12 + 4, 240)
        if work.trade.code not in SKILLED or not chance.hit(0.55):
            return
        work.skilled = True
        work.skill_months = min(work.skill_months + chance.between(10, 60), years * 12 + 10)
        work.level = chance.among(LEVELS)
        certificate = work.trade.certificate_of(work.trade_word)
        if certificate and chance.hit(0.6):
            work.certificate = certificate
            work.certificate_expires = self.on + timedelta(days=chance.between(-90, 1400))


@cache
def _usual_pay(industry: str, sex: str) -> float:
    """Mean of the middle pay of an industry's families, by their share among one sex."""
    choice = trade_in(industry, sex)
    shares = [high - low for low, high in zip([0.0, *choice.bounds], choice.bounds, strict=False)]
    return sum(share * sum(trades()[code].pay) / 2 for code, share in zip(choice.values, shares, strict=True))
