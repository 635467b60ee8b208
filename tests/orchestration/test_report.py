"""`pos report`: every question as a person asks it, against sums of the unified tables and against dbt."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.audit import AuditStamp, Status
from orchestration.cli.docs import PAGE
from orchestration.cli.report import (
    QUANTITIES,
    QUESTIONS_DIR,
    Asked,
    Question,
    QuestionError,
    questions,
)
from orchestration.publisher import Publisher
from orchestration.settings import Settings
from simulator.generate import generate_ledger
from tests.dbt_project.warehouse import Warehouse
from tests.end_to_end.accounts import Account, built
from tests.orchestration.command import Command
from tests.orchestration.processes import start

AS_OF = date(2026, 11, 22)
DAYS = 70
NAMES = sorted(path.stem for path in QUESTIONS_DIR.glob("*.sql"))
MONEY = (
    "sales",
    "collected",
    "amount",
    "order_value",
    "total",
    "stock_value",
    "contribution_margin",
    "difference",
)
"""Columns of a decimal type with one of these in their name are money."""


STYLE = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Reported:
    """A published warehouse, and what dbt compiled of each question."""

    settings: Settings
    compiled: Mapping[str, str]

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.published_file), read_only=True) as connection:
            return connection.execute(query, list(values)).fetchall()


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reported]:
    """Three shops on Square, one of which sells in pounds, and a restaurant on Toast."""
    settings = Settings(data_dir=tmp_path_factory.mktemp("reported"))
    settings.build_dir.mkdir()
    accounts = [
        Account.of(pos, 0, generate_ledger(seed, stores=stores, days=DAYS, orders_per_day=6, as_of=AS_OF))
        for seed, (pos, stores) in enumerate({"square": 3, "toast": 1}.items(), start=31)
    ]
    audit = AuditStamp(settings.build_dir / "audit.json")
    audit.begin("test", AS_OF)
    with built(accounts, settings.build_dir, AS_OF, "resource_type:model"):
        audit.finish(Status.PASSED)
    warehouse = Warehouse(settings.working_file)
    results = warehouse.run("compile", "--select", "resource_type:analysis")
    compiled = {result.node.name: result.node.compiled_code for result in results}
    Publisher(settings).publish(audit)
    yield Reported(settings, compiled)


@pytest.fixture
def pos(pos: Command, reported: Reported, monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("POS_DATA_DIR", str(reported.settings.data_dir))
    return pos


def answer(pos: Command, *arguments: str) -> list[dict[str, str]]:
    outcome = pos("report", *arguments, "--csv")
    assert outcome.code == 0, outcome.err
    return list(csv.DictReader(io.StringIO(outcome.out)))


def summed(rows: list[dict[str, str]], *columns: str) -> dict[str, tuple[Decimal, ...]]:
    """Sums by currency."""
    currencies = {row["currency"] for row in rows}
    return {
        currency: tuple(
            sum((Decimal(row[column] or 0) for row in rows if row["currency"] == currency), Decimal(0))
            for column in columns
        )
        for currency in currencies
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_question_answers_and_dbt_gives_the_same_answer(
    pos: Command, reported: Reported, name: str
) -> None:
    first, last = AS_OF - timedelta(days=30), AS_OF - timedelta(days=1)
    with duckdb.connect(str(reported.settings.published_file), read_only=True) as connection:
        connection.execute("set variable first_day = ?", [first])
        connection.execute("set variable last_day = ?", [last])
        compiled = connection.execute(reported.compiled[name])
        types = {column[0]: str(column[1]) for column in compiled.description or []}
        rows = compiled.fetchall()
    assert rows
    asked = pos("report", name, "--csv")
    assert asked.code == 0, asked.err
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([types, *rows])
    assert asked.out == written.getvalue()

    decimals = [each for each in types if "DECIMAL" in types[each] and not each.startswith(QUANTITIES)]
    money = [each for each in decimals if any(word in each for word in MONEY)]
    assert "currency" in types or not money
    question = questions()[name]
    assert question.sentence.endswith("?")
    assert question.bars is None or question.bars in types
    shown = pos("report", name)
    assert shown.code == 0, shown.err
    assert shown.out.startswith(question.sentence)
    assert ("█" in shown.out) == (question.bars is not None)
    about = shown.out.splitlines()[1]
    assert "all stores, all systems" in about
    assert about.startswith((f"{first} to {last}", str(last), "As of the last build"))


RANGES = [
    (AS_OF - timedelta(days=30), AS_OF - timedelta(days=1), (), "true"),
    (AS_OF - timedelta(days=1), AS_OF - timedelta(days=1), (), "true"),
    (AS_OF - timedelta(days=45), AS_OF - timedelta(days=8), ("--pos", "square"), "pos = 'square'"),
    (
        AS_OF - timedelta(days=60),
        AS_OF - timedelta(days=31),
        ("--location", "castle row", "--pos", "square"),
        "name = 'Castle Row' and pos = 'square'",
    ),
]
OF_ORDERS = """
select
    currency, sum(net_sales_before_returns), sum(gross_sales), sum(discounts), sum(total), count(*),
    count(distinct customer_key), sum(guests),
    coalesce(sum(case when guests is not null then net_sales_before_returns end), 0)
from unified.orders
where counts_as_sale and business_date between ? and ?
and location_id in (select location_id from unified.locations where {stores})
group by currency
"""
OF_RETURNS = """
select currency, sum(amount) from unified.return_lines
where line_kind <> 'gift_card' and business_date between ? and ?
and location_id in (select location_id from unified.locations where {stores})
group by currency
"""
OF_REFUNDS = """
select currency, sum(total) from unified.refunds where business_date between ? and ?
and location_id in (select location_id from unified.locations where {stores})
group by currency
"""
OF_LINES = """
select o.currency, i.item_key, sum(l.quantity)
from unified.order_lines as l
join unified.orders as o using (order_id)
join unified.items as i using (item_id)
where not l.is_voided and l.line_kind = 'item' and o.counts_as_sale and o.business_date between ? and ?
and o.location_id in (select location_id from unified.locations where {stores})
group by o.currency, i.item_key
"""
OF_PAYMENTS = """
select o.currency, sum(p.amount + p.tip), count(*)
from unified.payments as p
join unified.orders as o using (order_id)
where p.status = 'completed' and o.counts_as_sale and o.business_date between ? and ?
and o.location_id in (select location_id from unified.locations where {stores})
group by o.currency
"""


@pytest.mark.parametrize(("first", "last", "asked", "stores"), RANGES)
def test_key_figures_are_the_sums_of_the_unified_tables(
    pos: Command, reported: Reported, first: date, last: date, asked: tuple[str, ...], stores: str
) -> None:
    def unified(query: str) -> dict[str, tuple[Any, ...]]:
        rows = reported.rows(query.format(stores=stores), first, last)
        return {currency: tuple(figures) for currency, *figures in rows}

    def ask(name: str, *columns: str) -> dict[str, tuple[Decimal, ...]]:
        rows = answer(pos, name, "--from", first.isoformat(), "--to", last.isoformat(), *asked)
        return summed(rows, *columns)

    orders, returns, refunds = unified(OF_ORDERS), unified(OF_RETURNS), unified(OF_REFUNDS)
    assert orders
    assert len(orders) == (1 if "castle row" in asked else 2)
    given_back = {currency: returns.get(currency, (Decimal(0),))[0] for currency in orders}
    refunded = {currency: refunds.get(currency, (Decimal(0),))[0] for currency in orders}

    net = {each: (figures[0] - given_back[each],) for each, figures in orders.items()}
    collected = {each: (figures[3] - refunded[each],) for each, figures in orders.items()}
    count = {each: (figures[4],) for each, figures in orders.items()}
    totals = {
        each: (figures[1], figures[2], given_back[each], *net[each], *collected[each], *count[each])
        for each, figures in orders.items()
    }
    columns = ("gross_sales", "discounts", "returns", "net_sales", "total_collected", "orders")
    assert ask("total_revenue", *columns) == totals
    for name in ("revenue_by_store", "channel_mix"):
        assert ask(name, *columns[3:]) == {each: figures[3:] for each, figures in totals.items()}
    for name in ("daily_trend", "average_transaction_value", "dayparts"):
        assert ask(name, "net_sales", "orders") == {each: (*net[each], *count[each]) for each in net}
    for name in ("revenue_by_category", "product_mix"):
        assert ask(name, "net_sales") == net
    for name in ("peak_hours", "dining_options"):
        assert ask(name, "orders") == count
    for name in ("revenue_by_store", "revenue_by_category", "payment_mix", "channel_mix"):
        (share,) = (each for each in answer(pos, name, *asked)[0] if each.endswith("_share"))
        assert all(float(total) == pytest.approx(1) for (total,) in ask(name, share).values())

    customers = ask("average_customer_spend", "customers", "orders", "anonymous_orders", "net_sales")
    assert {each: figures[0] for each, figures in customers.items()} == {
        each: figures[5] for each, figures in orders.items()
    }
    assert {each: figures[1] + figures[2] for each, figures in customers.items()} == {
        each: figures[4] for each, figures in orders.items()
    }
    guests = ask("spend_per_guest", "guests", "net_sales_with_guests")
    assert guests == {each: figures[6:] for each, figures in orders.items() if figures[6]}
    payments = unified(OF_PAYMENTS)
    assert ask("payment_mix", "total", "payments") == payments

    sold = reported.rows(OF_LINES.format(stores=stores), first, last)
    rows = answer(pos, "top_items_by_quantity", "--from", str(first), "--to", str(last), *asked)
    for currency in orders:
        best = sorted((units for each, _, units in sold if each == currency), reverse=True)[:20]
        assert [Decimal(row["units"]) for row in rows if row["currency"] == currency] == best
    rows = answer(pos, "transaction_frequency", "--from", str(first), "--to", str(last), *asked)
    assert sum(int(row["orders"]) for row in rows) == sum(figures[4] for figures in orders.values())
    rows = answer(pos, "yesterday", "--to", str(last), *asked)
    assert len(rows) == len({(row["pos"], row["store"]) for row in rows}) > 0
    if first == last:
        assert summed(rows, "net_sales", "orders") == {each: (*net[each], *count[each]) for each in net}


@pytest.mark.parametrize(("name", "period"), [("weekly_trend", "week"), ("monthly_trend", "month")])
def test_weeks_and_months_are_whole(pos: Command, reported: Reported, name: str, period: str) -> None:
    first, last = AS_OF - timedelta(days=30), AS_OF - timedelta(days=10)
    rows = answer(pos, name, "--from", str(first), "--to", str(last), "--pos", "toast")
    whole = reported.rows(
        f"""
        with days as (
            select business_date, net_sales_before_returns as net_sales from unified.orders
            where counts_as_sale and pos = 'toast'
            union all
            select business_date, -amount from unified.return_lines
            where pos = 'toast' and line_kind <> 'gift_card'
        )
        select date_trunc('{period}', business_date)::date, sum(net_sales) from days
        where date_trunc('{period}', business_date) between date_trunc('{period}', ?::date) and ?
        group by 1 order by 1
        """,
        first,
        last,
    )
    assert [(date.fromisoformat(row[f"{period}_start"]), Decimal(row["net_sales"])) for row in rows] == whole
    assert whole[0][0] < first


def test_items_and_customers_are_those_of_the_unified_tables(pos: Command, reported: Reported) -> None:
    day = (AS_OF - timedelta(days=1)).isoformat()
    chosen = reported.rows(
        "select o.currency, coalesce(m.name, 'not told'), count(distinct order_line_id)::varchar"
        " from unified.order_line_modifiers as m join unified.order_lines as l using (order_line_id)"
        " join unified.orders as o using (order_id)"
        " where o.counts_as_sale and not l.is_voided and o.business_date <= ? group by all",
        day,
    )
    rows = answer(pos, "modifier_uptake", "--from", "2026-01-01", "--to", day)
    assert chosen
    assert {(row["currency"], row["modifier"], row["lines_with_modifier"]) for row in rows} == set(chosen)
    everyone = reported.rows(
        "select count(distinct (customer_key, currency)), count(*) from unified.orders"
        " where counts_as_sale and customer_key is not null and business_date <= ?",
        day,
    )
    rows = answer(pos, "customer_segments")
    found = [(sum(int(row["customers"]) for row in rows), sum(int(row["orders"]) for row in rows))]
    assert found == everyone
    rows = answer(pos, "new_and_returning_customers", "--from", "2026-01-01", "--to", day)
    every_order = reported.rows(
        "select count(*) from unified.orders where counts_as_sale and month(business_date) <= 11"
    )
    assert [(sum(int(row["orders"]) for row in rows),)] == every_order
    rows = answer(pos, "reconciliation", "--from", "2026-01-01", "--to", day)
    assert {(row["pos"], row["differing"]) for row in rows} == {("square", "0"), ("toast", "0")}
    assert {row["comparison"] for row in rows} >= {
        "days against the vendor's report",
        "days against their lines",
    }


def test_the_newest_sale_shows_a_till_that_went_quiet(pos: Command, reported: Reported) -> None:
    newest = reported.rows(
        "select connection_id, max(coalesce(closed_at, ordered_at)) from unified.orders"
        " where counts_as_sale group by all order by all"
    )
    rows = answer(pos, "freshness")
    assert [(row["connection_id"], datetime.fromisoformat(row["last_sale_at"])) for row in rows] == newest


def test_people_read_separators_and_programs_do_not(pos: Command) -> None:
    shown, plain = pos("report", "total_revenue").out, pos("report", "total_revenue", "--csv")
    (dollars,) = (row for row in csv.DictReader(io.StringIO(plain.out)) if row["currency"] == "USD")
    assert f"{Decimal(dollars['net_sales']):,.2f}" in shown
    assert "," in f"{Decimal(dollars['net_sales']):,.2f}"
    assert f"{AS_OF - timedelta(days=30)} to {AS_OF - timedelta(days=1)}" in plain.err
    named = pos("report", "daily-trend", "--location", "square_0:L002")
    assert named.out.splitlines()[1].endswith("store square_0:L002, all systems.")
    nothing = pos("report", "total_revenue", "--to", "2020-01-01")
    assert nothing.code == 0
    assert f"The warehouse holds sales from {AS_OF - timedelta(days=DAYS)}" in nothing.out


def test_a_table_fits_the_terminal(pos: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    question = questions()["daily_trend"]
    for columns, whole_names, bars, wide in (
        (250, True, True, True),
        (125, False, True, True),
        (100, False, False, True),
        (60, True, False, False),
    ):
        monkeypatch.setenv("COLUMNS", str(columns))
        asked = pos("report", "daily_trend")
        text = STYLE.sub("", asked.out)
        lines = text.splitlines()
        assert max(map(len, lines)) <= columns
        # sentences are broken between words
        assert " ".join(text.split()).startswith(f"{question.sentence} {question.answers}")
        assert any("average_order_value" in line for line in lines) == whole_names
        assert ("█" in text) == bars
        assert any(line.count("│") > 5 for line in lines) == wide
        assert ("One table takes a terminal of " in asked.err) != wide
        if not wide:
            monkeypatch.setenv("COLUMNS", asked.err.split(" columns")[0].split()[-1])
            assert "│" in pos("report", "daily_trend").out


def test_words_between_colons_are_no_pictures(pos: Command) -> None:
    assert ":apple:" in pos("sql", "select 'till:apple:7'").out


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (("total_revenue", "--from", "2027-01-01", "--to", "2027-01-31"), "Nothing is known of that."),
        (("spend_per_guest", "--pos", "square"), "No order of these days tells its guests."),
        (
            ("item_changes", "--from", str(AS_OF - timedelta(days=50))),
            "No item sold more or less, or no store had opened when the days before the range began.",
        ),
    ],
)
def test_an_empty_answer_says_why(pos: Command, asked: tuple[str, ...], sentence: str) -> None:
    shown, written = pos("report", *asked), pos("report", *asked, "--csv")
    assert shown.code == written.code == 0
    assert f"\n{sentence} The warehouse holds sales from " in shown.out
    assert len(written.out.splitlines()) == 1
    assert f"\n{sentence} The warehouse holds sales from " in written.err


def test_a_range_with_the_day_of_the_build_says_that_it_was_not_over(pos: Command) -> None:
    day = AS_OF.isoformat()
    said = f"{day} was not over at the last build."
    assert said in pos("report", "daily_trend", "--to", day).out.splitlines()[1]
    assert (
        said
        in pos("report", "top_items_by_revenue", "--from", "2026-11-01", "--to", "2026-12-31", "--csv").err
    )
    assert said in pos("report", "yesterday", "--to", day).out.splitlines()[1]
    assert said not in pos("report", "daily_trend").out
    assert said not in pos("report", "yesterday", "--to", "2026-11-23").out
    assert said not in pos("report", "trending_items", "--to", day).out


def test_report_alone_lists_the_questions(pos: Command) -> None:
    listed = pos("report")
    assert listed.code == 0
    assert [line.split()[0] for line in listed.out.splitlines() if line.endswith("?")] == NAMES
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    assert [name for name in NAMES if f"`{name}`" not in readme] == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nonsense",), f"There is no question nonsense; choose one of {', '.join(NAMES)}."),
        (
            ("total_revenue", "--from", "2026-02-01", "--to", "2026-01-31"),
            "The range ends before it begins: from 2026-02-01 to 2026-01-31.",
        ),
        (
            ("total_revenue", "--pos", "clover"),
            "There is no system clover in the warehouse; choose one of square, toast.",
        ),
        (
            ("total_revenue", "--location", "Moon", "--pos", "toast"),
            "There is no store Moon; choose one of toast_0:L001 (Harbour Street).",
        ),
        (
            ("total_revenue", "--location", "Harbour Street"),
            "Several stores are called Harbour Street; choose one of square_0:L001 (Harbour Street), "
            "toast_0:L001 (Harbour Street).",
        ),
    ],
)
def test_what_cannot_be_asked_is_said_in_one_sentence(
    pos: Command, arguments: tuple[str, ...], sentence: str
) -> None:
    outcome = pos("report", *arguments)
    assert outcome.code == 1
    assert outcome.out == ""
    assert outcome.err.strip() == sentence


def test_a_date_that_is_none_is_a_wrong_use_of_the_command(pos: Command) -> None:
    outcome = pos("report", "total_revenue", "--from", "31.01.2026")
    assert outcome.code == 2
    assert "'31.01.2026' does not match" in outcome.err


@pytest.mark.chaos
def test_the_page_of_the_documentation_shows_every_published_column(pos: Command, reported: Reported) -> None:
    # dbt keeps the file open for as long as its process lives
    writing = start("from orchestration.cli import main; main()", "docs")
    said, trouble = writing.communicate(timeout=300)
    assert writing.returncode == 0, trouble
    assert PAGE.as_uri() in said
    text = PAGE.read_text()
    columns = reported.rows(
        "select distinct column_name from information_schema.columns"
        " where table_schema in ('unified', 'marts')"
    )
    assert len(columns) > 200
    assert [name for (name,) in columns if f'"{name}"' not in text] == []
    assert "Each table and each column below says what it means" in text


def answered(name: str, first: str, last: str, **tables: str) -> list[dict[str, Any]]:
    """The answer to a question about all stores from tables of a few rows, each given as a query."""
    with duckdb.connect() as warehouse:
        for table, query in tables.items():
            warehouse.execute(f"create table {table} as {query}")
        asked = Asked(date.fromisoformat(first), date.fromisoformat(last), None, None, None)
        for variable, value in asked.variables.items():
            warehouse.execute(f"set variable {variable} = ?", [value])
        answer = warehouse.execute(questions()[name].sql({table: table for table in tables}))
        header = [column[0] for column in answer.description or []]
        return [dict(zip(header, row, strict=True)) for row in answer.fetchall()]


STORES = """
from (values
    ('a:1', 'a:1', 'square', 'Main Street'), ('a:2', 'a:2', 'square', 'Main Street'),
    ('b:1', 'both', 'square', 'Harbour'), ('c:1', 'both', 'toast', 'Harbour'), ('d:1', 'd:1', 'toast', null)
) as stores (location_id, location_key, pos, name)
"""


def test_stores_are_called_so_that_they_can_be_told_apart() -> None:
    rows = answered(
        "trending_items",
        "2026-01-01",
        "2026-01-31",
        locations=STORES,
        dim_locations=STORES,
        item_attributes="select 'tea' as item_key, 'Tea' as item_name",
        item_velocity="""
        select location_key, item_key, true as is_trending, 7.0 as units_7d, 1.0 as velocity_7d,
            0.5 as velocity_28d, 1.0 as trend_7_against_28
        from (values ('a:1', 'tea'), ('a:2', 'tea'), ('both', 'tea'), ('d:1', 'tea'), ('e:1', 'gone'))
            as items (location_key, item_key)
        """,
    )
    assert [(row["pos"], row["store"], row["item_name"]) for row in rows] == [
        ("square", "Main Street (a:1)", "Tea"),
        ("square", "Main Street (a:2)", "Tea"),
        ("several", "Harbour", "Tea"),
        ("toast", "d:1", "Tea"),
        (None, "e:1", "gone"),
    ]


def test_what_a_store_that_no_system_lists_received_is_in_the_answer() -> None:
    rows = answered(
        "payment_mix",
        "2026-01-01",
        "2026-01-31",
        locations=STORES,
        payment_mix="""
        select location_id, date '2026-01-02' as business_date, 'USD' as currency, 'cash' as method,
            1 as payments, 5.00 as amount, 0.00 as tip, 5.00 as total
        from (values ('a:1'), ('z:9')) as days (location_id)
        """,
    )
    assert [(row["payments"], row["total"]) for row in rows] == [(2, Decimal(10))]


def test_items_change_against_days_of_any_age_in_stores_that_had_opened() -> None:
    rows = answered(
        "item_changes",
        "2019-02-01",
        "2019-02-28",
        locations=STORES,
        dim_locations=STORES,
        item_attributes="select 'tea' as item_key, 'Tea' as item_name",
        daily_revenue="""
        from (values ('a:1', 'a:1', date '2019-01-04'), ('b:1', 'both', date '2019-01-05'))
            as days (location_id, location_key, business_date)
        """,
        item_daily_revenue="""
        select location_id, location_key, 'tea' as item_key, business_date, units
        from (values
            ('a:1', 'a:1', date '2019-01-03', 100.0),
            ('a:1', 'a:1', date '2019-01-04', 2.0),
            ('a:1', 'a:1', date '2019-01-31', 2.0),
            ('a:1', 'a:1', date '2019-02-01', 3.0),
            ('a:1', 'a:1', date '2019-02-28', 3.0),
            ('a:1', 'a:1', date '2019-03-01', 100.0),
            ('b:1', 'both', date '2019-02-01', 9.0)
        ) as days (location_id, location_key, business_date, units)
        """,
    )
    assert [
        (row["store"], row["units"], row["units_before"], row["units_difference"], row["units_change"])
        for row in rows
    ] == [("Main Street (a:1)", 6, 4, 2, 0.5)]


def test_stock_that_sold_in_the_range_moves_however_long_ago_that_was() -> None:
    rows = answered(
        "slow_moving_stock",
        "2019-01-01",
        "2019-01-31",
        locations=STORES,
        dim_locations=STORES,
        inventory_position="""
        select 'a:1' as location_key, item_key, 5.0 as on_hand, null as stock_value, null as days_of_cover
        from (values ('tea'), ('mug')) as items (item_key)
        """,
        item_daily_revenue="""
        select 'a:1' as location_id, 'a:1' as location_key, 'tea' as item_key,
            date '2019-01-04' as business_date, 1.0 as units
        """,
        item_velocity="""
        select null as location_key, null as item_key, null as last_sold_on, null as days_since_last_sale
        """,
        item_attributes="select 'tea' as item_key, 'Tea' as item_name, 'USD' as cost_currency",
    )
    assert [(row["item_name"], row["units"]) for row in rows] == [("mug", 0)]


def test_a_macro_that_is_not_rendered_here_is_an_error() -> None:
    with pytest.raises(Exception, match="is undefined"):
        Question("new", "-- Why?\nselect {{ unheard_of() }}").sql({})


def test_a_table_that_an_older_warehouse_does_not_have_is_named() -> None:
    with pytest.raises(QuestionError, match="has no table unheard_of; pos refresh builds it"):
        Question("new", "-- Why?\nselect * from {{ ref('unheard_of') }}").sql({"known": "known"})


def test_a_question_whose_file_does_not_say_it_is_called_by_its_name() -> None:
    assert Question("new", "select 1").sentence == "new"
    assert Question("new", "-- Why?\n-- Bars: a\n-- Empty: It is not.\n-- In short.").answers == "In short."
