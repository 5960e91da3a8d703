"""Every Excel function once: its name, its help in both languages, its arguments, an example, and what it does.

All that a host needs is generated from here: VBA wrappers, metadata, the function reference. Nothing here knows a host.

>>> [argument.name for argument in FUNCTIONS["WL_CLASS_HOURS"].arguments]
['minutes', 'partial_unit']
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal

from attrs import frozen

from excel_addin import functions as do
from excel_addin.settings import Language
from workload import Text

CATEGORY = Text("工作量", "Workload")
MOST_EXPLAINED = 6  # arguments of a function that WL_EXPLAIN can be given
LONGEST_HELP = 255  # letters that Excel shows of a description


@frozen
class Argument:
    """One argument: its name in the formula, what it is, and whether it may be left out."""

    name: str
    help: Text
    optional: bool = False
    single: bool = False
    """Whether it is one cell where the others may be ranges."""


@frozen(eq=False)
class Function:
    """One Excel function.

    ``shape``: ``elementwise`` gives a result for each cell, ``grid`` a table with a header, ``value`` a single cell.
    ``body`` takes :class:`~excel_addin.functions.Use` and the arguments as matrices (``None``: left out), and gives a value, a table, or (elementwise, from the single arguments alone) what to do with each cell; ``steps`` explains a
    call that is not elementwise. ``example`` is a formula whose arguments are constants.
    """

    name: str
    summary: Text
    arguments: tuple[Argument, ...]
    shape: Literal["elementwise", "grid", "value"]
    body: Callable[..., Any]
    example: str
    steps: Callable[..., Iterable[Text]] | None = None

    @property
    def required(self) -> int:
        """How many arguments may not be left out."""
        return sum(not argument.optional for argument in self.arguments)

    @cached_property
    def ranged_places(self) -> tuple[int, ...]:
        """The places of the arguments that may be ranges."""
        return tuple(place for place, argument in enumerate(self.arguments) if not argument.single)

    @cached_property
    def ranged(self) -> tuple[Argument, ...]:
        """The arguments that may be ranges."""
        return tuple(self.arguments[place] for place in self.ranged_places)

    @cached_property
    def options(self) -> tuple[int, ...]:
        """The places of the arguments that are one cell beside the ranges."""
        return tuple(place for place, argument in enumerate(self.arguments) if argument.single)

    def help(self, language: Language) -> str:
        """The function's description as Excel shows it: a sentence and an example."""
        label = "例：" if language == "zh" else "Example: "
        return f"{self.summary.get(language)}{'' if language == 'zh' else ' '}{label}={self.example_in(language)}"

    def example_in(self, language: Language) -> str:
        """The example with the words of that language; every function takes those of either."""
        if language == "zh":
            return self.example
        return _WORD.sub(lambda word: _IN_ENGLISH.get(word[0], word[0]), self.example)


_WORD = re.compile("[\u4e00-\u9fff]+")
_IN_ENGLISH = {
    "副教授": "associate_professor",
    "教学": "teaching",
    "专职": "full_time",
    "兼职": "part_time",
    "优秀": "excellent",
    "合格": "passed",
    "工号": "teacher_id",
    "日期": "date",
    "类别": "kind",
    "分钟": "minutes",
    "咨询值班": "counseling_duty",
    "咨寻值班": "counselling_duty",
}


def _argument(name: str, zh: str, en: str, *, optional: bool = False, single: bool = False) -> Argument:
    return Argument(name, Text(zh, en), optional, single)


def _table(name: str, zh: str, en: str, *, optional: bool = False) -> Argument:
    return _argument(
        name,
        f"“{zh}”表的区域，第一行为表头（中文或英文列名，顺序不限）",
        f"a range with the {en} table, its header in the first row (Chinese or English, in any order)",
        optional=optional,
    )


_YEARS = (
    _argument("years", "年度，一列，每行一年", "the years, one a row"),
    _argument("counseling", "各年的咨询课时，与年度同样多行", "the counseling class hours of each year"),
    _argument("teaching", "各年的教学课时，与年度同样多行", "the teaching class hours of each year"),
    _argument(
        "evaluations",
        "各年的考核结论：优秀、合格、基本合格、不合格；没有考核的年份留空",
        "each year's evaluation: excellent, passed, basically_passed, failed; blank where there is none",
    ),
)
_ACTIVITIES = _table("activities", "工作记录", "activities")
_TEACHERS = _table("teachers", "教师", "teachers", optional=True)
_TITLES = _table("titles", "职称", "titles", optional=True)
_APPOINTMENTS = _table("appointments", "聘期", "appointments", optional=True)
_EMPLOYMENT = _argument("employment", "专职或兼职", "full_time or part_time")
_STUDENTS = _argument("students", "在校学生数，一格或区域", "the number of students, a cell or a range")
_GROSS = _argument("gross", "税前金额（元），一格或区域", "the gross amount in yuan, a cell or a range")
_PAID = _argument(
    "paid_this_month",
    "同一支付方同一项目本月已付的税前金额（元），默认0",
    "what the same payer already paid in the month for the same item, gross, in yuan; 0 by default",
    optional=True,
)
_DAY = _argument(
    "on_date",
    "按哪一天有效的条款，默认最新",
    "the day whose clauses are asked for; the newest by default",
    optional=True,
)

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        function.name: function
        for function in (
            Function(
                "WL_MINUTES",
                Text(
                    "一次值班的分钟数；结束早于开始即为次日。",
                    "Minutes of a duty; an end before the start is on the next day.",
                ),
                (
                    _argument(
                        "start_time",
                        "开始时间：时间、日期时间，或 14:30 这样的文本",
                        "the start: a time, a date with time, or a text such as 14:30",
                    ),
                    _argument("end_time", "结束时间，写法同上", "the end, written in the same ways"),
                ),
                "elementwise",
                do.minutes,
                'WL_MINUTES("14:00","15:30")',
            ),
            Function(
                "WL_CLASS_HOURS",
                Text(
                    "咨询值班分钟折合的咨询课时（不取整，按单元格格式显示）。",
                    "Counseling class hours of minutes of duty, unrounded; the cell's format shows as many digits as it likes.",
                ),
                (
                    _argument("minutes", "值班分钟，一格或区域", "minutes of duty, a cell or a range"),
                    _argument(
                        "partial_unit",
                        "不足一个单元的部分：exact 精确（默认）、whole_per_duty 每次只计整课时、whole_pooled 区域累计后只计整课时（一位教师一个区域）",
                        "part of a unit: exact (default), whole_per_duty, or whole_pooled over the range",
                        optional=True,
                        single=True,
                    ),
                ),
                "elementwise",
                do.class_hours,
                "WL_CLASS_HOURS(90)",
            ),
            Function(
                "WL_POINTS",
                Text(
                    "活动的非教学积分，按教师当日职称。", "Non-teaching points of events, by the title held on the day."
                ),
                (
                    _argument("title", "职称：教授、副教授、讲师、助教、其他、无", "the professional title"),
                    _argument("events", "场次，默认1", "the number of events, 1 by default", optional=True),
                ),
                "elementwise",
                do.points,
                'WL_POINTS("副教授",2)',
            ),
            Function(
                "WL_SHORTFALL",
                Text(
                    "兼职教师距年度工作量要求还差多少课时，达到为0。",
                    "Class hours that a part-time teacher still lacks of the yearly quota; 0 when it is met.",
                ),
                (
                    _argument("account", "咨询或教学（counseling、teaching）", "counseling or teaching"),
                    _argument(
                        "class_hours",
                        "已完成课时，一格或区域；咨询可抵教学的学校，教学应已加上咨询",
                        "class hours done, a cell or a range",
                    ),
                ),
                "elementwise",
                do.shortfall,
                'WL_SHORTFALL("教学",70)',
            ),
            Function(
                "WL_QUOTA_MET",
                Text(
                    "兼职教师的年度咨询和教学课时是否都达到要求。",
                    "Whether a part-time teacher's yearly counseling and teaching class hours both meet the quota.",
                ),
                (
                    _argument("counseling", "全年咨询课时，一格或区域", "the year's counseling class hours"),
                    _argument("teaching", "全年教学课时，一格或区域", "the year's teaching class hours"),
                ),
                "elementwise",
                do.quota_met,
                "WL_QUOTA_MET(38,72)",
            ),
            Function(
                "WL_EXPERIENCE_YEARS",
                Text(
                    "兼职教师可认定为学生工作（辅导员）经历的年数；缺考核的三年待定，不计入（见 WL_EXPERIENCE_WINDOWS）。",
                    "Years recognized as experience as a student-affairs counselor (part-time); undetermined ones are not counted.",
                ),
                _YEARS,
                "value",
                do.experience_years,
                'WL_EXPERIENCE_YEARS({2022;2023;2024},{38;38;38},{72;72;72},{"合格";"合格";"优秀"})',
                do.experience_steps,
            ),
            Function(
                "WL_EXPERIENCE_WINDOWS",
                Text(
                    "列出用于认定的连续三年：累计课时、缺少的考核、结论。",
                    "The windows of adjacent years behind the recognition: sums, evaluations missing, verdict.",
                ),
                _YEARS,
                "grid",
                do.experience_windows,
                'WL_EXPERIENCE_WINDOWS({2022;2023;2024},{38;38;38},{72;72;72},{"合格";"合格";"优秀"})',
                do.experience_steps,
            ),
            Function(
                "WL_EXPERIENCE_NEEDED",
                Text("列出下一个可用的三年还差什么。", "What the next window of adjacent years still lacks."),
                (
                    *_YEARS,
                    _argument(
                        "as_of", "截至哪一年；之后的年度不计", "the year of the question; later years are not counted"
                    ),
                ),
                "grid",
                do.experience_needed,
                'WL_EXPERIENCE_NEEDED({2023;2024},{38;30},{72;72},{"合格";"合格"},2025)',
                do.needed_steps,
            ),
            Function(
                "WL_LEDGER",
                Text(
                    "逐行列出每条工作记录计入哪个账户、多少、依据哪条，或为什么不计；各年一起列，跨年夜的值班不拆分。",
                    "Each activity row: its account, amount and article, or why it is set aside; all years together, a duty over New Year whole.",
                ),
                (_ACTIVITIES, _TEACHERS, _TITLES, _APPOINTMENTS),
                "grid",
                do.ledger,
                'WL_LEDGER({"工号","日期","类别","分钟";"T01","2024-03-05","咨询值班",90})',
                do.ledger_steps,
            ),
            Function(
                "WL_SUMMARY",
                Text(
                    "每位教师一行：咨询、教学、积分、要求、差额、结论和行数；不给教师表时结论为待定，不给聘期表时不判断聘期。",
                    "One line a teacher: hours, points, what is required and missing, the verdict, the rows; undetermined without teachers.",
                ),
                (
                    _ACTIVITIES,
                    _TEACHERS,
                    _TITLES,
                    _argument(
                        "year",
                        "年度；记录都在同一年时可省略",
                        "the year; may be left out where all rows lie in one",
                        optional=True,
                    ),
                    _APPOINTMENTS,
                ),
                "grid",
                do.summary,
                'WL_SUMMARY({"工号","日期","类别","分钟";"T01","2024-03-05","咨询值班",90})',
                do.summary_steps,
            ),
            Function(
                "WL_CHECK",
                Text(
                    "列出工作记录（和教师、职称表）中的全部错误与提示。",
                    "All faults and warnings of the activities (and of teachers and titles).",
                ),
                (_ACTIVITIES, _TEACHERS, _TITLES, _APPOINTMENTS),
                "grid",
                do.check,
                'WL_CHECK({"工号","日期","类别","分钟";"T01","2024-03-05","咨寻值班",90})',
                do.check_steps,
            ),
            Function(
                "WL_TRAINING_SHORTFALL",
                Text(
                    "距每年培训学时要求还差多少学时，达到为0。",
                    "Hours of training still missing in a year; 0 when met.",
                ),
                (_EMPLOYMENT, _argument("hours", "全年培训学时，一格或区域", "the year's hours of training")),
                "elementwise",
                do.training_shortfall,
                'WL_TRAINING_SHORTFALL("兼职",10)',
            ),
            Function(
                "WL_STAFF_REQUIRED",
                Text("按学生数应配备的教师人数（进一）。", "Teachers that so many students need, rounded up."),
                (_STUDENTS, _EMPLOYMENT),
                "elementwise",
                do.staff,
                'WL_STAFF_REQUIRED(20001,"专职")',
            ),
            Function(
                "WL_FUNDING_REQUIRED",
                Text("按学生数的年度专项经费下限（元）。", "Earmarked funding a year for so many students, in yuan."),
                (_STUDENTS,),
                "elementwise",
                do.funding,
                "WL_FUNDING_REQUIRED(20000)",
            ),
            Function(
                "WL_AREA_REQUIRED",
                Text("按学生数的场地面积下限（平方米）。", "Floor area for so many students, in square meters."),
                (_STUDENTS,),
                "elementwise",
                do.area,
                "WL_AREA_REQUIRED(20000)",
            ),
            Function(
                "WL_WITHHOLDING",
                Text(
                    "劳务报酬所得应预扣的个人所得税（元），以财务处为准。",
                    "Income tax withheld on labor remuneration, in yuan; the finance office has the last word.",
                ),
                (_GROSS, _PAID),
                "elementwise",
                do.withholding,
                "WL_WITHHOLDING(10000)",
            ),
            Function(
                "WL_NET",
                Text(
                    "劳务报酬所得的税后金额（元），以财务处为准。",
                    "What is left of labor remuneration after withholding, in yuan; the finance office has the last word.",
                ),
                (_GROSS, _PAID),
                "elementwise",
                do.net,
                "WL_NET(10000)",
            ),
            Function(
                "WL_GROSS_UP",
                Text(
                    "由税后金额反推劳务报酬的税前金额（元），以财务处为准。",
                    "The gross labor remuneration whose net is this amount, in yuan; the finance office has the last word.",
                ),
                (_argument("net", "税后金额（元），一格或区域", "the net amount in yuan, a cell or a range"),),
                "elementwise",
                do.gross_up,
                "WL_GROSS_UP(5000)",
            ),
            Function(
                "WL_PAY",
                Text(
                    "课时乘以单价的金额（元），四舍五入到分；规定没有单价，由学校给出。",
                    "Class hours times the rate, in yuan, rounded to the fen; the rate is the school's own.",
                ),
                (
                    _argument("class_hours", "课时，一格或区域", "class hours, a cell or a range"),
                    _argument("rate", "每课时单价（元），一格或区域", "yuan for a class hour, a cell or a range"),
                ),
                "elementwise",
                do.pay,
                "WL_PAY(38.5,60)",
            ),
            Function(
                "WL_YUAN_UPPER",
                Text("金额的人民币大写，按《支付结算办法》附一。", "An amount of yuan in Chinese capitals."),
                (
                    _argument(
                        "amount", "金额（元），至多两位小数，一格或区域", "an amount in yuan, at most two decimals"
                    ),
                ),
                "elementwise",
                do.upper,
                "WL_YUAN_UPPER(1680.32)",
            ),
            Function(
                "WL_RULE",
                Text(
                    "规则中的一个数值，名称见 WL_RULES。", "One figure of the rules, by the names that WL_RULES lists."
                ),
                (_argument("rule_name", "名称，如 counseling_quota", "the name, such as counseling_quota"), _DAY),
                "value",
                do.rule,
                'WL_RULE("counseling_quota")',
                do.rule_steps,
            ),
            Function(
                "WL_RULES",
                Text("全部规则数值，含单位、条款和原文。", "All figures of the rules with unit, article and quote."),
                (_DAY,),
                "grid",
                do.rules,
                "WL_RULES()",
                do.rules_steps,
            ),
            Function(
                "WL_EXPLAIN",
                Text(
                    "逐步说明另一个函数这次调用的算法、数字和条款；参数有错时逐条列出。",
                    "The steps, formula and article of a call of another function; all faults where the arguments have some.",
                ),
                (
                    _argument("function_name", "函数名，如 WL_CLASS_HOURS", "the function, such as WL_CLASS_HOURS"),
                    *(
                        _argument(
                            f"argument{place}",
                            f"该函数的第{place}个参数",
                            f"the function's argument no. {place}",
                            optional=True,
                        )
                        for place in range(1, MOST_EXPLAINED + 1)
                    ),
                ),
                "grid",
                do.explain,
                'WL_EXPLAIN("WL_CLASS_HOURS",90)',
            ),
            Function(
                "WL_WHY",
                Text(
                    "某个单元格为什么是错误值：给出原因；没有错误时为空。",
                    "Why a cell shows an error: the reason; blank where there is none.",
                ),
                (_argument("cell", "显示错误的单元格", "the cell that shows the error"),),
                "value",
                do.why,
                "WL_WHY(A1)",
            ),
        )
    }
)
