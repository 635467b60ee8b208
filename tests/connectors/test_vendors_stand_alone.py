"""A vendor's folder leans on the core alone; ruff bans whole packages, but not one vendor to another."""

import ast
from pathlib import Path

import pytest

CONNECTORS = Path(__file__).parents[2] / "connectors"
VENDORS = sorted(path.name for path in CONNECTORS.iterdir() if (path / "schema.py").exists())


def imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    absolute = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    return absolute | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("folder", ["core", *VENDORS])
def test_no_folder_imports_another_vendors(folder: str) -> None:
    others = {f"connectors.{vendor}" for vendor in VENDORS if vendor != folder}
    reached = {
        f"{path.name} imports {module}"
        for path in (CONNECTORS / folder).rglob("*.py")
        for module in imported(path)
        if ".".join(module.split(".")[:2]) in others
    }
    assert reached == set()
