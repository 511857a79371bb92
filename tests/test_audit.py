"""The audit says what it judged, what it found, and what it could not judge."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
WEAKNESS = {
    "id": "TEST-2026-1",
    "modified": "2026-01-01T00:00:00Z",
    "published": "2026-01-01T00:00:00Z",
    "summary": "invented for the test",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "fastapi"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
        }
    ],
}


@contextmanager
def advisories(weak: str | None) -> Iterator[str]:
    """A service of advisories on loopback that knows a weakness of one package, or none."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            known = [{"id": WEAKNESS["id"], "modified": WEAKNESS["modified"]}]
            self._answer(
                {"results": [{"vulns": known} if one["package"]["name"] == weak else {} for one in asked["queries"]]}
            )

        def do_GET(self) -> None:
            self._answer(WEAKNESS)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
            """Say nothing."""

        def _answer(self, content: object) -> None:
            body = json.dumps(content).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def audit(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PROJECT / "scripts" / "audit"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")


def test_all_is_judged_and_written_down(no_proxy: None, tmp_path: Path) -> None:
    with advisories(None) as service:
        done = audit("--advisories", service, "--sbom", str(tmp_path / "bill.json"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "✓ licences" in done.stdout
    assert "✓ weaknesses" in done.stdout
    bill = json.loads((tmp_path / "bill.json").read_text())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    parts = {one["name"]: one for one in bill["components"]}
    assert len(parts) > 40
    assert parts["fastapi"]["licenses"] == [{"license": {"name": "MIT"}}]
    assert "pytest" not in parts


def test_a_known_weakness_is_something_to_mend(no_proxy: None) -> None:
    with advisories("fastapi") as service:
        done = audit("--advisories", service)
    assert done.returncode == 1
    assert "TEST-2026-1 invented for the test" in done.stdout


def test_nobody_to_ask_is_not_the_same_as_nothing_known(no_proxy: None) -> None:
    done = audit("--advisories", "http://127.0.0.1:9")
    assert done.returncode == 3
    assert "? weaknesses: not judged" in done.stdout
    assert "✓ weaknesses" not in done.stdout
