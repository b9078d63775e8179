"""Imports point one way (CONTRIBUTING.md, "Layers"): who may import whom, read from the source."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# What each package may import of ours, beside itself.
SHARED = {"crm.people", "crm.jobs", "crm.ui", "crm.environment", "crm.extensions", "crm.uploads"}
MAY_IMPORT = {
    "crm.rules": set(),
    "crm.people": {"crm.environment"},
    "crm.jobs": {"crm.people", "crm.environment"},
    "crm.ui": {"crm.people", "crm.environment", "crm.extensions"},
    "crm.schema": SHARED | {"crm.rules"},
    "crm.records": SHARED | {"crm.rules", "crm.schema"},
    "crm.worksheets": SHARED | {"crm.rules", "crm.schema", "crm.records"},
    "crm.api": SHARED | {"crm.rules", "crm.schema", "crm.records", "crm.worksheets"},
}
MAY_NAME_CLUSTERS = {"crm/settings.py", "crm/urls.py"}
IMPURE = {"django.conf", "django.apps", "django.contrib", "django.db.connection", "django.db.transaction", "django.http"}


def sources(package: str) -> list[Path]:
    return sorted((ROOT / package.replace(".", "/")).rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that a file imports, late imports too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{_module(node, path)}.{alias.name}") for alias in node.names)


def _module(node: ast.ImportFrom, path: Path) -> str:
    if not node.level:
        return node.module or ""
    parts = path.relative_to(ROOT).with_suffix("").parts[: -node.level]
    return ".".join([*parts, node.module or ""]).rstrip(".")


def within(name: str, packages: set[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def breaches(path: Path, allowed: set[str]) -> list[str]:
    place = path.relative_to(ROOT)
    ours = [(line, name) for line, name in imports(path) if within(name, {"crm", "clusters"})]
    return [f"{place}:{line} imports {name}" for line, name in ours if not within(name, allowed)]


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_one_way(package):
    allowed = MAY_IMPORT[package] | {package}

    found = [breach for path in sources(package) for breach in breaches(path, allowed)]

    assert found == []


def test_crm_never_names_clusters():
    files = [path for path in sources("crm") if str(path.relative_to(ROOT)) not in MAY_NAME_CLUSTERS]

    found = [f"{path.relative_to(ROOT)}:{line}" for path in files for line, name in imports(path) if within(name, {"clusters"})]

    assert found == []


def test_rules_are_pure():
    found = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sources("crm.rules")
        for line, name in imports(path)
        if within(name, IMPURE)
    ]

    assert found == []


def test_what_reads_workbooks_needs_nothing_of_the_site():
    # It runs in a process that has no settings, no database and no secrets.
    allowed = {"crm.worksheets.formats.reading.workbook"}
    files = sources("crm.worksheets.formats.reading.workbook")

    found = [breach for path in files for breach in breaches(path, allowed)]
    found += [f"{path.name}:{line} imports {name}" for path in files for line, name in imports(path) if within(name, {"django"})]

    assert found == []


def test_every_package_of_crm_has_its_rule():
    packages = {f"crm.{path.parent.name}" for path in (ROOT / "crm").glob("*/__init__.py")} - {"crm.management"}

    assert packages <= set(MAY_IMPORT)


def test_only_the_schema_slice_alters_tables():
    # The benchmark makes and drops a table of its own, which no publication knows.
    allowed = {"crm/schema/publishing/tables/altering.py", "crm/management/bench/scratch.py"}

    found = {
        str(path.relative_to(ROOT))
        for package in ("crm", "clusters")
        for path in sources(package)
        if "migrations" not in path.parts and ".schema_editor(" in path.read_text()
    }

    assert found <= allowed
