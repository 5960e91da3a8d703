"""An xlsx file as what it is: a zip archive of XML parts, which may come from anywhere and hold anything.

The reader of cells trusts its input: a lying size, a cell at the far end of a sheet or a document type declaration can
cost it all memory there is. So a package is looked over here before anybody reads it, and only within bounds.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from posixpath import join, normpath
from xml.etree import ElementTree

from workload.errors import Fault, InputError
from workload.privacy import looks_like_person_data
from workload.text import Text

MOST_UNPACKED = 1024**3  # bytes of all parts together; a sheet of a million full rows has half of it
MOST_PARTS = 10_000
MOST_OF_A_TAG = 4 * 1024**2  # bytes of one row or tag
CHUNK = 1024**2
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of a sheet, in the file format
_HEAD = 4096
_COUNT = re.compile(rb"[cC]ount\s*=\s*[\"'](\d+)")
MOST_OF_AN_OUTLINE = 33_554_432  # bytes of a part that is held as a tree
MOST_SHEETS = 2000
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")


def unusable(path: Path, zh: str, en: str) -> InputError:
    """The error of an input that cannot be opened at all."""
    name = "（文件名含疑似手机号或身份证号，不在此重复）" if looks_like_person_data(path.name) else path.name
    return InputError([Fault(name, None, None, None, "unusable_input", Text(zh, en))])


def broken(path: Path) -> InputError:
    """The error of a workbook that is damaged."""
    return unusable(
        path,
        "文件已损坏，无法读取；请在 Excel 中打开并另存为 .xlsx 再试；Excel 也打不开时，请重新下载或取备份",
        "the file is damaged and cannot be read; open it in Excel and save it as .xlsx, or get it again",
    )


class Package:
    """An xlsx or ods file that was looked over: its parts, and nothing larger than its bounds.

    Raises:
        InputError: it is no zip archive, damaged, encrypted, or unpacks to more than any honest workbook.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise broken(path) from None
        parts = self.archive.infolist()
        self.parts: Mapping[str, zipfile.ZipInfo] = {part.filename: part for part in parts}
        try:
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise self.too_large()
            if len(self.parts) < len(parts):
                raise broken(path)
        except InputError:
            self.close()
            raise

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.archive.close()

    def too_large(self) -> InputError:
        """The error of a file that unpacks to more than any honest workbook does."""
        return unusable(
            self.path,
            "文件解压后过大，不像正常的工作簿；请只保留需要的工作表，另存后再试",
            "the file unpacks to more than any honest workbook; keep only the sheets that are needed and save it anew",
        )

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part, unpacked piece by piece, and never more of it than the archive says that there is.

        Raises:
            InputError: the part is damaged, packed in an unusual way, or larger than the archive says.
        """
        part = self.parts[name]
        if part.flag_bits & 1 or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise broken(self.path)
        stream = self.archive.fp
        if stream is None:
            raise broken(self.path)
        try:
            stream.seek(part.header_offset)
            signature, *_, name_length, extra_length = _LOCAL_HEADER.unpack(stream.read(_LOCAL_HEADER.size))
            if signature != b"PK\x03\x04":
                raise broken(self.path)
            position = part.header_offset + _LOCAL_HEADER.size + name_length + extra_length
            unpack = zlib.decompressobj(-zlib.MAX_WBITS) if part.compress_type == zipfile.ZIP_DEFLATED else None
            packed, unpacked, data = part.compress_size, 0, b""
            while True:
                if not data and packed:
                    stream.seek(position)  # whoever takes the pieces may read elsewhere in between
                    data = stream.read(min(CHUNK, packed))
                    if not data:
                        raise broken(self.path)
                    position += len(data)
                    packed -= len(data)
                piece = data if unpack is None else unpack.decompress(data, CHUNK)
                data = b"" if unpack is None else unpack.unconsumed_tail
                unpacked += len(piece)
                if unpacked > part.file_size:
                    raise self.too_large()
                if piece:
                    yield piece
                elif not data and not packed:
                    break
        except (zlib.error, struct.error, OSError):
            raise broken(self.path) from None
        if unpacked != part.file_size:
            raise broken(self.path)

    def xml_chunks(self, name: str) -> Iterator[bytes]:
        """The same for an XML part: without a document type declaration, and in UTF-8, as every workbook writes it.

        Raises:
            InputError: as :meth:`chunks`, or it declares a document type (which can hold an entity bomb).
        """
        before = b""
        for number, piece in enumerate(self.chunks(name)):
            if not number and b"\0" in piece[:64]:
                raise unusable(
                    self.path,
                    "文件中有 UTF-8 以外的编码，无法读取；请用 Excel 重新另存为 .xlsx",
                    "the file has another encoding than UTF-8 in it; save it anew in Excel",
                )
            joined = before + piece
            if b"<!" in joined and (b"<!DOCTYPE" in joined or b"<!ENTITY" in joined):
                raise unusable(
                    self.path,
                    "文件含有工作簿不会有的内容（文档类型声明），拒绝读取；请用 Excel 重新另存",
                    "the file holds what no workbook does (a document type declaration) and is not read; save it anew",
                )
            before = piece[-16:]
            yield piece

    def read(self, name: str) -> bytes:
        """A whole XML part."""
        return b"".join(self.xml_chunks(name))

    def element(self, name: str) -> ElementTree.Element:
        """A small XML part as a tree.

        Raises:
            InputError: it is missing or no valid XML.
        """
        if name not in self.parts:
            raise broken(self.path)
        if self.parts[name].file_size > MOST_OF_AN_OUTLINE:
            raise self.too_large()
        try:
            return ElementTree.fromstring(self.read(name))  # noqa: S314  # `xml_chunks` lets no declaration through
        except (ElementTree.ParseError, LookupError, ValueError):  # no XML, or in an encoding that nobody knows
            raise broken(self.path) from None

    def relationships(self, part: str) -> Mapping[str, tuple[str, str]]:
        """What a part refers to: id -> the last word of the relationship's type, and the part that it leads to."""
        folder, _, name = part.rpartition("/")
        relations = join(folder, "_rels", f"{name}.rels")
        if relations not in self.parts:
            return {}
        return {
            relation.get("Id", ""): (
                relation.get("Type", "").rpartition("/")[2],
                normpath(join("/", folder, relation.get("Target", ""))).lstrip("/"),
            )
            for relation in self.element(relations)
            if relation.get("TargetMode") != "External"
        }

    def workbook_part(self) -> str:
        """The part that is the workbook itself.

        Raises:
            InputError: there is none: the archive holds something else.
        """
        root = "_rels/.rels"
        found = [
            target
            for kind, target in (self.relationships("").values() if root in self.parts else ())
            if kind == "officeDocument" and target in self.parts
        ]
        if not found:
            raise unusable(
                self.path,
                "扩展名是 .xlsx，内容却不是 Excel 工作簿；请在 Excel 中打开并另存为 .xlsx",
                "is called .xlsx but holds no Excel workbook; open it in Excel and save it as .xlsx",
            )
        return found[0]

    def sheet_parts(self) -> Mapping[str, str]:
        """The name of each sheet and the part that holds it, in the order of the workbook."""
        workbook = self.workbook_part()
        targets = self.relationships(workbook)
        parts = {}
        for sheet in self.element(workbook).iter():
            if sheet.tag.rpartition("}")[2] != "sheet":
                continue
            # The strict variant of the format has other namespaces, and the same names in them.
            reference = next((value for name, value in sheet.items() if name.endswith("}id")), "")
            _, target = targets.get(reference, ("", ""))
            if target in self.parts:
                parts[sheet.get("name", "")] = target
        if len(parts) > MOST_SHEETS:
            raise self.too_large()
        return parts

    def check_counts(self) -> None:
        """Refuse texts or styles that claim to be more than there can be: the reader makes room for as many.

        Raises:
            InputError: as :meth:`chunks`, or a count is out of all measure.
        """
        for kind, name in self.relationships(self.workbook_part()).values():
            if kind not in ("sharedStrings", "styles") or name not in self.parts:
                continue
            for place, piece in enumerate(self.xml_chunks(name)):
                looked_at = piece if kind == "styles" else piece[:_HEAD] if place == 0 else b""
                if any(int(count) > self.parts[name].file_size for count in _COUNT.findall(looked_at)):
                    raise broken(self.path)

    def shared_strings_part(self) -> str | None:
        """The part with the texts that cells refer to by number, if there is one."""
        found = [
            target for kind, target in self.relationships(self.workbook_part()).values() if kind == "sharedStrings"
        ]
        return found[0] if found and found[0] in self.parts else None


def column_number(letters: str) -> int:
    """The number of a column, from 1.

    >>> column_number("A"), column_number("XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """The letters of a column, counted from 1.

    >>> column_letters(1), column_letters(16384)
    ('A', 'XFD')
    """
    letters = ""
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def cell_reference(row: int, column: int) -> str:
    """The name of a cell, both counted from 1.

    >>> cell_reference(5, 2)
    'B5'
    """
    return f"{column_letters(column)}{row}"


_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")


def cell_place(reference: str) -> tuple[int, int]:
    """The row and the column of a cell's name, both counted from 1.

    >>> cell_place("B5")
    (5, 2)
    """
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(reference)
    return int(match[2]), column_number(match[1])
