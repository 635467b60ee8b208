"""The stamp beside the working file that says whether what is in it may be published."""

from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ValidationError

from orchestration.errors import PublishRefused
from orchestration.files import write_atomically


class Status(StrEnum):
    """How far a build has come."""

    BUILDING = "building"
    PASSED = "passed"
    FAILED = "failed"


class Audit(BaseModel):
    """One build of the models and the order list.

    Attributes:
        status: Anything but `passed` must not be published.
        build_id: The run that built.
        as_of_date: The day on which the orders would be placed.
        started_at: When the build began.
        finished_at: When it passed or failed.
    """

    status: Status
    build_id: str
    as_of_date: date
    started_at: datetime
    finished_at: datetime | None = None


class AuditStamp:
    """Reads and writes `audit.json`. Each write replaces the file as a whole."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def begin(self, build_id: str, as_of_date: date) -> None:
        """Says that the working file is being rebuilt; written before the first model is touched."""
        self._write(
            Audit(
                status=Status.BUILDING,
                build_id=build_id,
                as_of_date=as_of_date,
                started_at=datetime.now(UTC),
            )
        )

    def finish(self, status: Status) -> None:
        """Says how the build that was begun has ended."""
        audit = self.read()
        if audit is None:
            raise PublishRefused("No build was begun: run `pos refresh`.")
        self._write(audit.model_copy(update={"status": status, "finished_at": datetime.now(UTC)}))

    def read(self) -> Audit | None:
        """The last stamp, or None when nothing was ever built or the stamp cannot be read."""
        try:
            return Audit.model_validate_json(self._path.read_bytes())
        except (FileNotFoundError, ValidationError):
            return None

    def require_unbroken(self, build_id: str) -> Audit:
        """The stamp of a build that the order list may be made from.

        Args:
            build_id: The present run.

        Raises:
            PublishRefused: The models were left half built by another run, or never built.
        """
        audit = self.read()
        if audit and audit.status is Status.BUILDING and audit.build_id == build_id:
            return audit
        return self.require_passed()

    def require_passed(self) -> Audit:
        """The stamp of a build that may be published.

        Raises:
            PublishRefused: The last build failed, was killed, or there was none.
        """
        audit = self.read()
        if audit is None:
            raise PublishRefused("Nothing was published, because nothing was built yet: run `pos refresh`.")
        if audit.status is not Status.PASSED:
            end = "failed" if audit.status is Status.FAILED else "did not finish"
            raise PublishRefused(
                f"Nothing was published, because the build of {audit.started_at:%Y-%m-%d %H:%M} UTC {end}: "
                "run `pos refresh` to build again."
            )
        return audit

    def _write(self, audit: Audit) -> None:
        write_atomically(self._path, audit.model_dump_json(indent=2).encode())
