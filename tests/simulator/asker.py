"""Asks a simulated Square over loopback, page after page."""

from collections.abc import Iterator
from typing import Any

import requests
from starlette.applications import Starlette

TOKEN = "a-token-for-tests"

LONG_AGO = "2020-01-01T00:00:00Z"
EVERY_STORE = [f"L{number:03d}" for number in range(1, 8)]
EVERYTHING = [
    ("/v2/locations", "GET", {}, "locations", "ListLocationsResponse"),
    ("/v2/orders/search", "POST", {"location_ids": EVERY_STORE}, "orders", "SearchOrdersResponse"),
    ("/v2/payments", "GET", {"begin_time": LONG_AGO}, "payments", "ListPaymentsResponse"),
    ("/v2/refunds", "GET", {"begin_time": LONG_AGO}, "refunds", "ListPaymentRefundsResponse"),
    ("/v2/catalog/list", "GET", {"types": "ITEM,CATEGORY,TAX"}, "objects", "ListCatalogResponse"),
    (
        "/v2/catalog/search",
        "POST",
        {"object_types": ["ITEM", "ITEM_VARIATION", "CATEGORY", "TAX"], "include_deleted_objects": True},
        "objects",
        "SearchCatalogObjectsResponse",
    ),
    ("/v2/inventory/counts/batch-retrieve", "POST", {}, "counts", "BatchRetrieveInventoryCountsResponse"),
    ("/v2/inventory/changes/batch-retrieve", "POST", {}, "changes", "BatchRetrieveInventoryChangesResponse"),
    ("/v2/vendors/search", "POST", {}, "vendors", "SearchVendorsResponse"),
]
"""Path, method, what to ask, name of the list, and name of the answer in Square's description."""


class Asker:
    """Asks a simulated Square."""

    def __init__(self, app: Starlette, url: str, token: str | None = TOKEN) -> None:
        self.app = app
        self.url = url
        self.http = requests.Session()
        if token:
            self.http.headers["Authorization"] = f"Bearer {token}"

    def post(self, path: str, body: Any = None) -> requests.Response:
        return self.http.post(self.url + path, json=body if body is not None else {}, timeout=30)

    def get(self, path: str, **params: Any) -> requests.Response:
        return self.http.get(self.url + path, params=params, timeout=30)

    def every(
        self, path: str, name: str, asked: dict[str, Any], *, method: str = "POST"
    ) -> list[dict[str, Any]]:
        """All records of all pages."""
        return [record for page in self.pages(path, name, asked, method=method) for record in page]

    def pages(
        self, path: str, name: str, asked: dict[str, Any], *, method: str = "POST"
    ) -> Iterator[list[dict[str, Any]]]:
        """Page after page."""
        cursor = None
        while True:
            sent = asked | ({"cursor": cursor} if cursor else {})
            response = self.post(path, sent) if method == "POST" else self.get(path, **sent)
            assert response.status_code == 200, response.text
            yield response.json().get(name, [])
            cursor = response.json().get("cursor")
            if cursor is None:
                return


def error_of(response: Any) -> tuple[int, str, str]:
    """Status, category and code of an error."""
    (error,) = response.json()["errors"]
    return response.status_code, error["category"], error["code"]
