"""Scores, parts and gates in words. Numbers come from the stored candidate; words are made when they are read."""

from dataclasses import dataclass
from typing import Any

from app.labourers.schemas import PersonFacts
from app.localities.reference import Localities
from app.occupations.labels import level_label, trade_label
from app.shared.formats import number
from app.shared.i18n import LazyText, lazy, translate
from app.shared.labels import category_label, category_labels
from app.vacancies.models import Vacancy

ONE = 1_000_000

SCORE_LABELS = {"skill": lazy("Skill"), "location": lazy("Location"), "willingness": lazy("Willingness")}
PART_LABELS: dict[str, LazyText] = {
    "done_before": lazy("Done before"),
    "affinity": lazy("Nearness of trades"),
    "level": lazy("Level"),
    "traits": lazy("Used to such work"),
    "place_rank": lazy("Own ranking of places"),
    "townsfolk": lazy("Townsfolk there"),
    "door_to_door": lazy("Door to door"),
    "would_return": lazy("Would go back"),
    "net_month": lazy("In hand per month"),
    "net_hour": lazy("In hand per hour"),
    "hours": lazy("Hours a week"),
    "lodging": lazy("Lodging"),
    "shift": lazy("Shift"),
    "trade_wanted": lazy("Trade wanted"),
    "companions": lazy("Companions"),
    "first_cash": lazy("First pay"),
    "length": lazy("Length and start"),
    "meals": lazy("Meals"),
    "contract": lazy("Kind of contract"),
}
GATE_LABELS: dict[str, LazyText] = {
    "declaration": lazy("own statement is current"),
    "scope": lazy("within what the person said"),
    "consent": lazy("consents to be matched"),
    "age": lazy("age allowed by law"),
    "legal_bar": lazy("no bar in law"),
    "vacancy_not_open": lazy("post is open"),
    "vacancy_not_verified": lazy("post is verified"),
    "no_openings": lazy("openings are free"),
    "employer_standing": lazy("employer in good standing"),
    "place_excluded": lazy("place not ruled out"),
    "trade_excluded": lazy("trade not ruled out"),
    "condition_excluded": lazy("conditions acceptable"),
    "lodging_needed": lazy("lodging as needed"),
    "dates": lazy("dates fit"),
    "net_below_floor": lazy("pay reaches the floor"),
    "certificate": lazy("certificate held"),
}
FAILED_GATES: dict[str, LazyText] = {
    "declaration": lazy("no current statement of their own"),
    "scope": lazy("farther than the person said"),
    "consent": lazy("no consent to be matched"),
    "age": lazy("too young by law"),
    "legal_bar": lazy("barred by law"),
    "vacancy_not_open": lazy("the post is not open"),
    "vacancy_not_verified": lazy("the post is not verified"),
    "no_openings": lazy("no opening is free"),
    "employer_standing": lazy("the employer is not in good standing"),
    "place_excluded": lazy("the person does not want to go there"),
    "trade_excluded": lazy("the person does not want this trade"),
    "condition_excluded": lazy("conditions the person does not accept"),
    "lodging_needed": lazy("no lodging, which the person needs"),
    "dates": lazy("the dates do not overlap"),
    "net_below_floor": lazy("pay is below the person's floor"),
    "certificate": lazy("the required certificate is missing"),
}
# Why a person is in no run although they may be matched, so that no place they refuse is lost.
LEFT_OUT: dict[str, LazyText] = {
    "refuses_every_place": lazy("every place is refused: ask where the person would go"),
    "refuses_too_many_places": lazy("more places are refused than can be kept apart: write the larger place instead"),
}
PLACE_RANKS = {ONE: lazy("first wish"), 850_000: lazy("second wish"), 700_000: lazy("third wish")}


@dataclass(frozen=True)
class Pairing:
    """One labourer and one post, as far as words need them."""

    person: PersonFacts
    vacancy: Vacancy
    place_name: str
    localities: Localities

    @property
    def months_done(self) -> int:
        """Months in the post's trade family, the longest entry."""
        same = [one.months or 0 for one in self.person.skills if one.trade_family == self.vacancy.trade_family]
        return max(same, default=0)

    def place_words(self, codes: list[str]) -> str:
        named = [self.localities.name(code) or category_label(code, "place_classes") for code in codes]
        return "、".join(named)


def asked_and_offered(pairing: Pairing, part: str) -> tuple[str, str]:
    """What the person asked for and what the post offers on one part; empty where silent."""
    wishes, vacancy, person = pairing.person.wishes, pairing.vacancy, pairing.person
    skills = "、".join(one.title for one in person.skills)
    asked_offered: dict[str, tuple[Any, Any]] = {
        "done_before": (skills, trade_label(vacancy.trade_family)),
        "affinity": (skills, vacancy.title),
        "level": (
            "、".join(level_label(one.level) for one in person.skills if one.level),
            level_label(vacancy.required_level),
        ),
        "traits": (category_labels(person.traits_done, "traits"), category_labels(vacancy.traits, "traits")),
        "place_rank": (pairing.place_words([one["code"] for one in wishes.wish_places]), pairing.place_name),
        "would_return": (pairing.place_words(wishes.return_places), pairing.place_name),
        "door_to_door": ("", pairing.place_name),
        "net_month": (_yuan(wishes.floor_net_month), _yuan(vacancy.net_month_low)),
        "net_hour": ("", _yuan_of_fen(vacancy.net_hour_low)),
        "hours": (_range(wishes.hours_week_min, wishes.hours_week_max), vacancy.hours_week or ""),
        "lodging": (
            category_labels([*wishes.lodging_wanted, *wishes.lodging_acceptable], "lodging"),
            category_label(vacancy.lodging, "lodging"),
        ),
        "shift": (
            category_labels([*wishes.shift_wanted, *wishes.shift_acceptable], "shift"),
            category_label(vacancy.shift, "shift"),
        ),
        "trade_wanted": ("、".join(map(trade_label, wishes.wish_trades)), trade_label(vacancy.trade_family)),
        "first_cash": ("", translate("%(n)s days", n=vacancy.first_pay_days) if vacancy.first_pay_days else ""),
        "length": (_months(wishes.months_wanted), _months(vacancy.months)),
        "meals": (category_labels(wishes.meals_wanted, "meals"), category_label(vacancy.meals, "meals")),
        "contract": (
            category_labels(wishes.contract_wanted, "contract_kind"),
            category_label(vacancy.contract_kind, "contract_kind"),
        ),
    }
    asked, offered = asked_offered.get(part, ("", ""))
    return str(asked), str(offered)


def _yuan(amount: int | None) -> str:
    return "" if amount is None else number(amount)


def _yuan_of_fen(fen: int | None) -> str:
    return "" if fen is None else f"{fen / 100:.2f}"


def _range(low: int | None, high: int | None) -> str:
    if low is None and high is None:
        return ""
    return f"{low}–{high}" if low is not None and high is not None else f"≥ {low}" if high is None else f"≤ {high}"


def _months(months: int | None) -> str:
    return translate("%(n)s months", n=months) if months else ""


def reasons(pairing: Pairing, values: dict[str, int], weights: dict[str, int]) -> tuple[list[LazyText], list[LazyText]]:
    """Sentences for what speaks for the pair and what against, strongest first; parts without weight say nothing."""
    strongest = sorted(values, key=lambda name: -weights[name] * values[name])
    heaviest = sorted(values, key=lambda name: -weights[name])
    fors = [_for(pairing, part, values[part]) for part in strongest if weights[part]]
    againsts = [_against(pairing, part) for part in heaviest if weights[part] and values[part] == 0]
    return [one for one in fors if one], [one for one in againsts if one]


def _for(pairing: Pairing, part: str, value: int) -> LazyText | None:
    wishes, vacancy = pairing.person.wishes, pairing.vacancy
    if value <= 0:
        return None
    if part == "done_before" and pairing.months_done:
        return lazy("did %(trade)s for %(n)s months", trade=trade_label(vacancy.trade_family), n=pairing.months_done)
    if part == "place_rank":
        rank = PLACE_RANKS.get(value, lazy("in a wished region"))
        return lazy("%(place)s: %(rank)s", place=pairing.place_name, rank=rank)
    if part == "net_month" and wishes.floor_net_month and vacancy.net_month_low:
        above = vacancy.net_month_low - wishes.floor_net_month
        return lazy("in hand %(above)s yuan above the own floor", above=number(above)) if above > 0 else None
    simple = {
        "lodging": lazy("lodging suits: %(what)s", what=category_label(vacancy.lodging, "lodging")),
        "shift": lazy("shift suits: %(what)s", what=category_label(vacancy.shift, "shift")),
        "trade_wanted": lazy("a wanted trade: %(what)s", what=trade_label(vacancy.trade_family)),
        "would_return": lazy("would go back to %(what)s", what=pairing.place_name),
        "meals": lazy("meals suit: %(what)s", what=category_label(vacancy.meals, "meals")),
        "contract": lazy("contract as wanted: %(what)s", what=category_label(vacancy.contract_kind, "contract_kind")),
        "hours": lazy("%(what)s hours a week, about as wanted", what=vacancy.hours_week),
        "first_cash": lazy("first pay after %(what)s days", what=vacancy.first_pay_days),
    }
    if vacancy.required_level:
        simple["level"] = lazy("has the level asked for")
    high_enough = value >= ONE // 2
    if part == "affinity":
        return lazy("trades are near: %(value)s", value=f"{value / ONE:.2f}") if ONE * 7 // 10 <= value < ONE else None
    return simple.get(part) if high_enough else None


def _against(pairing: Pairing, part: str) -> LazyText | None:
    vacancy = pairing.vacancy
    return {
        "done_before": lazy("has not done this trade"),
        "place_rank": lazy("not among the wished places"),
        "net_month": lazy("pay is not above the floor"),
        "hours": lazy("%(what)s hours a week, far from what is wanted", what=vacancy.hours_week),
        "lodging": lazy("lodging not as wanted: %(what)s", what=category_label(vacancy.lodging, "lodging")),
        "shift": lazy("shift not as wanted: %(what)s", what=category_label(vacancy.shift, "shift")),
        "trade_wanted": lazy("not a trade the person asked for"),
        "contract": lazy(
            "contract not as wanted: %(what)s", what=category_label(vacancy.contract_kind, "contract_kind")
        ),
    }.get(part)
