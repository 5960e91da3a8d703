"""Files as frames of an engine, and frames as files: the only place that knows one engine from another.

Which engine a frame belongs to, and how an expression is said in it, is what Narwhals knows; here stands only what it
has no word for: how each engine reads files in one and the same order, and writes a CSV file.
"""

from __future__ import annotations

import glob
import os
import re
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import accumulate, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen

from workload.errors import MissingExtraError, WorkloadError
from workload.frame.files import ENDINGS, SPACES, Source, csv_header, ending_of, files_of, is_address
from workload.privacy import looks_like_person_data
from workload.progress import Progress, followed
from workload.tables.write import close_workbook, written, xlsxwriter_module
from workload.text import Text

if TYPE_CHECKING:
    import narwhals as nw

    from workload.frame.keep import Frame

Engine = Literal["polars", "duckdb", "spark"]
ENGINES: tuple[Engine, ...] = ("polars", "duckdb", "spark")
WRITTEN = (*ENDINGS, ".xlsx")
MOST_ROWS = 1_048_576  # of a sheet, the header among them

ROW = "row"
_OWN_ROWS = frozenset({ROW, "行", "行号"})
FIRST_ROW = 2  # as a sheet numbers it: the header stands in row 1
_NUMBER, _FILE, _PLACE, _OFFSET = "_row", "_file", "_place", "_offset"
_BOM = "\ufeff"
_REPORT_EVERY = 1000  # rows


# ---------------------------------------------------------------- reading


def scan(source: Source, engine: Engine = "polars") -> Any:
    """The files that a pattern names as one lazy frame of an engine: polars, DuckDB or PySpark.

    Every row has a number, ``row``: of the first it is 2, as in a sheet with a header, and it counts on through all
    files in the order of their names, the same in every engine. A column of that name in the files gives way.

    All cells of a CSV file (UTF-8) are texts without outer spaces, a blank one null, so that what cannot be read is a
    fault of its row; rows with nothing in them are no records and do not count.

    Args:
        source: a file, a pattern (``records/*.parquet``), a folder, or several of them; for PySpark an address, too.
        engine: which engine.

    Raises:
        WorkloadError: there are no such files, or the engine cannot read them.
        MissingExtraError: the engine is not installed.

    Example::

        found = evaluate_frames({"activities": scan("records/*.parquet"), "teachers": scan("teachers.csv")}, [2024])
    """
    module(engine)
    import narwhals as nw

    with engine_told(engine):
        if is_address(source):
            if engine != "spark":
                raise _no_address(source)
            numbered = _spark_parquet([str(source)])
        else:
            files = files_of(source)
            numbered = (_csv if ending_of(files[0]) == ".csv" else _PARQUET[engine])(files, engine)
        frame = nw.from_native(numbered)
        own = [name for name in frame.collect_schema().names() if name.strip().casefold() in _OWN_ROWS]
        return frame.drop(own).with_columns(nw.col(_NUMBER).cast(nw.Int64).alias(ROW)).drop(_NUMBER).to_native()


def _no_address(source: object) -> WorkloadError:
    return WorkloadError(
        Text(
            f"{source} 是网络地址；只有 --engine spark 能读写（Parquet），其他引擎请给出本机的文件",
            f"{source} is an address: only --engine spark reads and writes there, and Parquet",
        )
    )


# Parquet: each engine knows the file and the place of a row in it, or counts the rows.


def _polars_parquet(files: list[str], _engine: Engine) -> Any:
    import polars as pl

    each = [pl.scan_parquet(file, glob=False, hive_partitioning=False) for file in files]
    schemas = [frame.collect_schema() for frame in each]
    if all(schema == schemas[0] for schema in schemas):
        frame = pl.scan_parquet(files, glob=False, hive_partitioning=False)
    else:  # one college has a column, or a width of integers, that another has not
        frame = pl.concat(each, how="diagonal_relaxed")
    return frame.with_row_index(_NUMBER, FIRST_ROW)


def _duckdb_parquet(files: list[str], _engine: Engine) -> Any:
    import duckdb

    plain = [glob.escape(file) for file in files]
    query = "SELECT file_name, num_rows FROM parquet_file_metadata(?)"
    lengths = dict(duckdb.default_connection().cursor().execute(query, [plain]).fetchall())
    first = [FIRST_ROW, *accumulate((lengths[file] for file in files), initial=FIRST_ROW)][1:-1]
    frame = duckdb.read_parquet(plain, union_by_name=True, hive_partitioning=False)
    return frame.project(f"*, ({first}::BIGINT[])[file_index::BIGINT + 1] + file_row_number AS {_NUMBER}")


def _spark_parquet(files: list[str], _engine: Engine = "spark") -> Any:
    from pyspark.sql import functions as f

    paths = files if is_address(files[0]) else [_escaped(file) for file in files]
    frame = spark_session().read.option("mergeSchema", True).parquet(*paths)
    file, place = f.col("_metadata.file_path").alias(_FILE), f.col("_metadata.row_index").alias(_PLACE)
    return _counted_on(frame.select("*", file, place))


_PARQUET: Mapping[Engine, Callable[[list[str], Engine], Any]] = {
    "polars": _polars_parquet,
    "duckdb": _duckdb_parquet,
    "spark": _spark_parquet,
}


def _counted_on(frame: Any) -> Any:
    """The row numbers in Spark, which has no order of its own: the place in the file, and the rows of those before."""
    from pyspark.sql import functions as f

    lengths = dict(map(tuple, frame.groupBy(_FILE).count().collect()))
    files = sorted(lengths, key=_plain)
    first = accumulate((lengths[file] for file in files), initial=FIRST_ROW)
    offsets = frame.sparkSession.createDataFrame(
        list(zip(files, first, strict=False)), f"{_FILE} string, {_OFFSET} bigint"
    )
    numbered = frame.join(f.broadcast(offsets), _FILE)
    return numbered.withColumn(_NUMBER, f.col(_PLACE) + f.col(_OFFSET)).drop(_FILE, _PLACE, _OFFSET)


def _plain(address: str) -> str:
    """The path that Spark shows with its letters as ``%E5%B7%A5``."""
    return re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes.fromhex(found[1].decode()), address.encode()).decode()


def _escaped(file: str) -> str:
    """A path in which Spark finds no pattern."""
    return re.sub(r"([][{}*?\\])", r"\\\1", file)


# CSV: every cell a text. The headers are read here, so that no engine guesses at them.


def _csv(files: list[str], engine: Engine) -> Any:
    import narwhals as nw

    headers = {file: csv_header(file) for file in files}
    runs = [(header, list(run)) for header, run in groupby(files, key=headers.__getitem__)]
    frames = [nw.from_native(_READ_CSV[engine](run, header)) for header, run in runs]
    frame = frames[0] if len(frames) == 1 else nw.concat(frames, how="diagonal")
    columns = list(dict.fromkeys(name for header in headers.values() for name in header))
    cells = [nw.col(name).str.strip_chars(SPACES) for name in columns]
    frame = frame.with_columns(nw.when(cell != "").then(cell) for cell in cells)
    frame = frame.filter(nw.any_horizontal(*(~nw.col(name).is_null() for name in columns), ignore_nulls=True))
    return _NUMBERED[engine](frame.to_native())


def _polars_csv(files: list[str], header: tuple[str, ...]) -> Any:
    import polars as pl

    return pl.scan_csv(files, new_columns=header, infer_schema=False, glob=False)


def _duckdb_csv(files: list[str], header: tuple[str, ...]) -> Any:
    import duckdb

    plain, columns = [glob.escape(file) for file in files], dict.fromkeys(header, "VARCHAR")
    dialect = {"delimiter": ",", "quotechar": '"', "escapechar": '"', "header": True, "auto_detect": False}
    return duckdb.read_csv(plain, columns=columns, **dialect)


def _spark_csv(files: list[str], header: tuple[str, ...]) -> Any:
    from pyspark.sql import functions as f
    from pyspark.sql.types import StringType, StructField, StructType

    read = spark_session().read.schema(StructType([StructField(name, StringType()) for name in header]))
    paths = [_escaped(file) for file in files]
    # A quoted cell may hold a line break: one task reads a file. Strictly, or Spark drops the cells that are too many.
    frame = read.csv(paths, header=True, multiLine=True, escape='"', mode="FAILFAST", encoding="UTF-8")
    file, place = f.col("_metadata.file_path").alias(_FILE), f.monotonically_increasing_id().alias(_PLACE)
    return frame.select("*", file, place)


_READ_CSV: Mapping[Engine, Callable[[list[str], tuple[str, ...]], Any]] = {
    "polars": _polars_csv,
    "duckdb": _duckdb_csv,
    "spark": _spark_csv,
}


def _spark_numbered(frame: Any) -> Any:
    """A task numbers the rows of a file in their order; which tasks there are may change, so only the order is used."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    place = f.row_number().over(Window.partitionBy(_FILE).orderBy(_PLACE)) - 1
    return _counted_on(frame.withColumn(_PLACE, place))


_NUMBERED: Mapping[Engine, Callable[[Any], Any]] = {
    "polars": lambda frame: frame.with_row_index(_NUMBER, FIRST_ROW),
    "duckdb": lambda frame: frame.project(f"*, row_number() OVER () + {FIRST_ROW - 1} AS {_NUMBER}"),
    "spark": _spark_numbered,
}


# ---------------------------------------------------------------- writing


@frozen(eq=False)
class Result:
    """A frame of any engine and the file that it becomes, its rows sorted ``by`` columns."""

    frame: Any
    path: Path | str
    by: Sequence[str] = ()


def write(frame: Any, path: Path | str, by: Sequence[str] = (), *, progress: Progress | None = None) -> None:
    """A frame of any engine as a file, by its ending: Parquet, CSV (UTF-8 with a byte order mark) or xlsx.

    The file is there whole or not at all, and is streamed where the engine can.

    Args:
        frame: the frame, lazy or not.
        path: the file. To an address Spark writes a folder of Parquet files.
        by: the columns by which the rows are sorted.
        progress: is told how far the writing has come.

    Raises:
        WorkloadError: it cannot be written there, the ending is another one, or the rows are too many for a sheet.
        MissingExtraError: a workbook needs XlsxWriter.

    Example::

        write(found.totals, "totals.parquet", ["teacher_id", "year"])
    """
    write_all([Result(frame, path, by)], progress=progress)


def write_all(
    results: Sequence[Result],
    first: Sequence[Any] = (),
    judge: Callable[[Sequence[nw.DataFrame[Any]]], None] = lambda found: None,
    *,
    progress: Progress | None = None,
) -> None:
    """Several results of one engine at once: all of them are written, or none.

    ``judge`` is shown the frames ``first`` (the faults, say), in memory, before a file is put in its place; where it
    raises, nothing is written. Polars reckons all of it in one pass over the data.

    Raises:
        WorkloadError: as :func:`write`.
        MissingExtraError: as :func:`write`.
    """
    import narwhals as nw

    frames = [_in_order(result) for result in results]
    asked = [nw.from_native(frame).lazy() for frame in first]
    engine = (frames + asked)[0].implementation
    for path in (result.path for result in results):
        if is_address(path):
            if not engine.is_pyspark() or ending_of(str(path)) != ".parquet":
                raise _no_address(path)
        elif ending_of(str(path)) not in WRITTEN:
            known = "、".join(WRITTEN)
            raise WorkloadError(Text(f"结果只能写成 {known}，现为 {path}", f"a result is one of {known}, not {path}"))

    def fill(temporaries: Sequence[Path]) -> None:
        places = iter(temporaries)
        jobs = [
            _Job(frame, result.path if is_address(result.path) else next(places), is_sorted=bool(result.by))
            for frame, result in zip(frames, results, strict=True)
        ]
        if engine.is_polars():
            _polars_at_once(jobs, asked, judge, progress)
            return
        judge([collected(frame) for frame in followed(asked, _RECKONING, progress)])
        for job in followed(jobs, _WRITING, progress):
            _fill(job, progress)

    with engine_told(engine.value):
        _all_written([Path(result.path) for result in results if not is_address(result.path)], fill)


_RECKONING, _WRITING = Text("核算", "evaluating"), Text("写入结果", "writing the results")


@frozen(eq=False)
class _Job:
    frame: Frame
    path: Path | str
    is_sorted: bool


def _in_order(result: Result) -> Frame:
    import narwhals as nw

    given = nw.from_native(result.frame)
    given = given.sort(*result.by, nulls_last=True) if result.by else given
    if isinstance(given, nw.DataFrame):  # an index of pandas is no column, nor are its whole numbers floats
        given = nw.maybe_convert_dtypes(nw.maybe_reset_index(given))
    found: Frame = given.lazy()
    return found


def _all_written(paths: Sequence[Path], fill: Callable[[Sequence[Path]], None]) -> None:
    """Have all the files filled before the first of them is put in place."""
    if not paths:
        fill([])
        return
    written(paths[0], lambda temporary: _all_written(paths[1:], lambda others: fill([temporary, *others])))


def _polars_at_once(
    jobs: Sequence[_Job],
    asked: Sequence[Frame],
    judge: Callable[[Sequence[nw.DataFrame[Any]]], None],
    progress: Progress | None,
) -> None:
    import narwhals as nw
    import polars as pl

    def plan(job: _Job) -> Any:
        ending = ending_of(str(job.path))
        if ending == ".parquet":
            return job.frame.to_native().sink_parquet(job.path, lazy=True)
        if ending == ".csv":
            return _as_cells(job.frame).to_native().sink_csv(job.path, lazy=True)
        return job.frame.head(MOST_ROWS).to_native()

    if progress is not None:
        progress(_RECKONING, 0, 0)  # an engine does not say how far it has come
    plans = [*(frame.to_native() for frame in asked), *map(plan, jobs)]
    found = [nw.from_native(one, eager_only=True) for one in pl.collect_all(plans, engine="streaming")]
    judge(found[: len(asked)])
    for job, rows in zip(jobs, found[len(asked) :], strict=True):
        if isinstance(job.path, Path) and ending_of(str(job.path)) == ".xlsx":
            _write_xlsx(rows, job.path, progress)


def _fill(job: _Job, progress: Progress | None) -> None:
    """What the engine has for that frame, as that file."""
    frame, path, ending = job.frame, job.path, ending_of(str(job.path))
    engine = frame.implementation
    if isinstance(path, str):  # an address
        frame.to_native().write.parquet(path)
    elif ending == ".xlsx":
        _write_xlsx(collected(frame, MOST_ROWS), path, progress)
    elif engine.is_pyspark():
        _one_part(frame if ending == ".parquet" else _as_cells(frame), path, ending, is_sorted=job.is_sorted)
    elif ending == ".parquet":
        frame.sink_parquet(path)
    elif engine.is_duckdb():
        _as_cells(frame).to_native().write_csv(str(path), sep=",", header=True, quotechar='"', escapechar='"')
    else:
        _as_cells(frame).collect().write_csv(path)


def _as_cells(frame: Frame) -> Frame:
    """A frame as it stands in a CSV file, which Chinese Excel takes for UTF-8 only if its first header bears a mark."""
    first, *others = frame.collect_schema().names()
    return frame.select(*(_as_cell(frame, name) for name in (first, *others))).rename({first: f"{_BOM}{first}"})


def _as_cell(frame: Frame, name: str) -> nw.Expr:
    """A column as it stands in a CSV file: no text begins a formula when a spreadsheet opens it."""
    import narwhals as nw

    kind, cell = frame.collect_schema()[name], nw.col(name)
    if kind == nw.Boolean:  # pandas would write True
        words = nw.when(cell).then(nw.lit("true")).otherwise(nw.lit("false"))
        return nw.when(~cell.is_null()).then(words).alias(name)
    if kind != nw.String:
        return cell
    formula = cell.str.slice(0, 1).is_in(["=", "+", "-", "@", "\t", "\r"])
    return nw.when(formula).then(nw.concat_str(nw.lit("'"), cell)).otherwise(nw.when(cell != "").then(cell)).alias(name)


def _one_part(frame: Frame, path: Path, ending: str, *, is_sorted: bool) -> None:
    """Spark's folder with one part, made the file that was asked for."""
    native = frame.to_native()
    folder = path.with_name(f"{path.name}.parts")
    # The sorted parts are put one behind the other; what has no order is brought together without waiting for it.
    writer = (native.coalesce(1) if is_sorted else native.repartition(1)).write
    try:
        if ending == ".parquet":
            writer.parquet(folder.absolute().as_uri())
        else:
            options = {"ignoreLeadingWhiteSpace": False, "ignoreTrailingWhiteSpace": False, "emptyValue": ""}
            writer.csv(folder.absolute().as_uri(), header=True, escape='"', encoding="UTF-8", **options)
        part = next(folder.glob("part-*"), None)
        if part is None:
            zh = "Spark 的各个节点写不到这个文件夹；请给出它们共用的地址（如 hdfs://…/totals.parquet）"
            raise WorkloadError(Text(zh, "Spark's nodes do not reach this folder; give an address that they share"))
        part.replace(path)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_xlsx(rows: nw.DataFrame[Any], path: Path, progress: Progress | None) -> None:
    if len(rows) >= MOST_ROWS:
        zh = f"结果超过 Excel 一张表的 {MOST_ROWS} 行；请写成 .parquet 或 .csv"
        en = f"the result has more rows than the {MOST_ROWS} of a sheet; write it as .parquet or .csv"
        raise WorkloadError(Text(zh, en))
    options: dict[str, Any] = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    options |= {"default_date_format": "yyyy-mm-dd"}
    book = xlsxwriter_module().Workbook(str(path), options)
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True, "bg_color": "#DDE8F3", "border": 1})
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(rows.columns):
        sheet.write_string(0, place, name, bold)
    what = Text("写入工作簿", "writing the workbook")
    for number, row in enumerate(rows_of(rows), start=1):
        if progress is not None and number % _REPORT_EVERY == 0:
            progress(what, number, len(rows))
        for place, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, place, value)
            elif value is not None:
                sheet.write(number, place, value)
    close_workbook(book)


def collected(frame: Any, most: int | None = None) -> nw.DataFrame[Any]:
    """The rows of a frame, or the first so many, in memory."""
    import narwhals as nw

    lazy = nw.from_native(frame).lazy()
    options = {"engine": "streaming"} if lazy.implementation.is_polars() else {}
    found: nw.DataFrame[Any] = (lazy if most is None else lazy.head(most)).collect(**options)
    return found


def rows_of(frame: nw.DataFrame[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of a frame in memory, ``None`` where nothing stands (pandas has several words for it)."""
    for start in range(0, len(frame), _REPORT_EVERY):
        part = frame[start : start + _REPORT_EVERY]
        columns = [
            [None if missing else value for value, missing in zip(one.to_list(), one.is_null().to_list(), strict=True)]
            for one in part.iter_columns()
        ]
        yield from zip(*columns, strict=True)


# ---------------------------------------------------------------- the engines themselves


# What an engine says, and what it means to a person. The engines' own words repeat cells, which may be a client's.
_SAID = (
    (
        r"unicode|utf-?8",
        Text("CSV 不是 UTF-8 编码；请另存为“CSV UTF-8”", "the CSV file is not in UTF-8; save it as CSV UTF-8"),
    ),
    (
        r"CSV|more fields than defined|could not parse|terminated quote",
        Text(
            "CSV 有一行的格数与表头不符，或引号不成对",
            "a row of the CSV file has not as many cells as the header, or an unpaired quote",
        ),
    ),
    (
        r"MERGE_SCHEMAS",
        Text(
            "各个 Parquet 文件同一列的类型不同；请统一类型，或用 polars、duckdb",
            "a column has not the same type in all Parquet files; make it so, or use polars or duckdb",
        ),
    ),
    (
        r"PAR1|out of specification|magic (bytes|number)|(be|not) a Parquet file|FILE_FOOTER|INFER_SCHEMA",
        Text("不是有效的 Parquet 文件，或文件已损坏", "is no Parquet file, or a damaged one"),
    ),
    (r"Permission denied|Cannot open file", Text("没有权限读取文件", "a file cannot be read for lack of permission")),
    (r"No space left|disk full", Text("磁盘空间不足", "the disk is full")),
    (
        r"Out ?of ?Memory|memory allocation",
        Text("内存不足；请按年度分次核算，或换一个引擎", "out of memory; evaluate year by year, or use another engine"),
    ),
)
_WHERE = re.compile(r"(?:file = |reading file (?:file:)?)(\S+)")
_LINE = re.compile(r"on Line: (\d+)")


@contextmanager
def engine_told(engine: str) -> Iterator[None]:
    """What an engine meets in a file is told as the file's fault; whatever else goes wrong is no fault of the input.

    Raises:
        WorkloadError: the engine said what is known to mean that a file cannot be read, or a result not be kept.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, OSError):
            zh, en = "无法读取：没有权限，或文件正被别的程序占用", f"a file cannot be read ({error.strerror})"
            raise WorkloadError(Text(zh, en)) from error
        said = str(error)
        package = type(error).__module__.partition(".")[0].strip("_")
        told = next((text for pattern, text in _SAID if re.search(pattern, said, re.IGNORECASE)), None)
        if package not in ("polars", "duckdb", "pyspark", "py4j", "narwhals") or told is None:
            raise
        where, line = _WHERE.search(said), _LINE.search(said)
        place = Path(_plain(where[1]).rstrip(".")).name if where else ""
        if looks_like_person_data(place):
            place = ""
        place += f":{line[1]}" if line else ""
        zh, en = (f"（{place}）", f" ({place})") if place else ("", "")
        raise WorkloadError(Text(f"{engine}：{told.zh}{zh}", f"{engine}: {told.en}{en}")) from error


def module(engine: Engine) -> None:
    """See to it that the engine is installed.

    Raises:
        MissingExtraError: it is not.
    """
    extra = "frames" if engine == "polars" else engine
    try:
        import narwhals  # noqa: F401  # the one package that every engine needs

        if engine == "polars":
            import polars  # noqa: F401
        elif engine == "duckdb":
            import duckdb  # noqa: F401
        else:
            import pyspark  # noqa: F401
    except ImportError:
        raise MissingExtraError(
            Text(
                f'数据框引擎 {engine} 没有安装：pip install "counseling-workload[{extra}]"',
                f'the engine {engine} is not installed: pip install "counseling-workload[{extra}]"',
            )
        ) from None


def stream_all(engine: Engine) -> None:
    """Have an engine that has a process to itself, as under the command line, keep within the memory of the machine."""
    module(engine)
    if engine == "polars":
        import polars as pl

        pl.Config.set_engine_affinity("streaming")
    elif engine == "duckdb":
        import duckdb

        duckdb.default_connection().execute("SET temp_directory = ?", [tempfile.gettempdir()])
    else:
        warnings.filterwarnings("ignore", category=FutureWarning, module="pyspark")  # on what a user cannot change


# Of a session that nobody has configured: all cores of this machine, and nothing that is reached from another.
_ALONE = {
    "spark.master": "local[*]",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "16",  # a task of a few rows takes longer to be started than to run
}
_MEMORY = 0.5  # of the machine, for Spark: its own default is a gigabyte
_CONFIGURED = {"PYSPARK_GATEWAY_PORT", "PYSPARK_SUBMIT_ARGS", "SPARK_REMOTE"}  # under spark-submit, in a notebook


def _memory_of_machine() -> int:
    """Its bytes; 0 where it does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError):  # Windows
        return 0


def spark_session() -> Any:
    """The Spark session that runs (of ``spark-submit``, of the notebook), else one on all cores of this machine.

    Raises:
        WorkloadError: Spark does not start; most often there is no Java.
    """
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        return running
    builder = SparkSession.builder.appName("workload")
    if not _CONFIGURED & os.environ.keys():
        megabytes = int(_memory_of_machine() * _MEMORY) >> 20
        builder = builder.config(map={**_ALONE, "spark.driver.memory": f"{max(megabytes, 1024)}m"})
    try:
        started = builder.getOrCreate()
    except PySparkException as error:
        zh = "Spark 没有启动；请安装 Java 17 或更新版本（JDK），并设置 JAVA_HOME"
        en = "Spark does not start; install Java 17 or later (a JDK) and set JAVA_HOME"
        raise WorkloadError(Text(zh, en)) from error
    started.sparkContext.setLogLevel("OFF")  # it would repeat the cells of a row that it cannot read
    return started
