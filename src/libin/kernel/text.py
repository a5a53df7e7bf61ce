"""Names in pinyin for sorting and finding, and personal data masked for display."""

import os
import re
from collections.abc import Callable
from typing import Final, Literal

# The phrase dictionary costs 45 MB in every process and says little about names.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")

from pypinyin import Style, lazy_pinyin

from libin.kernel.search import normalise

Masked = Literal["name", "phone", "email", "id_number", "card", "address"]

# Characters that are read otherwise when they are a surname.
SURNAMES: Final = {
    "万俟": ["mo", "qi"],
    "尉迟": ["yu", "chi"],
    "单于": ["chan", "yu"],
    "长孙": ["zhang", "sun"],
    "澹台": ["tan", "tai"],
    "令狐": ["ling", "hu"],
    "单": ["shan"],
    "曾": ["zeng"],
    "解": ["xie"],
    "仇": ["qiu"],
    "区": ["ou"],
    "查": ["zha"],
    "盖": ["ge"],
    "朴": ["piao"],
    "任": ["ren"],
    "翟": ["zhai"],
    "乐": ["yue"],
    "员": ["yun"],
    "折": ["she"],
    "覃": ["qin"],
    "缪": ["miao"],
    "隗": ["wei"],
    "秘": ["bi"],
    "冼": ["xian"],
    "种": ["chong"],
    "繁": ["po"],
    "黑": ["he"],
    "宓": ["mi"],
    "尉": ["wei"],
    "逄": ["pang"],
    "召": ["shao"],
    "洗": ["xian"],
    "华": ["hua"],
    "薄": ["bo"],
    "车": ["che"],
    "都": ["du"],
    "谷": ["gu"],
    "葛": ["ge"],
    "纪": ["ji"],
    "贾": ["jia"],
    "宁": ["ning"],
    "齐": ["qi"],
    "石": ["shi"],
    "沈": ["shen"],
    "宿": ["su"],
    "相": ["xiang"],
    "燕": ["yan"],
    "应": ["ying"],
    "余": ["yu"],
    "於": ["yu"],
    "祭": ["zhai"],
    "訾": ["zi"],
    "阚": ["kan"],
    "郗": ["xi"],
    "么": ["yao"],
    "牟": ["mou"],
    "褚": ["chu"],
    "重": ["chong"],
}
DOUBLE_SURNAMES: Final = frozenset(
    [
        "欧阳",
        "上官",
        "司马",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "司徒",
        "长孙",
        "宇文",
        "夏侯",
        "令狐",
        "南宫",
        "万俟",
        "澹台",
        "独孤",
        "端木",
        "百里",
        "西门",
        "单于",
    ]
)
_LATIN = re.compile(r"[0-9a-z]+")


def pinyin_of(name: str) -> str:
    """A name as one lower-case word of Latin letters: "单晓明" -> "shanxiaoming"; other scripts fall away."""
    return "".join(_syllables(name))


def initials_of(name: str) -> str:
    """The first letters of a name's syllables and words: "单晓明" -> "sxm"."""
    return "".join(syllable[0] for syllable in _syllables(name))


def masked(value: str, what: Masked) -> str:
    """A personal value as it may be shown to someone with no need to read it (de-identified display, GB/T 35273).

    A name keeps its surname, a phone number three digits and four, an e-mail address its first letter and its domain,
    an ID number and a card their last four, an address its first six characters. The stars do not tell lengths
    except for names and Chinese mobile numbers.
    """
    value = value.strip()
    return _MASKS[what](value) if value else ""


def _syllables(name: str) -> list[str]:
    name = normalise(name)
    syllables: list[str] = []
    for surname in (name[:2], name[:1]):
        if surname in SURNAMES:
            syllables, name = list(SURNAMES[surname]), name[len(surname) :]
            break
    for part in lazy_pinyin(name, style=Style.NORMAL, v_to_u=False):
        syllables.extend(_LATIN.findall(part.lower()))
    return syllables


def _mask_name(name: str) -> str:
    if name.isascii():
        return " ".join(f"{word[0]}***" for word in name.split())
    kept = 2 if name[:2] in DOUBLE_SURNAMES and len(name) > 2 else 1
    return name[:kept] + "*" * max(1, min(len(name) - kept, 6))


def _mask_phone(phone: str) -> str:
    if len(phone) < 8:
        return "****"
    head = phone[:-8] if phone.startswith("+") else phone[:3]
    return f"{head[:6]}****{phone[-4:]}"


def _mask_email(email: str) -> str:
    local, at, domain = email.rpartition("@")
    return f"{local[:1]}***@{domain}" if at else "***"


def _mask_end(number: str) -> str:
    return f"****{number[-4:]}" if len(number) >= 12 else "****"


def _mask_address(address: str) -> str:
    return f"{address[: min(6, len(address) // 2)]}****"


_MASKS: Final[dict[Masked, Callable[[str], str]]] = {
    "name": _mask_name,
    "phone": _mask_phone,
    "email": _mask_email,
    "id_number": _mask_end,
    "card": _mask_end,
    "address": _mask_address,
}
