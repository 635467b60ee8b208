"""Revenue by week, month, category, hour, daypart, tender and channel. Every figure is worked out by hand.

The order list is that of Tuesday, 3 November 2026: the last day with known sales is Monday, the 2nd.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.dbt_project.square_rows import CONNECTION, Account, amounts, utc
from tests.dbt_project.warehouse import OWN_TESTS, Warehouse

MARTS = (
    "weekly_revenue",
    "monthly_revenue",
    "revenue_by_category",
    "hourly_sales",
    "daypart_sales",
    "payment_mix",
    "channel_mix",
    "customer_summary",
    "customer_activity",
)
BELOW = ("revenue_by_hour", "item_daily_totals", "item_daily_revenue", "fct_sales_lines", "daily_revenue")
SUMS = {
    "daily_revenue": ("business_date", "net_sales", "total_collected"),
    "weekly_revenue": ("week_start", "net_sales", "total_collected"),
    "monthly_revenue": ("month_start", "net_sales", "total_collected"),
    "revenue_by_category": ("business_date", "net_sales", "units"),
    "daypart_sales": ("business_date", "net_sales", "orders"),
    "payment_mix": ("business_date", "total", "payments"),
    "channel_mix": ("business_date", "net_sales", "total_collected"),
    "customer_activity": ("month_start", "orders", "net_sales_anonymous"),
}


@pytest.fixture(scope="module")
def revenue(warehouse: Warehouse) -> Warehouse:
    """One store a story."""
    account = Account(warehouse)
    for story in (
        a_year,
        a_week,
        two_currencies,
        a_night_with_25_hours,
        a_night_with_23_hours,
        categories,
        tenders,
        channels,
    ):
        story(account)
    assert warehouse.build() == set()
    return warehouse


def sale(account: Account, order_id: str, store_id: str, closed: str, cents: int, **values: Any) -> None:
    """One thing for some cents, paid by card."""
    account.order(order_id, store_id, closed, total=cents, **values)
    account.line(order_id, "a", cents, item="V1")
    account.tender(order_id, f"payment of {order_id}", cents)


def given_back(account: Account, order_id: str, store_id: str, made: str, cents: int, source: str) -> None:
    account.order(order_id, store_id, made)
    account.returned(order_id, source=source, total=cents)
    account.returned_line(order_id, "r", cents, source=source, source_line="a", item="V1")
    account.refund(
        f"refund of {order_id}",
        cents,
        made,
        store_id=store_id,
        order_id=order_id,
        payment_id=f"payment of {source}",
    )


def rows(revenue: Warehouse, mart: str, store_id: str, condition: str = "true") -> list[dict[str, Any]]:
    return revenue.query(
        f"from marts.{mart} where location_id = '{CONNECTION}:{store_id}' and {condition} order by all"
    )


def a_year(account: Account) -> None:
    account.store("year")
    sale(account, "y1", "year", "2025-11-05 17:00", 4000)  # a Wednesday
    sale(account, "y2", "year", "2026-10-28 15:00", 1000)
    given_back(account, "y3", "year", "2026-10-29 15:00", 400, "y2")
    sale(account, "y4", "year", "2026-11-02 17:00", 2000)


def test_a_week_of_a_year_stands_beside_the_week_before_and_that_of_last_year(revenue: Warehouse) -> None:
    weeks = rows(revenue, "weekly_revenue", "year")
    assert len(weeks) == 53  # one a week, with sales or without
    told = [
        (
            str(week["week_start"]),
            week["days"],
            week["is_partial"],
            week["orders"],
            *amounts(
                week,
                "gross_sales",
                "returns",
                "net_sales",
                "total_collected",
                "average_order_value",
                "items_per_order",
                "net_sales_previous_week",
                "net_sales_same_week_last_year",
            ),
        )
        for week in (weeks[0], weeks[1], weeks[-2], weeks[-1])
    ]
    assert told == [
        ("2025-11-03", 5, True, 1, "40", "0", "40", "40", "40", "1", "null", "null"),
        ("2025-11-10", 7, False, 0, "0", "0", "0", "0", "null", "null", "40", "null"),
        ("2026-10-26", 7, False, 1, "10", "4", "6", "6", "6", "1", "0", "null"),
        ("2026-11-02", 1, True, 1, "20", "0", "20", "20", "20", "1", "6", "40"),
    ]


def test_a_month_of_a_year_stands_beside_the_month_before_and_that_of_last_year(revenue: Warehouse) -> None:
    months = rows(revenue, "monthly_revenue", "year")
    assert len(months) == 13
    told = [
        (
            str(month["month_start"]),
            month["days"],
            month["is_partial"],
            *amounts(
                month, "net_sales", "net_sales_previous_month", "net_sales_same_month_last_year", "units"
            ),
        )
        for month in (months[0], months[1], months[3], months[-2], months[-1])
    ]
    assert told == [
        ("2025-11-01", 26, True, "40", "null", "null", "1"),
        ("2025-12-01", 31, False, "0", "40", "null", "0"),
        ("2026-02-01", 28, False, "0", "0", "null", "0"),
        ("2026-10-01", 31, False, "6", "0", "null", "1"),
        ("2026-11-01", 2, True, "20", "6", "40", "1"),
    ]


def a_week(account: Account) -> None:
    # opened on Tuesday, 27 October: New York is four hours behind UTC until 1 November, then five
    account.store("week")
    sale(account, "w1", "week", "2026-10-27 13:10", 600)
    sale(account, "w2", "week", "2026-10-27 13:50", 200)
    sale(account, "w3", "week", "2026-10-27 22:00", 1000)
    given_back(account, "w4", "week", "2026-10-30 16:00", 300, "w3")
    sale(account, "w5", "week", "2026-11-02 14:30", 500)
    sale(account, "w6", "week", "2026-11-03 14:30", 90_000)  # on the day of the order list


def test_a_store_younger_than_the_window_is_averaged_over_its_own_days(revenue: Warehouse) -> None:
    hours = rows(revenue, "hourly_sales", "week")
    assert [
        (
            hour["weekday"],
            hour["hour_of_day"],
            hour["occurrences"],
            *amounts(hour, "orders_per_day", "net_sales_per_day", "units_per_day"),
            hour["share_of_net_sales"],
        )
        for hour in hours
    ] == [
        (1, 9, 1, "1", "5", "1", 0.25),
        (2, 9, 1, "2", "8", "2", 0.4),
        (2, 18, 1, "1", "10", "1", 0.5),
        (5, 12, 1, "0", "-3", "0", -0.15),
    ]


def test_an_hour_of_an_older_store_is_averaged_over_thirteen_weeks(revenue: Warehouse) -> None:
    hours = rows(revenue, "hourly_sales", "year")
    assert [
        (
            hour["weekday"],
            hour["hour_of_day"],
            hour["occurrences"],
            *amounts(hour, "orders_per_day", "net_sales_per_day"),
        )
        for hour in hours
    ] == [
        (1, 12, 13, "0.0769", "1.5385"),
        (3, 11, 13, "0.0769", "0.7692"),
        (4, 11, 13, "0", "-0.3077"),
    ]


def test_the_running_week_counts_what_came_in_today_and_stays_partial(revenue: Warehouse) -> None:
    weeks = rows(revenue, "weekly_revenue", "week")
    assert [
        (str(week["week_start"]), week["days"], week["is_partial"], *amounts(week, "net_sales"))
        for week in weeks
    ] == [("2026-10-26", 6, True, "15"), ("2026-11-02", 2, True, "905")]


def two_currencies(account: Account) -> None:
    account.store("border")
    sale(account, "b1", "border", "2026-10-28 17:00", 3000)
    sale(account, "b2", "border", "2026-10-30 17:00", 1200, currency="GBP")
    sale(account, "b3", "border", "2026-10-30 17:05", 800)


def test_each_currency_has_a_span_a_share_and_periods_of_its_own(revenue: Warehouse) -> None:
    weeks = rows(revenue, "weekly_revenue", "border")
    assert [
        (
            week["currency"],
            str(week["week_start"]),
            week["days"],
            *amounts(week, "net_sales", "net_sales_previous_week"),
        )
        for week in weeks
    ] == [
        ("GBP", "2026-10-26", 3, "12", "null"),
        ("GBP", "2026-11-02", 1, "0", "12"),
        ("USD", "2026-10-26", 5, "38", "null"),
        ("USD", "2026-11-02", 1, "0", "38"),
    ]
    for mart, share in (("payment_mix", "share_of_day"), ("channel_mix", "share_of_day")):
        assert [
            (row["currency"], row[share])
            for row in rows(revenue, mart, "border", "business_date = '2026-10-30'")
        ] == [("GBP", 1.0), ("USD", 1.0)]
    assert [
        (row["currency"], *amounts(row, "net_sales"))
        for row in rows(revenue, "revenue_by_category", "border", "business_date = '2026-10-30'")
    ] == [("GBP", "12"), ("USD", "8")]


def a_night_with_25_hours(account: Account) -> None:
    # New York's clocks go back at 06:00 UTC on Sunday, 1 November; the store's day closes at 04:00
    account.store("long", cutoff=240)
    sale(account, "l1", "long", "2026-11-01 02:30", 700)  # 22:30 on Saturday
    sale(account, "l2", "long", "2026-11-01 05:30", 300)  # 01:30, the first
    sale(account, "l3", "long", "2026-11-01 06:30", 500)  # 01:30, the second
    sale(account, "l4", "long", "2026-11-01 09:00", 200)  # 04:00, Sunday
    sale(account, "l5", "long", "2026-11-01 10:00", 100)  # 05:00


def a_night_with_23_hours(account: Account) -> None:
    # clocks go forward at 07:00 UTC on Sunday, 8 March: 01:59 is followed by 03:00
    account.store("short", cutoff=240)
    sale(account, "s1", "short", "2026-03-08 06:59", 300)
    sale(account, "s2", "short", "2026-03-08 07:00", 500)
    sale(account, "s3", "short", "2026-03-08 08:00", 200)  # 04:00


def test_a_night_belongs_to_the_evening_also_when_clocks_change(revenue: Warehouse) -> None:
    def dayparts(store_id: str) -> list[tuple[Any, ...]]:
        return [
            (str(row["business_date"]), row["daypart"], row["orders"], *amounts(row, "net_sales"))
            for row in rows(revenue, "daypart_sales", store_id)
        ]

    assert dayparts("long") == [
        ("2026-10-31", "late night", 3, "15"),
        ("2026-11-01", "breakfast", 1, "1"),
        ("2026-11-01", "late night", 1, "2"),
    ]
    assert dayparts("short") == [
        ("2026-03-07", "late night", 2, "8"),
        ("2026-03-08", "late night", 1, "2"),
    ]


def test_the_hour_that_comes_twice_holds_both(revenue: Warehouse) -> None:
    hours = rows(revenue, "hourly_sales", "long", "weekday = 6")
    assert [
        (hour["hour_of_day"], hour["occurrences"], *amounts(hour, "orders_per_day", "net_sales_per_day"))
        for hour in hours
    ] == [(1, 1, "2", "8"), (22, 1, "1", "7")]


def categories(account: Account) -> None:
    account.store("shelf")
    account.add("catalog_categories", id="drinks", version=1, is_deleted=False, name="Drinks")
    account.add(
        "catalog_items",
        id="product of tea",
        version=1,
        name="Tea",
        is_deleted=False,
        reporting_category_id="drinks",
    )
    account.add(
        "catalog_variations",
        id="tea",
        item_id="product of tea",
        version=1,
        is_deleted=False,
        name="Cup",
    )
    account.item("V1")
    # tea 2 x 5.00 less 1.00; a thing without a category, one that is in no catalogue, 1.50 typed by hand
    account.order("k1", "shelf", "2026-10-28 17:00", total=1750, discount_amount=100)
    account.line("k1", "a", 1000, item="tea", quantity="2", discount=100)
    account.line("k1", "b", 400, item="V1")
    account.line("k1", "c", 300, item="unknown")
    account.line("k1", "d", 150, kind="CUSTOM_AMOUNT")
    account.line("k1", "e", 2500, kind="GIFT_CARD", total=0)
    account.tender("k1", "payment of k1", 1750)
    account.order("k2", "shelf", "2026-10-29 17:00")
    account.returned("k2", source="k1", total=450)
    account.returned_line("k2", "r", 500, source="k1", source_line="a", item="tea", discount=50)
    account.refund("rk2", 450, "2026-10-29 17:00", store_id="shelf", order_id="k2")


def test_what_has_no_category_is_shown_as_uncategorised(revenue: Warehouse) -> None:
    measures = ("gross_sales", "discounts", "returns", "net_sales", "units", "units_returned")
    assert [
        (str(row["business_date"]), row["category"], *amounts(row, *measures))
        for row in rows(revenue, "revenue_by_category", "shelf")
    ] == [
        ("2026-10-28", "Drinks", "10", "1", "0", "9", "2", "0"),
        ("2026-10-28", "uncategorised", "8.5", "0", "0", "8.5", "3", "0"),
        ("2026-10-29", "Drinks", "0", "0", "4.5", "-4.5", "0", "1"),
    ]


def tenders(account: Account) -> None:
    account.store("till", cutoff=240)

    def payment(payment_id: str, order_id: str | None, created: str, cents: int, status: str) -> None:
        account.add(
            "payments",
            id=payment_id,
            order_id=order_id,
            location_id="till",
            status=status,
            source_type="CARD",
            currency="USD",
            amount=cents,
            tip_amount=0,
            created_at=utc(created),
        )

    # 15.00 and a tip of 2.00: 12.00 by card, tip included, and 5.00 in cash; a card was refused first
    account.order("p1", "till", "2026-10-28 17:00", total=1700, tip_amount=200)
    account.line("p1", "a", 1500, item="V1")
    account.tender("p1", "pp1", 1200, tip=200)
    account.tender("p1", "pp2", 500, kind="CASH")
    payment("pp3", "p1", "2026-10-28 16:59", 1700, "FAILED")
    # 10.00 of which 4.00 are still owed; 6.00 came two days later
    account.order("p2", "till", "2026-10-28 18:00", total=1000, net_amount_due=400)
    account.line("p2", "a", 1000, item="V1")
    account.add(
        "order_tenders",
        order_id="p2",
        order_version=1,
        id="pp4",
        payment_id="pp4",
        type="CASH",
        amount=600,
        created_at=utc("2026-10-30 18:00"),
    )
    # 5.00 of goods taken back pay for a part of 8.00
    account.order("p3", "till", "2026-10-28 19:00", total=800)
    account.line("p3", "a", 800, item="V1")
    account.returned("p3", source="p1", total=500)
    account.returned_line("p3", "r", 500, source="p1", source_line="a", item="V1")
    account.tender("p3", "pp5", 300, kind="CASH")
    # what an order received that is no sale is not counted
    account.order("p4", "till", None, opened="2026-10-28 20:00", state="CANCELED", total=9900)
    account.line("p4", "a", 9900, item="V1")
    payment("pp6", "p4", "2026-10-28 20:00", 9900, "COMPLETED")
    # of no order, at 03:30 and 04:30; of an order that is not there
    payment("pp7", None, "2026-10-29 07:30", 700, "COMPLETED")
    payment("pp8", None, "2026-10-29 08:30", 100, "COMPLETED")
    payment("pp9", "gone", "2026-10-29 17:00", 300, "COMPLETED")


def test_payments_stand_by_method_on_the_day_of_their_order(revenue: Warehouse) -> None:
    assert [
        (
            str(row["business_date"]),
            row["method"],
            row["payments"],
            *amounts(row, "amount", "tip", "total"),
            round(row["share_of_day"], 6),
        )
        for row in rows(revenue, "payment_mix", "till")
    ] == [
        ("2026-10-28", "card", 2, "17", "2", "19", 0.575758),
        ("2026-10-28", "cash", 3, "14", "0", "14", 0.424242),
        ("2026-10-29", "card", 2, "4", "0", "4", 1.0),
    ]


def test_a_days_payments_are_its_orders_totals_less_what_is_owed_and_what_goods_paid(
    revenue: Warehouse,
) -> None:
    (day,) = revenue.query(
        f"""
        select
            sum(total - unpaid_balance) as owed,
            (select sum(goods) from unified.refunds where location_id = '{CONNECTION}:till') as paid_in_goods,
            (
                select sum(total) from marts.payment_mix
                where location_id = '{CONNECTION}:till' and business_date = '2026-10-28'
            ) as received
        from unified.orders
        where location_id = '{CONNECTION}:till' and business_date = '2026-10-28' and counts_as_sale
        """
    )
    # 17.00 + 6.00 + 8.00, less 5.00 in goods; and 7.00 that belong to no order
    assert list(amounts(day, "owed", "paid_in_goods", "received")) == ["31", "5", "33"]


def channels(account: Account) -> None:
    account.store("web")
    sale(account, "c1", "web", "2026-10-28 17:00", 800, source_name="Online")
    sale(account, "c2", "web", "2026-10-28 17:00", 200)
    sale(account, "c3", "web", "2026-10-28 17:00", 500, source_name=None)
    given_back(account, "c4", "web", "2026-10-28 18:00", 100, "c2")
    given_back(account, "c5", "web", "2026-10-29 18:00", 300, "c1")


def test_channels_share_what_was_collected(revenue: Warehouse) -> None:
    assert [
        (
            str(row["business_date"]),
            row["channel"],
            row["orders"],
            *amounts(row, "gross_sales", "returns", "net_sales", "total_collected"),
            row["share_of_day"],
        )
        for row in rows(revenue, "channel_mix", "web")
    ] == [
        ("2026-10-28", "Online", 1, "8", "0", "8", "8", 8 / 14),
        ("2026-10-28", "Point of Sale", 1, "2", "1", "1", "1", 1 / 14),
        ("2026-10-28", "not told", 1, "5", "0", "5", "5", 5 / 14),
        # nothing was collected, so nothing is shared
        ("2026-10-29", "Point of Sale", 0, "0", "3", "-3", "-3", None),
    ]


def totals(warehouse: Warehouse) -> dict[str, list[dict[str, Any]]]:
    """The sums of each mart by store, currency and period."""
    told = {}
    for mart, (day, *measures) in SUMS.items():
        sums = ", ".join(f"sum({measure}) as {measure}" for measure in measures)
        told[mart] = warehouse.query(
            f"select location_id, currency, {day}, {sums} from marts.{mart} group by all order by all"
        )
    return told


def test_nothing_is_lost_or_doubled_where_items_and_stores_are_missing(
    revenue: Warehouse, tmp_path: Path
) -> None:
    before, bare = totals(revenue), revenue.without(tmp_path, "locations", "items")
    bare.run("build", *OWN_TESTS, "--full-refresh", "--select", *BELOW, *MARTS)
    checks = ("days_are_the_sum_of_sales_lines", "days_collect_what_orders_total")
    bare.run("test", "--select", *checks, "payments_are_what_orders_were_paid")
    after = totals(bare)
    for mart in SUMS:
        assert after[mart] == before[mart], mart
    assert {row["category"] for row in bare.query("from marts.revenue_by_category")} == {"uncategorised"}
