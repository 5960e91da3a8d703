"""Broken and odd input files, each as a case: what a person did, what must come of it, and the code that writes it.

``python tests/broken/make.py FOLDER`` writes them all, to be looked at in Excel. Nothing binary is kept: the files are
made anew, and always the same, whenever the tests run.
"""

import copy
import sys
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

from attrs import field, frozen

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parent))
import files
from files import DAY, ELAPSED, MOMENT, Raw, error, formula, number

REFUSED, FAULTS, REPAIRED, FINE = "refused", "faults", "repaired", "fine"
CARD = "11010519491231002X"  # the example of GB 11643
OLD_CARD = "130503670401001"
MOBILE = "13800138000"
BOOK = "心理中心.xlsx"


@frozen
class Case:
    """One file; ``codes``: those of its faults, or of what was repaired or passed over, exactly."""

    name: str
    story: str
    outcome: str
    codes: frozenset[str]
    make: Callable[[Path], Path] = field(repr=False)
    hostile: bool = False
    """It could take all memory or time: it is read in a process of its own, within bounds."""
    secrets: tuple[str, ...] = ()
    """What no output may repeat."""
    says: str = ""
    """What the message must hold."""
    """Why the case does not come out as it must; the test fails as soon as it does."""


CASES: dict[str, Case] = {}


def case(outcome, *codes, hostile=False, secrets=(), says=""):
    """Keep the decorated function as a case; its docstring is the story."""

    def keep(make):
        name = make.__name__
        assert name not in CASES, name
        CASES[name] = Case(name, make.__doc__, outcome, frozenset(codes), make, hostile, tuple(secrets), says)
        return make

    return keep


def refused(*, hostile=False, secrets=(), says=""):
    """The file is not read at all, with one reason."""
    return case(REFUSED, "unusable_input", hostile=hostile, secrets=secrets, says=says)


# ---------------------------------------------------------------- a small center without a fault

TEACHERS = [
    ["工号", "姓名", "类别", "来源", "职称"],
    ["T01", "教师甲", "兼职", "校内", "讲师"],
    ["T02", "教师乙", "专职", "校内", "教授"],
]
WORK = [
    ["编号", "工号", "日期", "类别", "开始时间", "结束时间", "分钟", "课时", "场次", "状态", "有来访", "备注"],
    ["A1", "T01", date(2024, 3, 5), "咨询值班", time(14), time(16), 120, None, None, "完成", "是", "例会后"],
    ["A2", "T01", date(2024, 3, 6), "咨询值班", None, None, 90, None, None, None, None, None],
    ["A3", "T02", date(2024, 3, 7), "讲座", None, None, None, None, 1, None, None, None],
    ["A4", "T02", date(2024, 3, 8), "心理健康教学", None, None, None, 2, None, None, None, None],
]
ID, TEACHER, ON, KIND, START, END, MINUTES, HOURS, EVENTS, STATUS, CAME, NOTE = range(12)


def center(**more):
    """The tables of the small center, and others."""
    return copy.deepcopy({"教师": TEACHERS, "工作记录": WORK, **more})


def changed(row, column, value, tables=None):
    """The center with another value in one cell of its work records; rows count from 1 below the header."""
    tables = tables or center()
    tables["工作记录"][row][column] = value
    return tables


def put(folder, data, name=BOOK):
    """A file with those bytes or that text."""
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def book(folder, tables=None, name=BOOK, **more):
    """An xlsx file of those tables."""
    return put(folder, files.zipped(files.parts(tables or center(), **more)), name)


def edited(folder, part, old, new, name=BOOK, **more):
    """The small center's xlsx file with a change in one part."""
    found = files.parts(center(), **more)
    assert old in found[part], part
    found[part] = found[part].replace(old, new, 1)
    return put(folder, files.zipped(found), name)


def without(folder, *names):
    """The small center's xlsx file without some parts."""
    return put(folder, files.zipped({name: data for name, data in files.parts(center()).items() if name not in names}))


def ods(folder, tables=None, more=None, name="心理中心.ods"):
    """An ods file of those tables."""
    return put(folder, files.zipped(files.ods_parts(tables or center(), more)), name)


def texts(rows):
    """The rows as a person would type them."""
    return [
        ["" if cell is None else f"{cell:%H:%M}" if isinstance(cell, time) else str(cell) for cell in row]
        for row in rows
    ]


def lines(rows, mark=",", end="\r\n"):
    """The rows as CSV."""
    return "".join(mark.join(row) + end for row in texts(rows))


def folder_of(folder, *, work=None, teachers=None, encoding="utf-8", **others):
    """A folder of CSV files; ``work`` and ``teachers`` are texts or bytes."""
    root = folder / "心理中心"
    root.mkdir()
    found = {
        "教师.csv": lines(TEACHERS) if teachers is None else teachers,
        "工作记录.csv": lines(WORK) if work is None else work,
        **others,
    }
    for name, data in found.items():
        (root / name).write_bytes(data if isinstance(data, bytes) else data.encode(encoding))
    return root


# ---------------------------------------------------------------- no workbook at all


@refused()
def no_file(folder):
    """文件名打错了，没有这个文件"""
    return folder / "心理中心2024.xlsx"


@refused()
def empty_file(folder):
    """U盘拔早了，文件是0字节"""
    return put(folder, b"")


@refused()
def zeros(folder):
    """磁盘坏了，文件里全是0"""
    return put(folder, bytes(8192))


@refused()
def cut_early(folder):
    """下载中断，只有前100个字节"""
    return put(folder, files.zipped(files.parts(center()))[:100])


@refused()
def cut_in_the_middle(folder):
    """下载中断，只有一半"""
    data = files.zipped(files.parts(center()))
    return put(folder, data[: len(data) // 2])


@refused()
def cut_at_the_end(folder):
    """下载中断，少最后10个字节"""
    return put(folder, files.zipped(files.parts(center()))[:-10])


@refused()
def cut_ods(folder):
    """ods 文件只有一半"""
    data = files.zipped(files.ods_parts(center()))
    return put(folder, data[: len(data) // 2], "心理中心.ods")


@refused()
def cut_xls(folder):
    """xls 文件只有前1000个字节"""
    return put(folder, files.xls(center())[:1000], "心理中心.xls")


@refused()
def bit_lost(folder):
    """传输出错，压缩数据里一个字节变了"""
    data = bytearray(files.zipped(files.parts(center())))
    at = data.find(b"xl/worksheets/sheet2.xml") + 60
    data[at] ^= 0xFF
    return put(folder, bytes(data))


@refused(says="密码")
def password(folder):
    """Excel 中设了打开密码"""
    return put(folder, files.compound({"EncryptedPackage": b"\1" * 5000, "EncryptionInfo": b"\4\0\4\0"}))


@refused(says="密码")
def password_ods(folder):
    """LibreOffice 中设了打开密码的 ods"""
    found = files.ods_parts(center())
    found |= {"content.xml": bytes(range(256)) * 8, "META-INF/manifest.xml": files.ods_manifest(encrypted=True)}
    return put(folder, files.zipped(found), "心理中心.ods")


@refused(says="密码")
def password_xls(folder):
    """旧版 xls 设了打开密码"""
    return put(folder, files.xls(center(), locked=True), "心理中心.xls")


@refused()
def xls_as_xlsx(folder):
    """把 .xls 改名成 .xlsx"""
    return put(folder, files.xls(center()))


@refused()
def xlsx_as_xls(folder):
    """把 .xlsx 改名成 .xls"""
    return book(folder, name="心理中心.xls")


@refused()
def ods_as_xlsx(folder):
    """把 .ods 改名成 .xlsx"""
    return ods(folder, name=BOOK)


@refused()
def xlsx_as_ods(folder):
    """把 .xlsx 改名成 .ods"""
    return book(folder, name="心理中心.ods")


@refused()
def word_as_xlsx(folder):
    """把 Word 文档改名成 .xlsx"""
    found = {
        "[Content_Types].xml": files.parts(center())["[Content_Types].xml"],
        "_rels/.rels": files.parts(center())["_rels/.rels"].replace("xl/workbook.xml", "word/document.xml"),
        "word/document.xml": '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>',
    }
    return put(folder, files.zipped(found))


@refused()
def odt_as_ods(folder):
    """把 Writer 文档改名成 .ods"""
    found = files.ods_parts(center()) | {"mimetype": "application/vnd.oasis.opendocument.text"}
    return put(folder, files.zipped(found), "心理中心.ods")


@refused()
def zip_as_xlsx(folder):
    """把照片的压缩包改名成 .xlsx"""
    return put(folder, files.zipped({"照片/1.jpg": b"\xff\xd8\xff\xe0", "照片/2.jpg": b"\xff\xd8\xff\xe0"}))


@refused()
def pdf_as_xlsx(folder):
    """把 PDF 改名成 .xlsx"""
    return put(folder, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n" + bytes(200))


@refused()
def picture_as_xls(folder):
    """把截图改名成 .xls"""
    return put(folder, b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "心理中心.xls")


@refused()
def web_page_as_xls(folder):
    """教务系统导出的“Excel”，其实是网页"""
    return put(folder, "<html><body><table><tr><td>工号</td></tr></table></body></html>", "心理中心.xls")


@refused()
def xml_2003_as_xls(folder):
    """系统导出的 XML 表格 2003，扩展名是 .xls"""
    text = '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:'
    return put(folder, text + 'office:spreadsheet"><Worksheet/></Workbook>', "心理中心.xls")


@refused()
def csv_as_xlsx(folder):
    """把 CSV 改名成 .xlsx"""
    return put(folder, lines(TEACHERS))


@refused()
def csv_alone(folder):
    """只给了一个 CSV 文件，而不是文件夹"""
    return put(folder, lines(TEACHERS), "教师.csv")


@refused()
def word_document(folder):
    """给了一个 Word 文档"""
    return put(folder, b"PK\3\4", "工作量.docx")


@refused()
def xlsb(folder):
    """存成了二进制工作簿 .xlsb"""
    return put(folder, b"PK\3\4", "心理中心.xlsb")


@refused()
def xlsb_as_xlsx(folder):
    """把 .xlsb 改名成 .xlsx"""
    found = files.parts(center())
    found["_rels/.rels"] = found["_rels/.rels"].replace("workbook.xml", "workbook.bin")
    found["xl/workbook.bin"] = bytes(range(64))
    return put(folder, files.zipped(found))


@refused()
def lock_file(folder):
    """选中了 Excel 打开时留下的临时文件 ~$"""
    return put(folder, "\x05admin" + " " * 158, "~$心理中心.xlsx")


# ---------------------------------------------------------------- workbooks whose parts are wrong


@refused()
def part_twice(folder):
    """压缩包里同名的部分有两个"""
    found = list(files.parts(center()).items())
    return put(folder, files.zipped([*found, found[-1]]))


@refused()
def no_known_part(folder):
    """工作簿引用的工作表文件不见了"""
    return without(folder, "xl/worksheets/sheet2.xml")


@refused()
def no_workbook_part(folder):
    """工作簿的主要部分不见了"""
    return without(folder, "xl/workbook.xml")


@refused()
def no_strings(folder):
    """共享文字的部分不见了，单元格的文字都取不到"""
    return without(folder, "xl/sharedStrings.xml")


@refused()
def string_out_of_range(folder):
    """单元格引用了没有的文字"""
    return book(folder, changed(1, KIND, Raw('<c r="{r}" t="s"><v>9999</v></c>')))


@case(REPAIRED, "number_date", "number_time")
def no_styles(folder):
    """样式的部分不见了，日期只剩数字"""
    return without(folder, "xl/styles.xml")


@refused()
def broken_relation(folder):
    """工作表的引用指向不存在的地方"""
    return edited(folder, "xl/_rels/workbook.xml.rels", "worksheets/sheet2.xml", "worksheets/sheet99.xml")


@refused()
def external_relation(folder):
    """工作表的引用指向网上的地址"""
    return edited(
        folder,
        "xl/_rels/workbook.xml.rels",
        'Target="worksheets/sheet2.xml"',
        'Target="http://example.com/sheet2.xml" TargetMode="External"',
    )


@refused()
def unclosed_sheet(folder):
    """某个程序写的工作表少了结束标记"""
    return edited(folder, "xl/worksheets/sheet2.xml", "</c></row></sheetData></worksheet>", "</c></row>")


@refused()
def unknown_encoding(folder):
    """工作簿声明了不存在的编码"""
    return edited(folder, "xl/workbook.xml", 'encoding="UTF-8"', 'encoding="GB-18030-2022"')


@refused()
def utf_16_sheet(folder):
    """工作表是 UTF-16 的 XML"""
    found = files.parts(center())
    found["xl/worksheets/sheet2.xml"] = (
        found["xl/worksheets/sheet2.xml"].replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    )
    return put(folder, files.zipped(found))


@case(FINE)
def strict_variant(folder):
    """存成了“Strict Open XML 电子表格”"""
    found = {
        name: data.replace(files.MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
            files.OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships"
        )
        for name, data in files.parts(center()).items()
    }
    return put(folder, files.zipped(found))


@case(FINE)
def inline_texts(folder):
    """别的程序（如 WPS 云文档导出）写的，文字直接写在格里"""
    return book(folder, shared=False)


@case(FINE)
def prefixed_tags(folder):
    """某个程序写的 XML 标记都带前缀"""
    found = files.parts(center(), shared=False)
    sheet = found["xl/worksheets/sheet2.xml"].replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?")
    found["xl/worksheets/sheet2.xml"] = sheet.replace("xmlns=", "xmlns:x=")
    return put(folder, files.zipped(found))


@case(FINE)
def dates_of_1904(folder):
    """旧 Mac 版 Excel 的工作簿，日期从1904年算"""
    tables = center()
    for row in tables["工作记录"][1:]:
        row[ON] = number((row[ON] - date(1904, 1, 1)).days, DAY)
    return book(folder, tables, properties='<workbookPr date1904="1"/>')


# ---------------------------------------------------------------- files that could take all memory or time


@refused(hostile=True)
def bomb(folder):
    """压缩炸弹：共享文字解压后有2GB，并如实写明"""
    found = files.lying(files.zipped(files.parts(center())), "xl/sharedStrings.xml", 2_000_000_000)
    return put(folder, found)


@refused(hostile=True)
def bomb_that_lies(folder):
    """压缩炸弹：工作表解压后有200MB，却写着只有几百字节"""
    found = files.parts(center(), more={"工作记录": f"<!--{' ' * 200_000_000}-->"})
    return put(folder, files.lying(files.zipped(found), "xl/worksheets/sheet2.xml", 900))


@refused(hostile=True)
def bomb_in_texts(folder):
    """压缩炸弹：共享文字解压后有200MB，却写着只有几百字节"""
    found = files.parts(center())
    found["xl/sharedStrings.xml"] = found["xl/sharedStrings.xml"].replace("</t>", f"{'a' * 200_000_000}</t>", 1)
    return put(folder, files.lying(files.zipped(found), "xl/sharedStrings.xml", 900))


@refused(hostile=True)
def many_parts(folder):
    """压缩包里有两万个小文件"""
    found = files.parts(center()) | {f"xl/media/{n}.bin": b"" for n in range(20_000)}
    return put(folder, files.zipped(found))


_ENTITIES = (
    "<!DOCTYPE x ["
    + '<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    + "]>"
)


def _with_entities(folder, part):
    return edited(folder, part, files.HEAD, files.HEAD + _ENTITIES)


@refused(hostile=True)
def entities_in_a_sheet(folder):
    """XML 实体炸弹在工作表里"""
    return _with_entities(folder, "xl/worksheets/sheet2.xml")


@refused(hostile=True)
def entities_in_the_workbook(folder):
    """XML 实体炸弹在工作簿部分里"""
    return _with_entities(folder, "xl/workbook.xml")


@refused(hostile=True)
def entities_in_texts(folder):
    """XML 实体炸弹在共享文字里"""
    found = files.parts(center())
    strings = found["xl/sharedStrings.xml"].replace(files.HEAD, files.HEAD + _ENTITIES)
    found["xl/sharedStrings.xml"] = strings.replace("</t>", "&a11;</t>", 1)
    return put(folder, files.zipped(found))


@refused(hostile=True)
def external_entity(folder):
    """工作表里引用本机文件的 XML 实体"""
    declared = '<!DOCTYPE x [<!ENTITY own SYSTEM "file:///etc/passwd">]>'
    found = files.parts(changed(1, NOTE, Raw('<c r="{r}" t="inlineStr"><is><t>&own;</t></is></c>')))
    sheet = found["xl/worksheets/sheet2.xml"].replace(files.HEAD, files.HEAD + declared)
    return put(folder, files.zipped(found | {"xl/worksheets/sheet2.xml": sheet}))


@refused(hostile=True)
def entities_in_ods(folder):
    """XML 实体炸弹在 ods 里"""
    found = files.ods_parts(center())
    head, _, rest = found["content.xml"].partition("\n")
    found["content.xml"] = f"{head}\n{_ENTITIES}\n{rest.replace('教师甲', '&a11;', 1)}"
    return put(folder, files.zipped(found), "心理中心.ods")


@refused(hostile=True)
def far_corner(folder):
    """在最右下角 XFD1048576 误填了一个空格"""
    return book(
        folder, more={"工作记录": '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'}
    )


@refused(hostile=True)
def far_row(folder):
    """在最后一行误填了一个字"""
    return book(folder, more={"工作记录": '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'})


@refused(hostile=True)
def beyond_the_sheet(folder):
    """单元格的位置超出表格（ZZZZZZZ9）"""
    return book(folder, more={"工作记录": '<row r="9"><c r="ZZZZZZZ9"><v>1</v></c></row>'})


@case(FAULTS, "date_out_of_range", "unknown_kind", "unknown_word", "unknown_teacher", "not_a_time", hostile=True)
def columns_without_names(folder):
    """一行里有十万个没有位置的单元格"""
    return book(folder, more={"工作记录": f'<row r="9">{"<c><v>1</v></c>" * 100_000}</row>'})


@case(REPAIRED, "blank_row", hostile=True)
def rows_without_end(folder):
    """整列填了序号，两万行只有编号"""
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(7, 20_000))
    return book(folder, more={"工作记录": rows})


@refused(hostile=True)
def count_of_texts_too_large(folder):
    """共享文字的个数写成了一个天文数字"""
    return edited(folder, "xl/sharedStrings.xml", 'uniqueCount="', 'uniqueCount="9999999999')


@case(FINE, hostile=True)
def dimension_too_large(folder):
    """工作表写明的范围是整张表，其实只有几行"""
    return edited(folder, "xl/worksheets/sheet2.xml", "<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')


@refused(hostile=True)
def merged_to_the_end(folder):
    """把表格下面直到右下角的格全部合并了"""
    return book(folder, merges={"工作记录": ["A5:XFD1048576"]})


@refused(hostile=True)
def merged_beyond_the_sheet(folder):
    """合并的范围超出了表格"""
    return book(folder, merges={"工作记录": ["A5:A4294967295"]})


@case(FINE)
def error_in_a_comment(folder):
    """某个程序把删掉的行留在了 XML 注释里"""
    return book(folder, more={"工作记录": '<!-- <row r="5"><c r="G5" t="e"><v>#N/A</v></c></row> -->'})


@case(FINE, hostile=True)
def tags_without_end(folder):
    """工作表里有三十万个没有写完的标记"""
    return book(folder, more={"工作记录": f'<row r="9">{"<f" * 100}{"<c" * 300_000} t="e"</row>'})


@refused(hostile=True)
def long_text_repeated(folder):
    """ods 里一格两万字，重复一千行、一千列"""
    text = f'<table:table-cell table:number-columns-repeated="1000" office:value-type="string"><text:p>{"字" * 7_000}'
    row = f'<table:table-row table:number-rows-repeated="1000">{text}</text:p></table:table-cell></table:table-row>'
    return ods(folder, more={"工作记录": row})


@case(FINE, hostile=True)
def deep_sheet(folder):
    """XML 标记嵌套二十万层"""
    return book(folder, more={"工作记录": "<x>" * 200_000 + "</x>" * 200_000})


@case(FINE, hostile=True)
def deep_workbook(folder):
    """工作簿部分的 XML 标记嵌套二十万层"""
    return edited(folder, "xl/workbook.xml", "<sheets>", f"{'<x>' * 200_000}{'</x>' * 200_000}<sheets>")


def _repeated(rows, columns, value='office:value-type="float" office:value="1"'):
    return (
        f'<table:table-row table:number-rows-repeated="{rows}">'
        f'<table:table-cell table:number-columns-repeated="{columns}" {value}/></table:table-row>'
    )


@refused(hostile=True)
def repeated_everywhere(folder):
    """ods 里一个有内容的格重复到整张表"""
    return ods(folder, more={"工作记录": _repeated(1_048_576, 16_384)})


@refused(hostile=True)
def repeated_often(folder):
    """ods 里一个有内容的格重复十万行、一千列"""
    return ods(folder, more={"工作记录": _repeated(100_000, 1_000)})


@refused(hostile=True)
def repeated_in_many_sheets(folder):
    """ods 有三百张别的表，每张一百万行"""
    found = files.ods_parts(center())
    others = "".join(f'<table:table table:name="t{n}">{_repeated(1_048_576, 1)}</table:table>' for n in range(300))
    end = "</office:spreadsheet>"
    found["content.xml"] = found["content.xml"].replace(end, others + end)
    return put(folder, files.zipped(found), "心理中心.ods")


@case(FINE, hostile=True)
def repeated_blank(folder):
    """ods 表格下面有一百万个空行（LibreOffice 常这样写）"""
    return ods(folder, more={"工作记录": _repeated(1_048_000, 16_384, "")})


@refused(hostile=True)
def spanned_to_the_end(folder):
    """ods 里一个分钟格向下合并到最后一行"""
    cell = Raw(
        '<table:table-cell table:number-rows-spanned="999999999" table:number-columns-spanned="99" '
        'office:value-type="float" office:value="90"/>'
    )
    return ods(folder, changed(2, MINUTES, cell))


@refused(hostile=True)
def ods_that_never_ends(folder):
    """ods 的 XML 结束标记里多了属性"""
    found = files.ods_parts(center())
    found["content.xml"] = found["content.xml"].replace("</table:table>", '</table:table table:name="x">', 1)
    return put(folder, files.zipped(found), "心理中心.ods")


@refused()
def unknown_encoding_of_ods(folder):
    """ods 声明了不存在的编码"""
    found = files.ods_parts(center())
    found["content.xml"] = found["content.xml"].replace("UTF-8", "GB-18030-2022", 1)
    return put(folder, files.zipped(found), "心理中心.ods")


@refused(hostile=True)
def far_cell_of_xls(folder):
    """xls 损坏，一个单元格的列号变成了65535"""
    return put(folder, files.xls(center(), far=(65_535, 65_535)), "心理中心.xls")


@case(REPAIRED, "blank_row", "number_date", "number_time", hostile=True)
def last_cell_of_xls(folder):
    """xls 的最后一行（T65536）误填了数字"""
    return put(folder, files.xls(center(), far=(65_535, 19)), "心理中心.xls")


@case(FAULTS, "not_a_number", "not_positive")
def amounts_beyond_numbers(folder):
    """别的程序写了 1e400、NaN、-0 这样的数"""
    tables = changed(1, MINUTES, number("1e400"))
    tables = changed(2, MINUTES, number("NaN"), tables)
    return book(folder, changed(4, HOURS, number("-0"), tables))


@refused()
def elapsed_time_beyond_measure(folder):
    """结束时间一格是 [h]:mm 格式的天文数字"""
    return book(folder, changed(1, END, number("1e15", ELAPSED)))


# ---------------------------------------------------------------- CSV


@case(FAULTS, "encoding")
def csv_nul(folder):
    """CSV 里有空字符"""
    return folder_of(folder, work=lines(WORK).encode().replace(b"A2", b"A\x002"))


@case(FAULTS, "encoding")
def csv_utf_16(folder):
    """存成了“Unicode 文本”（UTF-16）"""
    return folder_of(folder, work=lines(WORK, "\t").encode("utf-16"))


@case(FAULTS, "encoding")
def csv_mixed_encodings(folder):
    """两个人的文件拼在一起：一半 UTF-8，一半 GBK"""
    rows = lines(WORK[:3]).encode() + lines([[*WORK[3][:-1], "团体辅导室"]]).encode("gbk") + b"\xff\xff\r\n"
    return folder_of(folder, work=rows)


@case(FINE)
def csv_gb18030(folder):
    """中文 Excel 直接存的 CSV（GB18030）"""
    return folder_of(folder, encoding="gb18030")


@case(FINE)
def csv_two_marks(folder):
    """文件开头有两个 BOM"""
    return folder_of(folder, work="\ufeff\ufeff" + lines(WORK))


@case(FINE)
def csv_sep_line(folder):
    """第一行是 sep=;"""
    return folder_of(folder, work="sep=;\r\n" + lines(WORK, ";"))


@case(FINE)
def csv_tabs(folder):
    """用制表符分隔"""
    return folder_of(folder, work=lines(WORK, "\t"))


@case(FINE)
def csv_old_mac(folder):
    """只用回车换行（旧 Mac）"""
    return folder_of(folder, work=lines(WORK, end="\r"))


@case(FAULTS, "not_csv")
def csv_open_quote(folder):
    """备注里有一个不成对的引号"""
    return folder_of(folder, work=lines(WORK).replace("例会后", '"例会后'))


@case(FAULTS, "not_csv")
def csv_endless_line(folder):
    """一行有两百万个字"""
    return folder_of(folder, work=lines(WORK).replace("例会后", "例" * 2_000_000))


@case(FAULTS, "not_csv")
def csv_huge_cell(folder):
    """一格有二十万个字"""
    return folder_of(folder, work=lines(WORK).replace("例会后", "例" * 200_000))


@case(FAULTS, "not_csv")
def csv_many_columns(folder):
    """一行有十万列"""
    return folder_of(folder, work=lines(WORK) + "," * 100_000 + "\r\n")


@case(FAULTS, "too_many_cells")
def csv_ragged(folder):
    """一行多了一格，另一行少了几格"""
    rows = lines(WORK).splitlines()
    rows[1] += ",多出来的"
    rows[2] = "A2,T01,2024-03-06,咨询值班,,,90"
    return folder_of(folder, work="\r\n".join(rows))


@case(FAULTS, "not_csv", says="逗号")
def csv_chinese_commas(folder):
    """用中文逗号分隔"""
    return folder_of(folder, work=lines(WORK, "，"))


@case(FAULTS, "missing_column")
def csv_empty_table(folder):
    """工作记录.csv 是空的"""
    return folder_of(folder, work="")


@refused()
def folder_without_csv(folder):
    """文件夹里只有 Word 文档"""
    (folder / "材料").mkdir()
    put(folder / "材料", b"PK", "总结.docx")
    return folder / "材料"


@refused()
def folder_with_a_workbook(folder):
    """给了文件夹，里面是一个 xlsx"""
    (folder / "材料").mkdir()
    book(folder / "材料")
    return folder / "材料"


@refused()
def folder_in_a_folder(folder):
    """CSV 在下一层的文件夹里"""
    (folder / "材料").mkdir()
    folder_of(folder / "材料")
    return folder / "材料"


@case(FAULTS, "unusable_input")
def link_to_itself(folder):
    """快捷方式指向自己"""
    root = folder_of(folder)
    (root / "工作记录.csv").unlink()
    (root / "工作记录.csv").symlink_to(root / "工作记录.csv")
    return root


# ---------------------------------------------------------------- sheets and columns


@refused()
def no_known_sheet(folder):
    """工作表叫 Sheet1、Sheet2"""
    return book(folder, {"Sheet1": TEACHERS, "Sheet2": WORK})


@refused()
def workbook_template_only(folder):
    """一张空白的工作簿"""
    return book(folder, {"Sheet1": []})


@case(FAULTS, "missing_table")
def one_table_missing(folder):
    """没有工作记录表"""
    return book(folder, {"教师": TEACHERS})


@case(FAULTS, "missing_table")
def sheet_name_with_a_year(folder):
    """工作表叫“工作记录2024”"""
    return book(folder, {"教师": TEACHERS, "工作记录2024": WORK})


@case(FAULTS, "table_twice")
def two_sheets_of_one_table(folder):
    """“工作记录”和“工作台账”两张表都在，其中一张隐藏"""
    return book(folder, center(工作台账=WORK), hidden=["工作台账"])


@case(REPAIRED, "hidden_sheet")
def hidden_sheet(folder):
    """教师表被隐藏了"""
    return book(folder, hidden=["教师"])


@case(FAULTS, "missing_column")
def column_missing(folder):
    """删掉了“类别”列"""
    return book(folder, {"教师": TEACHERS, "工作记录": [row[:KIND] + row[KIND + 1 :] for row in WORK]})


@case(FAULTS, "missing_column", "unsure_column")
def headers_near(folder):
    """列名写成“值班日”“状态说明”"""
    return book(folder, changed(0, STATUS, "状态说明", changed(0, ON, "值班日")))


@case(FAULTS, "column_twice")
def column_twice(folder):
    """“工号”列出现了两次"""
    return book(folder, {"教师": TEACHERS, "工作记录": [[*row, row[TEACHER]] for row in WORK]})


@case(REPAIRED, "header")
def headers_otherwise(folder):
    """列名写成“教工号”“值班日期”“时长（分钟）”"""
    return book(folder, changed(0, TEACHER, "教工号", changed(0, ON, "值班日期", changed(0, MINUTES, "时长（分钟）"))))


@case(REPAIRED, "title_row")
def titles_above(folder):
    """表头上面有标题和制表单位"""
    tables = center()
    tables["工作记录"] = [["2024年心理中心工作记录"], ["制表单位：心理中心"], [], *tables["工作记录"]]
    return book(folder, tables, merges={"工作记录": ["A1:L1"]})


@case(FINE)
def header_of_two_rows(folder):
    """表头有两行：“时间”下面是“开始时间”“结束时间”"""
    tables = center()
    upper, lower = list(WORK[0]), [None] * 12
    upper[START], upper[END], lower[START], lower[END] = "时间", None, "开始时间", "结束时间"
    tables["工作记录"] = [upper, lower, *WORK[1:]]
    down = [f"{letter}1:{letter}2" for letter in "ABCDGHIJKL"]
    return book(folder, tables, merges={"工作记录": ["E1:F1", *down]})


@case(FAULTS, "missing_column")
def no_header(folder):
    """没有表头，直接是数据"""
    return book(folder, {"教师": TEACHERS, "工作记录": WORK[1:]})


@case(REPAIRED, "totals_row", "footer")
def totals_and_signatures(folder):
    """表下面有小计、合计、总计、共计，和制表人、审核、日期"""
    tables = center()
    for word in ("小计", "合 计：", "总计", "共计"):
        tables["工作记录"].append([word, None, None, None, None, None, 210])
    tables["工作记录"] += [[], ["制表人：教师甲", None, None, "审核：教师乙"], ["日期：", None, None, None]]
    return book(folder, tables)


@case(REPAIRED, "totals_row")
def totals_in_the_middle(folder):
    """“合计”写在了类别列"""
    tables = center()
    tables["工作记录"].append([None, None, None, "合计", None, None, 210])
    return book(folder, tables)


@case(REPAIRED, "repeated_header")
def header_on_each_page(folder):
    """每页重复表头，中间有空行"""
    tables = center()
    tables["工作记录"] = [*WORK[:3], [], WORK[0], *WORK[3:]]
    return book(folder, tables)


@case(REPAIRED, "example_row")
def example_row(folder):
    """模板里的示例行没有删"""
    tables = center()
    tables["工作记录"].insert(1, [None, "示例", date(2024, 3, 5), "咨询值班", time(14), time(17), 180])
    return book(folder, tables)


@case(REPAIRED, "merged")
def merged_down(folder):
    """同一位教师的工号和日期向下合并"""
    tables = center()
    tables["工作记录"][2][TEACHER] = None
    tables["工作记录"][2][ON] = None
    return book(folder, tables, merges={"工作记录": ["B2:B3", "C2:C3"]})


@case(FAULTS, "merged_cell")
def minutes_merged_down(folder):
    """两次值班的分钟合并成一格"""
    tables = changed(1, START, None, changed(1, END, None))
    return book(folder, changed(2, MINUTES, None, tables), merges={"工作记录": ["G2:G3"]})


@case(FAULTS, "merged_cell")
def merged_across(folder):
    """开始时间和结束时间合并成一格"""
    return book(folder, changed(1, END, None), merges={"工作记录": ["E2:F2"]})


@case(FINE)
def rows_out_of_order(folder):
    """某个程序把行写乱了顺序"""
    found = files.parts(center(), shared=False)
    sheet = found["xl/worksheets/sheet2.xml"]
    first, second = sheet.index('<row r="3">'), sheet.index('<row r="4">')
    third = sheet.index('<row r="5">')
    sheet = sheet[:first] + sheet[second:third] + sheet[first:second] + sheet[third:]
    return put(folder, files.zipped(found | {"xl/worksheets/sheet2.xml": sheet}))


# ---------------------------------------------------------------- formulas


@case(FAULTS, "error_value")
def errors_in_each_column(folder):
    """每一种列都有显示错误的格"""
    tables = center()
    shown = ("#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!")
    for place, column in enumerate((TEACHER, ON, KIND, START, MINUTES, STATUS, CAME)):
        row = list(WORK[2])
        row[ID], row[column] = f"B{place}", error(shown[place])
        tables["工作记录"].append(row)
    return book(folder, tables)


@case(FINE)
def error_in_a_note(folder):
    """备注和姓名显示错误，不影响数字"""
    return book(folder, changed(1, NOTE, error("#N/A")))


@case(FAULTS, "formula_without_value")
def formula_never_computed(folder):
    """程序生成的工作簿，公式没有结果（openpyxl）"""
    return book(folder, changed(2, MINUTES, Raw('<c r="{r}"><f>60+30</f><v/></c>')))


@case(FAULTS, "formula_without_value")
def formula_of_a_writer(folder):
    """程序生成的工作簿，公式结果都是0（XlsxWriter）"""
    return book(
        folder, changed(2, MINUTES, formula("60+30", 0)), calculation='<calcPr calcId="124519" fullCalcOnLoad="1"/>'
    )


@case(FINE)
def formula_with_an_empty_text(folder):
    """公式 =IF(…,"") 的结果是空"""
    return book(folder, changed(2, STATUS, Raw('<c r="{r}" t="str"><f>IF(1&gt;2,"x","")</f><v></v></c>')))


@case(FINE)
def shared_formulas(folder):
    """下拉填充的公式和数组公式，都有结果"""
    tables = changed(1, MINUTES, Raw('<c r="{r}"><f t="shared" ref="G2:G3" si="0">60*2</f><v>120</v></c>'))
    tables = changed(2, MINUTES, Raw('<c r="{r}"><f t="shared" si="0"/><v>90</v></c>'), tables)
    return book(folder, changed(4, HOURS, Raw('<c r="{r}"><f t="array" ref="H5">1+1</f><v>2</v></c>'), tables))


# ---------------------------------------------------------------- cells


@case(REPAIRED, "full_width", "spaces", "text_number", "text_date", "text_time")
def written_otherwise(folder):
    """全角数字、空格、文本的日期和时间、带单位的分钟"""
    tables = changed(1, START, "14：00", changed(1, END, "16:00 "))
    tables = changed(1, ON, "２０２４.3.5", tables)
    tables = changed(2, MINUTES, "９０分钟", tables)
    tables = changed(3, TEACHER, " T02", tables)
    return book(folder, changed(4, KIND, "心理健康教学　", tables))


@case(REPAIRED, "number_date", "number_time")
def serials(folder):
    """日期是“常规”格式的45356、20240306，时间是0.5833…"""
    tables = changed(1, ON, 45356, changed(2, ON, 20240306))
    return book(folder, changed(1, START, 0.5833333333333334, tables))


@case(FINE)
def end_at_midnight(folder):
    """值班到24:00"""
    return folder_of(folder, work=lines(WORK).replace("14:00,16:00,120", "22:00,24:00,120"))


@case(FAULTS, "not_a_number", "not_a_time", "no_such_day", "negative", "not_a_date", "another_day")
def amounts_and_times_wrong(folder):
    """1 5分钟、25:00、2024-02-30、-90、三月五日、另一天的时间"""
    tables = changed(2, MINUTES, "1 5分钟", changed(1, START, "25:00"))
    rows = [
        ["B1", "T01", "2024-02-30", "咨询值班", None, None, 60],
        ["B2", "T01", date(2024, 3, 9), "咨询值班", None, None, -90],
        ["B3", "T01", "三月五日", "咨询值班", None, None, 60],
        ["B4", "T01", date(2024, 3, 9), "咨询值班", number(45361.5, MOMENT), number(45361.75, MOMENT), 360],
    ]
    tables["工作记录"] += rows
    return book(folder, tables)


@case(FAULTS, "not_a_date", "date_out_of_range")
def dates_beyond(folder):
    """日期写成 24.3.5、3024-03-05、0.5"""
    tables = changed(1, ON, "24.3.5", changed(2, ON, "3024-03-05"))
    return book(folder, changed(3, ON, number("0.5", MOMENT), tables))


@case(FAULTS, "not_a_time")
def hours_as_numbers(folder):
    """时间写成 14、1430、14.30、下午2点"""
    tables = changed(1, START, 14, changed(1, END, 1430))
    return book(folder, changed(2, START, "14.30", changed(2, END, "下午2点", tables)))


@case(FAULTS, "not_a_time")
def one_o_clock_as_a_number(folder):
    """值班从23:00到1点，结束时间写成数字1"""
    return book(folder, changed(1, START, time(23), changed(1, END, 1, changed(1, MINUTES, None))))


@case(FAULTS, "unknown_word", "unknown_kind", "unknown_title")
def words_near(folder):
    """错别字：兼取、咨寻值班、副教受"""
    tables = changed(1, KIND, "咨寻值班")
    tables["教师"][1][2] = "兼取"
    tables["教师"][2][4] = "副教受"
    return book(folder, tables)


@case(FAULTS, "unknown_teacher")
def ids_near(folder):
    """工号 007、7 和 7.0 混用"""
    tables = changed(1, TEACHER, "007", changed(2, TEACHER, number("7.0")))
    tables["教师"] += [[7, "教师丙", "兼职", "校内", "讲师"]]
    return book(folder, tables)


@case(FAULTS, "twice")
def ids_twice(folder):
    """同一工号有两行教师，同一编号有两种内容"""
    tables = changed(2, ID, "A1")
    tables["教师"].append(["T01", "教师丁", "专职", "校内", "教授"])
    return book(folder, tables)


@case(FAULTS, "minutes_disagree", "minutes_missing", "class_hours_missing", "not_positive")
def amounts_missing(folder):
    """分钟与起止时间不符、值班没写分钟、教学没写课时、场次是0"""
    tables = changed(1, MINUTES, 180, changed(2, MINUTES, None))
    return book(folder, changed(4, HOURS, None, changed(3, EVENTS, 0, tables)))


@case(FAULTS, "not_text")
def date_as_an_id(folder):
    """工号 3-5 被 Excel 变成了日期"""
    return book(folder, changed(1, TEACHER, date(2024, 3, 5)))


# ---------------------------------------------------------------- data of clients


@case(FAULTS, "client_data", secrets=(CARD, OLD_CARD, MOBILE, CARD[:17], "138 0013 8000"))
def numbers_in_notes(folder):
    """备注里有来访者的身份证号、手机号（18位、15位、全角、带空格）"""
    tables = center()
    for place, note in enumerate(
        (f"来访者 {CARD}", OLD_CARD, "１３８００１３８０００", "电话138 0013 8000", "1101051949 1231002x", 13800138000)
    ):
        row = [*WORK[2][:-1], note]
        row[ID] = f"B{place}"
        tables["工作记录"].append(row)
    return book(folder, tables)


@case(FAULTS, "client_data", secrets=(CARD, MOBILE))
def numbers_as_ids(folder):
    """用身份证号作工号，用手机号作编号，姓名后面写电话"""
    tables = changed(1, TEACHER, CARD, changed(2, ID, int(MOBILE)))
    tables["教师"][1][1] = f"教师甲{MOBILE}"
    return book(folder, tables)


@case(FAULTS, "client_data", "too_large", secrets=(MOBILE,))
def numbers_in_words(folder):
    """类别、日期、分钟列里误粘贴了手机号"""
    tables = changed(1, KIND, MOBILE, changed(2, ON, MOBILE))
    return book(folder, changed(4, HOURS, int(MOBILE), tables))


@case(FAULTS, "client_data_column", secrets=("张三",))
def client_columns(folder):
    """有“来访者姓名”“学号”“联系电话”列"""
    rows = [
        [*row, *more]
        for row, more in zip(WORK, [["来访者姓名", "学号", "联系电话"], *[["张三", "2024001", "110"]] * 4], strict=True)
    ]
    return book(folder, {"教师": TEACHERS, "工作记录": rows})


@refused(secrets=(MOBILE,))
def number_as_a_name(folder):
    """文件名里有手机号"""
    return folder / f"{MOBILE}.xlsx"


@case(FAULTS, "missing_column", "client_data_column", secrets=(MOBILE, CARD))
def number_as_a_header(folder):
    """没有表头，第一行就有手机号和身份证号"""
    return book(folder, {"教师": TEACHERS, "工作记录": [["张三", MOBILE, CARD], ["李四", MOBILE, CARD]]})


# ---------------------------------------------------------------- the file of the school's own words


def _alias(folder, text):
    path = book(folder)
    put(folder, text, "workload-alias.toml")
    return path


@case(FAULTS, "alias_file")
def alias_no_toml(folder):
    """本校用语文件少了引号"""
    return _alias(folder, "format = 1\n[tables]\n值班登记 = 工作记录\n")


@case(FAULTS, "alias_file", says="另存")
def alias_not_utf_8(folder):
    """本校用语文件用记事本存成了 ANSI"""
    return _alias(folder, 'format = 1\n[tables]\n"值班登记" = "工作记录"\n'.encode("gbk"))


@case(FAULTS, "alias_file")
def alias_unknown(folder):
    """本校用语文件里的表、列、词都写错了"""
    return _alias(
        folder,
        'format = 1\n[tables]\n"值班登记" = "工作纪录"\n[columns."工作记录"]\n"值班日" = "日子"\n'
        '[words."工作记录"."日期"]\n"昨天" = "今天"\n[others]\nx = 1\n',
    )


@case(FAULTS, "alias_file")
def alias_of_no_word(folder):
    """本校用语文件里的词不在列表中"""
    return _alias(folder, 'format = 1\n[words."工作记录"."类别"]\n"个案咨询" = "个案辅导"\n')


@case(FAULTS, "alias_file")
def alias_of_client_column(folder):
    """本校用语文件想把“来访者学号”当作工号"""
    return _alias(folder, 'format = 1\n[columns."工作记录"]\n"来访者学号" = "工号"\n')


# ---------------------------------------------------------------- formulas that a spreadsheet would run

INJECTED = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1")


@case(FINE)
def injected(folder):
    """工号和姓名以 =、+、-、@ 开头，想在别人的 Excel 里运行"""
    tables = center()
    tables["教师"][1][0] = tables["工作记录"][1][TEACHER] = tables["工作记录"][2][TEACHER] = INJECTED[0]
    for place, text in enumerate(INJECTED):
        tables["教师"].append([f"P{place}", text, "兼职", "校内", "讲师"])
    return book(folder, tables)


def main(folder):
    """Write every case into a folder of its own, with its story."""
    for one in CASES.values():
        place = Path(folder) / one.name
        place.mkdir(parents=True, exist_ok=True)
        one.make(place)
        (place / "README.txt").write_text(f"{one.story}\n{one.outcome} {' '.join(sorted(one.codes))}\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
