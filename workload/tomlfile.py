"""A TOML file of the school (rates, a budget, a withholding table), read with all that is wrong in it, by line.

Rule files, which extend each other, and booking maps, which are part of an input, have readers of their own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from workload.errors import RuleFileError
from workload.exact import exact, rounded
from workload.text import Text
from workload.toml_lines import line_numbers

FEN_PLACES = 2  # decimals of an amount of money

Place = tuple[str | int, ...]
Record = Mapping[str, Any]


class TomlFile:
    """One file; collects problems instead of stopping at the first. ``data`` is what stands in it.

    What is asked for at a key is ``None``, or empty, where it is missing or wrong.

    Raises:
        RuleFileError: the file cannot be read, or is no TOML.
    """

    what = Text("文件", "file")

    def __init__(self, path: Path, number: int = 1) -> None:
        self.path = path
        self.lines: Mapping[Place, int] = {}
        self.problems: list[tuple[int, Text]] = []
        self.data = self._data()
        if type(self.data.get("format")) is not int or self.data["format"] != number:
            self.wrong(("format",), f"必须写明 format = {number}", f"must say format = {number}")

    def wrong(self, place: Place, zh: str, en: str) -> None:
        """Note a problem with its line."""
        line = next((self.lines[key] for n in range(len(place), 0, -1) if (key := place[:n]) in self.lines), 1)
        where = f"{self.path.name}:{line} {'.'.join(map(str, place))}".rstrip()
        self.problems.append((line, Text(f"{where}：{zh}", f"{where}: {en}")))

    def stop_if_wrong(self) -> None:
        """Raise all problems together, in the order of their lines."""
        if self.problems:
            raise RuleFileError(
                self.path.name or str(self.path),
                [text for _, text in sorted(self.problems, key=lambda one: one[0])],
                self.what,
            )

    def _data(self) -> Record:
        try:
            source = self.path.read_bytes().decode("utf-8-sig")
            data = tomllib.loads(source, parse_float=Decimal)
        except FileNotFoundError:
            self.wrong((), f"找不到文件 {self.path}", f"there is no file {self.path}")
        except (OSError, UnicodeDecodeError) as error:
            self.wrong((), f"无法读取（需为UTF-8文本）：{error}", f"cannot be read (UTF-8 text): {error}")
        except (ValueError, ArithmeticError, RecursionError) as error:  # also a number too long, or out of all bounds
            self.wrong((), f"不是有效的TOML：{error}", f"is not valid TOML: {error}")
        else:
            self.lines = line_numbers(source)
            return data
        raise RuleFileError(self.path.name or str(self.path), [text for _, text in self.problems], self.what)

    # ---- what stands at a key

    def only(self, record: Record, place: Place, accepted: Collection[str]) -> None:
        """No other keys."""
        names = ", ".join(accepted)
        for key in record:
            if key not in accepted:
                self.wrong((*place, key), f"未知的键；可用：{names}", f"unknown key; accepted: {names}")

    def there(self, record: Record, place: Place, key: str) -> bool:
        """Whether a key that must be there is."""
        if key not in record:
            self.wrong(place, f"缺少必需的键 {key!r}", f"the required key {key!r} is missing")
        return key in record

    def not_taken(self, place: Place, accepted: Text, value: object) -> None:
        """Note that a value is not what is accepted."""
        told = repr(value) if isinstance(value, str | list | dict) else str(value).lower()  # near to what stands there
        self.wrong(place, f"{accepted.zh}，现为 {told}", f"{accepted.en}, not {told}")

    def records(
        self,
        key: str,
        accepted: Collection[str],
        record: Record | None = None,
        place: Place = (),
        *,
        needed: bool = True,
    ) -> Iterator[tuple[Record, Place]]:
        """The tables of a list, each with its place: of the file itself, or of a record in it."""
        within = self.data if record is None else record
        at = (*place, key)
        found = within.get(key, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            header = f"[[{'.'.join(name for name in at if isinstance(name, str))}]]"
            self.wrong(at, f"应为表的列表（{header}）", f"takes a list of tables ({header})")
        elif not found and needed and self.there(within, place, key):
            self.wrong(at, "不能为空", "must not be empty")
        else:
            for number, one in enumerate(found):
                self.only(one, (*at, number), accepted)
                yield one, (*at, number)

    def text(self, record: Record, place: Place, key: str) -> str:
        """A text that must be there."""
        if not self.there(record, place, key):
            return ""
        value = record[key]
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.not_taken((*place, key), Text("应为文字", "takes a text"), value)
        return ""

    def words(self, record: Record, place: Place, key: str) -> Text:
        """A text in both languages, which must be there."""
        if not self.there(record, place, key):
            return Text("", "")
        value, at = record[key], (*place, key)
        if not isinstance(value, dict):
            self.not_taken(at, Text("应为两种文字 { zh, en }", "takes { zh, en }"), value)
            return Text("", "")
        self.only(value, at, ("zh", "en"))
        return Text(self.text(value, at, "zh"), self.text(value, at, "en"))

    def day(self, record: Record, place: Place, key: str, *, needed: bool = True) -> date | None:
        """A day."""
        value = record.get(key)
        if type(value) is date:
            return value
        if key in record:
            self.not_taken((*place, key), Text("应为日期（如 2024-09-01）", "takes a date (2024-09-01)"), value)
        elif needed:
            self.there(record, place, key)
        return None

    def whole(self, key: str) -> int | None:
        """A whole number of at least 0 of the file itself."""
        value = self.data.get(key)
        if value is None or (type(value) is int and value >= 0):
            return value
        self.not_taken((key,), Text("应为不小于0的整数", "takes a whole number of at least 0"), value)
        return None

    def number(
        self, record: Record, place: Place, key: str, places: int, accepted: Text, kinds: Collection[type]
    ) -> Fraction | None:
        """A number of at least 0 with at most so many decimals."""
        value, at = record.get(key), (*place, key)
        if value is None:
            return None
        found = _exact(value, kinds)
        if found is None:
            self.not_taken(at, accepted, value)
        elif found < 0:
            self.wrong(at, f"不能小于0：{value}", f"must not be below 0: {value}")
        elif (found * 10**places).denominator != 1:
            self.wrong(at, f"至多 {places} 位小数，现为 {value}", f"has at most {places} decimals, not {value}")
        else:
            return found
        return None

    def yuan(self, record: Record, place: Place, key: str) -> Decimal | None:
        """An amount to the fen."""
        accepted = Text("应为金额（如 60.50，不加引号）", "takes an amount (60.50, without quotation marks)")
        found = self.number(record, place, key, FEN_PLACES, accepted, (int, Decimal))
        return None if found is None else rounded(found, FEN_PLACES)

    def share(self, key: str) -> Fraction | None:
        """A part of a whole, from above 0 to 1, of the file itself."""
        value = self.data.get(key)
        found = _exact(value, (int, Decimal, str))
        if value is None or (found is not None and 0 < found <= 1):
            return found
        self.not_taken((key,), Text("应为大于0、不超过1的比例（如 “90%”）", 'takes a share ("90%")'), value)
        return None


def _exact(value: Any, kinds: Collection[type]) -> Fraction | None:
    """A finite number that is written in one of those ways, or none."""
    try:
        return exact(value) if type(value) in kinds else None
    except ValueError:
        return None
