"""What can go wrong, said once for people and once for programs.

Every error carries a sentence in Chinese and in English (:class:`~workload.text.Text`) and, where a table or a rule
file is to blame, the list of *all* its faults: table, row, column, the value as it stands, and what is accepted.

>>> fault = Fault("activities", 17, "kind", "咨寻", "unknown_kind", Text("未知类别", "unknown kind"))
>>> print(InputError([fault]))
工作记录 第17行 类别“咨寻”：未知类别
>>> print(InputError([fault]).in_language("en"))
activities row 17, kind '咨寻': unknown kind
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import field, frozen

from workload.privacy import looks_like_person_data
from workload.text import Language, Text
from workload.vocabulary import column_text, table_text


def shown_value(value: object) -> str | None:
    """A cell's value as a message may repeat it: shortened, and not at all where it could name a client."""
    if value is None:
        return None
    text = str(value)
    if looks_like_person_data(text):
        return None
    return text if len(text) <= 60 else text[:59] + "…"


_OF_A_TABLE = frozenset(
    {"missing_column", "client_data_column", "column_twice", "table_twice", "not_csv", "unsure_column", "unsure_table"}
    | {"alias_file", "booking_map", "header_error", "too_many_faults"}
)


@frozen
class Fault:
    """One thing that is wrong in one place of the input.

    ``value`` is what stands there, or ``None`` when nothing does or when it may not be repeated (client data).
    ``code`` is for programs, ``message`` for people; ``row`` is the row as the sheet numbers it. ``suggestion`` is what
    was probably meant (for a sheet or a column, the alias that would say so); it is never taken unasked.
    """

    table: str
    row: int | None
    column: str | None
    value: str | None = field(converter=shown_value)
    code: str
    message: Text
    suggestion: Text | None = None

    @property
    def is_of_a_row(self) -> bool:
        """Whether leaving out one row would do away with it; else the whole table, or the input, is in doubt."""
        return self.row is not None and self.code not in _OF_A_TABLE

    def in_language(self, language: Language = "zh") -> str:
        """The fault as one line."""
        table = table_text(self.table).get(language)
        column = column_text(self.table, self.column).get(language) if self.column else ""
        if language == "en":
            row = f" row {self.row}" if self.row is not None else ""
            where = f", {column}" if column else ""
            value = f" {self.value!r}" if self.value is not None else ""
            return f"{table}{row}{where}{value}: {self.told(language)}"
        row = f" 第{self.row}行" if self.row is not None else ""
        where = f" {column}" if column else ""
        value = f"“{self.value}”" if self.value is not None else ""
        return f"{table}{row}{where}{value}：{self.told(language)}"

    def told(self, language: Language = "zh") -> str:
        """What is wrong and what is accepted, with the suggestion.

        >>> Fault("teachers", 2, "employment", "兼取", "unknown_word", Text("未知", "unknown"), Text("兼职", "")).told()
        '未知；兼取 → 兼职？'
        """
        message = self.message.get(language)
        if self.suggestion is None or self.value is None:
            return message
        if language == "en":
            return f"{message}; did you mean {self.suggestion.en}?"
        return f"{message}；{self.value} → {self.suggestion.zh}？"


class WorkloadError(Exception):
    """The base of every error of this library: a sentence in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.zh)
        self.text = text

    def in_language(self, language: Language = "zh") -> str:
        """The whole message in one language."""
        return self.text.get(language)


class InputError(WorkloadError):
    """The input has faults: all of them, in ``faults``."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(
            Text(
                "\n".join(fault.in_language("zh") for fault in self.faults),
                "\n".join(fault.in_language("en") for fault in self.faults),
            )
        )


_RULE_FILE = Text("规则文件", "rule file")


class RuleFileError(WorkloadError):
    """A rule file, or another TOML file of the school, is wrong: all that is wrong in it, each line with its place."""

    def __init__(self, name: str, problems: Iterable[Text], what: Text = _RULE_FILE) -> None:
        self.name = name
        self.problems = tuple(problems)
        super().__init__(
            Text(
                "\n".join([f"{what.zh} {name} 有 {len(self.problems)} 处错误：", *(p.zh for p in self.problems)]),
                "\n".join([f"{what.en} {name} has {len(self.problems)} faults:", *(p.en for p in self.problems)]),
            )
        )


class NoClauseError(WorkloadError):
    """No clause of the regulation speaks of that day or that thing. It is never taken for zero."""


class ReadingError(WorkloadError):
    """A reading (switch) or its value is not known."""


class MissingExtraError(WorkloadError):
    """An optional dependency is not installed; the message says which command installs it."""
