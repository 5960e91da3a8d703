"""The linter of pay sheets: each thing that a finance office sends one back for, and nothing else."""

import contextlib
import json
import zipfile
from decimal import Decimal

import pytest
import spreadsheet
import xlsxwriter

from workload.capitals import yuan_upper
from workload.cli.paylint import workload as command
from workload.errors import InputError
from workload.identity import identity_fault
from workload.privacy import check_digit
from workload.tables.paylint import lint_pay_sheet

HEADER = ["序号", "工号", "姓名", "身份证号", "银行卡号", "咨询数量", "咨询单价", "咨询金额"]
HEADER += ["积分金额", "应发", "预扣个税", "实发", "实发大写"]
NO, ID, NAME, CARD, BANK, HOURS, RATE, AMOUNT, POINTS, GROSS, TAX, NET, UPPER = range(13)
FIRST = 3  # the row of the first person: below a title and the header


def card(number):
    """An invented identity number: of no region that there is, on a day of 1900."""
    first = f"990000190001{number % 28 + 1:02d}{number:03d}"
    return first + check_digit(first)


def account(number):
    """An invented bank number."""
    return f"622000000000{number:07d}"


def person(number, *, hours=10, points="12.50", tax="0"):
    """A row of the sheet, in which all ties."""
    amount, points, tax = Decimal(hours * 60), Decimal(points), Decimal(tax)
    net = amount + points - tax
    figures = [hours, 60, *map(float, (amount, points, amount + points, tax, net))]
    return [number, f"T{number:02d}", f"教师{number:02d}", card(number), account(number), *figures, yuan_upper(net)]


def total(rows):
    """The row of sums."""
    sums = [sum(Decimal(str(row[column])) for row in rows) for column in range(HOURS, UPPER)]
    figures = ["" if column == RATE else float(one) for column, one in enumerate(sums, start=HOURS)]
    return ["合计", "", "", "", "", *figures, yuan_upper(sums[NET - HOURS])]


@pytest.fixture
def lint(tmp_path):
    """``lint(rows)`` writes a pay sheet with xlsxwriter and gives what is found, as (cell, code)."""

    def write(rows, *, header=HEADER, sums=True, change=None, below=(), path=tmp_path / "发放表.xlsx"):
        book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
        sheet = book.add_worksheet("发放表")
        sheet.merge_range(0, 0, 0, len(header) - 1, "心理健康教师课酬发放表")
        for number, row in enumerate([header, *rows, *([total(rows)] if sums else []), *below], start=1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write_number(number, column, value)
        if change is not None:
            change(book, sheet)
        book.close()
        write.told = ""
        found = lint_pay_sheet(path)
        secrets = {str(row[place]) for row in rows if len(row) > BANK for place in (CARD, BANK)} - {"", "None"}
        told = "\n".join(one.in_language(language) for one in found for language in ("zh", "en"))
        write.told = told
        assert not [secret for secret in secrets if secret in told]
        assert all(one.message.zh and one.message.en for one in found)
        return [(one.cell, one.code) for one in found]

    return write


@pytest.fixture
def rows():
    """Three persons."""
    return [person(1), person(2, hours=3), person(3, hours=25, tax="142.50")]


def at(column, row=FIRST):
    """The name of a cell."""
    return f"{spreadsheet.letters(column)}{row}"


def test_a_good_sheet_has_no_fault(lint, rows):
    """A sheet whose rows, sums and capitals tie, with ids as text, is clean, and its title may be merged."""
    footer = [["大写合计：人民币" + total(rows)[UPPER]], ["制表：", "", "审核：", "", "负责人："]]
    assert lint(rows, below=footer) == []


def test_a_gap_between_rows(lint, rows):
    """A blank row between persons, or before the sums, is a fault of its own row."""
    assert lint([rows[0], [], *rows[1:]], sums=False) == [(at(NO, 4), "gap")]


@pytest.mark.parametrize(
    ("area", "found"),
    [
        ((2, 1, 3, 1), at(ID)),  # down over two persons
        ((2, 2, 2, 3), at(NAME)),
        ((1, 5, 1, 6), at(HOURS, 2)),  # within the header
    ],
)
def test_merged_cells(lint, rows, area, found):
    """Cells merged anywhere from the header to the sums are a fault; what was merged away is not filled in."""

    def merge(_, sheet):
        sheet.merge_range(*area, "")
        for column, value in enumerate(HEADER):
            sheet.write_string(1, column, value)
        for row, line in enumerate(rows[:2], start=2):
            for column in (ID, NAME, CARD):
                sheet.write_string(row, column, line[column])

    assert (found, "merged") in lint(rows, change=merge)


@pytest.mark.parametrize("text", ["612.5", "612.50", "¥612.50", "612.50元", " 612.5 "])
def test_a_number_kept_as_text(lint, rows, text):
    """An amount kept as text is one, and still counts where sums are compared."""
    rows[0][GROSS] = text
    assert lint(rows[:1], sums=False) == [(at(GROSS), "number_as_text")]


def test_no_number(lint, rows):
    """A word in place of an amount is a fault; a dash says that there is none."""
    rows[0][POINTS] = "待定"
    rows[1][TAX] = "—"
    assert (at(POINTS), "not_a_number") in lint(rows, sums=False)
    assert (at(TAX, FIRST + 1), "not_a_number") not in lint(rows, sums=False)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (float(card(1)[:17] + "0"), "id_as_number"),
        ("9.90000E+17", "id_scientific"),
        (card(1)[:17], "id_length"),
        (card(1) + "0", "id_length"),
        (card(1)[:17] + ("0" if card(1)[17] != "0" else "1"), "id_check_digit"),
        ("99000019001301001" + check_digit("99000019001301001"), "id_birth"),
        (card(1)[:16] + "A" + card(1)[17], "id_characters"),
    ],
)
def test_an_identity_number(lint, rows, number, code):
    """Each way in which an identity number is spoilt has its own code."""
    rows[0][CARD] = number
    assert lint(rows) == [(at(CARD), code)]


def test_every_single_slip_in_an_identity_number_shows():
    """One digit changed for another is always told: by the check digit, if not before."""
    good = card(7)
    assert identity_fault(good) is None
    assert identity_fault(good.lower()) is None
    for place in range(18):
        for digit in set("0123456789") - {good[place]}:
            assert identity_fault(good[:place] + digit + good[place + 1 :]) is not None


def test_a_passport_under_a_wider_heading(lint, rows):
    """Under 证件号码 other papers stand too: only what looks like an identity number is judged as one."""
    header = ["证件号码" if name == "身份证号" else name for name in HEADER]
    rows[0][CARD] = "E12345678"
    rows[1][CARD] = card(2)[:17]
    assert lint(rows, header=header) == [(at(CARD, FIRST + 1), "id_length")]


@pytest.mark.parametrize(
    ("number", "code"),
    [(6.22e18, "bank_as_number"), ("6.22E+18", "bank_scientific"), ("6220-未办", "bank_characters")],
)
def test_a_bank_number(lint, rows, number, code):
    """A bank number is digits, kept as text."""
    rows[0][BANK] = number
    assert lint(rows) == [(at(BANK), code)]


def test_a_long_number_under_any_heading(lint, rows):
    """A number of so many digits that some are lost is told under whatever heading it stands."""
    header = ["工资系统号" if name == "工号" else name for name in HEADER]
    rows[0][ID] = 6.22e18
    assert (at(ID), "long_number") in lint(rows, header=header)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("陆佰壹拾贰元整", "capitals_differ"),
        ("陆佰壹拾贰元伍角整", None),
        ("人民币：陆佰壹拾贰圆伍角", None),
        ("六百一十二元五角", "capitals_form"),
        ("陆佰拾贰元伍角", "capitals_form"),
    ],
)
def test_capitals_of_a_row(lint, rows, text, code):
    """The capitals of a row say its net, written as the rules ask."""
    rows[0][UPPER] = text
    assert lint(rows) == ([] if code is None else [(at(UPPER), code)])


def test_capitals_below_the_table(lint, rows):
    """An amount in capitals below the table says the sum that its line names, or else either of the two."""
    net, gross = total(rows)[UPPER], yuan_upper(Decimal(str(total(rows)[GROSS])))
    assert lint(rows, below=[["合计（大写）：" + net]]) == []
    assert lint(rows, below=[["应发合计大写", gross]]) == []
    assert lint(rows, below=[["实发合计大写", gross]]) == [("B7", "capitals_differ")]
    assert lint(rows, below=[["大写：壹元整"]]) == [("A7", "capitals_differ")]


@pytest.mark.parametrize(
    ("column", "place", "code"),
    [
        (AMOUNT, AMOUNT, "product"),
        (POINTS, GROSS, "gross"),
        (TAX, NET, "net"),
        (NET, NET, "net"),
        (GROSS, GROSS, "gross"),
    ],
)
def test_a_row_that_does_not_tie(lint, rows, column, place, code):
    """One fen more in one cell of a row is told once, at the amount, gross or net that should follow from others."""
    rows[1][column] = float(Decimal(str(rows[1][column])) + Decimal("0.01"))
    found = [one for one in lint(rows, sums=False) if one[1] != "capitals_differ"]
    assert found == [(at(place, FIRST + 1), code)]


@pytest.mark.parametrize("column", [HOURS, AMOUNT, POINTS, GROSS, TAX, NET])
def test_a_column_that_does_not_tie(lint, rows, column):
    """One fen less in a sum is told there."""

    def less(_, sheet):
        sheet.write_number(FIRST - 1 + len(rows), column, total(rows)[column] - 0.01)

    assert (at(column, FIRST + len(rows)), "column_sum") in lint(rows, change=less)


def test_subtotals(lint, rows):
    """A subtotal sums the rows since the last one, the total all of them."""
    lines = [*rows[:2], ["小计", *total(rows[:2])[1:]], rows[2], ["本页小计", *total(rows[2:])[1:]]]
    assert lint(lines, sums=False, below=[total(rows)]) == []
    lines[-1] = ["本页小计", *total(rows[1:])[1:]]
    assert (at(NET, FIRST + 4), "column_sum") in lint(lines, sums=False)


def test_a_person_twice(lint, rows):
    """The same 工号 in two rows; also two persons with one identity number, or one bank number."""
    again = person(2, hours=1)
    assert lint([*rows, again]) == [
        (at(place, 6), code) for place, code in ((ID, "person_twice"), (CARD, "identity_twice"), (BANK, "bank_twice"))
    ]
    rows[2][BANK] = rows[0][BANK]
    assert lint(rows) == [(at(BANK, 5), "bank_twice")]


def test_hidden_rows_and_columns(lint, rows):
    """An amount that nobody sees on the paper is told, a hidden column of words is not."""

    def hide(_, sheet):
        sheet.set_row(FIRST, None, None, {"hidden": True})
        sheet.set_column(TAX, TAX, None, None, {"hidden": True})
        sheet.set_column(NAME, NAME, None, None, {"hidden": True})

    assert lint(rows, change=hide) == [(at(TAX, 2), "hidden_column"), (at(NO, FIRST + 1), "hidden_row")]


def test_a_hidden_sheet(lint, rows):
    """A hidden sheet with a table of amounts is told."""

    def hide(book, sheet):
        other = book.add_worksheet("底稿")
        for place, value in enumerate(["姓名", "金额", "教师01", 5]):
            other.write(place // 2, place % 2, value)
        other.hide()

    assert ("A1", "hidden_sheet") in lint(rows, change=hide)


def test_error_cells_and_formulas_without_a_value(lint, rows, tmp_path):
    """A cell that shows an error, and a formula that nobody worked out, are told wherever they stand."""

    def spoil(_, sheet):
        sheet.write_formula(FIRST - 1, NET, "=1/0", None, "#DIV/0!")
        sheet.write_formula(20, 20, "=A1", None, "")

    path = tmp_path / "发放表.xlsx"
    assert (at(NET), "error_value") in lint(rows, sums=False, change=spoil, path=path)
    copy = tmp_path / "无值.xlsx"
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(copy, "w") as other:
        for item in book.infolist():
            data = book.read(item)
            other.writestr(item, data.replace(b"<v>#DIV/0!</v>", b"").replace(b't="e"', b""))
    assert (at(NET), "formula_without_value") in {(one.cell, one.code) for one in lint_pay_sheet(copy)}


def test_more_than_two_decimals(lint, rows):
    """An amount that only looks rounded is told; the noise of a sum of floats is not."""
    rows[0][AMOUNT], rows[0][POINTS] = 600.004, 12.5
    assert (at(AMOUNT), "more_than_fen") in lint(rows, sums=False)
    rows[0][AMOUNT] = 600.0000000001
    assert lint(rows, sums=False) == []


# ---------------------------------------------------------------- sheets as schools make them


@pytest.fixture
def told(tmp_path):
    """``told(header, rows)`` writes a small sheet and gives what is found, as (cell, code), and every message."""

    def write(header, *rows, others=()):
        path = tmp_path / "发放表.xlsx"
        book = xlsxwriter.Workbook(str(path))
        for name, lines in (("Sheet1", (header.split(" "), *rows)), *others):
            sheet = book.add_worksheet(name)
            for number, line in enumerate(lines, start=1):
                for column, value in enumerate(line):
                    if value not in (None, ""):
                        (sheet.write_string if isinstance(value, str) else sheet.write_number)(number, column, value)
        book.close()
        found = lint_pay_sheet(path)
        write.messages = "\n".join(one.in_language(language) for one in found for language in ("zh", "en"))
        return [(one.cell, one.code) for one in found]

    return write


SIMPLE = "姓名 应发 扣税 实发"


@pytest.mark.parametrize(
    "number", [card(1), account(1), float(account(1)), "6.22E+18", "6220 0000 0000 0000 001", 13800138000]
)
@pytest.mark.parametrize("column", [1, 2, 3])
def test_a_number_of_a_person_in_a_column_of_money(told, number, column):
    """It is told as what it is, enters no sum, and is in no message, nor is any figure made of it."""
    row = ["教师01", 3000, 440, 2560]
    row[column] = number
    totals = ["合计", 4000, 480, 3520]
    assert told(SIMPLE, row, ["教师02", 1000, 40, 960], totals) == [("BCD"[column - 1] + "3", "long_number")]
    digits = "".join(letter for letter in told.messages if letter.isdigit())
    assert not [part for part in (card(1)[:6], account(1)[:6], "99990000", "0138") if part in digits]
    assert "," not in told.messages.replace(", ", "")


@pytest.mark.parametrize("number", [account(9), float(account(9)), f"身份证 {card(9)}"])
def test_no_message_repeats_a_number_wherever_it_stands(lint, number):
    """In each cell of a person's row, the sums and the header, what is told holds no part of it."""
    good = [HEADER, person(1), person(2, hours=3), total([person(1), person(2, hours=3)])]
    for row in (0, 1, 3):
        for column in range(len(HEADER)):
            spoilt = [[*line] for line in good]
            spoilt[row][column] = number
            with contextlib.suppress(InputError):
                lint(spoilt[1:], header=spoilt[0], sums=False)
            assert not [part for part in ("622000", "990000", "9E+") if part in lint.told.replace(",", "")]


def test_a_number_of_a_person_among_the_sums(told):
    """Neither the sum nor the capitals below repeat it."""
    found = told(SIMPLE, ["教师01", 3000, 440, 2560], ["合计", 3000, float(account(2)), account(2)], ["大写：壹元整"])
    assert [code for _, code in found].count("long_number") == 2
    assert "622" not in told.messages


def test_rows_below_a_sum_are_read(told):
    """Blocks with a sum each are all read; the last sum is that of its block or of all, 总计 and 累计 of all."""
    first, second = ["教师01", 3000, 440, 2560], ["教师02", 1000, 40, 960]
    blocks = [first, ["合计", 3000, 440, 2560], second, ["合计", 1000, 40, 960]]
    assert told(SIMPLE, *blocks, ["总计", 4000, 480, 3520]) == []
    assert told(SIMPLE, *blocks, ["总计", 4000, 480, 3521]) == [("D7", "column_sum")]
    blocks[2] = ["教师01", 1000, 40, 999]
    assert told(SIMPLE, *blocks) == [("A5", "person_twice"), ("D5", "net"), ("D6", "column_sum")]


@pytest.mark.parametrize(
    "below",
    [
        ["大写：贰仟伍佰陆拾元整", "", "", 2560],
        ["合计金额（大写）", "贰仟伍佰陆拾元整", "（小写）", 2560],
        ["实发合计（小写）", "", "", 2560],
        ["制表：", "", "审核：", 2024],
    ],
)
def test_what_stands_below_the_sums_is_no_row(told, below):
    """The sum once more in words and figures, and who signs, are neither persons nor sums of rows."""
    assert told(SIMPLE, ["教师01", 3000, 440, 2560], ["合计", 3000, 440, 2560], below) == []


def test_blocks_apart(told):
    """A blank row and a title between a sum and the next block are no gap; one between persons is."""
    first, second = ["教师01", 3000, 440, 2560], ["教师02", 1000, 40, 960]
    blocks = [first, ["合计", 3000, 440, 2560], [], ["校外"], second, ["合计", 1000, 40, 960]]
    assert told(SIMPLE, *blocks) == []
    assert told(SIMPLE, first, [], second) == [("A4", "gap")]


@pytest.mark.parametrize("label", ["心理中心小计", "本页小计", "小计"])
def test_subtotals_by_any_name(told, label):
    """A subtotal of a unit or a page sums its own rows; 累计 those so far, 合计 all."""
    lines = [["教师01", 3000, 440, 2560], [label, 3000, 440, 2560], ["教师02", 1000, 40, 960], [label, 1000, 40, 960]]
    for sum_of_all in ("累计", "合计"):
        assert told(SIMPLE, *lines, [sum_of_all, 4000, 480, 3520]) == []
        assert told(SIMPLE, *lines, [sum_of_all, 1000, 40, 960]) == [(f"{c}7", "column_sum") for c in "BCD"]


LINES = "姓名 身份证号 银行卡号 课时 标准 金额 签名"


def test_the_simplest_sheet(told):
    """Name and amount are enough: quantity x rate, the sum, its capitals, and a person twice are checked."""
    one, two = ["教师01", card(1), account(1), 10, 60, 600], ["教师02", card(2), account(2), 7.5, 60, 450]
    sums = ["合计", "", "", 17.5, "", 1050]
    assert told(LINES, one, two, sums, ["合计（大写）：壹仟零伍拾元整"]) == []
    assert told(LINES, one, two, sums, ["合计（大写）：壹仟零壹拾元整"]) == [("A6", "capitals_differ")]
    assert told(LINES, one, [*two[:5], 450.01]) == [("F4", "product")]
    assert told(LINES, one, ["教师01", card(1), *two[2:]]) == [("B4", "person_twice")]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "姓名 应发金额 减除费用 应纳税所得额 预扣率 速算扣除数 预扣税额 实发金额",
            (30000, 6000, 24000, 0.3, 2000, 5200, 24800),
        ),
        ("姓名 应发金额 费用扣除 税率 扣税 实发金额", (3000, 800, 0.2, 440, 2560)),
        ("姓名 应发 税金 实发", (3000, 440, 2560)),
        ("姓名 应发 所得税 实发", (3000, 440, 2560)),
        ("姓名 应发金额 扣税 实领金额", (3000, 440, 2560)),
        ("姓名 课酬 补贴 应发合计 个税 扣款合计 实发合计", (900, 100, 1000, 40, 40, 960)),
        ("姓名 课时费 津贴 小计 扣税 实发", (2000, 1000, 3000, 440, 2560)),
        ("姓名 课时 单价 小计 津贴 应发", (10, 60, 600, 5, 605)),
        ("姓名 手机 课时费 交通费 应发", (13812345678, 2000, 100, 2100)),
        ("姓名 课时费 补扣 应发 实发", (1000, 20, 980, 980)),
        ("姓名 课时费 补发 补扣 应发 实发", (1000, 50, -20, 1030, 1030)),
        ("职工姓名 应发工资 扣税 实发工资", (3000, 440, 2560)),
        ("教师 劳务报酬 个税 实发", (3000, 440, 2560)),
        ("姓名 开户行及账号 应发", ("某行 6220000000000000001", 3000)),
    ],
)
def test_headings_of_many_schools(told, header, row):
    """What each column is, is known: a good sheet is clean, and one fen more in its last figure is told."""
    assert told(header, ["教师01", *row]) == []
    if len(row) > 2:
        assert len(told(header, ["教师01", *row[:-1], row[-1] + 0.01])) == 1


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        (
            "日期 讲座主题 姓名 银行卡号 应发 扣税 实发",
            [["11-05", "减压", "甲", account(1), 1000, 40, 960], ["11-12", "睡眠", "甲", account(1), 500, 0, 500]],
        ),
        ("姓名 金额 姓名 金额", [["甲", 100, "丙", 200], ["乙", 101, "丁", 201], ["合计", "", "", 602]]),
        (
            "姓名 应发 实发 姓名 应发 实发",
            [["甲", 5, 5, "丙", 6, 6], ["合计", "", "", "", 11, 11], ["大写：壹拾壹元整"]],
        ),
        (
            "姓名 基本工资 绩效 课时津贴 应发合计 公积金 个税 扣款合计 实发工资",
            [["甲", 3000, 1000, 500, 4500, 300, 5, 305, 4195], ["合计", 3000, 1000, 500, 4500, 300, 5, 305, 4195]],
        ),
        (
            "姓名 积分 每分金额 积分课酬 系数 实发课酬",
            [["甲", 15, 2.5, 37.5, 1.5, 56.25], ["乙", 30, 20, 600, 1, 600], ["合计", 45, "", 637.5, "", 656.25]],
        ),
        ("姓名 课酬 系数 扣税 实发", [["甲", 1000, 1.5, 140, 1360], ["合计", 1000, "", 140, 1360]]),
        ("收款人户名 收款账号 金额", [["甲", account(1), 960]]),
        ("收款人账号 收款人名称 转账金额", [[account(1), "甲", 960]]),
        ("教师 9月课时 合计课时 课酬标准 课酬合计", [["甲", 12, 12, 60, 720], ["总计", 12, 12, "", 720]]),
        ("姓名 课时费 交通费合计 应发", [["甲", 600, 50, 650]]),
    ],
)
def test_sheets_that_are_in_order(told, header, rows):
    """One row an event, halves side by side, wages, a 系数 after the amount, lists for the bank: no fault."""
    assert told(header, *rows) == []
    last = len(header.split(" ")) - 1
    rows[0][last] = rows[0][last] + 1
    if len(rows) > 1:  # and a wrong figure in them is told
        assert told(header, *rows) != []


def test_an_event_entered_twice(told):
    """One person may have several events, but none of them twice; and two persons have not one bank number."""
    header, row = "日期 主题 姓名 银行卡号 应发 实发", ["11-05", "减压", "甲", account(1), 1000, 1000]
    assert told(header, row, row) == [("C4", "person_twice"), ("D4", "bank_twice")]
    assert told(header, row, ["11-06", "睡眠", "乙", account(1), 5, 5]) == [("D4", "bank_twice")]


@pytest.mark.parametrize("name", ["本月应发", "收入额", "9月", "2024年10月", "绩效"])
def test_figures_under_an_unknown_heading(told, name):
    """A column that is mostly numbers is summed, and a number kept as text in it is told."""
    rows = [["甲", 100, 5], ["乙", 200, 6], ["丙", 300, 7], ["合计", 600, 18]]
    header = f"姓名 {name} 实发"
    assert told(header, *rows) == []
    rows[3][1] = 601
    assert told(header, *rows) == [("B6", "column_sum")]
    rows[3][1], rows[0][1] = 600, "100"
    assert told(header, *rows) == [("B3", "number_as_text")]


def test_words_and_codes_are_no_figures(told):
    """A column of remarks or codes is not summed, though a number stands among them; nor is a date one."""
    rows = [["甲", "001", "见附件", 5], ["乙", "002", 50, 6], ["丙", "003", "补", 7], ["合计", "", 3, 18]]
    assert told("姓名 编码 附注 实发", *rows) == []


def test_numbers_under_other_headings(told):
    """公民身份号码 is judged as 身份证号 is."""
    assert told("姓名 公民身份号码 应发", ["教师01", card(1)[:17], 1], ["教师02", 990000190001011, 1]) == [
        ("B3", "id_length"),
        ("B4", "id_as_number"),
    ]


@pytest.mark.parametrize(
    ("label", "cell"),
    [("合计", "壹仟元整"), ("合计（大写）：人民币壹仟元整", ""), ("合计", "人民币壹仟元整（¥1,000.00）")],
)
def test_capitals_without_a_column(told, label, cell):
    """Capitals beside the sum, or in its label, are held against the figures of that row."""
    row = ["教师01", "", 3000, 440, 2560]
    assert told("姓名 备注 应发 扣税 实发", row, [label, cell, 3000, 440, 2560]) == [
        ("B4" if cell else "A4", "capitals_differ")
    ]
    label, cell = (text.replace("壹仟", "贰仟伍佰陆拾") for text in (label, cell))
    assert told("姓名 备注 应发 扣税 实发", row, [label, cell, 3000, 440, 2560]) == []


def test_capitals_by_a_format(told):
    """A figure that only its format shows in capitals is the figure beside it."""
    assert told("姓名 实发 大写", ["教师01", 960, 960]) == []
    assert told("姓名 实发 大写", ["教师01", 960, 970]) == [("C3", "capitals_differ")]


def test_tables_that_are_no_summary(told):
    """A budget or a list of rates beside the pay sheet is left alone; a summary is held against it by column."""
    row = ["教师01", 1000, 40, 960]
    rates = ("标准", [["项目", "职称", "课时费"], ["教学", "教授", 100], ["教学", "讲师", 80]])
    budget = ("经费预算", [["项目", "金额"], ["场地", 50000], ["合计", 50000]])
    assert told(SIMPLE, row, others=[rates, budget]) == []
    header = ["项目", "应发金额", "扣税", "实发金额"]
    assert told(SIMPLE, row, others=[("汇总", [header, ["校外", 1000, 40, 960]])]) == []
    wrong = told(SIMPLE, row, others=[("汇总", [header, ["校外", 1000, 60, 940]])])
    assert wrong == [("C3", "summary"), ("D3", "summary")]


def test_a_header_of_two_rows_without_merges(told):
    """A second row that names columns and nothing else is part of the header."""
    rows = [["", "课时", "单价", "金额"], ["教师01", 10, 60, 600, 40, 560]]
    assert told("姓名 课时费   扣税 实发", *rows) == []
    rows[1][5] = 561
    assert told("姓名 课时费   扣税 实发", *rows) == [("F4", "net")]


def test_a_summary_by_item(lint, rows):
    """A table by item has the same sum as the table of persons."""

    def summary(amount):
        def add(book, _):
            other = book.add_worksheet("汇总")
            for number, row in enumerate((["项目", "金额"], ["咨询", amount], ["积分", 37.5], ["合计", amount + 37.5])):
                other.write_row(number, 0, row)

        return add

    assert lint(rows, change=summary(2280)) == []
    assert lint(rows, change=summary(2280.01)) == [("B4", "summary")]


def test_a_header_of_two_rows(tmp_path):
    """Headings over several columns are read together with those below; their merges are told."""
    path = tmp_path / "两行表头.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for column, name in enumerate(["工号", "姓名"]):
        sheet.merge_range(0, column, 1, column, name)
    sheet.merge_range(0, 2, 0, 4, "咨询")
    sheet.write_row(1, 2, ["课时", "单价", "金额"])
    for column, name in ((5, "应发"), (6, "实发")):
        sheet.merge_range(0, column, 1, column, name)
    sheet.write_row(2, 0, ["T01", "教师01", 2, 60, 120, 120, 119])
    book.close()
    found = [(one.cell, one.code) for one in lint_pay_sheet(path)]
    assert [one for one in found if one[1] != "merged"] == [("G3", "net")]
    assert ("C1", "merged") in found
    assert len([one for one in found if one[1] == "merged"]) == 1  # one thing to be said of a header


@pytest.mark.host("libreoffice")
@pytest.mark.parametrize("ending", ["ods", "xls"])
def test_other_formats(lint, rows, tmp_path, ending):
    """An ods and an xls file are read alike: their faults are those of the xlsx file they were made from."""
    rows[0][CARD], rows[1][NET] = "9.90000E+17", 1.0

    def hide(_, sheet):
        sheet.set_row(FIRST, None, None, {"hidden": True})
        sheet.set_column(TAX, TAX, None, None, {"hidden": True})
        sheet.merge_range(20, 0, 20, 1, "制表")

    path = tmp_path / "发放表.xlsx"
    expected = lint(rows, sums=False, change=hide, path=path)
    assert {code for _, code in expected} >= {"id_scientific", "net", "hidden_row", "hidden_column"}
    other = spreadsheet.recalculated([path], tmp_path, to=ending)[0]
    assert [(one.cell, one.code) for one in lint_pay_sheet(other)] == expected


def test_what_is_no_pay_sheet(tmp_path, workbook, tables):
    """A workbook without such a table is not called clean, and a file that is no workbook is said to be none."""
    with pytest.raises(InputError, match="没有找到发放表"):
        lint_pay_sheet(workbook({"teachers": tables["teachers"]}))
    other = tmp_path / "a.xlsx"
    other.write_text("x", encoding="utf-8")
    with pytest.raises(InputError):
        lint_pay_sheet(other)
    with pytest.raises(InputError):
        lint_pay_sheet(tmp_path / "none.xlsx")


@pytest.mark.parametrize("place", [TAX, NET, GROSS, POINTS])
def test_a_formula_without_a_value_is_told_once(lint, rows, tmp_path, place):
    """Of a cell that nobody worked out no row, sum, summary or amount in capitals is held against another."""
    rows[0][TAX] = rows[0][POINTS] = 12.5
    rows[0][GROSS], rows[0][NET], rows[0][UPPER] = 612.5, 600, yuan_upper(Decimal(600))

    def unworked(book, sheet):
        sheet.write_formula(FIRST - 1, place, "=1/0", None, "#DIV/0!")
        page = book.add_worksheet("汇总")
        for number, line in enumerate((["项目", "金额"], ["咨询", 2280], ["积分", 37.5], ["合计", 2317.5])):
            page.write_row(number, 0, line)

    path = tmp_path / "发放表.xlsx"
    below = [["合计（大写）：" + total(rows)[UPPER]]]
    found = lint(rows, change=unworked, path=path, below=below)
    assert found == [(at(place), "error_value")]


def test_one_form_of_numbers(told):
    """Within a message amounts have thousands separators, those with more than two decimals too."""
    assert ("D3", "net") in told(SIMPLE, ["教师01", 12000.005, 0, 12000])
    assert "这里是 12,000.00，应发减扣款是 12,000.005" in told.messages


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_table_fits_a_terminal(lint, rows, tmp_path, capsys, language):
    """No line of the table is wider than 80 columns; a message goes on below, and says all that JSON says."""
    path = tmp_path / "发放表.xlsx"
    rows[0][CARD], rows[1][BANK], rows[2][GROSS] = 9.9e17, 6.22e18, "612.504"
    lint(rows, path=path)
    command.main(args=["pay-lint", str(path), "--lang", language], standalone_mode=False)
    told = capsys.readouterr().out
    assert max(sum(1 if letter.isascii() else 2 for letter in line) for line in told.splitlines()) <= 80
    for fault in lint_pay_sheet(path):
        last = fault.message.get(language).split()[-1][-6:]
        assert last in told.replace("\n", "").replace(" ", "") or last in told


@pytest.mark.parametrize("how", ["table", "json", "csv", "md"])
def test_the_verb(lint, rows, tmp_path, capsys, how):
    """``pay-lint`` shows sheet, cell, code and message in every format; its code is 2 with faults and 0 without."""
    path = tmp_path / "发放表.xlsx"
    arguments = ["pay-lint", str(path), "--format", how]
    lint(rows, path=path)
    assert command.main(args=arguments, standalone_mode=False) == 0
    clean = capsys.readouterr().out
    rows[0][CARD] = "9.90000E+17"
    lint(rows, path=path)
    assert command.main(args=arguments, standalone_mode=False) == 2
    told = capsys.readouterr().out
    assert all(word in told and word not in clean for word in ("D3", "id_scientific", "科学计数法"))
    assert "9.90000E" not in told
    if how == "json":
        assert json.loads(clean) == {"faults": []}
        assert json.loads(told)["faults"][0].keys() == {"sheet", "cell", "code", "message"}


def test_the_verb_and_what_it_cannot_read(tmp_path, capsys):
    """A file that is no pay sheet is bad input: code 2, with what to do, and no traceback."""
    path = tmp_path / "无.xlsx"
    assert command.main(args=["pay-lint", str(path)], standalone_mode=False) == 2
    assert "找不到这个文件" in capsys.readouterr().err
