"""What a build rewrites of Lightspeed R and K: the sales that changed, and those that depend on them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dbt_project.warehouse import Warehouse

FIRST = datetime(2026, 6, 1, 9, tzinfo=UTC)
SECOND = datetime(2026, 6, 2, 9, tzinfo=UTC)
THIRD = datetime(2026, 6, 3, 9, tzinfo=UTC)


class Shop:
    """Hand-made raw rows of one account, which a later load replaces by their key."""

    def __init__(self, path: Path, pos: str) -> None:
        self.warehouse = Warehouse(
            path / "warehouse.duckdb", {"as_of_date": "2026-06-04"}
        ).create_raw_tables()
        self._pos = pos
        self._written: dict[str, datetime] = {}

    def load(self, table: str, at: datetime, key: tuple[str, ...] = ("id",), **values: Any) -> None:
        with duckdb.connect(str(self.warehouse.path)) as connection:
            same = " and ".join(f"{name} = ?" for name in key)
            connection.execute(
                f"delete from raw_{self._pos}.{table} where {same}", [values[name] for name in key]
            )
        row = {"connection_id": "c", "loaded_at": at, **values}
        self.warehouse.insert(f"raw_{self._pos}.{table}", [row])

    def rewritten(self) -> set[str]:
        """Builds, and says which orders were written anew."""
        self.warehouse.build()
        rows = self.warehouse.query("select native_id, built_at from unified.orders")
        before, self._written = self._written, {row["native_id"]: row["built_at"] for row in rows}
        return {order for order, at in self._written.items() if before.get(order) != at}


class RetailShop(Shop):
    """A shop of R."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "lightspeed_r")
        self.load("shops", FIRST, id="1", name="Shop", timezone="UTC", currency="USD", archived="false")

    def sale(self, sale: str, at: datetime, *lines: tuple[str, int, str | None, str | None]) -> None:
        """A sale as it stands now; of a line the id, quantity, item and the line that it gives back."""
        total = sum(10 * quantity for _, quantity, _, _ in lines)
        self.load(
            "sales", at, id=sale, shop_id="1", completed="true", voided="false", archived="false",
            is_tax_inclusive="false", created_at=at, completed_at=at, updated_at=at, time_stamp=at,
            total=total, displayable_total=total,
        )  # fmt: skip
        for line, quantity, item, parent in lines:
            self.load(
                "sale_lines", at, id=line, sale_id=sale, sale_updated_at=at, sale_time_stamp=at, item_id=item,
                parent_line_id=parent or "0", quantity=quantity, unit_price=10, subtotal=10 * quantity,
                total=10 * quantity,
            )  # fmt: skip

    def returned(self) -> dict[str, tuple[str | None, str | None]]:
        """Of each returned line the sale and the item that it came from."""
        rows = self.warehouse.query("select native_id, order_id, item_id from unified.return_lines")
        return {row["native_id"]: (row["order_id"], row["item_id"]) for row in rows}


@pytest.mark.chaos
def test_a_return_of_r_follows_the_sale_that_it_came_from_and_no_sale_follows_its_return(
    tmp_path: Path,
) -> None:
    shop = RetailShop(tmp_path)
    shop.sale("sold", FIRST, ("l1", 2, "mug", None), ("l2", 1, "cup", None))
    # an exchange: the cup comes back, a jug goes out; then the jug comes back, too
    shop.sale("exchange", FIRST, ("l3", -1, None, "l2"), ("l4", 1, "jug", None))
    shop.sale("back", FIRST, ("l5", -1, None, "l4"))
    shop.sale("of_a_lost_sale", FIRST, ("l6", -1, None, "lost"))
    shop.sale("other", FIRST, ("l7", 1, "mug", None))
    assert shop.rewritten() == {"sold", "exchange", "back", "of_a_lost_sale", "other"}
    assert shop.returned() == {
        "l3": ("c:sold", "c:cup"), "l5": ("c:exchange", "c:jug"), "l6": (None, None),
    }  # fmt: skip

    # days later: another mug comes back, and the jug's return is loaded again
    shop.sale("late", SECOND, ("l8", -1, None, "l1"))
    shop.sale("back", SECOND, ("l5", -1, None, "l4"))
    assert shop.rewritten() == {"late", "back"}
    assert shop.returned() == {
        "l3": ("c:sold", "c:cup"), "l5": ("c:exchange", "c:jug"), "l6": (None, None),
        "l8": ("c:sold", "c:mug"),
    }  # fmt: skip

    # the first sale loses its cup and its mugs become bowls; the lost sale turns up
    shop.sale("sold", THIRD, ("l1", 2, "bowl", None))
    shop.sale("found", THIRD, ("lost", 1, "pan", None))
    assert shop.rewritten() == {"sold", "exchange", "late", "found", "of_a_lost_sale"}
    assert shop.returned() == {
        "l3": (None, None), "l5": ("c:exchange", "c:jug"), "l6": ("c:found", "c:pan"),
        "l8": ("c:sold", "c:bowl"),
    }  # fmt: skip
    (sold,) = shop.warehouse.query("select gross_sales from unified.orders where native_id = 'sold'")
    assert sold["gross_sales"] == 20


class Bar(Shop):
    """A location of K."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "lightspeed_k")
        self.load(
            "locations",
            FIRST,
            id=1,
            name="Bar",
            timezone="UTC",
            currency="EUR",
            business_day_cutoff_minutes=0,
        )

    def day(self, date: str, ends: str, at: datetime) -> None:
        """A business day, and when the next one begins."""
        key = ("location_id", "business_date")
        ends_at = datetime.fromisoformat(f"{ends}+00:00")
        self.load("business_days", at, key, location_id="1", business_date=date, next_start_of_day=ends_at)

    def account(self, account: str, closed: datetime, at: datetime, **values: Any) -> None:
        """A closed account of one beer."""
        self.load("sales", at, id=account, location_id="1", opened_at=closed, closed_at=closed, **values)
        self.load(
            "sale_lines", at, ("sale_id", "id"), sale_id=account, sale_closed_at=closed, id="1", sku="beer",
            name=f"Beer of {account}", quantity=1, currency="EUR", net_amount_without_tax=5,
            discount_amount=0, tax_amount=0, service_charge=0, time_of_sale=closed,
        )  # fmt: skip


@pytest.mark.chaos
def test_a_new_business_day_of_k_changes_no_account_and_another_close_of_day_changes_all(
    tmp_path: Path,
) -> None:
    bar = Bar(tmp_path)
    night = datetime(2026, 6, 1, 2, tzinfo=UTC)
    bar.day("2026-06-01", "2026-06-02 04:00", FIRST)
    bar.account("a", night, FIRST, type="SALE")
    bar.account("b", night, FIRST, type="SALE")
    assert bar.rewritten() == {"a", "b"}

    bar.day("2026-06-02", "2026-06-03 04:00", SECOND)
    bar.account("void", datetime(2026, 6, 2, 1, tzinfo=UTC), SECOND, type="VOID", previous_id="a")
    assert bar.rewritten() == {"a", "void"}
    rows = bar.warehouse.query("select native_id, state from unified.orders order by all")
    assert [tuple(row.values()) for row in rows] == [("a", "superseded"), ("b", "sale"), ("void", "void")]

    days = "select distinct business_date::varchar as day from unified.orders where native_id = 'b'"
    assert bar.warehouse.query(days) == [{"day": "2026-05-31"}]
    bar.day("2026-06-03", "2026-06-04 01:00", THIRD)
    assert bar.rewritten() == {"a", "b", "void"}
    assert bar.warehouse.query(days) == [{"day": "2026-06-01"}]
    (item,) = bar.warehouse.query("select product_name from unified.items")
    assert item["product_name"] == "Beer of void"
    # when the next day begins is no time of a record
    newest = bar.warehouse.query("select max(last_record_at) as at from marts.data_freshness")
    assert newest == [{"at": datetime(2026, 6, 2, 1, tzinfo=UTC)}]
