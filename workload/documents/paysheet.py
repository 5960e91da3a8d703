"""The pay sheet (发放表) as a finance office takes it: a row for each person, live formulas with stored values.

Identity and bank numbers are no part of the library's records. A school may give a file with them for this sheet
alone: they go from that file into the sheet's columns, as text, and nowhere else. No message repeats one, no footer,
digest, note or register holds one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from attrs import evolve, field, frozen

from workload.budget import BudgetCheck
from workload.capitals import yuan_upper
from workload.documents.payformulas import STEADY, TaxFormulas, rounded_formula, upper_formula
from workload.documents.payslips import listed, month_said, notes, paid_by, row_counts, rows_of, unlisted
from workload.documents.workbook.sheets import (
    FONT,
    STYLES,
    TYPED,
    Book,
    Field,
    Layout,
    Sheet,
    Value,
    criterion,
    height_of,
    letters,
    number,
    quoted,
)
from workload.errors import WorkloadError
from workload.exact import shown
from workload.paylines import PayLine
from workload.payroll import ItemTax, PayRun, TeacherPay
from workload.provenance import (
    Provenance,
    canonical,
    digest,
    digest_of_rules,
    input_files,
    library_version,
    provenance_of,
)
from workload.rates import item_text
from workload.records import Center
from workload.settlement import digest_of_line
from workload.tables.identities import is_name
from workload.tables.payheadings import heading, role_of
from workload.tables.write import close_workbook, written
from workload.taxfile import WithholdingClause
from workload.text import Language, Text, joined
from workload.vocabulary import column_text, folded, word

SHEET = Text("发放表", "Pay sheet")
SUMMARY = Text("按项目汇总", "By item")
LINES = Text("明细", "Lines")
TAX = Text("个税", "Tax")
TIERS = Text("税率表", "Tax table")
REFUSED = Text("未发放", "Not paid")
NOTES = Text("说明", "Notes")
SIGN_OFF = (
    Text("制表", "prepared by"),
    Text("审核", "reviewed by"),
    Text("部门负责人", "head of the unit"),
    Text("财务", "finance"),
)
HEAD_ROW = 3  # of the header, counted from 1: below a title and what it speaks of
LINE = 18.0  # points of a row
TALLEST_LINE = 24.0  # points of a row that is signed, on a sheet that is printed as it is
SIGNED = 24.0  # points, over 8 mm: room for a signature, on paper
PAPER, LETTER, PADDING = 784.0, 5.25, 3.75  # points: a page across between its margins; a column's letter, its padding
_MONEY = {**STYLES["two"], "num_format": "#,##0.00", "shrink": True}
_QUANTITY = {**STYLES["two"], "num_format": "0.00##", "shrink": True}
_FINER = {**STYLES["percent"], "num_format": "0.0#%"}  # where a rate is no whole percentage
_LOOKS = {
    "money": _MONEY,
    "typed money": {**_MONEY, "bg_color": TYPED},
    "quantity": _QUANTITY,
    "typed quantity": {**_QUANTITY, "bg_color": TYPED},
    "rate": {**STYLES["two"], "align": "right", "shrink": True},
    "typed rate": {**STYLES["two"], "bg_color": TYPED},
    "typed percent": {**STYLES["percent"], "bg_color": TYPED},
    "finer percent": _FINER,
    "typed finer percent": {**_FINER, "bg_color": TYPED},
    "money total": {**STYLES["total"], "num_format": _MONEY["num_format"], "align": "right", "shrink": True},
    "quantity total": {**STYLES["total"], "num_format": _QUANTITY["num_format"], "align": "right", "shrink": True},
    "phrase": {**STYLES["word"], "shrink": False, "text_wrap": True},
    "remark": {**STYLES["long"], "indent": 1},
    "capitals": {**STYLES["text"], "num_format": "General", "shrink": True},
    "capitals total": {**STYLES["total"], "align": "left", "indent": 1, "shrink": True},
    "secret": {**STYLES["text"], "align": "center", "shrink": True},
    "secret words": {**STYLES["text"], "indent": 0, "text_wrap": True},
}
_WRAPPED = ("phrase", "remark", "secret words")  # looks whose text goes on below


def write_pay_sheet(
    path: str | Path,
    run: PayRun,
    *,
    identities: Mapping[str, Mapping[str, str]] | None = None,
    checks: Sequence[BudgetCheck] = (),
    center: Center | None = None,
    unit: str = "",
    source: str | Path | None = None,
    day: date | None = None,
    language: Language = "zh",
    overwrite: bool = False,
) -> None:
    """The pay sheet of a run as an xlsx file: persons, items, lines, tax, what was not paid, notes.

    What is paid out (实发) and its capitals are those of external teachers; the pay of the school's own staff joins
    their wages, and is on the sheet as gross alone. Amounts are native formulas, each stored with the library's own
    value: ``ROUND(quantity*rate*factor,2)`` for a line, sums of lines for a person's item, the gross, the tax of
    国家税务总局公告2018年第61号 by its table, the net, and the net in Chinese capitals (《支付结算办法》附一). Who has
    nothing to be paid is not on it; the notes say how many they are.

    Args:
        path: the file to write, whole or not at all; with ``identities`` only its owner may read it.
        run: the pay run.
        identities: for each 工号 the columns that finance asks for (身份证号, 银行卡号, 开户行), see
            :func:`~workload.tables.identities.read_identities`; a 姓名 among them is compared with the records. Whom
            they do not name, or name beyond the run, is said in the notes (see :func:`identity_gaps`).
        checks: the budget held against the run; a warning stands on the sheet itself.
        center: the records behind the run, for the footer; without them it names the digest of the lines.
        unit: the school's unit, for the title.
        source: the file or folder that the records were read from, for the footer.
        day: the date of the sheet, for the footer.
        language: of sheets, headers and notes.
        overwrite: replace a file that is there.

    Raises:
        WorkloadError: nobody is paid anything, a name of the identities is not that of the records, or the file cannot
            be written.
        MissingExtraError: XlsxWriter is not installed.

    >>> from tempfile import TemporaryDirectory
    >>> from workload import Activity, Teacher
    >>> from workload.payroll import pay
    >>> from workload.paylines import month_of
    >>> from workload.rates import PayRate, Rates
    >>> rates = Rates([PayRate("teaching", Decimal(60), date(2024, 1, 1), "校发〔2024〕1号")])
    >>> work = [Activity("007", date(2024, 11, 5), "class_teaching", class_hours=2)]
    >>> run = pay(Center([Teacher("007", "part_time")], work), month_of(2024, 11), rates)
    >>> with TemporaryDirectory() as folder:
    ...     write_pay_sheet(f"{folder}/发放表.xlsx", run, unit="心理指导中心")
    ...     print(*(one.name for one in Path(folder).iterdir()))
    发放表.xlsx
    """
    persons = _paid(run)
    if not run.refused and not any(any(one.amounts.values()) for one in persons):
        raise WorkloadError(Text("没有可发放的金额，未写出发放表", "there is nothing to pay; no pay sheet was written"))
    _refuse_other_names(persons, identities or {})
    origin = _origin(run, center, None if source is None else Path(source), day)

    def write(temporary: Path) -> None:
        book = Book(temporary, origin.footer().get(language), day or run.period.end)
        # Every value is stored; a reader that sees a workbook ask for calculation may take a stored 0 for none.
        book.book.calc_on_load = False
        book.book.in_memory = True  # no part of the file lies in a folder for temporary files, not even for a moment
        for name, look in _LOOKS.items():
            book.formats[name] = book.book.add_format({"font_name": FONT, "font_size": 10, **look})
        _Sheets(run, persons, identities or {}, tuple(checks), unit, origin, language).write(book)
        close_workbook(book.book)

    # Whoever may open the folder may not read the numbers, not even while they are being written.
    written(Path(path), write, overwrite=overwrite, private=bool(identities))


def identity_gaps(run: PayRun, identities: Mapping[str, Mapping[str, str]]) -> tuple[Text, ...]:
    """Where a file of identities and a pay run do not meet: who is paid and has not all its columns, who is not paid.

    What stands under 工号 in the file may be a number of another kind: it is repeated only where it is the 工号 of a
    teacher of the run, but for zeros before it and spaces; of all others only how many they are is said.

    >>> from workload import Activity, Center, Teacher
    >>> from workload.payroll import pay
    >>> from workload.paylines import month_of
    >>> from workload.rates import PayRate, Rates
    >>> rates = Rates([PayRate("teaching", Decimal(60), date(2024, 1, 1), "校发〔2024〕1号")])
    >>> work = [Activity("007", date(2024, 11, 5), "class_teaching", class_hours=2)]
    >>> run = pay(Center([Teacher("007", "part_time")], work), month_of(2024, 11), rates)
    >>> print(*(text.zh for text in identity_gaps(run, {"7": {"银行卡号": "6220000000000000000"}})))
    证件号、卡号不全的工号：007（银行卡号） 证件文件中有、本次没有发放的工号：7
    """
    columns = _columns_of(identities.values())
    paid = [one.teacher.teacher_id for one in _paid(run)]
    lacking = {one: [name for name in columns if not identities.get(one, {}).get(name)] for one in paid}
    short = {one: missing for one, missing in lacking.items() if missing}
    others = [one for one in identities if one not in lacking]
    known = {_bare(one.teacher.teacher_id) for one in run.teachers}
    beside = [one for one in others if _bare(one) in known]
    strangers = len(others) - len(beside)
    found = []
    if short:
        zh = "、".join(f"{one}（{'、'.join(missing)}）" for one, missing in short.items())
        en = ", ".join(f"{one} ({', '.join(missing)})" for one, missing in short.items())
        found.append(Text(f"证件号、卡号不全的工号：{zh}", f"without all their numbers: {en}"))
    if beside:
        zh, en = "、".join(beside), ", ".join(beside)
        zh, en = f"证件文件中有、本次没有发放的工号：{zh}", f"in the file of identities, and not paid in this run: {en}"
        found.append(Text(zh, en))
    if strangers:
        zh = f"证件文件中有 {strangers} 个工号不是本次任何教师的工号"
        en = f"ids in the file of identities that are nobody's in this run: {strangers}"
        found.append(Text(zh, en))
    return tuple(found)


def _paid(run: PayRun) -> tuple[TeacherPay, ...]:
    """Who has a row on the sheet."""
    return tuple(one for one in listed(run).teachers if one.amounts)


def _columns_of(identities: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    """The columns that the school adds; a name is only compared."""
    return tuple(dict.fromkeys(header for one in identities for header in one if not is_name(header)))


def _bare(teacher_id: str) -> str:
    """A 工号 without the zeros before it and spaces, in which two spellings of one differ."""
    return "".join(teacher_id.split()).lstrip("0")


def _as_one(name: str) -> str:
    """A name as it is compared: 张 三 is 张三."""
    return folded(name).replace("_", "")


def _refuse_other_names(persons: Iterable[TeacherPay], identities: Mapping[str, Mapping[str, str]]) -> None:
    """Refuse numbers that seem to be another person's: under the 工号 stands another name than in the records."""
    others = []
    for one in persons:
        own = identities.get(one.teacher.teacher_id, {})
        names = [text for header, text in own.items() if is_name(header) and text]
        if one.teacher.name and any(_as_one(text) != _as_one(one.teacher.name) for text in names):
            others.append(one.teacher.teacher_id)
    if others:
        raise WorkloadError(
            Text(
                f"证件文件中的姓名与教师表不一致，未写出发放表：工号 {'、'.join(others)}；请核对工号和姓名",
                "the file of identities has another name than the records, and no pay sheet was written: "
                f"{', '.join(others)}; compare the 工号 and the name",
            )
        )


def _origin(run: PayRun, center: Center | None, source: Path | None, day: date | None) -> Provenance:
    if center is not None:
        return provenance_of(center, run.regulation, run.readings, source=source, day=day)
    chosen, switches = run.regulation.chosen(run.readings), run.regulation.readings
    lines = [digest_of_line(line) for one in run.teachers for pay_line in one.lines for line in pay_line.lines]
    return Provenance(
        rules=run.regulation.id,
        document=run.regulation.document,
        rules_digest=digest_of_rules(run.regulation),
        version=library_version(),
        readings=chosen,
        changed=tuple(f"{name}={chosen[name]}" for name, one in switches.items() if chosen[name] != one.default),
        inputs=() if source is None else input_files(source),
        records_digest=digest(canonical(sorted(lines))),
        day=day,
    )


# ---------------------------------------------------------------- the sheets


@frozen(eq=False)
class _Person:
    """One row of the pay sheet: its number, its row, and what the person is paid."""

    number: int
    row: int
    paid: TeacherPay


@frozen(eq=False)
class _LineRow:
    """One row of the lines: a pay line, or an amount beside them."""

    person: _Person
    row: int
    item: str
    line: PayLine | None
    amount: Decimal
    text: Text


@frozen(eq=False)
class _TaxRow:
    """One row of the tax: what is withheld from a person for an item, or for several together."""

    person: _Person
    row: int
    found: ItemTax


Cells = Mapping[str, tuple[Value, str]]
"""What stands in the cells of a row, by column: value and formula."""


@frozen(eq=False)
class _Sheets:
    """The sheets of a pay run and where their parts stand."""

    run: PayRun
    paid: tuple[TeacherPay, ...]
    identities: Mapping[str, Mapping[str, str]] = field(repr=False)
    checks: tuple[BudgetCheck, ...]
    unit: str
    origin: Provenance
    language: Language

    def says(self, zh: str, en: str) -> str:
        """A text in the language of the sheets."""
        return en if self.language == "en" else zh

    def column(self, table: str, name: str, en: str = "") -> str:
        """A column's header, in English as a word."""
        return self.says(column_text(table, name).zh, en or name)

    # ---- what stands where

    @cached_property
    def persons(self) -> tuple[_Person, ...]:
        """Who is paid, one row each."""
        return tuple(_Person(place, HEAD_ROW + place, one) for place, one in enumerate(self.paid, start=1))

    @cached_property
    def items(self) -> tuple[str, ...]:
        """What is paid, in the order of the accounts."""
        return tuple(item for item in self.run.items if any(item in one.amounts for one in self.paid))

    @cached_property
    def line_rows(self) -> tuple[_LineRow, ...]:
        """Every pay line and every amount beside them, person by person."""
        found: list[_LineRow] = []
        for person in self.persons:
            for line in person.paid.lines:
                row = HEAD_ROW + 1 + len(found)
                found.append(_LineRow(person, row, line.item, line, line.amount, self._line_text(line)))
            for one in person.paid.adjustments:
                row = HEAD_ROW + 1 + len(found)
                found.append(_LineRow(person, row, one.item, None, one.amount, one.text))
        return tuple(found)

    @cached_property
    def tax_rows(self) -> tuple[_TaxRow, ...]:
        """What is withheld, person by person; also where it is nothing, as a changed rate may change that."""
        pairs = [(person, one) for person in self.persons for one in person.paid.taxes]
        return tuple(_TaxRow(person, HEAD_ROW + 1 + place, one) for place, (person, one) in enumerate(pairs))

    @cached_property
    def secret(self) -> tuple[str, ...]:
        """The columns that the school adds."""
        return _columns_of(self.identities.get(person.paid.teacher.teacher_id, {}) for person in self.persons)

    @cached_property
    def formulas(self) -> TaxFormulas:
        """The tax as formulas over its table."""
        return TaxFormulas(self.tax_rows[0].found.withholding.clause, TIERS.get(self.language), HEAD_ROW + 1)

    @cached_property
    def withheld(self) -> bool:
        """Whether anybody is paid with tax withheld."""
        return any(one.is_external for one in self.paid)

    def item(self, item: str) -> str:
        """An item's name, as the sheets write it."""
        return item_text(item, self.run.regulation).get(self.language)

    def account(self, item: str) -> str:
        """An item's short name, for headers."""
        known = self.run.regulation.accounts.get(item)
        return self.item(item) if known is None else known.name.get(self.language)

    def _line_text(self, line: PayLine) -> Text:
        return joined(one for one in (line.note, month_said(line, self.run)) if one is not None)

    # ---- columns

    @cached_property
    def main(self) -> Layout:
        """The columns of the pay sheet."""
        return Layout(SHEET.get(self.language), tuple(self._main_fields()), HEAD_ROW + 1)

    def _main_fields(self) -> Iterator[Field]:
        zh = self.language == "zh"
        yield Field("no", self.says("序号", "no."), 5, "count")
        yield Field("teacher_id", self.column("teachers", "teacher_id", "teacher id"), 9 if zh else 10, "text")
        yield Field("name", self.column("teachers", "name"), 9, "word")
        yield Field("affiliation", self.column("teachers", "affiliation"), 6 if zh else 10, "word")
        for place, header in enumerate(self.secret):
            own = [self.identities.get(one.teacher.teacher_id, {}).get(header, "") for one in self.paid]
            is_number = role_of(heading(header)) in ("identity", "document", "bank")
            width = min(24 if is_number else 16, 2 + max(map(letters, (header, *own))))
            yield Field(f"secret_{place}", header, width, "secret" if is_number else "secret words")
        for item in self.items:
            name = self.account(item)
            if not self.secret:  # else the paper has no room for them; they stand among the lines
                quantity, rate = self.says(f"{name}数量", f"{name} quantity"), self.says(f"{name}单价", f"{name} rate")
                yield Field(f"quantity_{item}", quantity, 8 if zh else 11, "quantity")
                yield Field(f"rate_{item}", rate, 8 if zh else 11, "rate")
            yield Field(f"amount_{item}", self.says(f"{name}金额", f"{name} amount"), 10 if zh else 11, "money")
        yield Field("gross", self.says("应发", "gross"), 11, "money")
        if self.withheld:
            yield Field("tax", self.says("预扣个税", "tax withheld"), 9, "money")
            yield Field("net", self.says("实发", "net"), 11, "money")
            nets = (self.run.net, *(one.net for one in self.paid if one.net is not None))
            widest = max(letters(yuan_upper(amount)) for amount in nets)
            yield Field("capitals", self.says("实发大写", "net in capitals 大写"), max(20, widest + 3), "capitals")
        yield Field("sign", self.says("签字", "signature"), 10, "word")
        if not all(one.is_external for one in self.paid):
            yield Field("note", self.says("备注", "note"), 14, "word")

    @cached_property
    def lines(self) -> Layout:
        """The columns of the lines."""
        fields = (
            Field("no", self.says("序号", "no."), 5, "count"),
            Field("teacher_id", self.column("teachers", "teacher_id", "teacher id"), 10, "text"),
            Field("name", self.column("teachers", "name"), 9, "word"),
            *self._of_what(),
            Field("quantity", self.column("payments", "quantity"), 10, "typed quantity"),
            Field("unit", self.says("单位", "unit"), 7 if self.language == "zh" else 11, "word"),
            Field("rate", self.column("rates", "yuan", "rate"), 9, "typed rate"),
            Field("factor", self.says("系数", "factor"), 7, "typed figure"),
            Field("amount", self.column("payments", "yuan", "amount"), 12, "money"),
            Field("authority", self.column("rates", "authority"), 25, "remark"),
            Field("article", self.says("条款", "article"), 26, "remark"),
            Field("rows", self.says("工作记录行", "rows of activities"), 14, "remark"),
            Field("text", self.says("说明", "remarks"), 32, "remark"),
        )
        return Layout(LINES.get(self.language), fields, HEAD_ROW + 1)

    def _of_what(self) -> Iterator[Field]:
        """For what something is paid; in English the words are longer."""
        widths = (11, 12, 10) if self.language == "zh" else (14, 14, 11)
        columns = (("rates", "item"), ("activities", "kind"), ("titles", "title"))
        for (table, name), width in zip(columns, widths, strict=True):
            yield Field(name, self.column(table, name), width, "phrase")

    @cached_property
    def taxed(self) -> Layout:
        """The columns of the tax."""
        zh_en = (
            ("paid", "本月已付", "paid before", 12),
            ("now", "本次收入", "now", 12),
            ("together", "本月收入合并", "month together", 13),
            ("deduction", "减除费用", "deduction", 11),
            ("taxable", "应纳税所得额", "taxable", 13),
            ("rate", "预扣率", "rate", 8),
            ("quick", "速算扣除数", "quick deduction", 11),
            ("whole", "合并应扣", "on all", 12),
            ("before", "此前应扣", "before", 12),
        )
        looks = {"rate": self.percent, "paid": "typed money"}
        fields = (
            Field("no", self.says("序号", "no."), 5, "count"),
            Field("teacher_id", self.column("teachers", "teacher_id", "teacher id"), 10, "text"),
            Field("name", self.column("teachers", "name"), 9, "word"),
            Field("item", self.column("rates", "item"), 14, "phrase"),
            *(Field(name, self.says(zh, en), width, looks.get(name, "money")) for name, zh, en, width in zh_en),
            Field("tax", self.says("本次预扣税额", "tax withheld now"), 12, "money"),
        )
        return Layout(TAX.get(self.language), fields, HEAD_ROW + 1)

    @cached_property
    def percent(self) -> str:
        """The look of the rates of tax."""
        rates = [one.rate for one in self.formulas.clause.brackets]
        rates += [one.rate for one in self.formulas.clause.deductions if one.rate is not None]
        return "percent" if all((rate * 100).denominator == 1 for rate in rates) else "finer percent"

    # ---- writing

    def write(self, book: Book) -> None:
        """Write all sheets."""
        if self.persons:
            self._write_main(book)
            self._write_summary(book)
            self._write_lines(book)
        if self.tax_rows:
            self._write_tax(book)
            self._write_tiers(book, self.tax_rows[0].found.withholding.clause)
        if self.run.refused:
            self._write_refused(book)
        self._write_notes(book)

    def title(self) -> str:
        """The title: unit, month, and what it is."""
        period, first = self.run.period, self.run.period.start
        is_month = first.day == 1 and (first.year, first.month) == (period.end.year, period.end.month)
        zh = f"{first.year}年{first.month}月" if is_month else f"{first} 至 {period.end} "
        en = f"{first:%Y-%m}" if is_month else str(period)
        return self.says(
            f"{self.unit}{zh}心理健康教师课酬发放表", f"Pay sheet {en}{', ' if self.unit else ''}{self.unit}"
        )

    def _under(self) -> str:
        run = self.run
        told = self.says(
            f"核算期 {run.period}　发放月份 {run.paid_in:%Y-%m}　依据 {run.regulation.document}　金额单位：元",
            f"period {run.period}, paid in {run.paid_in:%Y-%m}, rules: {run.regulation.document}, amounts in yuan",
        )
        lacking = []
        if run.refused:
            zh = f"有 {len(run.refused)} 项缺少单价，未发放（见“{REFUSED.zh}”）"
            lacking.append(Text(zh, f"without a rate, and not paid: {len(run.refused)} (see {REFUSED.en})"))
        if run.faults:
            zh = f"有 {len(run.faults)} 处错误，所在的行未计入（见“{NOTES.zh}”）"
            lacking.append(Text(zh, f"faults whose rows were left out: {len(run.faults)} (see {NOTES.en})"))
        if not lacking:
            return told
        return told + self.says("　未完整：", "; incomplete: ") + joined(lacking).get(self.language)

    def _begin(self, book: Book, layout: Layout, title: str, under: str) -> Sheet:
        sheet = book.sheet(layout.sheet)
        width = sum(one.width for one in layout.fields)
        sheet.title_row(0, title, len(layout.fields))
        sheet.lines(1, [under], len(layout.fields), width, "note")
        sheet.head(HEAD_ROW - 1, layout.fields, 32)
        sheet.worksheet.freeze_panes(HEAD_ROW, 0)
        sheet.worksheet.repeat_rows(HEAD_ROW - 1)
        return sheet

    def _row(
        self, sheet: Sheet, layout: Layout, row: int, cells: Cells, *, total: bool = False, tall: float = LINE
    ) -> None:
        sheet.worksheet.set_row(row - 1, max(tall, *height(cells, layout)))
        for place, one in enumerate(layout.fields):
            value, formula = cells.get(one.name, ("", ""))
            style = one.style
            if style.startswith("typed ") and value == "":
                style = {"typed rate": "rate"}.get(
                    style, style.removeprefix("typed ")
                )  # nothing is to be changed there
            if total:
                style = f"{style} total" if style in ("money", "quantity", "capitals") else "total"
            sheet.put(row - 1, place, value, style, formula)

    def _sum_of_lines(self, name: str, person: _Person, item: str) -> str:
        first, last = HEAD_ROW + 1, HEAD_ROW + len(self.line_rows)
        wanted, numbers, items = (self.lines.block_outside(one, first, last) for one in (name, "no", "item"))
        own = self.main.cell("no", person.row)
        return f"SUMIFS({wanted},{numbers},{own},{items},{criterion(self.item(item))})"

    def _write_main(self, book: Book) -> None:
        layout = self.main
        sheet = self._begin(book, layout, self.title(), self._under())
        first, last = HEAD_ROW + 1, HEAD_ROW + len(self.persons)
        for person in self.persons:
            self._row(sheet, layout, person.row, self._person_cells(person), tall=self.tall)
        total = last + 1
        cells: dict[str, tuple[Value, str]] = {"no": (self.says("合计", "total"), "")}
        for name, value in self._sums().items():
            if not layout.has(name):
                continue
            cells[name] = (value, f"SUM({layout.block(name, first, last)})")
        if self.withheld:
            cells["capitals"] = (yuan_upper(self.run.net), upper_formula(layout.cell("net", total)))
        self._row(sheet, layout, total, cells, total=True, tall=TALLEST_LINE)
        row = total  # counted from 0: the row after it
        columns = len(layout.fields)
        width = sum(one.width for one in layout.fields)
        for stored, formula in self._in_words(total):
            sheet.worksheet.merge_range(row, 0, row, columns - 1, "", book.formats["heading"])
            sheet.put(row, 0, stored, "heading", formula)
            sheet.worksheet.set_row(row, 24)
            row += 1
        row = sheet.lines(row, self._below(), columns, width, "note") + 1
        for place, one in enumerate(SIGN_OFF):  # spread over the width of the table
            sheet.put(row, place * columns // len(SIGN_OFF), one.get(self.language) + self.says("：", ":"))
        sheet.worksheet.set_row(row, max(26, self.tall))

    @cached_property
    def tall(self) -> float:
        """The height of a row that is signed: on paper, where the sheet is scaled to its width, there is still room."""
        scale = min(1.0, PAPER / sum(LETTER * one.width + PADDING for one in self.main.fields))
        return max(TALLEST_LINE, round(SIGNED / scale, 1))

    def _in_words(self, total: int) -> Iterator[tuple[str, str]]:
        """The sums in capitals and figures, as stored and as formulas: of the gross, and of what is paid out."""
        layout, all_external = self.main, all(one.is_external for one in self.paid)
        figure = self.says("　（小写）¥", ", in figures: ¥")
        sums = []
        if not all_external:
            gross = layout.cell("gross", total)
            said = self.says("应发合计（大写）：人民币", "应发 gross, in capitals (大写): 人民币")
            sums.append((said, self.run.total, gross, upper_formula(gross)))
        if self.withheld:
            whose = Text("", "") if all_external else Text("，校外", ", external")
            said = self.says(f"实发合计（大写{whose.zh}）：人民币", f"实发 net{whose.en}, in capitals (大写): 人民币")
            sums.append((said, self.run.net, layout.cell("net", total), layout.cell("capitals", total)))
        for said, amount, cell, capitals in sums:
            stored = f"{said}{yuan_upper(amount)}{figure}{amount:,.2f}"
            yield stored, f'{quoted(said)}&{capitals}&{quoted(figure)}&TEXT({cell},"#,##0.00")'

    def _sums(self) -> Mapping[str, Value]:
        """The sums of the columns, as the library has them."""
        found: dict[str, Value] = {}
        for item in self.items:
            quantities = [one.quantities[item] for one in self.paid if item in one.quantities]
            found[f"quantity_{item}"] = number(sum(quantities, Fraction(0)))
            found[f"amount_{item}"] = money(self.run.items[item])
        found["gross"] = money(self.run.total)
        if self.withheld:
            found["tax"] = money(self.run.tax)
            found["net"] = money(self.run.net)
        return found

    def _below(self) -> Iterator[str]:
        """What stands below the table: that finance has the last word, what else there is to see."""
        if self.withheld:
            yield self.says(f"个税按预扣率表计算，{self.run.table.note.zh}。", f"Tax: {self.run.table.note.en}.")
        if not all(one.is_external for one in self.paid):
            yield self.says(
                "校内人员的课酬并入当月工资，个税由财务处随工资计算，本表只列应发，不计入实发。",
                "The pay of the school's own staff joins the month's wages: gross only, with no tax and no net here.",
            )
        for check in self.checks:
            if check.state != "within":
                yield self.says("预算提醒：", "Budget: ") + check.text.get(self.language)

    def _person_cells(self, person: _Person) -> Cells:
        layout, paid = self.main, person.paid
        cells: dict[str, tuple[Value, str]] = {
            "no": (person.number, ""),
            "teacher_id": (paid.teacher.teacher_id, ""),
            "name": (paid.teacher.name, ""),
            "affiliation": (word("affiliation", paid.teacher.affiliation).get(self.language), ""),
        }
        own = self.identities.get(paid.teacher.teacher_id, {})
        for place, header in enumerate(self.secret):
            cells[f"secret_{place}"] = (own.get(header, ""), "")
        amounts = []
        for item in self.items:
            if item not in paid.amounts:
                continue
            if item in paid.quantities and not self.secret:
                quantity = number(paid.quantities[item])
                cells[f"quantity_{item}"] = (quantity, self._sum_of_lines("quantity", person, item))
                cells[f"rate_{item}"] = self._rate(person, item)
            amount = self._sum_of_lines("amount", person, item)
            cells[f"amount_{item}"] = (money(paid.amounts[item]), f"ROUND({amount},2)")
            amounts.append(layout.cell(f"amount_{item}", person.row))
        cells["gross"] = (money(paid.gross), f"SUM({','.join(amounts)})")
        if paid.tax is not None and paid.net is not None:
            cells["tax"] = (money(paid.tax), self._sum_of_tax(person))
            gross, net = layout.cell("gross", person.row), layout.cell("net", person.row)
            cells["net"] = (money(paid.net), f"ROUND({gross}-{layout.cell('tax', person.row)},2)")
            cells["capitals"] = (yuan_upper(paid.net), upper_formula(net))
        else:
            cells["note"] = (self.says("并入当月工资", "with the wages"), "")
        return cells

    def _rate(self, person: _Person, item: str) -> tuple[Value, str]:
        """The rate where quantity x rate is the amount to be seen; else where it is to be looked up."""
        own = [one for one in self.line_rows if one.person is person and one.item == item]
        lines = [one.line for one in own if one.line is not None]
        plain_ = len(own) == 1 and len(lines) == 1 and lines[0].factor == 1 and lines[0].shared is None
        if plain_:
            return money(lines[0].rate.yuan), self.lines.outside("rate", own[0].row)
        return self.says("见明细", "see lines"), ""

    def _sum_of_tax(self, person: _Person) -> str:
        rows = [one.row for one in self.tax_rows if one.person is person]
        if not rows:
            return ""
        return f"SUM({self.taxed.block_outside('tax', rows[0], rows[-1])})"

    def _write_summary(self, book: Book) -> None:
        fields = (
            Field("item", self.column("rates", "item"), 24, "word"),
            Field("persons", self.says("人数", "persons"), 10, "count"),
            Field("quantity", self.column("payments", "quantity"), 14, "quantity"),
            Field("unit", self.says("单位", "unit"), 12, "word"),
            Field("amount", self.column("payments", "yuan", "amount"), 18, "money"),
        )
        layout = Layout(SUMMARY.get(self.language), fields, HEAD_ROW + 1)
        sheet = self._begin(book, layout, SUMMARY.get(self.language), self.title())
        first, last = HEAD_ROW + 1, HEAD_ROW + len(self.persons)
        for row, item in enumerate(self.items, start=HEAD_ROW + 1):
            amount = self.main.block_outside(f"amount_{item}", first, last)
            own, all_ = (
                self.lines.block_outside(name, HEAD_ROW + 1, HEAD_ROW + len(self.line_rows))
                for name in ("item", "quantity")
            )
            quantity = f"SUMIFS({all_},{own},{criterion(self.item(item))})"
            account = self.run.regulation.accounts.get(item)
            unit = "" if account is None else word("unit", account.unit).get(self.language)
            cells: Cells = {
                "item": (self.item(item), ""),
                "persons": (sum(item in one.amounts for one in self.paid), f"COUNT({amount})"),
                "quantity": (self._sums()[f"quantity_{item}"], quantity),
                "unit": (unit, ""),
                "amount": (money(self.run.items[item]), f"SUM({amount})"),
            }
            self._row(sheet, layout, row, cells)
        total = HEAD_ROW + len(self.items) + 1
        block = layout.block("amount", HEAD_ROW + 1, total - 1)
        sums: Cells = {
            "item": (self.says("合计", "total"), ""),
            "amount": (money(self.run.total), f"SUM({block})"),
        }
        self._row(sheet, layout, total, sums, total=True)
        gross = self.main.outside("gross", last + 1)
        ties, not_ = (
            self.says("与发放表应发合计一致", "ties to the pay sheet"),
            self.says("与发放表应发合计不一致", "does not tie"),
        )
        formula = f"IF(ROUND({layout.cell('amount', total)}-{gross},2)=0,{quoted(ties)},{quoted(not_)})"
        sheet.put(total + 1, 0, ties, "plain", formula)

    def _write_lines(self, book: Book) -> None:
        layout = self.lines
        under = self.says(
            "金额 = ROUND(数量×单价×系数,2)，每行四舍五入一次；各表的合计都是这些金额之和。浅黄色的格可以改。",
            "amount = ROUND(quantity x rate x factor, 2), rounded once a line; all totals are sums of these amounts.",
        )
        sheet = self._begin(book, layout, LINES.get(self.language), under)
        for one in self.line_rows:
            self._row(sheet, layout, one.row, self._line_cells(one))
        first, last = HEAD_ROW + 1, HEAD_ROW + len(self.line_rows)
        cells: Cells = {
            "no": (self.says("合计", "total"), ""),
            "amount": (money(self.run.total), f"SUM({layout.block('amount', first, last)})"),
        }
        self._row(sheet, layout, last + 1, cells, total=True)
        sheet.worksheet.autofilter(HEAD_ROW - 1, 0, last - 1, len(layout.fields) - 1)

    def _line_cells(self, one: _LineRow) -> Cells:
        layout, teacher, regulation = self.lines, one.person.paid.teacher, self.run.regulation
        cells: dict[str, tuple[Value, str]] = {
            "no": (one.person.number, ""),
            "teacher_id": (teacher.teacher_id, ""),
            "name": (teacher.name, ""),
            "item": (self.item(one.item), ""),
            "amount": (money(one.amount), ""),
            "text": (one.text.get(self.language), ""),
        }
        line = one.line
        if line is None:
            return cells
        all_ = self.says("不分", "all")
        kind = all_ if line.kind is None else regulation.kinds[line.kind].name.get(self.language)
        title = all_ if line.title is None else regulation.title_text(line.title).get(self.language)
        quantity, rate, factor = (layout.cell(name, one.row) for name in ("quantity", "rate", "factor"))
        separator = self.says("、", ", ")
        exactly = line.quantity
        as_division = (
            f"{exactly.numerator}/{exactly.denominator}" if shown(exactly, 4) != shown(exactly, STEADY) else ""
        )
        cells |= {
            "kind": (kind, ""),
            "title": (title, ""),
            "quantity": (number(exactly), as_division),
            "unit": (word("unit", line.unit).get(self.language), ""),
            "rate": (money(line.rate.yuan), ""),
            "factor": (number(line.factor), ""),
            "authority": (line.rate.authority, ""),
            "article": (separator.join((*line.quantity_citations, *paid_by(line))), ""),
            "rows": (rows_of(line.lines, self.language), ""),
        }
        if line.shared is None:
            product = f"{quantity}*{rate}*{factor}"
            cells["amount"] = (money(one.amount), rounded_formula(product))
        return cells

    # ---- tax

    def _write_tax(self, book: Book) -> None:
        layout, table = self.taxed, self.run.table
        clause = self.tax_rows[0].found.withholding.clause
        title = self.says("劳务报酬所得预扣个人所得税", "Tax withheld on labor remuneration")
        together = (
            Text("一个月内同一项目的收入合并计算", "a month's income of an item is taken together")
            if self.run.tax_items == "each"
            else Text("一个月内各项目的收入合并计算", "a month's income of all items is taken together")
        )
        under = self.says(
            f"{clause.citation}（自 {clause.effective_from} 起）；{together.zh}；{table.note.zh}",
            f"{clause.citation} (from {clause.effective_from}); {together.en}; {table.note.en}",
        )
        sheet = self._begin(book, layout, title, under)
        for one in self.tax_rows:
            self._row(sheet, layout, one.row, self._tax_cells(one))
        first, last = HEAD_ROW + 1, HEAD_ROW + len(self.tax_rows)
        cells: Cells = {
            "no": (self.says("合计", "total"), ""),
            "tax": (money(self.run.tax), f"SUM({layout.block('tax', first, last)})"),
        }
        self._row(sheet, layout, last + 1, cells, total=True)

    def _tax_cells(self, one: _TaxRow) -> Cells:
        found, teacher = one.found.withholding, one.person.paid.teacher
        formulas = self.formulas
        paid, now, together, deduction, taxable, rate, quick, whole, before = (
            self.taxed.cell(name, one.row)
            for name in ("paid", "now", "together", "deduction", "taxable", "rate", "quick", "whole", "before")
        )
        amounts = [self.main.outside(f"amount_{item}", one.person.row) for item in one.found.items]
        taken_back = found.gross - sum((one.person.paid.amounts[item] for item in one.found.items), Decimal(0))
        wages = f"+{taken_back}" if taken_back else ""  # what was paid as wages is no labor remuneration
        return {
            "no": (one.person.number, ""),
            "teacher_id": (teacher.teacher_id, ""),
            "name": (teacher.name, ""),
            "item": (self.says("、", ", ").join(map(self.item, one.found.items)), ""),
            "paid": (money(found.paid), ""),
            "now": (money(found.gross), f"ROUND({'+'.join(amounts)}{wages},2)"),
            "together": (money(found.together), f"{paid}+{now}"),
            "deduction": (money(found.deduction), formulas.deduction(together)),
            "taxable": (money(found.taxable), f"MAX(0,{together}-{deduction})"),
            "rate": (money(found.rate), formulas.rate(taxable)),
            "quick": (money(found.quick_deduction), formulas.quick(taxable)),
            "whole": (money(found.tax_together), rounded_formula(f"{taxable}*{rate}-{quick}")),
            "before": (money(found.tax_before), formulas.tax(paid)),
            "tax": (money(found.tax), f"ROUND({whole}-{before},2)"),
        }

    def _write_tiers(self, book: Book, clause: WithholdingClause) -> None:
        sheet = book.sheet(TIERS.get(self.language), landscape=False)
        name = self.run.table.name.get(self.language)
        sheet.title_row(0, name[:1].upper() + name[1:], 3)
        sheet.lines(1, [clause.citation], 3, 60.0, "note")
        up_to = self.says("不超过（元）", "up to (yuan)")
        row = HEAD_ROW - 1
        heads = (up_to, self.says("减除费用", "deduction"), self.says("计法", "as"))
        for place, header in enumerate(heads):
            sheet.put(row, place, header, "head")
            sheet.worksheet.set_column(place, place, 20)
        above = self.says("以上", "above")
        for tier in clause.deductions:
            row += 1
            sheet.put(row, 0, above if tier.up_to is None else number(tier.up_to), "money")
            figure, look = (tier.amount, "money") if tier.rate is None else (tier.rate, self.percent)
            sheet.put(row, 1, number(figure), f"typed {look}")
            how = self.says("元", "yuan") if tier.rate is None else self.says("占收入的比例", "share of the income")
            sheet.put(row, 2, how, "word")
        row += 2
        heads = (up_to, self.says("预扣率", "rate"), self.says("速算扣除数", "quick deduction"))
        for place, header in enumerate(heads):
            sheet.put(row, place, header, "head")
        for bracket in clause.brackets:
            row += 1
            sheet.put(row, 0, above if bracket.up_to is None else number(bracket.up_to), "money")
            sheet.put(row, 1, number(bracket.rate), f"typed {self.percent}")
            sheet.put(row, 2, number(bracket.quick_deduction), "typed money")
        sheet.lines(row + 2, [self.run.table.note.get(self.language)], 3, 60.0, "note")

    # ---- what is not paid, and notes

    def _write_refused(self, book: Book) -> None:
        fields = (
            Field("teacher_id", self.column("teachers", "teacher_id", "teacher id"), 10, "text"),
            Field("name", self.column("teachers", "name"), 9, "word"),
            *self._of_what(),
            Field("day", self.says("起始日期", "from"), 12, "date"),
            Field("quantity", self.column("payments", "quantity"), 9, "quantity"),
            Field("unit", self.says("单位", "unit"), 7 if self.language == "zh" else 11, "word"),
            Field("rows", self.says("工作记录行", "rows of activities"), 14, "remark"),
            Field("missing", self.says("缺少什么", "what is missing"), 60, "remark"),
        )
        layout = Layout(REFUSED.get(self.language), fields, HEAD_ROW + 1)
        under = self.says(
            "下列工作没有单价，本次没有发放，也没有按 0 计；补上单价后重新生成。",
            "This work has no rate: it is not paid here, and not counted as 0; add the rate and write the sheet anew.",
        )
        sheet = self._begin(book, layout, REFUSED.get(self.language), under)
        regulation = self.run.regulation
        for row, one in enumerate(self.run.refused, start=HEAD_ROW + 1):
            cells: Cells = {
                "teacher_id": (one.teacher.teacher_id, ""),
                "name": (one.teacher.name, ""),
                "item": (self.item(one.item), ""),
                "kind": (regulation.kinds[one.kind].name.get(self.language), ""),
                "title": (regulation.title_text(one.title).get(self.language), ""),
                "day": (one.day, ""),
                "quantity": (number(one.quantity), ""),
                "unit": (word("unit", one.unit).get(self.language), ""),
                "rows": (rows_of(one.lines, self.language), ""),
                "missing": (one.missing.get(self.language), ""),
            }
            self._row(sheet, layout, row, cells)

    def _write_notes(self, book: Book) -> None:
        sheet = book.sheet(NOTES.get(self.language), landscape=False)
        width = 88.0
        sheet.worksheet.set_column(0, 0, width)
        row = 0
        for title, lines in self._sections():
            if lines:
                sheet.put(row, 0, title, "heading")
                sheet.worksheet.set_row(row, 20)
                row = sheet.lines(row + 1, lines, 1, width) + 1

    def _sections(self) -> Iterator[tuple[str, list[str]]]:
        language = self.language
        yield self.says("来源", "Origin"), [text.get(language) for text in self.origin.lines()]
        told = (*unlisted(self.run), *notes(self.run))
        yield self.says("说明", "Notes"), [text.get(language) for text in told]
        yield self.says("工作记录", "Activity rows"), [*row_counts(self.run, language), *self._left_out()]
        yield self.says("预算", "Budget"), [check.text.get(language) for check in self.checks]
        if self.withheld:
            named = (self.run.table.name, self.run.table.note)
            yield self.says("个税", "Tax"), [joined(named, "：", ": ").get(language)]
        yield self.says("公式", "Formulas"), list(self._about())
        if self.identities:
            kept = self.says(
                "这些列由学校另外提供，只写入本文件，程序不保存；请按敏感个人信息保管本文件。",
                "These columns were given by the school for this file alone; keep it safe.",
            )
            gaps = [text.get(language) for text in identity_gaps(self.run, self.identities)]
            yield self.says("证件号和卡号", "Identity and bank numbers"), [kept, *gaps]

    def _left_out(self) -> Iterator[str]:
        """The faults that were skipped, by place and without what stands there."""
        for fault in self.run.faults:
            yield evolve(fault, value=None, suggestion=None).in_language(self.language)

    def _about(self) -> Iterator[str]:
        yield self.says(
            "“明细”中浅黄色的数量、单价、系数改动后，金额、发放表、汇总、个税、大写随之重算；共同主持活动的份额、封顶和"
            "预算折减的金额、已发扣回、补发补扣的金额、预算的比较和文字说明不随之改变，须重新生成。",
            "Change a quantity, rate or factor on yellow (lines) and amounts, sheet, summary, tax and capitals follow; "
            "parts of a shared event, cuts by a cap or a budget, what was paid before, corrections, the comparison "
            "with a budget, and remarks do not: for these, write the sheet anew.",
        )


# ---------------------------------------------------------------- small things


def money(amount: Decimal | None) -> int | float | None:
    """Yuan as a cell holds it: the double nearest to so many fen.

    >>> money(Decimal("60.00")), money(Decimal("0.10"))
    (60, 0.1)
    """
    return None if amount is None else number(Fraction(amount))


def height(cells: Cells, layout: Layout) -> Iterator[float]:
    """The heights that the wrapped cells of a row need."""
    yield LINE
    for one in layout.fields:
        if one.style in _WRAPPED:
            yield height_of(str(cells.get(one.name, ("", ""))[0]), one.width - 1)


__all__ = ["identity_gaps", "write_pay_sheet"]
