"""`pos orders`: the order list of the published warehouse, for people and as purchase orders."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.cli.budgets import read_budgets
from orchestration.cli.purchase_orders import write_purchase_orders
from orchestration.cli.query import ROWS_SHOWN, published, write_cells
from orchestration.cli.report import chosen_stores, shown
from orchestration.errors import OperationError
from orchestration.settings import Settings
from planning.budget import within_budget
from planning.policy import URGENCIES
from planning.schema import RECOMMENDATIONS, TRANSFERS
from planning.text import store_labels

WITHOUT_SUPPLIER = "none"
"""What a person writes for the items that have no supplier."""

SUPPLIERS_NAMED = 12
NUMBERS = (
    "on hand",
    "a day",
    "from stores",
    "order",
    "packs",
    "recommended",
    "cost",
    "quantity",
    "lines",
    "total",
)


class OrdersError(OperationError):
    """The order list cannot be asked like this."""


@dataclass(frozen=True)
class Chosen:
    """Which rows of the order list are asked for.

    Attributes:
        urgency: At least this urgent; None for any.
        supplier: Id or name of a supplier, or `none`; None for all.
        location: A store's key, id or name; None for all.
        everything: Rows with nothing to order, too.
    """

    urgency: str | None
    supplier: str | None
    location: str | None
    everything: bool


def show_orders(chosen: Chosen, budgets: Sequence[str], *, with_reasons: bool, folder: Path | None) -> None:
    """Prints the order list, or writes its purchase orders.

    Args:
        chosen: Which rows.
        budgets: Amounts like 5000 or EUR=5000; the rows are cut to what they pay for.
        with_reasons: Print the reason of each row.
        folder: Where one file a supplier is written; None to print the list.

    Raises:
        OrdersError: There is no such supplier, or the published file is of another version.
        QuestionError: There is no such store.
        BudgetError: A budget is no amount, or it is not clear of which currency.
        NothingPublished: There is no published file yet.
    """
    with published(Settings.from_environment()) as warehouse:
        orders = read_table(warehouse, "order_recommendations", RECOMMENDATIONS)
        labels = store_labels(orders["location_key"], orders["location_name"]).to_pylist()
        stores = dict(zip(orders["location_key"].to_pylist(), labels, strict=True))
        orders = select(warehouse, orders, chosen)
        transfers = select_transfers(warehouse, orders)
        uncounted = 0 if chosen.everything else count_without_stock(warehouse)
    amounts = read_budgets(budgets, currencies(orders))
    if amounts:
        orders = within_budget(orders, amounts)
    if folder:
        print_files(write_purchase_orders(folder, orders, transfers, stores), folder)
    else:
        print_orders(orders, transfers, amounts, stores, with_reasons=with_reasons)
        if uncounted:
            say(f"{counted(uncounted, 'item')} without stock figure: --all shows the level to keep.")


def select(warehouse: duckdb.DuckDBPyConnection, orders: pa.Table, chosen: Chosen) -> pa.Table:
    """The rows that are asked for, most urgent first."""
    if not chosen.everything:
        orders = orders.filter(
            pc.or_kleene(pc.greater(orders["recommended_quantity"], 0), pc.greater(orders["transfer_in"], 0))
        )
    if chosen.urgency:
        wanted = URGENCIES[URGENCIES.index(chosen.urgency) :]
        orders = orders.filter(pc.is_in(orders["urgency"], pa.array(wanted)))
    if chosen.location:
        _, key = chosen_stores(warehouse, None, chosen.location)
        orders = orders.filter(pc.equal(orders["location_key"], key))
    if chosen.supplier:
        orders = of_supplier(warehouse, orders, chosen.supplier)
    return orders


def read_table(warehouse: duckdb.DuckDBPyConnection, name: str, schema: pa.Schema) -> pa.Table:
    """A table of the order list.

    Raises:
        OrdersError: The published file has another one.
    """
    try:
        rows = warehouse.sql(f"from planning.{name}").to_arrow_table()
        return rows.select(schema.names).cast(schema)
    except (duckdb.CatalogException, KeyError):
        raise OrdersError(
            "The published warehouse holds no order list of this version: run `pos refresh` first."
        ) from None


def select_transfers(warehouse: duckdb.DuckDBPyConnection, orders: pa.Table) -> pa.Table:
    """What moves to the stores and items of these orders."""
    transfers = read_table(warehouse, "transfers", TRANSFERS)
    keys = ["location_key", "item_key"]
    return transfers.join(
        orders.select(keys), keys=["to_location_key", "item_key"], right_keys=keys, join_type="left semi"
    )


def count_without_stock(warehouse: duckdb.DuckDBPyConnection) -> int:
    """How many items of all stores have no stock figure, and so no order."""
    query = "select count(*) from planning.order_recommendations where not stock_known"
    ((number,),) = warehouse.execute(query).fetchall()
    return int(number)


def of_supplier(warehouse: duckdb.DuckDBPyConnection, orders: pa.Table, supplier: str) -> pa.Table:
    """The rows of a supplier, by its id or name.

    Raises:
        OrdersError: No item has such a supplier.
    """
    if supplier.casefold() == WITHOUT_SUPPLIER:
        return orders.filter(pc.is_null(orders["supplier_id"]))
    known = warehouse.execute(
        "select distinct supplier_id, supplier_name from planning.order_recommendations"
        " where supplier_id is not null order by all"
    ).fetchall()
    meant = [row[0] for row in known if supplier.casefold() in {str(each).casefold() for each in row}]
    if not meant:
        names = sorted({str(name or identifier) for identifier, name in known})
        raise OrdersError(f"There is no supplier {supplier}; {hint(supplier, names)}")
    return orders.filter(pc.is_in(orders["supplier_id"], pa.array(meant)))


def hint(given: str, names: Sequence[str]) -> str:
    """What a person may have meant."""
    by_small_letters = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(given.casefold(), by_small_letters, n=1)
    if close:
        return f"did you mean '{by_small_letters[close[0]]}'?"
    if not names:
        return "no item has a supplier."
    more = ", ..." if len(names) > SUPPLIERS_NAMED else ""
    return f"choose one of {', '.join(names[:SUPPLIERS_NAMED])}{more}."


def currencies(orders: pa.Table) -> list[str]:
    """The currencies in which something is ordered."""
    ordered = orders.filter(pc.greater(orders["recommended_quantity"], 0))
    return sorted(pc.unique(ordered["currency"]).drop_null().to_pylist())


def print_orders(
    orders: pa.Table,
    transfers: pa.Table,
    budgets: Mapping[str, Decimal],
    stores: Mapping[str, str],
    *,
    with_reasons: bool,
) -> None:
    """Prints the rows as a table, what moves between stores, and what it comes to."""
    if not orders.num_rows:
        say("Nothing to order.")
        return
    say(f"Order list of {orders['as_of_date'][0].as_py()}")
    print_rows([order_cells(row, stores) for row in head(orders)], orders.num_rows, with_reasons=with_reasons)
    if transfers.num_rows:
        say("To be fetched from other stores before anything is ordered:")
        moves = [transfer_cells(row, stores) for row in head(transfers)]
        print_rows(moves, transfers.num_rows, with_reasons=with_reasons)
    for line in totals(orders, budgets):
        say(line)


def head(rows: pa.Table) -> list[dict[str, Any]]:
    """The rows that are shown."""
    return list(rows.slice(0, ROWS_SHOWN).to_pylist())


def order_cells(row: Mapping[str, Any], stores: Mapping[str, str]) -> dict[str, Any]:
    """A row of the order list as people read it."""
    quantity, before = row["recommended_quantity"], row.get("quantity_before_budget")
    return {
        "urgency": row["urgency"],
        "item": row["item_name"] or row["item_key"],
        "store": stores[row["location_key"]],
        "supplier": row["supplier_name"] or row["supplier_id"],
        "on hand": row["on_hand"],
        "a day": row["forecast_daily"],
        "runs out": row["projected_stockout_date"],
        "from stores": row["transfer_in"] or None,
        "order": row["order_up_to"] if quantity is None else quantity,
        "packs": quantity / row["pack_size"] if quantity else None,
        "recommended": before if before != quantity else None,
        "cost": row["order_cost"] if quantity else None,
        "currency": row["currency"],
        "order by": row["order_by_date"],
        "too much": row["overstock_quantity"] or None,
        "note": "level to keep, stock not known" if quantity is None else None,
        "why": row["reason"],
    }


def transfer_cells(row: Mapping[str, Any], stores: Mapping[str, str]) -> dict[str, Any]:
    """A movement as people read it."""
    return {
        "urgency": row["urgency"],
        "item": row["item_name"] or row["item_key"],
        "from": stores[row["from_location_key"]],
        "to": stores[row["to_location_key"]],
        "quantity": row["quantity"],
        "why": row["reason"],
    }


def print_rows(rows: list[dict[str, Any]], count: int, *, with_reasons: bool) -> None:
    """Prints rows of the same cells, without the columns that say nothing."""
    header = [
        name
        for name in rows[0]
        if any(row[name] is not None for row in rows) and (with_reasons or name != "why")
    ]
    cells = [[cell_text(name, row[name]) for name in header] for row in rows]
    write_cells(header, cells, right=NUMBERS, more=count > len(rows))


def cell_text(name: str, cell: Any) -> str:
    """A cell for people: money with two places, a quantity without the zeros at its end."""
    if name in {"cost", "total"}:
        return shown(name, cell)
    if isinstance(cell, Decimal):
        return f"{cell.normalize():,f}"
    return f"{cell:,.1f}" if isinstance(cell, float) else shown(name, cell)


def totals(orders: pa.Table, budgets: Mapping[str, Decimal]) -> list[str]:
    """A line for each currency: how many orders, what they cost, and what the budget did."""
    lines = []
    ordered = orders.filter(pc.greater(orders["recommended_quantity"], 0))
    for currency in sorted({*pc.unique(ordered["currency"]).to_pylist(), *budgets}, key=str):
        rows = ordered.filter(
            pc.equal(ordered["currency"], currency) if currency else pc.is_null(ordered["currency"])
        )
        cost, unpriced = pc.sum(rows["order_cost"]).as_py() or Decimal(0), rows["order_cost"].null_count
        line = f"{currency or 'Without currency'}: {cost:,.2f} for {counted(rows.num_rows, 'order')}"
        if currency in budgets:
            cut = orders.filter(pc.equal(orders["currency"], currency))
            less = pc.sum(pc.less(cut["recommended_quantity"], cut["quantity_before_budget"])).as_py() or 0
            lost = cut.filter(pc.greater(cut["quantity_before_budget"], 0))["order_cost"].null_count
            line += f" of a budget of {budgets[currency]:,.2f}; {counted(less, 'order')} cut"
            line += f", {lost} for want of a known cost" if lost else ""
        elif unpriced:
            line += f", {unpriced} of unknown cost"
        lines.append(f"{line}.")
    return lines


def print_files(files: Sequence[Mapping[str, Any]], folder: Path) -> None:
    """Prints which files were written."""
    if not files:
        say("Nothing to order: no file was written.")
        return
    say(f"Purchase orders in {folder}:")
    print_rows([dict(file) for file in files], len(files), with_reasons=False)


def counted(number: int, word: str) -> str:
    """A number of things."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def say(line: str) -> None:
    """Prints a line."""
    print(line)  # noqa: T201
