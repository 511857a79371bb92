"""Schemathesis over the whole document, against a served instance, as three roles: nothing breaks, nothing is
answered that is not written down."""

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.checks import CHECKS, load_all_checks

from app.demo.accounts import PASSWORD
from app.migrations import Server
from tests.journeys.conftest import Instance, served, supply

EXAMPLES = 12
ROLES = ("county", "suzhou", "employer")
# The framework answers 405 without naming the methods of a sibling route; and what a schema cannot say (a day in the
# future, a code that is not on a list) is refused although it fits the schema.
# They would end the session the others are tried in, or use up its login's tries.
ENDING = {
    ("delete", "/api/v1/sessions"),
    ("delete", "/api/v1/account/sessions"),
    ("delete", "/api/v1/account/sessions/{uuid}"),
    ("post", "/api/v1/account/password"),
}
EXCLUDED = ("allow_header_conformance", "unsupported_method", "positive_data_acceptance")


@pytest.fixture(scope="module")
def instance(server: Server, database: str, data_dir: Path) -> Iterator[Instance]:
    with served(server, database, data_dir, supply, api_calls_per_minute=100_000) as instance:
        yield instance


@pytest.mark.timeout(600)
@pytest.mark.parametrize("login", ROLES)
def test_the_document_holds(instance: Instance, login: str, figure: Callable[[str], None]) -> None:
    load_all_checks()
    schema = schemathesis.openapi.from_url(f"{instance.address}/api/v1/openapi.json")
    begun = httpx.post(f"{instance.address}/api/v1/sessions", json={"login": login, "password": PASSWORD})
    headers = {"Authorization": f"Bearer {begun.json()['token']}", "Accept-Language": "en"}
    statuses: Counter[int] = Counter()
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) > 15
    for operation in operations:
        if (operation.method, operation.path) in ENDING:
            continue
        _try(operation.as_strategy(), headers, statuses)
    assert statuses.total() > EXAMPLES * len(operations) / 2
    assert statuses[401] == 0, "the session ended under way"
    assert statuses[429] < statuses.total() / 10, "most was refused for being often"
    answers = ", ".join(f"{status} × {count}" for status, count in sorted(statuses.items()))
    figure(f"document of the API as {login}: {len(operations)} operations, {answers}")


def _try(strategy: object, headers: dict[str, str], statuses: Counter[int]) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def send(case: Case) -> None:
        answer = case.call(headers=headers)
        statuses[answer.status_code] += 1
        case.validate_response(answer, headers=headers, excluded_checks=CHECKS.get_by_names(list(EXCLUDED)))

    send()
