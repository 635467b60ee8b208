"""Reads the fields of a record from where the settings say that they stand."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from connectors.generic.fields import kinds_of
from connectors.generic.values import Convert, Unusable, Written, converter, scalar

Json = Any
Steps = tuple[str, ...]
UTC = ZoneInfo("UTC")


def decoded(answer: bytes) -> Json:
    """The answer's JSON, its numbers as the texts that they are.

    Raises:
        ValueError: It is no JSON.
    """
    return json.loads(answer, parse_int=str, parse_float=str, parse_constant=str)


def found(record: Json, path: Steps) -> Json:
    """What stands at a path; None where a member on the way is absent."""
    for step in path:
        if isinstance(record, dict):
            record = record.get(step)
        elif isinstance(record, list) and step.isdigit() and int(step) < len(record):
            record = record[int(step)]
        else:
            return None
    return record


def steps(path: str) -> Steps:
    """The members of a path that is written with dots."""
    return tuple(path.split("."))


@dataclass(frozen=True)
class SourcedField:
    """A field that a mapping names, ready to be read.

    Attributes:
        name: The field.
        paths: Its places in a record, the first of which that holds a value counts.
        value: The same value for every record, instead.
        convert: Reads a value.
        required: A record without it cannot be used.
    """

    name: str
    paths: tuple[Steps, ...]
    value: str | None
    convert: Convert
    required: bool

    def read(self, record: Json) -> Written:
        """The field's value in a record.

        Raises:
            Unusable: It cannot be used, or is missing and needed; the text names the field.
        """
        try:
            value = self.value or next(
                (told for path in self.paths if (told := scalar(found(record, path))) is not None), None
            )
            if value is None and self.required:
                raise Unusable("is missing")
            return None if value is None else self.convert(value)
        except Unusable as problem:
            raise Unusable(f"{self.name} {problem}") from None


def compiled(endpoint: Any, sources: BaseModel, zone: ZoneInfo | None) -> tuple[SourcedField, ...]:
    """The fields that a mapping names, ready to be read.

    Args:
        endpoint: The endpoint's settings.
        sources: The part of them that says where the fields come from.
        zone: The time zone of times that name none.
    """
    mapped = {name: (kind, getattr(sources, name)) for name, kind in kinds_of(type(sources)).items()}
    return tuple(
        SourcedField(
            name=name,
            paths=tuple(map(steps, source.path)),
            value=source.value,
            convert=converter(
                kind,
                minor=endpoint.amounts == "minor",
                times=source.format or endpoint.times,
                zone=zone,
                words=getattr(endpoint.values, name, None),
                field=name,
            ),
            required=type(sources).model_fields[name].is_required(),
        )
        for name, (kind, source) in mapped.items()
        if source is not None
    )


def unusable_constants(endpoint: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """The places of an endpoint's settings where a value for all records cannot be used, and why."""
    for place, sources in sections(endpoint).items():
        for field in compiled(endpoint, sources, UTC):
            try:
                if field.value is not None:
                    field.convert(field.value)
            except Unusable as problem:
                yield (*place, field.name, "value"), f"cannot be used: it {problem}"


def sections(endpoint: Any) -> dict[tuple[str, ...], BaseModel]:
    """The places of an endpoint's settings that map fields."""
    nested = {name: getattr(endpoint, name, None) for name in ("lines", "payments")}
    inside: dict[tuple[str, ...], BaseModel] = {
        (name, "fields"): section.fields for name, section in nested.items() if section
    }
    return {("fields",): endpoint.fields, **inside}
