"""How values look on a page and on paper: numbers, days, masked identities. Pure functions, used as filters."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from app.shared.clock import SHANGHAI, day_of
from app.shared.i18n import current_locale, gettext, ngettext

NOTHING: Final = "—"
MILLION: Final = 1_000_000


def number(value: int | None) -> str:
    """18462 → 18,462; nothing known → a dash."""
    return NOTHING if value is None else f"{value:,}"


def money(value: int | Decimal | None) -> str:
    """4800 → 4,800; 4800.50 → 4,800.50. The unit stands in the column head or behind the number."""
    if value is None:
        return NOTHING
    if isinstance(value, Decimal) and value != value.to_integral_value():
        return f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"
    return f"{int(value):,}"


def percent(share: float | Decimal | None, digits: int = 0) -> str:
    """0.962 → 96%; with one digit 96.2%."""
    return NOTHING if share is None else f"{float(share) * 100:.{digits}f}%"


def score(millionths: int | None) -> str:
    """860000 → 0.86: scores are integers in millionths everywhere but on a page."""
    if millionths is None:
        return NOTHING
    return f"{(Decimal(millionths) / MILLION).quantize(Decimal('0.01'), ROUND_HALF_UP)}"


def day(value: date | datetime | None) -> str:
    """2026-11-21; a moment gives the day it has in China."""
    if value is None:
        return NOTHING
    return (value.astimezone(SHANGHAI) if isinstance(value, datetime) else value).strftime("%Y-%m-%d")


def moment(value: datetime | None) -> str:
    """2026-11-21 19:40, China time."""
    return NOTHING if value is None else value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def relative_day(value: date | datetime, today: date) -> str:
    """Words to stand beside a date, never instead of it: today, in 3 days, 12 days ago."""
    locale = current_locale()
    on = day_of(value) if isinstance(value, datetime) else value
    days = (on - today).days
    if days == 0:
        return gettext(locale, "today")
    if days > 0:
        return ngettext(locale, "in %(num)s day", "in %(num)s days", days)
    return ngettext(locale, "%(num)s day ago", "%(num)s days ago", -days)


def masked_name(name: str | None) -> str:
    """张三 → 张*, 张小梅 → 张*梅: enough to recognise someone you know, too little to find a stranger."""
    if not name:
        return NOTHING
    if len(name) <= 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def masked_id(number_text: str | None) -> str:
    """340823199001011234 → 340***********1234; a short fragment shows nothing but its length."""
    return _masked(number_text, 3, 4)


def masked_phone(number_text: str | None) -> str:
    """13800138000 → 138****8000."""
    return _masked(number_text, 3, 4)


def _masked(text: str | None, head: int, tail: int) -> str:
    if not text:
        return NOTHING
    hidden = len(text) - head - tail
    # Hiding two or three characters hides nothing: such a fragment is hidden whole.
    if hidden < 4:
        return "*" * len(text)
    return text[:head] + "*" * hidden + text[-tail:]
