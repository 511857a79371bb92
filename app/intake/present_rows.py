"""Rows of a sheet as the templates want them: what is wrong and where, what would change field by field."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from app.intake import service
from app.intake.fields import fields
from app.intake.models import ImportBatch, ImportRow
from app.intake.present import cause_text, field_label
from app.intake.row_texts import opened
from app.intake.service import Cell
from app.labourers.present import skill_words
from app.labourers.schemas import SkillFacts
from app.localities.reference import Localities
from app.occupations.labels import occupation_label, trade_label
from app.shared.encryption import KeyRing
from app.shared.i18n import lazy, translate
from app.shared.labels import category_label, category_labels

MARK: Final = "."
NAMED_BY: Final = {"demand": ("name",), "supply": ("v_company", "v_title")}
NUMBERS: Final = frozenset({"number_text", "phone", "amount", "months", "headcount", "hours_week", "hours_day"})

# Field of a record → the column of the template it comes from, where the names differ.
COLUMN_OF: Final = {
    "birth_on": "birth_date", "locality_code": "township", "village_name": "village", "employment_channel": "channel",
    "work_employer": "employer", "work_place_text": "work_place", "work_started_on": "start", "work_ended_on": "end",
    "wish_places": "wish_place", "wish_trades": "wish_trade", "excluded_conditions": "excluded",
    "floor_net_month": "wish_wage", "hours_week_max": "wish_hours", "lodging_wanted": "wish_lodging",
    "shift_wanted": "wish_shift", "meals_wanted": "wish_meals", "contract_wanted": "wish_contract",
    "months_wanted": "wish_months", "skills": "skill",
}  # fmt: skip
COLUMN_OF_POST: Final = {
    "openings": "v_headcount", "locality_code": "v_place", "pay_text": "v_wage", "base_month": "v_base_pay",
    "pay_cycle": "v_pay_day", "contract_kind": "v_contract", "agency_name": "v_agency", "fees_text": "v_fees",
    "bounty_text": "v_bounty", "starts_on": "v_start", "ends_on": "v_end", "required_certificate": "v_certificate",
}  # fmt: skip
OTHER_LABELS: Final = {
    "statement": lazy("Own word"), "on_list": lazy("On the list"), "trade_family": lazy("Trade family"),
    "occupation_code": lazy("Occupation"), "pay_min": lazy("Pay from (yuan)"), "pay_max": lazy("Pay to (yuan)"),
    "pay_period": lazy("Pay per"), "required_level": lazy("Level asked for"), "carries_kg": lazy("Carries (kg)"),
    "hazardous": lazy("Hazardous"), "lodging_needed": lazy("Lodging needed"), "traits_done": lazy("Traits done"),
    "lodging_acceptable": lazy("Lodging acceptable"), "shift_acceptable": lazy("Shift acceptable"),
    "hours_week_min": lazy("Hours a week at least"),
}  # fmt: skip
# Follow from another field that is shown.
NOT_SHOWN: Final = frozenset(
    {"work_place_code", "coding_confidence", "openings_text", "place_text", "first_pay_days", "hours_regime"}
)
LIST_OF: Final = {
    "education": "education", "work_ability": "work_ability", "employment_status": "employment_status",
    "employment_channel": "channel", "lodging": "lodging", "meals": "meals", "shift": "shift", "rest": "rest",
    "contract_kind": "contract_kind", "pay_basis": "pay_basis", "pay_cycle": "pay_cycle", "lodging_wanted": "lodging",
    "lodging_acceptable": "lodging", "shift_wanted": "shift", "shift_acceptable": "shift", "meals_wanted": "meals",
    "contract_wanted": "contract_kind", "matters_most": "matters_most", "traits": "traits", "traits_done": "traits",
    "excluded_conditions": "traits",
}  # fmt: skip


def name_of_row(kind: str | None, cells: Iterable[Cell]) -> str:
    """Who or what a row is about, masked as the cells are."""
    texts = {cell.field: cell.text for cell in cells}
    return " · ".join(texts[key] for key in NAMED_BY.get(kind or "", ()) if texts.get(key))


def row_name(keys: KeyRing, batch: ImportBatch, row: ImportRow) -> str:
    """The same of a row as kept."""
    return name_of_row(batch.kind, service.cells_of(keys, batch, row))


def lines_to_mend(
    keys: KeyRing, batch: ImportBatch, rows: Sequence[ImportRow], level: str, alike: Mapping[str, int],
    townships: Sequence[str],
) -> list[dict[str, Any]]:  # fmt: skip
    """One line per field of a row in which something of that level is wrong."""
    lines = []
    for row in rows:
        cells = service.cells_of(keys, batch, row)
        by_field = {cell.field: cell for cell in cells}
        wrong: dict[str | None, list[Mapping[str, Any]]] = {}
        for problem in row.problems:
            if problem["level"] == level:
                wrong.setdefault(_text(problem["field"]), []).append(problem)
        for key, problems in wrong.items():
            line = _line(keys, row, key, problems, by_field.get(key or ""), alike, townships)
            lines.append({**line, "who": name_of_row(batch.kind, cells) or "—"})
    return lines


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _line(
    keys: KeyRing, row: ImportRow, key: str | None, problems: Sequence[Mapping[str, Any]], cell: Cell | None,
    alike: Mapping[str, int], townships: Sequence[str],
) -> dict[str, Any]:  # fmt: skip
    words = [cause_text(str(one["code"]), opened(keys, row.uuid, one["params"])) for one in problems]
    found = cell.text if cell else ""
    column = " ".join(filter(None, (str(problems[0]["column"]), field_label(key) if key in fields() else "")))
    others = max((alike.get(str(one.get("alike")), 0) for one in problems), default=0)
    is_place = key == "township" and townships
    return {
        "id": f"{row.uuid}{MARK}{key or ''}",
        "number": row.row_no,
        "column": column or "—",
        "field": key,
        "cause": str(problems[0]["code"]),
        "found": found,
        "problem": " ".join(cause for cause, _ in words),
        "what_now": " ".join(dict.fromkeys(mend for _, mend in words)),
        "value": None if cell is None or cell.masked else found,
        "options": [{"value": one, "label": one} for one in townships] if is_place else [],
        "inputmode": "numeric" if key in fields() and fields()[key].reader in NUMBERS else None,
        # One name or number for several people is never right.
        "alike": others if others > 1 and key and not (key in fields() and fields()[key].identity) else None,
    }


def differing_rows(
    keys: KeyRing, batch: ImportBatch, rows: Sequence[ImportRow], localities: Localities
) -> list[dict[str, Any]]:
    """Changed rows, field by field."""
    return [
        {
            "number": row.row_no,
            "who": row_name(keys, batch, row),
            "differences": differences(row.changes, batch.kind, localities),
        }
        for row in rows
    ]


def differences(changes: Mapping[str, Any], kind: str | None, localities: Localities) -> list[dict[str, str]]:
    """Field → before and after, in words."""
    return [
        {
            "label": _label(name, kind),
            "before": _shown(name, pair[0], localities),
            "after": _shown(name, pair[1], localities),
        }
        for name, pair in changes.items()
        if name not in NOT_SHOWN
    ]


def _label(name: str, kind: str | None) -> str:
    if name in OTHER_LABELS:
        return str(OTHER_LABELS[name])
    columns = COLUMN_OF if kind == "demand" else COLUMN_OF_POST
    key = columns.get(name, name if kind == "demand" else f"v_{name}")
    return field_label(key) if key in fields() else name


def _shown(name: str, value: Any, localities: Localities) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(value, bool):
        return translate("yes") if value else translate("no")
    if name == "statement":
        return f"{value[0]} {category_label(value[1], 'scope')}"
    if name == "skills":
        return "、".join(skill_words(SkillFacts(**_of_skill(one))) for one in value)  # type: ignore[arg-type]
    if name == "occupation_code":
        return occupation_label(value)
    values = value if isinstance(value, list) else [value]
    if name in LIST_OF:
        return category_labels(values, LIST_OF[name])
    return "、".join(_one(name, one, localities) for one in values)


def _of_skill(plain: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain[name] for name in ("title", "trade_family", "level")}


def _one(name: str, value: Any, localities: Localities) -> str:
    if isinstance(value, Mapping):
        return str(value.get("text") or value.get("code") or "")
    if name in ("locality_code", "excluded_places", "return_places"):
        return localities.name(str(value)) or category_label(str(value), "place_classes")
    if name in ("wish_trades", "excluded_trades", "trade_family"):
        return trade_label(str(value))
    if name == "relation":
        return translate("head of household") if value == "head" else translate("member")
    return str(value)
