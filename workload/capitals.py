"""Amounts of money in Chinese capitals (人民币大写), and back.

The rules are those of 中国人民银行《支付结算办法》附一《正确填写票据和结算凭证的基本规定》. Where they leave a choice,
the form that they name first is written, and every form that they allow is read. An amount has at most twelve digits of
yuan and two decimals; nothing is ever rounded here.

The examples of the rules:

>>> for amount in ("1409.50", "6007.14", "1680.32", "107000.53", "16409.02", "325.04"):
...     print(yuan_upper(Decimal(amount)))
壹仟肆佰零玖元伍角
陆仟零柒元壹角肆分
壹仟陆佰捌拾元零叁角贰分
壹拾万柒仟元零伍角叁分
壹万陆仟肆佰零玖元零贰分
叁佰贰拾伍元零肆分
"""

from __future__ import annotations

import re
from decimal import Decimal

from workload.errors import WorkloadError
from workload.exact import rounded
from workload.text import Text
from workload.tomlfile import FEN_PLACES

DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES, _GROUPS = ("仟", "佰", "拾", ""), ("亿", "万", "")
_GROUP = 4  # digits that share one of 亿, 万
MOST_DIGITS = _GROUP * len(_GROUPS)  # of the yuan
# A zero that may be written and may be left out: the first is written, the second left out.
_WRITTEN, _LEFT_OUT = "＋", "－"
# 第一条: traditional characters are to be accepted, and 正 for 整; small digits (一二三) not, they are easily altered.
_VARIANTS = str.maketrans("圆圓貳弍弐陸億萬參叄", "元元贰贰贰陆亿万叁叁")
_SPACES = re.compile(r"[\s\u3000]+")
_CURRENCY = re.compile(r"^(?:大写)?(?:[:：])?(负?)(?:人民币)?(?:[(（]?大写[)）]?)?[:：]?")
_IN_FIGURES = re.compile(r"[(（](?:小写)?[:：]?[¥￥]?-?[\d,，]+(?:\.\d+)?元?[)）]$")  # beside the capitals
# 零角 and 零分 after the yuan, which a form with a place for each digit has: 叁佰元零角伍分, 壹元叁角零分.
_WRITTEN_OUT = re.compile(r"(?<=元)零角(?:零分)?|(?<=角)零分")
_WHOLE = re.compile(r"(负)?(?:([^元]+)元)?(?:零*([^零元角])角)?(?:零*([^零元角分])分)?(?:整|正)?")
_YUAN = re.compile(r"(?:([^亿万]+)亿)?(?:([^亿万]+)万)?([^亿万]*)")
_OF_GROUP = re.compile(r"(?:(.)仟)?(?:(.)佰)?(?:(.)拾)?(.)?")


def yuan_upper(amount: Decimal | int) -> str:
    """附一 of 《支付结算办法》, 第一条至第三条: an amount of yuan in Chinese capitals, without 人民币 before it.

    整 follows a whole number of yuan, and nothing follows 角 or 分. Zeros within are one 零; an amount whose last digit
    of yuan is 0 has 零 before its 角.

    Raises:
        WorkloadError: the amount is a float, not finite, has more than two decimals or more than twelve digits of yuan.

    >>> print(yuan_upper(Decimal(0)), yuan_upper(Decimal("-100020000.05")), yuan_upper(Decimal("0.30")))
    零元整 负壹亿零贰万元零伍分 叁角
    """
    fen = _fen(amount)
    sign = "负" if fen < 0 else ""
    return sign + _form(abs(fen)).replace(_WRITTEN, "零").replace(_LEFT_OUT, "")


def yuan_from_upper(text: str) -> Decimal:
    """附一 of 《支付结算办法》, 第一条至第三条: the yuan that an amount in Chinese capitals says, with two decimals.

    Spaces, the words 人民币 before it, 圆 for 元, 正 for 整, a missing 整, traditional characters, 零角 and 零分
    written out, and a 零 wherever the rules leave it free are all accepted. An amount in figures that stands behind it
    in brackets is not looked at.

    Raises:
        WorkloadError: the text is no such amount, or not written as the rules ask; then it says how.

    >>> print(yuan_from_upper("人民币 壹拾万零柒仟圆伍角叁分"), yuan_from_upper("叁佰元正"))
    107000.53 300.00
    """
    written = _CURRENCY.sub(r"\1", _IN_FIGURES.sub("", _SPACES.sub("", text))).translate(_VARIANTS)
    written = _WRITTEN_OUT.sub(_shorter, written)
    found = _WHOLE.fullmatch(written)
    fen = None if found is None or not written else _read(found)
    if fen is None:
        raise WorkloadError(
            Text(
                "不是人民币大写金额；应写成 壹仟陆佰捌拾元零叁角贰分 这样（零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整）",
                "is no amount in Chinese capitals, such as 壹仟陆佰捌拾元零叁角贰分",
            )
        )
    amount = rounded(Decimal(fen) / 10**FEN_PLACES, FEN_PLACES)
    if not re.fullmatch(_accepted(fen), written):
        zh = f"大写写法不合规定；应写成 {yuan_upper(amount)}"
        raise WorkloadError(Text(zh, f"is not written as the rules ask; write {yuan_upper(amount)}"))
    return amount


def _shorter(found: re.Match[str]) -> str:
    """The same without places that hold nothing; before 分 one 零 stays."""
    return "零" if found[0] == "零角" else ""


def _fen(given: object) -> int:
    amount = Decimal(given) if isinstance(given, int) else given
    if not isinstance(amount, Decimal) or not amount.is_finite():
        problem = Text("应为金额", "is no amount")
    elif amount and amount.adjusted() >= MOST_DIGITS:
        problem = Text(
            f"金额过大（元以上最多 {MOST_DIGITS} 位）", f"is too large: at most {MOST_DIGITS} digits of yuan"
        )
    elif rounded(amount, FEN_PLACES) != amount:
        problem = Text("至多两位小数（到分）", "has at most two decimals (fen)")
    else:
        return int(amount.scaleb(FEN_PLACES))
    raise WorkloadError(Text(f"{problem.zh}：{amount}", f"{problem.en}: {amount}"))


def _form(fen: int) -> str:
    """So many fen in capitals, with marks where a zero is free."""
    yuan, rest = divmod(fen, 10**FEN_PLACES)
    jiao, fen_digit = divmod(rest, 10)
    if not fen:
        return "零元整"
    written = f"{_form_of_yuan(yuan)}元" if yuan else ""
    if not rest:
        return f"{written}整"
    if yuan and not jiao:
        written += "零"
    elif yuan and not yuan % 10:
        written += _WRITTEN
    written += f"{DIGITS[jiao]}角" if jiao else ""
    return written + (f"{DIGITS[fen_digit]}分" if fen_digit else "")


def _form_of_yuan(yuan: int) -> str:
    digits = f"{yuan:0{MOST_DIGITS}d}"
    written, skipped = "", False  # whether a whole group of zeros lies between
    for place, name in enumerate(_GROUPS):
        group = digits[place * _GROUP : (place + 1) * _GROUP]
        if not int(group):
            skipped = bool(written)
            continue
        if written and group[0] == "0":
            written += "零"
        elif written and (skipped or digits[place * _GROUP - 1] == "0"):
            written += _WRITTEN if skipped else _LEFT_OUT
        written += _form_of_group(group) + name
        skipped = False
    return written


def _form_of_group(group: str) -> str:
    parts = [
        f"{DIGITS[int(digit)]}{place}" if digit != "0" else "零" for digit, place in zip(group, _PLACES, strict=True)
    ]
    return re.sub("零+", "零", "".join(parts)).strip("零")


def _accepted(fen: int) -> str:
    """The pattern of every form that the rules allow of so many fen."""
    form = _form(abs(fen))
    if fen and abs(fen) < 10**FEN_PLACES:
        form = f"(?:零元{'零?' if '角' in form else '零'})?{form}"
    elif fen:
        form = form.replace("零", "零+")  # several zeros may be written as one
    form = form.replace(_WRITTEN, "零*").replace(_LEFT_OUT, "零*")
    end = "" if form.endswith("分") else "[整正]?"
    return ("负" if fen < 0 else "") + form.removesuffix("整") + end


def _read(found: re.Match[str]) -> int | None:
    """The fen of a text taken apart; ``None`` where a part is none of the capitals."""
    sign, yuan, jiao, fen = found.groups()
    if yuan is None and jiao is None and fen is None:
        return None
    digits = [DIGITS.find(digit) for digit in (jiao or DIGITS[0], fen or DIGITS[0])]
    whole = _read_yuan(yuan or DIGITS[0])
    if whole is None or min(digits) < 0:
        return None
    total: int = whole * 10**FEN_PLACES + digits[0] * 10 + digits[1]
    return -total if sign else total


def _read_yuan(text: str) -> int | None:
    parts = _YUAN.fullmatch(text)
    if parts is None:
        return None
    total = 0
    for group in parts.groups():
        found = _OF_GROUP.fullmatch((group or "").replace("零", ""))
        if found is None:
            return None
        for digit in found.groups():
            value = DIGITS.find(digit or DIGITS[0])
            if value < 0:
                return None
            total = total * 10 + value
    return total
