"""`pos refresh` on a disk that is full, and on one that fills up on the way."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.shop import Shop

MEGABYTE = 1_000_000


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("a small disk cannot be mounted here: that takes root")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk: Path, leave: int) -> Path:
    filler = disk / "filler"
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(disk).free - leave)
    return filler


def building(shop: Shop) -> bool:
    return '"building"' in (shop.data / "build" / "audit.json").read_text()


@pytest.mark.chaos
def test_a_full_disk_is_told_in_one_sentence_and_leaves_the_published_file(small_disk: Path) -> None:
    shop = Shop(small_disk)
    inbox = small_disk / "inbox"
    inbox.mkdir()
    shop.connect(
        [{"id": "shop", "pos": "csv", "inbox": str(inbox), "timezone": "UTC", "currency": "EUR"}],
    )
    sales = [f"{n},2026-10-{n % 28 + 1:02} 10:00:00,item {n % 300},1,2.50" for n in range(20_000)]
    header = "order_id,sold_at,item_name,quantity,unit_price"
    (inbox / "first.csv").write_text("\n".join([header, *sales[:10_000], ""]))
    shop.pos("refresh", "--as-of", "2026-11-01")
    before = shop.published.readlink(), shop.rows("select * from marts.daily_revenue order by all")
    (inbox / "second.csv").write_text("\n".join([header, *sales[10_000:], ""]))

    def assert_told(said: str, filler: Path) -> None:
        sentence = said.strip().splitlines()[-1]
        assert "The disk that holds" in sentence and "is full: free some space" in sentence, said
        assert "Traceback" not in said
        assert (
            shop.published.readlink(),
            shop.rows("select * from marts.daily_revenue order by all"),
        ) == before
        filler.unlink()

    filler = fill(small_disk, leave=2 * MEGABYTE)
    assert_told(shop.pos("refresh", "--as-of", "2026-11-01", expect=1).stderr, filler)

    process = shop.start("refresh", "--as-of", "2026-11-01")
    while not building(shop):
        assert process.poll() is None
        time.sleep(0.01)
    filler = fill(small_disk, leave=MEGABYTE // 2)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 1
    assert_told(said, filler)

    shop.pos("refresh", "--as-of", "2026-11-01")
    assert shop.rows("select sum(gross_sales) from marts.daily_revenue") == [(20_000 * 5 / 2,)]
