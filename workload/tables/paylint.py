"""A pay sheet (发放表) as a finance office takes it: what would make its import fail, or its sums doubtful.

Any workbook is read, whoever made it; the tables are found by the headings that such sheets commonly have (应发, 实发,
金额, 姓名, 身份证号, 银行卡号 …). Identity and bank numbers are looked at where they stand. No message repeats one, not
even where it does not belong, and nothing of a sheet is kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from attrs import field, frozen

from workload.capitals import yuan_from_upper, yuan_upper
from workload.errors import WorkloadError
from workload.exact import rounded, shown
from workload.identity import FAULTS as IDENTITY_FAULTS
from workload.identity import bank_fault, identity_fault
from workload.tables.cells import FLOAT_NOISE, BadCell, Cell, blank, plain
from workload.tables.package import cell_reference, unusable
from workload.tables.payheadings import FIGURES, MONEY, SUMMED, Role, heading
from workload.tables.paytables import TOO_LARGE, Sheet, Table, Total, figure, is_long, read_sheets, tables_of
from workload.text import Text
from workload.tomlfile import FEN_PLACES

_NOTHING = frozenset({"-", "—", "——", "/", "\\", "无"})
_CAPITALS = re.compile(
    r"负?(?:人民币)?[负零壹贰叁肆伍陆柒捌玖拾佰仟万亿貳弍弐陸參叄億萬]+[元圆圓角分]"
    r"[负零壹贰叁肆伍陆柒捌玖角分元圆圓整正\s]*"
)
_LONG_NUMBER = 10**14  # an identity or bank number that became a number, in a column of no figures
_DOCUMENT_DIGITS = range(15, 20)  # a text of so many digits is taken for an identity number
_CARDLIKE = re.compile(r"\d+[Xx]?")
_FEN = Fraction(1, 10**FEN_PLACES)
# A table by item, or a list of single lines, that says of itself that its sums are those of the pay sheet.
_SUMMARY = re.compile(r"汇总|按项目|明细|清单|个税|所得税|byitem|summary|lines|^tax")


_SAID: Mapping[str, Text] = MappingProxyType(
    {
        **{str(code): text for code, text in IDENTITY_FAULTS.items()},
        "gap": Text("表中有空行；数据行之间不得空行", "a blank row within the table; leave none"),
        "hidden_sheet": Text(
            "隐藏的工作表中有金额；请取消隐藏，或删除这张表", "a hidden sheet holds amounts; show it or delete it"
        ),
        "hidden_row": Text("隐藏行中有金额；请取消隐藏或删除", "a hidden row holds amounts; show it or delete it"),
        "hidden_column": Text(
            "隐藏列中有金额；请取消隐藏或删除", "a hidden column holds amounts; show it or delete it"
        ),
        "number_as_text": Text(
            "数字存成了文本，求和会漏掉它；请改成数值",
            "a number kept as text, which a sum leaves out; make it a number",
        ),
        "not_a_number": Text(
            "应为数值（金额），不是文字、日期、时间或真假值", "takes a number: not a text, date, time or truth value"
        ),
        "more_than_fen": Text(
            "金额有两位以上的小数；请用 ROUND(…,2) 算到分，不要只改显示格式",
            "an amount with more than two decimals; round it with ROUND(…,2), not by its format alone",
        ),
        "id_as_number": Text(
            "证件号存成了数字，15位以后已丢失；请把该列设为文本后按原件重新录入",
            "an identity number kept as a number loses its digits after the 15th; make it text and enter it anew",
        ),
        "bank_as_number": Text(
            "银行卡号存成了数字，可能丢失位数或前面的0；请把该列设为文本后重新录入",
            "a bank number kept as a number may lose digits; make it text and enter it anew",
        ),
        "figure_long_number": Text(
            "位数太多，不是金额，像证件号、卡号或电话；请核对是否错列，号码请存为文本，放在自己的列",
            "too many digits for an amount: perhaps an identity, bank or telephone number in a wrong column; make it "
            "text, in a column of its own",
        ),
        "long_number": Text(
            "15位以上的号码存成了数字，位数会丢失；请把该列设为文本后重新录入",
            "a number of 15 digits or more loses some; make it text and enter it anew",
        ),
    }
)


@frozen
class LintFault:
    """One thing in one cell of a pay sheet: a ``code`` for programs, and a ``message`` that says what is accepted."""

    sheet: str
    cell: str
    code: str
    message: Text

    def in_language(self, language: Literal["zh", "en"] = "zh") -> str:
        """The fault as one line.

        >>> LintFault("发放表", "C5", "gap", Text("空行", "a blank row")).in_language()
        '发放表!C5：空行'
        """
        return f"{self.sheet}!{self.cell}{'：' if language == 'zh' else ': '}{self.message.get(language)}"


def lint_pay_sheet(path: str | Path) -> tuple[LintFault, ...]:
    """What is wrong with the tables of a pay sheet, in the order of its sheets and cells.

    Gaps between rows, merged cells, numbers kept as text, identity and bank numbers kept as numbers or not valid
    (GB 11643-1999) or in a column of money, amounts in capitals that are not the figure (《支付结算办法》附一),
    quantity x rate that is not the amount, totals that do not tie, a person twice, amounts in hidden rows or columns,
    error cells, formulas without a value, more than two decimals.

    Raises:
        InputError: the file cannot be read, or holds no table that looks like a pay sheet.
        MissingExtraError: a package that reads workbooks is not installed.

    >>> from tempfile import TemporaryDirectory
    >>> import xlsxwriter
    >>> with TemporaryDirectory() as folder:
    ...     with xlsxwriter.Workbook(f"{folder}/发放表.xlsx") as book:
    ...         sheet = book.add_worksheet("发放表")
    ...         for place, row in enumerate([("姓名", "应发", "个税", "实发"), ("教师01", 1000, 40, 970)]):
    ...             _ = sheet.write_row(place, 0, row)
    ...     print(*(one.in_language() for one in lint_pay_sheet(f"{folder}/发放表.xlsx")))
    发放表!D2：这里是 970.00，应发减扣款是 960.00
    """
    path = Path(path)
    sheets = tuple(read_sheets(path))
    tables = [table for sheet in sheets for table in tables_of(sheet)]
    if not tables:
        raise unusable(
            path,
            "没有找到发放表：表头应有“金额”“应发”“实发”一类的列，和“姓名”“工号”或“项目”",
            "holds no pay sheet: a header needs columns such as 金额, 应发, 实发 and 姓名, 工号 or 项目",
        )
    found = [fault for sheet in sheets for fault in _sheet_faults(sheet, [one for one in tables if one.sheet is sheet])]
    for table in tables:
        found += _Checks(table).faults()
    found += _summaries(tables)
    order = {sheet.shown: place for place, sheet in enumerate(sheets)}
    unique = dict.fromkeys((order[one.sheet], place, one) for one, place in found)
    return tuple(one for _, _, one in sorted(unique, key=lambda key: (key[0], key[1], key[2].code)))


_Place = tuple[int, int]
_Found = tuple[LintFault, _Place]


def _fault(sheet: Sheet, row: int, column: int, code: str, message: Text | None = None) -> _Found:
    """A fault of a cell, with its place."""
    return LintFault(sheet.shown, cell_reference(row, column), code, message or _SAID[code]), (row, column)


# ---------------------------------------------------------------- checks of a sheet


def _sheet_faults(sheet: Sheet, tables: Sequence[Table]) -> Iterator[_Found]:
    for number, row in sheet.rows.items():
        for column, cell in enumerate(row, start=1):
            if isinstance(cell, BadCell):
                yield _fault(sheet, number, column, cell.code, cell.text)
    if sheet.hidden and tables:
        yield _fault(sheet, tables[0].header, 1, "hidden_sheet")
    for number, row in sheet.rows.items():
        table = next((one for one in reversed(tables) if one.header < number and one.sums()), None)
        if table is None:
            continue
        seen = {"capitals", "name"} if number in table.rows else {"capitals"}  # 陆元 may be a name
        for column, cell in enumerate(row, start=1):
            if isinstance(cell, str) and (number > table.last or table.columns.get(column) not in seen):
                yield from _capitals_beside(table, number, column, cell)


def _capitals_beside(table: Table, row: int, column: int, cell: str) -> Iterator[_Found]:
    """An amount in capitals outside a column of them, such as 合计（大写）: its own row's figure, or the sums above."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", cell))
    match = _CAPITALS.search(text)
    if match is None or (len(match[0]) < len(text) and "大写" not in text and "人民币" not in text):
        return
    if row in table.rows or any(row == total.row for total in table.totals):
        sums = _sums(table, [row])
    elif row > table.last or not table.totals:
        sums = _sums(table, table.rows)
    else:  # of a block in the midst of the table
        above = [total for total in table.totals if total.row < row]
        sums = _sums(table, above[-1].over[0] if above else table.rows)
    sums.pop("tax", None)
    line = "".join(str(one) for one in table.sheet.rows[row] if isinstance(one, str))
    names: tuple[tuple[Role, str], ...] = (("net", "实发"), ("gross", "应发"))
    wanted = [sums[name] for name, word in names if word in line and name in sums]
    yield from _capitals_fault(table.sheet, (row, column), match[0], wanted or list(sums.values()))


def _capitals_fault(sheet: Sheet, place: _Place, text: str, figures: Sequence[Fraction]) -> Iterator[_Found]:
    """Where an amount in capitals cannot be read, or is none of the figures."""
    try:
        amount = yuan_from_upper(text)
    except WorkloadError as error:
        yield _fault(sheet, *place, "capitals_form", error.text)
        return
    yield from _capitals_differ(sheet, place, Fraction(amount), figures)


def _capitals_differ(sheet: Sheet, place: _Place, amount: Fraction, figures: Sequence[Fraction]) -> Iterator[_Found]:
    if not figures or amount in figures:
        return
    said, wanted, right = _money(amount), _money(figures[0]), _in_capitals(figures[0])
    zh = f"大写是 {said}，数字是 {wanted}；应写成 {right}"
    en = f"the capitals say {said}, the figure is {wanted}; write {right}"
    yield _fault(sheet, *place, "capitals_differ", Text(zh, en))


def _money(value: Fraction) -> str:
    """An amount as a message shows it: two decimals, and more where it has more; none that may be a number of somebody.

    >>> _money(Fraction(5, 2)), _money(Fraction(12000005, 1000)), _money(Fraction(6222000000000))
    ('2.50', '12,000.005', '……')
    """
    if abs(value) >= TOO_LARGE:
        return "……"
    near = rounded(value, FEN_PLACES)
    return f"{near:,.2f}" if Fraction(near) == value else f"{Decimal(shown(value, 6)):,}"


def _in_capitals(value: Fraction) -> str:
    return "……" if abs(value) >= TOO_LARGE else yuan_upper(rounded(value, FEN_PLACES))


def _summaries(tables: Sequence[Table]) -> Iterator[_Found]:
    """Tables that sum the pay sheet up, or list its lines, against the tables of persons: column by column."""
    persons = [table for table in tables if table.of_persons and table.rows]
    if not persons:
        return
    totals: dict[Role, set[Fraction]] = {}
    known = [_sums(table, table.rows) for table in persons]
    if not all(known):
        return
    for name in ("gross", "net", "tax"):
        each = [sums[name] for sums in known if name in sums]
        totals[name] = {*each, sum(each, Fraction(0))} if each else set()
    for table in tables:
        if table.of_persons or not table.rows or not _sums_up(table):
            continue
        for column in table.of("amount", "gross", "net", "tax"):
            role: Role = table.columns[column] if table.columns[column] != "amount" else "gross"
            wanted = totals[role] | (totals["net"] if table.columns[column] == "amount" else set())
            found = table.sum(table.rows, column)
            if not wanted or found in wanted or (role == "gross" and table.gross not in (None, column)):
                continue
            if _is_unknown(table, table.rows, [column]):
                continue
            row = table.grand.row if table.grand is not None else table.rows[-1]
            told = " / ".join(sorted(map(_money, totals[role])))
            yield _fault(
                table.sheet,
                row,
                column,
                "summary",
                Text(
                    f"这张表的合计 {_money(found)} 与发放表的合计 {told} 不一致",
                    f"this table sums to {_money(found)}, the pay sheet to {told}",
                ),
            )


def _sums(table: Table, rows: Sequence[int]) -> dict[Role, Fraction]:
    """The sums of some rows of a table; none where one of them is not known."""
    return {} if _is_unknown(table, rows, table.of(*MONEY)) else dict(table.sums(rows))


def _is_unknown(table: Table, rows: Iterable[int], columns: Sequence[int]) -> bool:
    """Whether a cell holds no figure where one should be, so that nothing can be summed; it was told already."""
    cells = (table.sheet.cell(row, column) for row in rows for column in columns)
    return any(isinstance(cell, BadCell) or is_long(cell) for cell in cells)


def _sums_up(table: Table) -> bool:
    """Whether the sheet's name, or a title above the table, says that it sums up or lists what the pay sheet holds."""
    above = [cell for row in range(1, table.first) for cell in table.sheet.rows.get(row, ()) if isinstance(cell, str)]
    return any(_SUMMARY.search(heading(text)) for text in (table.sheet.name, *above))


# ---------------------------------------------------------------- checks of a table


@frozen(eq=False)
class _Checks:
    """The checks of one table."""

    table: Table
    found: list[_Found] = field(factory=list)

    def faults(self) -> list[_Found]:
        """All that is found."""
        self._shape()
        self._cells()
        self._totals()
        self._products()
        if self.table.of_persons:
            for part in self.table.halves:
                _Checks(part, self.found)._rows_tie()
            self._persons()
        self._capitals()
        return self.found

    def tell(self, row: int, column: int, code: str, message: Text | None = None) -> None:
        """Note a fault."""
        self.found.append(_fault(self.table.sheet, row, column, code, message))

    @property
    def lines(self) -> tuple[int, ...]:
        """The rows of the table, with those of sums."""
        return *self.table.rows, *(total.row for total in self.table.totals)

    def _shape(self) -> None:
        table, sheet = self.table, self.table.sheet
        left = min(table.columns)
        for row in table.gaps:
            self.tell(row, left, "gap")
        self._merges()
        for row in self.lines:
            if row in sheet.hidden_rows:
                self.tell(row, left, "hidden_row")
        for column, role in table.columns.items():
            holds = any(figure(sheet.cell(row, column)) for row in self.lines)
            if column in sheet.hidden_columns and (role in FIGURES or role == "other") and holds:
                self.tell(table.header, column, "hidden_column")

    def _merges(self) -> None:
        """Each merge among the rows; those of the header together, at the first that goes across."""
        table, left, right = self.table, min(self.table.columns), max(self.table.columns)
        within = [
            merge
            for merge in sorted(table.sheet.merges)
            if merge[0] <= table.last and merge[2] >= table.first and merge[1] <= right and merge[3] >= left
        ]
        headed = sorted((merge for merge in within if merge[2] <= table.header), key=lambda one: one[1] == one[3])
        for merge in (*headed[:1], *(one for one in within if one[2] > table.header)):
            top, first, bottom, last = merge
            area = f"{cell_reference(top, first)}:{cell_reference(bottom, last)}"
            zh, en = f"表内有合并单元格 {area}", f"merged cells {area} within the table"
            if merge in headed and len(headed) > 1:
                zh = f"表头有 {len(headed)} 处合并单元格（{area} 等）"
                en = f"{len(headed)} merged areas within the header ({area} and others)"
            told = Text(f"{zh}；请取消合并，每格各填各的", f"{en}; split them, and fill each cell")
            self.tell(top, first, "merged", told)

    # ---- single cells

    def _cells(self) -> None:
        table = self.table
        for column, role in table.columns.items():
            for row in table.rows:
                cell = table.sheet.cell(row, column)
                if blank(cell) or isinstance(cell, BadCell):
                    continue
                if role in FIGURES:
                    self._figure_cell(row, column, role, cell)
                elif role in ("identity", "document"):
                    self._identity_cell(row, column, role, cell)
                elif role == "bank":
                    self._bank_cell(row, column, cell)
                else:
                    self._long_number(row, column, cell)
            if role in SUMMED:
                for total in table.totals:
                    cell = table.sheet.cell(total.row, column)
                    if not blank(cell) and not isinstance(cell, BadCell):
                        self._figure_cell(total.row, column, role, cell)

    def _figure_cell(self, row: int, column: int, role: Role, cell: Cell) -> None:
        value = figure(cell)
        if is_long(cell):
            self.tell(row, column, "long_number", _SAID["figure_long_number"])
        elif isinstance(cell, str):
            if value is not None:
                self.tell(row, column, "number_as_text")
            elif role in MONEY and plain(cell) not in _NOTHING:
                self.tell(row, column, "not_a_number")
        elif value is None and role != "unsure":
            self.tell(row, column, "not_a_number")
        if value is not None and role in MONEY and (value * 100).denominator != 1:
            self.tell(row, column, "more_than_fen")

    def _identity_cell(self, row: int, column: int, role: Role, cell: Cell) -> None:
        if not isinstance(cell, str):
            self.tell(row, column, "id_as_number")
            return
        number = plain(cell)
        fault = identity_fault(number)
        cardlike = len(number) in _DOCUMENT_DIGITS and _CARDLIKE.fullmatch(number)
        if fault is not None and (role == "identity" or fault == "id_scientific" or cardlike):
            self.tell(row, column, fault)

    def _bank_cell(self, row: int, column: int, cell: Cell) -> None:
        if not isinstance(cell, str):
            self.tell(row, column, "bank_as_number")
        elif (fault := bank_fault(plain(cell))) is not None:
            self.tell(row, column, fault)

    def _long_number(self, row: int, column: int, cell: Cell) -> None:
        if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= _LONG_NUMBER:
            self.tell(row, column, "long_number")

    # ---- sums

    def _products(self) -> None:
        """Quantity x rate (x factor) is the amount beside them; a share of an amount may be less than a fen away."""
        table = self.table
        before: list[int] = []
        for column, role in sorted(table.columns.items()):
            if role in ("quantity", "rate", "factor"):
                before.append(column)
                continue
            roles = sorted(table.columns[one] for one in before)
            if role in ("amount", "gross") and roles in (["quantity", "rate"], ["factor", "quantity", "rate"]):
                self._product(before, column)
            before = before if role in ("other", "unsure") else []

    def _product(self, factors: Sequence[int], column: int) -> None:
        table = self.table
        for row in table.rows:
            stands = table.money(row, column)
            parts = [table.money(row, one) for one in factors]
            if stands is None or None in parts:
                continue
            expected = Fraction(1)
            for part in parts:
                expected *= part or 0
            if abs(expected - stands) >= _FEN:
                self._differs(
                    row,
                    column,
                    "product",
                    "数量×单价",
                    "quantity x rate",
                    Fraction(rounded(expected, FEN_PLACES)),
                    stands,
                )

    def _rows_tie(self) -> None:
        """Each row: the items make the gross, and the gross less what is withheld the net."""
        table = self.table
        told = {place[0] for one, place in self.found if one.code == "column_sum"}
        over = {total.row: table.rows for total in table.totals}
        paid_otherwise = {
            total.row
            for total in table.totals
            if any(blank(table.sheet.cell(row, table.net)) for row in table.rows if table.net is not None)
        }  # where somebody's net is no part of the sheet, gross less tax is not the sum of the nets
        for row in self.lines:
            if row in told or _is_unknown(table, [row, *over.get(row, ())], table.of(*MONEY)):
                continue
            items = self._items_tie(row)
            if table.net is not None and row not in paid_otherwise:
                self._net_ties(row, items)

    def _sums_of(self, row: int, columns: Sequence[int], *, less: bool = False) -> list[Fraction]:
        """What some columns may sum to: with and without those of unknown meaning, 补扣 with either sign."""
        table = self.table
        others = self._others
        left = [column for column in others if table.gross is None or column < table.gross]
        either = sum((abs(table.money(row, column) or Fraction(0)) for column in table.of("either")), Fraction(0))
        base = table.across(row, columns)
        extras = [Fraction(0)] if less else [Fraction(0), table.across(row, left), table.across(row, others)]
        found = (base + extra + sign * either for extra, sign in product(extras, (0, 1, -1)))
        return list(dict.fromkeys([*found, base + table.across(row, table.of("either"))]))

    @property
    def _others(self) -> list[int]:
        """The columns that hold figures, and whose heading says nothing known."""
        table = self.table
        return [
            column
            for column in table.of("other", "unsure")
            if any(isinstance(table.sheet.cell(row, column), int | float) for row in table.rows)
        ]

    def _weighed(self, row: int, items: Sequence[int]) -> list[Fraction]:
        """What the items of a row may make: their sum, also times the 系数 after them (课酬 × 系数 = 实发).

        Nothing for a row of sums where each row above has a 系数 of its own.
        """
        table = self.table
        sums, to = self._sums_of(row, items), table.gross or table.net
        factors = [one for one in table.of("factor") if to is not None and items[-1] < one < to]
        if factors and row not in table.rows:
            return []
        weight = Fraction(1)
        for value in (table.money(row, column) for column in factors):
            weight *= 1 if value is None else value
        return list(dict.fromkeys([*sums, *(Fraction(rounded(one * weight, FEN_PLACES)) for one in sums)]))

    def _items_tie(self, row: int) -> list[Fraction]:
        """Tell a gross that is not the sum of its items; what the gross may be otherwise."""
        table = self.table
        items, gross = table.of("amount"), table.money(row, table.gross)
        sums = self._weighed(row, items) if items else []
        if table.of("subtotal"):
            self._parts_tie(row)
        if gross is None or table.gross is None:
            return sums
        if sums and gross not in sums:
            if any(one.code == "product" and place[0] == row for one, place in self.found):
                return [gross, *sums]  # told at the amount
            near = min(sums, key=lambda one: abs(one - gross))
            self._differs(row, table.gross, "gross", "各项之和", "the sum of the items", near, gross)
            return [gross, *sums]
        return [gross]

    def _parts_tie(self, row: int) -> None:
        """Each 小计 is the sum of the amounts between the one before and itself."""
        table = self.table
        part: list[int] = []
        for column, role in sorted(table.columns.items()):
            if role == "amount":
                part.append(column)
            elif role == "subtotal":
                stands = table.money(row, column)
                expected = table.across(row, part)
                if part and stands is not None and stands != expected:
                    self._differs(row, column, "gross", "各项之和", "the sum of the items", expected, stands)
                part = []

    def _net_ties(self, row: int, bases: Sequence[Fraction]) -> None:
        """Tell a net that is not the gross less what is withheld, or less 扣款合计 where there is such a column."""
        table = self.table
        net = table.money(row, table.net)
        if net is None or not bases or table.net is None:
            return
        whole = table.of("withheld")
        withheld = table.across(row, whole or table.of("tax"))
        base = [*bases, *(one for one in self._sums_of(row, table.of("gross")[:1] or table.of("amount"), less=True))]
        expected = [one - tax for one in base for tax in dict.fromkeys((withheld, abs(withheld)))]
        if net not in expected:
            zh, en = "应发减扣款", "the gross less what is withheld"
            self._differs(row, table.net, "net", zh, en, expected[0], net)

    def _differs(
        self, row: int, column: int, code: str, zh: str, en: str, expected: Fraction, stands: Fraction
    ) -> None:
        self.tell(
            row,
            column,
            code,
            Text(
                f"这里是 {_money(stands)}，{zh}是 {_money(expected)}",
                f"stands at {_money(stands)}, but {en} is {_money(expected)}",
            ),
        )

    def _totals(self) -> None:
        """Each row of sums: the sums of the rows that it may be meant for, of which those that fit best are taken."""
        for total in self.table.totals:
            best = min((self._off(total, over) for over in total.over), key=len)
            for column, expected, stands in best:
                zh, en = "上面各行之和", "the sum of the rows above"
                self._differs(total.row, column, "column_sum", zh, en, expected, stands)

    def _off(self, total: Total, over: Sequence[int]) -> list[tuple[int, Fraction, Fraction]]:
        """The columns whose sum is not that of the rows, with what it should be and what stands there."""
        table, found = self.table, []
        for column in table.of(*SUMMED):
            stands, expected = table.money(total.row, column), table.sum(over, column)
            if stands is None or _is_unknown(table, over, [column]):
                continue
            if abs(stands - expected) > Fraction(str(FLOAT_NOISE)):
                both = self._across_halves(total, over, column)
                if both is None or abs(stands - both) > Fraction(str(FLOAT_NOISE)):
                    found.append((column, expected if both is None else both, stands))
        return found

    def _across_halves(self, total: Total, over: Sequence[int], column: int) -> Fraction | None:
        """What a column sums to with those like it in the other halves of the table, whose sums are not said."""
        table = self.table
        alike = [one for one in table.columns if table.headings[one] == table.headings[column]]
        if len(table.halves) == 1 or _is_unknown(table, over, alike):
            return None
        if any(one != column and not blank(table.sheet.cell(total.row, one)) for one in alike):
            return None
        return sum((table.sum(over, one) for one in alike), Fraction(0))

    def _capitals(self) -> None:
        table = self.table
        for column in table.of("capitals"):
            beside = table.gross if table.headings[column].startswith("应发") or table.net is None else table.net
            if beside is None:
                beside = next(iter(table.of("amount")), None)
            for row in self.lines:
                cell, stands = table.sheet.cell(row, column), table.money(row, beside)
                wanted = [] if stands is None else [stands]
                number = figure(cell)
                if number is not None:  # shown in capitals by its format alone
                    self.found.extend(_capitals_differ(table.sheet, (row, column), number, wanted))
                elif isinstance(cell, str) and not blank(cell):
                    self.found.extend(_capitals_fault(table.sheet, (row, column), cell, wanted))

    # ---- persons

    def _persons(self) -> None:
        table = self.table
        by_id = table.of("teacher") or table.of("identity", "document")
        for column in by_id or table.of("name"):
            zh = "同一个人出现了两次" if by_id else "姓名出现了两次；同名的两个人请用工号或身份证号区分"
            en = "the same person twice" if by_id else "the same name twice; tell namesakes apart by 工号 or 身份证号"
            self._twice(column, "person_twice", zh, en)
        if table.of("teacher"):
            for column in table.of("identity"):
                self._twice(
                    column, "identity_twice", "两个人用了同一个身份证号", "two persons with one identity number"
                )
        for column in table.of("bank"):
            self._twice(column, "bank_twice", "两个人用了同一个银行卡号", "two persons with one bank number")

    def _twice(self, column: int, code: str, zh: str, en: str) -> None:
        """Tell what stands twice; of one person it may, in rows of several events, days or items."""
        table = self.table
        who = table.of("teacher") or table.of("identity", "document") or table.of("name")
        what = table.of("line", "item")
        seen: dict[str, tuple[int, tuple[str, ...], set[tuple[str, ...]]]] = {}
        for row in table.rows:
            cell = table.sheet.cell(row, column)
            if blank(cell) or isinstance(cell, BadCell):
                continue
            person, event = (tuple(_key(table.sheet.cell(row, one)) for one in columns) for columns in (who, what))
            before, first, events = seen.setdefault(_key(cell), (row, person, set()))
            if events and (person != first or event in events):
                self.tell(row, column, code, Text(f"{zh}（见第{before}行）", f"{en} (see row {before})"))
            events.add(event)


def _key(cell: Cell) -> str:
    """What stands in a cell, as it is compared with others."""
    return "" if isinstance(cell, BadCell) else re.sub(r"[\s-]", "", plain(cell)).casefold()


__all__ = ["LintFault", "lint_pay_sheet"]
