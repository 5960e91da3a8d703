"""A small TOML file of the school, read with all that is wrong in it, each problem with its line.

Rule files and withholding tables, which say more, have readers of their own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
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


class TomlFile:
    """One file; collects problems instead of stopping at the first. ``data`` is what stands in it.

    Raises:
        RuleFileError: the file cannot be read, or is no TOML.
    """

    def __init__(self, path: Path, number: int = 1) -> None:
        self.path = path
        self.lines: Mapping[Place, int] = {}
        self.problems: list[Text] = []
        self.data = self._data()
        if type(self.data.get("format")) is not int or self.data["format"] != number:
            self.wrong(("format",), f"必须写明 format = {number}", f"must say format = {number}")

    def wrong(self, place: Place, zh: str, en: str) -> None:
        """Note a problem with its line."""
        line = next((self.lines[key] for n in range(len(place), 0, -1) if (key := place[:n]) in self.lines), 1)
        where = f"{self.path.name}:{line} {'.'.join(map(str, place))}".rstrip()
        self.problems.append(Text(f"{where}：{zh}", f"{where}: {en}"))

    def stop_if_wrong(self) -> None:
        """Raise all problems together."""
        if self.problems:
            raise RuleFileError(self.path.name, self.problems)

    def _data(self) -> Mapping[str, Any]:
        try:
            source = self.path.read_bytes().decode("utf-8-sig")
            data = tomllib.loads(source, parse_float=Decimal)
        except FileNotFoundError:
            self.wrong((), f"找不到文件 {self.path}", f"there is no file {self.path}")
        except (OSError, UnicodeDecodeError) as error:
            self.wrong((), f"无法读取（需为UTF-8文本）：{error}", f"cannot be read (UTF-8 text): {error}")
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            self.wrong((), f"不是有效的TOML：{error}", f"is not valid TOML: {error}")
        else:
            self.lines = line_numbers(source)
            return data
        raise RuleFileError(self.path.name, self.problems)

    def only(self, record: Mapping[str, Any], place: Place, accepted: Iterable[str]) -> None:
        """No other keys."""
        names = ", ".join(accepted)
        for key in record:
            if key not in accepted:
                self.wrong((*place, key), f"未知的键；可用：{names}", f"unknown key; accepted: {names}")

    def records(
        self, key: str, accepted: tuple[str, ...], *, needed: bool = True
    ) -> Iterator[tuple[Mapping[str, Any], Place]]:
        """The tables of a list, each with its place."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value) or (needed and not value):
            self.wrong((key,), f"应为 [[{key}]] 的列表", f"takes a list of [[{key}]]")
            return
        for place, record in enumerate(value):
            self.only(record, (key, place), accepted)
            yield record, (key, place)

    def text(self, record: Mapping[str, Any], place: Place, key: str) -> str:
        """A text that must be there."""
        value = record.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.wrong((*place, key), f"应写明 {key}（文字）", f"takes a text as {key}")
        return ""

    def words(self, record: Mapping[str, Any], place: Place, key: str) -> Text:
        """A text in both languages."""
        value = record.get(key)
        if (
            isinstance(value, dict)
            and set(value) == {"zh", "en"}
            and all(isinstance(one, str) for one in value.values())
        ):
            return Text(value["zh"], value["en"])
        self.wrong((*place, key), "应为两种文字 { zh, en }", "takes { zh, en }")
        return Text("", "")

    def whole(self, key: str) -> int | None:
        """A whole number of at least 0, or none."""
        value = self.data.get(key)
        if value is None or (type(value) is int and value >= 0):
            return value
        self.wrong((key,), f"应为不小于0的整数，现为 {value!r}", f"takes a whole number of at least 0, not {value!r}")
        return None

    def yuan(self, record: Mapping[str, Any], place: Place, key: str) -> Decimal | None:
        """An amount to the fen, or none."""
        value = record.get(key)
        if value is None:
            return None
        number = exact(value) if type(value) in (int, Decimal) and Decimal(value).is_finite() else None
        if number is None or number < 0 or (number * 10**FEN_PLACES).denominator != 1:
            zh, en = "应为不小于0、至多两位小数的金额", "takes an amount of at least 0 with at most two decimals"
            self.wrong((*place, key), f"{zh}，现为 {value!r}", f"{en}, not {value!r}")
            return None
        return rounded(number, FEN_PLACES)

    def share(self, key: str) -> Fraction | None:
        """A part of a whole, from above 0 to 1, or none."""
        value = self.data.get(key)
        if value is None:
            return None
        try:
            found = exact(value) if type(value) in (int, Decimal, str) else Fraction(0)
        except ValueError:
            found = Fraction(0)
        if not 0 < found <= 1:
            zh, en = f"应为大于0、不超过1的比例（如 “90%”），现为 {value!r}", f'takes a share ("90%"), not {value!r}'
            self.wrong((key,), zh, en)
            return None
        return found

    def day(self, record: Mapping[str, Any], place: Place, key: str) -> date | None:
        """A day that must be there."""
        value = record.get(key)
        if type(value) is date:
            return value
        self.wrong((*place, key), f"应写明 {key}（日期，如 2024-09-01）", f"takes a date as {key} (2024-09-01)")
        return None
