"""What is wrong with a connection's settings, at which key, and how to put it right; never with a value.

Settings may hold models inside models. Pydantic names the way to a fault with marks of its own in it, such as
the member of a union; here they are left out, so that a key reads as it stands in the file.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

AT_KEY = "at_key"
ONE_OF_SEVERAL_KINDS = ("union_tag_invalid", "union_tag_not_found")

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True)
class Mistake:
    """One mistake.

    Attributes:
        path: The keys from the connection to the place.
        problem: Continues a sentence that begins with the key.
    """

    path: KeyPath
    problem: str

    @property
    def key(self) -> str:
        """The place, as people write it."""
        return ".".join(map(str, self.path)) or "the settings"


def wrong_key(problem: str, *path: str | int) -> PydanticCustomError:
    """An error that a validator of a whole model raises about one key of it."""
    return PydanticCustomError(AT_KEY, "{problem}", {"path": path, "problem": problem})


def first_mistake(error: ValidationError, settings: type[BaseModel]) -> Mistake:
    """The first thing that is wrong, and how many more there are."""
    first, *others = error.errors(include_url=False, include_input=False)
    path, models = _place(first["loc"], settings)
    context = first.get("ctx", {})
    match first["type"]:
        case "missing":
            problem = "is missing; add it"
        case "extra_forbidden":
            known = [name for model in models for name in model.model_fields]
            problem = f"is unknown{did_you_mean(str(path[-1]), known)}"
        case "string_pattern_mismatch" if path == ("id",):
            problem = "has to be small letters, digits and underscores, beginning with a letter"
        case kind if kind in ONE_OF_SEVERAL_KINDS:
            name = context["discriminator"].strip("'")
            path = (*path, name)
            tags = [tag for model in models for tag in _literals(model, name)]
            told = "is unknown" if "tag" in context else "is missing"
            guess = did_you_mean(str(context.get("tag", "")), tags)
            problem = f"{told}{guess}; write one of: {', '.join(tags)}"
        case "model_type" | "dict_type" | "model_attributes_type":
            problem = "is not right: it has to hold keys with values of their own"
        case kind if kind == AT_KEY:
            path, problem = (*path, *context["path"]), context["problem"]
        case _:
            message = first["msg"].removeprefix("Value error, ")
            problem = f"is not right: {message[:1].lower()}{message[1:]}"
    return Mistake(path, problem + (f" ({len(others)} more of its keys are wrong)" if others else ""))


def line_of(node: yaml.Node, path: KeyPath) -> int:
    """The line of a key in a file, or of the innermost one on the way to it that stands there."""
    line = node.start_mark.line + 1
    for part in path:
        inner = next((pair for pair in _members(node) if pair[0] == part), None)
        if inner is None:
            return line
        _, line, node = inner
    return line


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A guess at what was meant, in brackets; empty without one."""
    close = get_close_matches(word, list(known), n=1)
    return f" (did you mean '{close[0]}'?)" if close else ""


def _members(node: yaml.Node) -> Iterator[tuple[str | int, int, yaml.Node]]:
    """The keys or places of a node, with the line of each and what it holds."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key.value, key.start_mark.line + 1, value
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield place, value.start_mark.line + 1, value


def _place(
    location: tuple[str | int, ...], settings: type[BaseModel]
) -> tuple[KeyPath, list[type[BaseModel]]]:
    """A fault's keys, and the models among whose fields the last of them is."""
    path: KeyPath = ()
    models, inside = [settings], [settings]
    for part in location:
        tagged = [model for model in inside if part in _literals(model)] if len(inside) > 1 else []
        if tagged:  # the member of a union that pydantic tried
            inside = tagged
            continue
        models, path = inside, (*path, part)
        if isinstance(part, str):
            holders = [model.model_fields[part].annotation for model in models if part in model.model_fields]
            inside = [model for annotation in holders for model in _models_in(annotation)]
    return path, inside if len(inside) > 1 else models


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _literals(model: type[BaseModel], name: str | None = None) -> list[str]:
    """The words that a model's fields may be, or those of one field."""
    return [
        word
        for field, info in model.model_fields.items()
        if name in (None, field) and get_origin(info.annotation) is Literal
        for word in get_args(info.annotation)
    ]
