"""Text in both languages: Chinese first, English behind a switch.

>>> print(Text("课时", "class hours"))
课时
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from attrs import frozen

Language = Literal["zh", "en"]


@frozen
class Text:
    """One sentence or word in both languages.

    >>> Text("课时", "class hours").get("en")
    'class hours'
    """

    zh: str
    en: str

    def get(self, language: Language = "zh") -> str:
        """The sentence in ``language``."""
        return self.en if language == "en" else self.zh

    def __str__(self) -> str:
        return self.zh


def joined(texts: Iterable[Text], zh: str = "；", en: str = "; ") -> Text:
    """Several texts as one.

    >>> joined([Text("甲", "A"), Text("乙", "B")])
    Text(zh='甲；乙', en='A; B')
    """
    found = tuple(texts)
    return Text(zh.join(text.zh for text in found), en.join(text.en for text in found))
