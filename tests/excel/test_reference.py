"""The function reference is what the functions say today, and says it of every one of them."""

import re
from pathlib import Path

import pytest

import excel_addin
from excel_addin import reference as made
from excel_addin.cells import CallError
from excel_addin.formulas import calculate
from excel_addin.reference import DIFFERENCES, MISTAKES, reference
from excel_addin.registry import FUNCTIONS
from excel_addin.settings import current

PAGE = Path(excel_addin.__file__).parent / "FUNCTIONS.md"
ROOT = PAGE.parent.parent


def sections():
    parts = re.split(r"^## (WL_\w+)$", reference(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_committed_page_is_current():
    """A change of the registry, a message or a figure changes the page."""
    again = "stale; run: python -m excel_addin reference -o excel_addin/FUNCTIONS.md"
    assert PAGE.read_text(encoding="utf-8") == reference(), again


def test_the_page_does_not_depend_on_who_makes_it(monkeypatch):
    """Neither the user's language nor the user's rules have a part in it."""
    page = reference()
    monkeypatch.setenv("WORKLOAD_LANG", "en")
    monkeypatch.setenv("WORKLOAD_RULES", "none-such")
    current.cache_clear()
    try:
        assert reference() == page
    finally:
        monkeypatch.undo()
        current.cache_clear()


def test_every_function_has_a_section_in_the_order_of_the_registry():
    """And a line in the table of contents that leads there."""
    assert list(sections()) == list(FUNCTIONS)
    for name in FUNCTIONS:
        assert f"[{name}](#{name.lower()})" in reference()


@pytest.mark.parametrize("function", FUNCTIONS.values(), ids=list(FUNCTIONS))
def test_a_section_says_all_in_both_languages(function):
    """Summary, each argument with whether it may be left out, the example."""
    section = sections()[function.name]
    assert function.summary.zh in section
    assert function.summary.en in section
    assert f"`={function.example}`" in section
    repeated = [one for one in function.arguments if re.fullmatch(r"argument[2-9]", one.name)]
    for one in function.arguments:
        if one in repeated:
            continue
        (line,) = [line for line in section.splitlines() if line.startswith(f"| `{one.name}`")]
        assert one.help.zh in line
        assert one.help.en in line
        assert ("可省略" in line) == one.optional
        assert ("单格" in line) == one.single


@pytest.mark.parametrize(
    ("name", "formula"), [(name, formula) for name, found in MISTAKES.items() for formula in found]
)
def test_a_mistake_is_told_in_the_words_of_the_function(name, formula):
    """The page shows the message of the very call, in both languages."""
    assert formula.startswith(f"{name}(")
    with pytest.raises(CallError) as told:
        calculate(formula)
    section = sections()[name].replace("\\*", "*").replace("&lt;", "<")
    assert told.value.text.zh in section
    assert told.value.text.en in section


def test_every_function_but_one_shows_a_mistake():
    """WL_WHY takes whatever stands in a cell."""
    assert set(FUNCTIONS) - set(MISTAKES) == {"WL_WHY"}
    assert set(DIFFERENCES) <= set(FUNCTIONS)


def test_what_is_no_mistake_is_refused(monkeypatch):
    """A call among the mistakes that works is a fault of the page."""
    monkeypatch.setattr(made, "MISTAKES", {"WL_NET": ("WL_NET(1)",)})
    with pytest.raises(ValueError, match="no mistake"):
        reference()


@pytest.mark.parametrize(
    ("call", "shown"),
    [
        ('WL_MINUTES("14:00","15:30")', "→ **90**"),
        ("WL_CLASS_HOURS(90)", "→ **2**"),
        ("WL_QUOTA_MET(38,72)", "→ **TRUE**"),
        ("WL_GROSS_UP(5000)", "→ **5952.38**"),
        ('WL_CLASS_HOURS({90;"";100})', "→ **2**；**空白 blank**；**2.222222222**"),
    ],
)
def test_an_example_has_its_result(call, shown):
    """A few of them, as a person would reckon them."""
    assert f"`={call}` {shown}" in reference()


def test_a_long_result_is_cut_and_says_how_long_it_is():
    """WL_RULES lists all figures of the rules."""
    rows = len(calculate("WL_RULES()")) - 1
    assert f"……共 {rows} 行。 *… {rows} rows.*" in sections()["WL_RULES"]


def test_what_the_opening_claims_of_texts_and_faults():
    """Texts with a unit, times as texts, and the list of faults are as it says."""
    assert calculate('WL_CLASS_HOURS({"90";"90分钟";"９０"})') == [[2], [2], [2]]
    assert calculate('WL_MINUTES("14:30",0.625)') == [[30]]
    told = calculate('WL_EXPLAIN("WL_CLASS_HOURS",{90;"缺";"没有"})')
    assert [row[0] for row in told[1:]] == ["错误", "错误"]


def test_links_lead_somewhere():
    """Files beside the page are there, headings too."""
    page = reference()
    headings = {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", page, flags=re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", page):
        file, _, heading = target.partition("#")
        if file:
            assert (PAGE.parent / file).exists(), target
        else:
            assert heading in headings, target


def test_the_manual_check_names_no_function_that_is_not():
    """Nor does the README of the samples."""
    for path in (PAGE.with_name("MANUAL-CHECK.md"), ROOT / "samples" / "excel" / "README.md"):
        named = set(re.findall(r"WL_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8")))
        assert named <= set(FUNCTIONS), path.name
