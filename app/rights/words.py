"""What fields, requests, acts and grounds are called."""

from typing import Final

from app.shared.i18n import LazyText, lazy

FIELDS: Final[dict[str, LazyText]] = {
    "name": lazy("Name"),
    "id_no": lazy("Identity number"),
    "phone": lazy("Phone"),
    "birth_on": lazy("Born on"),
    "sex": lazy("Sex"),
    "locality_code": lazy("Home"),
    "relation": lazy("Relation"),
    "person_no": lazy("Number in the register"),
    "village_name": lazy("Village"),
    "education": lazy("Schooling"),
    "work_ability": lazy("Capacity"),
    "employment_status": lazy("Employment"),
    "employment_channel": lazy("How the work was found"),
    "work_employer": lazy("Employer"),
    "work_place_text": lazy("Place of work"),
    "work_place_code": lazy("Place of work, as recognised"),
    "work_months": lazy("Months of work"),
    "monthly_wage": lazy("Monthly wage"),
    "work_started_on": lazy("Work began"),
    "work_ended_on": lazy("Work ended"),
    "traits_done": lazy("Used to such work"),
    "wish_training": lazy("Training wanted"),
    "household_no": lazy("Household"),
    "head_name": lazy("Head of household"),
    "wish_places": lazy("Places, in order"),
    "excluded_places": lazy("Not to"),
    "return_places": lazy("Would go back to"),
    "wish_trades": lazy("Trades"),
    "excluded_trades": lazy("No work in"),
    "excluded_conditions": lazy("Not acceptable"),
    "floor_net_month": lazy("In hand, at least"),
    "hours_week_min": lazy("Hours a week, at least"),
    "hours_week_max": lazy("Hours a week, at most"),
    "lodging_needed": lazy("Lodging needed"),
    "lodging_wanted": lazy("Lodging"),
    "lodging_acceptable": lazy("Lodging acceptable"),
    "shift_wanted": lazy("Shift"),
    "shift_acceptable": lazy("Shift acceptable"),
    "meals_wanted": lazy("Meals"),
    "contract_wanted": lazy("Contract"),
    "available_from": lazy("Can leave from"),
    "months_wanted": lazy("For months"),
    "matters_most": lazy("Matters most"),
    "entered_on": lazy("On the list since"),
    "left_on": lazy("Left the list on"),
    "title": lazy("Trade as named"),
    "trade_family": lazy("Trade"),
    "months": lazy("Months"),
    "level": lazy("Level"),
    "certificate": lazy("Certificate"),
    "certificate_expires_on": lazy("Certificate valid until"),
    "skills": lazy("Skills"),
}
# The category list that a field's codes are from.
LISTS: Final = {
    "education": "education",
    "work_ability": "work_ability",
    "employment_status": "employment_status",
    "employment_channel": "channel",
    "traits_done": "traits",
    "excluded_conditions": "traits",
    "lodging_wanted": "lodging",
    "lodging_acceptable": "lodging",
    "shift_wanted": "shift",
    "shift_acceptable": "shift",
    "meals_wanted": "meals",
    "contract_wanted": "contract_kind",
    "matters_most": "matters_most",
}
# Codes that are of no category list.
OWN_CODES: Final[dict[str, dict[str, LazyText]]] = {
    "sex": {"female": lazy("woman"), "male": lazy("man")},
    "relation": {"head": lazy("head of household"), "member": lazy("member")},
}
SEALED: Final[dict[str, LazyText]] = {
    "secret": lazy("secret"),
    "recorder_name": lazy("name"),
    "contact": lazy("contact"),
    "text": lazy("text"),
    "content": lazy("whole sheet"),
    "cells": lazy("cells"),
    "undo": lazy("what stood there before"),
    "head_id_no": lazy("identity number of the head"),
    "head_phone": lazy("phone of the head"),
}
KIND_WORDS: Final[dict[str, LazyText]] = {
    "access": lazy("a copy of the data"),
    "correction": lazy("a correction"),
    "deletion": lazy("deletion"),
    "restriction": lazy("restriction: keep, but do not use"),
    "objection": lazy("let a person decide"),
}
OUTCOME_WORDS: Final[dict[str, LazyText]] = {"done": lazy("done"), "refused": lazy("refused")}
GROUND_WORDS: Final[dict[str, LazyText]] = {
    "own_wish": lazy("the person's own wish (PIPL 47, 15)"),
    "purpose_reached": lazy("the purpose is reached or out of reach (PIPL 47 (1))"),
    "period_over": lazy("the time of keeping is over (PIPL 47 (2))"),
    "unlawful": lazy("the data were handled against the law (PIPL 47 (4))"),
}
ACTS: Final[dict[str, LazyText]] = {
    "labourer.enter": lazy("put on the list"),
    "labourer.correct": lazy("record corrected"),
    "labourer.reveal": lazy("identity looked at"),
    "labourer.take_off": lazy("taken off the list"),
    "labourer.put_back": lazy("put back on the list"),
    "declaration.record": lazy("own word taken down"),
    "declaration.withdraw": lazy("own word taken back"),
    "rights.copy": lazy("copy of the data made"),
    "rights.receive": lazy("request received"),
    "rights.answer": lazy("request answered"),
    "rights.restriction": lazy("use restricted"),
    "rights.restriction.end": lazy("restriction ended"),
    "rights.objection": lazy("left to people to decide"),
    "rights.objection.end": lazy("automated matching wanted again"),
}
STATUS_WORDS: Final[dict[str, LazyText]] = {
    "in_force": lazy("period named by law"),
    "project_choice": lazy("shortest time, our choice"),
    "no_table_yet": lazy("binds once such records are kept here"),
}
