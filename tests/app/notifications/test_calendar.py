"""Calendar files as RFC 5545 has them, octet by octet."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.notifications.calendar import Event, calendar_file, fold

STAMP = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
COACH = Event(
    uid="trip-7@duijie.example",
    summary="去苏州的大巴",
    begins=datetime(2026, 12, 1, 6, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
    lasts=timedelta(hours=11),
    stamped_at=STAMP,
    location="会宫镇政府门口; 东侧",
    description="带身份证,\n行李一件\\不超重",
    remind_before=timedelta(hours=12),
)


def test_a_departure_to_the_octet() -> None:
    assert calendar_file(COACH).decode() == (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Duijie//Duijie//EN\r\nMETHOD:PUBLISH\r\nBEGIN:VEVENT\r\n"
        "UID:trip-7@duijie.example\r\nDTSTAMP:20261121T020000Z\r\nSEQUENCE:0\r\n"
        "DTSTART:20261130T223000Z\r\nDTEND:20261201T093000Z\r\nSUMMARY:去苏州的大巴\r\n"
        "LOCATION:会宫镇政府门口\\; 东侧\r\nDESCRIPTION:带身份证\\,\\n行李一件\\\\不超重\r\nSTATUS:CONFIRMED\r\n"
        "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:去苏州的大巴\r\nTRIGGER:-PT720M\r\nEND:VALARM\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def test_a_whole_day_and_a_cancelled_event() -> None:
    event = Event("s-1", "最后一天", date(2026, 12, 1), timedelta(days=1), STAMP, cancelled=True, sequence=2)
    text = calendar_file(event).decode()
    assert "DTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261202\r\n" in text
    assert "METHOD:CANCEL\r\n" in text
    assert "SEQUENCE:2\r\n" in text
    assert "STATUS:CANCELLED\r\n" in text
    assert "VALARM" not in text


@pytest.mark.parametrize(
    "changes",
    [
        {"begins": datetime(2026, 12, 1, 6, 30)},  # noqa: DTZ001 (what is refused)
        {"lasts": timedelta()},
        {"begins": date(2026, 12, 1), "lasts": timedelta(hours=3)},
        {"uid": "a\r\nATTENDEE:mailto:x@y.example"},
        {"uid": ""},
    ],
)
def test_what_is_no_event_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"moment|longer|line of text"):
        Event(
            **(
                {"uid": "x", "summary": "x", "begins": STAMP, "lasts": timedelta(hours=1), "stamped_at": STAMP}
                | changes
            )
        )  # type: ignore[arg-type]


@given(st.text(max_size=400))
def test_any_text_stays_one_value_and_comes_back(text: str) -> None:
    """No text breaks out of its line; unfolded and unescaped it is what was put in, without control characters."""
    event = Event("u", text, STAMP, timedelta(hours=1), STAMP)
    content = calendar_file(event)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    lines = content.replace(b"\r\n ", b"").decode().split("\r\n")
    assert len(lines) == len(calendar_file(COACH).replace(b"\r\n ", b"").split(b"\r\n")) - 7  # no place, words, alarm
    (value,) = [line.removeprefix("SUMMARY:") for line in lines if line.startswith("SUMMARY:")]
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    wanted = "".join(sign for sign in plain if sign in "\n\t" or (sign >= " " and sign != "\x7f"))
    assert _unescaped(value) == wanted


def _unescaped(value: str) -> str:
    result, signs = "", iter(value)
    for sign in signs:
        if sign == "\\":
            follows = next(signs)
            result += "\n" if follows == "n" else follows
        else:
            result += sign
    return result


def test_folding_tears_no_character_apart() -> None:
    folded = fold("SUMMARY:" + "汉" * 60)
    for part in folded.removesuffix(b"\r\n").split(b"\r\n"):
        assert len(part) <= 75
        part.decode()  # raises where one is torn
