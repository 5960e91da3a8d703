"""The line on which each table, key and list item of a TOML text begins; :mod:`tomllib` itself keeps no places.

The text is known to be valid TOML, so that only its outline is followed here: headers, keys, brackets, strings.
"""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

_HEADER = re.compile(r"(\[\[?)([^\n]*?)\]\]?[ \t]*(?=#|\n|\r|$)")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL)
_SCALAR = re.compile(r"[^,\]}\n#]+")
_SPACE = re.compile(r"(?:\s|#[^\n]*)+")


def line_numbers(source: str) -> dict[Path, int]:
    r"""The line of each path of a valid TOML text.

    >>> line_numbers('[a]\nb = 1\n[[c]]\nd = [\n  { e = 2 },\n]')
    {('a',): 1, ('a', 'b'): 2, ('c', 0): 3, ('c', 0, 'd'): 4, ('c', 0, 'd', 0): 5, ('c', 0, 'd', 0, 'e'): 5}
    """
    return _Outline(source).lines


class _Outline:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.lists: dict[Path, int] = {}
        table: Path = ()
        self.skip_space()
        while self.at < len(source):
            if source[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip_space()

    def skip_space(self) -> None:
        if found := _SPACE.match(self.source, self.at):
            self.at = found.end()

    def note(self, path: Path, at: int) -> None:
        self.lines.setdefault(path, self.source.count("\n", 0, at) + 1)

    def header(self) -> Path:
        begin = self.at
        found = _HEADER.match(self.source, begin)
        is_list = self.source.startswith("[[", begin)
        self.at += 2 if is_list else 1
        path: Path = ()
        keys = self.keys()
        for depth, key in enumerate(keys, start=1):
            path = (*path, key)
            if depth < len(keys) and path in self.lists:
                path = (*path, self.lists[path])
        if is_list:
            self.lists[path] = self.lists.get(path, -1) + 1
            path = (*path, self.lists[path])
        self.note(path, begin)
        self.at = found.end() if found else len(self.source)
        return path

    def keys(self) -> list[str]:
        """A dotted key; the place is left behind it."""
        keys = []
        while True:
            self.skip_space()
            if found := _STRING.match(self.source, self.at):
                keys.append(found[0][1:-1])
            elif found := _BARE_KEY.match(self.source, self.at):
                keys.append(found[0])
            else:
                return keys
            self.at = found.end()
            self.skip_space()
            if not self.source.startswith(".", self.at):
                return keys
            self.at += 1

    def pair(self, table: Path) -> None:
        begin = self.at
        path = (*table, *self.keys())
        self.note(path, begin)
        self.skip_space()
        self.at += 1  # the equals sign
        self.value(path)

    def value(self, path: Path) -> None:
        self.skip_space()
        opening = self.source[self.at : self.at + 1]
        if opening in ("[", "{"):
            self.at += 1
            self.items(path, "]" if opening == "[" else "}")
        elif found := _STRING.match(self.source, self.at) or _SCALAR.match(self.source, self.at):
            self.at = found.end()
        else:
            self.at += 1

    def items(self, path: Path, closing: str) -> None:
        number = 0
        while self.at < len(self.source):
            self.skip_space()
            if self.source.startswith(closing, self.at):
                self.at += 1
                return
            if self.source.startswith(",", self.at):
                self.at += 1
            elif closing == "}":
                self.pair(path)
            else:
                self.note((*path, number), self.at)
                self.value((*path, number))
                number += 1
