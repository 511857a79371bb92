"""What is sent to each route, on whose row. A route without a case fails the suite."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.permissions import Permission

P = Permission
UNKNOWN = "0190f3c2-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Case:
    """``rows`` names the kind of row in the address; without one, the route is a list, a form or an act of one's own.

    ``any_of`` stands in for the door's permission where the route itself asks for one of several.
    """

    rows: str | None = None
    form: Mapping[str, Any] | None = None
    json: Any = None
    any_of: tuple[P, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)
    query: str = ""


def row(kind: str, **options: Any) -> Case:
    return Case(kind, **options)


LISTS = Case()
DEMAND = {"any_of": (P.DEMAND_IMPORT,)}

CASES: dict[str, Case] = {
    # programs
    "DELETE /api/v1/sessions": LISTS,
    "GET /api/v1/tasks/{uuid}": row("task"),
    "POST /api/v1/tasks/{uuid}/cancel": row("task"),
    "GET /api/v1/labourers": LISTS,
    "POST /api/v1/labourers/search": Case(json={"search": "乙乡梅"}),
    "GET /api/v1/labourers/{uuid}": row("labourer"),
    "GET /api/v1/vacancies": LISTS,
    "GET /api/v1/vacancies/{uuid}": row("vacancy"),
    "POST /api/v1/vacancies/{uuid}/verification": row("vacancy"),
    "POST /api/v1/imports": Case(any_of=(P.DEMAND_IMPORT, P.SUPPLY_IMPORT)),
    "GET /api/v1/imports": Case(any_of=(P.DEMAND_IMPORT, P.SUPPLY_IMPORT)),
    "GET /api/v1/imports/{uuid}": row("demand_batch", **DEMAND),
    "GET /api/v1/imports/{uuid}/rows": row("demand_batch", **DEMAND),
    "POST /api/v1/imports/{uuid}/columns": row(
        "demand_batch", json={"columns": {"A": "name"}, "kind": "demand"}, **DEMAND
    ),
    "POST /api/v1/imports/{uuid}/mend": row("demand_batch", json={"row": UNKNOWN, "texts": {"name": "李"}}, **DEMAND),
    "POST /api/v1/imports/{uuid}/apply": row("demand_batch", json={"new": 1, "changed": 0}, **DEMAND),
    "POST /api/v1/imports/{uuid}/undo": row("demand_batch", **DEMAND),
    "POST /api/v1/adverts": Case(json={"text": "招普工，月薪6000"}),
    "POST /api/v1/match-runs": LISTS,
    "GET /api/v1/match-runs/{uuid}": row("run"),
    "GET /api/v1/match-runs/{uuid}/labourers/{labourer_uuid}": row("run"),
    # pages
    "GET /": LISTS,
    "POST /sign-out": LISTS,
    "GET /account": LISTS,
    "GET /permissions": LISTS,
    "GET /api/v1/permissions": LISTS,
    "POST /account/posts/{post_id}": Case(params={"post_id": "0"}),
    "GET /tasks/{uuid}/events": row("task"),
    "GET /match-runs": LISTS,
    "POST /match-runs": LISTS,
    "GET /match-runs/{uuid}": row("run"),
    "GET /labourers/{uuid}/matches": row("labourer"),
    "GET /vacancies/{uuid}/candidates": row("vacancy"),
    "GET /match-runs/{uuid}/export": row("run"),
    "GET /labourers/export": LISTS,
    "GET /labourers/new": LISTS,
    "POST /labourers": Case(form={}),
    "GET /labourers/{uuid}/edit": row("labourer"),
    "POST /labourers/{uuid}/edit": row("labourer", form={}),
    "GET /labourers": LISTS,
    "POST /labourers/search": Case(form={"search": "乙乡梅"}),
    "GET /labourers/{uuid}": row("labourer"),
    "POST /labourers/{uuid}/declarations": row(
        "labourer", form={"scope": "other_city", "stated_on": "2026-11-21", "evidence": "form 9"}
    ),
    "POST /labourers/{uuid}/withdraw": row("labourer", form={}),
    "POST /labourers/{uuid}/reveal": row("labourer", form={"field": "phone", "reason": "to call about the trip"}),
    "POST /labourers/{uuid}/off-list": row("labourer", form={"reason": "own_wish"}),
    "POST /labourers/{uuid}/back-on-list": row("labourer", form={}),
    "GET /imports": Case(any_of=(P.DEMAND_IMPORT, P.SUPPLY_IMPORT)),
    "POST /imports": Case(any_of=(P.DEMAND_IMPORT, P.SUPPLY_IMPORT)),
    "GET /imports/{uuid}": row("demand_batch", **DEMAND),
    "POST /imports/{uuid}/columns": row("demand_batch", form={}, **DEMAND),
    "POST /imports/{uuid}/rows": row("demand_batch", form={}, **DEMAND),
    "POST /imports/{uuid}/leave-out": row("demand_batch", form={"cause": "missing:name"}, **DEMAND),
    "POST /imports/{uuid}/take-back": row("demand_batch", form={"row": UNKNOWN}, **DEMAND),
    "POST /imports/{uuid}/apply": row("demand_batch", form={"new": "1", "changed": "0"}, **DEMAND),
    "POST /imports/{uuid}/undo": row("demand_batch", form={}, **DEMAND),
    "POST /imports/{uuid}/resume": row("demand_batch", form={}, **DEMAND),
    "POST /imports/{uuid}/discard": row("demand_batch", form={}, **DEMAND),
    "GET /vacancies": LISTS,
    "GET /vacancies/{uuid}": row("vacancy"),
    "POST /vacancies/{uuid}/verify": row("vacancy", form={}),
    "POST /vacancies/bulk": Case(form={"ids": UNKNOWN}),
    "POST /vacancies/{uuid}/pause": row("vacancy", form={}),
    "POST /vacancies/{uuid}/resume": row("vacancy", form={}),
    "POST /vacancies/{uuid}/close": row("vacancy", form={"reason": "closed"}),
    "GET /employers": LISTS,
    "GET /employers/{uuid}": row("employer"),
    "POST /employers/{uuid}/verify": row("employer", form={"note": "licence seen"}),
    "POST /employers/{uuid}/suspend": row("employer", form={"reason": "for a test"}),
    "GET /adverts/new": LISTS,
    "POST /adverts/new": Case(form={"text": "招普工，月薪6000"}),
    "POST /adverts": Case(form={}),
    "GET /vacancies/{uuid}/edit": row("vacancy"),
    "POST /vacancies/{uuid}/edit": row("vacancy", form={}),
    "GET /gallery": LISTS,
}
