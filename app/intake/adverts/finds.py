"""What single parts of an advert say: each find is a field with the place of its words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from app.intake.adverts.cues import alternatives, cues
from app.intake.adverts.parts import Advert, Part
from app.intake.adverts.patterns import (
    AGE,
    BOUNTY,
    COSTS,
    COUNT,
    END,
    FEES,
    HAN,
    HOURS_DAY,
    HOURS_WEEK,
    MEALS,
    MONTHS,
    NEGATED,
    NOT_COUNT,
    PAY_DAY,
    PHONE,
    START,
)  # fmt: skip
from app.shared.categories import categories


@dataclass(frozen=True, slots=True)
class Find:
    """A field found in a part: its key and the place of its words."""

    key: str
    start: int
    end: int
    sure: bool = True  # a label, a verb or a count stands with it


def find_in(advert: Advert, part: Part) -> list[Find]:
    """All that one part says, apart from pay that runs over several parts, company, title and place."""
    found = [
        find for source in (_contacts, _counts, _times, _money, _listed, _requirements) for find in source(advert, part)
    ]
    return sorted(set(found), key=lambda find: (find.start, find.key))


def _matches(pattern: re.Pattern[str], key: str, advert: Advert, part: Part) -> Iterator[Find]:
    for match in pattern.finditer(advert.folded, part.start, part.end):
        yield Find(key, match.start(), match.end())


def whole(key: str, part: Part) -> Find:
    """The whole part as one field."""
    return Find(key, part.start, part.end)


def _contacts(advert: Advert, part: Part) -> Iterator[Find]:
    phones = list(_matches(PHONE, "v_phone", advert, part))
    yield from phones
    until = phones[0].start if phones else part.end
    named = _contact_before().search(advert.folded, part.start, part.end)
    if not named and phones:
        named = _contact_behind().match(advert.folded, phones[-1].end, part.end)
    if named:
        yield Find("v_contact", *named.span(named.lastindex or 0))
    elif part.label == "v_contact":
        name = re.compile(rf"[{HAN}]{{1,4}}").match(advert.folded, part.start, until)
        if name:
            yield Find("v_contact", name.start(), name.end())


@cache
def _contact_before() -> re.Pattern[str]:
    """王经理 199…, 联系李女士, 找吴场长."""
    name = rf"([{HAN}]{{1,2}}?{cues().pattern('contact_titles')})"
    number = r"(?=[\s:,()]*(?:电话|手机|微信|同号)*[\s:,()]*(?:1\d{2}|0\d{2,3}-?\d|400))"
    return re.compile(
        rf"(?:^|(?<![{HAN}])|(?<=联系)|(?<=人)|(?<=找)){name}{number}|(?:联系人?|负责人|报名找|找):?\s*{name}(?=\W|$)"
    )


@cache
def _contact_behind() -> re.Pattern[str]:
    """199…李女士（微信同号）."""
    return re.compile(rf"[\s,:(]*([{HAN}]{{1,2}}?{cues().pattern('contact_titles')})")


def _counts(advert: Advert, part: Part) -> Iterator[Find]:
    if part.label == "v_headcount":
        yield whole("v_headcount", part)
        return
    if part.label not in {None, "v_title"}:
        return
    for match in COUNT.finditer(advert.folded, part.start, part.end):
        before = advert.folded[part.start : match.start()]
        if not NOT_COUNT.search(before):
            yield Find("v_headcount", match.start(), match.end())
            return


def _times(advert: Advert, part: Part) -> Iterator[Find]:
    if part.label in {"v_start", "v_end", "v_months", "v_pay_day"}:
        yield whole(part.label, part)
        return
    weeks = list(_matches(HOURS_WEEK, "v_hours_week", advert, part))
    yield from weeks
    for find in _matches(HOURS_DAY, "v_hours_day", advert, part):
        if not any(week.start < find.end and find.start < week.end for week in weeks) and not _is_rate(advert, find):
            yield find
    for key, pattern in (("v_pay_day", PAY_DAY), ("v_months", MONTHS), ("v_start", START), ("v_end", END)):
        yield from _matches(pattern, key, advert, part)


def _is_rate(advert: Advert, find: Find) -> bool:
    """The 1小时 of 18元/1小时, and hours of overtime: no length of a day."""
    return advert.folded[: find.start].endswith(("/", "每", "加班", "加班约"))


def _money(advert: Advert, part: Part) -> Iterator[Find]:
    for key, label in (("v_bounty", BOUNTY), ("v_fees", FEES)):
        if part.label == key or label.search(advert.folded, part.start, part.end):
            yield whole(key, part)
    for key, pattern in COSTS.items():
        yield from _matches(pattern, key, advert, part)


def _listed(advert: Advert, part: Part) -> Iterator[Find]:
    """Values of the category lists and of the lists of cues, wherever they stand."""
    if part.label in {"v_company", "v_place", "v_contact", "v_phone", "v_agency"}:
        return
    for key, name in (
        ("v_shift", "shift"),
        ("v_rest", "rest"),
        ("v_contract", "contract_kind"),
        ("v_traits", "traits"),
    ):
        yield from _affirmed(_category_pattern(name), key, advert, part)
    yield from _keep(advert, part)
    yield from _affirmed(_insurance(), "v_insurance", advert, part)
    if part.label in {"v_insurance", "v_contract", "v_agency", "v_certificate"}:
        yield whole(part.label, part)
    yield from _certificates(advert, part)


def _affirmed(pattern: re.Pattern[str], key: str, advert: Advert, part: Part) -> Iterator[Find]:
    """The matches that nothing before them denies: 不用穿无尘服 is no clean suit, 放弃社保 no insurance."""
    for find in _matches(pattern, key, advert, part):
        if not NEGATED.search(advert.folded[part.start : find.start]):
            yield find


def _keep(advert: Advert, part: Part) -> Iterator[Find]:
    """Lodging and meals. A number of meals says more than a word for being fed."""
    if any(word in advert.of(part) for word in cues().words["no_lodging"]):
        return
    meals = list(_matches(MEALS, "v_meals", advert, part))
    for key, name in (("v_lodging", "lodging"), ("v_meals", "meals")):
        found = meals if key == "v_meals" else []
        for pattern in (_category_pattern(name), re.compile(cues().pattern(name))):
            found = found or list(_affirmed(pattern, key, advert, part))
        if not found and (
            part.label == key or (part.label == "lodging_meals" and SPEAKS_OF[key].search(advert.of(part)))
        ):
            found = [whole(key, part)]
        yield from found[:1]


@cache
def _insurance() -> re.Pattern[str]:
    return re.compile("(?:缴纳?|交|买|上|购买)?" + cues().pattern("insurance"))


def _certificates(advert: Advert, part: Part) -> Iterator[Find]:
    pattern = re.compile(rf"(?<![a-z]){cues().pattern('certificates')}(?![a-z\d])")
    yield from _matches(pattern, "v_certificate", advert, part)


@cache
def _category_pattern(name: str) -> re.Pattern[str]:
    """The Chinese words of a category list that are plain enough to mean their value in running text."""
    words = {word for value in categories(name).values for word in (value.zh, *value.synonyms)}
    plain = tuple(word for word in words if len(word) >= 2 and not word.isascii() and word not in AMBIGUOUS[name])
    return re.compile(rf"{alternatives(plain)}(?!补贴|津贴|补助|费|奖)")


SPEAKS_OF = {"v_lodging": re.compile(r"[住宿]|人间"), "v_meals": re.compile(r"[餐吃饭食]")}
AMBIGUOUS = {
    "shift": {"倒班"},
    "rest": {"标准"},
    "contract_kind": {"兼职", "派遣", "包工", "直招", "劳动合同"},
    "traits": {"夜班", "搬运", "坐着"},
    "lodging": {"不提供", "自理", "板房"},
    "meals": {"不提供", "自理"},
}


def _requirements(advert: Advert, part: Part) -> Iterator[Find]:
    if part.label == "v_age" or AGE.search(advert.folded, part.start, part.end):
        age = AGE.search(advert.folded, part.start, part.end)
        yield Find("v_age", *(age.span() if age else (part.start, part.end)))
    if part.label == "v_description":
        yield whole("v_description", part)
    elif part.label == "v_requirement" or (part.label is None and _asks(advert, part)):
        yield whole("v_requirement", part)


def _asks(advert: Advert, part: Part) -> bool:
    return re.search(cues().pattern("requirement_cues"), advert.of(part)) is not None
