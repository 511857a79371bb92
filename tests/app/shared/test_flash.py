"""The message of the last act: only our own words, once, in the reader's language."""

import base64
import json

import pytest
from starlette.requests import Request
from starlette.responses import Response

from app.shared.flash import COOKIE, Flash, set_flash, take_flash
from app.shared.i18n import lazy, nlazy, use_locale


def _request(cookie: str) -> Request:
    return Request({"type": "http", "headers": [(b"cookie", f"{COOKIE}={cookie}".encode())]})


def _after(response: Response) -> Request:
    return _request(response.headers["set-cookie"].split(";")[0].removeprefix(f"{COOKIE}="))


def _forged(**body: object) -> Request:
    return _request(base64.urlsafe_b64encode(json.dumps(body).encode()).decode())


def test_a_message_reaches_the_next_page_in_its_readers_language() -> None:
    response = Response()
    set_flash(response, lazy("row %(row)s", row=7), undo="/imports/7/undo")
    flash = take_flash(_after(response))
    assert flash is not None
    assert (str(flash.text), flash.kind, flash.undo) == ("第 7 行", "good", "/imports/7/undo")
    with use_locale("en"):
        assert str(flash.text) == "row 7"
    assert "HttpOnly" in response.headers["set-cookie"]


def test_a_counted_message_keeps_its_count() -> None:
    response = Response()
    set_flash(response, nlazy("in %(num)s day", "in %(num)s days", 3), kind="info")
    flash = take_flash(_after(response))
    assert flash is not None
    assert flash.text.text("en") == "in 3 days"


def test_nothing_said_nothing_shown() -> None:
    assert take_flash(Request({"type": "http", "headers": []})) is None


@pytest.mark.parametrize(
    "request_",
    [
        _request("not-base64!"),
        _request(base64.urlsafe_b64encode(b"[1]").decode()),
        _forged(id="Your account is locked, call 123", kind="bad"),
        _forged(id="row %(row)s", kind="good", params={}),
        _forged(id="row %(row)s", kind="good", params="x"),
        _forged(id="today", kind="shouting"),
        _forged(kind="good"),
    ],
)
def test_broken_or_foreign_messages_are_dropped(request_: Request) -> None:
    assert take_flash(request_) is None


@pytest.mark.parametrize("undo", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", 7, None])
def test_undo_leads_to_this_site_or_nowhere(undo: object) -> None:
    assert take_flash(_forged(id="today", kind="good", undo=undo)) == Flash(lazy("today"), "good", None)
