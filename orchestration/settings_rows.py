"""What the rows of all settings files share."""

from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator


class Row(BaseModel):
    """One line of a settings file. An empty cell is no value."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_none(cls, cell: Any) -> Any:
        return None if isinstance(cell, str) and not cell.strip() else cell


class MistakenRow(ValueError):
    """A row that cannot be used beside the others of its file.

    Attributes:
        row: The row, the very object.
        reason: What is wrong with it, and the fix.
    """

    def __init__(self, row: Row, reason: str) -> None:
        super().__init__(reason)
        self.row = row
        self.reason = reason
