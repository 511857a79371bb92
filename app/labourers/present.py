"""Rows of the demand list and a person's case as the templates want them: words and tags, nothing decided."""

from dataclasses import dataclass
from typing import Any

from app.labourers import service
from app.labourers.models import Household, Labourer, LabourerChange, LabourerSkill
from app.labourers.schemas import PersonFacts
from app.localities.reference import Localities
from app.occupations.labels import level_label, trade_label
from app.permissions import Actor, Role
from app.shared.encryption import KeyRing
from app.shared.formats import masked_id, masked_name, masked_phone, number
from app.shared.i18n import LazyText, lazy, translate
from app.shared.labels import category_label, category_labels

CUSTODY_ROLES = frozenset({Role.COUNTY_OFFICER, Role.TOWNSHIP_OFFICER})
STANDING_TAGS = {
    "current": (lazy("can be matched"), "good"),
    "expired": (lazy("ask again: statement expired"), "warn"),
    "not_stated": (lazy("ask: nothing stated"), "warn"),
    "in_review": (lazy("waits for a second look"), "warn"),
}
CHANNELS = {
    "self_code": lazy("by own code"),
    "in_person": lazy("in person"),
    "register_row": lazy("from the register"),
    "proxy": lazy("by a proxy, opens nothing"),
}


CHANGE_LABELS = {
    "name": lazy("Name"),
    "id_no": lazy("Identity number"),
    "phone": lazy("Phone"),
    "locality_code": lazy("Home"),
    "village_name": lazy("Village"),
}
# The reasons that programs give; a person's are in their own words.
CHANGE_REASONS = {"import": lazy("from a sheet"), "import_undone": lazy("a sheet was taken back")}


@dataclass(frozen=True)
class Words:
    """What turning codes into words needs: who is looking, the keys, the places."""

    actor: Actor
    keys: KeyRing
    localities: Localities

    def name(self, labourer: Labourer) -> str:
        """The full name for the office that has custody, masked for everybody else."""
        plain = service.name_of(self.keys, labourer)
        return plain if self.actor.role in CUSTODY_ROLES else masked_name(plain)

    def place(self, code: str) -> str:
        """A division or a place class in words."""
        name = self.localities.name(code)
        return name or category_label(code, "place_classes")

    def places(self, codes: list[str]) -> str:
        return "、".join(self.place(code) for code in codes)


def is_available(standing: str, scope: str | None) -> bool:
    """Whether the person can be matched by their own current word."""
    return standing == "current" and scope != "not_now"


def is_told(standing: str, scope: str | None) -> bool:
    """Whether an officer reads what was said and when: what counts, or counted to its last day, and was no "no"."""
    return standing in ("current", "expired") and scope != "not_now"


def availability_tag(standing: str, scope: str | None) -> dict[str, Any]:
    """How an officer reads it: "not now", a word taken back and a limit look alike: "not available", no more (V4)."""
    told = "not_available" if standing == "current" and not is_available(standing, scope) else standing
    text, kind = STANDING_TAGS.get(told, (lazy("not available"), "plain"))
    return {"text": text, "kind": kind}


def list_row(words: Words, row: Any, skills: list[LabourerSkill]) -> dict[str, Any]:
    """One line of the demand list."""
    labourer, entry = row.Labourer, row.DemandListEntry
    trades = [skill_words(skill) for skill in skills]
    months = max((skill.months or 0 for skill in skills), default=0)
    return {
        "uuid": labourer.uuid,
        "name": words.name(labourer),
        "place": " · ".join(part for part in (row.place_name, labourer.village_name) if part),
        "trade": "、".join(trades) or None,
        "months": months or None,
        "wish": "、".join(words.place(one["code"]) for one in entry.wish_places) or None,
        "scope": category_label(row.scope, "scope") if is_available(row.standing, row.scope) else "",
        "floor": entry.floor_net_month,
        "stated": row.stated_on if is_told(row.standing, row.scope) else None,
        "status": category_label(labourer.employment_status, "employment_status") or None,
        "state": availability_tag(row.standing, row.scope),
    }


def skill_words(skill: LabourerSkill) -> str:
    """缝纫工（平车） 中级 — as written, with level; the family where nothing was written."""
    name = skill.title or trade_label(skill.trade_family)
    level = level_label(skill.level)
    return f"{name} {level}".strip()


def _wish_text(words: Words, facts: PersonFacts) -> str | None:
    ranked = " > ".join(words.place(one["code"]) for one in facts.wishes.wish_places)
    return ranked or None


def _hours(facts: PersonFacts) -> str | None:
    low, high = facts.wishes.hours_week_min, facts.wishes.hours_week_max
    if low is None and high is None:
        return None
    return f"{low or ''}–{high or ''}".strip("–") if low else f"≤ {high}"


def _joined(wanted: list[str], acceptable: list[str], name: str) -> str | None:
    texts = [category_labels(wanted, name)] if wanted else []
    if acceptable:
        texts.append(translate("acceptable: %(what)s", what=category_labels(acceptable, name)))
    return "；".join(texts) or None


def _fact(label: LazyText, value: Any, **more: Any) -> dict[str, Any]:
    return {"label": label, "value": value or None, **more}


def fact_groups(words: Words, facts: PersonFacts, statement: Any) -> list[dict[str, Any]]:
    """The five facts and the wishes of a case, each with what is known of its source."""
    own = lazy("own word, %(day)s", day=statement.stated_on) if statement else None
    scope = category_label(statement.scope, "scope") if statement else None
    work = " · ".join(part for part in (facts.work_place_text, facts.work_employer) if part)
    return [
        {
            "title": lazy("Five facts"),
            "facts": [
                _fact(lazy("Willingness"), scope, source=own),
                _fact(lazy("Employment"), category_label(facts.employment_status, "employment_status")),
                _fact(lazy("Place of work"), work),
                _fact(lazy("Capacity"), category_label(facts.work_ability, "work_ability")),
                _fact(lazy("Skills"), "、".join(_skill_fact(one) for one in facts.skills)),
            ],
        },
        {"title": lazy("Wishes, by own word"), "facts": _wish_facts(words, facts, own)},
    ]


def _skill_fact(skill: Any) -> str:
    months = translate("%(n)s months", n=skill.months) if skill.months else ""
    return " ".join(part for part in (skill_words(skill), skill.certificate or "", months) if part)


def _wish_facts(words: Words, facts: PersonFacts, own: LazyText | None) -> list[dict[str, Any]]:
    wishes = facts.wishes
    floor = number(wishes.floor_net_month) if wishes.floor_net_month else None
    return [
        _fact(lazy("Places, in order"), _wish_text(words, facts), source=own),
        _fact(lazy("Not to"), words.places(wishes.excluded_places)),
        _fact(lazy("Would go back to"), words.places(wishes.return_places)),
        _fact(lazy("Trades"), "、".join(trade_label(code) for code in wishes.wish_trades)),
        _fact(lazy("No work in"), "、".join(trade_label(code) for code in wishes.excluded_trades)),
        _fact(lazy("Not acceptable"), category_labels(wishes.excluded_conditions, "traits")),
        _fact(lazy("In hand, at least"), floor, unit=lazy("yuan a month")),
        _fact(lazy("Hours a week"), _hours(facts)),
        _fact(lazy("Lodging"), _joined(wishes.lodging_wanted, wishes.lodging_acceptable, "lodging")),
        _fact(lazy("Shift"), _joined(wishes.shift_wanted, wishes.shift_acceptable, "shift")),
        _fact(lazy("Meals"), category_labels(wishes.meals_wanted, "meals")),
        _fact(lazy("Contract"), category_labels(wishes.contract_wanted, "contract_kind")),
        _fact(lazy("Can leave from"), wishes.available_from.isoformat() if wishes.available_from else None),
        _fact(lazy("For months"), wishes.months_wanted),
        _fact(lazy("Matters most"), category_labels(wishes.matters_most, "matters_most")),
    ]


def identity_facts(words: Words, labourer: Labourer, household: Household | None) -> list[dict[str, Any]]:
    """Who the person is, masked."""
    id_no, phone = service.id_no_of(words.keys, labourer), service.phone_of(words.keys, labourer)
    return [
        _fact(lazy("Identity number"), masked_id(id_no)),
        _fact(lazy("Phone"), masked_phone(phone) if phone else None),
        _fact(lazy("Home"), " · ".join(filter(None, (words.place(labourer.locality_code), labourer.village_name)))),
        _fact(lazy("Household"), household.household_no if household else None),
        _fact(lazy("Relation"), lazy("head of household") if labourer.relation == "head" else lazy("member")),
        _fact(lazy("Schooling"), category_label(labourer.education, "education")),
    ]


def change_event(change: LabourerChange) -> dict[str, Any]:
    """A correction for the timeline: which facts and why; values of identity fields are not kept."""
    named = [str(label) for name, label in CHANGE_LABELS.items() if name in change.changes]
    if change.changes.keys() - CHANGE_LABELS.keys():
        named.append(translate("other facts"))
    why = CHANGE_REASONS.get(change.reason, change.reason)
    return {"at": change.at, "what": lazy("Corrected: %(what)s", what=", ".join(named)), "who": None, "why": why}
