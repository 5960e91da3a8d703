"""The faults of frames for people: what stands in the cell and what is accepted, in the words of the tables' reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workload.errors import Fault
from workload.frame.columns import ROW, Columns
from workload.frame.engines import collected, rows_of
from workload.regulation import Regulation
from workload.tables.cells import CellError, Parser
from workload.tables.read import column_parsers
from workload.text import Text

if TYPE_CHECKING:
    import narwhals as nw

# What is accepted where the reader of sheets takes more than a column of a frame does, or asks for more than one cell.
ACCEPTED: Mapping[str, Text] = {
    "required": Text("必填，不能为空", "is required"),
    "not_a_date": Text("应为日期，写作 2024-03-05", "takes a date, written as 2024-03-05"),
    "not_a_time": Text("应为时间，写作 14:30", "takes a time, written as 14:30"),
    "not_a_number": Text("应为数字，不带单位", "takes a number without a unit"),
    "not_whole": Text("应为整数", "takes a whole number"),
    "off_scale": Text(
        "所选的精度容不下这个数；请用更大的 --scale", "the scale does not hold it; choose a larger --scale"
    ),
    "unknown_word": Text("不是可选的用语", "is none of the words that are accepted"),
    "unknown_kind": Text("规则里没有这个类别", "the rules have no such kind"),
    "unknown_title": Text("规则里没有这个职称", "the rules have no such title"),
    "unknown_teacher": Text("教师表中没有这个工号，或该教师的行有错误", "there is no such id among the sound teachers"),
    "twice": Text("已经出现过，而内容不同；请删除或改正", "stands twice, with two contents"),
    "title_missing": Text(
        "该教师当天没有职称，活动无法计分；请在“职称”表或“教师”表填写（没有职称请填“无”）",
        "the teacher has no title on that day, so the event has no points; give one ('none' is one)",
    ),
    "no_time": Text("结束时间与开始时间相同", "the end is the same as the start"),
    "minutes_disagree": Text("与起止时间不符；请改正其中之一", "disagrees with start and end"),
    "minutes_missing": Text("值班须填写分钟，或开始时间和结束时间", "a duty needs minutes, or start and end"),
    "class_hours_missing": Text("教学须填写课时", "a class needs class hours"),
    "not_positive": Text("必须大于0", "must be above 0"),
    "shares_above_one": Text("同一活动的份额合计超过1", "the shares of the event add up to more than 1"),
    "overlap": Text("与其他值班时间重叠，按所选口径不予核算", "lies over another duty, which the reading refuses"),
    "end_before_start": Text("早于开始日期", "lies before the start"),
    "no_clause": Text("当天没有适用的条款", "no clause holds on that day"),
}


def told(faults: nw.DataFrame[Any], tables: Mapping[str, Any], regulation: Regulation) -> tuple[Fault, ...]:
    """The faults in a frame in memory, each with what stands in its cell and what is accepted there.

    Args:
        faults: some of the rows of :attr:`~workload.frame.FrameEvaluation.faults`.
        tables: the frames that were evaluated.
        regulation: whose kinds and titles are accepted.
    """
    names = list(faults.columns)
    rows = [dict(zip(names, row, strict=True)) for row in rows_of(faults)]
    parsers = column_parsers(regulation)
    cells = {table: _cells(table, tables, rows) for table in {row["table"] for row in rows}}
    found = []
    for row in rows:
        table, number, column, code = (row[name] for name in ("table", ROW, "column", "code"))
        cell = cells[table].get(number, {}).get(column)
        message, near = _accepted(code, cell, parsers[table].get(column))
        found.append(Fault(table, number, column, None if cell is None else str(cell), code, message, near))
    return tuple(found)


def _cells(table: str, tables: Mapping[str, Any], rows: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """The rows of a table in which there are faults."""
    import narwhals as nw

    own = Columns.of(table, tables[table])
    if not own.has(ROW):
        return {}
    numbers = sorted({row[ROW] for row in rows if row["table"] == table})
    found = collected(own.frame.filter(nw.col(ROW).is_in(numbers)))
    return {row[ROW]: row for row in (dict(zip(found.columns, one, strict=True)) for one in rows_of(found))}


def _accepted(code: str, cell: Any, parser: Parser | None) -> tuple[Text, Text | None]:
    """What is accepted there, and what was probably meant."""
    if cell is not None and parser is not None:
        try:
            parser(cell)
        except CellError as error:
            if error.code == code:
                return error.text, error.suggestion
    return ACCEPTED.get(code, Text(code, code)), None
