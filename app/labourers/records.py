"""From plain facts to table rows: the one place where identity fields are sealed."""

from collections.abc import Callable
from dataclasses import fields
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from app.errors import Invalid
from app.labourers.models import LabourerSkill
from app.labourers.schemas import MOST_EXCLUDED_PLACES, PersonFacts, SkillFacts, WishFacts
from app.shared.encryption import KeyRing
from app.shared.i18n import N_
from app.shared.names import name_tokens, normalise_name

TOO_MANY_REFUSED = N_(
    "At most %(most)s places a person refuses can be kept apart. Write the larger place, such as the province instead "
    "of its cities, so that none is lost."
)
IDENTITY_FIELDS = ("name", "id_no", "phone")
PLAIN_FIELDS = (
    "birth_on", "sex", "locality_code", "relation", "person_no", "village_name", "education", "work_ability",
    "employment_status", "employment_channel", "work_employer", "work_place_text", "work_place_code", "work_months",
    "monthly_wage", "work_started_on", "work_ended_on", "traits_done", "wish_training",
)  # fmt: skip
WISH_FIELDS = (
    "wish_places", "excluded_places", "return_places", "wish_trades", "excluded_trades", "excluded_conditions",
    "floor_net_month", "hours_week_min", "hours_week_max", "lodging_needed", "lodging_wanted", "lodging_acceptable",
    "shift_wanted", "shift_acceptable", "meals_wanted", "contract_wanted", "available_from", "months_wanted",
    "matters_most",
)  # fmt: skip


def token_maker(keys: KeyRing) -> Callable[[str], list[int]]:
    """A function from a name to its sorted search tokens that hashes each distinct token once."""
    token = lru_cache(maxsize=100_000)(keys.token)

    def tokens(name: str) -> list[int]:
        return sorted(token(kind, value) for kind, value in name_tokens(name))

    return tokens


def sealed_identity(
    keys: KeyRing, uuid: UUID, facts: PersonFacts, tokens: Callable[[str], list[int]]
) -> dict[str, Any]:
    """The identity columns of one labourer: cipher texts, blind indexes, search tokens."""
    name = normalise_name(facts.name)
    return {
        "name_cipher": keys.encrypt("labourer.name", uuid, name),
        "name_tokens": tokens(name),
        "id_no_cipher": keys.encrypt("labourer.id_no", uuid, facts.id_no),
        "id_no_index": keys.blind_index("id_no", facts.id_no),
        "phone_cipher": keys.encrypt("labourer.phone", uuid, facts.phone) if facts.phone else None,
        "phone_index": keys.blind_index("phone", facts.phone) if facts.phone else None,
    }


def labourer_row(
    keys: KeyRing, organisation_id: int, facts: PersonFacts, tokens: Callable[[str], list[int]]
) -> dict[str, Any]:
    """All columns of a new labourer but its ids in other tables."""
    uuid = uuid4()
    row: dict[str, Any] = {"uuid": uuid, "organisation_id": organisation_id}
    row.update(sealed_identity(keys, uuid, facts, tokens))
    row.update({name: getattr(facts, name) for name in PLAIN_FIELDS})
    return row


def household_row(keys: KeyRing, organisation_id: int, facts: PersonFacts) -> dict[str, Any]:
    """The household a person's line names; the head's identity is sealed like the person's own."""
    uuid = uuid4()

    def sealed(name: str, value: str | None) -> bytes | None:
        return keys.encrypt(f"household.{name}", uuid, value) if value else None

    return {
        "uuid": uuid,
        "organisation_id": organisation_id,
        "household_no": facts.household_no,
        "township_code": facts.locality_code,
        "village_name": facts.village_name,
        "head_name_cipher": sealed("head_name", normalise_name(facts.head_name) if facts.head_name else None),
        "head_id_no_cipher": sealed("head_id_no", facts.head_id_no),
        "head_phone_cipher": sealed("head_phone", facts.head_phone),
    }


def refuse_lost_places(facts: PersonFacts) -> None:
    """Raises Invalid (422) for more refused places than can be kept apart; rows of a sheet are checked before."""
    if len(facts.wishes.excluded_places) > MOST_EXCLUDED_PLACES:
        raise Invalid(TOO_MANY_REFUSED, fields={"excluded_places": N_("Too many.")}, most=MOST_EXCLUDED_PLACES)


def wish_row(facts: PersonFacts) -> dict[str, Any]:
    """The wishes as columns of the demand-list entry."""
    return {name: getattr(facts.wishes, name) for name in WISH_FIELDS}


def skill_rows(facts: PersonFacts) -> list[dict[str, Any]]:
    """The skills, numbered in the person's own order."""
    return [
        {
            "position": position,
            "title": skill.title,
            "trade_family": skill.trade_family,
            "occupation_code": skill.occupation_code,
            "coding_confidence": skill.coding_confidence,
            "months": skill.months,
            "level": skill.level,
            "certificate": skill.certificate,
            "certificate_expires_on": skill.certificate_expires_on,
        }
        for position, skill in enumerate(facts.skills)
    ]


def skill_facts(skill: LabourerSkill) -> SkillFacts:
    """A stored skill in plain values."""
    return SkillFacts(**{field.name: getattr(skill, field.name) for field in fields(SkillFacts)})


def wish_facts(values: dict[str, Any]) -> WishFacts:
    """Stored wishes in plain values."""
    return WishFacts(**values)


def differences(before: PersonFacts, after: PersonFacts) -> dict[str, list[Any]]:
    """Field → [old, new] of what changed, JSON-ready; identity fields by name only, their values stay sealed."""
    old, new = _flat(before), _flat(after)
    return {
        name: ["•", "•"] if name in IDENTITY_FIELDS else [_plain(old[name]), _plain(new[name])]
        for name in old
        if old[name] != new[name]
    }


def _flat(facts: PersonFacts) -> dict[str, Any]:
    flat = {name: getattr(facts, name) for name in (*IDENTITY_FIELDS, *PLAIN_FIELDS, "household_no")}
    flat.update(wish_row(facts))
    flat["skills"] = skill_rows(facts)
    return flat


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list) else value
