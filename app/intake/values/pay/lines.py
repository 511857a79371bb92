"""Many pay texts, one a line, as plain dictionaries: what the command line and the API give out."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from app.intake.values.pay.reading import PayReading, read_pay


def read_pay_lines(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Read each line as one pay text and give it back with its reading, in the order they came."""
    for line in lines:
        yield as_dict(read_pay(line.rstrip("\r\n")))


def as_dict(reading: PayReading) -> dict[str, Any]:
    """A reading in values JSON knows; numbers are whole where they are whole."""
    return {
        "text": reading.text,
        "min": _number(reading.minimum),
        "max": _number(reading.maximum),
        "period": reading.period,
        "period_stated": reading.period_stated,
        "basis": reading.basis,
        "pay_basis": reading.pay_basis,
        "months": reading.months,
        "base_min": _number(reading.base_min),
        "piece": reading.piece,
        "open": "up" if reading.open_up else None,
        "negotiable": reading.negotiable,
        "approx": reading.approx,
        "note": reading.note or None,
        "others": [
            {
                "role": other.role,
                "min": _number(other.minimum),
                "max": _number(other.maximum),
                "period": other.period,
                "words": other.span.words,
            }
            for other in reading.others
        ],
        "spans": [
            {"field": span.field, "start": span.start, "end": span.end, "words": span.words} for span in reading.spans
        ],
    }


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
