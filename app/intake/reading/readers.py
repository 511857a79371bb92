"""Which parser reads which field's cells."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from app.intake.fields import Field
from app.intake.values.amounts import parse_amount
from app.intake.values.board import parse_board_lodging, parse_board_meals, parse_lodging, parse_meals
from app.intake.values.choices import (
    choice_parser,
    choices_parser,
    matters_most_parser,
    parse_excluded,
    parse_relation,
    parse_skill_level,
    preference_parser,
)
from app.intake.values.dates import EXCEL_1900, DateRules, day_parser
from app.intake.values.durations import parse_hours_per_day, parse_hours_per_week, parse_months
from app.intake.values.headcounts import parse_headcount
from app.intake.values.issues import NOTHING, Issue, Parser, Reading, ask
from app.intake.values.lists import parse_list
from app.intake.values.phones import parse_phone
from app.intake.values.texts import parse_name, parse_number_text, parse_text
from app.intake.values.wishes import Places, ResolvePlace, parse_willingness, places_parser
from app.intake.values.yes_no import parse_sex, parse_yes_no
from app.shared.categories import categories
from app.shared.identity_numbers import IdNumber, NumberProblem, check_credit_code, check_id_number

DISTINCT: Final = frozenset({"id_no", "phone", "name", "number_text"})
"""Readers whose cells seldom repeat: remembering their answers only costs memory."""


def _unknown_place(_: str) -> str | None:
    return None


@dataclass(frozen=True)
class ReadingContext:
    """What reading needs to know from outside. ``today`` is the day in the office's time zone."""

    today: date
    resolve_place: ResolvePlace = _unknown_place
    home_code: str | None = None
    """The office's own county, to tell near from far."""
    known_county: Container[str] | Callable[[str], bool] | None = None
    epoch: date = EXCEL_1900
    parsers: Mapping[str, Parser] = field(default_factory=dict)
    """Readers of single fields that other features bring, by field key."""


def parser_for(
    known: Field, context: ReadingContext, *, header: str = "", unit: str = "", shared: tuple[str, ...] = ()
) -> Parser:
    """The reader of one column. ``shared`` names all fields of a column that holds several."""
    if known.key in context.parsers:
        return context.parsers[known.key]
    if known.key in ("head_name", "head_id_no"):
        return _asked_instead(_PLAIN["name"] if known.key == "head_name" else _id_no_parser(context))
    if shared:
        return _SHARED[known.key]
    name, _, of = known.reader.partition(":")
    if name == "employment_status":
        return employment_status_parser(header)
    if name in _PLAIN:
        return _scaled(_PLAIN[name], unit) if name == "amount" else _PLAIN[name]
    if name in _OF_LIST:
        return _OF_LIST[name](of)
    return _BUILT[name](context)


def parse_contact(cell: Any) -> Reading:
    """The words of a contact; a number in the same cell belongs to the telephone."""
    text, issue = parse_text(cell)
    if text is None:
        return NOTHING
    words = "".join(c for c in text if not c.isdigit() and c not in "-+()()：:/,，;；、").strip()
    return (words or None), issue


def _phone_beside_name(cell: Any) -> Reading:
    value, issue = parse_phone(cell)
    return value, None if issue and issue.code == "phone_with_text" else issue


def _id_no_parser(context: ReadingContext) -> Parser:
    today, known_county = context.today, context.known_county

    def parse(cell: Any) -> Reading:
        found = check_id_number(cell, today, known_county)
        if isinstance(found, IdNumber):
            return found, Issue("note", found.warning) if found.warning else None
        if found.code == "id_missing":
            return NOTHING
        return None, Issue("error", found.code, found.params)

    return parse


def parse_credit_code(cell: Any) -> Reading:
    found = check_credit_code(cell)
    if isinstance(found, NumberProblem):
        return NOTHING if found.code == "credit_code_missing" else (None, Issue("ask", found.code, found.params))
    return found, None


def employment_status_parser(header: str) -> Parser:
    """A reader of a status. Under 是否务工 a "yes" is work away and a "no" says nothing of work at home; under
    是否就业 a "no" is no work and a "yes" leaves the kind open."""
    asks_away = "务工" in header or "外出" in header
    answers = {True: "working_away", False: None} if asks_away else {True: None, False: "unemployed"}
    resolve = categories("employment_status").resolve

    def parse(cell: Any) -> Reading:
        value, issue = parse_yes_no(cell)
        if value is not None:
            code = answers[value]
            return code, None if code or asks_away else Issue("note", "employment_kind_missing")
        code = resolve(str(cell)) if issue else None
        if code is None and issue is not None:
            return ask("choice_unknown", value=issue.params["value"], list="employment_status")
        return code, None

    return parse


def parse_skill(cell: Any) -> Reading:
    """Trades of skill; the national register keeps the capacity for work under the name of skill (劳动技能)."""
    text, issue = parse_text(cell)
    if text is None:
        return NOTHING
    ability = categories("work_ability").resolve(text) if "劳动力" in text else None
    return (WorkAbility(ability), None) if ability else (parse_list(cell)[0], issue)


@dataclass(frozen=True)
class WorkAbility:
    """A capacity for work found in the column of skills."""

    code: str


def _asked_instead(parse: Parser) -> Parser:
    """The head's particulars never hold up the labourer's row."""

    def parse_head(cell: Any) -> Reading:
        value, issue = parse(cell)
        return value, issue._replace(level="ask") if issue and issue.level == "error" else issue

    return parse_head


def _refused_places(context: ReadingContext) -> Parser:
    """In a column of places refused every place is refused, also those written without "not"."""
    parse_places = places_parser(context.resolve_place)

    def parse(cell: Any) -> Reading:
        places, issue = parse_places(cell)
        if places is None:
            return None, issue
        return Places((), (*places.wanted, *places.refused)), issue

    return parse


def _scaled(parse: Parser, unit: str) -> Parser:
    """Amounts under a header in thousands or tens of thousands of yuan."""
    times = 10_000 if unit.startswith("万") else 1_000 if unit.startswith("千") else 1
    if times == 1:
        return parse

    def parse_scaled(cell: Any) -> Reading:
        try:
            number = float(cell)
        except ValueError:
            return parse(cell)
        return parse(number * times if number < times else number)

    return parse_scaled


def _day(rules: DateRules) -> Callable[[ReadingContext], Parser]:
    return lambda context: day_parser(context.today, rules, epoch=context.epoch)


_PLAIN: Final[Mapping[str, Parser]] = {
    "text": parse_text,
    "labelled_text": parse_text,
    "person_text": parse_text,
    "number_text": parse_number_text,
    "name": parse_name,
    "phone": parse_phone,
    "relation": parse_relation,
    "sex": parse_sex,
    "months": parse_months,
    "amount": parse_amount,
    "skill": parse_skill,
    "skill_level": parse_skill_level,
    "willingness": parse_willingness,
    "list": parse_list,
    "hours_week": parse_hours_per_week,
    "hours_day": parse_hours_per_day,
    "excluded": parse_excluded,
    "credit_code": parse_credit_code,
    "headcount": parse_headcount,
    "lodging": parse_lodging,
    "meals": parse_meals,
}
_OF_LIST: Final[Mapping[str, Callable[[str], Parser]]] = {
    "choice": choice_parser,
    "choices": choices_parser,
    "preference": preference_parser,
}
_BUILT: Final[Mapping[str, Callable[[ReadingContext], Parser]]] = {
    "id_no": _id_no_parser,
    "day": _day(DateRules()),
    "day_ahead": _day(DateRules(latest_years_ahead=50)),
    "birth_date": _day(DateRules(earliest=date(1900, 1, 1), past_only=True)),
    "stated_on": _day(DateRules(earliest=date(2015, 1, 1), whole_day=True, past_only=True)),
    "places": lambda context: places_parser(context.resolve_place),
    "refused_places": _refused_places,
    "matters_most": lambda _: matters_most_parser(),
}
_SHARED: Final[Mapping[str, Parser]] = {
    "v_lodging": parse_board_lodging,
    "v_meals": parse_board_meals,
    "v_contact": parse_contact,
    "v_phone": _phone_beside_name,
    "wish_lodging": preference_parser("lodging"),
    "wish_meals": preference_parser("meals"),
}
