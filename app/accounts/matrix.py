"""The permission matrix in words: which role may do what, with whose rows, and what for."""

from typing import Any

from app.accounts.labels import ROLE_LABELS
from app.permissions import GRANTS, PURPOSES, Permission, Reach, Role
from app.shared.i18n import N_, lazy

# Short for the cell, long for the legend.
REACH_LABELS: dict[Reach, tuple[str, str]] = {
    Reach.SELF: (N_("own"), N_("one's own account and work")),
    Reach.OFFICE: (N_("office"), N_("what the own office entered or started")),
    Reach.FIRM: (N_("firm"), N_("what the own firm or its people entered")),
    Reach.CUSTODY: (N_("in custody"), N_("people in the own office's custody, within the post's region")),
    Reach.VILLAGE: (N_("village"), N_("people of one village")),
    Reach.REGION: (N_("region"), N_("every office's rows within the post's region")),
    Reach.OFFERED: (N_("offered"), N_("what the own office entered, and what is verified and open to all offices")),
    Reach.OFFERED_AND_REGION: (N_("offered, region"), N_("the same, and everything within the post's region")),
    Reach.CODES: (N_("code names"), N_("people by code name and in bands; groups under five not at all")),
    Reach.REGION_CODES: (N_("code names, region"), N_("people of the post's region, by code name and in bands")),
    Reach.DUTY: (N_("assigned"), N_("what was assigned to the own office, never where it is named itself")),
    Reach.PUBLIC: (N_("public"), N_("places, trades and rules, the same for everybody")),
    Reach.SYSTEM: (N_("system"), N_("the whole installation, without the people of the lists")),
}

RESOURCE_LABELS: dict[str, str] = {
    "desk": N_("Desk"),
    "labourers": N_("Demand list"),
    "declarations": N_("Statements"),
    "slips": N_("Slips with a code"),
    "employers": N_("Employers"),
    "vacancies": N_("Supply list"),
    "demand": N_("Sheets of people"),
    "supply": N_("Sheets of posts"),
    "matches": N_("Match runs"),
    "offers": N_("Offers"),
    "candidates": N_("Candidates"),
    "reference": N_("Reference data"),
    "titles": N_("Titles of trades"),
    "rights": N_("Rights of the person"),
    "retention": N_("Keeping and deleting"),
    "impact": N_("Impact assessment"),
    "grievances": N_("Complaints"),
    "people": N_("People and posts"),
    "organisations": N_("Organisations"),
    "account": N_("Own account"),
    "trail": N_("Trail"),
    "keys": N_("Encryption keys"),
    "notices": N_("Messages"),
}
ACT_LABELS: dict[str, str] = {
    "view": N_("see"),
    "edit": N_("enter and correct"),
    "reveal": N_("see in full"),
    "export": N_("take out as a sheet"),
    "record": N_("take down"),
    "review": N_("look again"),
    "print": N_("print"),
    "verify": N_("verify"),
    "attest": N_("check for the receiving side"),
    "import": N_("bring in"),
    "run": N_("start"),
    "decide": N_("decide"),
    "handle": N_("handle"),
    "file": N_("write down"),
    "manage": N_("manage"),
    "own": N_("keep"),
    "rotate": N_("change"),
    "make": N_("make"),
    "hear": N_("take down an answer"),
    "answer": N_("answer"),
}


def matrix(roles: list[Role]) -> list[dict[str, Any]]:
    """A line per act, in the order of the work: resource, act, purpose, and the reach of each role or none."""
    return [_line(permission, roles) for permission in Permission]


def _line(permission: Permission, roles: list[Role]) -> dict[str, Any]:
    resource, act = permission.split(":")
    return {
        "permission": str(permission),
        "resource": lazy(RESOURCE_LABELS[resource]),
        "act": lazy(ACT_LABELS[act]),
        "purpose": lazy(PURPOSES[permission]),
        "cells": [_cell(GRANTS[role].get(permission)) for role in roles],
    }


def _cell(reach: Reach | None) -> dict[str, Any] | None:
    if reach is None:
        return None
    short, long = REACH_LABELS[reach]
    return {"reach": str(reach), "short": lazy(short), "long": lazy(long)}


def role_options() -> list[dict[str, Any]]:
    """Every role with its name, for the choice of one."""
    return [{"value": str(role), "label": lazy(ROLE_LABELS[role])} for role in Role]


def legend() -> list[dict[str, Any]]:
    """What the words in the cells mean."""
    return [{"short": lazy(short), "long": lazy(long)} for short, long in REACH_LABELS.values()]
