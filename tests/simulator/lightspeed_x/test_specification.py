"""Answers are what X's published description says."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from tests.simulator.lightspeed_x.conftest import Shop

SPECIFICATION = (
    Path(__file__).parents[3] / ".." / "shared" / "reference" / "specs" / "lightspeed-x-api-2.0.json"
)
CONSIGNMENT = "/consignments/{consignment_id}/products"


@pytest.fixture(scope="module")
def validator() -> Callable[..., Draft4Validator]:
    if not SPECIFICATION.exists():
        pytest.skip("X's description of its API is not beside the checkout, in shared/reference/specs")
    described = with_nulls(json.loads(SPECIFICATION.read_text()))

    def of_path(path: str, *steps: str) -> Draft4Validator:
        """Checks answers of a path; with steps, a part of them."""
        answer = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        for step in steps:
            answer = answer[step]
        return Draft4Validator({**answer, "components": described["components"]})

    return of_path


def with_nulls(described: Any) -> Any:
    """OpenAPI's `nullable` in the words of JSON Schema."""
    if isinstance(described, list):
        return [with_nulls(inner) for inner in described]
    if not isinstance(described, dict):
        return described
    members = {key: with_nulls(inner) for key, inner in described.items()}
    if members.get("nullable") is True:
        members["type"] = [members["type"], "null"]
    return members


def problems(validator: Draft4Validator, answer: Any) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(answer)]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/sales", {}),
        ("/products", {"deleted": "true"}),
        ("/suppliers", {}),
        ("/outlets", {"deleted": "true"}),
        ("/inventory", {}),
        ("/retailer", {}),
    ],
)
def test_every_answer_is_what_xs_description_says(
    path: str, query: dict[str, str], shop: Shop, validator: Any
) -> None:
    answer = shop.get(path, **query).json()
    assert answer["data"]
    assert problems(validator(path), answer) == []


def test_sales_of_the_search_are_the_sales_of_the_feed(shop: Shop) -> None:
    (found,) = shop.get("/search", type="sales", page_size=1).json()["data"]
    assert found in shop.every("/sales")


def test_stock_orders_and_their_products_are_what_xs_description_says(shop: Shop, validator: Any) -> None:
    # The description shows a bare list; every other list, and the version of 2026-07, is wrapped in `data`.
    orders = shop.every("/consignments", type="SUPPLIER")
    assert orders
    assert problems(validator("/consignments"), orders) == []
    products = shop.get(f"/consignments/{orders[0]['id']}/products").json()
    assert products["data"]
    assert problems(validator(CONSIGNMENT), products) == []


def test_an_answer_that_is_not_as_described_would_be_found(validator: Any) -> None:
    assert problems(validator("/sales"), {"data": [{"status": "PAID", "total_price": "12.00"}]}) != []
