"""Runs and candidates as the templates want them."""

from typing import Any

from app.accounts.models import Organisation
from app.background.models import TaskRun
from app.background.schemas import error_text
from app.match_runs.adapter.codes import GATES, PARTS, PARTS_OF, SCORES, gates_in, parts_in
from app.match_runs.models import Candidate, MatchRun
from app.match_runs.words import (
    FAILED_GATES,
    GATE_LABELS,
    LEFT_OUT,
    ONE,
    PART_LABELS,
    SCORE_LABELS,
    Pairing,
    asked_and_offered,
    reasons,
)
from app.shared.formats import number
from app.shared.i18n import LazyText, current_locale, lazy
from app.shared.labels import category_label

STATUS_TAGS = {
    "queued": (lazy("waiting"), "info"),
    "running": (lazy("running"), "info"),
    "done": (lazy("done"), "good"),
    "failed": (lazy("failed"), "bad"),
    "cancelled": (lazy("stopped"), "plain"),
}
SHOWN_REASONS = 4


def status_tag(status: str) -> dict[str, Any]:
    """The state of a run as a tag."""
    text, kind = STATUS_TAGS[status]
    return {"text": text, "kind": kind}


def run_row(run: MatchRun, office: Organisation) -> dict[str, Any]:
    """One line of the list of runs."""
    return {
        "uuid": run.uuid,
        "day": run.created_at,
        "office": office.name,
        "people": run.summary.get("labourers"),
        "matched": run.summary.get("labourers_with_candidates"),
        "vacancies": run.summary.get("vacancies"),
        "covered": run.summary.get("openings_covered"),
        "state": status_tag(run.status),
    }


def post_row(row: Any, people: str) -> dict[str, Any]:
    """One post of a run with how many people suit it."""
    return {
        "uuid": row.Vacancy.uuid,
        "title": row.Vacancy.title,
        "employer": row.Employer.name,
        "place": row.place_name,
        "openings": row.Vacancy.openings,
        "people": people,
        "best": row.best,
    }


def left_out(run: MatchRun) -> list[LazyText]:
    """How many people were not matched at all, and why; earlier runs left nobody out."""
    counts: Any = run.summary.get("left_out", {})
    return [lazy("%(n)s: %(why)s", n=number(n), why=LEFT_OUT[reason]) for reason, n in sorted(counts.items())]


def ending(run: MatchRun, task: TaskRun | None) -> dict[str, Any] | None:
    """Why a run ended without candidates and what to do now; None for one that goes on or ended well."""
    if run.status == "cancelled":
        return {
            "kind": "warn",
            "title": lazy("Stopped before it was finished"),
            "text": lazy(
                "Nothing was changed: the candidates of the run before still stand. Start again when you like."
            ),
        }
    if run.status != "failed":
        return None
    why = error_text(task, current_locale()) if task else None
    return {
        "kind": "bad",
        "title": lazy("The run failed"),
        "text": why or lazy("Nothing was changed: the candidates of the run before still stand. Start it again."),
    }


def _named(values: list[int]) -> dict[str, int]:
    return dict(zip(PARTS, values, strict=True))


def _upto(candidate: Candidate, score: str, weights: list[int], unknown: set[str]) -> int:
    """What the score would be if every unknown part turned out well."""
    members = PARTS_OF[score]
    total = sum(weights[part] for part in members)
    best = sum(weights[part] * (ONE if PARTS[part] in unknown else candidate.parts[part]) for part in members)
    return best // total if total else 0


def scores(candidate: Candidate) -> list[dict[str, Any]]:
    """The three bars."""
    unknown = set(parts_in(candidate.unknown_parts))
    values = {"skill": candidate.skill, "location": candidate.location, "willingness": candidate.willingness}
    return [
        {
            "key": key,
            "label": SCORE_LABELS[key],
            "value": values[key],
            "upto": _upto(candidate, key, candidate.weights, unknown),
        }
        for key in SCORES
    ]


def parts(candidate: Candidate, pairing: Pairing) -> list[dict[str, Any]]:
    """Every part of the three scores with its weight: the numbers add up to what is shown."""
    unknown = set(parts_in(candidate.unknown_parts))
    part_weights, score_weights = candidate.weights[: len(PARTS)], candidate.weights[len(PARTS) :]
    values = {"skill": candidate.skill, "location": candidate.location, "willingness": candidate.willingness}
    overall = sum(score_weights)
    return [
        {
            "key": key,
            "label": SCORE_LABELS[key],
            "value": values[key],
            "weight": _share(score_weights[position], overall),
            "parts": [_part(part, candidate, part_weights, members, unknown, pairing) for part in members],
        }
        for position, (key, members) in enumerate(PARTS_OF.items())
    ]


def _share(weight: int, total: int) -> int:
    return weight * ONE // total if total else 0


def _part(
    part: int, candidate: Candidate, weights: list[int], members: tuple[int, ...], unknown: set[str], pairing: Pairing
) -> dict[str, Any]:
    name, weight = PARTS[part], weights[part]
    wanted, offered = asked_and_offered(pairing, name)
    state = "silent" if not weight else "unstated" if name in unknown else "known"
    if name == "door_to_door" and state == "known":
        state = "estimated"
    return {
        "label": PART_LABELS[name],
        "wanted": wanted or None,
        "offered": offered or None,
        "value": candidate.parts[part] if weight else None,
        "weight": _share(weight, sum(weights[one] for one in members)),
        "state": state,
        "doubled": False,
    }


def gates(unknown_gates: int, failed_gates: int = 0) -> list[dict[str, Any]]:
    """Every gate as passed, failed or to be asked first."""
    unknown, failed = set(gates_in(unknown_gates)), set(gates_in(failed_gates))
    return [
        {
            "passed": False if gate in failed else None if gate in unknown else True,
            "text": FAILED_GATES[gate] if gate in failed else GATE_LABELS[gate],
            "detail": lazy("unknown: ask first") if gate in unknown else None,
        }
        for gate in GATES[1:]
    ]


def _unknowns(candidate: Candidate) -> list[LazyText]:
    silent = [
        lazy("not stated by the employer: %(what)s", what=PART_LABELS[name])
        for name in parts_in(candidate.unknown_parts)
        if name not in {"door_to_door", "townsfolk"}
    ]
    return silent + [lazy("ask first: %(what)s", what=GATE_LABELS[name]) for name in gates_in(candidate.unknown_gates)]


def pay(pairing: Pairing) -> dict[str, Any] | None:
    """Net pay of a post with its basis."""
    vacancy = pairing.vacancy
    if vacancy.net_month_low is None:
        return None
    weakest = {str(term["basis"]) for term in vacancy.net_terms}
    basis = lazy("worked out from the advert") if "derived" in weakest else lazy("as stated, low end")
    return {"amount": vacancy.net_month_low, "basis": basis, "note": vacancy.pay_text}


def hit(candidate: Candidate, pairing: Pairing, *, rank: int, title: str, href: str, party: str) -> dict[str, Any]:
    """One entry of a list of candidates with reasons, parts and gates."""
    part_weights = candidate.weights[: len(PARTS)]
    why, why_not = reasons(pairing, _named(candidate.parts), _named(part_weights))
    vacancy = pairing.vacancy
    line = (pairing.place_name, category_label(vacancy.lodging, "lodging"), category_label(vacancy.shift, "shift"))
    contract = category_label(vacancy.contract_kind, "contract_kind")
    return {
        "id": str(vacancy.uuid),
        "rank": rank,
        "href": href,
        "title": title,
        "party": party,
        "tags": [{"text": contract, "kind": "warn" if vacancy.contract_kind == "dispatch" else "plain"}]
        if contract
        else [],
        "line": " · ".join(part for part in line if part),
        "pay": pay(pairing),
        "overall": candidate.score,
        "stale": False,
        "scores": scores(candidate),
        "why": why[:SHOWN_REASONS],
        "why_not": why_not[:SHOWN_REASONS],
        "unknown": _unknowns(candidate),
        "gates": gates(candidate.unknown_gates),
        "parts": parts(candidate, pairing),
        "change": [],
    }
