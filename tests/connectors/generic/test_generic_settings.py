"""What a mapping in connections.yaml may look like; a mistake in it is told before anything is asked."""

from pathlib import Path

import pytest

from connectors.core.connections import load_connections
from connectors.core.errors import ConfigurationError
from connectors.generic.settings import GenericConnection

SECRET = "a-secret-key"
ENVIRON = {"TILL_KEY": SECRET}
GOOD = """\
connections:
  - id: till
    pos: generic
    api_url: https://till.example.com/api
    api_key: ${TILL_KEY}
    currency: EUR
    timezone: Europe/Vienna
    paging: { kind: cursor, field: meta.next }
    endpoints:
      - path: /orders
        entity: orders
        records: data
        updated_since: changed_since
        fields:
          order_id: id
          sold_at: { path: closed, format: epoch }
          customer_id: [customer.id, customer_id]
          channel: { value: Till }
        lines:
          records: positions
          fields:
            item_id: article
            quantity: qty
            unit_price: price
      - path: /payments
        entity: payments
        paging: { kind: page_number, parameter: p }
        fields:
          payment_id: id
          paid_at: at
          amount: sum
"""


def load(folder: Path, text: str) -> GenericConnection:
    file = folder / "connections.yaml"
    file.write_text(text)
    (connection,) = load_connections(file, ENVIRON)
    assert isinstance(connection, GenericConnection)
    return connection


def test_a_mapping_is_read_with_what_is_said_once_for_all_endpoints(tmp_path: Path) -> None:
    connection = load(tmp_path, GOOD)
    orders, payments = connection.endpoints
    assert (orders.name, orders.paging.kind, payments.paging.kind) == ("orders", "cursor", "page_number")
    assert orders.fields.customer_id.path == ("customer.id", "customer_id")
    assert orders.fields.channel.value == "Till"
    assert connection.api_key and connection.api_key.get_secret_value() == SECRET
    assert SECRET not in repr(connection)


MISTAKES = [
    ("qty\n", "5\n", 23, "endpoints.0.lines.fields.quantity", "has to be a path in the record"),
    ("quantity: qty", "quantiy: qty", 23, "endpoints.0.lines.fields.quantiy", "(did you mean 'quantity'?)"),
    ("qty\n", "a..b\n", 23, "endpoints.0.lines.fields.quantity.path.0", "members parted by dots"),
    ("qty\n", "{ value: five }\n", 23, "endpoints.0.lines.fields.quantity.value", "it is no number"),
    ("          order_id: id\n", "", 14, "endpoints.0.fields.order_id", "is missing; add it"),
    ("            unit_price: price\n", "", 21, "endpoints.0.lines.fields", "add unit_price, gross_sales or"),
    ("customer_id: [", "custmer_id: [", 17, "endpoints.0.fields.custmer_id", "(did you mean 'customer_id'?)"),
    (
        "format: epoch",
        "format: seconds",
        16,
        "endpoints.0.fields.sold_at.format",
        "iso, date, epoch, epoch_ms",
    ),
    ("entity: orders", "entity: oders", 11, "endpoints.0.entity", "is unknown (did you mean 'orders'?)"),
    ("        entity: orders\n", "", 10, "endpoints.0.entity", "is missing; write one of: orders, returns"),
    ("records: data", "recods: data", 12, "endpoints.0.recods", "(did you mean 'records'?)"),
    ("kind: page_number", "kind: pagenumber", 27, "endpoints.1.paging.kind", "did you mean 'page_number'?"),
    ("kind: cursor, field: meta.next", "kind: none, field: x", 8, "paging.field", "is unknown"),
    ("    paging: { kind: cursor, field: meta.next }\n", "", 9, "endpoints.0.paging", "is missing; add it"),
    (
        "updated_since: changed_since",
        "updated_since: {until: x}",
        13,
        "endpoints.0.updated_since.parameter",
        "is missing",
    ),
    ("pos: generic", "pos: generic\n    amounts: cents", 4, "amounts", "input should be 'major' or 'minor'"),
    ("currency: EUR", "store_name: X", 2, "currency", "or map endpoints.0.fields.currency"),
    ("api_key: ${TILL_KEY}", "username: me", 2, "password", "it belongs to username and password"),
    ("api_key: ${TILL_KEY}", "store_name: X", 2, "api_key", "is missing; add it (or username and password"),
    (
        "currency: EUR",
        "currency: EUR\n    username: me",
        7,
        "username",
        "another way to sign requests than api_key",
    ),
    (
        "path: /payments",
        "path: /payments\n        name: orders",
        26,
        "endpoints.1.name",
        "is 'orders' once more",
    ),
    ("records: data", "records: ${TILL_KEY}", 12, "endpoints.0.records", "is no secret"),
    ("https://till", "http://till", 4, "api_url", "has to begin with https://"),
    (
        "        records: data\n",
        "        values: { state: { P: payed } }\n",
        12,
        "endpoints.0.values.state.P",
        "input should be 'completed', 'open' or 'cancelled'",
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "problem"), MISTAKES, ids=[each[3] for each in MISTAKES]
)
def test_each_mistake_is_one_sentence_with_its_line_its_key_and_the_fix(
    tmp_path: Path, old: str, new: str, line: int, key: str, problem: str
) -> None:
    assert GOOD.count(old) == 1
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, GOOD.replace(old, new))
    sentence = str(caught.value)
    assert f"connections.yaml, line {line}: {key} of connection 'till' " in sentence
    assert problem in sentence
    assert SECRET not in sentence
    assert "\n" not in sentence


def test_an_order_without_lines_and_without_an_amount_of_its_own_is_refused(tmp_path: Path) -> None:
    begins, ends = GOOD.index("        lines:"), GOOD.index("      - path: /payments")
    with pytest.raises(ConfigurationError, match=r"line 10: endpoints\.0 .* describe the lines, or map"):
        load(tmp_path, GOOD[:begins] + GOOD[ends:])


def test_the_variables_of_the_old_guide_are_a_connection_without_any_file() -> None:
    environ = {"GENERIC_POS_API_URL": "https://till.example.com", "GENERIC_POS_API_KEY": SECRET}
    (connection,) = load_connections(None, environ)
    assert isinstance(connection, GenericConnection)
    assert [(each.path, each.entity) for each in connection.endpoints] == [
        ("/sales", "orders"),
        ("/transactions", "payments"),
    ]
    assert (connection.auth_header, connection.auth_prefix) == ("Authorization", "Bearer")


def test_header_and_prefix_come_from_the_file_or_from_variables(tmp_path: Path) -> None:
    text = (
        "connections: [{id: till, pos: generic, api_url: 'https://till.example.com', api_key: '${TILL_KEY}', "
        "auth_header: X-Api-Key, auth_prefix: ''}]"
    )
    assert (load(tmp_path, text).auth_header, load(tmp_path, text).auth_prefix) == ("X-Api-Key", "")
    environ = {
        "GENERIC_POS_API_URL": "https://till.example.com",
        "GENERIC_POS_API_KEY": SECRET,
        "GENERIC_POS_AUTH_PREFIX": "Token",
    }
    (connection,) = load_connections(None, environ)
    assert isinstance(connection, GenericConnection)
    assert connection.auth_prefix == "Token"


def test_a_wrong_variable_is_named_as_the_user_wrote_it() -> None:
    environ = {"GENERIC_POS_API_URL": "http://till.example.com", "GENERIC_POS_API_KEY": SECRET}
    with pytest.raises(
        ConfigurationError, match=r"^The environment variable GENERIC_POS_API_URL is not right"
    ):
        load_connections(None, environ)
