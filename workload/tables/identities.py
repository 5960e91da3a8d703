"""A school's file of identity and bank numbers, read for the pay sheet alone.

They are no part of the library's records, which refuse such columns. What is read here goes into the columns of one
pay sheet and nowhere else: no message repeats it, and what holds it never shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from workload.errors import WorkloadError
from workload.identity import (
    FAULTS,
    BankFault,
    IdentityFault,
    bank_fault,
    identity_fault,
    is_in_place_of_id,
    is_long_number,
)
from workload.tables import container, sources
from workload.tables.cells import BadCell, Cell, blank, plain
from workload.tables.package import unusable
from workload.tables.payheadings import FIGURES, heading, role_of
from workload.text import Text, joined
from workload.vocabulary import TABLES, column_named, header_spelling


class Identities(Mapping[str, Mapping[str, str]]):
    """The columns of a file of identities, by 工号. It never shows what it holds, however it is printed."""

    def __init__(self, found: Mapping[str, Mapping[str, str]]) -> None:
        self._found = found

    def __getitem__(self, teacher_id: str) -> Mapping[str, str]:
        return self._found[teacher_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __repr__(self) -> str:
        return f"<identities of {len(self)} teachers>"


def read_identities(path: str | Path) -> Identities:
    r"""A file with 工号 and the columns that finance asks for, as texts: csv, or the sheet of an xlsx, xls, ods file.

    It is read for the pay sheet alone, which compares 姓名, where the file has it, with the records. Identity numbers
    (GB 11643-1999) and bank numbers are checked as the linter of pay sheets does; numbers that a spreadsheet kept as
    numbers are refused, because digits are lost. No message repeats what stands there.

    Raises:
        WorkloadError: all that is wrong, each with its row and column.
        InputError: the file cannot be read.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(f"{folder}/证件.csv").write_text("工号,开户行\n007,某行\n", encoding="utf-8")
    ...     found = read_identities(f"{folder}/证件.csv")
    >>> found, found["007"]["开户行"]
    (<identities of 1 teachers>, '某行')
    """
    path = Path(path)
    for rows in _sheets(path):
        reading = _Reading()
        for number, row in rows:
            reading.take(number, row)
        if reading.columns:
            break
    else:
        raise unusable(
            path,
            "应有表头：“工号”，和要写入发放表的列（如 身份证号、银行卡号、开户行）",
            "needs a header: 工号, and the columns for the pay sheet, such as 身份证号, 银行卡号, 开户行",
        )
    if reading.problems:
        raise WorkloadError(joined(reading.problems, "\n", "\n"))
    return Identities(reading.found)


def is_name(header: str) -> bool:
    """Whether a column holds the person's name, which is compared with the records and not written again.

    >>> is_name("姓 名"), is_name("开户行")
    (True, False)
    """
    return role_of(heading(header)) == "name" and heading(header) in _OWN_NAME


_OWN_NAME = frozenset({"姓名", "教师姓名", "职工姓名", "教师", "name"})


class _Reading:
    """One sheet, row by row."""

    def __init__(self) -> None:
        self.found: dict[str, Mapping[str, str]] = {}
        self.problems: list[Text] = []
        self.columns: dict[int, str] = {}
        self._own: int | None = None
        self._seen: dict[tuple[str, str], str] = {}

    def take(self, number: int, row: Sequence[Cell]) -> None:
        """Take the next row: the header, or a teacher's."""
        if self._own is None:
            self._header(number, row)
            return
        values = {place: row[place] for place in self.columns if place < len(row) and not blank(row[place])}
        own = row[self._own] if self._own < len(row) and not blank(row[self._own]) else None
        if own is None:
            if values:
                self._tell(number, "工号", "缺少工号", "has no 工号")
            return
        fault = _id_problem(own)
        teacher = plain(own)
        if fault is None and teacher in self.found:
            fault = Text("工号重复", "the same 工号 twice")
        if fault is not None:
            self._tell(number, "工号", fault.zh, fault.en)
        for place, cell in values.items():
            fault = _problem_of(self.columns[place], cell) or self._twice(teacher, self.columns[place], cell)
            if fault is not None:
                self._tell(number, self.columns[place], fault.zh, fault.en)
        self.found[teacher] = {self.columns[place]: plain(cell) for place, cell in values.items()}

    def _header(self, number: int, row: Sequence[Cell]) -> None:
        named = {place: str(cell) for place, cell in enumerate(row) if isinstance(cell, str) and not blank(cell)}
        own = next((place for place, name in named.items() if _is_teacher_id(name)), None)
        columns = {place: plain(name) for place, name in named.items() if place != own}
        if own is None or all(map(is_name, columns.values())):
            return
        self._own, self.columns = own, columns
        spellings: list[str] = []
        for name in columns.values():
            if is_long_number(name):
                self._tell(number, "…", "表头应为文字，不是号码", "a heading is a word, not a number")
            elif role_of(heading(name)) in FIGURES:
                self._tell(number, name, "是金额一类的列，发放表自己有", "is a figure, which the pay sheet has itself")
            elif heading(name) in spellings:
                self._tell(number, name, "表头出现了两次", "the same heading twice")
            spellings.append(heading(name))

    def _twice(self, teacher: str, header: str, cell: Cell) -> Text | None:
        """Whether a number is that of another person too."""
        role = role_of(heading(header))
        if role not in ("identity", "bank"):
            return None
        key = role, re.sub(r"[\s-]", "", plain(cell)).casefold()
        if self._seen.setdefault(key, teacher) == teacher:
            return None
        return Text("与另一个人的号码相同", "the same number as another person's")

    def _tell(self, row: int, header: str, zh: str, en: str) -> None:
        header = "…" if is_long_number(header) else header  # a heading is a word; whatever else stands there
        self.problems.append(Text(f"第{row}行 {header}：{zh}", f"row {row}, {header}: {en}"))


def _is_teacher_id(spelling: str) -> bool:
    column = column_named(TABLES["teachers"], header_spelling(spelling))
    return column is not None and column.name == "teacher_id"


def _id_problem(cell: Cell) -> Text | None:
    if isinstance(cell, BadCell):
        return cell.text
    if not isinstance(cell, str):
        return Text(
            "应为文本；存成数字会丢失前面的0（007 成了 7），请把该列设为文本后重新录入",
            "takes a text: a number loses the zeros before it (007 becomes 7); make the column text and enter it anew",
        )
    if is_in_place_of_id(plain(cell)):
        return Text("像证件号或卡号，不是工号；请核对是否错列", "looks like an identity or bank number, not a 工号")
    return None


def _problem_of(header: str, cell: Cell) -> Text | None:
    """What is wrong with a cell, without saying what stands there."""
    if isinstance(cell, BadCell):
        return cell.text
    if not isinstance(cell, str):
        return Text(
            "应为文本；存成数字会丢失位数，请把该列设为文本后按原件重新录入",
            "takes a text: a number loses digits; make the column text and enter it anew",
        )
    role = role_of(heading(header))
    wrong: IdentityFault | BankFault | None = None
    if role == "identity":
        wrong = identity_fault(plain(cell))
    elif role == "bank":
        wrong = bank_fault(plain(cell))
    return None if wrong is None else FAULTS[wrong]


def _sheets(path: Path) -> Iterator[Iterable[tuple[int, Sequence[Cell]]]]:
    """The sheets of the file, or its only table."""
    if path.suffix.lower() == ".csv":
        try:
            yield list(sources.csv_rows(path, "teachers", sources.csv_encoding(path, "teachers")))
        except OSError as error:
            raise container.not_opened(path, error) from None
        return
    container.check(path)
    book = sources.sheets_of(path)
    for name in book.names:
        yield book.read(name)[1]


__all__ = ["Identities", "is_name", "read_identities"]
