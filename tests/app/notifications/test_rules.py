"""Texts, addresses, hours and signatures: the pure parts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.notifications import hours, signing
from app.notifications.addresses import Address, find_email, find_mobile, is_email, masked
from app.notifications.templates import DATA, load_templates, templates
from app.settings import Settings
from app.shared.clock import SHANGHAI
from app.shared.strict_yaml import DataFileError
from tests.app.notifications.sinks import SECRET
from tests.conftest import NOW


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


@pytest.mark.parametrize(
    ("wanted", "sent"),
    [
        (local(21, 7, 59), local(21, 8)),
        (local(21, 8), local(21, 8)),
        (local(21, 20, 59), local(21, 20, 59)),
        (local(21, 21), local(22, 8)),
        (local(22, 0, 30), local(22, 8)),
    ],
)
def test_nobody_is_woken(wanted: datetime, sent: datetime) -> None:
    assert hours.by_day(wanted) == sent
    assert hours.is_quiet(wanted) is (wanted != sent)


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ("15400990032", "15400990032"),
        ("张三 154-0099-0032，晚上打", "15400990032"),
        ("+86 154 0099 0032", "15400990032"),
        ("8615400990032", "15400990032"),
        ("0556-3200112", None),
        ("340722198603150011", None),  # an identity number is no telephone
        ("", None),
    ],
)
def test_a_mobile_number_is_found_in_what_people_write(told: str, number: str | None) -> None:
    assert find_mobile(told) == (Address("sms", number) if number else None)


def test_an_address_is_found_and_masked() -> None:
    assert find_email("写信到 Li.Wei@Mail.Example，谢谢") == Address("email", "li.wei@mail.example")
    assert find_email("no address") is None
    assert is_email("a@b.example")
    assert not is_email("a@b.example\nBcc: c@d.example")
    assert not is_email("a@b.example, c@d.example")
    assert masked(Address("email", "li.wei@mail.example")) == "li***@mail.example"
    assert masked(Address("sms", "15400990032")) == "154****0032"


def test_the_shipped_texts_are_whole_and_name_nobody() -> None:
    for template in templates().values():
        filled = dict.fromkeys(template.params | template.secret, "x")
        for language in ("zh_Hans", "en"):
            text = template.text(language, filled)
            assert "{" not in text
            for word in ("贫困", "脱贫", "低保", "监测户", "poverty", "poor"):
                assert word not in text.lower()
        assert not template.params & {"name", "id_no", "phone"}


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("purpose: own_pages", "purpose: selling", "unknown purpose"),
        ("hours: 72", "hours: 0", "hours"),
        ("代码是 {code}", "代码", "declared are"),
        ("channel: sms", "channel: pigeon", "unknown purpose or channel"),
        ("code: statement_ending", "code: own_code", "stands twice"),
        ("您登记的就业意愿到", "您登记的就业意愿到" + "很长" * 60, "at most"),
    ],
)
def test_a_slip_in_the_texts_is_refused(tmp_path: Path, old: str, new: str, why: str) -> None:
    slip = tmp_path / "templates.yaml"
    slip.write_text(DATA.read_text().replace(old, new, 1))
    with pytest.raises(DataFileError, match=why):
        load_templates(slip)


def test_a_signature_holds_for_that_body_at_that_time_under_that_number() -> None:
    body = b'{"to": "15400990032"}'
    given = signing.headers(SECRET, "n-1", body, NOW)
    assert given["idempotency-key"] == given["webhook-id"] == "n-1"
    assert signing.is_genuine(SECRET, given, body, NOW + timedelta(minutes=4))
    assert not signing.is_genuine(SECRET, given, body + b" ", NOW)
    assert not signing.is_genuine("x" * 32, given, body, NOW)
    assert not signing.is_genuine(SECRET, {**given, "webhook-id": "n-2"}, body, NOW)
    assert not signing.is_genuine(SECRET, given, body, NOW + timedelta(minutes=6))
    assert not signing.is_genuine(SECRET, {**given, "webhook-timestamp": "²³"}, body, NOW)
    assert not signing.is_genuine(SECRET, {}, body, NOW)


def test_a_signature_as_the_scheme_publishes_it() -> None:
    """Computed by hand for the scheme: base64 of HMAC-SHA256 over number, time and body with points between."""
    given = signing.headers(SECRET, "msg_1", b"{}", datetime(2026, 11, 21, tzinfo=UTC))
    assert given["webhook-timestamp"] == "1795219200"
    assert len(given["webhook-signature"]) == len("v1,") + 44


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"sms_url": "http://gateway.example/send", "sms_secret": SECRET}, "must begin with https"),
        ({"sms_url": "https://gateway.example/send"}, "SMS_URL and SMS_SECRET belong together"),
        ({"sms_url": "https://gateway.example/send", "sms_secret": "short"}, "32 random characters"),
        ({"sms_reply_secret": "a" * 40}, "32 random characters"),
        ({"smtp_host": "mail.example"}, "SMTP_HOST and MAIL_FROM belong together"),
        ({"smtp_host": "mail.example", "mail_from": "nobody"}, "one address"),
        ({"smtp_host": "mail.example", "mail_from": "a@b.example", "smtp_user": "a"}, "SMTP_USER and SMTP_PASSWORD"),
        ({"smtp_host": "mail.example", "mail_from": "a@b.example", "smtp_security": "none"}, "not on this machine"),
    ],
)
def test_weak_or_half_settings_are_refused_without_showing_the_secret(given: dict[str, str], why: str) -> None:
    with pytest.raises(ValidationError, match=why) as refusal:
        Settings(**given)
    assert "aaaa" not in str(refusal.value)
    assert SECRET not in str(refusal.value)
