"""Bytes to text when the declared character set is right, wrong, unknown or missing."""

import codecs
import re
from collections.abc import Iterable

_SAFE_LABEL = re.compile(r"[a-z0-9][a-z0-9_.:+-]{0,39}")

# Superset codecs: what Chinese programs write under the older name is often the newer set.
_ALIASES = {
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "csgb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "ms936": "gb18030",
    "windows-936": "gb18030",
    "euc-cn": "gb18030",
    "x-euc-cn": "gb18030",
    "x-mac-chinesesimp": "gb18030",
    "chinese": "gb18030",
    "big5": "big5hkscs",
    "big-5": "big5hkscs",
    "cn-big5": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "cp950": "big5hkscs",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "x-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "windows-31j": "cp932",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "ascii",
    "ansi_x3.4-1968": "ascii",
}

# Python's registry also holds codecs that are not character sets (zlib, rot13, idna, unicode_escape).
_CHARACTER_SETS = frozenset(
    [
        "ascii",
        "utf-8",
        "utf-16",
        "utf-16-be",
        "utf-16-le",
        "utf-32",
        "utf-32-be",
        "utf-32-le",
        "utf-7",
        "gb18030",
        "hz",
        "big5hkscs",
        "euc_tw",
        "cp949",
        "johab",
        "iso2022_kr",
        "cp932",
        "shift_jis_2004",
        "euc_jp",
        "euc_jis_2004",
        "iso2022_jp",
        "iso2022_jp_1",
        "iso2022_jp_2",
        "iso2022_jp_2004",
        "iso2022_jp_3",
        "iso2022_jp_ext",
        "cp1250",
        "cp1251",
        "cp1252",
        "cp1253",
        "cp1254",
        "cp1255",
        "cp1256",
        "cp1257",
        "cp1258",
        "iso8859-2",
        "iso8859-3",
        "iso8859-4",
        "iso8859-5",
        "iso8859-6",
        "iso8859-7",
        "iso8859-8",
        "iso8859-9",
        "iso8859-10",
        "iso8859-11",
        "iso8859-13",
        "iso8859-14",
        "iso8859-15",
        "iso8859-16",
        "koi8-r",
        "koi8-u",
        "koi8-t",
        "cp437",
        "cp850",
        "cp852",
        "cp855",
        "cp858",
        "cp866",
        "cp874",
        "mac-roman",
        "mac-cyrillic",
        "tis-620",
        "viscii",
        "ptcp154",
        "kz1048",
        "cp037",
        "cp500",
    ]
)
_ONE_BYTE = re.compile(r"ascii|cp12\d\d|iso8859-\d+|mac-.*|cp4\d\d|cp8\d\d|cp037|cp500")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然"
    "家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日者意无力它与长把机十"
    "公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应向头文体相见被利什二等产或新己制身果加月话合回特代"
    "内信表化老给位次度门任常先通教原东声提立及比员解水名真论处走各入几口认条平系气题更别打变总何电数安少报才结反受"
    "目太量再感建务做接必件计管期市直资命金指许统区保至形便空决司五基书非则听白界光放强即像难且思完设式色路记品住告"
    "类求据程边张该交规万取望觉确传师观清今切院让识候带导您请谢退款订单货客服投诉邮箱收到尽快购买发票号码附件"
    "這個們來為國說時會對後發經麼學現當沒動還進樣實無與長機業將兩間問體應頭見產東聲員論處認條氣題變總電數報結務"
    "計統區達強難設類據邊張該規萬確傳師觀讓識帶導請謝訂單貨購買號碼附郵"
    "，。！？：；、（）《》“”‘’…—～￥"
)
_CONTROL = {
    **dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], None),
    0x09: "\t",
    0x0A: "\n",
    0: "\ufffd",
}
_GUESSES = ("utf-8", "gb18030", "big5hkscs", "cp932", "cp949")


def clean(text: str) -> str:
    """The text with LF line ends and without control characters or lone surrogates (each a U+FFFD)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROL)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def codec_of(label: str) -> str:
    """Python's name of a declared character set, or an empty string when it is none."""
    label = label.strip().strip("\"'").lower()
    if not _SAFE_LABEL.fullmatch(label):
        return ""
    label = _ALIASES.get(label, label)
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return ""
    name = _ALIASES.get(name, name)
    return name if name in _CHARACTER_SETS else ""


def decode(data: bytes, declared: str = "", fallback: str = "") -> str:
    """The text of some bytes: never raises, never drops; bytes that mean nothing become U+FFFD."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return clean(data.decode(name, "replace").lstrip("\ufeff"))
    codec = codec_of(declared)
    if codec in ("utf-7", "hz") or codec.startswith(("iso2022", "utf-16", "utf-32")):
        text = _strictly(data, codec)
        if text is not None:
            return clean(text)
        # A wide or escaped set that breaks: keep what can be read of it.
        return clean(data.decode(codec, "replace"))
    if data.isascii():
        return clean(data.decode("ascii"))
    text = _strictly(data, codec) if codec else None
    if text is not None and not _ONE_BYTE.fullmatch(codec) and _score(text) > 0.5:
        return clean(text)
    guesses = [one for one in (codec, codec_of(fallback), *_GUESSES) if one]
    best = _best(data, dict.fromkeys(guesses))
    if best is not None:
        return clean(best)
    return clean(data.decode(codec if codec and codec != "ascii" else "utf-8", "replace"))


def _strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _best(data: bytes, guesses: Iterable[str]) -> str | None:
    """The likeliest reading: UTF-8 first when it is valid, else the one with the most everyday words."""
    found: list[tuple[float, str]] = []
    for codec in guesses:
        text = _strictly(data, codec)
        if text is None:
            # One broken character near the end (a cut mail) must not hide the right set.
            text = data.decode(codec, "replace")
            if codec == "ascii" or text.count("\ufffd") * 10 > len(text):
                continue
        found.append((_score(text) + (1.0 if codec == "utf-8" else 0.0), text))
    if not found:
        return None
    score, text = max(found, key=lambda one: one[0])
    return text if score > -1 else None


def _score(text: str) -> float:
    """From about -5 (certainly wrong) to 3 (everyday Chinese): the mean over characters beyond ASCII."""
    beyond = [character for character in text[:20_000] if character > "\x7f"]
    if not beyond:
        return 3.0
    return sum(map(_weight, beyond)) / len(beyond)


def _weight(character: str) -> float:
    if character in _COMMON:
        return 3.0
    point = ord(character)
    if point == 0xFFFD or point < 0xA0:
        return -5.0
    if 0xE000 <= point < 0xF900:
        return -3.0
    if 0x4E00 <= point < 0xA000:
        return 0.6
    if 0x3000 <= point < 0x3100 or 0xFF00 <= point < 0xFF61 or 0xAC00 <= point < 0xD7A4:
        return 1.0
    if 0xC0 <= point < 0x250 or 0x370 <= point < 0x530:
        return 0.8
    if 0xFF61 <= point < 0xFFA0:
        return -1.0
    return 0.2
