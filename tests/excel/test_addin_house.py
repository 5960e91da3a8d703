"""The house rules of the add-in: it stands on the library's public names, and only its doors know xlwings."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import excel_addin
import workload

PACKAGE = Path(excel_addin.__file__).parent
MODULES = {
    path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}
# The core of the add-in, in which a module imports only from what stands before it.
ORDER = ["settings", "cells", "functions", "registry", "calling", "addin"]
# Those that serve a host, or are run in one, may import xlwings within a function; at its top only addin does.
XLWINGS = {"xlwings", "xlwings_server"}
DOORS = {"addin"}
SERVING = "server"
# The one thing of a host that the functions need to be told: whether the caller still waits, which the server knows.
TOLD = {"addin": {"excel_addin.server.wanted"}}
NETWORK = {"ftplib", "http", "httpx", "requests", "smtplib", "socket", "socketserver", "ssl", "urllib", "webbrowser"}
CLOCK = {"time", "sched"}


def tree(name):
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def imported(nodes):
    """Each module that is imported, with the names taken from it (none: the module itself)."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module, tuple(alias.name for alias in node.names)


def imports(name):
    """At the top of a module and within its functions."""
    return list(imported(ast.walk(tree(name))))


def top_imports(name):
    """What is imported as soon as the module is: within no function, and not for type checkers alone."""
    pending, found = list(tree(name).body), []
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        found.append(node)
        pending += ast.iter_child_nodes(node)
    return list(imported(found))


def root(module):
    return module.partition(".")[0]


@pytest.mark.parametrize("name", MODULES)
def test_the_library_is_used_by_its_public_names(name):
    """``from workload import X`` with a public X; never a submodule, never the module as a whole."""
    for module, names in imports(name):
        if root(module) == "workload":
            assert module == "workload", f"{module} is inside the library"
            assert names
            assert set(names) <= set(workload.__all__)


@pytest.mark.parametrize("name", MODULES)
def test_only_the_doors_import_xlwings(name):
    """xlwings at the top: in addin alone; within a function: where the server is started, and nowhere else."""
    at_top = {root(module) for module, _ in top_imports(name)} & XLWINGS
    anywhere = {root(module) for module, _ in imports(name)} & XLWINGS
    if name not in DOORS:
        assert not at_top
        assert not anywhere or root(name) == SERVING


@pytest.mark.parametrize("name", ORDER)
def test_no_arrow_points_back(name):
    """In the core a module imports only from what stands before it, and nothing of what serves a host."""
    before = {f"excel_addin.{other}" for other in ORDER[: ORDER.index(name)]}
    found = set()
    for module, names in imports(name):
        if module == "excel_addin":
            found |= {f"excel_addin.{one}" for one in names}
        elif root(module) == "excel_addin":
            found.add(module)
    assert found - TOLD.get(name, set()) <= before


@pytest.mark.parametrize("name", ORDER)
def test_no_network_and_no_clock(name):
    """The core asks nobody what time it is, and reaches for no other machine."""
    assert {root(module) for module, _ in imports(name)} & (NETWORK | CLOCK) == set()
    asked = {node.attr for node in ast.walk(tree(name)) if isinstance(node, ast.Attribute)}
    assert asked & {"today", "now", "utcnow", "localtime", "gmtime", "perf_counter", "monotonic"} == set()


FIGURES = {38, 45, 72, 114, 216, 4_000, 20_000, 30_000}


@pytest.mark.parametrize("name", ORDER)
def test_no_figure_of_the_regulation_stands_in_code(name):
    """The figures come from the rule file; examples, which are texts, may show them."""
    found = {node.value for node in ast.walk(tree(name)) if isinstance(node, ast.Constant) and type(node.value) is int}
    assert found & FIGURES == set()


def test_no_module_is_a_lumber_room():
    """Nothing is called utils, helpers or common."""
    assert not [name for name in MODULES if any(word in name for word in ("util", "helper", "common", "misc"))]


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_is(name):
    """Each module opens with a docstring."""
    assert ast.get_docstring(tree(name))


HEAVY = ["xlwings", "xlwings_server", "python_calamine", "xlsxwriter", "click", "tqdm", "narwhals", "pandas", "numpy"]


@pytest.mark.parametrize("module", ["excel_addin", *(f"excel_addin.{name}" for name in ORDER if name != "addin")])
def test_the_core_loads_nothing_heavy(module):
    """A host that has Python and the library alone can load the core, and does so quickly."""
    program = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
