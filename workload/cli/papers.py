"""The verbs that write papers and verify them: statement, certificate, their templates; no figure is made here."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workload.cli.shared import (
    BAD_INPUT,
    FORCE,
    INPUT,
    LANGUAGE,
    OK,
    SKIP,
    YEAR,
    Day,
    Verb,
    YearOrDay,
    center_of,
    day_of,
    output_options,
    progress,
    readings_of,
    regulation_of,
    rules_options,
    show,
    spare_the_input,
    workload,
)

if TYPE_CHECKING:
    from workload.documents.verification import Evidence
    from workload.regulation import Regulation
    from workload.text import Language

STATEMENT_ENDINGS = (".docx", ".xlsx", ".html")

_TEMPLATE = click.option(
    "--template",
    "template",
    metavar="FILE.docx",
    type=click.Path(path_type=Path),
    help="本校的模板 / the school's own template",
)
_DATE = click.option("--date", "day", type=Day(), help="文件日期，默认今天 / date of the paper  [today]")
_FILE = click.option(
    "-o", "output", metavar="FILE", type=click.Path(path_type=Path), required=True, help="写入的文件 / the file"
)


def _template(path: Path | None) -> bytes | None:
    """The bytes of the school's template."""
    from workload.documents.filling import word_bytes

    return None if path is None else word_bytes(path)


def _must_end(output: Path, endings: tuple[str, ...]) -> None:
    if output.suffix.lower() not in endings:
        listed = "、".join(endings)
        raise click.UsageError(
            f"文件名须以 {listed} 结尾，现为 {output} / the name must end in {', '.join(endings)}, not {output}"
        )


def _told(output: Path, lang: Language) -> None:
    progress().stop()
    click.echo(f"已写入 {output}" if lang == "zh" else f"written: {output}")


@workload.command(cls=Verb)
@INPUT
@click.option("--teacher", metavar="ID", required=True, help="工号 / the teacher")
@YEAR
@_FILE
@click.option(
    "--for",
    "audience",
    type=click.Choice(("teacher", "hr", "center")),
    default="teacher",
    help="给谁看；只有 center 含单次值班的日期和时间 / for whom; only the center sees days and times  [teacher]",
)
@_TEMPLATE
@_DATE
@SKIP
@rules_options
@FORCE
@LANGUAGE
def statement(
    source: Path,
    teacher: str,
    year: int,
    output: Path,
    audience: Any,
    template: Path | None,
    day: date | None,
    skip_faulty: bool,
    rule_file: str | None,
    switches: tuple[str, ...],
    lang: Language,
) -> None:
    """个人核算单 / one page for one teacher, with a form to dispute a row (.docx, .xlsx, .html).

    记录编号、单次值班的日期和时间只在 --for center 里 / record ids, days and times of duties: with --for center alone
    """
    from workload.documents.statement import statement as stated
    from workload.documents.statement import write_statement
    from workload.evaluation import evaluate
    from workload.provenance import provenance_of

    _must_end(output, STATEMENT_ENDINGS)
    if template is not None and output.suffix.lower() != ".docx":
        raise click.UsageError("--template 只用于 .docx / goes with .docx alone")
    spare_the_input(template, output)
    look = _template(template)
    regulation = regulation_of(rule_file)
    center = center_of(source, regulation)
    found = evaluate(
        center,
        year,
        regulation,
        readings_of(switches),
        teacher_id=teacher,
        skip_faulty=skip_faulty,
        progress=progress(),
    )
    dated = day_of(day)
    comes_from = provenance_of(center, regulation, found.readings, source=source, day=dated)
    content = stated(found, teacher, comes_from, audience, lang)
    write_statement(output, content, template=look, template_name=template.name if template else "", day=dated)
    _told(output, lang)


@workload.command(cls=Verb)
@INPUT
@click.option("--teacher", metavar="ID", required=True, help="工号 / the teacher")
@click.option(
    "--as-of",
    type=YearOrDay(),
    help="截至年份（规则从某日往前计的，用日期），默认为数据的最后一年 / "
    "as of a year, or a day where the rules count back from one  [last year of the data]",
)
@_FILE
@_TEMPLATE
@_DATE
@rules_options
@FORCE
@LANGUAGE
def certificate(
    source: Path,
    teacher: str,
    as_of: int | date | None,
    output: Path,
    template: Path | None,
    day: date | None,
    rule_file: str | None,
    switches: tuple[str, ...],
    lang: Language,
) -> None:
    """三年认定材料 / the three-year result for a title review, with a check code (.docx).

    输入有错误，或文件日期早于所计年度的结束，则不出具 /
    none is written from an input with faults, or with a date before the end of a year that it counts

    文件另带一份不显示的核对数据：工号、姓名、类别、各年合计与考核、规则、口径、输入文件名和摘要，没有单行记录 /
    the file carries unseen what it takes to verify it: id, name, employment, sums and evaluations by year, rules,
    readings, names and digests of the input; no single row
    """
    from workload.documents.certificate import certificate_docx
    from workload.documents.filling import written_bytes
    from workload.evaluation import evaluate_experience, last_year
    from workload.facts import experience_facts
    from workload.provenance import provenance_of

    _must_end(output, (".docx",))
    spare_the_input(template, output)
    look = _template(template)
    regulation = regulation_of(rule_file)
    center = center_of(source, regulation)
    asked = last_year(center) if as_of is None else as_of
    tested = evaluate_experience(
        center, asked, regulation, readings_of(switches), teacher_id=teacher, progress=progress()
    )
    made = certificate_docx(
        experience_facts(tested.teacher(teacher), tested, center),
        regulation,
        provenance_of(center, regulation, tested.readings, source=source, day=day_of(day)),
        as_of=asked,
        language=lang,
        template=look,
        template_name=template.name if template else "",
    )
    written_bytes(output, made)
    _told(output, lang)


@workload.command("paper-template", cls=Verb)
@click.argument("name", type=click.Choice(("statement", "certificate")))
@_FILE
@FORCE
@LANGUAGE
def paper_template(name: str, output: Path, lang: Language) -> None:
    """Word 模板 / the packaged Word template of a paper, to be restyled and given back with --template."""
    from workload.documents.filling import packaged_template, written_bytes

    _must_end(output, (".docx",))
    written_bytes(output, packaged_template(name, lang))
    _told(output, lang)


@workload.command(cls=Verb)
@click.argument("paths", metavar="[FILE.docx] INPUT|SNAPSHOT", nargs=-1, type=click.Path(path_type=Path), required=True)
@click.option("--code", metavar="XXXX-XXXX-XXXX-XXXX", help="纸面上的校验码 / the code on a paper")
@click.option("--teacher", metavar="ID", help="工号（与 --code 同用）/ the teacher, with --code")
@click.option("--as-of", type=YearOrDay(), help="截至年份（与 --code 同用）/ as of, with --code")
@click.option("--date", "day", type=Day(), help="纸面上的日期（与 --code 同用）/ the date on the paper")
@_TEMPLATE
@SKIP
@rules_options
@output_options
def verify(
    paths: tuple[Path, ...],
    code: str | None,
    teacher: str | None,
    as_of: int | date | None,
    day: date | None,
    template: Path | None,
    skip_faulty: bool,
    rule_file: str | None,
    switches: tuple[str, ...],
    how: str | None,
    output: Path | None,
    lang: Language,
) -> int:
    """核对认定材料 / recompute a certificate offline, item by item. Exit code 2 when anything differs.

    “文件”一致，指它就是写出的那一份。在 Word、WPS 或 LibreOffice 里另存过的，文字没改也不算一致（退出码 2），
    以复核件为准：-o 复核件.docx /
    the file is the same only where it is the very one that was written; saved again in Word or LibreOffice it is not,
    whatever it says (exit code 2): go by the paper made anew, -o FILE.docx
    """
    from workload.documents.certificate import read_certificate
    from workload.documents.filling import word_bytes, written_bytes
    from workload.documents.verification import (
        verification_blocks,
        verification_json,
        verify_certificate,
        verify_code,
    )
    from workload.errors import WorkloadError

    for path in paths:
        spare_the_input(path, output)
    again = output if output is not None and output.suffix.lower() == ".docx" else None
    if again is not None and code is not None:
        raise click.UsageError(
            "--code 不写复核件；请用 certificate 重新出具 / with --code there is no paper to make anew"
        )
    if code is None:
        if len(paths) != 2:
            raise click.UsageError(
                "应为：verify 材料.docx 输入或快照；纸面材料用 --code / takes a certificate and an input or snapshot"
            )
        if teacher is not None or as_of is not None or day is not None or switches:
            raise click.UsageError(
                "工号、年份、日期、口径取自材料本身，只与 --code 同用 / a file names them itself: they go with --code"
            )
        paper, source = paths
        found = word_bytes(paper)
        carried = read_certificate(found, paper.name)
        facts = carried.facts
        evidence = _evidence(
            source, facts.teacher_id, carried.as_of, rule_file, dict(facts.readings), facts.rules, skip_faulty
        )
        result = verify_certificate(
            found,
            paper.name,
            evidence,
            template=_template(template),
            template_name=template.name if template else "",
        )
    else:
        if len(paths) != 1 or teacher is None:
            raise click.UsageError(
                "--code 需要 --teacher 和一个输入或快照 / --code takes --teacher and one input or snapshot"
            )
        if template is not None:
            raise click.UsageError("--template 不与 --code 同用 / --template does not go with --code")
        evidence = _evidence(paths[0], teacher, as_of, rule_file, readings_of(switches), None, skip_faulty)
        result = verify_code(code, evidence, day)
    if again is not None:
        if result.again is None:
            raise WorkloadError(result.item("file").told[0])
        written_bytes(again, result.again)
    show(
        how,
        None if again is not None else output,
        lambda: verification_json(result, lang),
        lambda _: verification_blocks(result, evidence.regulation, evidence.source, lang),
    )
    return OK if result.holds else BAD_INPUT


def _evidence(
    source: Path,
    teacher: str,
    as_of: int | date | None,
    rule_file: str | None,
    readings: dict[str, str],
    rules: str | None,
    skip_faulty: bool,
) -> Evidence:
    """What a certificate is held against: a closed year, or the records reckoned anew.

    The rules are those that were named, else those that the paper (or the snapshot) names, where they come with the
    package.
    """
    from workload.documents.verification import evidence_of_records, evidence_of_snapshot
    from workload.evaluation import last_year
    from workload.snapshot import read_snapshot

    if is_snapshot(source):
        snapshot = read_snapshot(source)
        if as_of is not None and (as_of if isinstance(as_of, int) else as_of.year) != snapshot.year:
            raise click.UsageError(
                f"快照是 {snapshot.year} 年的，与要核对的截至年份 {as_of} 不符；请用该年的快照或原始记录 / "
                f"the snapshot is of {snapshot.year}, the question of {as_of}"
            )
        return evidence_of_snapshot(snapshot, teacher, _rules_named(rule_file, snapshot.rules.id), source.name)
    regulation = _rules_named(rule_file, rules)
    center = center_of(source, regulation)
    return evidence_of_records(
        center,
        teacher,
        last_year(center) if as_of is None else as_of,
        regulation,
        {name: value for name, value in readings.items() if rules is None or _is_known(regulation, name, value)},
        source=source,
        skip_faulty=skip_faulty,
        progress=progress(),
    )


def is_snapshot(path: Path) -> bool:
    """Whether a file is meant as the snapshot of a closed year: by its ending, or because it is JSON."""
    if path.suffix.lower() == ".snapshot":
        return True
    try:
        with path.open("rb") as stream:
            return stream.read(8).lstrip(b"\xef\xbb\xbf \r\n").startswith(b"{")
    except OSError:  # a folder, or nothing: the reader of inputs says so
        return False


def _rules_named(rule_file: str | None, named: str | None) -> Regulation:
    """The rules that were given, else those of that name among the rules that come with the package.

    A paper or a snapshot may name what it likes, also a file that its maker sent along; a file comes from --rules
    alone.
    """
    from workload.errors import RuleFileError, WorkloadError
    from workload.rulefile import packaged_rule_file, read_rule_file
    from workload.text import Text

    if rule_file is not None or named is None:
        return regulation_of(rule_file)
    try:
        path = packaged_rule_file(named)
    except RuleFileError:
        raise WorkloadError(
            Text(
                f"规则“{named}”不随程序提供；请用 --rules 给出当时的规则文件",
                f"the rules {named!r} do not come with the package; give the rule file with --rules",
            )
        ) from None
    return read_rule_file(path)


def _is_known(regulation: Regulation, name: str, value: str) -> bool:
    """Whether the rules still know a reading that a paper was made under; one that they don't shows as a difference."""
    return name in regulation.readings and value in regulation.readings[name].values
