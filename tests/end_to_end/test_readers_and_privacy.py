"""What a reader sees while a run goes on, and what must be nowhere on the disk."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from simulator.csv_export import MAPPING, write_sales_csv
from simulator.generate import generate_ledger
from simulator.ledger import Ledger
from tests.end_to_end.conftest import TOKEN, YESTERDAY, SquareShop, square_shop
from tests.end_to_end.shop import HASH_KEY

OPEN_SHELL = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1], read_only=True)
connection.execute("from marts.daily_revenue")
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def merchant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SquareShop]:
    """A Square account and a wholesaler's file that holds names and e-mails nobody mapped."""
    folder = tmp_path_factory.mktemp("merchant")
    with square_shop(folder, seed=23, stores=2, days=30, orders_per_day=10) as square:
        yield square


class Reader(threading.Thread):
    """Opens the published file again and again and notes what does not fit."""

    def __init__(self, published: Path) -> None:
        super().__init__(daemon=True)
        self.published, self.troubles, self.seen, self.stop = published, [], 0, threading.Event()

    def run(self) -> None:
        while not self.stop.is_set():
            try:
                # by its real place: one process cannot have two versions open under one path
                with duckdb.connect(str(self.published.resolve()), read_only=True) as connection:
                    by_line, by_day = connection.execute(
                        "select (select sum(net_sales) from marts.fct_sales_lines),"
                        " (select sum(net_sales) from marts.daily_revenue)"
                    ).fetchone()
                    if by_line != by_day or by_day is None:
                        self.troubles.append(f"half-built: {by_line} against {by_day}")
                    self.seen += 1
            except duckdb.Error as error:
                self.troubles.append(str(error))
            time.sleep(0.02)


@pytest.fixture(scope="module")
def wholesale(merchant: SquareShop) -> Ledger:
    """The wholesaler's file, with one row that cannot be read, refreshed together with the till."""
    ledger = generate_ledger(5, stores=1, days=40, as_of=YESTERDAY, orders_per_day=10)
    shop = merchant.shop
    inbox = shop.folder / "inbox"
    inbox.mkdir()
    write_sales_csv(ledger, inbox / "sales.csv")
    lines = (inbox / "sales.csv").read_text().splitlines()
    (inbox / "sales.csv").write_text("\n".join([*lines, lines[1].rsplit(",", 1)[0], ""]))
    file = {
        "id": "wholesale",
        "pos": "csv",
        "inbox": str(inbox),
        "timezone": ledger.stores[0].timezone,
        "currency": ledger.stores[0].currency,
        **MAPPING,
    }
    shop.connect([*shop.connections(), file])
    shop.pos("refresh", "--as-of", merchant.as_of.isoformat())
    return ledger


def test_readers_see_no_error_and_no_half_built_state_and_a_shell_stops_no_run(
    merchant: SquareShop, wholesale: Ledger
) -> None:
    shop, as_of = merchant.shop, merchant.as_of.isoformat()
    shell = subprocess.Popen(
        [sys.executable, "-c", OPEN_SHELL, str(shop.published)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert shell.stdout is not None and shell.stdout.readline() == "open\n"
    reader = Reader(shop.published)
    reader.start()
    before = shop.published.readlink()
    try:
        shop.pos("refresh", "--as-of", as_of)
    finally:
        reader.stop.set()
        reader.join()
        shell.communicate("")
    assert reader.troubles == []
    assert reader.seen > 10
    assert shop.published.readlink() != before


def test_no_personal_data_and_no_secret_is_anywhere_on_the_disk(
    merchant: SquareShop, wholesale: Ledger
) -> None:
    shop = merchant.shop
    assert shop.rows("select count(*) from raw_csv.rejected_rows") == [(1,)]
    shop.pos("check")
    shop.pos("status")
    text = (shop.folder / "inbox" / "sales.csv").read_text()
    of_the_file = {word for word in wholesale.personal_data() if word in text}
    assert len(of_the_file) > 10
    planted = merchant.ledger.personal_data() | of_the_file | {TOKEN, HASH_KEY}
    planted |= {customer.id for ledger in (merchant.ledger, wholesale) for customer in ledger.customers}
    words = [word for word in planted if len(word) > 3]
    assert len(words) > 100
    assert found_in(shop.data, words) == set()


def test_the_search_for_personal_data_finds_it_in_files_and_in_compressed_tables(tmp_path: Path) -> None:
    (tmp_path / "run.log").write_text("could not read the row of Cornelius Featherstonehaugh")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute(
            "create schema raw; create table raw.t as select 'Ottoline ' || range as name from range(100000)"
        )
    assert found_in(tmp_path, ["Cornelius Featherstonehaugh", "Ottoline 77", "Nobody"]) == {
        ("run.log", "Cornelius Featherstonehaugh"),
        ("warehouse.duckdb", "Ottoline 77"),
    }


def found_in(folder: Path, words: list[str]) -> set[tuple[str, str]]:
    """Which words stand where: in the bytes of any file, and in the texts of any DuckDB table.

    DuckDB compresses texts, so that its files have to be asked as well. grep looks for all words at once.
    """
    with tempfile.TemporaryDirectory() as beside:
        texts = {}
        for number, path in enumerate(folder.rglob("*.duckdb")):
            if not path.is_symlink():
                (Path(beside) / f"{number}.txt").write_bytes(texts_of(path))
                texts[str(Path(beside) / f"{number}.txt")] = str(path)
        listed = Path(beside) / "words"
        listed.write_text("\n".join(words))
        seen = subprocess.run(
            ["grep", "-raoFZ", "--exclude=words", "-f", str(listed), str(folder), beside],
            capture_output=True,
            env={"LC_ALL": "C", "PATH": os.environ["PATH"]},
            check=False,
        )
    assert seen.returncode in (0, 1), seen.stderr
    hits = [line.split(b"\0", 1) for line in seen.stdout.split(b"\n") if line]
    return {
        (str(Path(texts.get(path.decode(), path.decode())).relative_to(folder)), word.decode())
        for path, word in hits
    }


def texts_of(path: Path) -> bytes:
    """Every text of every table."""
    with duckdb.connect(str(path), read_only=True) as connection:
        columns = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns()"
            " where not internal and data_type like 'VARCHAR%' and table_name in"
            " (select table_name from duckdb_tables())"
        ).fetchall()
        texts = [
            str(text)
            for schema, table, column in columns
            for (text,) in connection.execute(
                f'select distinct "{column}" from "{schema}"."{table}" where "{column}" is not null'
            ).fetchall()
        ]
    return "\n".join(texts).encode()
