"""The number of an identity card (GB 11643-1999), or of a bank account: what is wrong with one, never repeating it.

That of a card has eighteen characters: six digits of a region, eight of the day of birth, three of an order, and a
check digit (ISO 7064, MOD 11-2) that may be X. A number is used for nothing else, and nothing here keeps or shows one.

>>> identity_fault("11010519491231002X") is None, identity_fault("110105194912310021")
(True, 'id_check_digit')
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal

from workload.privacy import check_digit, looks_like_person_data
from workload.text import Text

IdentityFault = Literal["id_scientific", "id_length", "id_characters", "id_birth", "id_check_digit"]
BankFault = Literal["bank_scientific", "bank_characters"]
LENGTH = 18
BANK_LENGTHS = range(8, 31)
_SHORTEST = 15  # digits of an identity number of old, or of a short bank number
LONG_DIGITS = 11  # so many digits in a row are the number of somebody, and no amount of money
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d+")
_SEPARATORS = re.compile(r"[\s\-,，']+")
_REGION = 6  # digits of the region; those of the day of birth follow
_DAY = 8
FAULTS: Mapping[IdentityFault | BankFault, Text] = MappingProxyType(
    {
        "id_scientific": Text(
            "证件号成了科学计数法，数字已丢失；请把该列设为文本后按原件重新录入",
            "an identity number in scientific notation has lost digits; make it text and enter it anew",
        ),
        "bank_scientific": Text(
            "银行卡号成了科学计数法，数字已丢失；请把该列设为文本后重新录入",
            "a bank number in scientific notation has lost digits; make it text and enter it anew",
        ),
        "bank_characters": Text(
            f"银行卡号应为 {BANK_LENGTHS.start}–{BANK_LENGTHS.stop - 1} 位数字",
            f"a bank number has {BANK_LENGTHS.start} to {BANK_LENGTHS.stop - 1} digits",
        ),
        "id_length": Text("证件号应为18位", "an identity number has 18 characters"),
        "id_characters": Text(
            "身份证号应为17位数字加一位校验码（数字或X）",
            "an identity number is 17 digits and a check digit, which may be X",
        ),
        "id_birth": Text("身份证号第7–14位应为出生日期", "characters 7 to 14 of an identity number are a day of birth"),
        "id_check_digit": Text(
            "身份证号的校验码不符，请核对原件",
            "the check digit of the identity number does not fit; compare it with the card",
        ),
    }
)


def identity_fault(number: str) -> IdentityFault | None:
    """GB 11643-1999: what is first wrong with an identity number, or ``None``; :data:`FAULTS` has a sentence for each.

    >>> identity_fault("11010519491231002"), identity_fault("11010519491331002X"), identity_fault("A1010519491231002X")
    ('id_length', 'id_birth', 'id_characters')
    """
    if _SCIENTIFIC.fullmatch(number):
        return "id_scientific"
    if len(number) != LENGTH:
        return "id_length"
    digits, last = number[:-1], number[-1].upper()
    if not (digits.isascii() and digits.isdecimal() and (last == "X" or (last.isascii() and last.isdecimal()))):
        return "id_characters"
    day = digits[_REGION : _REGION + _DAY]
    try:
        date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return "id_birth"
    return None if check_digit(number) == last else "id_check_digit"


def bank_fault(number: str) -> BankFault | None:
    """What is wrong with the number of a bank card or account, or ``None``; spaces and hyphens may group its digits.

    >>> bank_fault("6222 0000 0000 0000 001"), bank_fault("6222abc"), bank_fault("6.22E+18")
    (None, 'bank_characters', 'bank_scientific')
    """
    if _SCIENTIFIC.fullmatch(number):
        return "bank_scientific"
    digits = re.sub(r"[\s-]", "", number)
    return None if digits.isascii() and digits.isdecimal() and len(digits) in BANK_LENGTHS else "bank_characters"


def is_long_number(text: str) -> bool:
    """Whether a text holds so many digits in a row, however grouped, that it may be the number of a person or account.

    >>> is_long_number("6222 0000 0000 001"), is_long_number("12,345.67")
    (True, False)
    """
    return bool(re.search(rf"\d{{{LONG_DIGITS},}}|\d(?:\.\d+)?[Ee]\+?1\d", _SEPARATORS.sub("", text)))


def is_in_place_of_id(teacher_id: str) -> bool:
    """Whether what stands as a 工号 is more like an identity, bank or mobile number, and so is not repeated.

    >>> is_in_place_of_id("201901010012"), is_in_place_of_id("11010519491231002X"), is_in_place_of_id("13800138000")
    (False, True, True)
    """
    return sum(map(str.isdecimal, teacher_id)) >= _SHORTEST or looks_like_person_data(teacher_id)
