"""What a file really is, whatever it is called; and for each thing that is no workbook, what a person can do."""

from __future__ import annotations

from pathlib import Path

from workload.errors import InputError
from workload.tables.package import CHUNK, Package, unusable

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
_HEAD = 4096


def check(path: Path) -> None:
    """Refuse what is no workbook of the kind that its name says.

    Raises:
        InputError: with what the file is, and what to do about it.
    """
    suffix = path.suffix.lower()
    if path.name.startswith("~$"):
        meant = path.name.removeprefix("~$")
        raise unusable(
            path,
            f"这是 Excel 打开文件时的临时文件；请选“{meant}”",
            f"is what Excel leaves beside an open file; choose {meant!r}",
        )
    try:
        if not path.exists():
            raise not_opened(path, FileNotFoundError())
        if not path.is_file():
            raise unusable(path, "不是普通文件；请给出工作簿文件", "is no ordinary file; name a workbook")
        if suffix not in WORKBOOKS:
            raise _of_another_kind(path)
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
    except OSError as error:
        raise not_opened(path, error) from None
    if not head.strip(b"\0"):
        raise unusable(
            path, "文件是空的（可能没有复制完）；请重新复制或下载，或取备份", "the file is empty; copy it again"
        )
    if head.startswith(_OLE):
        if _is_encrypted(path):
            raise encrypted(path)
        if suffix != ".xls":
            raise _misnamed(path, "旧版 Excel 97-2003 工作簿（.xls）", "an Excel 97-2003 workbook (.xls)")
    elif head.startswith(_ZIP):
        _check_package(path, suffix)
    else:
        raise _no_workbook(path, head)


def not_opened(path: Path, error: OSError) -> InputError:
    """The error of a file or folder that the system does not let us read."""
    if isinstance(error, FileNotFoundError):
        return unusable(
            path, "找不到这个文件或文件夹；请核对文件名（含扩展名）和所在文件夹", "there is no such file or folder"
        )
    reason = error.strerror or type(error).__name__
    return unusable(
        path,
        "无法读取：没有权限，或文件正被别的程序占用；请关闭它，或换一个位置再试",
        f"cannot be read ({reason}); do you have the right to? does another program hold it?",
    )


def encrypted(path: Path) -> InputError:
    """The error of a workbook with a password."""
    return unusable(
        path,
        "工作簿有打开密码，无法读取；请在 Excel 中取消密码（文件→信息→保护工作簿）或在 LibreOffice 中另存时不用密码",
        "the workbook has a password and cannot be read; remove it in Excel (File, Info, Protect), save it, try again",
    )


def _of_another_kind(path: Path) -> InputError:
    if path.suffix.lower() == ".xlsb":
        return unusable(
            path, "不支持 .xlsb；请在 Excel 中另存为 .xlsx", "does not take .xlsb; save it as .xlsx in Excel"
        )
    kinds = "、".join(WORKBOOKS)
    return unusable(
        path,
        f"不支持这种文件；请提供 {kinds} 工作簿，或装有 .csv 文件的文件夹（每张表一个文件，如 教师.csv、工作记录.csv）",
        f"takes a workbook ({', '.join(WORKBOOKS)}) or a folder of .csv files (teachers.csv, activities.csv, …)",
    )


def _misnamed(path: Path, zh: str, en: str) -> InputError:
    return unusable(
        path,
        f"扩展名是 {path.suffix}，内容却是{zh}；请核对是否选错了文件，或用 Excel 打开并另存为 .xlsx",
        f"is called {path.suffix} but is {en}; open it in Excel and save it as .xlsx",
    )


def _is_encrypted(path: Path) -> bool:
    """Whether an OLE file holds an encrypted package, by the name of the stream."""
    before = b""
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            if _ENCRYPTED in before + chunk:
                return True
            before = chunk[-len(_ENCRYPTED) :]
    return False


def _check_package(path: Path, suffix: str) -> None:
    with Package(path) as package:
        if "mimetype" in package.parts:
            mimetype = b"".join(package.chunks("mimetype")) if package.parts["mimetype"].file_size < _HEAD else b""
            manifest = "META-INF/manifest.xml"
            if manifest in package.parts and b"encryption-data" in b"".join(package.chunks(manifest)):
                raise encrypted(path)
            if not mimetype.startswith(_OPEN_DOCUMENT):
                raise _misnamed(path, "别的文档，不是表格", "another document, no spreadsheet")
            if suffix != ".ods":
                raise _misnamed(path, " OpenDocument 表格（.ods）", "an OpenDocument spreadsheet (.ods)")
            return
        workbook = package.workbook_part()
        if workbook.endswith(".bin"):
            raise _misnamed(path, "二进制工作簿（.xlsb）", "a binary workbook (.xlsb)")
        if not package.element(workbook).tag.endswith("}workbook"):
            raise _misnamed(path, "别的 Office 文档，不是工作簿", "another Office document, no workbook")
        if suffix not in (".xlsx", ".xlsm"):
            raise _misnamed(path, " .xlsx 工作簿", "an .xlsx workbook")


def _no_workbook(path: Path, head: bytes) -> InputError:
    text = head.decode("utf-8", "ignore").lstrip("\ufeff \t\r\n").casefold()
    if text.startswith(("<html", "<!doctype html", "<table", "<meta")) or "<table" in text:
        return _misnamed(path, "网页表格（系统导出的“假 Excel”）", "a web page with a table")
    if text.startswith("<?xml") or "urn:schemas-microsoft-com:office:spreadsheet" in text:
        return _misnamed(path, " XML 文件", "an XML file")
    if b"\0" not in head and any(mark in head for mark in (b",", b"\t", b";")):
        return _misnamed(path, "文本（CSV 一类）", "a text such as CSV")
    return unusable(
        path,
        "不是 Excel 工作簿，或文件已损坏；请核对是否选错了文件，或在 Excel 中打开并另存为 .xlsx 再试",
        "is no workbook, or damaged; open it in Excel, save it as .xlsx, and try again",
    )
