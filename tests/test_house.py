"""The house rules: one way through, no clock, no network, documented names, articles that exist."""

import ast
import inspect
import re
from pathlib import Path

import pytest

import workload
from workload import load_regulation

PACKAGE = Path(workload.__file__).parent
MODULES = {
    path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}
# The one-way street: a module imports only from what stands before it.
ORDER = [
    "text",
    "progress",
    "toml_lines",
    "exact",
    "vocabulary",
    "privacy",
    "errors",
    "tomlfile",
    "capitals",
    "identity",
    "intake",
    "period",
    "regulation",
    "rulefile",
    "loading",
    "records",
    "roster",
    "checks",
    "ledger",
    "finding",
    "quota",
    "training",
    "experience",
    "institution",
    "taxfile",
    "withholding",
    "tariff",
    "evaluation",
    "explain",
    "tables.cells",
    "tables.package",
    "tables.container",
    "tables.oddcells",
    "tables.ods",
    "tables.xls",
    "tables.write",
    "tables.aliases",
    "tables.sources",
    "tables.layout",
    "tables.payheadings",
    "tables.identities",
    "tables.paytables",
    "tables.paylint",
    "tables.unsure",
    "tables.read",
    "tables.bookings",
    "tables.template",
    "tables",
    "provenance",
    "sealed",
    "facts",
    "snapshot",
    "comparison",
    "rates",
    "settlement",
    "paylines",
    "payroll",
    "budget",
    "documents",
    "documents.as_json",
    "documents.blocks",
    "documents.marked",
    "documents.reports",
    "documents.payslips",
    "documents.grids",
    "documents.differences",
    "documents.checked",
    "documents.filling",
    "documents.statement",
    "documents.certificate",
    "documents.verification",
    "documents.make_templates",
    "documents.workbook.sheets",
    "documents.workbook.lines",
    "documents.workbook.rules",
    "documents.workbook.roster",
    "documents.workbook.ledger",
    "documents.workbook.requirements",
    "documents.workbook.summary",
    "documents.workbook.experience",
    "documents.workbook.reconciliation",
    "documents.workbook.pages",
    "documents.workbook",
    "documents.payformulas",
    "documents.paysheet",
    "frame.keep",
    "frame.days",
    "frame.words",
    "frame.columns",
    "frame.files",
    "frame.engines",
    "frame.faults",
    "frame.one_teacher",
    "frame.roster",
    "frame.tariffs",
    "frame.clashes",
    "frame.ledger",
    "frame.periods",
    "frame.totals",
    "frame.experience",
    "frame.evaluation",
    "frame",
    "frame.summary",
    "cli.shared",
    "cli.figures",
    "cli.frames",
    "cli.closing",
    "cli.papers",
    "cli.evaluation_workbook",
    "cli.paylint",
    "cli.pay",
    "cli",
    "__main__",
]


def tree(name):
    return ast.parse(MODULES[name].read_text(encoding="utf-8"))


def imports(name):
    """Each module that a module imports, at the top or within a function."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            inner = node.module.removeprefix("workload.")
            submodules = {f"{inner}.{alias.name}" for alias in node.names} & MODULES.keys()
            yield from (f"workload.{found}" for found in submodules) if submodules else [node.module]


def test_every_module_has_its_place():
    """The order names every module once; only the package itself, which loads names on demand, stands outside."""
    assert sorted([*ORDER, "__init__"]) == sorted(MODULES)


@pytest.mark.parametrize("name", ORDER)
def test_no_arrow_points_back(name):
    """A module imports only from what stands before it, lazy imports within functions included."""
    before = {f"workload.{other}" for other in ORDER[: ORDER.index(name)]}
    assert {other for other in imports(name) if other.partition(".")[0] == "workload"} - before == set()


def test_no_module_is_called_utils():
    """No room is a lumber room."""
    assert not [name for name in MODULES if re.search(r"util|helper|common|misc", name)]


NEVER = {"excel_addin", "xlwings"}
NETWORK = {
    "asyncio",
    "ftplib",
    "http",
    "httpx",
    "requests",
    "smtplib",
    "socket",
    "socketserver",
    "ssl",
    "urllib",
    "webbrowser",
}
CLOCK = {"time", "sched"}


@pytest.mark.parametrize("name", MODULES)
def test_no_excel_no_network_no_clock(name):
    """The library imports no Excel, no network and no clock."""
    assert {other.partition(".")[0] for other in imports(name)} & (NEVER | NETWORK | CLOCK) == set()


@pytest.mark.parametrize("name", MODULES)
def test_today_is_an_argument(name):
    """No module asks what day it is, but the command line, which dates a paper."""
    asked = {node.attr for node in ast.walk(tree(name)) if isinstance(node, ast.Attribute)}
    allowed = {"today"} if name == "cli.shared" else set()
    assert asked & {"today", "now", "utcnow", "localtime", "gmtime", "perf_counter", "monotonic"} == allowed


FIGURES = {38, 45, 72, 114, 216, 4_000, 20_000, 30_000}


@pytest.mark.parametrize("name", MODULES)
def test_no_figure_of_the_regulation_stands_in_code(name):
    """The telling figures of the regulation stand in the rule file alone."""
    found = {node.value for node in ast.walk(tree(name)) if isinstance(node, ast.Constant) and type(node.value) is int}
    assert found & FIGURES == set()


def test_the_figures_stand_in_the_rule_file():
    """And there they are."""
    rules = (PACKAGE / "rules" / "zhoukou-2024-33.toml").read_text(encoding="utf-8")
    assert {int(number) for number in re.findall(r"= (\d+)\b", rules)} >= FIGURES


# ---------------------------------------------------------------- public names


def declared():
    """What the block for type checkers imports, as name -> module."""
    block = next(node for node in tree("__init__").body if isinstance(node, ast.If))
    found = {}
    for node in block.body:
        found |= {alias.name: node.module for alias in node.names}
    return found


def test_public_names_are_sorted_and_declared():
    """``__all__`` is sorted, has no name twice, and is what type checkers and ``dir`` see."""
    assert workload.__all__ == sorted(set(workload.__all__))
    assert sorted(declared()) == workload.__all__
    assert set(workload.__all__) <= set(dir(workload))


@pytest.mark.parametrize("name", workload.__all__)
def test_public_names_come_from_where_they_are_declared(name):
    """Each public name is loaded from the module that type checkers are told."""
    assert getattr(workload, name) is getattr(__import__(declared()[name], fromlist=[name]), name)


def test_other_names_are_an_attribute_error():
    """A name that is not public is an error that names it."""
    with pytest.raises(AttributeError, match="'evaluat'"):
        workload.evaluat  # noqa: B018  # to ask for it is the test


@pytest.mark.parametrize("name", workload.__all__)
def test_public_names_are_documented(name):
    """Each public name has a docstring of its own, which begins with a sentence."""
    public = getattr(workload, name)
    docstring = public.__dict__.get("__doc__") if inspect.isclass(public) else public.__doc__
    assert docstring
    assert docstring[0].isupper() or docstring[0] in "附方`0123456789"
    assert re.search(r"[.:。)]$", docstring.strip().partition("\n\n")[0].strip())


# A function that applies an article opens its docstring with it.
APPLIES = [
    ("evaluation", "evaluate", "附件2 第六条(一)"),
    ("evaluation", "evaluate_teacher", "附件2 第六条(一)"),
    ("evaluation", "evaluate_experience", "方案 六(二)"),
    ("experience", "recognized_experience", "方案 六(二)"),
    ("quota", "quota", "附件2 第四条(三)"),
    ("training", "training", "方案 六(三)"),
    ("training", "case_reports", "附件2 第五条(三)"),
    ("training", "evaluation_result", "附件2 第六条(一)"),
    ("institution", "staff_required", "方案 六(一)"),
    ("institution", "funding_required", "方案 六(五)"),
    ("institution", "area_required", "方案 四(二)1"),
    ("institution", "evaluate_institution", "方案"),
    ("ledger", None, "附件2 第七条(一)"),
    ("quota", None, "附件2 第四条(三)"),
    ("training", None, "方案 六(三)"),
    ("experience", None, "方案 六(二)"),
    ("institution", None, "方案 六(一)"),
]


@pytest.mark.parametrize(("module", "function", "article"), APPLIES)
def test_what_applies_an_article_cites_it(module, function, article):
    """A function that applies an article opens its docstring with it; a chapter names it in its first lines."""
    body = tree(module)
    if function is None:
        assert article in ast.get_docstring(body)
    else:
        (found,) = (node for node in body.body if isinstance(node, ast.FunctionDef) and node.name == function)
        assert ast.get_docstring(found).startswith(article)


CITATION = re.compile(r"(?:附件[12]|方案) [第一二三四五六七八九十]+条?(?:\([一二三四五六七八九十]+\))?\d*")


@pytest.mark.parametrize("name", MODULES)
def test_cited_articles_exist(name):
    """An article, or a chapter, that the code cites is one of the rule file, written as it writes it."""
    known = {clause.citation for clause in load_regulation().clauses()} | {"附件2 第九条"}
    cited = set(CITATION.findall(MODULES[name].read_text(encoding="utf-8")))
    assert [article for article in cited if not any(other.startswith(article) for other in known)] == []


def test_cited_readings_exist():
    """So are the readings that it cites by number."""
    known = {reading.number for reading in load_regulation().readings.values()}
    for path in MODULES.values():
        assert set(re.findall(r"\bR\d+\b", path.read_text(encoding="utf-8"))) <= known, path.name
