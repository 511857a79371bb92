"""The texts of messages: data, read strictly, so that no text with a gap or an unknown purpose is ever sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any, Final

from app.notifications.models import CHANNELS
from app.notifications.purposes import PURPOSES
from app.shared.strict_yaml import DataFileError, check_keys, load_strict

DATA: Final = Path(__file__).parent / "data" / "templates.yaml"
LANGUAGES: Final = {"zh_Hans": "zh", "en": "en"}
MASK: Final = "••••"
MOST_SMS: Final = {"zh_Hans": 134, "en": 268}  # two short messages' worth, with the fillings still to come
STOP_HINT: Final = {"zh_Hans": "回复TD退订", "en": " Reply TD to get none."}  # where answers are taken
_KEYS: Final = ("code", "purpose", "channel", "urgent", "hours", "params", "secret", "zh", "en")


@dataclass(frozen=True)
class Template:
    """One kind of message."""

    code: str
    purpose: str
    channel: str
    urgent: bool
    useful: timedelta
    params: frozenset[str]
    secret: frozenset[str]
    subjects: Mapping[str, str]  # by language; none for a short message
    texts: Mapping[str, str]

    def subject(self, language: str, values: Mapping[str, str]) -> str:
        """The e-mail's subject; empty for a short message."""
        return self.subjects.get(language, "").format_map(values)

    def text(self, language: str, values: Mapping[str, str]) -> str:
        return self.texts[language].format_map(values)

    def masked(self, values: Mapping[str, str]) -> dict[str, str]:
        """The values as whoever must not use the message may read it."""
        return {**values, **dict.fromkeys(self.secret, MASK)}

    def check(self, params: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """Refuse fillings that are not exactly the declared ones: a bug of the caller."""
        if set(params) != self.params or set(secrets) != self.secret:
            wanted, given = sorted(self.params | self.secret), sorted({*params, *secrets})
            raise ValueError(f"{self.code} is filled with {wanted}, not with {given}")


def load_templates(path: Path = DATA) -> dict[str, Template]:
    """Every kind of message by its code. Raises DataFileError naming what is wrong."""
    content = load_strict(path)
    if not isinstance(content, list):
        raise DataFileError(f"{path.name}: expected a list of templates")
    found: dict[str, Template] = {}
    for position, entry in enumerate(content):
        template = _read(f"{path.name}: {position}", entry)
        if template.code in found:
            raise DataFileError(f"{path.name}: {template.code} stands twice")
        found[template.code] = template
    return found


def _read(where: str, entry: Any) -> Template:
    subjects = ("subject_zh", "subject_en") if isinstance(entry, dict) and entry.get("channel") == "email" else ()
    check_keys(where, entry, required=(*_KEYS, *subjects))
    if entry["purpose"] not in PURPOSES or entry["channel"] not in CHANNELS:
        raise DataFileError(f"{where}: unknown purpose or channel")
    if not isinstance(entry["urgent"], bool) or not (isinstance(entry["hours"], int) and 0 < entry["hours"] <= 720):
        raise DataFileError(f"{where}: urgent is true or false, hours a number from 1 to 720")
    params, secret = frozenset(entry["params"]), frozenset(entry["secret"])
    for key in ("zh", "en", *subjects):
        _check_text(f"{where}: {key}", entry[key], params | secret, whole=key in ("zh", "en"))
    for language, key in LANGUAGES.items():
        if entry["channel"] == "sms" and ("\n" in entry[key].strip() or len(entry[key]) > MOST_SMS[language]):
            raise DataFileError(
                f"{where}: {key}: a short message is one line of at most {MOST_SMS[language]} characters"
            )
    return Template(
        code=entry["code"],
        purpose=entry["purpose"],
        channel=entry["channel"],
        urgent=entry["urgent"],
        useful=timedelta(hours=entry["hours"]),
        params=params,
        secret=secret,
        subjects={language: entry[f"subject_{key}"] for language, key in LANGUAGES.items()} if subjects else {},
        texts={language: entry[key].strip() for language, key in LANGUAGES.items()},
    )


def _check_text(where: str, text: Any, names: frozenset[str], *, whole: bool) -> None:
    if not isinstance(text, str) or not text.strip():
        raise DataFileError(f"{where}: needs its text")
    used = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    if used - names or (whole and used != names):
        raise DataFileError(f"{where}: fills {sorted(used)}, declared are {sorted(names)}")


@lru_cache(maxsize=1)
def templates() -> Mapping[str, Template]:
    """The shipped texts, read once."""
    return load_templates()
