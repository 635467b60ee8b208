"""What X does besides telling records: pages, refusals, tokens, limits."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime

import pytest
import requests

from simulator.lightspeed_x.app import SECRETS
from simulator.lightspeed_x.sales import DISCOUNT_PRODUCT
from tests.simulator.lightspeed_x.conftest import Shop

REFRESH = {
    "grant_type": "refresh_token",
    "client_id": "simulated-client",
    "client_secret": SECRETS["LIGHTSPEED_X_CLIENT_SECRET"],
}


def test_the_parameter_page_of_the_older_api_changes_nothing(shop: Shop) -> None:
    first = shop.get("/sales", page_size=5).json()
    assert shop.get("/sales", page_size=5, page=2).json() == first
    after = shop.get("/sales", page_size=5, after=first["version"]["max"]).json()
    assert after["version"]["min"] > first["version"]["max"]


def test_a_feed_ends_with_an_empty_page(shop: Shop) -> None:
    highest = max(sale["version"] for sale in shop.every("/sales"))
    assert shop.get("/sales", after=highest).json() == {"data": [], "version": {"min": None, "max": None}}


def test_a_date_does_not_filter_the_feed(shop: Shop) -> None:
    everything = shop.get("/sales", page_size=5).json()
    assert shop.get("/sales", page_size=5, date_from="2030-01-01T00:00:00Z").json() == everything


def test_deleted_products_are_told_only_to_who_asks_for_them(shop: Shop) -> None:
    deleted = {item.id for item in shop.ledger.items if item.is_deleted}
    assert deleted
    told = {product["id"] for product in shop.every("/products")}
    assert {product["id"] for product in shop.every("/products", deleted="true")} == told | deleted


def test_the_end_of_a_wait_is_told_as_a_date(shop: Shop) -> None:
    shop.app.state.faults.rate_limit(retry_after=40)
    answer = shop.get("/sales")
    wait = parsedate_to_datetime(answer.headers["Retry-After"]) - datetime.now(UTC)
    assert answer.status_code == 429
    assert timedelta(seconds=35) < wait <= timedelta(seconds=41)


@pytest.mark.parametrize("agent", ["", "python-requests/2.32"])
def test_who_does_not_name_itself_is_refused(shop: Shop, agent: str) -> None:
    assert shop.get("/outlets", agent=agent).status_code == 400


def test_a_refresh_token_is_good_for_one_grant(shop: Shop) -> None:
    def refresh(token: str) -> requests.Response:
        asked = REFRESH | {"refresh_token": token}
        return requests.post(f"{shop.url}/api/1.0/token", asked, timeout=30)

    first = SECRETS["LIGHTSPEED_X_REFRESH_TOKEN"]
    granted = refresh(first).json()
    assert shop.get("/outlets", token=granted["access_token"]).status_code == 200
    assert refresh(first).json() == {"error": "invalid_grant"}
    assert refresh(granted["refresh_token"]).status_code == 200


def test_the_lines_and_charges_of_every_sale_add_up_to_it(shop: Shop) -> None:
    for sale in shop.every("/sales"):
        lines = sum(Decimal(str(line["price_total"])) for line in sale["line_items"])
        charges = sum(Decimal(str(each["value"])) for each in sale["adjustments"])
        assert lines + charges == Decimal(str(sale["total_price"]))


def test_a_discount_of_the_whole_sale_is_a_line_of_the_discount_product(shop: Shop) -> None:
    product = shop.get("/retailer").json()["data"]["discount_product_id"]
    lines = [line for sale in shop.every("/sales") for line in sale["line_items"]]
    discounts = [line for line in lines if line["product_id"] == product]
    assert product == DISCOUNT_PRODUCT
    assert discounts
    assert {line["quantity"] for line in discounts} == {-1}
