"""方案 六(二): the certificate of the three-year test for a title review.

A certificate says what was found, under which rules and readings; the seal of the school makes it a proof. It shows a
check code, and it carries unseen (as a custom XML part of the Word file) what it takes to verify it
(:mod:`workload.documents.verification`): the facts as :class:`~workload.facts.ExperienceFacts` has them, which are id,
name and employment of the teacher, sums, evaluations and windows by year, rules, readings and digests; the question,
the date and the language; the names and digests of the files that were read, the version of this library, and the
digest of the template. There is no single row in it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape

from attrs import evolve, frozen

from workload.documents.filling import Content, carried_parts, docx_module, filled, packaged_template, plain_fields
from workload.documents.statement import READINGS_OF, basis_text, dated, days_text, readings_lines
from workload.errors import WorkloadError
from workload.experience import COUNSELING
from workload.facts import ExperienceFacts, WindowFacts, YearFacts, check_code, facts_from_json, facts_to_json
from workload.finding import shortfall
from workload.period import Period, natural_year
from workload.provenance import InputFile, Provenance
from workload.regulation import Clause, Regulation
from workload.text import Language, Text, joined
from workload.vocabulary import YEARS, measured, word

NAME = "certificate"  # of its template
FORMAT = 1
_NAMESPACE = "urn:workload:certificate"
_BLANK = "—"
_WINDOWS_TITLE = Text("连续年度的累计", "Adjacent years together")
_NEAREST_TITLE = Text("连续年度的累计与差额", "Adjacent years together, and what is missing")
_YEARS_TITLE = Text("各年度情况", "Year by year")
TITLES = MappingProxyType(
    {
        "articles": Text("依据条款", "Articles"),
        "readings": Text("核算口径", "Readings"),
        "code": Text("校验", "Check code"),
    }
)
COLUMNS: Mapping[str, tuple[tuple[str, Text, int], ...]] = MappingProxyType(
    {
        "window": (
            ("years", Text("年度", "Years"), 14),
            ("item", Text("项目", "Item"), 12),
            ("total", Text("累计", "Together"), 32),
            ("required", Text("要求", "Required"), 19),
            ("verdict", Text("结论", "Verdict"), 23),
        ),
        "year": (
            ("year", Text("年度", "Year"), 7),
            ("period", Text("核算期", "Period"), 25),
            ("appointed", Text("在聘", "Appointed"), 14),
            ("work", Text("工作量", "Work"), 41),
            ("result", Text("年度考核", "Evaluation"), 13),
        ),
        "seal": (
            ("office", Text("单位", "Office"), 34),
            ("signer", Text("签字", "Signature"), 36),
            ("day", Text("日期", "Date"), 30),
        ),
    }
)
HEAD_SHARES = (12, 20, 13, 18, 16, 21)
HEAD = (
    ("name", Text("姓名", "Name")),
    ("teacher_id", Text("工号", "Id")),
    ("employment", Text("类别", "Employment")),
    ("as_of", Text("截至年度", "As of")),
    ("verdict", Text("结论", "Verdict")),
    ("recognized", Text("认定年数", "Recognized")),
)
_GROUPS = {"window": Text("窗口", "window"), "year": Text("年度", "year"), "seal": Text("落款", "seal")}
# Both languages of every field that a template may name.
FIELDS = (
    Text("标题", "title"),
    Text("姓名", "name"),
    Text("工号", "teacher_id"),
    Text("类别", "employment"),
    Text("截至", "as_of"),
    Text("结论", "verdict"),
    Text("认定年数", "recognized"),
    Text("条款", "article"),
    Text("条款原文", "quote"),
    Text("要求", "requirement"),
    Text("文号", "document"),
    Text("规则名称", "rules"),
    Text("发文单位", "issuer"),
    Text("依据", "basis"),
    Text("校验码", "code"),
    Text("日期", "date"),
    Text("页脚", "footer"),
    Text("正文", "body"),
    Text("累计标题", "windows_title"),
    Text("各年标题", "years_title"),
    Text("依据条款", "articles"),
    Text("口径", "readings"),
    Text("校验说明", "code_note"),
    *(
        Text(f"{_GROUPS[group].zh}.{header.zh}", f"{group}.{name}")
        for group, columns in COLUMNS.items()
        for name, header, _ in columns
    ),
)
_SUBJECT = Text("学生工作（辅导员）经历", "Experience as a student-affairs counselor")
CODE_NOTE = (
    Text(
        "校验码由本件的数字、规则、口径、日期和该教师记录的摘要算出，可用 workload verify 对照记录或年度快照离线复核。",
        "The code is worked out from the figures, rules, readings and date of this paper and a digest of the teacher's "
        "records; workload verify checks it offline against the records or the snapshot of a closed year.",
    ),
    Text(
        "复核一致，只说明本件的数字、规则和输入与所核对的数据相同；校验码不是签名，不能证明由谁出具，也不能证明日期属实。"
        "认定以学校盖章为准。",
        "If it agrees, figures, rules and input of this paper are those of the data it was checked against, no more: "
        "the code is no signature and proves neither who issued the paper nor its date. The seal of the school does.",
    ),
)

# ---------------------------------------------------------------- the content


def certificate(
    facts: ExperienceFacts,
    regulation: Regulation,
    comes_from: Provenance,
    language: Language,
    as_of: int | date | None = None,
) -> Content:
    """方案 六(二): what the certificate of those facts says; ``as_of`` is the year or day asked for.

    Counts and sums only. Where the test is not met or undetermined the paper says so in its title, that it proves
    nothing, and what is missing. The footer names the digest of the teacher's own records as the input, so that rows
    of other teachers, or of later years, don't make it another paper.

    >>> from workload import Center, Teacher, evaluate_experience, load_regulation
    >>> from workload.facts import experience_facts
    >>> from workload.provenance import provenance_of
    >>> center = Center([Teacher("T01", "full_time", "教师01")], [])
    >>> tested = evaluate_experience(center, 2024)
    >>> facts = experience_facts(tested.teachers[0], tested, center)
    >>> said = certificate(facts, load_regulation(), provenance_of(center, tested.regulation, tested.readings), "zh")
    >>> said.values["title"], said.values["recognized"]
    ('学生工作（辅导员）经历认定材料', '按任职认定')
    """

    def say(text: Text) -> str:
        return text.get(language)

    asked = as_of_text(facts, as_of, comes_from.day)
    employed = facts.recognized_years is None
    recognized = Text("按任职认定", "on employment") if employed else measured(facts.recognized_years or 0, facts.unit)
    values = {
        "title": _title(facts),
        "name": Text(facts.name, facts.name),
        "teacher_id": Text(facts.teacher_id, facts.teacher_id),
        "employment": word("employment", facts.employment),
        "as_of": asked,
        "verdict": word("verdict", facts.verdict),
        "recognized": recognized,
        "article": Text(facts.article, facts.article),
        "quote": Text(facts.quote, facts.quote),
        "requirement": requirement_text(facts, regulation),
        "document": Text(facts.document, facts.document),
        "rules": regulation.name,
        "issuer": regulation.issuer,
        "basis": basis_text(regulation),
        "code": Text(*[check_code(facts, comes_from.day)] * 2),
        "date": dated(comes_from.day),
        "footer": evolve(comes_from, inputs=(), records_digest=facts.records_digest).footer(),
    }
    groups = {
        "window": tuple(_windows(facts, regulation, language)),
        "year": tuple(_years(facts, regulation, language)),
        "seal": tuple(_seals(facts, language)),
    }
    lists = {
        "body": tuple(say(text) for text in _body(facts, regulation, asked)),
        "windows_title": (say(_WINDOWS_TITLE if facts.windows else _NEAREST_TITLE),) if groups["window"] else (),
        "years_title": (say(_YEARS_TITLE),) if groups["year"] else (),
        "articles": tuple(say(text) for text in _articles(facts, regulation)),
        "readings": tuple(readings_lines(regulation, facts.readings, _used(facts, regulation), language)),
        "code_note": tuple(say(text) for text in CODE_NOTE),
    }
    return Content(
        names=FIELDS,
        values={name: say(text) or _BLANK for name, text in values.items()},
        lists=lists,
        groups=groups,
        language=language,
    )


def _title(facts: ExperienceFacts) -> Text:
    """The title: only a met test has one that can be taken for a proof."""
    subject = _SUBJECT
    if facts.verdict == "met":
        return Text(f"{subject.zh}认定材料", f"{subject.en}: material for recognition")
    if facts.verdict == "undetermined":
        return Text(f"{subject.zh}核算结果（待定，尚不能认定）", f"{subject.en}: UNDETERMINED, not recognized yet")
    return Text(f"{subject.zh}核算结果（未达认定条件）", f"{subject.en}: NOT MET, not recognized")


def as_of_text(facts: ExperienceFacts, as_of: int | date | None, day: date | None) -> Text:
    """The year or day of the question; a year that is not over on the date of the paper is said to be open.

    >>> from workload import Center, Teacher, evaluate_experience
    >>> from workload.facts import experience_facts
    >>> center = Center([Teacher("T01", "full_time")], [])
    >>> tested = evaluate_experience(center, 2024)
    >>> facts = experience_facts(tested.teachers[0], tested, center)
    >>> as_of_text(facts, 2024, date(2024, 11, 1)).zh
    '2024 年（该年度尚未结束）'
    """
    if isinstance(as_of, date):
        return Text(f"{as_of.year} 年 {as_of.month} 月 {as_of.day} 日", dated(as_of).en)
    if day is not None and day <= _period(facts, facts.as_of).end:
        return Text(f"{facts.as_of} 年（该年度尚未结束）", f"{facts.as_of} (a year that is not over)")
    return Text(f"{facts.as_of} 年", str(facts.as_of))


def _period(facts: ExperienceFacts, year: int) -> Period:
    """The days of a year; the natural year where nothing is known of it."""
    known = next((one for one in facts.years if one.year == year), None)
    if known is None or known.start is None or known.end is None:
        return natural_year(year)
    return Period(known.start, known.end)


def why_not(facts: ExperienceFacts, as_of: int | date | None, day: date | None) -> Text | None:
    """Why no certificate of those facts may be written as of that year or day, with that date; ``None``: it may.

    A day is asked for only under a rule that counts back from one. No paper tells of a year that has not begun on its
    date, nor counts one that is not over.

    >>> from workload import Center, Teacher, evaluate_experience
    >>> from workload.facts import experience_facts
    >>> center = Center([Teacher("T01", "full_time")], [])
    >>> tested = evaluate_experience(center, 2024)
    >>> facts = experience_facts(tested.teachers[0], tested, center)
    >>> why_not(facts, 2024, date(2023, 6, 1)).zh
    '文件日期 2023-06-01 早于截至年度 2024 年，不能出具；请改日期或截至年度'
    """
    if isinstance(as_of, date) and facts.window != "trailing":
        return Text(
            f"本规则按年度核算，截至应为年份，如 {as_of.year}，不能是日期 {as_of}",
            f"these rules go by years: as of takes a year, such as {as_of.year}, not the day {as_of}",
        )
    if day is None:
        return None
    asked = as_of if isinstance(as_of, date) else _period(facts, facts.as_of).start
    if day < asked:
        told = (
            Text(f"{as_of}", f"{as_of}")
            if isinstance(as_of, date)
            else Text(f"年度 {facts.as_of} 年", str(facts.as_of))
        )
        return Text(
            f"文件日期 {day} 早于截至{told.zh}，不能出具；请改日期或截至年度",
            f"the date of the paper, {day}, lies before {told.en}: change the date, or as of",
        )
    last = max((year for window in facts.windows for year in window.years), default=None)
    if last is not None and day <= (end := _period(facts, last).end):
        return Text(
            f"文件日期 {day} 时，计入的 {last} 年度还没有结束（{end}），不能出具；请改日期或截至年度",
            f"on {day}, the date of the paper, the year {last} that it counts is not over ({end}): change the date, or "
            "as of",
        )
    return None


def requirement_text(facts: ExperienceFacts, regulation: Regulation) -> Text:
    """What the clause asks for, in words.

    >>> from workload import Center, Teacher, evaluate_experience
    >>> from workload.facts import experience_facts
    >>> center = Center([Teacher("T01", "part_time")], [])
    >>> tested = evaluate_experience(center, 2024)
    >>> requirement_text(experience_facts(tested.teachers[0], tested, center), tested.regulation).zh
    '连续 3 年累计咨询 114 课时、教学 216 课时，且考核合格'
    """
    if facts.recognized_years is None:
        return Text("按任职认定", "recognized on employment")
    zh, en = [], []
    for need in facts.needs:
        name, amount = regulation.account(need.account).name, measured(need.amount, need.unit)
        zh.append(f"{name.zh} {amount.zh}")
        en.append(f"{amount.en} of {name.en}")
    together = Text("年均", "on average") if facts.measured == "average" else Text("累计", "together")
    span = Text("截至当日", "the last") if facts.window == "trailing" else Text("连续", "adjacent")
    return Text(
        f"{span.zh} {facts.years_needed} 年{together.zh}{'、'.join(zh)}，且考核合格",
        f"{span.en} {facts.years_needed} years, {together.en} {' and '.join(en)}, evaluations passed",
    )


def _body(facts: ExperienceFacts, regulation: Regulation, asked: Text) -> Iterator[Text]:
    """The sentences of the paper."""
    employment = word("employment", facts.employment)
    basis = basis_text(regulation)
    who = Text(f"{facts.name}（工号 {facts.teacher_id}）", f"{facts.name} (id {facts.teacher_id})")
    if not facts.name:
        who = Text(f"工号 {facts.teacher_id} 的教师", f"The teacher with the id {facts.teacher_id}")
    zh = f"{who.zh}系我校{employment.zh}心理健康教师"
    en = f"{who.en} is a {employment.en} mental-health teacher of this school"
    rule_zh, rule_en = f"{basis.zh}{facts.article}", f"{basis.en}, {facts.article}"
    if facts.recognized_years is None:
        yield Text(
            f"兹证明{zh}。依据{rule_zh}，在评定职称时可认定为具有{_SUBJECT.zh}。按任职认定，不核算课时。",
            f"This is to certify that {en}. Under {rule_en}, the employment itself is recognized as experience as a "
            "student-affairs counselor in a title review; no hours are needed.",
        )
        return
    met = [window for window in facts.windows if window.verdict == "met"]
    years, spans = measured(facts.recognized_years, facts.unit), _spans(met)
    if facts.verdict == "met":
        yield Text(
            f"兹证明{zh}。经核算，截至 {asked.zh}，其{spans.zh}年度的工作量和年度考核达到{rule_zh}的要求"
            f"（{requirement_text(facts, regulation).zh}），在评定职称时可认定为具有 {years.zh}{_SUBJECT.zh}。",
            f"This is to certify that {en}. As of {asked.en}, work and evaluations of the years {spans.en} meet "
            f"{rule_en} ({requirement_text(facts, regulation).en}); in a title review they count as {years.en} of "
            "experience as a student-affairs counselor.",
        )
        return
    if facts.verdict == "undetermined":
        open_ = [window for window in facts.windows if window.verdict == "undetermined"]
        missing = sorted({year for window in open_ for year in window.evaluations_missing})
        listed = "、".join(map(str, missing))
        yield Text(
            f"经核算，{zh}，其{_spans(open_).zh}年度的工作量已够，但缺少 {listed} 年的年度考核结论，"
            f"截至 {asked.zh}是否达到{rule_zh}规定的认定条件尚不能确定。",
            f"{en}. The work of the years {_spans(open_).en} suffices, but the evaluations of "
            f"{listed.replace('、', ', ')} are missing: whether {rule_en} is met as of {asked.en} is open.",
        )
    else:
        yield Text(
            f"经核算，{zh}，截至 {asked.zh}未达到{rule_zh}规定的认定条件（{requirement_text(facts, regulation).zh}）。",
            f"{en}. As of {asked.en}, the conditions of {rule_en} are not met "
            f"({requirement_text(facts, regulation).en}).",
        )
    yield Text(
        "本件只是核算结果，不是认定材料，不能用于证明具有学生工作（辅导员）经历。",
        "This paper is the result of a calculation. It is no material for recognition and proves no such experience.",
    )


def _spans(windows: Sequence[WindowFacts]) -> Text:
    spans = [span_text(window.years) for window in windows]
    return Text("、".join(spans), ", ".join(spans))


def span_text(years: Sequence[int]) -> str:
    """Adjacent years as people write them.

    >>> span_text((2022, 2023, 2024)), span_text((2024,))
    ('2022–2024', '2024')
    """
    return f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0])


def _windows(facts: ExperienceFacts, regulation: Regulation, language: Language) -> Iterator[dict[str, str]]:
    """The windows used; where there is none, the one that ends with the year of the question, and what it lacks."""
    for window in facts.windows:
        for row in _sums(window, facts, regulation):
            row["verdict"] = word("verdict", window.verdict)
            yield {field: text.get(language) for field, text in row.items()}
        for row in _not_passed(window, facts, regulation) if window.verdict != "met" else ():
            yield {field: text.get(language) for field, text in row.items()}
    if facts.recognized_years is not None and not facts.windows:
        nearest = nearest_window(facts)
        for row in (*_sums(nearest, facts, regulation), *_not_passed(nearest, facts, regulation)):
            yield {field: text.get(language) for field, text in row.items()}


def nearest_window(facts: ExperienceFacts) -> WindowFacts:
    """The window that ends with the year of the question, whatever its verdict.

    >>> from workload import Center, Evaluation, Teacher, evaluate_experience
    >>> from workload.facts import experience_facts
    >>> center = Center([Teacher("T01", "part_time")], [], evaluations=[Evaluation("T01", 2023, "passed")])
    >>> tested = evaluate_experience(center, 2024)
    >>> found = nearest_window(experience_facts(tested.teachers[0], tested, center))
    >>> found.years, found.evaluations_missing
    ((2022, 2023, 2024), (2022, 2024))
    """
    years = tuple(range(facts.as_of - facts.years_needed + 1, facts.as_of + 1))
    known = {one.year: one for one in facts.years if one.year in years}
    return WindowFacts(
        years=years,
        totals={
            need.account: sum((one.totals[need.account] for one in known.values()), Fraction(0)) for need in facts.needs
        },
        counseling_minutes=sum(one.counseling_minutes for one in known.values()),
        verdict="not_met",
        evaluations_missing=tuple(year for year in years if year not in known or known[year].result is None),
    )


def _sums(window: WindowFacts, facts: ExperienceFacts, regulation: Regulation) -> Iterator[dict[str, Text]]:
    """The sums of a window, each held against what is needed."""
    factor = facts.years_needed if facts.measured == "average" else 1
    for need in facts.needs:
        total, required = window.totals[need.account], need.amount * factor
        minutes = window.counseling_minutes if need.account == COUNSELING else 0
        lacking, asked = measured(shortfall(total, required), need.unit, up=True), measured(required, need.unit)
        verdict = word("verdict", "met")
        if total < required:
            verdict = Text(f"差 {lacking.zh}", f"{lacking.en} short")
        yield {
            "years": _plain(span_text(window.years)),
            "item": regulation.account(need.account).name,
            "total": _worked(total, need.unit, minutes),
            "required": Text(f"≥ {asked.zh}", f"≥ {asked.en}"),
            "verdict": verdict,
        }


def _not_passed(window: WindowFacts, facts: ExperienceFacts, regulation: Regulation) -> Iterator[dict[str, Text]]:
    """The years of a window without a passed evaluation, and those without an appointment."""
    span = _plain(span_text(window.years))
    known = {one.year: one for one in facts.years}
    asks = next((one.evaluations for one in regulation.experience if one.id == facts.clause), True)
    each = facts.readings.get("evaluation_gate") != "final_year"
    gated = (window.years if each else window.years[-1:]) if asks else ()
    results = {
        year: word("result", known[year].result if year in known else None)
        for year in gated
        if year not in known or not known[year].passed
    }
    if results:
        told = [
            Text(f"{year} 年{one.zh}", f"{year} {one.en}") if one.zh else Text(f"缺 {year} 年", f"{year} missing")
            for year, one in results.items()
        ]
        asked = Text("各年均合格", "passed each year") if each else Text("最后一年合格", "passed in the last year")
        missing = all(not one.zh for one in results.values())
        yield {
            "years": span,
            "item": Text("年度考核", "Evaluation"),
            "total": joined(told, "、", ", "),
            "required": asked,
            "verdict": word("verdict", "undetermined" if missing else "not_met"),
        }
    absent = [str(year) for year in window.years if year not in known or not known[year].appointed]
    if absent:
        yield {
            "years": span,
            "item": Text("在聘", "Appointed"),
            "total": Text(f"{'、'.join(absent)} 年不在聘", f"not in {', '.join(absent)}"),
            "required": Text("各年均在聘", "in each year"),
            "verdict": word("verdict", "not_met"),
        }


def _plain(text: str) -> Text:
    return Text(text, text)


def _years(facts: ExperienceFacts, regulation: Regulation, language: Language) -> Iterator[dict[str, str]]:
    for year in facts.years:
        if year.appointed or year.result is not None or any(year.totals.values()):
            answer = word("answer", "yes" if year.appointed else "no")
            yield {
                "year": str(year.year),
                "period": days_text(year.start, year.end).get(language) if year.start and year.end else _BLANK,
                "appointed": answer.get(language),
                "work": _work(year, facts, regulation, language),
                "result": word("result", year.result, _BLANK).get(language),
            }


def _work(year: YearFacts, facts: ExperienceFacts, regulation: Regulation, language: Language) -> str:
    told = []
    for need in facts.needs:
        minutes = year.counseling_minutes if need.account == COUNSELING else 0
        name, worked = regulation.account(need.account).name, _worked(year.totals[need.account], need.unit, minutes)
        told.append(Text(f"{name.zh} {worked.zh}", f"{name.en} {worked.en}"))
    return joined(told, "，", ", ").get(language)


def _worked(total: Fraction, unit: str, minutes: int) -> Text:
    """A sum, with the minutes of duty behind it."""
    amount, counted = measured(total, unit), measured(minutes, "minute")
    return Text(f"{amount.zh}（{counted.zh}）", f"{amount.en} ({counted.en})") if minutes else amount


def _articles(facts: ExperienceFacts, regulation: Regulation) -> Iterator[Text]:
    """The articles that the result rests on, with their words."""
    yield Text(f"{facts.article}：“{facts.quote}”", f"{facts.article}: “{facts.quote}”")
    if facts.recognized_years is None:
        return
    accounts = {need.account for need in facts.needs}
    clauses: list[Clause] = [credit for credit in regulation.credits if credit.account in accounts]
    clauses += regulation.evaluation
    end = natural_year(facts.as_of).end
    told = dict.fromkeys((one.citation, one.quote) for one in clauses if one.holds_on(end))
    yield from (Text(f"{article}：“{quote}”", f"{article}: “{quote}”") for article, quote in told)


def _used(facts: ExperienceFacts, regulation: Regulation) -> set[str]:
    """The readings that have a part in the result."""
    if facts.recognized_years is None:
        return {"full_time", "before_start"}
    accounts = {need.account for need in facts.needs}
    measures = {credit.measure for credit in regulation.credits if credit.account in accounts}
    used = {"year", "appointed", "more_than_three_years", "evaluation_gate", "counseling_fills_teaching"}
    return used.union({"before_start"}, *(READINGS_OF[measure] for measure in measures))


def _seals(facts: ExperienceFacts, language: Language) -> Iterator[dict[str, str]]:
    """Room for seal and signatures; a paper that proves nothing has none for the personnel office."""
    if language == "zh":
        offices = [("心理指导中心（盖章）", "经办人（签字）："), ("人事处（盖章）", "审核人（签字）：")]
        if facts.verdict != "met":
            offices = [("心理指导中心（核对）", "核对人（签字）：")]
        day = "年　　月　　日"
    else:
        offices = [("Mental-health center (seal)", "Prepared by:"), ("Personnel office (seal)", "Approved by:")]
        if facts.verdict != "met":
            offices = [("Mental-health center (checked)", "Checked by:")]
        day = "Date:"
    for office, signer in offices:
        yield {"office": office, "signer": signer, "day": day}


# ---------------------------------------------------------------- the document


@frozen(kw_only=True)
class Carried:
    """What a certificate carries unseen, so that it can be verified: its facts, and how the document was made.

    ``as_of`` is the year or the day of the question, ``inputs`` the files that were read (they are not shown on the
    paper), ``version`` that of the library, ``template`` the digest of the template's bytes.
    """

    facts: ExperienceFacts
    as_of: int | date
    day: date | None
    language: Language
    inputs: tuple[InputFile, ...]
    version: str
    template: str


def certificate_docx(
    facts: ExperienceFacts,
    regulation: Regulation,
    comes_from: Provenance,
    *,
    as_of: int | date | None = None,
    language: Language = "zh",
    template: bytes | None = None,
    template_name: str = "",
) -> bytes:
    """方案 六(二): the certificate as a Word document, the same bytes for the same arguments.

    A school's template must have the title (or the verdict), the body and the check code in plain sight, unless the
    test is met: then the code alone.

    Args:
        facts: what it states.
        regulation: the rules of the facts.
        comes_from: what the figures come from; its day is the date of the certificate.
        as_of: the year or day that was asked for, where it is not the facts' year.
        language: the language of its words.
        template: the bytes of the school's template; the packaged one without.
        template_name: its name, for messages.

    Raises:
        WorkloadError: the template is no Word file, has unknown fields, or lacks one that it must have; or no such
            certificate may be written (:func:`why_not`).

    >>> from workload import Center, Teacher, evaluate_experience
    >>> from workload.facts import experience_facts
    >>> from workload.provenance import provenance_of
    >>> center = Center([Teacher("T01", "full_time", "教师01")], [])
    >>> tested = evaluate_experience(center, 2024)
    >>> facts = experience_facts(tested.teachers[0], tested, center)
    >>> comes_from = provenance_of(center, tested.regulation, tested.readings, day=date(2025, 1, 6))
    >>> read_certificate(certificate_docx(facts, tested.regulation, comes_from), "T01.docx").facts == facts
    True
    """
    if (why := why_not(facts, as_of, comes_from.day)) is not None:
        raise WorkloadError(why)
    chosen = packaged_template(NAME, language) if template is None else template
    name = template_name or f"{NAME}.docx"
    content = certificate(facts, regulation, comes_from, language, as_of)
    _check_template(chosen, name, content, facts)
    carried = Carried(
        facts=facts,
        as_of=facts.as_of if as_of is None else as_of,
        day=comes_from.day,
        language=language,
        inputs=comes_from.inputs,
        version=comes_from.version,
        template=hashlib.sha256(chosen).hexdigest(),
    )
    title = f"{content.values['title']} {facts.teacher_id}"
    return filled(chosen, content, name=name, title=title, day=comes_from.day, carried=_carried_xml(carried))


_NEEDED: tuple[tuple[str, ...], ...] = (("code",), ("title", "verdict"), ("body",))  # one of each


def _check_template(template: bytes, name: str, content: Content, facts: ExperienceFacts) -> None:
    """Refuse a template that could hide the code, or that the test was not met."""
    there = {content.named(field) for field in plain_fields(template, name)}
    needed = _NEEDED[:1] if facts.verdict == "met" else _NEEDED
    lacking = [fields for fields in needed if there.isdisjoint(fields)]
    if lacking:
        names = {one.en: one.zh for one in FIELDS}
        zh = "、".join(" 或 ".join(f"{{{{{names[field]}}}}}" for field in fields) for fields in lacking)
        en = ", ".join(" or ".join(f"{{{{{field}}}}}" for field in fields) for fields in lacking)
        raise WorkloadError(
            Text(
                f"模板 {name} 的正文里没有（或隐藏了）{zh} 字段；材料必须写明校验码，未达标或待定的还须写明结论和正文",
                f"the body of the template {name} lacks the field {en}, or hides it: the paper must show its check "
                "code, and where the test is not met its verdict and body",
            )
        )


def _carried_xml(carried: Carried) -> bytes:
    told = {
        "format": FORMAT,
        "facts": facts_to_json(carried.facts),
        "as_of": str(carried.as_of),
        "day": None if carried.day is None else carried.day.isoformat(),
        "language": carried.language,
        "inputs": [[one.name, one.sha256] for one in carried.inputs],
        "version": carried.version,
        "template": carried.template,
    }
    text = json.dumps(told, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f'{head}\n<certificate xmlns="{_NAMESPACE}">{escape(text)}</certificate>'.encode()


def read_certificate(found: bytes, name: str) -> Carried:
    """What the certificate in a Word file carries.

    Raises:
        WorkloadError: the file is no Word file, no certificate of this program, or what it carries is damaged.

    >>> read_certificate(packaged_template(NAME, "zh"), "空白.docx")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    workload.errors.WorkloadError: 空白.docx 里没有认定材料的核对数据...
    """
    parse: Callable[[bytes], Any] = docx_module().oxml.parse_xml
    for part in carried_parts(found, name):
        try:
            root = parse(part)
        except SyntaxError:  # what lxml raises for broken XML is one
            continue
        if root.tag == f"{{{_NAMESPACE}}}certificate":
            return _read_carried(root.text or "", name)
    raise WorkloadError(
        Text(
            f"{name} 里没有认定材料的核对数据：它不是本程序写出的认定材料，或另存时丢失了；"
            "可以改用纸面上的校验码：workload verify --code … --teacher … --date …",
            f"{name} carries nothing to verify: it is no certificate of this program, or lost it when it was saved "
            "again; verify the code on the paper instead: workload verify --code … --teacher … --date …",
        )
    )


def _read_carried(text: str, name: str) -> Carried:
    damaged = WorkloadError(
        Text(f"{name} 携带的核对数据已损坏或被改动，无法读取", f"what {name} carries is damaged and cannot be read")
    )
    try:
        told = json.loads(text)
        if not isinstance(told, dict) or not isinstance(told.get("format"), int):
            raise damaged
        if told["format"] > FORMAT:
            raise WorkloadError(
                Text(
                    f"{name} 由较新的版本写出，请升级 workload 后再核对",
                    f"{name} was written by a newer version: upgrade workload to verify it",
                )
            )
        as_of = str(told["as_of"])
        carried = Carried(
            facts=facts_from_json(told["facts"]),
            as_of=int(as_of) if re.fullmatch("[0-9]{4}", as_of) else date.fromisoformat(as_of),
            day=None if told["day"] is None else date.fromisoformat(told["day"]),
            language="en" if told["language"] == "en" else "zh",
            inputs=tuple(InputFile(str(file), str(digest)) for file, digest in told["inputs"]),
            version=str(told["version"]),
            template=str(told["template"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        raise damaged from None
    if not _is_sound(carried):
        raise damaged
    return carried


_VERSION = re.compile(r"[0-9A-Za-z.+-]{1,32}|\?")
_SHA256 = re.compile("[0-9a-f]{64}")
_FILE_NAME = re.compile(r"[^\x00-\x1f\x7f\x85\u2028\u2029]{1,120}")


def _is_sound(carried: Carried) -> bool:
    """Whether what a file carries has the shape that a certificate's has: anybody can write what they like into it."""
    facts, year = carried.facts, carried.as_of if isinstance(carried.as_of, int) else carried.as_of.year
    accounts = {need.account for need in facts.needs}
    worked: tuple[YearFacts | WindowFacts, ...] = (*facts.years, *facts.windows)
    return (
        year == facts.as_of
        and year in YEARS
        and (carried.day is None or carried.day.year in YEARS)
        and (facts.recognized_years is None or 1 <= facts.years_needed <= len(YEARS))
        and all(window.years and set(window.years) <= set(YEARS) for window in facts.windows)
        and all(one.year in YEARS for one in facts.years)
        and all(accounts <= one.totals.keys() for one in worked)
        and all(map(_VERSION.fullmatch, (carried.version, facts.version)))
        and all(map(_SHA256.fullmatch, (carried.template, facts.rules_digest, facts.records_digest)))
        and all(_FILE_NAME.fullmatch(one.name) and _SHA256.fullmatch(one.sha256) for one in carried.inputs)
    )
