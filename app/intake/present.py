"""A sheet on its way in as the templates want it: steps, columns, causes and counts in words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from app.background.models import TaskRun
from app.background.schemas import TaskProgress, error_text
from app.background.states import OPEN
from app.intake.fields import SheetKind, fields, template
from app.intake.messages import COLUMN_REASONS, SKIP_REASONS, file_problem_text, problem_text
from app.intake.models import ImportBatch
from app.intake.queries import CauseCount
from app.intake.undo import WITHIN
from app.shared.i18n import LazyText, current_locale, lazy, translate

KINDS: Final = {"demand": lazy("Demand list"), "supply": lazy("Supply list")}
SURE_FROM: Final = 0.95
SUGGESTED_FROM: Final = 0.6
STATE_TAGS: Final = {
    "reading": (lazy("being read"), "info"),
    "mapping": (lazy("columns to explain"), "warn"),
    "checking": (lazy("being checked"), "info"),
    "ready": (lazy("ready to load"), "info"),
    "applying": (lazy("being loaded"), "info"),
    "applied": (lazy("loaded"), "good"),
    "undoing": (lazy("being taken back"), "info"),
    "undone": (lazy("taken back"), "plain"),
    "failed": (lazy("not readable"), "bad"),
}
STEP_LABELS: Final = (
    lazy("Upload"),
    lazy("Columns"),
    lazy("Rows to mend"),
    lazy("What will change"),
    lazy("Done"),
)
# Which step a batch stands at; where it waits for a person, the chosen view decides.
STEP_OF: Final = {"reading": 0, "mapping": 1, "checking": 2, "applying": 4, "applied": 4, "undoing": 4, "undone": 4}
STEP_OF_VIEW: Final = {"mend": 2, "ask": 2, "left": 2, "changes": 3, "done": 4}


def state_tag(state: str) -> dict[str, Any]:
    """The state of a batch as a tag."""
    text, kind = STATE_TAGS[state]
    return {"text": text, "kind": kind}


def list_row(batch: ImportBatch) -> dict[str, Any]:
    """One line of the list of sheets."""
    counts = batch.counts
    return {
        "uuid": batch.uuid,
        "name": batch.file_name,
        "kind": KINDS[batch.kind] if batch.kind else None,
        "at": batch.uploaded_at,
        "rows": sum(counts.values()) if counts else None,
        "good": counts.get("new", 0) + counts.get("changed", 0) + counts.get("loaded", 0) if counts else None,
        "bad": counts.get("bad") if counts else None,
        "state": state_tag(batch.state),
    }


def steps(batch: ImportBatch, view: str) -> list[dict[str, Any]]:
    """The five steps; those with something to see lead there."""
    now = STEP_OF_VIEW[view] if batch.state in ("ready", "applied") else STEP_OF.get(batch.state, 0)
    reached = 3 if batch.state == "ready" else 4 if batch.state == "applied" else now
    address = f"/imports/{batch.uuid}"
    open_ = batch.state in ("ready", "applied")
    views = (None, None, "mend" if open_ else None, "changes" if open_ else None, "done")
    return [
        {
            "label": label,
            "state": "now" if at == now else "done" if at < now else "ahead",
            "href": f"{address}?view={views[at]}" if views[at] and at != now and at <= reached else None,
        }
        for at, label in enumerate(STEP_LABELS)
    ]


def task(run: TaskRun | None) -> dict[str, Any] | None:
    """What is being done to the sheet, and how far it is; ``failure`` where it ended without doing it."""
    if run is None:
        return None
    locale = current_locale()
    progress = TaskProgress.of(run, locale)
    ended = run.status not in OPEN
    return {
        "uuid": run.uuid,
        "text": progress.text,
        "value": progress.value,
        "running": not ended,
        "failure": (error_text(run, locale) or translate("It was stopped before its end.")) if ended else None,
    }


def failure(batch: ImportBatch) -> dict[str, str] | None:
    """Why a file was refused, and what to do now."""
    if batch.failure is None:
        return None
    code, params = str(batch.failure["code"]), batch.failure.get("params") or {}
    assert isinstance(params, Mapping)
    cause, mend = file_problem_text(current_locale(), code, params)
    return {"cause": cause, "mend": mend}


def field_label(key: str) -> str:
    """A field's name as in the template, in the reader's language."""
    known = fields()[key]
    return known.zh if current_locale().startswith("zh") else known.en


def columns(batch: ImportBatch, sent: Mapping[str, str]) -> list[dict[str, Any]]:
    """The columns of the sheet, those asked about first: our field, how sure it is, and three masked values.

    ``sent`` is what was chosen in a form that came back.
    """
    found = [_column(one) for one in sorted(batch.columns, key=lambda one: one["action"] != "ask")]
    for column in found:
        if column["field"] != "drop":
            column["field"] = sent.get(f"column-{column['index']}", column["field"])
    return found


def _column(column: Mapping[str, Any]) -> dict[str, Any]:
    action, suggestions = column["action"], column["suggestions"]
    likely = suggestions[0] if suggestions and suggestions[0][1] >= SUGGESTED_FROM else None
    how = "none"
    field, confidence = "", None
    if action == "drop":
        field = "drop"
    elif action == "ask":
        how = "unsure"
        field, confidence = likely or ("", None)
    elif action == "take":
        how = "remembered" if column["reason"] == "remembered" else "likely"
        how = "known" if how == "likely" and column["confidence"] >= SURE_FROM else how
        field, confidence = column["field"], column["confidence"]
    reason = COLUMN_REASONS.get(column["reason"])
    header = " · ".join(part for part in (column["group"], column["header"]) if part)
    return {
        "index": column["index"],
        "header": f"{column['letter']}  {header}".strip(),
        "field": field,
        "confidence": confidence,
        "how": how,
        "samples": column["samples"],
        "note": translate(reason) if action == "drop" and reason else None,
    }


def field_options(kind: SheetKind) -> list[dict[str, Any]]:
    """The fields of a list, as groups of a select."""
    options = [
        {"value": one.key, "label": field_label(one.key), "required": one.required}
        for one in template(kind)
        if one.keeping == "kept"
    ]
    return [{"label": KINDS[kind], "options": options}]


def choices_of(batch: ImportBatch, sent: Mapping[str, str]) -> dict[int, str]:
    """What a person decided: every column asked about, and those whose meaning was changed."""
    found: dict[int, str] = {}
    for column in batch.columns:
        name = f"column-{column['index']}"
        if name not in sent or column["action"] == "drop":
            continue
        chosen = sent[name] or "ignore"
        before = column["field"] if column["action"] == "take" else "ignore"
        if column["action"] == "ask" or chosen != before:
            found[int(str(column["index"]))] = chosen
    return found


def cause_text(code: str, params: Mapping[str, Any]) -> tuple[str, str]:
    """(what is wrong, what now) in the reader's language."""
    return problem_text(current_locale(), code, params)


def cause_chips(found: Iterable[CauseCount], level: str) -> list[dict[str, Any]]:
    """One chip per cause of that level, with how many rows have it; the field only where it is always the same."""
    causes: dict[str, list[CauseCount]] = {}
    for one in found:
        if one.level == level:
            causes.setdefault(one.code, []).append(one)
    return [{"code": code, "label": _cause_label(alike), "count": _rows_of(alike)} for code, alike in causes.items()]


def _cause_label(alike: Sequence[CauseCount]) -> str | LazyText:
    first = alike[0]
    text = cause_text(first.code, first.params)[0]
    if len({one.field for one in alike}) > 1 or first.field not in fields():
        return text
    return lazy("%(field)s: %(value)s", field=field_label(first.field), value=text)


def _rows_of(alike: Sequence[CauseCount]) -> int:
    """Rows of one cause in several columns; a row that has it in two of them is counted for both."""
    return sum(one.rows for one in alike)


def changes(batch: ImportBatch) -> list[dict[str, Any]]:
    """What loading would do, in numbers that lead to their rows."""
    counts, people = batch.counts, batch.kind == "demand"
    address = f"/imports/{batch.uuid}"
    items = [
        _change(counts.get("new", 0), "new", lazy("new people") if people else lazy("new posts")),
        _change(
            counts.get("changed", 0),
            "changed",
            lazy("changed"),
            lazy("listed below, field by field"),
            f"{address}?view=changes#changed",
        ),
        _change(counts.get("same", 0), "same", lazy("the same as on the list"), lazy("nothing happens to them")),
        _change(counts.get("bad", 0), "left", lazy("to mend first"), lazy("they wait here"), f"{address}?view=mend"),
    ]
    if counts.get("left_out"):
        items.append(_change(counts["left_out"], "dropped", lazy("left out by you"), None, f"{address}?view=left"))
    if counts.get("loaded"):
        items.append(_change(counts["loaded"], "same", lazy("loaded already")))
    # Of what is loaded, only what there is: nothing more would happen to the rest.
    return [one for one in items if one["count"]] if batch.state == "applied" else items


def _change(
    count: int, kind: str, label: LazyText, text: LazyText | None = None, href: str | None = None
) -> dict[str, Any]:
    return {"count": count, "kind": kind, "label": label, "text": text, "href": href if count else None}


def skipped(batch: ImportBatch) -> list[str]:
    """Rows passed over as no data, by why."""
    found = batch.about.get("skipped") or {}
    assert isinstance(found, Mapping)
    return [f"{translate(SKIP_REASONS[why])}: {rows}" for why, rows in found.items() if why in SKIP_REASONS]


def missing(batch: ImportBatch) -> list[str]:
    """Required columns the sheet does not have."""
    found = batch.about.get("missing") or []
    assert isinstance(found, Sequence)
    return [field_label(key) for key in found if key in fields()]


def undo_until(batch: ImportBatch, now: datetime) -> datetime | None:
    """Until when the import can be taken back; None once that is over."""
    if batch.state != "applied" or batch.applied_at is None:
        return None
    until = batch.applied_at + WITHIN
    return until if now <= until else None
