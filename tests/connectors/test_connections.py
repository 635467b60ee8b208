"""Connections from `connections.yaml` and from environment variables."""

import re
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.core.connections import load_connections
from connectors.core.errors import ConfigurationError
from connectors.registry import CONNECTORS
from connectors.square.settings import SquareConnection

SECRET = "a-secret-token"
ENVIRON = {"NORTH_TOKEN": SECRET, "SOUTH_TOKEN": SECRET}
GOOD = """\
connections:
  - id: north
    pos: square
    access_token: ${NORTH_TOKEN}
    start_date: 2025-01-01
    timezone: Europe/London
    business_day_cutoff: "04:00"
  - id: south
    pos: square
    access_token: ${SOUTH_TOKEN}
    environment: sandbox
    location_ids: [L1, L2]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "connections.yaml"


def load(file: Path, text: str, environ: dict[str, str] | None = None) -> Any:
    file.write_text(text)
    return load_connections(file, ENVIRON if environ is None else environ)


def test_a_file_with_two_accounts_of_one_vendor(file: Path) -> None:
    north, south = load(file, GOOD)
    assert isinstance(north, SquareConnection)
    assert north.access_token.get_secret_value() == SECRET
    assert (north.start_date, north.business_day_cutoff) == (date(2025, 1, 1), time(4))
    assert north.lookback == timedelta(hours=72)
    assert north.url == "https://connect.squareup.com"
    assert south.url == "https://connect.squareupsandbox.com"
    assert south.location_ids == ("L1", "L2")
    assert SECRET not in repr((north, south))


def test_variables_alone_are_a_connection_with_the_vendors_name() -> None:
    (connection,) = load_connections(None, {"SQUARE_ACCESS_TOKEN": SECRET, "SQUARE_ENVIRONMENT": "sandbox"})
    assert isinstance(connection, SquareConnection)
    assert (connection.id, connection.pos, connection.environment) == ("square", "square", "sandbox")


def test_variables_add_the_vendors_that_the_file_does_not_name(file: Path, tmp_path: Path) -> None:
    environ = {**ENVIRON, "SQUARE_ACCESS_TOKEN": SECRET, "CSV_INBOX": str(tmp_path)}
    assert [connection.id for connection in load(file, GOOD, environ)] == ["north", "south", "csv"]


def test_a_path_is_seen_from_the_files_folder(file: Path) -> None:
    text = "connections: [{id: shop, pos: csv, inbox: sales/in, timezone: UTC, currency: EUR}]"
    (connection,) = load(file, text)
    assert connection.inbox == file.parent / "sales/in"


def test_without_any_connection_the_error_says_what_to_set() -> None:
    with pytest.raises(
        ConfigurationError, match=r"^No connection is configured: .*SQUARE_.*connections.example.yaml"
    ):
        load_connections(None, {"SQUARE_ACCESS_TOKEN": ""})


def test_a_wrong_variable_is_named() -> None:
    with pytest.raises(
        ConfigurationError, match=r"^The environment variable SQUARE_ENVIRONMENT is not right: "
    ):
        load_connections(None, {"SQUARE_ACCESS_TOKEN": SECRET, "SQUARE_ENVIRONMENT": "test"})


MISTAKES = [
    (
        "pos: square\n    access_token: ${NORTH",
        "pos: sqare\n    access_token: ${NORTH",
        "line 3: pos of connection 'north' is 'sqare', which is unknown (did you mean 'square'?); known: ",
    ),
    (
        "    pos: square\n    access_token: ${NORTH",
        "    access_token: ${NORTH",
        "line 2: pos of connection 'north' is missing; write one of: ",
    ),
    (
        "    access_token: ${NORTH_TOKEN}\n",
        "",
        "line 2: access_token of connection 'north' is missing; add it.",
    ),
    (
        "${NORTH_TOKEN}",
        SECRET,
        "line 4: access_token of connection 'north' is a secret and must not stand in a file: write "
        "${SQUARE_ACCESS_TOKEN}",
    ),
    (
        "${NORTH_TOKEN}",
        "${EAST_TOKEN}",
        "line 4: access_token of connection 'north' names the variable EAST_TOKEN, which is not set",
    ),
    ("Europe/London", "${NORTH_TOKEN}", "line 6: timezone of connection 'north' is no secret"),
    ("Europe/London", "London", "line 6: timezone of connection 'north' is not right: 'London' is no IANA"),
    ("2025-01-01", "yesterday", "line 5: start_date of connection 'north' is not right"),
    (
        "start_date",
        "start_dat",
        "line 5: start_dat of connection 'north' is unknown (did you mean 'start_date'?)",
    ),
    (
        "id: north",
        "id: North Shop",
        "line 2: id of connection 'North Shop' has to be small letters, digits and underscores",
    ),
    ("id: south", "id: north", "the id 'north' stands there twice"),
    (
        "environment: sandbox",
        "base_url: http://example.org",
        "line 11: base_url of connection 'south' is not right: has to begin with https://",
    ),
    ("environment: sandbox", "environment: [", "line 13: this is no valid YAML"),
    ("connections:", "accounts:", "line 1: the file has to hold one key, `connections:`"),
    ("  - id: south", "  - south\n  - id: south", "line 8: an item of the list has to hold keys and values"),
]


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES)
def test_each_mistake_is_one_sentence_with_the_line_the_key_and_the_fix(
    file: Path, old: str, new: str, expected: str
) -> None:
    assert old in GOOD
    with pytest.raises(ConfigurationError) as caught:
        load(file, GOOD.replace(old, new))
    sentence = str(caught.value)
    assert sentence.startswith(str(file))
    assert expected in sentence
    assert SECRET not in sentence
    assert "\n" not in sentence


def test_a_file_that_is_not_there_is_one_sentence(file: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"does not exist: copy connections\.example\.yaml"):
        load_connections(file, {})


def test_a_file_that_is_not_text_is_one_sentence(file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_connections(file, {})


def test_an_empty_file_leaves_the_variables(file: Path) -> None:
    assert [connection.id for connection in load(file, "", {"SQUARE_ACCESS_TOKEN": SECRET})] == ["square"]


def test_the_example_connects_every_system() -> None:
    example = Path(__file__).parents[2] / "connections.example.yaml"
    secrets = dict.fromkeys(re.findall(r"\$\{(\w+)\}", example.read_text()), "a secret")
    connections = load_connections(example, secrets)
    assert {connection.pos for connection in connections} == set(CONNECTORS)
