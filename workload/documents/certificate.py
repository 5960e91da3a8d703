"""方案 六(二): the certificate of the three-year test for a title review.

A certificate says what was found, under which rules and readings; the seal of the school makes it a proof. It shows a
check code and carries its facts unseen, so that it can be verified (:mod:`workload.documents.verification`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape

from attrs import frozen

from workload.documents.filling import Content, carried_parts, docx_module, fields_of, filled, packaged_template
from workload.documents.statement import basis_text, dated
from workload.errors import WorkloadError
from workload.experience import COUNSELING
from workload.facts import ExperienceFacts, WindowFacts, YearFacts, check_code, facts_from_json, facts_to_json
from workload.period import natural_year
from workload.provenance import InputFile, Provenance
from workload.regulation import Clause, Regulation
from workload.text import Language, Text
from workload.vocabulary import measured, word

NAME = "certificate"  # of its template
FORMAT = 1
_NAMESPACE = "urn:workload:certificate"
_BLANK = "—"
_WINDOWS_TITLE = Text("连续年度的累计", "Adjacent years together")
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
            ("years", Text("年度", "Years"), 16),
            ("item", Text("项目", "Item"), 12),
            ("total", Text("累计", "Together"), 36),
            ("required", Text("要求", "Required"), 22),
            ("verdict", Text("结论", "Verdict"), 14),
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
        "复核一致，只说明本件的数字、规则和输入与所核对的数据相同；校验码不是签名，也不能证明由谁出具。认定以学校盖章为准。",
        "If it agrees, figures, rules and input of this paper are those of the data it was checked against, no more: "
        "the code is no signature and does not say who issued the paper. The seal of the school does.",
    ),
)

# ---------------------------------------------------------------- the content


def certificate(facts: ExperienceFacts, regulation: Regulation, comes_from: Provenance, language: Language) -> Content:
    """方案 六(二): what the certificate of those facts says.

    Counts and sums only. Where the test is not met or undetermined the paper says so in its title and that it proves
    nothing.

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

    employed = facts.recognized_years is None
    recognized = Text("按任职认定", "on employment") if employed else measured(facts.recognized_years or 0, facts.unit)
    values = {
        "title": _title(facts),
        "name": Text(facts.name, facts.name),
        "teacher_id": Text(facts.teacher_id, facts.teacher_id),
        "employment": word("employment", facts.employment),
        "as_of": Text(f"{facts.as_of} 年", str(facts.as_of)),
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
        "footer": comes_from.footer(),
    }
    groups = {
        "window": tuple(_windows(facts, regulation, language)),
        "year": tuple(_years(facts, regulation, language)),
        "seal": tuple(_seals(facts, language)),
    }
    lists = {
        "body": tuple(say(text) for text in _body(facts, regulation)),
        "windows_title": (say(_WINDOWS_TITLE),) if groups["window"] else (),
        "years_title": (say(_YEARS_TITLE),) if groups["year"] else (),
        "articles": tuple(say(text) for text in _articles(facts, regulation)),
        "readings": tuple(_readings(facts, regulation, language)),
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


def requirement_text(facts: ExperienceFacts, regulation: Regulation) -> Text:
    """What the clause asks for, in words."""
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


def _body(facts: ExperienceFacts, regulation: Regulation) -> Iterator[Text]:
    """The sentences of the paper."""
    employment = word("employment", facts.employment)
    basis = basis_text(regulation)
    zh = f"{facts.name}（工号 {facts.teacher_id}）系我校{employment.zh}心理健康教师"
    en = f"{facts.name} (id {facts.teacher_id}) is a {employment.en} mental-health teacher of this school"
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
            f"兹证明{zh}。经核算，截至 {facts.as_of} 年，其{spans.zh}年度的工作量和年度考核达到{rule_zh}的要求"
            f"（{requirement_text(facts, regulation).zh}），在评定职称时可认定为具有 {years.zh}{_SUBJECT.zh}。",
            f"This is to certify that {en}. As of {facts.as_of}, work and evaluations of the years {spans.en} meet "
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
            f"截至 {facts.as_of} 年是否达到{rule_zh}规定的认定条件尚不能确定。",
            f"{en}. The work of the years {_spans(open_).en} suffices, but the evaluations of "
            f"{listed.replace('、', ', ')} are missing: whether {rule_en} is met as of {facts.as_of} is open.",
        )
    else:
        yield Text(
            f"经核算，{zh}，截至 {facts.as_of} 年未达到{rule_zh}规定的认定条件"
            f"（{requirement_text(facts, regulation).zh}）。",
            f"{en}. As of {facts.as_of}, the conditions of {rule_en} are not met "
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
    """Adjacent years as people write them."""
    return f"{years[0]}–{years[-1]}" if len(years) > 1 else str(years[0])


def _windows(facts: ExperienceFacts, regulation: Regulation, language: Language) -> Iterator[dict[str, str]]:
    factor = facts.years_needed if facts.measured == "average" else 1
    for window in facts.windows:
        for need in facts.needs:
            minutes = window.counseling_minutes if need.account == COUNSELING else 0
            yield {
                "years": span_text(window.years),
                "item": regulation.account(need.account).name.get(language),
                "total": _worked(window.totals[need.account], need.unit, minutes, language),
                "required": f"≥ {measured(need.amount * factor, need.unit).get(language)}",
                "verdict": word("verdict", window.verdict).get(language),
            }


def _years(facts: ExperienceFacts, regulation: Regulation, language: Language) -> Iterator[dict[str, str]]:
    for year in facts.years:
        if year.appointed or year.result is not None or any(year.totals.values()):
            answer = word("answer", "yes" if year.appointed else "no")
            yield {
                "year": str(year.year),
                "period": _BLANK if year.start is None else f"{year.start}–{year.end}",
                "appointed": answer.get(language),
                "work": _work(year, facts, regulation, language),
                "result": word("result", year.result, _BLANK).get(language),
            }


def _work(year: YearFacts, facts: ExperienceFacts, regulation: Regulation, language: Language) -> str:
    told = []
    for need in facts.needs:
        minutes = year.counseling_minutes if need.account == COUNSELING else 0
        name = regulation.account(need.account).name.get(language)
        told.append(f"{name} {_worked(year.totals[need.account], need.unit, minutes, language)}")
    return "，".join(told) if language == "zh" else ", ".join(told)


def _worked(total: Fraction, unit: str, minutes: int, language: Language) -> str:
    """A sum, with the minutes of duty behind it."""
    amount = measured(total, unit).get(language)
    if not minutes:
        return amount
    counted = measured(minutes, "minute").get(language)
    return f"{amount}（{counted}）" if language == "zh" else f"{amount} ({counted})"


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


def _readings(facts: ExperienceFacts, regulation: Regulation, language: Language) -> Iterator[str]:
    """The readings that are not at their default in whole, the others with their number and what they mean."""
    zh = language == "zh"
    usual = []
    for name, reading in regulation.readings.items():
        value = facts.readings.get(name, reading.default)
        meaning = reading.values[value].get(language) if value in reading.values else value
        if value != reading.default:
            question = reading.question.get(language)
            yield (
                f"【非默认】{reading.number} {question}：{meaning}（{name}={value}）"
                if zh
                else f"[not the default] {reading.number} {question}: {meaning} ({name}={value})"
            )
        else:
            usual.append(f"{reading.number} {meaning}")
    if usual:
        yield ("默认口径：" if zh else "At their default: ") + ("；" if zh else "; ").join(usual)


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

    ``as_of`` is the year or the day of the question, ``inputs`` the files that were read, ``template`` the digest of
    the template's bytes.
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

    Args:
        facts: what it states.
        regulation: the rules of the facts.
        comes_from: what the figures come from; its day is the date of the certificate.
        as_of: the year or day that was asked for, where it is not the facts' year.
        language: the language of its words.
        template: the bytes of the school's template; the packaged one without.
        template_name: its name, for messages.

    Raises:
        WorkloadError: the template is no Word file, has unknown fields, or lacks the check code.
    """
    chosen = packaged_template(NAME, language) if template is None else template
    name = template_name or f"{NAME}.docx"
    content = certificate(facts, regulation, comes_from, language)
    if not any(content.named(one) == "code" for one in fields_of(chosen, name)):
        raise WorkloadError(
            Text(
                f"模板 {name} 没有 {{{{校验码}}}} 字段；没有校验码的材料无法核对，请加上",
                f"the template {name} has no field {{{{code}}}}; without it the paper cannot be verified: add it",
            )
        )
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
        return Carried(
            facts=facts_from_json(told["facts"]),
            as_of=int(as_of) if as_of.isdigit() else date.fromisoformat(as_of),
            day=None if told["day"] is None else date.fromisoformat(told["day"]),
            language="en" if told["language"] == "en" else "zh",
            inputs=tuple(InputFile(str(file), str(digest)) for file, digest in told["inputs"]),
            version=str(told["version"]),
            template=str(told["template"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        raise damaged from None
