"""The form that corrects one post: the columns of the supply sheet, filled with what a row of it would have held.

What is typed is read like a row. Only what the typed row says otherwise than the row of before changes the post, so
that a corrected typo touches nothing else, whatever was read from finer words than the form can show.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from app.intake.adverts.values import CHOICES
from app.intake.fields import fields
from app.intake.person_form import BOXES, Entry, Section
from app.shared.categories import categories
from app.shared.i18n import current_locale, lazy
from app.vacancies.models import Vacancy
from app.vacancies.schemas import VacancyFacts

LONG: Final = "long"
NEXT_MONTH: Final = 30
INSURED: Final = "五险"
# Lines that the reading of a row adds to the description, by the field they come from.
LINES: Final = {"v_age": "年龄要求：", "v_insurance": "社保："}


def _choice(key: str) -> Entry:
    return Entry(key, "choice", CHOICES[key])


SECTIONS: Final = (
    Section(
        lazy("Work"),
        (
            Entry("v_title"),
            Entry("v_headcount", width="short", hint=lazy("A number. Without one (若干) the post cannot open.")),
            Entry("v_place", hint=lazy("Down to the county or district.")),
            Entry("v_address", width=None),
            Entry("v_certificate", width=None),
            Entry("v_age"),
            Entry("v_traits", BOXES, "traits"),
            Entry("v_description", LONG),
        ),
    ),
    Section(
        lazy("Pay"),
        (
            Entry("v_wage", width=None, hint=lazy("In the employer's words, with its unit: 5500-7000元/月.")),
            Entry("v_base_pay", width="short"),
            _choice("v_pay_basis"),
            Entry("v_pay_day", hint=lazy("Such as 次月15日.")),
            Entry("v_bounty", width=None),
            Entry("v_fees", width=None, hint=lazy("Whatever the person has to pay, before or after.")),
        ),
    ),
    Section(
        lazy("Hours and living"),
        (
            Entry("v_hours_week", width="short"),
            _choice("v_rest"),
            _choice("v_shift"),
            _choice("v_lodging"),
            Entry("v_lodging_cost", width="short"),
            Entry("v_utilities_cost", width="short"),
            _choice("v_meals"),
            Entry("v_meal_cost", width="short"),
        ),
    ),
    Section(
        lazy("Contract"),
        (
            _choice("v_contract"),
            Entry("v_agency"),
            Entry("v_insurance", width=None, hint=lazy("In the employer's words, such as 五险.")),
            Entry("v_start", "day", width="short"),
            Entry("v_end", "day", width="short"),
            Entry("v_months", width="short"),
        ),
    ),
)
ENTRIES: Final = tuple(entry for section in SECTIONS for entry in section.entries)
NEVER_EMPTY: Final = "v_title"


def labels() -> dict[str, str]:
    """The names of the fields as in the template, in the reader's language."""
    chinese = current_locale().startswith("zh")
    return {entry.key: fields()[entry.key].zh if chinese else fields()[entry.key].en for entry in ENTRIES}


def cells_of(vacancy: Vacancy, company: str) -> dict[str, str]:
    """The post as a row of the supply sheet."""
    description, lines = _description(vacancy.description)
    values: dict[str, Any] = {
        "v_company": company,
        "v_title": vacancy.title,
        "v_headcount": vacancy.openings_text or vacancy.openings,
        "v_place": vacancy.place_text,
        "v_address": vacancy.address,
        "v_certificate": vacancy.required_certificate,
        "v_age": lines.get("v_age"),
        "v_traits": "、".join(categories("traits")[code].zh for code in vacancy.traits),
        "v_description": description,
        "v_wage": vacancy.pay_text,
        "v_base_pay": vacancy.base_month,
        "v_pay_day": _pay_day(vacancy),
        "v_bounty": vacancy.bounty_text,
        "v_fees": vacancy.fees_text,
        "v_hours_week": vacancy.hours_week,
        "v_lodging_cost": vacancy.lodging_cost,
        "v_utilities_cost": vacancy.utilities_cost,
        "v_meal_cost": vacancy.meal_cost,
        "v_agency": vacancy.agency_name,
        "v_insurance": lines.get("v_insurance") or (INSURED if vacancy.insurance else None),
        "v_start": vacancy.starts_on and vacancy.starts_on.isoformat(),
        "v_end": vacancy.ends_on and vacancy.ends_on.isoformat(),
        "v_months": vacancy.months,
        **{key: _word(getattr(vacancy, _COLUMNS[key]), name) for key, name in CHOICES.items()},
    }
    return {key: "" if value is None else str(value) for key, value in values.items()}


_COLUMNS: Final = {
    "v_pay_basis": "pay_basis", "v_rest": "rest", "v_shift": "shift", "v_lodging": "lodging", "v_meals": "meals",
    "v_contract": "contract_kind",
}  # fmt: skip


def _word(code: str | None, list_name: str) -> str | None:
    return categories(list_name)[code].zh if code else None


def _description(text: str | None) -> tuple[str, dict[str, str]]:
    """The description without the lines that were added to it, and those by their field."""
    plain, lines = [], {}
    for line in (text or "").split("\n"):
        field = next((key for key, start in LINES.items() if line.startswith(start)), None)
        if field is None or field in lines:
            plain.append(line)
        else:
            lines[field] = line.removeprefix(LINES[field])
    return "\n".join(plain), lines


def _pay_day(vacancy: Vacancy) -> str | None:
    if vacancy.pay_cycle == "next_month" and (vacancy.first_pay_days or 0) > NEXT_MONTH:
        return f"次月{(vacancy.first_pay_days or 0) - NEXT_MONTH}日"
    return _word(vacancy.pay_cycle, "pay_cycle")


def texts_of(form: Any, before: Mapping[str, str]) -> dict[str, str]:
    """What was typed and ticked, as cells. What the form does not ask stays as it was."""
    typed = {
        entry.key: "、".join(map(str, form.getlist(entry.key)))
        if entry.kind == BOXES
        else str(form.get(entry.key, "")).replace("\r\n", "\n").strip()
        for entry in ENTRIES
    }
    return {**before, **typed}


def merged(stored: VacancyFacts, before: VacancyFacts, typed: VacancyFacts) -> VacancyFacts:
    """The stored terms with what the typed row says otherwise than the row of before."""
    changed = {name: value for name, value in vars(typed).items() if value != getattr(before, name)}
    return replace(stored, **changed)


def sections(values: Mapping[str, str]) -> list[dict[str, Any]]:
    """The form as the template draws it."""
    names = labels()
    return [
        {
            "title": section.title,
            "entries": [
                {
                    "key": entry.key,
                    "label": names[entry.key],
                    "kind": entry.kind,
                    "options": _options(entry.options) if entry.options else [],
                    "value": values[entry.key].split("、") if entry.kind == BOXES else values[entry.key],
                    "hint": entry.hint,
                    "width": entry.width,
                    "required": entry.key == NEVER_EMPTY,
                }
                for entry in section.entries
            ],
        }
        for section in SECTIONS
    ]


def _options(name: str) -> list[dict[str, str]]:
    locale = current_locale()
    return [{"value": one.zh, "label": one.label(locale)} for one in categories(name).values]
