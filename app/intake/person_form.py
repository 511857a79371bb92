"""The form that registers one person: the columns of the demand list's own template, asked in the order of a talk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.intake.fields import fields
from app.intake.homes import homes as homes_of
from app.intake.one_row import joined
from app.localities.reference import TOWNSHIP, Localities
from app.occupations.reference import SKILL_LEVELS
from app.permissions import Actor
from app.shared.categories import categories
from app.shared.i18n import LazyText, current_locale, lazy

BOXES: Final = "boxes"


@dataclass(frozen=True)
class Entry:
    """One question. ``options`` names a category list; its Chinese word is what a cell of the sheet would hold."""

    key: str
    kind: str = "text"  # text, choice, boxes, day
    options: str = ""
    width: str | None = "mid"
    check: str | None = None
    hint: LazyText | None = None
    unit: LazyText | None = None
    most: int | None = None


@dataclass(frozen=True)
class Section:
    """Questions that belong together; ``open`` ones are shown at once."""

    title: LazyText
    entries: tuple[Entry, ...]
    hint: LazyText | None = None
    is_open: bool = True


_MONTHS: Final = lazy("months")
_YUAN: Final = lazy("yuan a month")
_SEVERAL: Final = lazy("Several in their order, with commas between.")

SECTIONS: Final = (
    Section(
        lazy("Person"),
        (
            Entry("name"),
            Entry("id_no", check="id_no", hint=lazy("Sex and day of birth are read from it.")),
            Entry("phone", check="phone"),
            Entry("township", "choice", "townships"),
            Entry("village"),
            Entry("relation", "choice", "relation"),
            Entry("household_no", hint=lazy("As in the register, if there is one.")),
            Entry("education", "choice", "education"),
        ),
    ),
    Section(
        lazy("Work and skills"),
        (
            Entry("employment_status", "choice", "employment_status"),
            Entry("work_ability", "choice", "work_ability"),
            Entry("skill", hint=lazy("What the person has done or learnt. Several with commas between.")),
            Entry("skill_months", width="short", unit=_MONTHS),
            Entry("skill_level", "choice", "skill_levels"),
            Entry("certificate"),
            Entry("certificate_expires", "day", width="short"),
        ),
    ),
    Section(
        lazy("Work now or last"),
        (
            Entry("employer"),
            Entry("work_place", hint=lazy("Down to the county or district.")),
            Entry("trade"),
            Entry("work_months", width="short", unit=_MONTHS),
            Entry("monthly_wage", width="short", unit=_YUAN),
            Entry("channel", "choice", "channel"),
        ),
        is_open=False,
    ),
    Section(
        lazy("What the person asks for"),
        (
            Entry("wish_place", hint=_SEVERAL),
            Entry("wish_trade", hint=_SEVERAL),
            Entry("wish_wage", width="short", unit=_YUAN),
            Entry("wish_hours", width="short", unit=lazy("hours")),
            Entry("wish_lodging", BOXES, "lodging"),
            Entry("wish_shift", BOXES, "shift"),
            Entry("wish_meals", BOXES, "meals"),
            Entry("wish_contract", BOXES, "contract_kind"),
            Entry("available_from", "day", width="short"),
            Entry("wish_months", width="short", unit=_MONTHS),
            Entry("matters_most", BOXES, "matters_most", most=3),
        ),
        hint=lazy("Only what the person says. What is left empty stays “not stated” and never counts against anybody."),
    ),
    Section(
        lazy("What the person refuses"),
        (
            Entry("excluded_places", hint=lazy("Several with commas between.")),
            Entry("excluded_trades", hint=lazy("Several with commas between.")),
            Entry("excluded", BOXES, "traits"),
            Entry("return_places", hint=lazy("Several with commas between.")),
            Entry("wish_training", BOXES, "training_wishes"),
        ),
        is_open=False,
    ),
)
ENTRIES: Final = tuple(entry for section in SECTIONS for entry in section.entries)
CARRIED_ON: Final = ("township", "village")
"""What the next person of the same visit very likely shares; everything else is asked anew."""


def labels() -> dict[str, str]:
    """The names of the fields as in the template, in the reader's language."""
    chinese = current_locale().startswith("zh")
    return {entry.key: fields()[entry.key].zh if chinese else fields()[entry.key].en for entry in ENTRIES}


def sections(townships: Sequence[str], errors: Mapping[str, Any], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The form as the template draws it. A folded section with something in it is open."""
    names = labels()
    return [
        {
            "title": section.title,
            "hint": section.hint,
            "is_open": section.is_open
            or any(values.get(entry.key) or entry.key in errors for entry in section.entries),
            "entries": [_drawn(entry, names[entry.key], townships) for entry in section.entries],
        }
        for section in SECTIONS
    ]


def townships_of(localities: Localities, actor: Actor) -> list[str]:
    """The townships of the county a post reaches, by name."""
    homes = homes_of(actor.organisation_locality, actor.scope)
    return [
        one.name
        for one in localities.divisions.values()
        if one.level == TOWNSHIP and one.parent_code == homes.county and homes.is_inside(one.code)
    ]


def _drawn(entry: Entry, label: str, townships: Sequence[str]) -> dict[str, Any]:
    return {
        "key": entry.key,
        "label": label,
        "kind": entry.kind,
        "options": _options(entry.options, townships) if entry.options else [],
        "width": entry.width,
        "check": entry.check,
        "hint": entry.hint,
        "unit": entry.unit,
        "most": entry.most,
        "required": fields()[entry.key].required,
    }


def _options(name: str, townships: Sequence[str]) -> list[dict[str, Any]]:
    """Choices of a question. Each value is the Chinese word a cell would hold."""
    if name == "townships":
        return [{"value": one, "label": one} for one in townships]
    if name == "relation":
        return [
            {"value": "户主", "label": lazy("head of household")},
            {"value": "家庭成员", "label": lazy("member")},
        ]
    locale = current_locale()
    if name == "skill_levels":
        return [{"value": one.zh, "label": one.zh if locale.startswith("zh") else one.en} for one in SKILL_LEVELS]
    none = lazy("not needed") if name in ("lodging", "meals") else None  # asked of a person, not of a vacancy
    return [
        {"value": one.zh, "label": none if none and one.code == "none" else one.label(locale)}
        for one in categories(name).values
    ]


def texts_of(form: Any) -> dict[str, Any]:
    """What was typed and ticked, by field: text, or the list of ticked values."""
    return {
        entry.key: form.getlist(entry.key) if entry.kind == BOXES else str(form.get(entry.key, "")).strip()
        for entry in ENTRIES
    }


def cells_of(values: Mapping[str, Any]) -> dict[str, str]:
    """The same as cells of a sheet."""
    return {key: joined(value) if isinstance(value, list) else value for key, value in values.items()}
