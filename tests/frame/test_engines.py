"""Files as frames and frames as files: in every engine the same rows, in the same order, with the same numbers."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import narwhals as nw
import polars as pl
import pytest
import python_calamine
from frame_engines import EMBEDDED, SPARK, native, spark

from workload import MissingExtraError, WorkloadError
from workload.frame import engines
from workload.frame.engines import Result, collected, engine_told, rows_of, scan, write, write_all
from workload.frame.files import files_of, is_address, tables_in

SPARK_ENGINE = pytest.param("spark", marks=SPARK.marks)
ENGINES = ["polars", "duckdb", SPARK_ENGINE]
every_engine = pytest.mark.parametrize("engine", ENGINES)


@pytest.fixture
def read():
    """``read(engine, source)``: the columns and the rows that an engine finds, by their numbers."""

    def reading(engine, source):
        if engine == "spark":
            spark()
        frame = scan(source, engine)
        with engine_told(engine):
            found = collected(nw.from_native(frame).sort("row"))
        return found.columns, list(rows_of(found))

    return reading


def parquet(path, columns, **more):
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(columns).write_parquet(path, **more)


def text(path, content, encoding="utf-8"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding=encoding, newline="")
    return path


# ---------------------------------------------------------------- which files


def test_files_are_sorted_by_name(tmp_path):
    """The files of a pattern, of a folder and below, each once; what begins with _ or . is none."""
    for name in ("b.parquet", "a.parquet", "c/a.parquet", "_d.parquet", ".e.parquet", "c/_f/g.parquet", "h.txt"):
        text(tmp_path / name, "")
    names = ["a.parquet", "b.parquet", "c/a.parquet"]
    root = tmp_path.resolve().as_posix()
    assert files_of(tmp_path) == [f"{root}/{name}" for name in names]
    assert files_of(str(tmp_path / "*.parquet")) == [f"{root}/{name}" for name in names[:2]]
    assert files_of([tmp_path / "b.parquet", str(tmp_path / "*"), tmp_path]) == files_of(tmp_path)


def test_a_folder_that_a_pattern_names_is_a_table_in_parts(tmp_path):
    """Spark writes a table as a folder of parts; a pattern may name several."""
    for name in ("2023.parquet/part-0.parquet", "2024.parquet/part-0.parquet", "2024.parquet/_SUCCESS"):
        text(tmp_path / name, "")
    assert [Path(file).parent.name for file in files_of(str(tmp_path / "*.parquet"))] == [
        "2023.parquet",
        "2024.parquet",
    ]


def test_a_name_may_look_like_a_pattern(tmp_path, read):
    """A file that is there is taken by its name, whatever characters are in it, in every engine."""
    path = tmp_path / "工作 [2024]{1}.parquet"
    parquet(path, {"工号": ["T1"]})
    assert files_of(path) == [path.resolve().as_posix()]
    assert read("polars", path) == read("duckdb", path) == (["工号", "row"], [("T1", 2)])


@pytest.mark.parametrize("names", [[], ["a.xlsx"], ["a.csv", "b.parquet"]], ids=["none", "workbook", "both"])
def test_what_is_no_input(tmp_path, names):
    """No file, another kind of file, or both kinds are refused in words."""
    for name in names:
        text(tmp_path / name, "")
    with pytest.raises(WorkloadError, match="Parquet"):
        files_of(tmp_path)


def test_tables_of_a_folder(tmp_path):
    """A table is a file or a folder by its Chinese or English name; what is no table is told."""
    for name in (
        "工作记录/1.parquet",
        "teachers.csv",
        "聘期.parquet/part-0.parquet",
        "学生.parquet",
        "说明.txt",
        "_x.csv",
    ):
        text(tmp_path / name, "")
    tables, others = tables_in(tmp_path)
    assert {name: path.name for name, path in tables.items()} == {
        "activities": "工作记录",
        "appointments": "聘期.parquet",
        "teachers": "teachers.csv",
    }
    assert others == ("学生.parquet",)


def test_a_table_stands_once(tmp_path):
    """One table under two names is refused: nobody knows which one counts."""
    for name in ("工作记录.parquet", "activities.csv"):
        text(tmp_path / name, "")
    with pytest.raises(WorkloadError, match=r"activities\.csv"):
        tables_in(tmp_path)


def test_a_folder_of_parts_has_no_tables(tmp_path):
    """In a folder where no name is a table's, all files together are one table."""
    for name in ("2023.parquet", "2024.parquet"):
        text(tmp_path / name, "")
    assert tables_in(tmp_path) == ({}, ())


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_only_spark_reads_addresses(engine):
    """An address on the network is the cluster's: the library itself goes nowhere."""
    assert is_address("s3://province/records")
    with pytest.raises(WorkloadError, match="spark"):
        scan("s3://province/records", engine)


# ---------------------------------------------------------------- Parquet


@every_engine
def test_rows_of_parquet_are_numbered_through_all_files(tmp_path, read, engine):
    """From 2, as below a header, in the order of the files' names, however many row groups and threads there are."""
    for place, (name, rows) in enumerate([("甲.parquet", 30_000), ("b c.parquet", 7), ("a%41.parquet", 40_001)]):
        parquet(tmp_path / name, {"number": range(rows), "file": [place] * rows}, row_group_size=1000)
    parquet(tmp_path / "c.parquet", pl.Schema({"number": pl.Int64, "file": pl.Int64}).to_frame().to_dict())
    columns, rows = read(engine, tmp_path)
    assert columns == ["number", "file", "row"]
    expected = [(number, 2) for number in range(40_001)] + [(number, 1) for number in range(7)]
    expected += [(number, 0) for number in range(30_000)]
    assert [row[:2] for row in rows] == expected
    assert [row[2] for row in rows] == list(range(2, 2 + len(expected)))


@every_engine
def test_an_own_column_of_numbers_gives_way(tmp_path, read, engine):
    """A column named row or 行 is none of ours: which numbers stand in it, and how often, nobody knows."""
    parquet(tmp_path / "a.parquet", {"行": [9, 9], "工号": ["T1", "T2"], "ROW": ["x", "y"]})
    assert read(engine, tmp_path) == (["工号", "row"], [("T1", 2), ("T2", 3)])


@every_engine
def test_a_column_that_some_files_lack_is_blank_there(tmp_path, read, engine):
    """One college has a column that another has not, in another order."""
    parquet(tmp_path / "a.parquet", {"工号": ["T1"], "分钟": [45]})
    parquet(tmp_path / "b.parquet", {"备注": ["x"], "工号": ["T2"]})
    columns, rows = read(engine, tmp_path)
    found = [dict(zip(columns, row, strict=True)) for row in rows]
    assert found == [
        {"工号": "T1", "分钟": 45, "备注": None, "row": 2},
        {"工号": "T2", "分钟": None, "备注": "x", "row": 3},
    ]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_the_width_of_integers_may_differ(tmp_path, read, engine):
    """One college wrote its minutes in 16 bits, another in 64."""
    parquet(tmp_path / "a.parquet", {"minutes": pl.Series([45], dtype=pl.Int16)})
    parquet(tmp_path / "b.parquet", {"minutes": [90]})
    assert read(engine, tmp_path)[1] == [(45, 2), (90, 3)]


@pytest.mark.parametrize("engine", [SPARK_ENGINE])
def test_spark_tells_that_types_differ(tmp_path, read, engine):
    """What Spark cannot bring together it is not asked to guess at."""
    parquet(tmp_path / "a.parquet", {"minutes": pl.Series([45], dtype=pl.Int16)})
    parquet(tmp_path / "b.parquet", {"minutes": [90]})
    with pytest.raises(WorkloadError, match="类型不同"):
        read(engine, tmp_path)


@every_engine
@pytest.mark.parametrize("content", ["", "no Parquet at all, but long enough"], ids=["empty", "text"])
def test_what_is_no_parquet(tmp_path, read, engine, content):
    """A damaged file is told in words, with exit code 2 in the end, not a traceback."""
    text(tmp_path / "a.parquet", content)
    with pytest.raises(WorkloadError, match="不是有效的 Parquet"):
        read(engine, tmp_path)


# ---------------------------------------------------------------- CSV


@every_engine
def test_cells_of_csv_are_texts(tmp_path, read, engine):
    """Ids keep their zeros, a blank cell is null, and what stands around a cell is none of it."""
    header, row = "工号,日期,备注\r\n", '007,2024-03-05,"说 ""好""，\n第二行"\r\n'
    text(tmp_path / "a.csv", header + row + '　8 ,"", NA \r\n', "utf-8-sig")
    columns, rows = read(engine, tmp_path)
    assert columns == ["工号", "日期", "备注", "row"]
    assert rows == [("007", "2024-03-05", '说 "好"，\n第二行', 2), ("8", None, "NA", 3)]


@every_engine
def test_rows_of_csv_are_numbered_through_all_files(tmp_path, read, engine):
    """The same numbers in each engine; rows with nothing in them do not count."""
    text(tmp_path / "a.csv", "id,n\n" + "".join(f"a{place},{place}\n" for place in range(50_000)))
    text(tmp_path / "b.csv", "id,n\n\n,\n　, \nb,1\n\nb,2\n")
    text(tmp_path / "c.csv", "id,n\n")
    text(tmp_path / "d.csv", "n,id,more\n7,d,x\n")
    columns, rows = read(engine, tmp_path)
    assert columns == ["id", "n", "more", "row"]
    ids = [*(f"a{place}" for place in range(50_000)), "b", "b", "d"]
    assert [(row[0], row[-1]) for row in rows] == list(zip(ids, range(2, 50_005), strict=True))
    assert [row[1:3] for row in rows[-3:]] == [("1", None), ("2", None), ("7", "x")]


@every_engine
def test_columns_without_a_name_are_read_over(tmp_path, read, engine):
    """A header may end with commas, as spreadsheets leave them."""
    text(tmp_path / "a.csv", "工号 ,,日期,\nT1,,2024-03-05,\n")
    assert read(engine, tmp_path) == (["工号", "_2", "日期", "_4", "row"], [("T1", None, "2024-03-05", None, 2)])


@every_engine
@pytest.mark.parametrize("row", ["1,2,3,4\n", '1,"2,3\n'], ids=["too many cells", "unpaired quote"])
def test_a_row_that_cannot_be_divided(tmp_path, read, engine, row):
    """A row of more cells than the header, or a quote without its other half: told, without what stands there."""
    text(tmp_path / "a.csv", "工号,日期,备注\n1,2,张三来访\n" + row)
    with pytest.raises(WorkloadError, match="格数与表头不符") as error:
        read(engine, tmp_path)
    assert "张三" not in str(error.value)


def test_duckdb_says_where(tmp_path, read):
    """DuckDB knows the file and the line."""
    text(tmp_path / "记录.csv", "工号,日期,备注\n1,2,3\n1,2,3,4\n")
    with pytest.raises(WorkloadError, match=r"记录\.csv:3"):
        read("duckdb", tmp_path)


def test_a_short_row(tmp_path, read):
    """Polars takes the cells that a row lacks for blank, as a sheet does; DuckDB refuses: none of them loses one."""
    text(tmp_path / "a.csv", "工号,日期,备注\n1,2\n")
    assert read("polars", tmp_path)[1] == [("1", "2", None, 2)]
    with pytest.raises(WorkloadError, match="格数与表头不符"):
        read("duckdb", tmp_path)


@pytest.mark.parametrize(
    ("content", "encoding", "message"),
    [
        ("工号,日期\nT1,x\n", "gb18030", "UTF-8"),
        ("", "utf-8", "没有列名"),
        (",,\nT1,,\n", "utf-8", "没有列名"),
        ("工号,日期,工号\nT1,x,T2\n", "utf-8", "“工号”出现了两次"),
        ("Date,date\nx,y\n", "utf-8", "“date”出现了两次"),
    ],
)
def test_headers_that_are_none(tmp_path, content, encoding, message):
    """The header is looked at before an engine sees the file."""
    text(tmp_path / "a.csv", content, encoding)
    with pytest.raises(WorkloadError, match=message):
        scan(tmp_path / "a.csv")


def test_another_encoding_below_the_header(tmp_path, read):
    """Where only the cells are in another encoding, the engine finds it."""
    (tmp_path / "a.csv").write_bytes(b"id,n\n" + b"x,1\n" * 100_000 + "张,1\n".encode("gb18030"))
    for engine in ("polars", "duckdb"):
        with pytest.raises(WorkloadError, match="UTF-8"):
            read(engine, tmp_path)


# ---------------------------------------------------------------- writing

COLUMNS = {"teacher_id": str, "year": int, "met": bool, "note": str}
ROWS = [
    ("b", 2024, True, "甲"),
    ("=1+1", 2023, False, "中文"),
    ('a"q', 2022, None, " s "),
    (None, 2021, True, "-"),
    ("x,y\nz", None, True, "'"),
]
BY_YEAR = [ROWS[3], ROWS[2], ROWS[1], ROWS[0], ROWS[4]]
every_frame = pytest.mark.parametrize("engine", [*EMBEDDED, SPARK])


@every_frame
def test_a_frame_as_parquet(tmp_path, engine):
    """One file, sorted as was asked, from every kind of frame; nothing of an index, and whole numbers are whole."""
    path = tmp_path / "out.parquet"
    write(native(engine, COLUMNS, ROWS), path, ["year"])
    found = pl.read_parquet(path)
    assert found.schema == {"teacher_id": pl.String, "year": pl.Int64, "met": pl.Boolean, "note": pl.String}
    assert found.rows() == BY_YEAR
    assert [one.name for one in tmp_path.iterdir()] == ["out.parquet"]


@every_frame
def test_a_frame_as_csv(tmp_path, engine):
    """Byte for byte the same from every engine: a mark for Excel, no formula, nothing for null."""
    path = tmp_path / "out.csv"
    write(native(engine, COLUMNS, ROWS), path, ["year"])
    assert path.read_bytes().decode("utf-8") == (
        '\ufeffteacher_id,year,met,note\n,2021,true,\'-\n"a""q",2022,, s \n\'=1+1,2023,false,中文\nb,2024,true,甲\n'
        '"x,y\nz",,true,\'\n'
    )


@every_frame
def test_a_frame_as_a_workbook(tmp_path, engine):
    """One sheet with typed cells, in which a text is a text."""
    path = tmp_path / "out.xlsx"
    write(native(engine, COLUMNS, ROWS), path, ["year"])
    sheet = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    header, *rows = sheet
    assert header == list(COLUMNS)
    assert rows == [["" if cell is None else cell for cell in row] for row in BY_YEAR]


@every_engine
def test_a_large_result_stays_in_order(tmp_path, engine):
    """Many parts become one file, in order."""
    rows = [(f"t{place * 7919 % 30_011}", place, True, "x") for place in range(30_011)]
    frame = native("pyspark" if engine == "spark" else engine, COLUMNS, rows)
    frame = frame.repartition(7) if engine == "spark" else frame
    write(frame, tmp_path / "out.parquet", ["teacher_id"])
    assert pl.read_parquet(tmp_path / "out.parquet")["teacher_id"].to_list() == sorted(row[0] for row in rows)
    write(frame, tmp_path / "out.csv")
    assert len((tmp_path / "out.csv").read_text().splitlines()) == len(rows) + 1


@every_engine
def test_an_empty_result(tmp_path, engine):
    """A result without rows still has its columns."""
    frame = native("pyspark" if engine == "spark" else engine, COLUMNS, [])
    for ending in ("parquet", "csv", "xlsx"):
        write(frame, tmp_path / f"out.{ending}", ["year"])
    assert pl.read_parquet(tmp_path / "out.parquet").columns == list(COLUMNS)
    assert (tmp_path / "out.csv").read_text() == "\ufeffteacher_id,year,met,note\n"


def test_days_in_a_workbook(tmp_path):
    """A day stands in a workbook as a day."""
    write(pl.DataFrame({"day": [date(2024, 3, 5)]}), tmp_path / "out.xlsx")
    sheet = python_calamine.CalamineWorkbook.from_path(str(tmp_path / "out.xlsx")).get_sheet_by_index(0)
    assert sheet.to_python()[1] == [date(2024, 3, 5)]


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_more_rows_than_a_sheet_has(tmp_path, engine, monkeypatch):
    """What a sheet cannot hold is refused, and says where it could go."""
    monkeypatch.setattr(engines, "MOST_ROWS", 5)
    frame = native(engine, COLUMNS, ROWS)
    with pytest.raises(WorkloadError, match=r"5 行.*\.parquet"):
        write(frame, tmp_path / "out.xlsx")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(engines, "MOST_ROWS", 6)
    write(frame, tmp_path / "out.xlsx")


def test_other_endings_are_refused(tmp_path):
    """Before any work is done."""
    with pytest.raises(WorkloadError, match=r"\.parquet、\.csv、\.xlsx"):
        write(pl.LazyFrame({"a": [1]}), tmp_path / "out.json")


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_an_address_is_written_by_spark_alone(engine):
    """As it is read."""
    with pytest.raises(WorkloadError, match="spark"):
        write(native(engine, COLUMNS, ROWS), "s3://province/out.parquet")


@pytest.mark.parametrize("engine", [SPARK])
def test_spark_writes_to_an_address(tmp_path, engine):
    """A folder of parts, by Spark's own writer; scanned again it is the same table."""
    address = (tmp_path / "out.parquet").as_uri()
    write(native(engine, COLUMNS, ROWS), address, ["year"])
    assert (tmp_path / "out.parquet" / "_SUCCESS").exists()
    assert pl.read_parquet(tmp_path / "out.parquet" / "*.parquet").height == len(ROWS)
    with_rows = collected(nw.from_native(scan(address, "spark")).sort("row"))
    assert with_rows["row"].to_list() == list(range(2, 2 + len(ROWS)))


@pytest.mark.parametrize("engine", ["polars", "polars eager", "duckdb", SPARK])
def test_all_or_nothing(tmp_path, engine):
    """Who judges what was asked for may refuse; then no file is there, and one that was is as it was."""
    (tmp_path / "b.csv").write_text("before")
    frame = native(engine, COLUMNS, ROWS)
    results = [Result(frame, tmp_path / f"{name}", ["year"]) for name in ("a.parquet", "b.csv", "c.xlsx")]

    def judge(found):
        assert list(rows_of(found[0])) == BY_YEAR[:2]
        raise WorkloadError(engines.Text("有错误", "there are faults"))

    asked = nw.from_native(frame).sort("year", nulls_last=True).head(2).to_native()
    with pytest.raises(WorkloadError, match="有错误"):
        write_all(results, [asked], judge)
    assert [one.name for one in tmp_path.iterdir()] == ["b.csv"]
    assert (tmp_path / "b.csv").read_text() == "before"
    write_all(results, [asked])
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.parquet", "b.csv", "c.xlsx"]


def test_a_place_that_cannot_be_written_to(tmp_path):
    """A folder that is not there is told in words."""
    with pytest.raises(WorkloadError, match="无法写入"):
        write(pl.LazyFrame({"a": [1]}), tmp_path / "nowhere" / "out.parquet")


def test_progress_of_a_workbook(tmp_path):
    """Whoever wants to know is told how far a workbook has come."""
    told = []
    write(pl.DataFrame({"a": range(2500)}), tmp_path / "out.xlsx", progress=lambda *state: told.append(state[1:]))
    assert [state for state in told if state[1] == 2500] == [(1000, 2500), (2000, 2500)]


# ---------------------------------------------------------------- the engines themselves


@pytest.mark.parametrize(
    ("engine", "package", "extra"),
    [
        ("polars", "narwhals", "frames"),
        ("polars", "polars", "frames"),
        ("duckdb", "duckdb", "duckdb"),
        ("spark", "pyspark", "spark"),
    ],
)
def test_a_missing_extra_is_told(tmp_path, monkeypatch, engine, package, extra):
    """An engine that is not installed is no crash: the message says which command installs it."""
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=rf"counseling-workload\[{extra}\]"):
        scan(tmp_path, engine)


def test_other_errors_are_no_fault_of_the_input():
    """What an engine says of something else is not taken for a fault of the files."""
    with pytest.raises(pl.exceptions.ColumnNotFoundError), engine_told("polars"):
        pl.LazyFrame({"a": [1]}).select("b").collect()
    with pytest.raises(ZeroDivisionError), engine_told("polars"):
        raise ZeroDivisionError


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such PATH")
def test_spark_without_java_is_told(tmp_path):
    """Where there is no Java, the message says so."""
    parquet(tmp_path / "a.parquet", {"a": [1]})
    code = (
        "import sys\nfrom workload.frame.engines import scan\nfrom workload import WorkloadError\n"
        "try:\n    scan(sys.argv[1], 'spark')\nexcept WorkloadError as error:\n    print(error)\n"
    )
    without_java = {key: value for key, value in os.environ.items() if key != "JAVA_HOME"} | {"PATH": "/nowhere"}
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path],
        env={**without_java, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Java 17" in done.stdout
