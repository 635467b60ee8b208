"""Fixtures of the tests of the generic connector."""

from collections.abc import Iterator

import pytest

from tests.connectors.generic.api import Api, an_api


@pytest.fixture(scope="module")
def served() -> Iterator[Api]:
    with an_api() as api:
        yield api


@pytest.fixture
def api(served: Api) -> Api:
    """An API that answers nothing yet."""
    served.answers.clear()
    served.headers.clear()
    served.asked.clear()
    return served
