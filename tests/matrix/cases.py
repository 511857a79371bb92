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

    ``any_of`` stands in for the door's permission where the route itself asks for one of several. ``own_may_refuse``:
    what is sent names something nobody has, or another office's part. ``persons``: the door of a labourer's own pages,
    which lets no staff in.
    """

    rows: str | None = None
    form: Mapping[str, Any] | None = None
    json: Any = None
    any_of: tuple[P, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    own_may_refuse: bool = False
    persons: bool = False


def row(kind: str, **options: Any) -> Case:
    return Case(kind, **options)


LISTS = Case()
WHY = {"reason": "asked for at the desk"}
WORDS = {"text": "已责令限期支付。"}
SAID = {"evidence": "form 12, at the desk"}
FOLLOW_UP, OBJECTION, DELETION = {"purpose": "follow_up"}, {"kind": "objection"}, {"kind": "deletion"}
CHECKS = {
    "licence": "91320509MA1W000000", "looked_up": "存续，无异常", "called_on": "2026-11-20", "called_person": "沈人事",
}  # fmt: skip
FIGURE = {"kind": "month", "place": "320509", "amount": "2600", "from_on": "2026-01-01", "source": "苏州市公告"}
TOLD = {"amount": "2600", "from_on": "2026-01-01", "source": "苏州市公告"}
PERMIT = {"number": "苏320509001", "until": "2028-12-31"}
OFFERED = {"vacancy": UNKNOWN, "people": [UNKNOWN]}
DEMAND = {"any_of": (P.DEMAND_IMPORT,)}

CASES: dict[str, Case] = {
    # programs
    "DELETE /api/v1/sessions": LISTS,
    "GET /api/v1/tasks/{uuid}": row("task"),
    "POST /api/v1/tasks/{uuid}/cancel": row("task", any_of=(P.DEMAND_IMPORT, P.SUPPLY_IMPORT)),
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
        "demand_batch", json={"columns": {"0": "name"}, "kind": "demand"}, **DEMAND
    ),
    "POST /api/v1/imports/{uuid}/mend": row(
        "demand_batch", json={"row": UNKNOWN, "texts": {"name": "李"}}, own_may_refuse=True, **DEMAND
    ),
    "POST /api/v1/imports/{uuid}/apply": row("demand_batch", json={"new": 1, "changed": 0}, **DEMAND),
    "POST /api/v1/imports/{uuid}/undo": row("demand_batch", **DEMAND),
    "POST /api/v1/adverts": Case(json={"text": "招普工，月薪6000"}),
    "POST /api/v1/match-runs": LISTS,
    "GET /api/v1/match-runs/{uuid}": row("run"),
    "GET /api/v1/match-runs/{uuid}/labourers/{labourer_uuid}": row("run", own_may_refuse=True),  # codes alone
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
    "GET /labourers/{uuid}/matches": row("labourer", own_may_refuse=True),  # an auditor sees code names alone
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
    "GET /reviews": LISTS,
    "GET /reviews/{uuid}": row("review"),
    "POST /reviews/{uuid}/close": row("review", form={"finding": "stands"}),
    "GET /api/v1/reviews": LISTS,
    "GET /api/v1/reviews/{uuid}": row("review"),
    "POST /api/v1/reviews/{uuid}/close": row("review", json={"finding": "stands"}),
    "POST /labourers/{uuid}/withdraw": row("labourer", form={}),
    "POST /labourers/{uuid}/reveal": row("labourer", form={"field": "phone", "reason": "to call about the trip"}),
    "POST /labourers/{uuid}/off-list": row("labourer", form={"reason": "other"}),
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
    # one's own account
    "POST /api/v1/account/password": Case(json={"password": "a", "new_password": "b"}),
    "GET /api/v1/account/second-factor": LISTS,
    "POST /api/v1/account/second-factor": LISTS,
    "POST /api/v1/account/second-factor/confirmation": Case(json={"code": "123456"}),
    "POST /api/v1/account/second-factor/spare-codes": Case(json={"code": "123456"}),
    "POST /api/v1/account/second-factor/removal": Case(json={"code": "123456", "password": "a"}),
    "GET /api/v1/account/sessions": LISTS,
    "DELETE /api/v1/account/sessions/{uuid}": row("session"),
    "DELETE /api/v1/account/sessions": LISTS,
    "GET /api/v1/account/sign-ins": LISTS,
    "GET /api/v1/account/tokens": LISTS,
    "POST /api/v1/account/tokens": Case(json={"name": "desk", "scopes": ["desk:view"], "days": 9}),
    "DELETE /api/v1/account/tokens/{uuid}": row("token"),
    "GET /account/password": LISTS,
    "POST /account/password": Case(form={"password": "a", "new_password": "b", "again": "b"}),
    "GET /account/sign-ins": LISTS,
    "POST /account/sessions/{uuid}/end": row("session", form={}),
    "POST /account/sessions/end-all": Case(form={}),
    "GET /account/second-factor": LISTS,
    "POST /account/second-factor": Case(form={}),
    "POST /account/second-factor/confirm": Case(form={"code": "123456"}),
    "POST /account/second-factor/codes": Case(form={"code": "123456"}),
    "POST /account/second-factor/remove": Case(form={"password": "a", "code": "123456"}),
    "GET /account/tokens": LISTS,
    "POST /account/tokens": Case(form={"name": "desk", "scopes": "desk:view", "days": "9"}),
    "POST /account/tokens/{uuid}/revoke": row("token", form={}),
    # organisations, people, posts
    "GET /api/v1/organisations": LISTS,
    "POST /api/v1/organisations": Case(json={"name": "某镇人社所", "kind": "township", "locality_code": "340722113"}),
    "GET /api/v1/organisations/{uuid}": row("organisation"),
    "PUT /api/v1/organisations/{uuid}": row("organisation", json={"name": "某县人社局", "kind": "county"}),
    "POST /api/v1/organisations/{uuid}/closing": row("organisation", json=WHY),
    "DELETE /api/v1/organisations/{uuid}/closing": row("organisation"),
    "GET /api/v1/people": LISTS,
    "GET /api/v1/people/{uuid}": row("colleague"),
    "POST /api/v1/people/{uuid}/posts": row(
        "colleague", json={"organisation": UNKNOWN, "role": "broker"}, own_may_refuse=True
    ),
    "POST /api/v1/people/{uuid}/posts/{post_id}/end": row("colleague", json=WHY),
    "POST /api/v1/people/{uuid}/shutting": row("colleague", json=WHY),
    "DELETE /api/v1/people/{uuid}/shutting": row("colleague"),
    "DELETE /api/v1/people/{uuid}/lock-out": row("colleague"),
    "POST /api/v1/people/{uuid}/second-factor/reset": row("colleague", json=WHY),
    "POST /api/v1/invitations": Case(json={"organisation": UNKNOWN, "role": "broker", "display_name": "何人"}),
    "DELETE /api/v1/invitations/{uuid}": row("invitation"),
    "GET /organisations": LISTS,
    "GET /organisations/new": LISTS,
    "POST /organisations/new": Case(form={}),
    "GET /organisations/{uuid}": row("organisation"),
    "GET /organisations/{uuid}/edit": row("organisation"),
    "POST /organisations/{uuid}/edit": row("organisation", form={"version": "1"}),
    "POST /organisations/{uuid}/close": row("organisation", form=WHY),
    "POST /organisations/{uuid}/reopen": row("organisation", form={}),
    "GET /people": LISTS,
    "GET /people/invite": LISTS,
    "POST /people/invite": Case(form={"display_name": "何人", "role": "broker", "scope": "340722"}),
    "POST /people/invitations/{uuid}/revoke": row("invitation", form={}),
    "GET /people/{uuid}": row("colleague"),
    "POST /people/{uuid}/posts": row("colleague", form={"post": f"{UNKNOWN}:broker"}, own_may_refuse=True),
    "POST /people/{uuid}/posts/{post_id}/end": row("colleague", form=WHY),
    "POST /people/{uuid}/disable": row("colleague", form=WHY),
    "POST /people/{uuid}/enable": row("colleague", form={}),
    "POST /people/{uuid}/unlock": row("colleague", form={}),
    "POST /people/{uuid}/second-factor/reset": row("colleague", form={"proof": "phone lost, seen in person"}),
    # attesting, minimum wages
    "GET /api/v1/employers/{uuid}": row("employer"),
    "POST /api/v1/employers/{uuid}/attestation": row("employer", json=CHECKS),
    "POST /api/v1/vacancies/{uuid}/attestation": row("vacancy", json=CHECKS),
    "POST /api/v1/vacancies/{uuid}/dispatch-permit": row("vacancy", json=PERMIT, own_may_refuse=True),
    "POST /vacancies/{uuid}/dispatch-permit": row("vacancy", form=PERMIT, own_may_refuse=True),
    "POST /api/v1/vacancies/{uuid}/minimum-wage": row("vacancy", json=TOLD, own_may_refuse=True),
    "POST /vacancies/{uuid}/minimum-wage": row("vacancy", form=TOLD, own_may_refuse=True),
    "GET /vacancies/{uuid}/attest": row("vacancy"),
    "POST /vacancies/{uuid}/attest": row("vacancy", form=CHECKS),
    "GET /employers/{uuid}/attest": row("employer"),
    "POST /employers/{uuid}/attest": row("employer", form=CHECKS),
    "GET /api/v1/minimum-wages": LISTS,
    "POST /api/v1/minimum-wages": Case(json=FIGURE),
    "GET /minimum-wages": LISTS,
    "POST /minimum-wages": Case(form=FIGURE),
    # complaints
    "GET /api/v1/grievances": LISTS,
    "POST /api/v1/grievances": Case(json={"kind": "wages_unpaid", "text": "三个月没有发工资。"}),
    "GET /api/v1/grievances/waiting": LISTS,
    "GET /api/v1/grievances/{uuid}": row("grievance"),
    "POST /api/v1/grievances/{uuid}/take": row("grievance"),
    "POST /api/v1/grievances/{uuid}/measures": row("grievance", json=WORDS),
    "POST /api/v1/grievances/{uuid}/answer": row("grievance", json=WORDS),
    "POST /api/v1/grievances/{uuid}/transfer": row("grievance", json={**WORDS, "to": UNKNOWN}, own_may_refuse=True),
    "POST /api/v1/grievances/{uuid}/names": row("grievance", json={**WORDS, "names": "王老板"}),
    "POST /api/v1/grievances/{uuid}/release": row("grievance", json=WORDS),
    "POST /api/v1/grievances/{uuid}/keep": row("grievance", json=WORDS),
    "POST /api/v1/grievances/{uuid}/review": row("grievance", json={**WORDS, "stands": True}, own_may_refuse=True),
    "GET /grievances": LISTS,
    "GET /grievances/waiting": LISTS,
    "GET /grievances/new": LISTS,
    "POST /grievances": Case(form={"kind": "wages_unpaid", "text": "三个月没有发工资。"}),
    "GET /grievances/{uuid}": row("grievance"),
    "POST /grievances/{uuid}/take": row("grievance", form={}),
    "POST /grievances/{uuid}/measures": row("grievance", form=WORDS),
    "POST /grievances/{uuid}/answer": row("grievance", form=WORDS),
    "POST /grievances/{uuid}/transfer": row("grievance", form={**WORDS, "to": UNKNOWN}, own_may_refuse=True),
    "POST /grievances/{uuid}/names": row("grievance", form={"names": "王老板"}),
    "POST /grievances/{uuid}/release": row("grievance", form=WORDS),
    "POST /grievances/{uuid}/keep": row("grievance", form=WORDS),
    "POST /grievances/{uuid}/review": row("grievance", form={**WORDS, "decision": "stands"}, own_may_refuse=True),
    # offers
    "GET /api/v1/offers": LISTS,
    "GET /api/v1/offers/accepted": LISTS,
    "POST /api/v1/offers/review": Case(json=OFFERED, own_may_refuse=True),
    "POST /api/v1/offers": Case(json=OFFERED, own_may_refuse=True),
    "POST /api/v1/offers/answers": Case(json={"answers": [{"offer": UNKNOWN, "answer": "yes"}]}),
    "GET /api/v1/offers/{uuid}": row("offer"),
    "POST /api/v1/offers/{uuid}/sending": row("offer"),
    "POST /api/v1/offers/{uuid}/withdrawal": row("offer", json={"reason": "post_in_doubt"}),
    "POST /api/v1/offers/{uuid}/acceptance": row("offer", json=SAID),
    "POST /api/v1/offers/{uuid}/declination": row("offer"),
    "GET /offers": LISTS,
    "GET /offers/accepted": LISTS,
    "POST /offers/accepted": Case(form={f"answer-{UNKNOWN}": "yes"}),
    "GET /offers/{uuid}": row("offer"),
    "POST /offers/{uuid}/send": row("offer", form={}),
    "POST /offers/{uuid}/withdraw": row("offer", form={"reason": "post_in_doubt"}),
    "POST /offers/{uuid}/accept": row("offer", form=SAID),
    "POST /offers/{uuid}/decline": row("offer", form={}),
    "GET /vacancies/{uuid}/offers": row("vacancy"),
    "POST /vacancies/{uuid}/offers/review": row("vacancy", form={"ids": UNKNOWN}),
    "POST /vacancies/{uuid}/offers": row("vacancy", form={"ids": UNKNOWN, "key": "a key of this form"}),
    "GET /my/offers": Case(persons=True),
    "GET /my/offers/{uuid}": Case(params={"uuid": UNKNOWN}, persons=True),
    "POST /my/offers/{uuid}": Case(form={"said": "no"}, params={"uuid": UNKNOWN}, persons=True),
    # consents, slips, the person's own pages
    "GET /api/v1/labourers/{uuid}/consents": row("labourer"),
    "PUT /api/v1/labourers/{uuid}/consents/{purpose}": row("labourer", json=SAID, params=FOLLOW_UP),
    "DELETE /api/v1/labourers/{uuid}/consents/{purpose}": row("labourer", params=FOLLOW_UP),
    "GET /labourers/{uuid}/consents": row("labourer"),
    "POST /labourers/{uuid}/consents/{purpose}": row("labourer", form=SAID, params=FOLLOW_UP),
    "POST /labourers/{uuid}/consents/{purpose}/withdraw": row("labourer", form={}, params=FOLLOW_UP),
    "GET /slips": LISTS,
    "POST /slips": Case(form={"uuid": UNKNOWN}, own_may_refuse=True),
    "POST /labourers/{uuid}/slip/revoke": row("labourer", form={}),
    "POST /my/out": Case(form={}, persons=True),
    "GET /my": Case(persons=True),
    "GET /my/declare": Case(persons=True),
    "POST /my/declare": Case(form={"scope": "other_city", "matched": "yes"}, persons=True),
    "GET /my/withdraw": Case(persons=True),
    "POST /my/withdraw": Case(form={}, persons=True),
    "GET /my/consents/{purpose}": Case(params=FOLLOW_UP, persons=True),
    "POST /my/consents/{purpose}": Case(form={"answer": "yes"}, params=FOLLOW_UP, persons=True),
    "GET /my/seen": Case(persons=True),
    "GET /my/limits/{kind}": Case(params=OBJECTION, persons=True),
    "POST /my/limits/{kind}": Case(form={"answer": "on"}, params=OBJECTION, persons=True),
    "GET /my/requests/{kind}": Case(params=DELETION, persons=True),
    "POST /my/requests/{kind}": Case(form={"words": "请删除"}, params=DELETION, persons=True),
    "GET /my/copy": Case(persons=True),
    "POST /my/copy": Case(form={}, persons=True),
    "GET /my/complaint": Case(persons=True),
    "POST /my/complaint": Case(form={"kind": "wages_unpaid", "named": "no"}, persons=True),
    "POST /my/complaint/{act}": Case(form={"code": "AAAA"}, params={"act": "look"}, persons=True),
    # trail, keys
    "GET /api/v1/trail": LISTS,
    "GET /api/v1/trail/standing": LISTS,
    "GET /api/v1/labourers/{uuid}/seen-by": row("labourer"),
    "GET /labourers/{uuid}/seen-by": row("labourer"),
    "GET /trail": LISTS,
    "GET /trail/export": Case(query="?reason=yearly audit"),
    "GET /api/v1/keys": LISTS,
    "POST /api/v1/keys": Case(json={"reason": "yearly change"}),
    "POST /api/v1/keys/{number}/retire": Case(params={"number": "9"}, own_may_refuse=True),
    "GET /keys": LISTS,
    "POST /keys": Case(form={"reason": "yearly change"}),
    "POST /keys/reseal": Case(form={}),
    "POST /keys/{number}/retire": Case(form={}, params={"number": "9"}, own_may_refuse=True),
    # rights of the person
    "GET /api/v1/rights/requests": LISTS,
    "POST /api/v1/rights/people/{uuid}/requests": row(
        "labourer", json={"kind": "correction", "words": "我的手机号变了"}
    ),
    "POST /api/v1/rights/requests/{uuid}/answer": row("request", json={"outcome": "done", "answer": "已更正手机号"}),
    "POST /api/v1/rights/people/{uuid}/copy": row("labourer", json=WHY),
    "GET /api/v1/rights/people/{uuid}/limits": row("labourer"),
    "POST /api/v1/rights/people/{uuid}/limits/{kind}": row("labourer", json=WHY, params=OBJECTION),
    "POST /api/v1/rights/people/{uuid}/limits/{kind}/end": row("labourer", json=WHY, params=OBJECTION),
    "POST /api/v1/rights/people/{uuid}/deletion": row("labourer", json={**WHY, "ground": "own_wish", "sure": True}),
    "GET /api/v1/rights/deletions": LISTS,
    "GET /api/v1/rights/retention": LISTS,
    "POST /api/v1/rights/retention/runs": Case(json={"dry": True}),
    "GET /api/v1/rights/impact": LISTS,
    "GET /rights/retention": LISTS,
    "POST /rights/retention/runs": Case(form={"dry": "1"}),
    "GET /rights/impact": LISTS,
    "GET /rights/impact/export": LISTS,
    "GET /rights": LISTS,
    "GET /rights/by-hand": LISTS,
    "GET /rights/deletions": LISTS,
    "GET /rights/deletions/{uuid}": row("deletion"),
    "POST /rights/readmissions": Case(form={"id_no": "1", "reason": "the person asked"}),
    "GET /rights/people/{uuid}": row("labourer"),
    "POST /rights/people/{uuid}/requests": row("labourer", form={"kind": "correction", "words": "我的手机号变了"}),
    "POST /rights/requests/{uuid}/answer": row("request", form={"outcome": "done", "answer": "已更正手机号"}),
    "POST /rights/people/{uuid}/limits": row("labourer", form={**WHY, "kind": "objection"}),
    "POST /rights/people/{uuid}/limits/{kind}/end": row("labourer", form=WHY, params=OBJECTION),
    "POST /rights/people/{uuid}/copy": row("labourer", form={**WHY, "form": "page"}),
    "POST /rights/people/{uuid}/delete": row("labourer", form={**WHY, "ground": "own_wish", "sure": "1"}),
    # sheets with identities in clear
    "POST /match-runs/{uuid}/export": row("run", form=WHY),
    "POST /labourers/export": Case(form=WHY),
    # messages
    "GET /notices": LISTS,
    "GET /notices/{uuid}": row("notice"),
    "GET /api/v1/notices": LISTS,
    "GET /api/v1/notices/{uuid}": row("notice"),
    "POST /labourers/{uuid}/slip/send": row("labourer", form={}),
    "GET /my/messages": Case(persons=True),
    "POST /my/messages/{purpose}": Case(persons=True, form={"answer": "no"}, params={"purpose": "statement"}),
    "GET /my/statement.ics": Case(persons=True),
}
