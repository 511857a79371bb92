"""Invented content for the style gallery, where every piece of the pages is seen, tried and tested at once."""

from datetime import UTC, date, datetime
from typing import Any

from app.shared.i18n import LazyText
from app.shared.i18n import lazy as _

PEOPLE = [
    ("张*梅", "会宫镇", "缝纫工", "苏州、宁波、长三角", 4800, date(2026, 11, 12), "good"),
    ("李*强", "浮山镇", "电子厂普工", "长三角", 5000, date(2026, 11, 18), "good"),
    ("王*明", "横埠镇", "焊工", "不限", 7500, date(2026, 10, 30), "good"),
    ("赵*霞", "义津镇", None, None, None, None, "unknown"),
    ("陈*兵", "项铺镇", "叉车司机", "合肥、芜湖", 5500, date(2026, 11, 2), "warn"),
    (
        "阿***提",
        "汤沟镇",
        "新能源汽车动力电池模组装配与检测工",
        "广州、深圳、东莞、佛山、惠州",
        6200,
        date(2026, 11, 20),
        "info",
    ),
]
STATES: dict[str, LazyText] = {
    "good": _("can be proposed"),
    "unknown": _("not stated"),
    "warn": _("expires in 6 days"),
    "info": _("6 vacancies nearby"),
}


def sample() -> dict[str, Any]:
    """Everything ``gallery.html`` shows."""
    return {
        "people": [_person(number, *person) for number, person in enumerate(PEOPLE, 1)],
        "facts": _facts(),
        "events": _events(),
        "hits": _hits(),
        "compared": _compared(),
        "columns_found": _columns_found(),
        "column_fields": _column_fields(),
        "bad_rows": _bad_rows(),
        "changes": _changes(),
        "queues": _queues(),
        "flow": _flow(),
        "errors": {
            "id_no": _("The last character does not fit the others. Compare it with the card."),
            "matters_most": _("Tick at most %(count)s.", count=3),
        },
        "values": {"name": "张小梅", "id_no": "340823199001011235", "floor": "4800", "shift": "days"},
    }


def _person(
    number: int,
    name: str,
    town: str,
    trade: str | None,
    wish: str | None,
    floor: int | None,
    on: date | None,
    kind: str,
) -> dict[str, Any]:
    return {
        "uuid": f"00000000-0000-4000-8000-{number:012}",
        "name": name,
        "town": town,
        "trade": trade,
        "wish": wish,
        "floor": floor,
        "stated_on": on,
        "state": {"text": STATES[kind], "kind": kind},
    }


def _facts() -> list[dict[str, Any]]:
    said = _("Said by the labourer in person on %(day)s, recorded by %(who)s.", day="2026-11-12", who="汪*")
    return [
        {
            "title": _("Willingness"),
            "edit_href": "#facts",
            "facts": [
                {
                    "label": _("Scope"),
                    "value": _("leave the province"),
                    "source": _("self, %(day)s", day="11-12"),
                    "detail": said,
                },
                {"label": _("Places"), "value": "苏州 > 宁波 > 长三角"},
                {"label": _("In hand"), "value": "4,800", "unit": _("yuan a month or more")},
                {"label": _("Lodging"), "value": None},
            ],
        },
        {
            "title": _("Skill"),
            "facts": [
                {
                    "label": _("Trade"),
                    "value": "缝纫工 · 中级",
                    "source": _("certificate, to %(month)s", month="2027-03"),
                },
                {"label": _("Done for"), "value": _("%(count)s months", count=28)},
            ],
        },
    ]


def _events() -> list[dict[str, Any]]:
    return [
        {
            "at": datetime(2026, 11, 12, 11, 40, tzinfo=UTC),
            "who": _("self"),
            "what": _("Said where to go and for how much"),
            "why": _("by code, on the phone"),
            "kind": "good",
        },
        {"at": date(2026, 11, 10), "who": "汪*", "what": _("Visited: told of two vacancies"), "kind": "plain"},
        {
            "at": date(2026, 10, 8),
            "who": "锦华制衣",
            "what": _("The former work ended"),
            "why": _("laid off"),
            "kind": "warn",
        },
    ]


def _hits() -> list[dict[str, Any]]:
    return [_known_hit(), _stale_hit()]


def _known_hit() -> dict[str, Any]:
    return {
        "id": "1",
        "rank": 1,
        "href": "#hit-1",
        "title": "平缝车工",
        "party": "锦华制衣",
        "tags": [{"text": _("direct contract"), "kind": "plain"}],
        "line": "苏州吴江 · 余 14 名 · 4 人间 · 长白班",
        "pay": {
            "amount": 5620,
            "basis": _("median of %(count)s people", count=31),
            "note": _("promised: %(amount)s at least", amount="5,200"),
        },
        "overall": 861000,
        "scores": _scores(940000, 880000, 790000, 860000),
        "why": [
            _("Sewed for %(count)s months; the level asked for is met", count=28),
            _(
                "%(count)s people of the same township work there; %(amount)s yuan above the floor",
                count=6,
                amount=820,
            ),
        ],
        "unknown": [_("day of the first pay (the employer has not said, counts as 0.3)")],
        "gates": _gates(),
        "parts": _parts(),
        "change": [_("If the employer names the first pay day within 30 days: 0.88")],
    }


def _stale_hit() -> dict[str, Any]:
    return {
        "id": "2",
        "rank": 2,
        "href": "#hit-2",
        "title": "电子组装普工",
        "party": "立成电子",
        "tags": [{"text": _("dispatch: %(agency)s", agency="众邦"), "kind": "warn", "sign": "info"}],
        "line": "苏州昆山 · 余 120 名 · 6 人间 · 两班倒",
        "pay": {"amount": 5150, "basis": _("derived from the hours stated"), "note": None},
        "overall": 638000,
        "stale": True,
        "scores": _scores(220000, 810000, 660000, 700000),
        "why": [_("Two shifts: said to be acceptable")],
        "why_not": [_("Overtime above the 36 hours a month of the law; shown to everybody")],
        "unknown": [_("door to door about %(hours)s hours (estimated)", hours=6)],
        "gates": _gates(),
        "parts": _parts()[:1],
        "change": [],
    }


def _scores(skill: int, location: int, willingness: int, upto: int) -> list[dict[str, Any]]:
    return [
        {"key": "skill", "label": _("Skill"), "value": skill},
        {"key": "location", "label": _("Location"), "value": location, "upto": location},
        {"key": "willingness", "label": _("Willingness"), "value": willingness, "upto": upto},
    ]


def _gates() -> list[dict[str, Any]]:
    return [
        {"passed": True, "text": _("declaration current, scope covers the place"), "detail": "2026-11-12"},
        {"passed": True, "text": _("vacancy verified, openings free")},
        {"passed": None, "text": _("no night work"), "detail": _("the employer has not said")},
        {"passed": False, "text": _("net pay above the floor")},
    ]


def _parts() -> list[dict[str, Any]]:
    return [
        {
            "key": "skill",
            "label": _("Skill"),
            "value": 940000,
            "weight": 400000,
            "parts": [
                _part(_("done before"), _("%(count)s months", count=28), "缝纫", 1000000, 300000),
                _part(_("affinity"), "缝纫工", "平缝车工", 930000, 400000),
                _part(_("level"), "中级", "初级", 1000000, 200000),
            ],
        },
        {
            "key": "willingness",
            "label": _("Willingness"),
            "value": 790000,
            "weight": 400000,
            "parts": [
                _part(_("net pay a month"), "4,800", "5,620", 569000, 333000) | {"doubled": True},
                _part(_("first pay"), _("within 30 days"), None, 300000, 70000) | {"state": "unstated"},
                _part(_("meals"), None, "包两餐", None, 0) | {"state": "silent"},
                _part(_("door to door"), _("at most %(hours)s hours", hours=8), "6", 900000, 150000)
                | {"state": "estimated"},
            ],
        },
    ]


def _part(label: LazyText, wanted: object, offered: object, value: int | None, weight: int) -> dict[str, Any]:
    return {"label": label, "wanted": wanted, "offered": offered, "value": value, "weight": weight, "state": "known"}


def _compared() -> list[dict[str, Any]]:
    return [
        {"label": _("In hand"), "left": "5,620", "right": "5,150", "better": "left"},
        {"label": _("Hours a week"), "left": "56", "right": "66", "better": "left"},
        {"label": _("Lodging"), "left": "4 人间", "right": "6 人间"},
        {"label": _("first pay"), "left": None, "right": _("day %(day)s of the next month", day=15), "better": "right"},
    ]


def _columns_found() -> list[dict[str, Any]]:
    return [
        {
            "index": 0,
            "header": "姓名*",
            "field": "name",
            "confidence": None,
            "how": "known",
            "samples": ["方*", "汪*清", "丁*"],
        },
        {
            "index": 1,
            "header": "证件号",
            "field": "id_no",
            "confidence": 0.96,
            "how": "likely",
            "samples": ["340***********0012"],
        },
        {
            "index": 2,
            "header": "意向去向",
            "field": "wish_place",
            "confidence": 0.58,
            "how": "unsure",
            "samples": ["苏州", "省外", "都行"],
        },
        {
            "index": 3,
            "header": "政府补助台账序号（2024 年以前老系统）",
            "field": "",
            "confidence": None,
            "how": "none",
            "samples": [],
        },
        {"index": 4, "header": "（略）", "field": "drop", "confidence": None, "how": "known", "samples": []},
    ]


def _column_fields() -> list[dict[str, Any]]:
    return [
        {
            "label": _("Who"),
            "options": [
                {"value": "name", "label": _("Name"), "required": True},
                {"value": "id_no", "label": _("Identity number")},
            ],
        },
        {"label": _("Willingness"), "options": [{"value": "wish_place", "label": _("Places")}]},
    ]


def _bad_rows() -> list[dict[str, Any]]:
    return [
        {
            "id": "57",
            "number": 57,
            "who": "方*",
            "column": "身份证号",
            "field": "id_no",
            "found": "3.40823E+17",
            "problem": _("Excel has made a number of it: the last 3 digits are lost."),
            "what_now": _("Type it again from the card, and set the column to text."),
            "value": "340823",
            "error": _("6 characters, 18 are needed."),
        },
        {
            "id": "102",
            "number": 102,
            "who": "汪*清",
            "column": "手机号",
            "field": "phone",
            "found": "1395620148",
            "problem": _("Only 10 digits."),
            "what_now": _("Ask the person; leave it empty if there is none."),
            "value": None,
            "inputmode": "tel",
        },
        {
            "id": "340",
            "number": 340,
            "who": "丁*",
            "column": "所在村",
            "field": "village",
            "found": "拨茅村",
            "problem": _("No such village in this township."),
            "what_now": _("The nearest name is given; check it."),
            "value": "1",
            "options": [{"value": "1", "label": "拔茅村"}, {"value": "2", "label": "柳峰村"}],
            "alike": 6,
        },
    ]


def _changes() -> list[dict[str, Any]]:
    return [
        {"count": 2141, "kind": "new", "label": _("new people")},
        {
            "count": 86,
            "kind": "changed",
            "label": _("people changed"),
            "text": _("differences can be seen row by row"),
            "href": "#changes",
        },
        {"count": 1022, "kind": "ask", "label": _("join the ask-list"), "text": _("no word of their own on record")},
        {"count": 43, "kind": "left", "label": _("rows left out"), "text": _("can be mended later")},
    ]


def _queues() -> list[dict[str, Any]]:
    return [
        {
            "count": 43,
            "title": _("Rows of an import to mend"),
            "href": "#mend",
            "detail": "《会宫镇劳动力台账 11 月》",
            "owner": "汪*",
            "due": {"text": _("today"), "kind": "warn"},
            "act": _("Mend"),
        },
        {
            "count": 1022,
            "title": _("People to ask"),
            "href": "#list",
            "detail": _("on the register, but without a word of their own"),
            "owner": None,
            "due": {"text": "11-30", "kind": "plain"},
            "act": _("Open the list"),
        },
        {
            "count": 1,
            "title": _("A match run has failed"),
            "href": "#progress",
            "detail": _("The data have not changed; start it again."),
            "owner": None,
            "due": {"text": _("overdue"), "kind": "bad"},
            "act": _("Look"),
        },
    ]


def _flow() -> list[dict[str, Any]]:
    steps = [
        (_("registered"), 18462),
        (_("own word current"), 12907),
        (_("with a match"), 9846),
        (_("proposed"), 412),
        (_("accepted"), 263),
    ]
    return [{"label": label, "count": count, "href": "#flow"} for label, count in steps]
