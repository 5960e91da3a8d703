"""How a center's tables were read: what was repaired, what passed over, which of a school's own words were used.

Nothing here changes a figure. It is what lets a person follow the records back to the cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import field, frozen

from workload.errors import shown_value
from workload.text import Text
from workload.vocabulary import column_text, table_text

# A cell that has one meaning, written in another way than the table takes it.
REPAIRS = MappingProxyType(
    {
        "full_width": Text("全角字符读作半角", "full-width characters read as half-width"),
        "spaces": Text("去掉多余的空格", "stray spaces removed"),
        "unit": Text("去掉单位", "the unit removed"),
        "text_number": Text("文本读作数字", "a text read as a number"),
        "text_date": Text("文本读作日期", "a text read as a date"),
        "text_time": Text("文本读作时间", "a text read as a time"),
        "number_date": Text("数字读作日期", "a number read as a date"),
        "number_time": Text("数字读作时间", "a number read as a time"),
        "merged": Text("合并的单元格：各行取同一内容", "a merged cell: each of its rows has its content"),
        "header": Text("列名的另一种写法", "another spelling of a header"),
        "sheet": Text("表名的另一种写法", "another spelling of a table's name"),
    }
)

# Rows and sheets that hold no record.
PASSED_OVER = MappingProxyType(
    {
        "title_row": Text("标题行，不是记录", "a title, no record"),
        "repeated_header": Text("重复的表头", "the header again"),
        "totals_row": Text("合计行，不是记录", "a row of totals, no record"),
        "footer": Text("表尾说明，不是记录", "a remark below the table, no record"),
        "blank_row": Text("认得的列里没有内容（或只有编号）", "nothing in a known column but perhaps a number"),
        "example_row": Text("示例行，不计", "the example row, not counted"),
        "hidden_sheet": Text("工作表是隐藏的，已照常读取", "the sheet is hidden; it was read all the same"),
    }
)


@frozen
class Repair:
    """A cell that was read as what it can only mean; ``rows`` are all rows of the column where it stands so."""

    table: str
    column: str
    code: str
    value: str | None = field(converter=shown_value)
    read_as: str | None = field(converter=shown_value)
    rows: tuple[int, ...]

    @property
    def message(self) -> Text:
        """What was done."""
        return REPAIRS[self.code]


@frozen
class PassedOver:
    """Rows of a table, or a sheet, that hold no record."""

    table: str
    code: str
    rows: tuple[int, ...] = ()

    @property
    def message(self) -> Text:
        """What they are."""
        return PASSED_OVER[self.code]


@frozen
class Alias:
    """One of the school's own words, confirmed in its alias file, and what it was read as.

    A word of a table's name has no column, a header none either but a table; ``meaning`` ``None``: not to be read.
    """

    table: str | None
    column: str | None
    spelling: str
    meaning: str | None

    @property
    def text(self) -> Text:
        """The alias as one writes it: ``工作记录.类别.个案咨询=咨询值班``."""
        places = [table_text(self.table)] if self.table else []
        if self.table and self.column:
            places.append(column_text(self.table, self.column))
        meaning = Text(self.meaning or "不读", self.meaning or "not read")
        if self.meaning and self.table and not self.column:
            meaning = column_text(self.table, self.meaning)
        elif self.meaning and not self.table:
            meaning = table_text(self.meaning)
        zh, en = (".".join([*(place.get(language) for place in places), self.spelling]) for language in ("zh", "en"))
        return Text(f"{zh}={meaning.zh}", f"{en}={meaning.en}")


@frozen
class TablePlace:
    """Where a table stands: its sheet or file, the row of its header, and the column (from 1) of each header."""

    sheet: str
    header_row: int
    columns: Mapping[str, int] = field(factory=dict)


@frozen(eq=False)
class Intake:
    """How the tables of a center were read."""

    places: Mapping[str, TablePlace] = field(factory=dict)
    repairs: tuple[Repair, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    aliases: tuple[Alias, ...] = ()
    columns_not_read: Mapping[str, tuple[str, ...]] = field(factory=dict)
    """For each table, the headers of the columns that it does not know."""
    sheets_not_read: tuple[str, ...] = ()
    """The sheets that are no known table; one whose name could be a person's as ``…``."""
