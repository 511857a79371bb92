"""The other side of the senders: a gateway and a mail server on loopback that remember what they took by its number."""

import json
import random
import socketserver
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from app.notifications import signing

SECRET = "0123456789abcdef0123456789abcdef"  # of a gateway that is not there


@dataclass
class Sink:
    """What was taken, each once, and how often it came. ``answers`` are given first, one a request; then all is well.

    ``delay`` seconds pass before an answer; every so many answers of the gateway get lost on the line (``loses``).
    """

    port: int = 0
    taken: dict[str, Any] = field(default_factory=dict)
    came: Counter[str] = field(default_factory=Counter)
    answers: list[int] = field(default_factory=list)
    delay: float = 0
    loses: int = 0
    refused_signatures: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self) -> int | None:
        """The next status to refuse with."""
        with self._lock:
            return self.answers.pop(0) if self.answers else None

    def take(self, number: str, content: Any) -> bool:
        """Take it if it is new; whether the answer gets lost."""
        time.sleep(self.delay * random.random())
        with self._lock:
            self.came[number] += 1
            self.taken.setdefault(number, content)
            return bool(self.loses) and self.came.total() % self.loses == 0

    @property
    def again(self) -> int:
        """Deliveries that were known already, and ignored."""
        return self.came.total() - len(self.taken)


class _Quiet(socketserver.ThreadingMixIn):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """A sender that is killed breaks its connection."""


class _HttpServer(_Quiet, ThreadingHTTPServer):
    pass


class _SmtpServer(_Quiet, socketserver.TCPServer):
    allow_reuse_address = True


@contextmanager
def gateway() -> Iterator[Sink]:
    """A gateway of short messages; its address is ``http://127.0.0.1:<port>/send``."""
    sink = Sink()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            body = self.rfile.read(length)
            if len(body) < length:  # the sender died in the middle of it
                self.close_connection = True
                return None
            headers = {name.lower(): value for name, value in self.headers.items()}
            # The senders of a test have a clock of their own.
            at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
            if not signing.is_genuine(SECRET, headers, body, at):
                sink.refused_signatures += 1
                return self._say(401)
            status = sink.answer()
            if status is not None:
                return self._say(status)
            if sink.take(headers["idempotency-key"], json.loads(body)):
                self.close_connection = True
                return None
            return self._say(202)

        def _say(self, status: int) -> None:
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on the screen."""

    with _HttpServer(("127.0.0.1", 0), Handler) as server, _serving(server):
        sink.port = server.server_address[1]
        yield sink


@contextmanager
def mail_server() -> Iterator[Sink]:
    """A mail server that takes everything, or refuses the recipients with the next of ``answers``."""
    sink = Sink()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 sink")
            for line in iter(self.rfile.readline, b""):
                word = line[:4].upper().decode().strip()
                if word == "QUIT":
                    return self._say("221 bye")
                if word == "RCPT" and (status := sink.answer()) is not None:
                    self._say(f"{status} not now")
                elif word == "DATA":
                    self._data()
                else:
                    self._say("250 well")
            return None

        def _data(self) -> None:
            self._say("354 go on")
            lines = []
            for line in iter(self.rfile.readline, b".\r\n"):
                if not line:
                    return  # broken off: nothing was taken
                lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
            mail = message_from_bytes(b"".join(lines), policy=default)
            assert isinstance(mail, EmailMessage)
            sink.take(mail["message-id"], mail)
            self._say("250 taken")

        def _say(self, text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

    with _SmtpServer(("127.0.0.1", 0), Handler) as server, _serving(server):
        sink.port = server.server_address[1]
        yield sink


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield
    server.shutdown()
    thread.join()
