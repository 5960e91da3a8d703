"""Chinese capitals: the rules' own examples, there and back over every fen, what is refused; and as a formula."""

from decimal import Decimal

import pytest
import spreadsheet
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from excel_addin.calling import call
from excel_addin.cells import BadValuesError
from workload.capitals import yuan_from_upper, yuan_upper
from workload.documents.payformulas import upper_formula
from workload.errors import WorkloadError

DIGITS = "零壹贰叁肆伍陆柒捌玖"
# Amounts with many zeros, where the rules are, and others of every length.
ANY = st.integers(0, 10**14 - 1)
SPARSE = st.lists(st.sampled_from("0000123456789"), min_size=1, max_size=14).map(lambda digits: int("".join(digits)))
FEN = ANY | SPARSE


def amount(fen):
    return Decimal(fen).scaleb(-2)


# 《支付结算办法》附一 第三条, with every form that it allows: the first is the one that is written.
RULES = {
    "1409.50": ["壹仟肆佰零玖元伍角"],
    "6007.14": ["陆仟零柒元壹角肆分"],
    "1680.32": ["壹仟陆佰捌拾元零叁角贰分", "壹仟陆佰捌拾元叁角贰分"],
    "107000.53": ["壹拾万柒仟元零伍角叁分", "壹拾万零柒仟元伍角叁分"],
    "16409.02": ["壹万陆仟肆佰零玖元零贰分"],
    "325.04": ["叁佰贰拾伍元零肆分"],
}
OTHERS = {
    "0": "零元整",
    "0.01": "壹分",
    "0.10": "壹角",
    "1": "壹元整",
    "10": "壹拾元整",
    "10.05": "壹拾元零伍分",
    "100": "壹佰元整",
    "1000.50": "壹仟元零伍角",
    "1001": "壹仟零壹元整",
    "10000": "壹万元整",
    "10001": "壹万零壹元整",
    "10100": "壹万零壹佰元整",
    "11000": "壹万壹仟元整",
    "100000": "壹拾万元整",
    "10000000": "壹仟万元整",
    "100000000": "壹亿元整",
    "100000001": "壹亿零壹元整",
    "100010000": "壹亿零壹万元整",
    "101000000": "壹亿零壹佰万元整",
    "110000000": "壹亿壹仟万元整",
    "100001000": "壹亿零壹仟元整",
    "1010101010.10": "壹拾亿壹仟零壹拾万壹仟零壹拾元零壹角",
    "999999999999.99": "玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分",
    "-1680.32": "负壹仟陆佰捌拾元零叁角贰分",
}


@pytest.mark.parametrize("figure", RULES)
def test_the_rules_own_examples(figure):
    """The form that the rules name first is written, and each that they name is read."""
    assert yuan_upper(Decimal(figure)) == RULES[figure][0]
    assert {yuan_from_upper(text) for text in RULES[figure]} == {Decimal(figure)}


@pytest.mark.parametrize(("figure", "text"), OTHERS.items())
def test_other_amounts(figure, text):
    """Edges of 万 and 亿, zeros in each place, single fen, the largest, one below 0."""
    assert yuan_upper(Decimal(figure)) == text
    assert yuan_from_upper(text) == Decimal(figure)


@given(FEN, st.booleans())
def test_there_and_back(fen, negative):
    """What is written is read as the same amount, to the fen."""
    figure = amount(-fen if negative else fen)
    assert yuan_from_upper(yuan_upper(figure)) == figure


@given(FEN)
def test_what_is_written_keeps_the_rules(fen):
    """No zero twice, none first before 元; 整 after 元 and nowhere else; every digit that is not 0 once, in order."""
    text = yuan_upper(amount(fen))
    assert "零零" not in text
    assert not text.startswith("零") or text == "零元整"
    assert text.endswith("整") == text[:-1].endswith("元")
    assert [digit for digit in text if digit in DIGITS[1:]] == [DIGITS[int(one)] for one in str(fen) if one != "0"]


@given(FEN, FEN)
def test_no_two_amounts_are_written_alike(one, other):
    """The capitals tell amounts apart."""
    assert (yuan_upper(amount(one)) == yuan_upper(amount(other))) == (one == other)


@pytest.mark.parametrize(
    "text",
    [
        "人民币叁佰元整",
        "人民币：叁佰圆正",
        "大写：人民币叁佰元",
        "人民币（大写）叁佰圆整",
        " 叁 佰 元 整 ",
        "叁佰圓整",
        "叄佰元整",
    ],
)
def test_usual_variants(text):
    """圆 and traditional characters, 正, no 整, the words before it, spaces."""
    assert yuan_from_upper(text) == 300


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("叁佰元零角伍分", "300.05"),
        ("叁佰元零角零分", "300"),
        ("壹佰元叁角零分", "100.30"),
        ("壹拾元零角伍分", "10.05"),
        ("零元零角伍分", "0.05"),
        ("壹佰元整（¥100.00）", "100"),
        ("人民币壹仟元整(小写:1,000.00元)", "1000"),
        ("弍佰元整", "200"),
        ("负人民币壹佰元整", "-100"),
        ("人民币负壹佰元整", "-100"),
    ],
)
def test_forms_of_ready_made_sheets(text, figure):
    """A form with a place for each digit, the figure in brackets behind it, 弍, and 负 on either side of 人民币."""
    assert yuan_from_upper(text) == Decimal(figure)


def test_other_numbers():
    """A whole number is an amount as well; a float, which is none to the fen, is refused by a sentence."""
    assert yuan_upper(5) == "伍元整"
    with pytest.raises(WorkloadError, match="应为金额"):
        yuan_upper(5.5)


@pytest.mark.parametrize(
    "text",
    ["", "三百元", "300元", "叁佰", "佰元", "拾元整", "叁叁元", "元整", "叁佰元整零", "叁角贰元", "壹分壹角", "亿元"],
)
def test_what_is_no_amount(text):
    """What is no amount in capitals is refused with an example of one."""
    with pytest.raises(WorkloadError, match="不是人民币大写金额"):
        yuan_from_upper(text)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("壹仟伍元整", "壹仟零伍元整"),
        ("叁佰元伍分", "叁佰元零伍分"),
        ("叁佰元伍分整", "叁佰元零伍分"),
        ("壹零元整", "壹元整"),
        ("叁佰零贰拾元整", "叁佰贰拾元整"),
    ],
)
def test_not_as_the_rules_ask(text, right):
    """An amount that can be read but is not written as the rules ask is refused, and told how it is written."""
    with pytest.raises(WorkloadError, match=right):
        yuan_from_upper(text)


@pytest.mark.parametrize("figure", ["0.001", "1000000000000", "NaN", "Infinity", "1E-5"])
def test_amounts_out_of_bounds(figure):
    """Nothing is rounded or cut off: such an amount is refused."""
    with pytest.raises(WorkloadError):
        yuan_upper(Decimal(figure))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("¥1,680.32", "壹仟陆佰捌拾元零叁角贰分"),
        ("－5", "负伍元整"),
        ("￥-5.50元", "负伍元伍角"),
        (999999999.99, "玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"),
        (-101010101.10, "负壹亿零壹佰零壹万零壹佰零壹元壹角"),
        ("101,010,101.10", "壹亿零壹佰零壹万零壹佰零壹元壹角"),
        (1234567.91 + 0.01, "壹佰贰拾叁万肆仟伍佰陆拾柒元玖角贰分"),
    ],
)
def test_in_excel(cell, text):
    """``WL_YUAN_UPPER`` takes an amount with ¥ and either minus before it."""
    assert call("WL_YUAN_UPPER", (cell,)) == [[text]]


@pytest.mark.parametrize("cell", [1e9, 13800138000, "-1,000,000,000", 123456789.125, "--5", "¥", True])
def test_what_excel_refuses(cell):
    """What is too large (a telephone number, say), finer than a fen or no amount is refused, not cut off."""
    with pytest.raises(BadValuesError):
        call("WL_YUAN_UPPER", (cell,))


@pytest.mark.host("libreoffice")
def test_as_a_formula(tmp_path):
    """The formula of the pay sheet gives what the library writes, for edges and for amounts of every length."""
    fens = [int(Decimal(figure).scaleb(2)) for figure in (*RULES, *OTHERS)]
    fens += [place * 10**power + rest for power in range(13) for place in (1, 9) for rest in (0, 1, 10, 500, 70_000)]
    fens += [
        int("".join(digit if (7 * place + power) % 3 else "0" for place, digit in enumerate("48210573692814"[power:])))
        for power in range(13)
    ]
    figures = [float(amount(fen)) for fen in fens if abs(fen) < 10**14]
    path = tmp_path / "大写.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for row, figure in enumerate(figures):
        sheet.write_number(row, 0, figure)
        expected = yuan_upper(Decimal(str(figure)).quantize(Decimal("0.01")))
        sheet.write_formula(row, 1, upper_formula(f"$A${row + 1}"), None, expected)
    book.close()
    other = spreadsheet.recalculated([path], tmp_path)[0]
    assert len(spreadsheet.cells(path)) == len(figures) > 150
    assert list(spreadsheet.differences(path, other)) == []
