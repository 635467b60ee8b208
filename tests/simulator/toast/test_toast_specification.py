"""Answers are what Toast's published descriptions say, and hold no field that they do not name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft4Validator, ValidationError, validators

from tests.simulator.toast.conftest import CREDENTIALS, LOGIN, Client

SPECIFICATIONS = Path(__file__).parents[3] / ".." / "shared" / "reference" / "specs"


def unless_null(keyword: str) -> Any:
    """The descriptions say nowhere what may be null, and much is."""
    check = Draft4Validator.VALIDATORS[keyword]

    def validate(validator: Any, wanted: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
        return iter(()) if value is None else check(validator, wanted, value, schema)

    return validate


Validator = validators.extend(Draft4Validator, {name: unless_null(name) for name in ("type", "enum")})


def described(name: str) -> dict[str, Any]:
    path = SPECIFICATIONS / f"toast-{name}-openapi.yaml"
    if not path.exists():
        pytest.skip(
            f"Toast's description of its {name} API is not beside the checkout, in shared/reference/specs"
        )
    description: dict[str, Any] = yaml.safe_load(path.read_text())
    return description.get("definitions") or description["components"]["schemas"]


def assert_described(name: str, schema: str, answers: list[Any]) -> None:
    assert answers
    definitions = described(name)
    root = {"definitions": definitions, "components": {"schemas": definitions}}
    reference = "#/components/schemas" if name == "stock" else "#/definitions"
    validator = Validator({"$ref": f"{reference}/{schema}", **root})
    problems = [
        f"{error.json_path}: {error.message[:200]}"
        for answer in answers
        for error in validator.iter_errors(answer)
    ]
    assert problems == []
    assert {
        field for answer in answers for field in unnamed(answer, definitions[schema], definitions)
    } == set()


def unnamed(value: Any, schema: dict[str, Any], definitions: dict[str, Any]) -> Iterator[str]:
    """The fields that a description does not name."""
    while "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    if isinstance(value, list):
        for inner in value:
            yield from unnamed(inner, schema.get("items", {}), definitions)
    elif isinstance(value, dict):
        named = properties(schema, definitions)
        others = schema.get("additionalProperties")
        for field, inner in value.items():
            if field in named:
                yield from unnamed(inner, named[field], definitions)
            elif others:
                yield from unnamed(inner, others, definitions)
            else:
                yield field


def properties(schema: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    found = dict(schema.get("properties", {}))
    for part in schema.get("allOf", ()):
        found |= properties(part, definitions)
    return found


def test_orders_of_every_kind_are_what_is_described(toast: Client) -> None:
    orders = toast.every_order()
    checks = [check for order in orders for check in order["checks"]]
    selections = [selection for check in checks for selection in check["selections"]]
    payments = [payment for check in checks for payment in check["payments"]]
    assert any(order["voided"] for order in orders)
    assert any(check["appliedServiceCharges"] for check in checks)
    assert any(check["appliedDiscounts"] for check in checks)
    assert any(check["customer"] for check in checks)
    assert any(selection["refundDetails"] for selection in selections)
    assert any(selection["modifiers"] for selection in selections)
    assert any(payment["refund"] for payment in payments)
    assert_described("orders", "Order", orders)


def test_the_amounts_of_a_check_add_up(toast: Client) -> None:
    for order in toast.every_order():
        for check in order["checks"]:
            counted = [selection for selection in check["selections"] if not selection["voided"]]
            charges = check["appliedServiceCharges"] if counted or not order["voided"] else []
            prices = sum(selection["price"] for selection in counted)
            shown = sum(charge["chargeAmount"] for charge in charges if not charge["gratuity"])
            gratuity = sum(charge["chargeAmount"] for charge in charges if charge["gratuity"])
            if not order["voided"]:
                assert check["amount"] == pytest.approx(prices + shown)
                assert check["totalAmount"] == pytest.approx(check["amount"] + check["taxAmount"] + gratuity)


def test_menus_are_what_is_described(toast: Client) -> None:
    assert_described("menus", "Restaurant", [toast.get("/menus/v2/menus").json()])
    assert_described("menus", "Metadata", [toast.get("/menus/v2/metadata").json()])


def test_stock_is_what_is_described(toast: Client) -> None:
    assert_described("stock", "MenuItemInventory", toast.get("/stock/v1/inventory").json())


def test_a_restaurant_is_what_is_described(toast: Client) -> None:
    assert_described("restaurants", "RestaurantInfo", [toast.get("/restaurants/v1/restaurants/L001").json()])


def test_a_login_and_an_error_are_what_is_described(toast: Client) -> None:
    assert_described("authentication", "AuthenticationResponse", [toast.post(LOGIN, json=CREDENTIALS).json()])
    refused = toast.post(LOGIN, json={**CREDENTIALS, "clientSecret": "another"})
    assert refused.status_code == 401
    assert_described("authentication", "ErrorMessage", [refused.json()])
