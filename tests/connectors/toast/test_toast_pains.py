"""What others reported of Toast: late changes, failures halfway, orders that move meanwhile."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.core.errors import VendorError
from simulator.ledger import Ledger, Payment, PaymentStatus, Refund, RefundForm, Sale, SaleState
from tests.connectors.contract.account import Account, read, with_sales
from tests.connectors.contract.landing import Warehouse
from tests.connectors.toast.till import TILL

OpenAccount = Callable[[Ledger], Account]
DAY = timedelta(days=1)
ORDERS = frozenset({"orders"})


def a_paid_sale(ledger: Ledger) -> Sale:
    """One of the ledger's plain sales that was paid in one go."""
    return next(
        sale
        for sale in with_sales(ledger, 10).sales
        if sale.closed_at and len(sale.payments) == 1 and sale.payments[0].amount > 200
    )


def of_one_sale(ledger: Ledger, *versions: Sale, refunds: tuple[Refund, ...] = ()) -> Ledger:
    return replace(with_sales(ledger, 0), sales=versions, refunds=refunds)


def voided(payment: Payment) -> Payment:
    return replace(payment, status=PaymentStatus.CANCELLED)


def test_row_9_an_order_voided_three_days_later_is_read_again_with_the_day_of_its_void(
    open_account: OpenAccount, ledger: Ledger
) -> None:
    sale = a_paid_sale(ledger)
    assert sale.closed_at
    later = sale.closed_at + 3 * DAY
    void = replace(
        sale,
        version=2,
        state=SaleState.CANCELLED,
        updated_at=later,
        visible_at=later,
        payments=tuple(voided(payment) for payment in sale.payments),
    )
    account = open_account(of_one_sale(ledger, sale, void))
    warehouse = Warehouse(TILL, account.folder / "warehouse")
    account.now = sale.closed_at + DAY
    warehouse.land(account, tables=ORDERS)
    (before,) = warehouse.tables()["orders"]
    account.now = later + timedelta(hours=1)
    warehouse.land(account, tables=ORDERS)
    (after,) = warehouse.tables()["orders"]
    assert (before["voided"], before["void_business_date"]) == (False, None)
    assert after["voided"] is True
    assert after["business_date"] == before["business_date"] < after["void_business_date"]


def test_row_9_a_refund_carries_its_own_later_business_date(
    open_account: OpenAccount, ledger: Ledger
) -> None:
    sale = a_paid_sale(ledger)
    assert sale.closed_at
    later = sale.closed_at + 40 * DAY
    refund = Refund(
        id="RF1",
        version=1,
        store_id=sale.store_id,
        sale_id=sale.id,
        payment_id=sale.payments[0].id,
        order_id=None,
        form=RefundForm.NO_ORDER,
        amount=150,
        status=PaymentStatus.COMPLETED,
        refunded_at=later,
        updated_at=later,
        visible_at=later,
    )
    account = open_account(of_one_sale(ledger, sale, refunds=(refund,)))
    warehouse = Warehouse(TILL, account.folder / "warehouse")
    account.now = sale.closed_at + DAY
    warehouse.land(account, tables=ORDERS)
    account.now = later + DAY
    warehouse.land(account, tables=ORDERS)
    (payment,) = warehouse.tables()["payments"]
    assert payment["refund_transaction_guid"] == "RF1"
    assert payment["refund_business_date"] > payment["paid_business_date"]
    assert payment["refund_status"] == "PARTIAL"


def test_row_9_orders_that_cannot_be_read_end_the_run_and_the_next_one_brings_them(
    open_account: OpenAccount, ledger: Ledger
) -> None:
    account = open_account(ledger)
    warehouse = Warehouse(TILL, account.folder / "warehouse")
    account.faults.server_error("/orders/v2/ordersBulk", after=3, times=8, status=500)
    with pytest.raises(VendorError, match=r"GET /orders/v2/ordersBulk: the vendor has a fault"):
        warehouse.land(account, tables=ORDERS)
    warehouse.land(account, tables=ORDERS)
    assert warehouse.stand().orders == account.told


def test_row_10_a_sale_at_half_past_one_belongs_to_the_day_before(
    open_account: OpenAccount, ledger: Ledger
) -> None:
    sale = a_paid_sale(ledger)
    night = datetime(2026, 11, 14, 6, 30, tzinfo=UTC)  # 01:30 in New York
    assert next(store for store in ledger.stores if store.id == sale.store_id).timezone == "America/New_York"
    late = replace(sale, opened_at=night, closed_at=night, updated_at=night, visible_at=night)
    account = open_account(of_one_sale(ledger, late))
    account.simulated.closeout_hour = 4
    (order,) = read(account).tables["orders"]
    assert order["business_date"] == 20261113


def test_row_10_orders_that_shift_over_a_page_border_are_there_once_after_the_next_run(
    open_account: OpenAccount, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.toast.endpoints.ORDERS_PER_PAGE", 5)
    account = open_account(ledger)
    account.settings = {"restaurant_guids": ["L001"]}
    orders = sorted(sale.id for sale in ledger.sales_at(account.now) if sale.store_id == "L001")
    account.now += 10 * DAY
    start = account.now - timedelta(hours=1)
    account.edit(orders[:12])
    account.now += timedelta(minutes=10)

    def edit_the_first() -> None:
        account.now += timedelta(seconds=1)
        account.edit(orders[:1])

    account.faults.between_pages(edit_the_first, TILL.sales, after=1)
    first = read(account, since=start).orders
    assert len(first) < 12, "nothing moved"
    account.now += timedelta(minutes=15)
    second = read(account, since=start)
    assert sorted(second.orders) == orders[:12]
    assert len(second.tables["orders"]) == 12
