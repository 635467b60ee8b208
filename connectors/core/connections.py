"""Which accounts are read: those of `connections.yaml`, and those that environment variables describe.

Everything is validated before anything runs; an error names the file, the key and the fix, and never a value,
which may be a secret.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import SecretStr, ValidationError

from connectors.core.connection import Connection, OAuthConnection
from connectors.core.connector import Connector
from connectors.core.errors import ConfigurationError
from connectors.registry import CONNECTORS

REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def load_connections(path: Path | None, environ: Mapping[str, str]) -> tuple[Connection, ...]:
    """Reads all connections.

    A vendor that the file does not name is also connected when its environment variables are set, under the
    vendor's name.

    Args:
        path: `connections.yaml`; None when there is none.
        environ: The environment's variables.

    Raises:
        ConfigurationError: One sentence with the file, the key and the fix.
    """
    connections = [entry.connection(environ) for entry in _entries(path)] if path else []
    _refuse_repeated_ids(connections, path)
    in_file = {connection.pos for connection in connections}
    for pos, connector in CONNECTORS.items():
        values = None if pos in in_file else connector.from_environment(dict(environ))
        if values is not None:
            defaults = _defaults(connector.settings, environ)
            connections.append(_from_environment(connector, {**defaults, **values}))
    if not connections:
        known = ", ".join(f"{pos.upper()}_..." for pos in CONNECTORS)
        raise ConfigurationError(
            f"No connection is configured: set the variables of one system in .env ({known}; .env.example "
            "lists them), or copy connections.example.yaml to connections.yaml and fill it in."
        )
    return tuple(connections)


@dataclass(frozen=True)
class _Entry:
    """One item of the list `connections`, with the line of each of its keys."""

    path: Path
    line: int
    values: Mapping[str, Any]
    lines: Mapping[str, int]

    def connection(self, environ: Mapping[str, str]) -> Connection:
        """The validated connection."""
        settings = self._connector().settings
        values = {name: self._resolved(settings, name, value, environ) for name, value in self.values.items()}
        try:
            return settings.model_validate({**_defaults(settings, environ), **values})
        except ValidationError as error:
            key, problem = _problem(error, settings)
            raise self.error(key, problem) from None

    def error(self, key: str, problem: str) -> ConfigurationError:
        """An error about one key of the entry."""
        line = self.lines.get(key.split(".", maxsplit=1)[0], self.line)
        name = self.values.get("id")
        subject = f"connection '{name}'" if isinstance(name, str) else "a connection without id"
        return ConfigurationError(f"{self.path}, line {line}: {key} of {subject} {problem}.")

    def _connector(self) -> Connector:
        pos = self.values.get("pos")
        if isinstance(pos, str) and pos in CONNECTORS:
            return CONNECTORS[pos]
        known = ", ".join(CONNECTORS)
        if pos is None:
            raise self.error("pos", f"is missing; write one of: {known}")
        guess = _did_you_mean(str(pos), CONNECTORS)
        raise self.error("pos", f"is '{pos}', which is unknown{guess}; known: {known}")

    def _resolved(self, settings: type[Connection], name: str, value: Any, environ: Mapping[str, str]) -> Any:
        """A secret's value from the environment; a relative path seen from the file's folder."""
        kinds = _kinds(settings, name)
        reference = REFERENCE.fullmatch(value) if isinstance(value, str) else None
        if SecretStr in kinds:
            if reference is None:
                variable = f"{self.values['pos']}_{name}".upper()
                raise self.error(
                    name,
                    f"is a secret and must not stand in a file: write ${{{variable}}} and set that variable",
                )
            if not environ.get(reference[1]):
                raise self.error(name, f"names the variable {reference[1]}, which is not set; set it in .env")
            return environ[reference[1]]
        if isinstance(value, str) and REFERENCE.search(value):
            raise self.error(name, "is no secret: write its value; ${...} is for secrets only")
        if Path in kinds and isinstance(value, str):
            return self.path.parent / Path(value).expanduser()
        return value


def _entries(path: Path) -> Iterator[_Entry]:
    """The file's connections, in order."""
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        content = yaml.safe_load(text)
    except FileNotFoundError:
        raise ConfigurationError(
            f"{path} does not exist: copy connections.example.yaml to that place, or unset POS_CONNECTIONS."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"{path} cannot be read ({type(error).__name__}): check its permissions and its encoding (UTF-8)."
        ) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError(
            f"{path}, line {line}: this is no valid YAML ({error.problem}); check indents, colons, quotes."
        ) from None
    except yaml.YAMLError:
        raise ConfigurationError(
            f"{path} holds characters that YAML does not allow; save it as plain UTF-8."
        ) from None
    if root is None:
        return
    listed = content.get("connections") if isinstance(content, dict) else None
    if not isinstance(listed, list) or set(content) != {"connections"}:
        raise ConfigurationError(
            f"{path}, line 1: the file has to hold one key, `connections:`, with a list below it; see "
            "connections.example.yaml."
        )
    nodes = next(value for key, value in root.value if key.value == "connections").value
    for node, values in zip(nodes, listed, strict=True):
        line = node.start_mark.line + 1
        if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
            raise ConfigurationError(
                f"{path}, line {line}: an item of the list has to hold keys and values, like `id: shop`."
            )
        yield _Entry(path, line, values, {key.value: key.start_mark.line + 1 for key, _ in node.value})


def _refuse_repeated_ids(connections: list[Connection], path: Path | None) -> None:
    seen: set[str] = set()
    for connection in connections:
        if connection.id in seen:
            raise ConfigurationError(
                f"{path}: the id '{connection.id}' stands there twice; give each connection an id of its own."
            )
        seen.add(connection.id)


def _from_environment(connector: Connector, values: Mapping[str, Any]) -> Connection:
    try:
        return connector.settings.model_validate({"id": connector.pos, "pos": connector.pos, **values})
    except ValidationError as error:
        key, problem = _problem(error, connector.settings)
        variable = f"{connector.pos}_{key}".upper()
        raise ConfigurationError(f"The environment variable {variable} {problem}.") from None


def _defaults(settings: type[Connection], environ: Mapping[str, str]) -> dict[str, Any]:
    """What the environment says about settings that a connection does not have to name."""
    if issubclass(settings, OAuthConnection):
        return {"token_folder": Path(environ.get("POS_DATA_DIR") or "data") / "tokens"}
    return {}


def _problem(error: ValidationError, settings: type[Connection]) -> tuple[str, str]:
    """The key of the first thing that is wrong, and what is wrong with it, without the value."""
    first, *others = error.errors(include_url=False, include_input=False, include_context=False)
    key = ".".join(str(part) for part in first["loc"]) or "the settings"
    match first["type"]:
        case "missing":
            problem = "is missing; add it"
        case "extra_forbidden":
            problem = f"is unknown{_did_you_mean(key, settings.model_fields)}"
        case "string_pattern_mismatch" if key == "id":
            problem = "has to be small letters, digits and underscores, beginning with a letter"
        case _:
            message = first["msg"].removeprefix("Value error, ")
            problem = f"is not right: {message[:1].lower()}{message[1:]}"
    return key, problem + (f" ({len(others)} more of its keys are wrong)" if others else "")


def _did_you_mean(word: str, known: Mapping[str, Any]) -> str:
    close = get_close_matches(word, known, n=1)
    return f" (did you mean '{close[0]}'?)" if close else ""


def _kinds(settings: type[Connection], name: str) -> tuple[Any, ...]:
    """The types that a setting may have."""
    field = settings.model_fields.get(name)
    if field is None:
        return ()
    return get_args(field.annotation) or (field.annotation,)
