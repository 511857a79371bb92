"""One line per event, and nothing of a person in it that nobody meant to log."""

import json
import subprocess
import sys

from app.settings import PROJECT

CODE = """
import logging, structlog
from app.shared.logs import configure_logging
configure_logging(as_json=AS_JSON)
def work(id_number):
    raise ValueError("went wrong")
try:
    work("340722199003070018")
except ValueError:
    structlog.get_logger().exception("broke", 岗位=7)
    logging.getLogger("pgqueuer").exception("broke too")
logging.getLogger("pgqueuer").info("not worth telling")
"""


def logged(*, as_json: bool) -> list[str]:
    code = CODE.replace("AS_JSON", str(as_json))
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert "went wrong" in done.stderr
    # The line of code in a traceback may be seen, the value of a variable may not.
    assert not [line for line in done.stderr.splitlines() if "340722" in line and "work(" not in line]
    return done.stderr.splitlines()


def test_for_a_collector_one_object_per_line_without_local_variables() -> None:
    own, library = (json.loads(line) for line in logged(as_json=True))
    assert (own["event"], own["level"], own["岗位"]) == ("broke", "error", 7)
    assert (library["event"], library["logger"]) == ("broke too", "pgqueuer")
    assert "exc_value" in own["exception"][0]
    assert "340722" not in json.dumps(own)


def test_for_a_person_in_lines_without_local_variables() -> None:
    lines = logged(as_json=False)
    assert "broke" in lines[0]
    assert not [line for line in lines if "locals" in line]
