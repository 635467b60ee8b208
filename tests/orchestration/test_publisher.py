import errno
import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from orchestration.audit import AuditStamp, Status
from orchestration.errors import DiskFull, NothingPublished, OperationError, PublishRefused
from orchestration.publisher import Publisher, Version
from orchestration.settings import Settings
from tests.orchestration.processes import start, wait_for_line

Build = Callable[[int], None]
Seen = Callable[[], int]

READER = """
import sys, duckdb
path, stop = sys.argv[1], __import__("pathlib").Path(sys.argv[2])
figures, last = [], None
print("reading", flush=True)
while last is None or not stop.exists():
    with duckdb.connect(path, read_only=True) as connection:
        last = connection.execute("select figure from marts.shown").fetchone()[0]
        if not figures or figures[-1] != last:
            figures.append(last)
print(*figures)
"""

KILLED_BEFORE_SWITCH = """
import os, signal, sys
from pathlib import Path
from orchestration.audit import AuditStamp
from orchestration.publisher import Publisher
from orchestration.settings import Settings

class Killed(Publisher):
    def {method}(self, *arguments):
        {first}
        os.kill(os.getpid(), signal.SIGKILL)

settings = Settings(data_dir=Path(sys.argv[1]))
Killed(settings).publish(AuditStamp(settings.build_dir / "audit.json"))
"""

SHELL = """
import os, sys, duckdb
# only root may open a published version for writing
with duckdb.connect(sys.argv[1], read_only=os.getuid() != 0) as connection:
    print(connection.sql("from marts.shown").fetchall(), flush=True)
    sys.stdin.read()
"""

LIMITED = """
import resource, signal, sys
from pathlib import Path
from orchestration.audit import AuditStamp
from orchestration.errors import DiskFull
from orchestration.publisher import Publisher
from orchestration.settings import Settings

settings = Settings(data_dir=Path(sys.argv[1]))
half = settings.working_file.stat().st_size // 2
resource.setrlimit(resource.RLIMIT_FSIZE, (half, half))
try:
    Publisher(settings).publish(AuditStamp(settings.build_dir / "audit.json"))
except DiskFull as error:
    print(error)
"""


@pytest.fixture
def publisher(settings: Settings) -> Publisher:
    return Publisher(settings)


@pytest.fixture
def publish(publisher: Publisher, audit: AuditStamp, build: Build) -> Callable[[int], Version]:
    def build_and_publish(figure: int) -> Version:
        build(figure)
        return publisher.publish(audit)

    return build_and_publish


def test_what_was_built_is_what_a_reader_sees(publish: Callable[[int], Version], seen: Seen) -> None:
    publish(1)
    assert seen() == 1
    publish(2)
    assert seen() == 2


def test_the_link_is_relative_so_that_the_data_folder_can_be_moved(
    publish: Callable[[int], Version], settings: Settings, tmp_path: Path
) -> None:
    publish(1)
    assert not settings.published_file.readlink().is_absolute()
    settings.data_dir.rename(tmp_path / "moved")
    with duckdb.connect(str(tmp_path / "moved" / "warehouse.duckdb"), read_only=True) as connection:
        assert connection.execute("select figure from marts.shown").fetchone() == (1,)


def test_a_reader_keeps_its_version_until_it_opens_the_file_again(
    publish: Callable[[int], Version], settings: Settings, seen: Seen
) -> None:
    publish(1)
    with duckdb.connect(str(settings.published_file), read_only=True) as connection:
        for figure in range(2, 7):
            publish(figure)
        assert connection.execute("select figure from marts.shown").fetchone() == (1,)
        assert seen() == 6


def test_readers_in_a_loop_see_no_error_and_only_whole_versions(
    publish: Callable[[int], Version], settings: Settings, tmp_path: Path
) -> None:
    publish(0)
    stop = tmp_path / "stop"
    reader = start(READER, settings.published_file, stop)
    assert wait_for_line(reader) == "reading"
    for figure in range(1, 30):
        publish(figure)
    stop.touch()
    out, err = reader.communicate(timeout=60)
    assert reader.returncode == 0, err
    figures = [int(figure) for figure in out.split()]
    assert figures == sorted(figures)
    assert len(figures) > 1


def test_an_open_shell_on_the_published_file_does_not_stop_publishing(
    publish: Callable[[int], Version], settings: Settings, seen: Seen
) -> None:
    publish(1)
    shell = start(SHELL, settings.published_file)
    try:
        assert wait_for_line(shell) == "[(1,)]"
        publish(2)
        assert seen() == 2
    finally:
        shell.kill()
        shell.communicate()


def test_a_published_version_cannot_be_written(publish: Callable[[int], Version]) -> None:
    assert stat.S_IMODE(publish(1).path.stat().st_mode) == 0o444


def test_three_versions_are_kept_and_the_newest_is_current(
    publish: Callable[[int], Version], publisher: Publisher
) -> None:
    made = [publish(figure).name for figure in range(5)]
    assert [version.name for version in publisher.versions()] == made[:1:-1]
    assert [version.is_current for version in publisher.versions()] == [True, False, False]
    assert made == sorted(made)


def test_rollback_goes_one_version_back_each_time(
    publish: Callable[[int], Version], publisher: Publisher, seen: Seen
) -> None:
    for figure in (1, 2, 3):
        publish(figure)
    publisher.rollback()
    assert seen() == 2
    publisher.rollback()
    assert seen() == 1
    with pytest.raises(NothingPublished, match="no earlier version"):
        publisher.rollback()
    assert seen() == 1


def test_rollback_to_a_named_version_and_a_name_that_is_not_kept(
    publish: Callable[[int], Version], publisher: Publisher, seen: Seen
) -> None:
    first, *_ = [publish(figure) for figure in (1, 2, 3)]
    publisher.rollback(first.name)
    assert seen() == 1
    with pytest.raises(NothingPublished, match="no version v1; kept are: v2"):
        publisher.rollback("v1")


def test_publishing_after_a_rollback_keeps_the_version_that_people_saw(
    publish: Callable[[int], Version], publisher: Publisher, seen: Seen
) -> None:
    for figure in (1, 2, 3):
        publish(figure)
    publisher.rollback()
    publish(4)
    assert seen() == 4
    assert len(publisher.versions()) == 3


@pytest.mark.parametrize("status", [Status.BUILDING, Status.FAILED])
def test_a_build_that_did_not_pass_is_refused(
    publish: Callable[[int], Version],
    publisher: Publisher,
    audit: AuditStamp,
    build: Build,
    seen: Seen,
    status: Status,
) -> None:
    publish(1)
    build(2)
    audit.begin("another run", date(2026, 2, 1))
    if status is Status.FAILED:
        audit.finish(status)
    with pytest.raises(PublishRefused, match="run `pos refresh` to build again"):
        publisher.publish(audit)
    assert seen() == 1
    assert len(publisher.versions()) == 1


def test_nothing_built_is_nothing_published(publisher: Publisher, audit: AuditStamp) -> None:
    with pytest.raises(PublishRefused, match="nothing was built yet"):
        publisher.publish(audit)
    with pytest.raises(NothingPublished, match="run `pos refresh` first"):
        publisher.current()


def test_a_stamp_that_cannot_be_read_is_no_stamp(
    publisher: Publisher, audit: AuditStamp, build: Build, settings: Settings
) -> None:
    build(1)
    (settings.build_dir / "audit.json").write_text('{"status": "pas')
    with pytest.raises(PublishRefused):
        publisher.publish(audit)


@pytest.mark.parametrize(
    ("method", "first"),
    [("_copy", "self._folder.joinpath('.unfinished-v1').mkdir()"), ("_point_link_to", "pass")],
    ids=["while copying", "between copy and switch"],
)
def test_a_kill_while_publishing_leaves_the_published_version_and_the_next_run_publishes(
    publish: Callable[[int], Version],
    publisher: Publisher,
    audit: AuditStamp,
    build: Build,
    settings: Settings,
    seen: Seen,
    method: str,
    first: str,
) -> None:
    publish(1)
    build(2)
    code = KILLED_BEFORE_SWITCH.format(method=method, first=first)
    killed = start(code, settings.data_dir)
    killed.communicate(timeout=60)
    assert killed.returncode == -9
    assert seen() == 1
    publisher.publish(audit)
    assert seen() == 2
    assert not list(settings.published_dir.glob(".unfinished*"))


def test_rows_that_a_killed_writer_left_in_the_write_ahead_log_are_published(
    publisher: Publisher, audit: AuditStamp, build: Build, settings: Settings, seen: Seen
) -> None:
    build(1)
    writer = start(
        "import os, signal, sys, duckdb; c = duckdb.connect(sys.argv[1]);"
        "c.execute('update marts.figures set figure = 7'); os.kill(os.getpid(), signal.SIGKILL)",
        settings.working_file,
    )
    writer.communicate(timeout=60)
    assert settings.working_file.with_name("warehouse.duckdb.wal").exists()
    publisher.publish(audit)
    assert seen() == 7


def test_a_write_ahead_log_that_stays_is_told_and_nothing_is_published(
    publish: Callable[[int], Version],
    publisher: Publisher,
    audit: AuditStamp,
    build: Build,
    settings: Settings,
    seen: Seen,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish(1)
    build(2)
    connect = duckdb.connect

    def connect_and_leave_a_log(path: str) -> duckdb.DuckDBPyConnection:
        settings.working_file.with_name("warehouse.duckdb.wal").unlink(missing_ok=True)
        connection = connect(path)
        settings.working_file.with_name("warehouse.duckdb.wal").write_bytes(b"changes")
        return connection

    monkeypatch.setattr("orchestration.publisher.duckdb.connect", connect_and_leave_a_log)
    with pytest.raises(OperationError, match="still holds changes"):
        publisher.publish(audit)
    monkeypatch.undo()
    assert seen() == 1


def test_a_disk_that_fills_up_while_copying_leaves_the_published_version(
    publish: Callable[[int], Version],
    publisher: Publisher,
    audit: AuditStamp,
    build: Build,
    seen: Seen,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publish(1)
    build(2)

    def copy_half(source: Path, target: Path) -> None:
        content = source.read_bytes()
        target.write_bytes(content[: len(content) // 2])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))

    monkeypatch.setattr(shutil, "copyfile", copy_half)
    with pytest.raises(DiskFull, match="is full: free some space and run again"):
        publisher.publish(audit)
    monkeypatch.undo()
    assert seen() == 1
    assert not list(settings.published_dir.glob(".unfinished*"))


def test_a_limit_on_file_sizes_is_told_like_a_full_disk(
    publish: Callable[[int], Version], build: Build, settings: Settings, seen: Seen
) -> None:
    publish(1)
    build(2)
    limited = start(LIMITED, settings.data_dir)
    out, err = limited.communicate(timeout=60)
    assert "is full: free some space and run again" in out, err
    assert seen() == 1


def test_a_file_system_without_room_refuses_the_copy(
    audit: AuditStamp, build: Build, settings: Settings
) -> None:
    build(1)
    settings.published_dir.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(settings.published_dir)]
    mounted = subprocess.run(mount, check=False, capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("a small file system can only be mounted by root with the right to mount")
    try:
        with pytest.raises(DiskFull):
            Publisher(settings).publish(audit)
        assert not settings.published_file.exists()
    finally:
        subprocess.run(["umount", str(settings.published_dir)], check=True)
