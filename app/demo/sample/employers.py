"""Invented employers and agencies, each in a real place, with a credit code that nobody was given."""

from dataclasses import dataclass
from datetime import date

from app.demo.sample.chance import Chance
from app.demo.sample.identities import credit_code, credit_codes, given_name, mobiles, name_parts, surname
from app.demo.sample.places import Receiving, Site, shortened
from app.demo.sample.trades import hiring, trades

HOME_SHARE = 0.09
HOME_TRADES = (
    "sewing",
    "electronics",
    "shoes_bags",
    "handicraft",
    "farm_picking",
    "cleaning",
    "gardening",
    "food_seafood",
    "household_care",
    "building_labour",
    "packing",
)
# What a factory hires for beside its own trade.
SIDE_TRADES = (
    "packing",
    "sorting_loading",
    "warehouse_forklift",
    "fitting",
    "electricians",
    "cleaning",
    "guarding",
    "catering",
)


@dataclass(frozen=True, slots=True)
class Employer:
    name: str
    code: str
    site: Site
    at_home: bool
    trade_codes: tuple[str, ...]
    contact: str
    phone: str
    address: str
    agency: str


def employers_of(count: int, receiving: Receiving, seed: int, chance: Chance) -> list[Employer]:
    """``count`` employers, the first of them in the home county; every name and code once."""
    phones, codes, taken = mobiles(seed * 1_000_003 + 50_000_000), credit_codes(seed * 100_003), set[str]()
    agencies = [_agency(receiving, chance, taken) for _ in range(max(count // 10, 2))]
    found: list[Employer] = []
    for number in range(count):
        at_home = number < round(count * HOME_SHARE)
        site = receiving.home if at_home else receiving.for_vacancy(chance)
        main = chance.pick(HOME_TRADES) if at_home else chance.among(hiring())
        _, body = next(codes)
        division = site.code[:6] if len(site.code) == 6 else site.city_code
        found.append(
            Employer(
                name=_name(site, trades()[main].companies, chance, taken),
                code=credit_code(body, division),
                site=site,
                at_home=at_home,
                trade_codes=(main, main, *_beside(main, chance)),
                contact=surname(chance) + chance.pick(("经理", "女士", "主管", "厂长"))
                if chance.hit(0.6)
                else _person(chance),
                phone=next(phones),
                address=f"{chance.pick(name_parts()['streets'])}路{chance.between(1, 399)}号",
                agency=chance.pick(agencies),
            )
        )
    return found


def _beside(main: str, chance: Chance) -> list[str]:
    return chance.some(SIDE_TRADES, chance.between(0, 2)) if trades()[main].industry == "manufacturing" else []


def _person(chance: Chance) -> str:
    sex = "male" if chance.hit(0.5) else "female"
    return surname(chance) + given_name(chance, sex, date(1985, 1, 1))


def _name(site: Site, endings: tuple[str, ...], chance: Chance, taken: set[str]) -> str:
    words: str = name_parts()["companies"]
    while True:
        place = shortened(chance.pick((site.city, site.district)))
        name = place + chance.pick(words) + chance.pick(words) + chance.pick(endings)
        if name not in taken:
            taken.add(name)
            return name


def _agency(receiving: Receiving, chance: Chance, taken: set[str]) -> str:
    return _name(
        receiving.for_vacancy(chance), ("人力资源有限公司", "劳务派遣有限公司", "企业服务有限公司"), chance, taken
    )
