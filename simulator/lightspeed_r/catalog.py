"""The account, its shops and payment types, and what it sells and buys from whom."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from simulator.core.answers import Json
from simulator.core.records import Record
from simulator.ledger import Category, Item, Ledger, Store, Supplier
from simulator.lightspeed_r.parts import NOBODY, amount, collection, flag, moment, number, second

ACCOUNT_ID = "120645"
PAYMENT_TYPES = (
    ("1", "Cash", "cash", True),
    ("3", "Credit Card", "credit card", True),
    ("4", "Credit Account", "credit account", True),
    ("5", "Gift Card", "gift card", True),
    ("11", "Apple Pay", "user defined", False),
    ("12", "House Account", "user defined", False),
)


def account_in_list() -> Json:
    """The account that a token opens."""
    href = f"/API/V3/Account/{ACCOUNT_ID}"
    return {"accountID": ACCOUNT_ID, "name": "Simulated merchant", "link": {"@attributes": {"href": href}}}


def account(ledger: Ledger) -> Json:
    """The account itself; here stands its currency."""
    currency = {"code": ledger.stores[0].currency, "symbol": "$"}
    return {
        "@attributes": {"systemCustomerID": "1"},
        "status": "customer",
        "name": "Simulated merchant",
        "employeeCount": "9",
        "employeeLimit": "30",
        "uniqueSubscriptionIdentifier": "ABC123456",
        "defaultCurrency": currency,
        "purchasingCurrencies": {"purchasingCurrency": {**currency, "rate": "1"}},
    }


class CatalogRenderer:
    """Writes what changes rarely."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._currency = ledger.stores[0].currency
        self._opened = min(store.created_at for store in ledger.stores)

    def shops(self) -> Iterator[Record]:
        """The stores."""
        for store in self._ledger.stores:
            yield self._record("shopID", store.id, partial(self._shop, store), archived=not store.is_active)

    def items(self) -> Iterator[Record]:
        """The items; one that was taken out is archived."""
        for item in self._ledger.items:
            render = partial(self._item, item)
            yield self._record("itemID", item.id, render, archived=item.is_deleted, changed=item.updated_at)

    def categories(self) -> Iterator[Record]:
        """The categories, all at the top of their tree."""
        for category in self._ledger.categories:
            yield self._record("categoryID", category.id, partial(self._category, category))

    def vendors(self) -> Iterator[Record]:
        """The suppliers."""
        for supplier in self._ledger.suppliers:
            render = partial(self._vendor, supplier)
            yield self._record("vendorID", supplier.id, render, archived=not supplier.is_active)

    def payment_types(self) -> Iterator[Record]:
        """The ways of paying."""
        for type_id, name, kind, is_reserved in PAYMENT_TYPES:
            told = {
                "paymentTypeID": type_id,
                "name": name,
                "requireCustomer": "false",
                "archived": "false",
                "internalReserved": flag(is_reserved),
                "type": kind,
                "refundAsPaymentTypeID": NOBODY,
            }
            yield self._record("paymentTypeID", type_id, partial(dict, told))

    def _record(
        self,
        key: str,
        record_id: str,
        render: Callable[[], Json],
        *,
        archived: bool = False,
        changed: datetime | None = None,
    ) -> Record:
        return Record(
            id=record_id,
            version=1,
            keys={key: int(record_id), "timeStamp": second(changed or self._opened)},
            visible_at=self._opened,
            render=render,
            state="archived" if archived else "",
        )

    def _shop(self, store: Store) -> Json:
        return {
            "shopID": store.id,
            "name": store.name,
            "serviceRate": "0",
            "timeZone": store.timezone,
            "taxLabor": "false",
            "labelTitle": "Shop Name",
            "labelMsrp": "false",
            "archived": flag(not store.is_active),
            "timeStamp": moment(self._opened),
            "companyRegistrationNumber": "",
            "vatNumber": "",
            "contactID": store.id,
            "taxCategoryID": "1",
            "priceLevelID": "1",
            "Contact": {
                "contactID": store.id,
                "Addresses": {"ContactAddress": {"address1": store.address, "countryCode": store.country}},
                "Phones": {"ContactPhone": {"number": store.phone, "useType": "Work"}},
                "Emails": {"ContactEmail": {"address": store.email, "useType": "Primary"}},
                "Websites": "",
            },
        }

    def _item(self, item: Item) -> Json:
        cost = amount(item.unit_cost or 0, self._currency)
        prices = (("1", "Default", item.price), ("2", "MSRP", 0), ("3", "Online", item.price))
        return {
            "itemID": item.id,
            "systemSku": f"21{int(item.id):010d}",
            "defaultCost": cost,
            "avgCost": cost,
            "discountable": "true",
            "tax": "true",
            "archived": flag(item.is_deleted),
            "itemType": "default" if item.tracks_inventory else "non_inventory",
            "serialized": "false",
            "description": item.product_name,
            "modelYear": "0",
            "upc": item.barcode or "",
            "ean": "",
            "customSku": item.sku or "",
            "manufacturerSku": "",
            "createTime": moment(self._opened),
            "timeStamp": moment(item.updated_at),
            "publishToEcom": "false",
            "categoryID": item.category_id or NOBODY,
            "taxClassID": "1",
            "departmentID": NOBODY,
            "itemMatrixID": NOBODY,
            "manufacturerID": NOBODY,
            "seasonID": NOBODY,
            "defaultVendorID": item.supplier_id or NOBODY,
            **collection(
                "Prices",
                "ItemPrice",
                [
                    {"amount": amount(price, self._currency), "useTypeID": type_id, "useType": use}
                    for type_id, use, price in prices
                ],
            ),
        }

    def _category(self, category: Category) -> Json:
        return {
            "categoryID": category.id,
            "name": category.name,
            "nodeDepth": "0",
            "fullPathName": category.name,
            "leftNode": number(2 * int(category.id) - 1),
            "rightNode": number(2 * int(category.id)),
            "createTime": moment(self._opened),
            "timeStamp": moment(self._opened),
            "parentID": NOBODY,
        }

    def _vendor(self, supplier: Supplier) -> Json:
        given_name, _, family_name = supplier.contact_name.partition(" ")
        return {
            "vendorID": supplier.id,
            "name": supplier.name,
            "archived": flag(not supplier.is_active),
            "accountNumber": "",
            "priceLevel": "",
            "updatePrice": "false",
            "updateCost": "false",
            "updateDescription": "false",
            "shareSellThrough": "false",
            "timeStamp": moment(self._opened),
            "purchasingCurrency": {"code": self._currency, "symbol": "$", "rate": "1"},
            "b2bSellerUID": "",
            "Contact": {
                "Emails": {"ContactEmail": {"address": supplier.contact_email, "useType": "Primary"}},
                "Phones": "",
            },
            "Reps": {"VendorRep": {"firstName": given_name, "lastName": family_name}},
        }
