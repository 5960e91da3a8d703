"""The copy of a person's own workbook in which what a check found is marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from workload.documents.marked import Listing, Mark, Place, write_marked_copy, write_marked_tables
from workload.errors import Fault, WorkloadError
from workload.evaluation import CenterCheck
from workload.intake import Intake
from workload.ledger import Notice
from workload.privacy import looks_like_person_data
from workload.tables.aliases import aliases_of
from workload.tables.cells import Cell
from workload.tables.package import Package
from workload.tables.sources import SourceTable, opened
from workload.tables.write import written
from workload.text import Language, Text
from workload.vocabulary import column_text, table_text

COPIED = (".xlsx", ".xlsm")  # of these the copy is the file itself; of others, its tables in a new workbook
_CLIENT_DATA = ("client_data", "client_data_column")


def write_checked(
    source: str | Path, target: str | Path, found: CenterCheck, language: Language = "zh", *, overwrite: bool = True
) -> None:
    """Write a copy of the input: faulty cells red, doubtful rows yellow, with their messages, and a sheet of them all.

    Of an xlsx or xlsm file nothing else changes; the tables of another input are written as a new workbook.

    Args:
        source: the workbook or folder that was checked.
        target: where the copy goes; another file than the input.
        found: what :func:`~workload.check_center` found in it.
        language: of the messages.
        overwrite: whether a file that is already there may be replaced.

    Raises:
        WorkloadError: the records hold what looks like data of clients, which no copy may carry on; or the file cannot
            be written.
        InputError: the input cannot be read.

    Example::

        write_checked("records.xlsx", "marked.xlsx", check_center(read_center("records.xlsx")))
    """
    source, target = Path(source), Path(target)
    if source.resolve() == target.resolve():
        raise WorkloadError(Text(f"{target} 是输入本身，请另选文件名", f"{target} is the input; choose another name"))
    is_copy = source.suffix.lower() in COPIED
    if any(fault.code in _CLIENT_DATA for fault in found.faults) or (is_copy and _holds_person_data(source)):
        raise WorkloadError(
            Text(
                "数据中有疑似来访者的资料，副本会把它们带走，因此没有写出副本；请先按上面的清单删除，再试",
                "there is what looks like data of clients, and a copy would carry it on: none was written; delete it",
            )
        )
    marks, listing = list(_marks(found, language)), _listing(found, language)

    def write(temporary: Path) -> None:
        if source.suffix.lower() in COPIED:
            write_marked_copy(source, temporary, marks, listing)
        else:
            tables = opened(source, aliases_of(source)).tables
            known = ((table.place, _known_cells(table, found.intake), 1) for table in tables)
            write_marked_tables(temporary, known, marks, listing)

    written(target, write, overwrite=overwrite)


def _known_cells(table: SourceTable, intake: Intake) -> Iterator[tuple[int, Sequence[Cell]]]:
    """The rows with the cells of known columns alone: what the reader does not read, the copy does not carry on."""
    place = intake.places.get(table.table.name)
    names = {column.name for column in table.table.columns}
    known = {column for name, column in place.columns.items() if name in names} if place is not None else set()
    for number, row in table.rows:
        yield number, [cell if column in known else None for column, cell in enumerate(row, start=1)]


# A text, or a number, as the parts of a workbook hold them.
_STORED = re.compile(rb">([^<>]{11,})<")


def _holds_person_data(path: Path) -> bool:
    """Whether a workbook holds an identity-card or mobile number anywhere, in sheets that are not read too."""
    with Package(path) as package:
        parts = [name for name in package.parts if name.startswith("xl/") and name.endswith(".xml")]
        parts = [name for name in parts if "/theme" not in name and "/styles" not in name]
        for name in parts:
            before = b""
            for piece in package.xml_chunks(name):
                if any(looks_like_person_data(text.decode("utf-8", "replace")) for text in _texts(before + piece)):
                    return True
                before = piece[piece.rfind(b"<") :][-_LONGEST:]
    return False


_LONGEST = 4096  # bytes of a text that may stand over the border of two pieces


def _texts(piece: bytes) -> Iterator[bytes]:
    """The texts that are long enough for such a number, and have some digits in a row."""
    return (text for text in _STORED.findall(piece) if _DIGITS.search(text) and not _FRACTION.fullmatch(text))


_DIGITS = re.compile(rb"\d{3}")
_FRACTION = re.compile(rb"-?\d*\.\d+(?:[Ee][+-]?\d+)?")


def _marks(found: CenterCheck, language: Language) -> Iterator[Mark]:
    for fault in found.faults:
        if (place := _place_of_fault(fault, found.intake)) is not None:
            yield Mark(*place, fault.told(language))
    for notice in found.notices:
        if (place := _place_of_notice(notice, found.intake)) is not None:
            yield Mark(*place, notice.message.get(language), "warning")


def _place_of_fault(fault: Fault, intake: Intake) -> Place | None:
    table = intake.places.get(fault.table)
    if table is None or fault.row is None:
        return None
    name = fault.value if fault.code == "unsure_column" else fault.column
    column = table.columns.get(name or "") or min(table.columns.values(), default=1)
    return table.sheet, fault.row, column


def _place_of_notice(notice: Notice, intake: Intake) -> Place | None:
    table = intake.places.get(notice.table)
    if table is None or notice.row is None:
        return None
    names = ("attended",) if notice.code == "attendance_blank" else ("start", "date")
    column = next((table.columns[name] for name in names if name in table.columns), 1)
    return table.sheet, notice.row, column


def _listing(found: CenterCheck, language: Language) -> Listing:
    zh = language == "zh"
    rows: list[tuple[tuple[str | int | None, ...], Place | None]] = []
    for fault in found.faults:
        column = column_text(fault.table, fault.column).get(language) if fault.column else ""
        what = (table_text(fault.table).get(language), fault.row, column, fault.value or "", fault.told(language))
        rows.append((("错误" if zh else "fault", *what), _place_of_fault(fault, found.intake)))
    for notice in found.notices:
        what = (table_text(notice.table).get(language), notice.row, "", "", notice.message.get(language))
        rows.append((("提示" if zh else "warning", *what), _place_of_notice(notice, found.intake)))
    words = [alias.text.get(language) for alias in found.intake.aliases]
    summary = (
        f"错误 {len(found.faults)} 处（红色），提示 {len(found.notices)} 条（黄色）。请在原文件中改正，本副本只供对照。"
        if zh
        else f"{len(found.faults)} faults (red), {len(found.notices)} warnings (yellow). Mend them in your own file; "
        "this copy is to look at."
    )
    return Listing(
        "检查结果" if zh else "check",
        (summary, *([f"{'本校用语：' if zh else 'Own words: '}{'；'.join(words)}"] if words else [])),
        ("性质", "表", "行", "列", "现值", "问题与可接受的值")
        if zh
        else ("", "table", "row", "column", "value", "what"),
        tuple(rows),
        "单元格" if zh else "cell",
    )
