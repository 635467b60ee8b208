"""Access tokens that expire: kept between runs, so that a vendor is asked for a new one only when needed.

Some refresh tokens are good for one use only. Whoever renews therefore holds a lock on the file until the new
ones are safely on the disk: two runs side by side, or one that is killed, must not leave a dead token behind.
"""

import hashlib
import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock

from connectors.core.answers import Answer
from connectors.core.errors import ConfigurationError, DataFormatError, RateLimited

MARGIN = timedelta(minutes=1)
"""A token that expires sooner than this is renewed before it is used."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Grant:
    """What a vendor granted.

    Attributes:
        access_token: Signs requests.
        expires_at: When it stops to.
        refresh_token: Is exchanged for the next grant, where the vendor works like that.
    """

    access_token: str
    expires_at: datetime
    refresh_token: str | None = None

    def __repr__(self) -> str:
        return f"Grant(expires_at={self.expires_at.isoformat()})"


def granted(answer: Answer, place: str) -> Grant:
    """Reads what a token endpoint grants (RFC 6749, 5.1), where that names the next refresh token too.

    Args:
        answer: Of the token endpoint.
        place: Names the vendor and the endpoint in the error.

    Raises:
        DataFormatError: The answer is not the documented one.
    """
    try:
        told = json.loads(answer.content)
        expires_at = datetime.now(UTC) + timedelta(seconds=int(told["expires_in"]))
        return Grant(str(told["access_token"]), expires_at, str(told["refresh_token"]))
    except (ValueError, LookupError, TypeError):
        raise DataFormatError(
            f"{place} answered without an access token, its life and the next refresh token. Check the base "
            "URL, and authorise the application anew."
        ) from None


class TokenKeeper:
    """Keeps one connection's grant in a file that only its owner may read.

    Args:
        file: Where the grant is kept.
        credentials: What the first grant is asked for with; a grant of other credentials does not count.
        obtain: Asks the vendor for a grant, given the last one (None: there is none).
        at_most_per_hour: How often the vendor may be asked, None: as often as needed.
        subject: Names the connection in errors.
        now: The time.
    """

    def __init__(
        self,
        file: Path,
        *,
        credentials: str,
        obtain: Callable[[Grant | None], Grant],
        at_most_per_hour: int | None = None,
        subject: str = "",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._file = file
        self._fingerprint = hashlib.sha256(credentials.encode()).hexdigest()
        self._obtain = obtain
        self._at_most_per_hour = at_most_per_hour
        self._subject = subject
        self._now = now
        self._grant: Grant | None = None
        self._lock = threading.Lock()
        self._handed_out = threading.local()

    def access_token(self) -> str:
        """A token that is good now.

        Raises:
            ConnectorError: The vendor gives none.
        """
        with self._lock:
            if self._grant is None or not self._is_good(self._grant):
                self._grant = self._kept_or_new(refused=None)
            self._handed_out.token = self._grant.access_token
            return self._grant.access_token

    def renew(self) -> bool:
        """Takes another token, because the vendor refused the one that this thread was given last.

        Threads that were refused the same token share the one that the first of them takes.

        Returns:
            Whether there is one; False when there was none to refuse.

        Raises:
            ConnectorError: The vendor gives none.
        """
        refused = getattr(self._handed_out, "token", None)
        if refused is None:
            return False
        with self._lock:
            if self._grant is None or self._grant.access_token == refused:
                self._grant = self._kept_or_new(refused=refused)
            self._handed_out.token = self._grant.access_token
        return True

    def _kept_or_new(self, *, refused: str | None) -> Grant:
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with FileLock(self._file.with_suffix(".lock")):
            kept, asked_at = self._read()
            if kept and self._is_good(kept) and kept.access_token != refused:
                return kept  # another run has renewed it
            recent = [moment for moment in asked_at if moment > self._now() - HOUR]
            if self._at_most_per_hour is not None and len(recent) >= self._at_most_per_hour:
                wait = (min(recent) + HOUR - self._now()).total_seconds() / 60
                raise RateLimited(
                    f"{self._subject}: the vendor allows {self._at_most_per_hour} logins an hour, and "
                    f"so many were made. Run again in {wait:.0f} minutes."
                )
            grant = self._obtain(kept)
            self._write(grant, [*recent, self._now()])
            return grant

    def _is_good(self, grant: Grant) -> bool:
        return grant.expires_at > self._now() + MARGIN

    def _read(self) -> tuple[Grant | None, list[datetime]]:
        """The kept grant and when the vendor was asked; nothing when it belongs to other credentials."""
        try:
            kept: dict[str, Any] = json.loads(self._file.read_text())
        except FileNotFoundError:
            return None, []
        except ValueError:
            raise ConfigurationError(
                f"{self._file} is damaged: delete it, and set a new refresh token in the environment if "
                f"{self._subject} needs one."
            ) from None
        if kept["credentials"] != self._fingerprint:
            return None, []
        grant = Grant(kept["access_token"], datetime.fromisoformat(kept["expires_at"]), kept["refresh_token"])
        return grant, [datetime.fromisoformat(moment) for moment in kept["asked_at"]]

    def _write(self, grant: Grant, asked_at: list[datetime]) -> None:
        content = {
            "credentials": self._fingerprint,
            "access_token": grant.access_token,
            "expires_at": grant.expires_at.isoformat(),
            "refresh_token": grant.refresh_token,
            "asked_at": [moment.isoformat() for moment in asked_at],
        }
        new = self._file.with_suffix(".new")
        new.unlink(missing_ok=True)
        new.touch(mode=0o600, exist_ok=False)
        with new.open("w") as written:
            json.dump(content, written)
            written.flush()
            os.fsync(written.fileno())
        new.replace(self._file)
