"""No client of the counseling service may enter: what a client's data looks like, in a header and in a cell.

Identity cards are those of GB 11643 (18 digits, the last a check digit that may be X) and their forerunners of 15
digits; mobile numbers those of the mainland. A number that fits but for its check digit is taken for one mistyped.

>>> looks_like_person_data("来电 138-0013-8000"), looks_like_person_data("三楼 302 室")
(True, False)
>>> looks_like_client_header("学生 姓名"), looks_like_client_header("来访人次")
(True, False)
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Spaces, hyphens and the like between the digits do not hide a number.
_GAP = r"[\s\-\u2010-\u2015\N{ZERO WIDTH SPACE}_·/,，]*"
_DIGITS = re.compile(rf"(?<!\d)\d(?:{_GAP}\d){{10,}}(?:{_GAP}[Xx])?")
_MOBILE = re.compile(rf"(?<!\d)(?:(?:\+|00)?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}(?!\d)")
_MOBILES_IN_A_ROW = re.compile(r"(?:1[3-9]\d{9}){2,}")
_SHORTEST = 11  # digits of a mobile number
_PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])"
_DAY_OF_YEAR = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_OLD_CARD = re.compile(rf"{_PROVINCE}\d{{6}}{_DAY_OF_YEAR}\d{{3}}")
_CARD = re.compile(rf"{_PROVINCE}\d{{4}}((?:18|19|20)\d\d){_DAY_OF_YEAR}\d{{3}}[\dX]")
_LAST_BIRTH = 2015  # a later day in a number whose check digit is wrong is the day of a record, not a birth
_LENGTH, _OLD_LENGTH = 18, 15


# A card or a mobile number that a spreadsheet made a number and then a text: 1.10105E+17, 1.38123E+10.
_SCIENTIFIC = re.compile(r"(?<![\d.])[1-9]\.\d{2,}[Ee]\+1[07](?!\d)")


def looks_like_person_data(value: str) -> bool:
    """Whether a text holds something that reads as an identity-card or a mobile number.

    >>> looks_like_person_data("证号 11010519491231002x"), looks_like_person_data("20240305143000001")
    (True, False)
    """
    if "+1" in value and _SCIENTIFIC.search(value):
        return True
    if sum(map(str.isdigit, value)) < _SHORTEST:
        return False
    plain = unicodedata.normalize("NFKC", value)
    if _MOBILE.search(plain):
        return True
    return any(_is_card(run) or bool(_MOBILES_IN_A_ROW.fullmatch(run)) for run in _runs(plain))


def _runs(text: str) -> Iterator[str]:
    """The runs of digits in a text, as numbers are written: gaps closed, and each part between gaps by itself too."""
    for found in _DIGITS.finditer(text):
        run = re.sub(_GAP, "", found[0]).upper()
        yield run
        yield from (part.upper() for part in re.split(r"[^\dXx]+", found[0]) if len(part) < len(run))


def _is_card(run: str) -> bool:
    if len(run) == _OLD_LENGTH:
        return bool(_OLD_CARD.fullmatch(run))
    # In a longer run, two numbers without a gap, only the check digit tells a card from a chance.
    windows = (run[place : place + _LENGTH] for place in range(len(run) - _LENGTH + 1))
    cards = [card for window in windows if (card := _CARD.fullmatch(window))]
    return any(
        check_digit(card[0]) == card[0][-1] or (len(run) == _LENGTH and int(card[1]) <= _LAST_BIRTH) for card in cards
    )


def check_digit(card: str) -> str:
    """The check digit of an identity-card number (ISO 7064, MOD 11-2), from its first 17 digits.

    >>> check_digit("11010519491231002")
    'X'
    """
    total = sum(int(digit) * 2 ** (_LENGTH - 1 - place) for place, digit in enumerate(card[: _LENGTH - 1]))
    return "10X98765432"[total % 11]


# Headers that look like data of a client. The contract's own headers are looked up before.
_CLIENT_HEADER = re.compile(
    r"来访(?!人?次|人?数|量)|咨客|求助者|当事人|学生姓名|学生名|学号|身份证|证件号|手机|电话|联系方式|微信|qq|主诉|诊断|症状|病史|家长(?!课堂|会)|监护人|宿舍|寝室|"
    r"^学生$|学生编号|案主|访客|来询|求询|咨询对象|服务对象|被咨询|预约(?:人$|学生|者)|(?:咨询|辅导|求助|服务)学生|个案(?:姓名|学生)|学生(?:班级|院系|专业)|辅导对象|咨询内容|咨询问题|个案编号|紧急联系|联系人|家庭地址|住址|"
    r"^students?$|^tel$|patient|client|visitor|student_?(?:name|no|num|id)|name_of_(?:student|client)|id_?card|identity|phone|mobile|wechat|complaint|diagnos|symptom|guardian"
)


def looks_like_client_header(header: str) -> bool:
    """Whether a column's header looks like one over data of clients, however it is spaced or capitalized.

    >>> looks_like_client_header("Student Name"), looks_like_client_header("备注")
    (True, False)
    """
    plain = unicodedata.normalize("NFKC", header).strip().casefold()
    closed = re.sub(r"[\s()\[\]/·]+", "", plain)
    return bool(_CLIENT_HEADER.search(closed) or _CLIENT_HEADER.search(re.sub(r"[\s\-]", "_", plain)))
