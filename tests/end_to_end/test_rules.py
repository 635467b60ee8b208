"""The awkward shop: every rule that a figure can break, once, with its figures written by hand.

One ledger, in which each case has days of its own, is told by every system and built in one warehouse. What
a day must say is written out below, not added up; `OTHERWISE` names the systems that tell a case differently.

Each case also stands as a dbt unit test, in the yml of these models (staging without its prefix), and most of
them on hand-made raw rows in tests/dbt_project/test_<system>_sales.py:

    refund next month                unified.sales_lines, daily_revenue, shopify__sales
    partial refund                   square__return_lines, toast__return_lines
    amount-only refund               square__refunds
    exchange                         square__orders, lightspeed_r__orders, shopify__sales
    order edit                       square__order_lines, shopify__sales, lightspeed_x__lines
    void after close                 square__orders, square__payments, toast__orders, lightspeed_r__sales
    gift card sold and redeemed      unified.orders, square__payments, lightspeed_k__lines
    tip changed after closing        square__payments
    discount that does not divide    generic__lines, clover__priced_rows, lightspeed_x__lines
    100 % discount                   unified.orders, generic__lines, clover__priced_rows
    inclusive tax                    square__order_lines, lightspeed_r__lines, shopify__sales
    zero-price item                  unified.orders, clover__priced_rows
    weighed item                     clover__priced_rows
    negative-quantity sale           lightspeed_r__lines, lightspeed_x__lines
    two currencies                   daily_revenue, revenue_by_hour, square__orders
    two time zones                   square__orders
    both nights of a clock change    square__orders, shopify__orders
    cut-off 04:00                    square__orders, shopify__orders, lightspeed_r__sales, lightspeed_x__sales
    over midnight                    square__orders, toast__orders, daypart_sales
    the same SKU in two systems      unified.items
    one SKU with two barcodes        unified.items, dim_items
    item without category            revenue_by_category
    sale without location            square__locations, lightspeed_r__shops, lightspeed_x__outlets
    anonymous customers              customer_activity, customer_summary, lightspeed_x__sales

Drawn amounts and moments are in tests/dbt_project/test_rules_money_and_time.py.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from simulator.assortment import SALES_TAX, TAXES, VALUE_ADDED_TAX, make_customers
from simulator.expected import DAY_MEASURES
from simulator.ledger import (
    Category,
    Discount,
    Item,
    Ledger,
    LineKind,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Payout,
    Refund,
    RefundForm,
    Return,
    ReturnedLine,
    Sale,
    SaleState,
    Store,
    Tax,
    utc,
)
from simulator.pricing import BasketLine, Rebate, part_of, price
from tests.dbt_project.warehouse import SALES, manifest
from tests.end_to_end.accounts import SYSTEMS, Account, built
from tests.end_to_end.comparison import days_in

AS_OF = date(2026, 4, 8)
BUILT = (*SALES, "+item_daily_sales")
OPENED = utc(2026, 2, 1)
CLOSE_OF_DAY = 4 * 60
NEW_YORK, LONDON, LORD_HOWE, ONLINE = range(4)
NO_TAX: tuple[Tax, ...] = ()


def a_store(number: int, name: str, timezone: str, currency: str, country: str) -> Store:
    return Store(
        id=f"L{number:03d}",
        name=name,
        timezone=timezone,
        currency=currency,
        country=country,
        opens=time(0),
        closes=time(0),
        created_at=OPENED,
        is_active=True,
        address=f"{number} Marzipan Crescent",
        phone=f"+155501{number:05d}",
        email=f"store{number}@shopkeeper.example",
    )


def an_item(item_id: str, name: str, cents: int, **others: Any) -> Item:
    plain = Item(
        id=item_id,
        product_id=f"P-{item_id}",
        product_name=name,
        variant_name="Regular",
        sku=f"SKU-{item_id}",
        barcode=None,
        category_id="CAT1",
        supplier_id=None,
        price=cents,
        unit_cost=None,
        cost_currency="USD",
        tracks_inventory=False,
        is_weighed=False,
        is_gift_card=False,
        is_deleted=False,
        updated_at=OPENED,
    )
    return replace(plain, **others)


STORES = (
    a_store(1, "Harbour Street", "America/New_York", "USD", "US"),
    a_store(2, "Castle Row", "Europe/London", "GBP", "GB"),
    a_store(3, "Lagoon", "Australia/Lord_Howe", "AUD", "AU"),
)
BEANS = an_item("BEANS", "Beans", 1000, barcode="400000000001")
MUG = an_item("MUG", "Mug", 1200, category_id=None)
COFFEE = an_item("COFFEE", "Coffee", 450, barcode="400000000002")
CHEESE = an_item("CHEESE", "Cheese", 1990, is_weighed=True)
SAMPLE = an_item("SAMPLE", "Sample", 0)
LEFT_TWIN = an_item("TWIN-LEFT", "Left twin", 300, sku="SKU-TWIN", barcode="400000000003")
RIGHT_TWIN = an_item("TWIN-RIGHT", "Right twin", 350, sku="SKU-TWIN", barcode="400000000004")
GIFT_CARD = an_item("GIFT", "Gift card", 2500, is_gift_card=True, category_id=None)
ITEMS = (BEANS, MUG, COFFEE, CHEESE, SAMPLE, LEFT_TWIN, RIGHT_TWIN, GIFT_CARD)


def at(on_the_clock: str, store: int = NEW_YORK, *, fold: int = 0) -> datetime:
    """The moment at which a store's clock shows a time of 2026, for the first or the second time."""
    local = datetime.fromisoformat(f"2026-{on_the_clock}:00").replace(fold=fold)
    return local.replace(tzinfo=ZoneInfo(STORES[store].timezone)).astimezone(UTC)


def a_sale(
    sale_id: str,
    closed_at: datetime,
    *sold: tuple[Item, str, tuple[Tax, ...]],
    store: int = NEW_YORK,
    rebate: Rebate | None = None,
    method: PaymentMethod = PaymentMethod.CARD,
    **others: Any,
) -> Sale:
    """A sale of items, each with its quantity and taxes, paid in full."""
    basket = [
        BasketLine(
            f"l{number}",
            LineKind.GIFT_CARD if item.is_gift_card else LineKind.ITEM,
            item,
            item.product_name,
            Decimal(quantity),
            item.price,
            (),
            taxes,
        )
        for number, (item, quantity, taxes) in enumerate(sold, start=1)
    ]
    sale = Sale(
        id=sale_id,
        store_id=STORES[store].id,
        version=1,
        state=SaleState.COMPLETED,
        opened_at=closed_at,
        closed_at=closed_at,
        updated_at=closed_at,
        visible_at=closed_at,
        lines=price(basket, (rebate,) if rebate else ()),
        discounts=(rebate.discount,) if rebate else (),
    )
    sale = replace(sale, **others)
    due = sale.total - sale.credit
    paid = Payment(f"{sale_id}-P1", method, due, 0, PaymentStatus.COMPLETED, closed_at)
    return replace(sale, payments=(paid,) if due else ())


def one(item: Item, taxes: tuple[Tax, ...] = NO_TAX) -> tuple[Item, str, tuple[Tax, ...]]:
    return item, "1", taxes


def a_return(
    return_id: str, sale: Sale, given_at: datetime, quantity: str, *, known: bool = True, **others: Any
) -> Return:
    """A part of a sale's first line comes back; when its sale is not known, without a receipt."""
    line = sale.lines[0]
    part = part_of(line, Decimal(0), Decimal(quantity), "r1")
    given = Return(
        id=return_id,
        version=1,
        store_id=sale.store_id,
        sale_id=sale.id if known else None,
        exchange_sale_id=None,
        opened_at=given_at,
        closed_at=given_at,
        updated_at=given_at,
        visible_at=given_at,
        lines=(ReturnedLine(part, line.id if known else None, restocked=True),),
        payouts=(Payout(f"{return_id}-F1", sale.payments[0].id if known else None, part.total),),
    )
    return replace(given, **others)


def later(sale: Sale, when: datetime, **changes: Any) -> Sale:
    """The next version of a sale."""
    return replace(sale, version=sale.version + 1, updated_at=when, visible_at=when, **changes)


def the_awkward_shop() -> Ledger:
    """Each case on days of its own; in New York where no other place is named."""
    kept = a_sale("NEXT-MONTH", at("03-31T15:00"), (BEANS, "2", (SALES_TAX,)))
    three_mugs = a_sale("PART", at("03-10T11:00"), (MUG, "3", NO_TAX))
    angry = a_sale("AMOUNT", at("03-12T11:00"), one(BEANS))
    wrong_mug = a_sale("WRONG-MUG", at("03-14T10:00"), one(MUG))
    exchange = a_sale("EXCHANGE", at("03-15T10:00"), one(BEANS), one(COFFEE), credit=1200)
    two_things = a_sale("EDIT", at("03-16T10:00"), one(MUG), one(COFFEE))
    only_mug = replace(two_things.payments[0], amount=1200)
    mistake = a_sale("VOID", at("03-17T10:00"), one(BEANS))
    taken_back = replace(mistake.payments[0], status=PaymentStatus.CANCELLED)
    untipped = a_sale("TIP", at("03-20T10:00"), one(COFFEE))
    unknown = a_sale("UNKNOWN", at("03-26T10:00"), one(COFFEE))
    voucher = Rebate(Discount("D-VOUCHER", "Voucher", None, whole_order=True), amount=100)
    on_the_house = Rebate(Discount("D-FREE", "On the house", Decimal(100), whole_order=True))
    (customer,) = make_customers(1)
    same_moment = utc(2026, 3, 6, 23, 30)
    tea_for_two = (LEFT_TWIN, "1", NO_TAX), (RIGHT_TWIN, "2", NO_TAX)
    sales = (
        *(kept, three_mugs, angry, wrong_mug, exchange, unknown),
        two_things,
        later(two_things, at("03-16T11:00"), lines=two_things.lines[:1], payments=(only_mug,)),
        mistake,
        later(mistake, at("03-17T18:00"), state=SaleState.CANCELLED, payments=(taken_back,)),
        a_sale("NOT-VOID", at("03-17T12:00"), one(COFFEE)),
        a_sale("GIFT", at("03-18T10:00"), one(GIFT_CARD)),
        a_sale("REDEEMED", at("03-19T10:00"), one(BEANS), method=PaymentMethod.GIFT_CARD),
        untipped,
        later(untipped, at("03-20T19:00"), payments=(replace(untipped.payments[0], tip=200),)),
        a_sale("UNEVEN", at("03-21T10:00"), one(COFFEE), one(MUG), one(BEANS), rebate=voucher),
        a_sale("FREE", at("03-22T10:00"), one(BEANS), rebate=on_the_house),
        a_sale("TAX-INSIDE", at("03-23T10:00"), one(MUG, (VALUE_ADDED_TAX,))),
        a_sale("ZERO", at("03-24T10:00"), one(SAMPLE)),
        a_sale("WEIGHED", at("03-25T10:00"), (CHEESE, "0.335", NO_TAX)),
        a_sale("MIDNIGHT", at("03-28T00:20"), one(COFFEE), opened_at=at("03-27T23:50")),
        a_sale("NIGHT-1", at("03-30T03:59"), one(COFFEE)),
        a_sale("NIGHT-2", at("03-30T04:00"), one(COFFEE)),
        a_sale("ANONYMOUS", at("03-03T10:00"), one(COFFEE)),
        a_sale("KNOWN", at("03-03T11:00"), one(COFFEE), customer_id=customer.id),
        a_sale("TWINS", at("03-04T10:00"), *tea_for_two),
        a_sale("PLACELESS", at("03-05T10:00"), one(BEANS), channel="Online Store"),
        a_sale("DOLLARS", same_moment, one(COFFEE)),
        a_sale("POUNDS", same_moment, one(COFFEE), store=LONDON),
        a_sale("MORROW", same_moment, one(COFFEE), store=LORD_HOWE),
        # New York's clocks go from 02:00 to 03:00
        a_sale("SPRING-1", at("03-08T01:59"), one(COFFEE)),
        a_sale("SPRING-2", at("03-08T03:00"), one(COFFEE)),
        a_sale("SPRING-3", at("03-08T03:59"), one(COFFEE)),
        a_sale("SPRING-4", at("03-08T04:00"), one(COFFEE)),
        # London's from 01:00 to 02:00; its prices hold tax
        a_sale("SUMMER-1", at("03-29T00:30", LONDON), one(MUG, (VALUE_ADDED_TAX,)), store=LONDON),
        a_sale("SUMMER-2", at("03-29T23:30", LONDON), one(MUG, (VALUE_ADDED_TAX,)), store=LONDON),
        # Lord Howe's from 02:00 back to 01:30
        a_sale("AUTUMN-1", at("04-05T01:45", LORD_HOWE), one(COFFEE), store=LORD_HOWE),
        a_sale("AUTUMN-2", at("04-05T01:45", LORD_HOWE, fold=1), one(COFFEE), store=LORD_HOWE),
        a_sale("AUTUMN-3", at("04-05T03:59", LORD_HOWE), one(COFFEE), store=LORD_HOWE),
        a_sale("AUTUMN-4", at("04-05T04:00", LORD_HOWE), one(COFFEE), store=LORD_HOWE),
    )
    returns = (
        a_return("R-NEXT-MONTH", kept, at("04-02T12:00"), "2"),
        a_return("R-PART", three_mugs, at("03-11T12:00"), "1"),
        a_return("R-EXCHANGE", wrong_mug, at("03-15T10:00"), "1", exchange_sale_id="EXCHANGE", payouts=()),
        a_return("R-UNKNOWN", unknown, at("03-26T12:00"), "1", known=False),
    )
    goodwill = Refund(
        id="A-AMOUNT",
        version=1,
        store_id=angry.store_id,
        sale_id=angry.id,
        payment_id=angry.payments[0].id,
        order_id=None,
        form=RefundForm.NO_ORDER,
        amount=333,
        status=PaymentStatus.COMPLETED,
        refunded_at=at("03-13T12:00"),
        updated_at=at("03-13T12:00"),
        visible_at=at("03-13T12:00"),
    )
    return Ledger(
        stores=STORES,
        categories=(Category("CAT1", "Pantry"),),
        suppliers=(),
        taxes=TAXES,
        items=ITEMS,
        customers=(customer,),
        sales=sales,
        returns=returns,
        refunds=(goodwill,),
        movements=(),
        ends_at=utc(2026, 4, 7, 12),
    )


Day = tuple[int, str, dict[str, str]]
"""A store, a day of 2026, and its figures in the currency's unit; what is not named is 0."""


def day(on: str, store: int = NEW_YORK, /, **figures: str) -> Day:
    return store, on, figures


def sold(amount: str, *, orders: str = "1", units: str = "1") -> dict[str, str]:
    """The figures of a day on which goods of an amount were sold, without tax, discounts and tips."""
    return {
        "gross_sales": amount,
        "net_sales": amount,
        "total_collected": amount,
        "orders": orders,
        "units": units,
    }


CASES: dict[str, list[Day]] = {
    "refund next month": [
        day(
            "03-31",
            **{"gross_sales": "20", "net_sales": "20", "tax": "1.78", "total_collected": "21.78"},
            **{"orders": "1", "units": "2"},
        ),
        day(
            "04-02",
            **{"returns": "20", "net_sales": "-20", "refunded_tax": "1.78", "total_collected": "-21.78"},
            units_returned="2",
        ),
    ],
    "partial refund": [
        day("03-10", **sold("36", units="3")),
        day("03-11", returns="12", net_sales="-12", total_collected="-12", units_returned="1"),
    ],
    "amount-only refund": [
        day("03-12", **sold("10")),
        day("03-13", unitemized_refunds="3.33", total_collected="-3.33"),
    ],
    "exchange": [
        day("03-14", **sold("12")),
        day(
            "03-15",
            **{"gross_sales": "14.50", "returns": "12", "net_sales": "2.50", "total_collected": "2.50"},
            **{"orders": "1", "units": "2", "units_returned": "1"},
        ),
    ],
    "order edit": [day("03-16", **sold("12"))],
    "void after close": [day("03-17", **sold("4.50"))],
    "gift card sold and redeemed": [
        day("03-18", gift_cards_sold="25", total_collected="25", orders="1"),
        day("03-19", **sold("10")),
    ],
    "tip changed after closing": [day("03-20", **sold("4.50") | {"tips": "2", "total_collected": "6.50"})],
    "discount that does not divide evenly": [
        day(
            "03-21",
            **sold("26.50", units="3") | {"discounts": "1", "net_sales": "25.50", "total_collected": "25.50"},
        )
    ],
    "100 % discount": [day("03-22", gross_sales="10", discounts="10", orders="1", units="1")],
    "inclusive tax": [
        day(
            "03-23",
            **{"gross_sales": "10", "net_sales": "10", "tax": "2", "total_collected": "12"},
            **{"orders": "1", "units": "1"},
        )
    ],
    "zero-price item": [day("03-24", orders="1", units="1")],
    "weighed item": [day("03-25", **sold("6.67", units="0.335"))],
    "negative-quantity sale": [
        day(
            "03-26",
            **sold("4.50") | {"returns": "4.50", "net_sales": "0", "total_collected": "0"},
            units_returned="1",
        ),
    ],
    "opened before and closed after midnight": [day("03-27", **sold("4.50")), day("03-28")],
    "cut-off 04:00": [day("03-29", **sold("4.50")), day("03-30", **sold("4.50"))],
    "anonymous customers": [day("03-03", **sold("9", orders="2", units="2"))],
    "one SKU with two barcodes": [day("03-04", **sold("10", units="3"))],
    "sale without location": [day("03-05", **sold("10"))],
    "two currencies and time zones": [
        day("03-06", NEW_YORK, **sold("4.50")),
        day("03-06", LONDON, **sold("4.50")),
        day("03-07", LORD_HOWE, **sold("4.50")),
    ],
    "the night in which clocks go forward": [
        day("03-07", **sold("13.50", orders="3", units="3")),
        day("03-08", **sold("4.50")),
    ],
    "the night in which clocks go forward, tax in the price": [
        day("03-28", LONDON, **sold("10") | {"tax": "2", "total_collected": "12"}),
        day("03-29", LONDON, **sold("10") | {"tax": "2", "total_collected": "12"}),
    ],
    "the night in which clocks go back": [
        day("04-04", LORD_HOWE, **sold("13.50", orders="3", units="3")),
        day("04-05", LORD_HOWE, **sold("4.50")),
    ],
}

GOODWILL_AS_GOODS = [
    day("03-12", **sold("10")),
    day("03-13", returns="3.33", net_sales="-3.33", total_collected="-3.33", units_returned="1"),
]
NOTHING_CAME_BACK = [day("03-26", **sold("4.50"))]
OTHERWISE: dict[tuple[str, str], list[Day]] = {
    # a selection comes back whole
    ("partial refund", "toast"): [
        day("03-10", **sold("36", units="3")),
        day("03-11", returns="36", net_sales="-36", total_collected="-36", units_returned="3"),
    ],
    # money given back is a returned open amount, or open item
    ("amount-only refund", "lightspeed_x"): GOODWILL_AS_GOODS,
    ("amount-only refund", "lightspeed_k"): GOODWILL_AS_GOODS,
    # a file of sales knows goods only
    ("amount-only refund", "csv"): [day("03-12", **sold("10")), day("03-13")],
    # whole units only: a thousandth of a kilogram is one
    ("weighed item", "shopify"): [day("03-25", **sold("6.67", units="335"))],
    ("weighed item", "lightspeed_r"): [day("03-25", **sold("6.67", units="335"))],
    # nothing comes back without its sale
    ("negative-quantity sale", "shopify"): NOTHING_CAME_BACK,
    ("negative-quantity sale", "toast"): NOTHING_CAME_BACK,
    # a credit names no goods
    ("negative-quantity sale", "clover"): [
        day("03-26", **sold("4.50") | {"unitemized_refunds": "4.50", "total_collected": "0"})
    ],
    # Shopify names no location, so that the sale has one of its own
    ("sale without location", "shopify"): [day("03-05", ONLINE, **sold("10"))],
}


def places(pos: str) -> set[int]:
    """The stores that a system tells with their own currency and clock."""
    if pos in ("clover", "csv"):
        return {NEW_YORK}
    return {NEW_YORK, ONLINE} if pos == "shopify" else {NEW_YORK, LONDON, LORD_HOWE}


Days = dict[tuple[str, str, date], dict[str, Decimal]]


@pytest.fixture(scope="module")
def accounts() -> dict[str, Account]:
    ledger = the_awkward_shop()
    return {pos: Account.of(pos, 0, ledger, CLOSE_OF_DAY) for pos in SYSTEMS}


@pytest.fixture(scope="module")
def warehouse(
    accounts: Mapping[str, Account], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    with built(tuple(accounts.values()), tmp_path_factory.mktemp("rules"), AS_OF, *BUILT) as connection:
        yield connection


@pytest.fixture(scope="module")
def found(accounts: Mapping[str, Account], warehouse: duckdb.DuckDBPyConnection) -> dict[str, Days]:
    return {pos: days_in(warehouse, account.id) for pos, account in accounts.items()}


@pytest.mark.parametrize("case", CASES)
def test_each_case_has_the_figures_that_were_written_by_hand(
    case: str, accounts: Mapping[str, Account], found: Mapping[str, Days]
) -> None:
    compared = set()
    for pos, account in accounts.items():
        for place, on, figures in OTHERWISE.get((case, pos), CASES[case]):
            if place not in places(pos):
                continue
            store = account.ledger.stores[place]
            key = (store.id, store.currency, date.fromisoformat(f"2026-{on}"))
            wanted = {name: Decimal(figures.get(name, 0)) for name in DAY_MEASURES}
            assert found[pos][key] == wanted, (pos, on)
            compared.add(pos)
    assert {"square", "generic", "toast"} <= compared


@pytest.mark.parametrize("pos", SYSTEMS)
def test_every_other_figure_is_the_ledgers(
    pos: str, accounts: Mapping[str, Account], warehouse: duckdb.DuckDBPyConnection
) -> None:
    accounts[pos].assert_equal(warehouse, AS_OF)


def test_each_case_has_the_unit_tests_that_are_listed_above() -> None:
    listed = re.findall(r"^    (\S.*?) {2,}(.+)$", __doc__ or "", re.MULTILINE)
    assert len(listed) == 24
    tested = {re.sub("^(base|stg)_", "", test.model) for test in manifest().unit_tests.values()}
    named = {model.removeprefix("unified.") for _, models in listed for model in models.split(", ")}
    assert named - tested == set()


def test_a_discount_is_shared_to_the_cent_and_adds_up(
    accounts: Mapping[str, Account], warehouse: duckdb.DuckDBPyConnection
) -> None:
    rows = warehouse.execute(
        "select items.pos, items.product_name, sum(lines.discounts) from marts.fct_sales_lines as lines"
        " join unified.items using (item_id) where business_date = date '2026-03-21' group by all"
    ).fetchall()
    shares = {"Coffee": Decimal("0.16"), "Mug": Decimal("0.46"), "Beans": Decimal("0.38")}
    wanted = {(pos, name): share for pos in accounts for name, share in shares.items()}
    assert {(pos, name.removesuffix(" Regular")): share for pos, name, share in rows} == wanted


def test_one_sku_is_one_item_on_every_till_unless_its_barcodes_differ(
    accounts: Mapping[str, Account], warehouse: duckdb.DuckDBPyConnection
) -> None:
    rows = warehouse.execute("select product_name, pos, item_key from unified.items").fetchall()
    keys = {(name.removesuffix(" Regular"), pos): key for name, pos, key in rows}
    # Restaurant K knows what is sold by its SKU alone, which is the ledger's id
    others = [pos for pos in accounts if pos != "lightspeed_k"]
    for name in ("Coffee", "Mug"):
        assert len({keys[name, pos] for pos in others}) == 1, name
    with_barcodes = [pos for pos in others if pos != "toast"]
    left, right = ({keys[twin, pos] for pos in with_barcodes} for twin in ("Left twin", "Right twin"))
    assert len(left) == len(right) == 1
    assert left != right
    # without a barcode nothing says which of the two it is
    assert keys["Left twin", "toast"] not in left | right


@pytest.mark.parametrize("pos", SYSTEMS)
def test_what_has_no_category_no_buyer_and_no_place_is_in_every_figure(
    pos: str, warehouse: duckdb.DuckDBPyConnection
) -> None:
    def asked(query: str) -> list[Any]:
        return warehouse.execute(query, [f"{pos}_0"]).fetchall()

    uncategorised = asked(
        "select distinct product_name from marts.fct_sales_lines join unified.items using (item_id)"
        " where fct_sales_lines.connection_id = ? and fct_sales_lines.category is null"
    )
    assert ("Mug",) in [(name.removesuffix(" Regular"),) for (name,) in uncategorised]
    buyers = asked(
        "select customer_key is null, count(*), sum(net_sales_before_returns) from unified.orders"
        " where connection_id = ? and business_date = date '2026-03-03' group by all order by all"
    )
    assert buyers == [(False, 1, Decimal("4.50")), (True, 1, Decimal("4.50"))]
    assert asked("select * from unified.orders where connection_id = ? and location_id is null") == []


def test_the_hour_that_comes_twice_holds_the_sales_of_both(warehouse: duckdb.DuckDBPyConnection) -> None:
    hours = warehouse.execute(
        "select hour_of_day, sum(orders) from marts.revenue_by_hour"
        " where location_id = 'square_0:L003' and business_date = date '2026-04-04' group by all order by all"
    ).fetchall()
    assert hours == [(1, 2), (3, 1)]
