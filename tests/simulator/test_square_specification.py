"""Answers are what Square's published description says: every kind of record, and the errors."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from tests.simulator.asker import EVERYTHING

SPECIFICATION = Path(__file__).parents[2] / ".." / "shared" / "reference" / "specs" / "square-api.json"


@pytest.fixture(scope="module")
def validator() -> Callable[[str], Draft4Validator]:
    if not SPECIFICATION.exists():
        pytest.skip("Square's description of its API is not beside the checkout, in shared/reference/specs")
    described = json.loads(SPECIFICATION.read_text())

    def for_schema(name: str) -> Draft4Validator:
        return Draft4Validator(
            {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
        )

    return for_schema


def problems(validator: Draft4Validator, answers: Iterable[Any]) -> list[str]:
    return [
        f"{error.json_path}: {error.message[:200]}"
        for answer in answers
        for error in validator.iter_errors(answer)
    ]


@pytest.mark.parametrize(("path", "method", "asked", "name", "schema"), EVERYTHING)
def test_every_answer_is_what_squares_description_says(
    path: str, method: str, asked: dict[str, Any], name: str, schema: str, square: Any, validator: Any
) -> None:
    records = square.every(path, name, asked, method=method)
    assert records
    by_shape = {json.dumps(shape(record)): record for record in records}
    assert problems(validator(schema), [{name: list(by_shape.values())}]) == []


def shape(value: Any) -> Any:
    """What keys a record has: records of one shape are checked once."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in sorted(value.items())}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def test_an_error_is_what_squares_description_says(square: Any, validator: Any) -> None:
    answer = square.post("/v2/orders/search", {"location_ids": []}).json()
    assert problems(validator("SearchOrdersResponse"), [answer]) == []
    assert problems(validator("Error"), answer["errors"]) == []


def test_an_answer_that_is_not_as_described_would_be_found(validator: Any) -> None:
    wrong = {"orders": [{"location_id": "L001", "total_money": {"amount": "12.00", "currency": "USD"}}]}
    assert problems(validator("SearchOrdersResponse"), [wrong]) != []
