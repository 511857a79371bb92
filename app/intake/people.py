"""From a row of the demand list to a person's facts, and to their own word if the row names who took it down (V1)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from app.intake.homes import Homes
from app.intake.reading.rows import ParsedRow, Problem
from app.intake.titles import Titles, families_of, skill_of
from app.intake.values.choices import Preference
from app.intake.values.issues import shown
from app.intake.values.wishes import Places, ResolvePlace
from app.labourers.schemas import PersonFacts, SkillFacts, WishFacts
from app.shared.names import normalise_name

_SAME: Final = {
    "sex": "sex", "phone": "phone", "household_no": "household_no", "person_no": "person_no",
    "head_name": "head_name", "head_id_no": "head_id_no", "head_phone": "head_phone", "village": "village_name",
    "education": "education", "work_ability": "work_ability", "employment_status": "employment_status",
    "channel": "employment_channel", "employer": "work_employer", "work_place": "work_place_text",
    "work_months": "work_months", "monthly_wage": "monthly_wage", "start": "work_started_on", "end": "work_ended_on",
}  # fmt: skip
_NO_PLACES: Final = Places()
_NO_WISH: Final = Preference()
_NIGHT: Final = {"nights": "night"}  # a shift refused is a condition refused: work at night
_DOUBTED: Final = frozenset({"monthly_wage", "wish_wage", "start", "end"})
"""Left out where the row's checks ask about them: what is doubtful is asked, not stored."""

_SPEAKER: Final = (
    ("head", "户主"),
    ("village", r"村干部|村委会?|村支书|村组|组长|网格员|驻村\S{0,3}|工作队"),
    ("other", "邻居|他人|别人|同村人?|朋友"),
    (
        "family",
        "家属|家人|亲属|亲戚|父母|父亲?|母亲?|爸爸?|妈妈?|儿子|女儿|子女|儿媳|女婿|哥哥?|姐姐?|弟弟?|妹妹?|丈夫|妻子|爱人|配偶",
    ),
)  # fmt: skip
_SPOKE: Final = r"\s*(?:本人不在)?[,，、]?\s*(?:代(?!表)|口述|转述|陈述|述说|反映|告知|提供|说的|说)"
_FOR_OTHERS: Final = re.compile(r"代(?:填|报|答|述|说|陈述|办|签|登记|表态|为|写|录)|(?:非|不是)本人|本人(?:不在|未在)")
_ONESELF: Final = frozenset({"本人", "自己", "本人填写", "自填", "本人自填"})


@dataclass(frozen=True)
class Said:
    """A statement as a row gives it; ``proxy`` names whose word it is where it is not the person's own."""

    scope: str
    stated_on: date
    recorder: str
    proxy: str | None = None


@dataclass(frozen=True)
class Looked:
    """What has to be known of a row before its facts: the home, the statement, and what stands against it."""

    home: str | None
    said: Said | None
    problems: tuple[Problem, ...]

    @property
    def is_bad(self) -> bool:
        return any(problem.level == "error" for problem in self.problems)


@dataclass(frozen=True)
class Person:
    """What a good row of the demand list comes to. ``silent`` names fields that the row says nothing about though they
    have a value."""

    facts: PersonFacts
    said: Said | None
    silent: frozenset[str] = frozenset()


def look(row: ParsedRow, homes: Homes, proxy: str | None = None) -> Looked:
    """The checks that need the office's own place. ``proxy`` is whose word it is, if that was noted before."""
    cells = row.cells
    problems: list[Problem] = []
    code, why = homes.read(cells.get("county", ""), cells.get("township", ""), cells.get("home_area", ""))
    if code is None and not (why == "township_unknown" and "township" not in cells):
        field = "county" if why == "county_unknown" else "township"
        problems.append(Problem("error", field, "", why, {"value": shown(cells.get(field, ""))}))
    said, question = _said(row, proxy)
    if question is not None:
        problems.append(question)
    return Looked(code, said, tuple(problems))


def person_of(row: ParsedRow, looked: Looked, resolve_place: ResolvePlace, titles: Titles) -> Person:
    """The facts of a row in which nothing has to be mended."""
    values = _without_doubts(row)
    place = values.get("work_place")
    facts = PersonFacts(
        name=values["name"],
        id_no=values["id_no"],
        birth_on=values["birth_date"],
        locality_code=looked.home or "",
        relation=_relation(values),
        work_place_code=resolve_place(place) if place else None,
        wish_training=",".join(values["wish_training"]) if "wish_training" in values else None,
        skills=_skills(values, titles),
        wishes=_wishes(values, titles),
        **_plain_values(values),
    )
    silent = {"relation"} if "relation" not in values and facts.relation == "member" else set()
    if not row.cells.get("township") and not row.cells.get("home_area"):
        silent.add("locality_code")
    return Person(facts, looked.said, frozenset(silent))


def _plain_values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values.get(key) for key, name in _SAME.items()}


def _without_doubts(row: ParsedRow) -> dict[str, Any]:
    doubted = {problem.field for problem in row.problems if problem.level == "ask"} & _DOUBTED
    return {key: value for key, value in row.values.items() if key not in doubted} if doubted else row.values


def _relation(values: Mapping[str, Any]) -> str:
    is_head = values.get("relation") == "head" or values.get("head_id_no") == values["id_no"]
    return "head" if is_head else "member"


def _skills(values: Mapping[str, Any], titles: Titles) -> list[SkillFacts]:
    """What the person has done: the trades of skill, then the trade of the present work.

    Months, level and certificate stand once in a row; they belong to the trade that is named first.
    """
    named = list(values.get("skill") or ())
    certificate = values.get("certificate")
    if not named and certificate:
        named = [certificate]
    skills = [skill_of(title, titles) for title in named]
    if skills:
        more = {"months": values.get("skill_months"), "level": values.get("skill_level"), "certificate": certificate}
        skills[0] = skill_of(named[0], titles, **more, certificate_expires_on=values.get("certificate_expires"))
    trade = values.get("trade")
    if trade and trade not in named:
        skills.append(skill_of(trade, titles, months=values.get("work_months")))
    return skills


def _wishes(values: Mapping[str, Any], titles: Titles) -> WishFacts:
    wanted, refused = values.get("wish_place", _NO_PLACES), values.get("excluded_places", _NO_PLACES)
    returns = values.get("return_places", _NO_PLACES)
    lodging, shift = values.get("wish_lodging", _NO_WISH), values.get("wish_shift", _NO_WISH)
    meals, contract = values.get("wish_meals", _NO_WISH), values.get("wish_contract", _NO_WISH)
    conditions = [
        *(values.get("excluded") or ()),
        *(_NIGHT.get(code, code) for code in shift.refused),
        *contract.refused,
    ]
    return WishFacts(
        wish_places=[{"code": place.code, "text": place.text} for place in wanted.wanted],
        excluded_places=list(dict.fromkeys(place.code for place in (*wanted.refused, *refused.refused))),
        return_places=list(dict.fromkeys(place.code for place in returns.wanted)),
        wish_trades=families_of(values.get("wish_trade") or (), titles),
        excluded_trades=families_of(values.get("excluded_trades") or (), titles),
        excluded_conditions=list(dict.fromkeys(conditions)),
        floor_net_month=values.get("wish_wage") or None,
        hours_week_max=values.get("wish_hours"),
        lodging_needed=lodging.needed,
        lodging_wanted=list(lodging.wanted),
        lodging_acceptable=list(lodging.acceptable),
        shift_wanted=list(shift.wanted),
        shift_acceptable=list(shift.acceptable),
        meals_wanted=[*meals.wanted, *meals.acceptable],
        contract_wanted=[*contract.wanted, *contract.acceptable],
        available_from=values.get("available_from"),
        months_wanted=values.get("wish_months") or None,
        matters_most=list(values.get("matters_most") or ()),
    )


def _said(row: ParsedRow, proxy: str | None) -> tuple[Said | None, Problem | None]:
    """The statement of the row, if it names a scope, a day and who took it down; and what to say about it."""
    values = row.values
    statement = values.get("statement")
    scope = values.get("scope", "not_stated")
    if statement is None or scope == "not_stated":
        return None, None
    stated_on, recorder = statement
    if recorder in _ONESELF or normalise_name(recorder) == values.get("name"):
        return None, Problem("ask", "recorder", "", "recorder_is_oneself", {})
    proxy = proxy or proxy_of(row)
    if proxy:
        return Said(scope, stated_on, recorder, proxy), Problem("note", "recorder", "", "word_of_a_proxy", {})
    return Said(scope, stated_on, recorder), None


def proxy_of(row: ParsedRow) -> str | None:
    """Whose word the row gives where it is not the person's own: head, family, village or other; None for their own."""
    cells = row.cells
    return _proxy_in(cells.get("recorder") or cells.get("collector") or "", cells.get("remark", ""))


@lru_cache(maxsize=65_536)  # a few recorders write thousands of rows
def _proxy_in(recorder: str, remark: str) -> str | None:
    for kind, words in _SPEAKER:
        if re.fullmatch(words, recorder) or re.search(f"(?:{words}){_SPOKE}", f"{recorder}\n{remark}"):
            return kind
    return "other" if _FOR_OTHERS.search(recorder) or _FOR_OTHERS.search(remark) else None
