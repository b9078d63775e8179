"""Imports point one way (CONTRIBUTING.md, "Layers"): who may import whom, read from the source."""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# What each package and each loose module may import of ours, besides itself. What nobody lists is imported by nobody.
SHARED = {
    "crm.people",
    "crm.jobs",
    "crm.ui",
    "crm.environment",
    "crm.extensions",
    "crm.parameters",
    "crm.uploads",
    "crm.local_numbers",
}
SLICES = SHARED | {"crm.rules", "crm.schema", "crm.records", "crm.worksheets"}
MAY_IMPORT = {
    "crm.environment": set(),
    "crm.parameters": set(),
    "crm.local_numbers": set(),
    "crm.logs": set(),
    "crm.storage": set(),
    "crm.wsgi": set(),
    "crm.postgresql": set(),
    "crm.extensions": {"crm.people"},
    "crm.timeouts": {"crm.people"},
    "crm.uploads": {"crm.jobs"},
    "crm.health": {"crm.jobs", "crm.schema"},
    "crm.settings": {"crm.environment", "crm.logs"},
    "crm.urls": {"crm.health", "crm.web"},
    "crm.asgi": {"crm.web", "crm.wsgi"},
    "crm.management": SLICES | {"crm.health"},
    "clusters": SLICES
    | {"crm.management.command", "crm.management.plain_lines", "crm.management.progress", "crm.management.bench"},
    "crm.rules": set(),
    "crm.people": {"crm.environment", "crm.parameters", "crm.local_numbers"},
    "crm.jobs": {"crm.people", "crm.environment"},
    "crm.web": {"crm.people", "crm.jobs", "crm.environment", "crm.uploads"},
    "crm.ui": {"crm.people", "crm.environment", "crm.extensions", "crm.parameters", "crm.local_numbers"},
    "crm.schema": SHARED | {"crm.rules"},
    "crm.records": SHARED | {"crm.rules", "crm.schema"},
    "crm.worksheets": SHARED | {"crm.rules", "crm.schema", "crm.records"},
    "crm.api": SHARED | {"crm.rules", "crm.schema", "crm.records", "crm.worksheets"},
}

# The floors inside a package, from the ground up: a module imports
# what stands on floors below its own. Names on one floor, apart by
# a space, do not import each other; names joined by + may (without
# a circle). A name is a module or a folder directly in the package.
FLOORS = {
    "crm.management": ["progress plain_lines entry", "command", "bench stopped", "commands"],
    "crm.rules": [
        "errors limits bucket_numbers digits folding patterns tree",
        "grammar moments resolving printing database_functions",
        "parsing conditions",
        "context",
        "expressions comparisons related reading",
        "binding expanding evaluating",
        "compiling explaining",
    ],
    "crm.rules.comparisons": ["values", "anniversaries buckets options", "comparing"],
    "crm.rules.related": ["computing queries"],
    "clusters": [
        "models pinned_rules",
        "errors membership",
        "why moments",
        "history",
        "catalogue chips exports",
        "comparing pins",
        "overview builder",
        "members record_clusters",
        "command_menu dashboard forms demo files jobs measures",
        "views management extending templatetags",
        "apps urls",
    ],
    "clusters.catalogue": [
        "lookup similar describing schema_file form_places",
        "creating changing deleting templates",
        "adopting",
        "questions",
    ],
    "clusters.comparing": ["overlaps grouping quartiles filling", "profile usage", "describing_profile wording"],
    "clusters.pins": ["fields reading", "pinning"],
    "clusters.exports": [
        "moments_due public_addresses signing access",
        "posting making",
        "sending purging",
        "running",
        "due",
        "scheduling describing",
    ],
    "clusters.overview": ["numbers trends", "rows figures"],
    "clusters.history": [
        "sources versions comparing_soon",
        "folding comparing_rules",
        "refreshing",
        "reading",
        "describing_history chart tier_moves",
        "feed period",
    ],
    "clusters.members": [
        "key_lookup finding joining_order origin",
        "mixed_keys listing",
        "selecting",
        "pasted limits",
        "uploaded changing",
        "copying background",
        "purging",
    ],
    "clusters.why": ["changes explanation_tree wording", "rules_in_words deciding", "explaining"],
    "clusters.builder": [
        "sampling conditions values offering frequent estimating",
        "operators rule_conversion",
        "form_data counting linting",
        "acting showing previewing",
        "suggesting",
        "building",
    ],
    "crm.jobs": [
        "errors labels locking",
        "models",
        "lease",
        "registry outage heartbeat",
        "failures",
        "executing",
        "outcomes tasks",
        "control reaping notices queries",
        "scheduling",
        "worker views",
        "apps urls serving",
    ],
    "crm.people": [
        "naming",
        "models proxies",
        "actors passwords throttling",
        "auditing requests permissions",
        "accounts adapter audit_trail first_administrator middleware",
        "forms",
        "views",
        "apps urls",
    ],
    "crm.ui": ["formats", "navigation", "menu context", "views", "apps urls templatetags"],
    "crm.schema": [
        "definitions form_design errors",
        "record",
        "names models",
        "fieldtypes",
        "generated",
        "designs",
        "draft",
        "publishing",
        "transfer builtin",
        "forms jobs middleware",
        "designer health",
        "views",
        "apps urls extending",
    ],
    "crm.schema.publishing": [
        "tables",
        "steps",
        "planning",
        "admission comparing",
        "publishing",
        "draft_and_publish overview purging removing reverting",
        "discarding",
        "publish_requests",
    ],
    "crm.worksheets": [
        "errors phase_timing results",
        "models",
        "access formats",
        "mapping",
        "importing",
        "review exporting resources small_tables",
        "views dashboard command_menu templatetags jobs",
        "apps urls extending",
    ],
    "crm.records": [
        "models errors addresses dialects cells exact_texts",
        "folding_once",
        "validating layouts querying sampling",
        "record_ids entity_rules",
        "access",
        "writing",
        "bulk",
        "backfilling history",
        "undoing",
        "lists",
        "forms",
        "views dashboard command_menu jobs",
        "apps urls extending",
    ],
}
# Folders that know nothing of each other, whatever their floors.
APART = [("crm.worksheets.exporting", "crm.worksheets.importing"), ("crm.worksheets.exporting", "crm.worksheets.review")]
MOST_MODULES = 22  # directly in one folder
LONG_LISTS = {"crm/schema/fieldtypes", "crm/management/commands"}  # one module a type or command
MOST_SHARED_NAMES = 3

MAY_NAME_CLUSTERS = {"crm/settings.py", "crm/urls.py"}
IMPURE = {"django.conf", "django.apps", "django.contrib", "django.db.connection", "django.db.transaction", "django.http"}


def sources(package: str) -> list[Path]:
    folder = ROOT / package.replace(".", "/")
    module = [folder.with_suffix(".py")] if folder.with_suffix(".py").exists() else []
    return [path for path in [*module, *sorted(folder.rglob("*.py"))] if "migrations" not in path.parts]


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


def test_every_package_and_module_of_crm_has_its_rule():
    packages = {f"crm.{path.parent.name}" for path in (ROOT / "crm").glob("*/__init__.py")}
    modules = {f"crm.{path.stem}" for path in (ROOT / "crm").glob("*.py")} - {"crm.__init__"}

    assert packages | modules <= set(MAY_IMPORT)


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


@cache
def modules() -> dict[str, Path]:
    """Every module of ours and its file; a package's `__init__` is the package."""
    return {module_name(path): path for package in ("crm", "clusters") for path in sources(package)}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def imported_by(module: str) -> set[str]:
    """The modules of ours that it imports; `from package import module` is the module."""
    named = {name if name in modules() else name.rpartition(".")[0] for _line, name in imports(modules()[module])}
    return (named & set(modules())) - {module}


def floors(package: str) -> Iterator[tuple[int, set[str]]]:
    """Groups of names that may import each other, with the number of their floor."""
    for number, floor in enumerate(FLOORS[package]):
        yield from ((number, set(group.split("+"))) for group in floor.split())


@pytest.mark.parametrize("package", FLOORS)
def test_every_module_stands_on_a_floor(package):
    folder = ROOT / package.replace(".", "/")
    there = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}

    named = [name for _number, group in floors(package) for name in group]

    assert sorted(named) == sorted(there - {"__init__", "migrations"})


@pytest.mark.parametrize("package", FLOORS)
def test_floors_import_only_what_stands_below(package):
    below = {name: (number, group) for number, group in floors(package) for name in group}

    def may_import(upper: str, lower: str) -> bool:
        number, group = below[upper]
        return lower in group or below[lower][0] < number

    found = {
        (module, imported)
        for module in modules()
        for imported in imported_by(module)
        if (upper := child(module, package)) and (lower := child(imported, package)) and not may_import(upper, lower)
    }

    assert {f"{module} -> {imported}" for module, imported in found} == set()


@pytest.mark.parametrize(("one", "other"), APART)
def test_siblings_know_nothing_of_each_other(one, other):
    found = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for package, forbidden in ((one, other), (other, one))
        for path in sources(package)
        for line, name in imports(path)
        if within(name, {forbidden})
    ]

    assert found == []


def child(module: str, package: str) -> str:
    """The module or folder directly in the package in which it lies, or nothing if it lies elsewhere."""
    return module.removeprefix(f"{package}.").partition(".")[0] if module.startswith(f"{package}.") else ""


def test_no_import_circles():
    graph = {module: imported_by(module) for module in modules()}

    assert [sorted(circle) for circle in circles(graph)] == []


def circles(graph: dict[str, set[str]]) -> list[set[str]]:
    """The groups of modules that lead back to themselves (strongly connected components), found one at a time."""
    graph = {module: set(imported) for module, imported in graph.items()}
    found = []
    while ring := _ring(graph):
        reached, reaching = _reachable(graph, ring), _reachable(_reversed(graph), ring)
        found.append(reached & reaching)
        for module in found[-1]:
            graph[module] -= found[-1]
    return found


def _ring(graph: dict[str, set[str]]) -> str:
    """A module of some circle."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return str(error.args[1][0])
    return ""


def _reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        new = graph[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def _reversed(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    return {module: {other for other, imported in graph.items() if module in imported} for module in graph}


def test_no_folder_holds_more_than_22_modules():
    folders = Counter(str(path.parent.relative_to(ROOT)) for path in modules().values() if path.name != "__init__.py")

    found = {folder for folder, count in folders.items() if count > MOST_MODULES}

    assert found - LONG_LISTS == set()


def test_class_names_are_unique():
    """Of classes that can be imported by their name; Django finds the
    `Command` of a module, and a nested class bears its owner's name."""
    names = Counter(
        node.name
        for path in modules().values()
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef) and not (node.name == "Command" and path.parent.name == "commands")
    )

    repeated = {name for name, count in names.items() if count > 1}

    assert all(names[name] == 2 for name in repeated)
    assert len(repeated) <= MOST_SHARED_NAMES, sorted(repeated)
