"""Write, audit, publish: a copy of the working file becomes a new version, and a link is switched to it.

A version is a folder that holds one `warehouse.duckdb`. DuckDB follows the link and names the database after
the file it finds, and the views in it refer to that name.
"""

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from filelock import FileLock

from orchestration.audit import AuditStamp
from orchestration.errors import NothingPublished, OperationError, full_disk, is_full_disk
from orchestration.files import sync_folder
from orchestration.settings import Settings

VERSIONS_KEPT = 3
VERSION_FORMAT = "v%Y%m%dT%H%M%S"
DATABASE_NAME = "warehouse.duckdb"
UNFINISHED = ".unfinished-"
NO_MORE_RIGHTS_THAN_READING = 0o444
"""A program that opened a published version for writing would shut out every other reader."""


@dataclass(frozen=True)
class Version:
    """One published version.

    Attributes:
        name: When it was published, in UTC, like v20261122T023000.
        path: The database.
        size: Bytes.
        is_current: People see this one.
    """

    name: str
    path: Path
    size: int
    is_current: bool

    @property
    def published_at(self) -> datetime:
        """When it was published."""
        return datetime.strptime(self.name.partition(".")[0], VERSION_FORMAT).replace(tzinfo=UTC)


class Publisher:
    """Publishes the working file, lists what is published and goes back to an earlier version."""

    def __init__(self, settings: Settings) -> None:
        self._working = settings.working_file
        self._folder = settings.published_dir
        self._link = settings.published_file

    def publish(self, audit: AuditStamp) -> Version:
        """Makes what is in the working file the published version. The caller holds the writer's lock.

        Args:
            audit: The stamp of the build; anything but `passed` is refused.

        Returns:
            The new version.

        Raises:
            PublishRefused: The build failed or did not finish.
            DiskFull: There is no room for the copy; the published version is untouched.
            OperationError: The working file has changes that another program has not written yet.
        """
        audit.require_passed()
        try:
            self._checkpoint()
            with self._switching():
                self._clear_unfinished()
                version = self._copy()
                self._point_link_to(version)
                self._prune()
        except (OSError, duckdb.Error) as error:
            if is_full_disk(error):
                raise full_disk(self._folder) from error
            raise
        return self.version(version)

    def rollback(self, name: str | None = None) -> Version:
        """Makes an earlier version the published one.

        Args:
            name: The version; None for the one before the current.

        Raises:
            NothingPublished: There is no such version.
        """
        with self._switching():
            versions = self.versions()
            if name is None:
                current = next((version.name for version in versions if version.is_current), "")
                name = max((version.name for version in versions if version.name < current), default=None)
                if name is None:
                    raise NothingPublished(
                        "There is no earlier version to go back to: `pos status` lists all."
                    )
            elif name not in {version.name for version in versions}:
                kept = ", ".join(version.name for version in versions) or "none"
                raise NothingPublished(f"There is no version {name}; kept are: {kept}.")
            self._point_link_to(name)
        return self.version(name)

    def versions(self) -> list[Version]:
        """The versions kept, newest first."""
        names = (path.parent.name for path in self._folder.glob(f"v*/{DATABASE_NAME}"))
        return [self.version(name) for name in sorted(names, reverse=True)]

    def version(self, name: str) -> Version:
        """One version that is kept."""
        path = self._folder / name / DATABASE_NAME
        return Version(name, path, path.stat().st_size, is_current=name == self._current())

    def current(self) -> Version:
        """The version that people see.

        Raises:
            NothingPublished: There is none yet.
        """
        name = self._current()
        if name is None or not self._link.exists():
            raise NothingPublished(f"{self._link} does not exist yet: run `pos refresh` first.")
        return self.version(name)

    def _current(self) -> str | None:
        return self._link.readlink().parent.name if self._link.is_symlink() else None

    def _switching(self) -> FileLock:
        # not the writer's lock: going back must not have to wait for a running build
        self._folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self._folder / ".lock")

    def _checkpoint(self) -> None:
        if not self._working.exists():
            raise NothingPublished(f"{self._working} does not exist yet: run `pos refresh` first.")
        with duckdb.connect(str(self._working)) as connection:
            connection.execute("force checkpoint")
        log = self._working.with_name(f"{self._working.name}.wal")
        if log.exists():
            raise OperationError(
                f"{log} still holds changes that are not in the warehouse: close every program that has "
                f"{self._working} open and run again. The published file stays as it was."
            )

    def _copy(self) -> str:
        size = self._working.stat().st_size
        if shutil.disk_usage(self._folder).free < size:
            raise full_disk(self._folder)
        name = self._new_name()
        unfinished = self._folder / f"{UNFINISHED}{name}"
        unfinished.mkdir()
        try:
            copy = unfinished / DATABASE_NAME
            shutil.copyfile(self._working, copy)
            copy.chmod(NO_MORE_RIGHTS_THAN_READING)
            descriptor = os.open(copy, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            sync_folder(unfinished)
            unfinished.rename(self._folder / name)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
        sync_folder(self._folder)
        return name

    def _new_name(self) -> str:
        stem = datetime.now(UTC).strftime(VERSION_FORMAT)
        taken = sum(1 for _ in self._folder.glob(f"{stem}*"))
        newest = max((version.name for version in self.versions()), default="")
        name = f"{stem}.{taken}" if taken else stem
        # the clock may have been set back; a new version is always the greatest name
        return name if name > newest else f"{newest}.1"

    def _point_link_to(self, name: str) -> None:
        target = (self._folder / name / DATABASE_NAME).relative_to(self._link.parent)
        temporary = self._link.with_name(f".{self._link.name}.{os.getpid()}")
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(target)
        temporary.replace(self._link)
        sync_folder(self._link.parent)

    def _clear_unfinished(self) -> None:
        for folder in self._folder.glob(f"{UNFINISHED}*"):
            shutil.rmtree(folder)

    def _prune(self) -> None:
        for version in self.versions()[VERSIONS_KEPT:]:
            if not version.is_current:
                shutil.rmtree(version.path.parent)
