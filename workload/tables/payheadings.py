"""What the headings of a pay sheet mean, in one place: for the linter, and for a school's file of identity numbers."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from workload.tables.cells import Cell

Role = Literal[
    "number",
    "teacher",
    "name",
    "identity",
    "document",
    "bank",
    "bank_name",
    "line",
    "item",
    "capitals",
    "aside",
    "either",
    "withheld",
    "tax",
    "net",
    "gross",
    "factor",
    "rate",
    "amount",
    "subtotal",
    "quantity",
    "whole",
    "unsure",
    "other",
]
# What a heading means, without spaces and without what stands in brackets; the first that fits is taken.
_HEADINGS: tuple[tuple[Role, str], ...] = (
    ("capitals", r".*大写.*"),
    ("number", r"序号|编号|no\.?"),
    ("teacher", r"工号|职工号|教工号|教职工号|人员编号|staffno\.?|teacherid|teacher_id"),
    ("identity", r".*身份证.*|.*身份号码.*|identitynumber|idnumber"),
    ("document", r"证件号码?|identitydocument"),
    ("name", r".{0,4}姓名|教师|收款人(?:户名|名称)?|收款户名|户名|开户人|开户名|账户名称?|领款人|name"),
    ("bank_name", r".*开户(?:银)?行.*[及和、/与].*"),  # a bank and a number in one cell
    ("bank", r".*(?:银行卡|卡号|账号|帐号|账户|帐户).*|bank_?account|account(?:no\.?|number)"),
    ("bank_name", r".*开户.*|bank"),
    ("item", r"项目|发放项目|item"),
    ("line", r"日期|时间|月份|课程|课程名称|类别|内容|班级|.{0,4}(?:主题|题目)|(?:讲座|活动)(?:日期|时间)|date|kind"),
    # Figures on the way to the tax, and numbers that are no amounts.
    ("aside", r".*(?:减除|费用扣除|应纳税|计税|税率|预扣率|速算|电话|手机|联系方式|邮编).*|deduction|taxable|quick.*"),
    ("either", r".*(?:补扣|多退少补|调整).*"),
    ("withheld", r".*扣.*(?:合计|小计|总额)"),
    ("tax", r".*(?:个税|所得税|税金|扣税|预扣|代扣|税额|扣款|扣除).*|taxwithheld|tax"),
    ("net", r"实发.*|实付.*|实领.*|税后.*|到手.*|net"),
    ("gross", r"应发.*|应付.*|应领.*|税前.*|gross"),
    ("factor", r".*系数|factor"),
    ("rate", r".*(?:单价|标准)|每.{1,2}(?:金额|补助|费)|.*rate"),
    ("subtotal", r".*小计"),
    ("amount", r".*(?:金额|课酬|酬金|报酬|津贴|补贴|奖金|补发|费)|.*amount"),
    ("gross", r"合计|总计|总额|total"),
    ("whole", r".*(?:课酬|酬金|报酬|津贴|补贴|补助|奖金|费)(?:合计|总计|总额)"),
    ("quantity", r".*(?:数量|课时|课时数|课时量|学时|积分|次数|场次|工作量)|.*quantity"),
    ("unsure", r".*(?:应发|收入).*|(?:\d{4}年)?1?\d月份?"),
)
_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = tuple((role, re.compile(found)) for role, found in _HEADINGS)
# A "whole" (课酬合计) is the gross where nothing else is money; "unsure" are figures of whatever meaning.
MONEY: frozenset[Role] = frozenset({"net", "tax", "withheld", "gross", "amount", "subtotal", "either", "whole"})
FIGURES: frozenset[Role] = MONEY | {"quantity", "rate", "factor", "unsure"}
SUMMED: frozenset[Role] = MONEY | {"quantity", "unsure"}
PERSON: frozenset[Role] = frozenset({"teacher", "name", "identity"})
LONGEST_HEADING = 24


def heading(cell: Cell) -> str:
    """A heading without spaces, full width, and what stands in brackets; empty for what is none.

    >>> heading("实发 金额（元）"), heading(5)
    ('实发金额', '')
    """
    if not isinstance(cell, str) or len(cell) > LONGEST_HEADING * 2:
        return ""
    text = re.sub(r"\s+|\(.*?\)|\[.*?\]", "", unicodedata.normalize("NFKC", cell)).casefold().strip("*:")
    return text if len(text) <= LONGEST_HEADING else ""


def role_of(spelling: str) -> Role:
    """What the column with that heading holds.

    >>> role_of("实发金额"), role_of("速算扣除数"), role_of("备注")
    ('net', 'aside', 'other')
    """
    return next((role for role, pattern in _ROLES if spelling and pattern.fullmatch(spelling)), "other")
