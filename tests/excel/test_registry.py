"""The registry: names that every host can bear, help that Excel can show, and examples that give what they promise."""

import keyword
import re

import pytest

from excel_addin.calling import call
from excel_addin.cells import CallError
from excel_addin.registry import CATEGORY, FUNCTIONS, LONGEST_HELP, MOST_EXPLAINED
from excel_addin.settings import Settings

PREFIX = "WL_"
EACH = list(FUNCTIONS.values())
named = pytest.mark.parametrize("function", EACH, ids=lambda function: function.name)
in_language = pytest.mark.parametrize("language", ["zh", "en"])

# The functions of the contract, with their arguments in order; those in brackets may be left out.
CONTRACT = {
    "WL_MINUTES": "start end",
    "WL_CLASS_HOURS": "minutes [partial_unit]",
    "WL_POINTS": "title [events]",
    "WL_SHORTFALL": "account class_hours",
    "WL_QUOTA_MET": "counseling teaching",
    "WL_EXPERIENCE_YEARS": "years counseling teaching evaluations",
    "WL_EXPERIENCE_WINDOWS": "years counseling teaching evaluations",
    "WL_EXPERIENCE_NEEDED": "years counseling teaching evaluations as_of",
    "WL_LEDGER": "activities [teachers] [titles]",
    "WL_SUMMARY": "activities [teachers] [titles] [year]",
    "WL_CHECK": "activities [teachers]",
    "WL_TRAINING_SHORTFALL": "employment hours",
    "WL_STAFF_REQUIRED": "students employment",
    "WL_FUNDING_REQUIRED": "students",
    "WL_AREA_REQUIRED": "students",
    "WL_WITHHOLDING": "gross [paid_this_month]",
    "WL_NET": "gross [paid_this_month]",
    "WL_GROSS_UP": "net",
    "WL_PAY": "class_hours rate",
    "WL_YUAN_UPPER": "amount",
    "WL_RULE": "name [date]",
    "WL_RULES": "[date]",
    "WL_EXPLAIN": "function [argument1] [argument2] [argument3] [argument4] [argument5] [argument6]",
}
# What the contract calls by a word of VBA, which cannot be the name of an argument there.
RENAMED = {
    "start": "start_time",  # so that it stands beside end_time
    "end": "end_time",
    "name": "rule_name",
    "date": "on_date",
    "function": "function_name",
}
BEYOND_THE_CONTRACT = {"WL_WHY"}  # why a cell shows an error, where the host does not say so by itself
ADDED = {
    "WL_CHECK": "[titles] [appointments]",  # so that it can tell of a lecture before any title
    "WL_LEDGER": "[appointments]",  # and a day outside the appointment be set aside
    "WL_SUMMARY": "[appointments]",
}

VBA_WORDS = """
abs addressof alias and any appactivate array as asc attribute base beep binary boolean byref byte byval call
case cbool cbyte ccur cdate cdbl cdec chdir chdrive chr cint circle class clng clnglng clngptr close command
compare const csng cstr currency curdir cvar cverr date debug decimal declare defbool defbyte defcur defdate
defdbl defint deflng deflnglng deflngptr defobj defsng defstr defvar dim dir do doevents double each else
elseif empty end endif enum environ eof eqv erase error event exit explicit false filecopy fix for format
freefile friend function get global gosub goto if imp implements in input instr instrrev int integer is kill
lbound left len let lib like line load loc local lock lof long longlong longptr loop lset ltrim me mid mkdir
mod module name new next not nothing null object oct on open option optional or output paramarray preserve
print private property pset public put raiseevent random randomize read redim rem reset resume return rgb
right rmdir rnd rset rtrim scale seek select sendkeys set setattr sgn shared shell single spc split sqr static
step stop str strcomp string sub switch tab text then time timer to trim true type typeof ubound ucase unload
unlock until val variant wend while width with withevents write xor
"""
VBA = frozenset(VBA_WORDS.split())
# Names of Excel 4 macro functions, by which Excel takes a formula for a macro.
EXCEL_4_WORDS = """
absref active.cell add.bar add.command add.menu add.toolbar alert app.title argument beep break call caller
cancel.key check.command close.all custom.repeat delete.bar directories documents echo else else.if
enable.command end.if error evaluate exec execute fclose files fopen for formula fpos fread fsize fwrite
get.bar get.cell get.document get.formula get.name get.note get.workbook get.workspace goto group halt help if
initiate input last.error links message names next note on.data on.key on.time on.window poke register reftext
relref request result return run save.as scenario.get select selection send.keys set.name set.value show.bar
spelling step terminate text.box textref unregister view.get volatile wait while window.title windows
workbook.select
"""
EXCEL_4 = frozenset(EXCEL_4_WORDS.split())


# ---------------------------------------------------------------- names


@named
def test_a_name_is_plain(function):
    """ASCII capitals, digits and underscores, with the prefix, three letters or more, and no more than Excel takes."""
    assert re.fullmatch(r"[A-Z][A-Z0-9_]+", function.name)
    assert function.name.startswith(PREFIX)
    assert len(function.name) >= len(PREFIX) + 3
    assert len(function.name) <= 64
    assert FUNCTIONS[function.name] is function


@named
def test_a_name_is_no_cell(function):
    """No name reads as a cell, in either of Excel's notations."""
    for name in (function.name, *(argument.name for argument in function.arguments)):
        assert not re.fullmatch(r"\$?[A-Za-z]{1,3}\$?\d+", name)
        assert not re.fullmatch(r"[Rr]\d*[Cc]\d*", name)


@named
def test_a_name_means_nothing_else(function):
    """No name is a word of VBA or an Excel 4 macro function."""
    for name in (function.name, function.name.removeprefix(PREFIX).replace("_", ".")):
        assert name.casefold() not in EXCEL_4 | VBA


def test_names_are_unique_whatever_their_case():
    """Excel and VBA make no difference between capitals and small letters."""
    assert len({name.casefold() for name in FUNCTIONS}) == len(FUNCTIONS)


@named
def test_arguments_have_names_that_vba_takes(function):
    """ASCII, a letter first, unique whatever their case, no word of VBA or Python, not the function's own name."""
    names = [argument.name for argument in function.arguments]
    for name in names:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert len(name) >= 3
        assert name not in VBA
        assert not keyword.iskeyword(name)
        assert name.casefold() != function.name.casefold()
    assert len({name.casefold() for name in names}) == len(names)


@named
def test_what_may_be_left_out_comes_last(function):
    """No required argument follows one that may be left out."""
    optional = [argument.optional for argument in function.arguments]
    assert optional == sorted(optional)
    assert function.required == optional.count(False)


# ---------------------------------------------------------------- the contract


@pytest.mark.parametrize("name", CONTRACT)
def test_the_contracts_functions_are_there(name):
    """Each function with the contract's arguments in order; what it brackets, and what was added, may be left out."""
    function = FUNCTIONS[name]
    promised = []
    for argument in f"{CONTRACT[name]} {ADDED.get(name, '')}".split():
        plain = argument.strip("[]")
        promised.append((RENAMED.get(plain, plain), argument != plain))
    assert [(argument.name, argument.optional) for argument in function.arguments] == promised


def test_no_function_beside_the_contracts_goes_unsaid():
    """What is more than the contract names is named here."""
    assert set(FUNCTIONS) == set(CONTRACT) | BEYOND_THE_CONTRACT


def test_an_argument_was_renamed_for_a_reason():
    """Only words of VBA, and their twin, have another name than in the contract."""
    assert {name for name in RENAMED if name not in VBA} == {"start"}


def test_every_function_can_be_explained():
    """WL_EXPLAIN takes as many arguments as any other function has, and those that give a table tell their steps."""
    others = [function for function in EACH if function.name not in ("WL_EXPLAIN", "WL_WHY")]
    assert max(len(function.arguments) for function in others) <= MOST_EXPLAINED
    assert all(function.steps is not None for function in others if function.shape != "elementwise")


ELEMENTWISE = (
    "WL_MINUTES WL_CLASS_HOURS WL_POINTS WL_SHORTFALL WL_QUOTA_MET WL_TRAINING_SHORTFALL WL_STAFF_REQUIRED "
    "WL_FUNDING_REQUIRED WL_AREA_REQUIRED WL_WITHHOLDING WL_NET WL_GROSS_UP WL_PAY WL_YUAN_UPPER"
)
SINGLE = {("WL_CLASS_HOURS", "partial_unit")}


def test_the_shapes_are_those_of_the_contract():
    """What the contract calls elementwise is; all its arguments may be ranges but for a choice of reading."""
    assert {function.name for function in EACH if function.shape == "elementwise"} == set(ELEMENTWISE.split())
    for function in EACH:
        if function.shape == "elementwise":
            single = {(function.name, argument.name) for argument in function.arguments if argument.single}
            assert single <= SINGLE


# ---------------------------------------------------------------- help


@named
@in_language
def test_help_is_short_and_whole(function, language):
    """At most 255 letters: a sentence that ends as one does, and an example with the function's own name."""
    text = function.help(language)
    assert len(text) <= LONGEST_HELP == 255
    summary = function.summary.get(language)
    assert summary[-1] in "。."
    assert text.startswith(summary)
    label = "例：" if language == "zh" else " Example: "
    assert text.removeprefix(summary).startswith(f"{label}={function.name}(")
    assert text.endswith(")")
    assert text.isprintable()


@named
@in_language
def test_each_argument_has_a_line_of_help(function, language):
    """At most 255 letters on one line, without a stop at its end."""
    for argument in function.arguments:
        text = argument.help.get(language)
        assert 2 <= len(text) <= LONGEST_HELP
        assert text.isprintable()
        assert text == text.strip()
        assert text[-1] not in "。.,，；;"


@named
def test_help_says_more_than_the_name(function):
    """No two arguments of a function share their help, and no two functions their summary."""
    helps = [argument.help.zh for argument in function.arguments]
    assert len(set(helps)) == len(helps)
    assert [other.summary.zh for other in EACH].count(function.summary.zh) == 1


def test_the_category_has_a_name_in_both_languages():
    """And neither is too long for the wizard's list."""
    assert CATEGORY.zh == "工作量"
    assert CATEGORY.en.isascii()


# ---------------------------------------------------------------- examples: a reader of its own for constants

TOKEN = re.compile(r'"(?:[^"]|"")*"|[-+]?\d+(?:\.\d+)?|[A-Za-z_][A-Za-z0-9_]*|[{}(),;]')


def constant(word):
    """A text, a number or a truth value; anything else is a reference, which an example gives for a cell."""
    if word.startswith('"'):
        return word[1:-1].replace('""', '"')
    if word in ("TRUE", "FALSE"):
        return word == "TRUE"
    if re.fullmatch(r"[A-Z]+\d+", word):
        return None
    return float(word) if "." in word else int(word)


def parsed(formula):
    """The name and the arguments of a formula of constants: ``F("x",{1,2;3,4})``."""
    tokens = TOKEN.findall(formula)
    assert "".join(tokens) == formula, "nothing but constants, without blanks"
    name, opening, *inner, closing = tokens
    assert (opening, closing) == ("(", ")")
    arguments, place = [], 0
    while place < len(inner):
        if inner[place] == "{":
            rows = [[]]
            place += 1
            while inner[place] != "}":
                if inner[place] == ";":
                    rows.append([])
                elif inner[place] != ",":
                    rows[-1].append(constant(inner[place]))
                place += 1
            assert len({len(row) for row in rows}) == 1
            arguments.append(rows)
        else:
            arguments.append([[constant(inner[place])]])
        place += 1
        assert place == len(inner) or inner[place] == ","
        place += 1
    return name, arguments


def test_the_reader_of_examples():
    """Texts with quotes in them, arrays by rows and columns, numbers below 0."""
    assert parsed('F("a""b",{1,2;-3.5,TRUE},A1)') == ("F", [[['a"b']], [[1, 2], [-3.5, True]], [[None]]])
    assert parsed("F()") == ("F", [])


GIVES = {
    "WL_MINUTES": 90,
    "WL_CLASS_HOURS": 2,
    "WL_POINTS": 40,
    "WL_SHORTFALL": 2,
    "WL_QUOTA_MET": True,
    "WL_EXPERIENCE_YEARS": 1,
    "WL_TRAINING_SHORTFALL": 5,
    "WL_STAFF_REQUIRED": 6,
    "WL_FUNDING_REQUIRED": 300_000,
    "WL_AREA_REQUIRED": 300,
    "WL_WITHHOLDING": 1600,
    "WL_NET": 8400,
    "WL_GROSS_UP": 5952.38,
    "WL_PAY": 2310,
    "WL_YUAN_UPPER": "壹仟陆佰捌拾元零叁角贰分",
    "WL_RULE": 38,
    "WL_WHY": "",
}


@named
@in_language
def test_an_example_gives_what_it_should(function, language):
    """The example that the help shows calls the function with as many arguments as it takes, and has a result."""
    formula = function.help(language).rpartition("=")[2]
    name, arguments = parsed(formula)
    assert name == function.name
    assert function.required <= len(arguments) <= len(function.arguments)
    found = call(name, arguments, Settings(language=language))
    if name in GIVES:
        assert found == [[GIVES[name]]]
        assert type(found[0][0]) in (type(GIVES[name]), float)
    else:
        assert function.shape == "grid"
        assert len(found) >= 2
        assert all(isinstance(cell, str) and cell for cell in found[0])


@named
def test_without_its_required_arguments_a_function_is_blank_or_says_so(function):
    """Called with nothing at all, a function gives a blank cell, all its figures, or a message."""
    try:
        found = call(function.name, [], Settings())
    except CallError as error:
        assert "缺少" in error.text.zh  # noqa: PT017  # either is well
    else:
        assert found == [[""]] or function.required == 0
