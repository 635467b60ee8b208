"""Which accounts are read: those of `connections.yaml`, and those that environment variables describe.

Everything is validated before anything runs; an error names the file, the key and the fix, and never a value,
which may be a secret.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import SecretStr, ValidationError

from connectors.core.connection import Connection, OAuthConnection
from connectors.core.connector import Connector
from connectors.core.errors import ConfigurationError
from connectors.core.mistakes import KeyPath, Mistake, did_you_mean, first_mistake, line_of
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
        known = ", ".join(connector.variable("...") for connector in CONNECTORS.values())
        raise ConfigurationError(
            f"No connection is configured: set the variables of one system in .env ({known}; .env.example "
            "lists them), or copy connections.example.yaml to connections.yaml and fill it in."
        )
    return tuple(connections)


@dataclass(frozen=True)
class _Entry:
    """One item of the list `connections`, and its place in the file."""

    path: Path
    node: yaml.Node
    values: Mapping[str, Any]

    def connection(self, environ: Mapping[str, str]) -> Connection:
        """The validated connection."""
        settings = self._connector().settings
        values = {name: self._resolved(settings, name, value, environ) for name, value in self.values.items()}
        try:
            return settings.model_validate({**_defaults(settings, environ), **values})
        except ValidationError as error:
            raise self.error(first_mistake(error, settings)) from None

    def error(self, mistake: Mistake) -> ConfigurationError:
        """An error about one key of the entry."""
        line = line_of(self.node, mistake.path)
        name = self.values.get("id")
        subject = f"connection '{name}'" if isinstance(name, str) else "a connection without id"
        return ConfigurationError(f"{self.path}, line {line}: {mistake.key} of {subject} {mistake.problem}.")

    def _connector(self) -> Connector:
        pos = self.values.get("pos")
        if isinstance(pos, str) and pos in CONNECTORS:
            return CONNECTORS[pos]
        known = ", ".join(CONNECTORS)
        if pos is None:
            raise self.error(Mistake(("pos",), f"is missing; write one of: {known}"))
        guess = did_you_mean(str(pos), CONNECTORS)
        raise self.error(Mistake(("pos",), f"is '{pos}', which is unknown{guess}; known: {known}"))

    def _resolved(self, settings: type[Connection], name: str, value: Any, environ: Mapping[str, str]) -> Any:
        """A secret's value from the environment; a relative path seen from the file's folder."""
        kinds = _kinds(settings, name)
        reference = REFERENCE.fullmatch(value) if isinstance(value, str) else None
        if SecretStr in kinds:
            if reference is None:
                variable = self._connector().variable(name)
                problem = (
                    f"is a secret and must not stand in a file: write ${{{variable}}} and set that variable"
                )
                raise self.error(Mistake((name,), problem))
            if not environ.get(reference[1]):
                problem = f"names the variable {reference[1]}, which is not set; set it in .env"
                raise self.error(Mistake((name,), problem))
            return environ[reference[1]]
        for path in _references(value, (name,)):
            raise self.error(Mistake(path, "is no secret: write its value; ${...} is for secrets only"))
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
        yield _Entry(path, node, values)


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
        mistake = first_mistake(error, connector.settings)
        variable = connector.variable(mistake.key)
        raise ConfigurationError(f"The environment variable {variable} {mistake.problem}.") from None


def _defaults(settings: type[Connection], environ: Mapping[str, str]) -> dict[str, Any]:
    """What the environment says about settings that a connection does not have to name."""
    if issubclass(settings, OAuthConnection):
        return {"token_folder": Path(environ.get("POS_DATA_DIR") or "data") / "tokens"}
    return {}


def _kinds(settings: type[Connection], name: str) -> tuple[Any, ...]:
    """The types that a setting may have."""
    field = settings.model_fields.get(name)
    if field is None:
        return ()
    return get_args(field.annotation) or (field.annotation,)


def _references(value: Any, path: KeyPath) -> Iterator[KeyPath]:
    """Where `${NAME}` stands in a setting, however deep."""
    if isinstance(value, str) and REFERENCE.search(value):
        yield path
    for key, inner in value.items() if isinstance(value, Mapping) else ():
        yield from _references(inner, (*path, key))
    for place, inner in enumerate(value if isinstance(value, list) else ()):
        yield from _references(inner, (*path, place))
