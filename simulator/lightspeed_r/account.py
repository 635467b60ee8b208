"""One merchant's account: the ledger's records, and what R answers about them."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlencode

from simulator.core.account import Account
from simulator.core.answers import Answer, Call, Json, Refusal
from simulator.core.paging import WrongCursor, fingerprint, page_after
from simulator.core.records import Collection, Record
from simulator.lightspeed_r import catalog, purchasing, sales
from simulator.lightspeed_r.asking import Asked, Resource, asked_of, cost_of
from simulator.lightspeed_r.bucket import Bucket
from simulator.lightspeed_r.catalog import CatalogRenderer
from simulator.lightspeed_r.errors import bad_request, forbidden
from simulator.lightspeed_r.login import Login
from simulator.lightspeed_r.parts import moment, second
from simulator.lightspeed_r.purchasing import PurchaseRenderer
from simulator.lightspeed_r.sales import SaleRenderer
from simulator.lightspeed_r.stock import StockRenderer

CONTACT = {"Contact": ("Contact",)}
RESOURCES = (
    Resource(
        "Sale",
        ("saleID", "timeStamp", "completeTime", "updatetime"),
        "employee:register_read",
        sales.RELATIONS,
    ),
    Resource("Shop", ("shopID",), "employee:register_read", CONTACT),
    Resource("PaymentType", ("paymentTypeID",), "employee:register_read", {}),
    Resource("Item", ("itemID", "timeStamp"), "employee:inventory_read", {}),
    Resource("ItemShop", ("itemShopID", "timeStamp"), "employee:inventory_read", {}, archives=False),
    Resource("Category", ("categoryID", "timeStamp"), "employee:inventory_read", {}, archives=False),
    Resource("Vendor", ("vendorID", "timeStamp"), "employee:vendors", {**CONTACT, "Reps": ("Reps",)}),
    Resource("Order", ("orderID", "timeStamp"), "employee:purchase_orders", purchasing.RELATIONS),
    Resource(
        "OrderShipment",
        ("orderShipmentID",),
        "employee:purchase_orders",
        {},
        archives=False,
        path="Shipment",
    ),
    Resource("InventoryLog", ("inventoryLogID", "itemID"), "employee:inventory_log", {}, archives=False),
)


@dataclass
class RetailAccount(Account):
    """The ledger's records and R's lists of them.

    Attributes:
        login: How access tokens are had.
        bucket: How many requests are let through.
    """

    login: Login = field(kw_only=True)
    bucket: Bucket = field(kw_only=True)
    _collections: dict[str, Collection] = field(default_factory=dict)

    def _records(self, name: str) -> Iterable[Record]:
        ledger = self.ledger
        records: Mapping[str, Callable[[], Iterable[Record]]] = {
            "Sale": SaleRenderer(ledger).records,
            "Shop": CatalogRenderer(ledger).shops,
            "PaymentType": CatalogRenderer(ledger).payment_types,
            "Item": CatalogRenderer(ledger).items,
            "ItemShop": StockRenderer(ledger).item_shops,
            "Category": CatalogRenderer(ledger).categories,
            "Vendor": CatalogRenderer(ledger).vendors,
            "Order": PurchaseRenderer(ledger).orders,
            "OrderShipment": PurchaseRenderer(ledger).shipments,
            "InventoryLog": StockRenderer(ledger).inventory_logs,
        }
        return records[name]()

    def _collection(self, name: str) -> Collection:
        if name not in self._collections:
            self._collections[name] = Collection(self._records(name))
        return self._collections[name]

    def edit_order(self, order_id: str) -> None:
        """Gives a sale a new version now, with the same content."""
        self._revise(order_id, {})

    def void_sale(self, sale_id: str) -> None:
        """Voids a sale now."""
        self._revise(sale_id, {"voided": "true"})

    def _revise(self, sale_id: str, changes: Json) -> None:
        now = self.now()

        def change(told: Json, version: int) -> Json:
            return told | {"updatetime": moment(now)} | changes

        self._collection("Sale").revise(sale_id, now, {"updatetime": second(now)}, change)

    def admit(self, call: Call) -> None:
        """What a good token still has to pass: the limits, and the account that it opens."""
        self.login.used(call.token)
        self.bucket.take(self.cost(call))
        if call.place.get("account_id", catalog.ACCOUNT_ID) != catalog.ACCOUNT_ID:
            raise Refusal(forbidden(""))

    def cost(self, call: Call) -> float:
        """How many drips a request costs."""
        asked = next((one for one in RESOURCES if call.path.endswith(f"/{one.path or one.name}.json")), None)
        return cost_of(asked, call.query) if asked else 1.0

    def list_accounts(self, call: Call) -> Json:
        """GET /API/V3/Account.json: the token's one account, which is no list."""
        return {"@attributes": {"count": "1"}, "Account": catalog.account_in_list()}

    def get_account(self, call: Call) -> Json:
        """GET /API/V3/Account/{accountID}.json."""
        return catalog.account(self.ledger)

    def list_of(self, resource: Resource) -> Callable[[Call], bytes | Json]:
        """GET of one of the lists."""
        return partial(self._list, resource)

    def _list(self, resource: Resource, call: Call) -> bytes | Json:
        asked = asked_of(resource, call.query)
        collection = self._collection(resource.name)
        if asked.count:
            found = sum(1 for _ in collection.walk(asked.query, call.now))
            return {"@attributes": {"count": str(found)}}
        if not asked.query.limit:
            return {"@attributes": {"next": "", "previous": ""}}
        parameters = {name: value for name, value in call.query.multi_items() if name != "after"}
        parameters |= {"sort": asked.sort, "limit": str(asked.query.limit)}
        mark = fingerprint(resource.name, parameters)
        try:
            page = page_after(collection, asked.query, asked.after, call.now, mark=mark)
        except WrongCursor:
            raise bad_request("The after parameter is invalid.") from None
        following = f"{call.url}?{urlencode(parameters | {'after': page.cursor})}" if page.cursor else ""
        attributes = json.dumps({"next": following, "previous": ""}).encode()
        told = self._told(resource, asked, page.records)
        return b'{"@attributes":%s%s}' % (attributes, told)

    def _told(self, resource: Resource, asked: Asked, records: list[Record]) -> bytes:
        """The records as R tells them: one alone is no list, and none is not even named."""
        if not records:
            return b""
        missing = [place for name, place in resource.relations.items() if name not in asked.relations]
        texts = [self.texts([record]) for record in records]
        if missing:
            texts = [json.dumps(without(json.loads(text), missing)).encode() for text in texts]
        told = texts[0] if len(texts) == 1 else b"[" + b",".join(texts) + b"]"
        return b',"%s":%s' % (resource.name.encode(), told)


def without(record: Json, places: Iterable[tuple[str, ...]]) -> Json:
    """A record without some of its relations."""
    for place in places:
        _drop(record, place)
    return record


def _drop(told: Json, place: tuple[str, ...]) -> None:
    first, *rest = place
    if not rest:
        told.pop(first, None)
        return
    inner = told.get(first)
    for one in inner if isinstance(inner, list) else [inner]:
        if isinstance(one, dict):
            _drop(one, tuple(rest))


def named_again(call: Call, answer: Answer) -> Answer:
    """The page that was just asked for, named as the next one."""
    told = answer.json
    if "after" not in call.query or not told["@attributes"].get("next"):
        return answer
    again = f"{call.url}?{urlencode(call.query.multi_items())}"
    return Answer(told | {"@attributes": {**told["@attributes"], "next": again}})
