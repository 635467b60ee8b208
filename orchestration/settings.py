"""Where things stand on this machine, read from the environment."""

import os
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidatorFunctionWrapHandler,
    field_validator,
)

from connectors.core.connection import TimezoneName
from connectors.core.errors import ConfigurationError

PROJECT_ROOT = Path(__file__).resolve().parents[1]
DEFAULT_CONNECTIONS_FILE = "connections.yaml"
MAKE_A_HASH_KEY = "python3 -c 'import secrets; print(secrets.token_hex(32))'"

VARIABLES = {
    "data_dir": "POS_DATA_DIR",
    "connections_file": "POS_CONNECTIONS",
    "settings_dir": "POS_SETTINGS_DIR",
    "timezone": "POS_TIMEZONE",
    "hash_key": "POS_HASH_KEY",
    "transfers": "POS_TRANSFERS",
    "lock_timeout_seconds": "POS_LOCK_TIMEOUT_SECONDS",
    "forecast_challengers": "POS_FORECAST_CHALLENGERS",
    "dagster_home": "DAGSTER_HOME",
}


class Settings(BaseModel):
    """The runtime settings. Every path is absolute: dbt changes the working directory while it runs.

    Attributes:
        data_dir: Holds everything that a run writes.
        connections_file: The connections' file; None when none is named or stands at the default place.
        settings_dir: Holds the planning settings.
        timezone: The business's time zone: of the schedules, and of "today" when an order list is made.
        hash_key: The key of the customers' hashes.
        transfers: Whether stores give each other what they have too much of before anything is bought.
        lock_timeout_seconds: How long a run waits for another one that writes the warehouse.
        forecast_challengers: Whether libraries of the extra `forecast` compete with the default forecast.
        dagster_home: Dagster's run history; inside `data_dir` unless set.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    data_dir: Path = Path("data")
    connections_file: Path | None = None
    settings_dir: Path = Path("settings")
    timezone: TimezoneName = "UTC"
    hash_key: SecretStr | None = Field(default=None, min_length=16)
    transfers: bool = False
    lock_timeout_seconds: float = Field(default=600, ge=0)
    forecast_challengers: bool = False
    dagster_home: Path | None = None

    @field_validator("transfers", mode="wrap")
    @classmethod
    def _on_or_off(cls, given: object, read: ValidatorFunctionWrapHandler) -> bool:
        try:
            return bool(read(given))
        except ValidationError:
            raise ValueError(f"'{given}' is neither on nor off") from None

    @field_validator("data_dir", "connections_file", "settings_dir", "dagster_home")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return path and path.expanduser().absolute()

    @field_validator("forecast_challengers")
    @classmethod
    def _installed(cls, wanted: bool) -> bool:
        if wanted:
            from planning.challengers import missing_libraries  # noqa: PLC0415  # slow to import

            if missing := missing_libraries():
                raise ValueError(
                    f"{' and '.join(missing)} cannot be imported; install the extra with "
                    "pip install 'pos-warehouse[forecast]', or turn it off"
                )
        return wanted

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Reads and checks the settings.

        Args:
            environ: The environment variables.

        Returns:
            The settings, with defaults where a variable is unset or empty.

        Raises:
            ConfigurationError: A variable holds a value that cannot be used.
        """
        values = {name: environ[variable] for name, variable in VARIABLES.items() if environ.get(variable)}
        if "connections_file" not in values and Path(DEFAULT_CONNECTIONS_FILE).exists():
            values["connections_file"] = DEFAULT_CONNECTIONS_FILE
        try:
            return cls.model_validate({"data_dir": Path("data"), "settings_dir": Path("settings"), **values})
        except ValidationError as error:
            first = error.errors()[0]
            variable = VARIABLES[str(first["loc"][0])]
            reason = first["msg"].removeprefix("Value error, ")
            raise ConfigurationError(
                f"The environment variable {variable} cannot be used: {reason}."
            ) from None

    @property
    def build_dir(self) -> Path:
        """What a run works on."""
        return self.data_dir / "build"

    @property
    def working_file(self) -> Path:
        """The database that is loaded and built."""
        return self.build_dir / "warehouse.duckdb"

    @property
    def pipelines_dir(self) -> Path:
        """The local folders of dlt; may be lost at any time."""
        return self.build_dir / "pipelines"

    @property
    def dbt_target_dir(self) -> Path:
        """What dbt writes while it runs."""
        return self.build_dir / "dbt"

    @property
    def published_dir(self) -> Path:
        """The published versions."""
        return self.data_dir / "published"

    @property
    def published_file(self) -> Path:
        """What people open: a link to the published version."""
        return self.data_dir / "warehouse.duckdb"

    @property
    def home(self) -> Path:
        """Dagster's folder."""
        return self.dagster_home or self.data_dir / "dagster"

    def today(self) -> date:
        """Today where the business is."""
        return datetime.now(ZoneInfo(self.timezone)).date()

    def required_hash_key(self) -> bytes:
        """The key of the customers' hashes.

        Raises:
            ConfigurationError: POS_HASH_KEY is not set.
        """
        if self.hash_key is None:
            raise ConfigurationError(
                "The environment variable POS_HASH_KEY is not set: customers are kept only as hashes, which "
                f"need a key of your own. Make one with {MAKE_A_HASH_KEY}, put it into .env and keep it: "
                "another key makes every customer a new one."
            )
        return self.hash_key.get_secret_value().encode()
