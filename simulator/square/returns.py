"""Returns and refunds as Square's orders: what was given back stands in `returns`, beside nothing sold."""

from collections.abc import Mapping
from functools import partial

from simulator.core.answers import Json
from simulator.ledger import Item, PaymentStatus, Refund, RefundForm, Return, ReturnedLine, Store
from simulator.square.parts import (
    applied_to,
    empty_order,
    money_of,
    no_amounts,
    rfc3339,
    subtract,
    what_is_sold,
)


class ReturnRenderer:
    """Writes returns and refunds."""

    def __init__(self, stores: Mapping[str, Store], items: Mapping[str, Item]) -> None:
        self._stores = stores
        self._items = items

    def given_back(self, given: Return) -> Json:
        """The order of a return: no line items, everything stands in `returns`."""
        store = self._stores[given.store_id]
        return {
            **empty_order(store, given.id, given.version),
            "created_at": rfc3339(given.opened_at),
            "updated_at": rfc3339(given.updated_at),
            "closed_at": rfc3339(given.closed_at),
            "returns": [self.part_of_order(store, given)],
            "return_amounts": return_amounts(store, given),
            "net_amounts": subtract(no_amounts(store), return_amounts(store, given)),
            "refunds": self.refunds_of_order(store, given, given.id),
        }

    def part_of_order(self, store: Store, given: Return) -> Json:
        """What was given back, as it stands in an order."""
        rendered: Json = {
            "uid": "ret",
            "return_line_items": [self._returned_line(store, returned) for returned in given.lines],
            "return_amounts": return_amounts(store, given),
        }
        if given.sale_id:
            rendered["source_order_id"] = given.sale_id
        if given.tip:
            tip: Json = {"uid": "rt1", "applied_money": money_of(store, given.tip)}
            if given.payouts and given.payouts[0].payment_id:
                tip["source_tender_id"] = given.payouts[0].payment_id
            rendered["return_tips"] = [tip]
        if given.service_charge:
            charge = money_of(store, given.service_charge)
            rendered["return_service_charges"] = [
                {
                    "uid": "rs1",
                    "source_service_charge_uid": "s1",
                    "applied_money": charge,
                    "total_money": charge,
                }
            ]
        if given.rounding:
            amount = money_of(store, given.rounding)
            rendered["rounding_adjustment"] = {"uid": "rr", "name": "Cash rounding", "amount_money": amount}
        return rendered

    def _returned_line(self, store: Store, returned: ReturnedLine) -> Json:
        line = returned.line
        money = partial(money_of, store)
        rendered = {
            **what_is_sold(line, self._items),
            "base_price_money": money(line.unit_price),
            "variation_total_price_money": money(line.gross),
            "gross_return_money": money(line.gross),
            "total_tax_money": money(line.tax),
            "total_discount_money": money(line.discount),
            "total_service_charge_money": money(line.service_charge),
            "total_money": money(line.total),
            **applied_to(store, line),
        }
        if returned.source_line_id:
            rendered["source_line_item_uid"] = returned.source_line_id
        return rendered

    def refunds_of_order(self, store: Store, given: Return, order_id: str) -> list[Json]:
        """The money that went back, as it stands in an order."""
        return [
            {
                "id": payout.id,
                "location_id": store.id,
                "transaction_id": order_id,
                "tender_id": payout.payment_id or "",
                "created_at": rfc3339(given.closed_at),
                "reason": given.reason or "Return",
                "amount_money": money_of(store, payout.amount),
                "status": "APPROVED",
            }
            for payout in given.payouts
        ]

    def refund_order(self, refund: Refund) -> Json:
        """The order that comes with money given back without goods."""
        store = self._stores[refund.store_id]
        moment = rfc3339(refund.refunded_at)
        amount = money_of(store, refund.amount)
        amounts = no_amounts(store)
        order: Json = {
            **empty_order(store, refund.order_id or "", 1),
            "created_at": moment,
            "updated_at": rfc3339(refund.updated_at),
            "closed_at": moment,
            "net_amounts": amounts,
            "refunds": [
                {
                    "id": refund.id,
                    "location_id": store.id,
                    "transaction_id": refund.order_id,
                    "tender_id": refund.payment_id,
                    "created_at": moment,
                    "reason": refund.reason,
                    "amount_money": amount,
                    "status": "PENDING" if refund.status == PaymentStatus.PENDING else "APPROVED",
                }
            ],
        }
        if refund.form == RefundForm.CUSTOM_LINE:
            zero = money_of(store, 0)
            given_back = amounts | {"total_money": amount}
            order["returns"] = [
                {
                    "uid": "ret",
                    "source_order_id": refund.sale_id,
                    "return_line_items": [
                        {
                            "uid": "custom",
                            "name": refund.reason,
                            "quantity": "1",
                            "item_type": "CUSTOM_AMOUNT",
                            "base_price_money": amount,
                            "variation_total_price_money": amount,
                            "gross_return_money": amount,
                            "total_tax_money": zero,
                            "total_discount_money": zero,
                            "total_money": amount,
                        }
                    ],
                    "return_amounts": given_back,
                }
            ]
            order["return_amounts"] = given_back
            order["net_amounts"] = subtract(amounts, given_back)
        return order


def return_amounts(store: Store, given: Return) -> dict[str, Json]:
    """Totals of what was given back."""
    return {
        "total_money": money_of(store, given.total),
        "tax_money": money_of(store, sum(returned.line.tax for returned in given.lines)),
        "discount_money": money_of(store, sum(returned.line.discount for returned in given.lines)),
        "tip_money": money_of(store, given.tip),
        "service_charge_money": money_of(store, given.service_charge),
    }
