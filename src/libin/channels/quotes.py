"""Tells a person's own words from the quoted mail below them and from signatures, in Chinese and English.

Nothing is thrown away: the rest is folded, and the full text stays with the message.
"""

import dataclasses
import re

_NAMES = (
    r"发件人|寄件者|寄件人|發件人|发信人|发送时间|傳送時間|发送日期|發送時間|寄件日期|寄信日期|日期|时间|時間|收件人|收件者|收信人|"
    r"抄送人?|副本|密送|主\s*题|主\s*題|主旨|标题|答复|回复|"
    r"From|Sent|Date|To|Cc|Bcc|Subject|Reply-To|差出人|送信日時|宛先|件名"
)
_FIELD = rf"[>\s]*[*_]{{0,2}}(?:{_NAMES})[*_]{{0,2}}[ \t\u3000]*[:：].*"
_FROM = (
    r"[>\s]*[*_]{0,2}(?:发件人|寄件者|寄件人|發件人|发信人|From|差出人)[*_]{0,2}[ \t\u3000]*[:：].*"
)
_FIELD_LINE = re.compile(_FIELD, re.IGNORECASE)
_FROM_LINE = re.compile(_FROM, re.IGNORECASE)
_DIVIDER = re.compile(
    r"[>\s]*(?:[-—_=─]{2,}\s*(?:原始邮件|原始郵件|原邮件|邮件原件|原始信息|回复的原邮件|"
    r"转发的?邮件|轉寄的?郵件|轉寄訊息|Original (?:Message|Appointment|E-?mail)|"
    r"Forwarded message|Reply message|Original|转发邮件信息|以下是原文)\s*[-—_=─]{2,}|"
    r"Begin forwarded message:|开始转发的邮件[:：]|以下是转发的邮件[:：]|"
    r"-{2,}\s*Reply to message\s*-{2,}|#{3,}\s*(?:请在此行以上回复|Please reply above this line).{0,20})\s*",
    re.IGNORECASE,
)
_RULE = re.compile(r"[>\s]*(?:_{8,}|-{8,}|={8,}|—{4,}|─{4,})\s*")
_WROTE = re.compile(
    r"[>\s]*(?:"
    r"在\s?.{0,160}?(?:写道|寫道|写到|写)\s*[:：]|"
    r".{0,200}?[于於]\s?\d{4}.{0,100}?(?:写道|寫道|写信|写到)\s*[:：]?|"
    r".{0,120}\d{4}\s?[-年/.]\s?\d{1,2}.{0,120}?(?:写道|寫道)\s*[:：]|"
    r"(?:On|At)\s.{5,240}?\b(?:wrote|writes|said)\s*[:：]|"
    r"\d{4}[-/]\d{1,2}[-/]\d{1,2}.{0,160}?(?:wrote|のメール)\s*[:：]|"
    r"(?:Le|El|Il|Am|Op)\s.{5,200}?\b(?:a écrit|escribió|ha scritto|schrieb(?:\s.{1,120}?)?|schreef)\s*[:：]|"
    r".{1,160}(?:\bwrote|\bwrites)\s*[:：]"
    r")\s*",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"写道|寫道|写到|写\s*[:：]|写信|wrote|writes|said|a écrit|escribió|ha scritto|schrieb|schreef|のメール",
    re.IGNORECASE,
)
_WROTE_STARTS = re.compile(
    r"[>\s]*(?:在\s?\d|在\s.{0,40}\d{4}|On\s.{0,60}\d|At\s\d|\d{4}[-/年]|.{0,120}[<＜].{3,80}@|.{0,80}[于於]\s?\d{4})",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"\s*(?:[-—–_*]{0,4}\s*)?(?:(?:发自|發自|来自|來自|寄自|由|从|從)\s?(?:我的|你的|于)?\s?.{1,40}?(?:手机|手機|iPhone|iPad|Mac|"
    r"Android|安卓|设备|客户端|版邮件发送|版郵件傳送|发送|傳送|邮箱(?:大师)?|郵箱|邮件|郵件|Mail|Outlook|Foxmail|HUAWEI|华为|荣耀|小米|"
    r"OPPO|vivo|Galaxy|Windows|钉钉|企业微信|飞书|平板)\S{0,20}|"
    r"(?:发自|發自|来自|來自)我的.{1,40}|"
    r"Sent (?:from|via|with) .{1,60}|Get (?:Outlook|BlueMail|TypeApp) for .{1,30}|"
    r"(?:下载|获取)\s?(?:适用于\s?)?.{0,20}Outlook.{0,40}|iPhoneから送信|使用.{1,20}(?:邮箱|郵箱)(?:大师)?(?:发送|發送)?)\s*",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"(?:--|—|__)[ \u00a0]?\s*")

_LINES = 5_000


@dataclasses.dataclass(frozen=True, slots=True)
class Folded:
    """A text in two: what the person wrote now, and what a screen folds away."""

    own: str
    folded: str


def fold(text: str) -> Folded:
    """The writer's own words and the rest, both trimmed; with nothing of their own left, all is own."""
    lines = text.replace("\r\n", "\n").split("\n")
    cut = quote_start(lines)
    own = _without_signature(lines[:cut])
    if _blank(lines[:cut]):
        below = _below_quote(lines[cut:])
        if below is not None:
            top = len(lines[cut:]) - len(below)
            answer = _without_signature(below)
            rest = lines[cut : cut + top] + below[len(answer) :]
            return Folded("\n".join(answer).strip(), "\n".join(rest).strip())
    if _blank(own):
        return Folded(text.strip(), "")
    return Folded("\n".join(own).strip(), "\n".join(lines[len(own) :]).strip())


def quote_start(lines: list[str]) -> int:
    """The line at which the quoted mail begins, the number of lines when there is none."""
    for index, line in enumerate(lines[:_LINES]):
        if _begins_quote(lines, index, line):
            return index
    # Answers between quoted lines belong together: fold only a block of ">" at the very end.
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith(">")):
        end -= 1
    return end if any(line.lstrip().startswith(">") for line in lines[end:]) else len(lines)


def _begins_quote(lines: list[str], index: int, line: str) -> bool:
    line = line[:600]
    if not line.strip():
        return False
    if _DIVIDER.fullmatch(line):
        return True
    if _FROM_LINE.fullmatch(line) and _field_lines(lines, index) >= 3:
        return True
    if _RULE.fullmatch(line) and any(
        _FROM_LINE.fullmatch(one[:600]) for one in lines[index + 1 : index + 4]
    ):
        return True
    return _is_attribution(lines, index, line)


def _field_lines(lines: list[str], index: int) -> int:
    return sum(bool(_FIELD_LINE.fullmatch(one[:600])) for one in lines[index : index + 8])


def _is_attribution(lines: list[str], index: int, line: str) -> bool:
    if not _VERB.search("\n".join((line, *lines[index + 1 : index + 4]))[:1200]):
        return False
    if _WROTE.fullmatch(line):
        # "He wrote:" inside a story is no attribution: a date, an address or a quoted line must be near.
        return bool(re.search(r"\d{4}|@|\d:\d\d", line)) or _quoted_follows(lines, index)
    if not _WROTE_STARTS.match(line):
        return False
    joined = line
    for more in lines[index + 1 : index + 4]:
        if not more.strip():
            return False
        joined = f"{joined.rstrip()} {more.strip().lstrip('> ')}"[:600]
        if _WROTE.fullmatch(joined):
            return True
    return False


def _quoted_follows(lines: list[str], index: int) -> bool:
    following = [one for one in lines[index + 1 : index + 4] if one.strip()]
    return bool(following) and following[0].lstrip().startswith(">")


def _below_quote(lines: list[str]) -> list[str] | None:
    """The answer written below a block of ">" lines, when there is one."""
    last = max(
        (index for index, line in enumerate(lines) if line.lstrip().startswith(">")), default=-1
    )
    if last < 0:
        return None
    below = lines[last + 1 :]
    return None if _blank(below) else below


def _without_signature(lines: list[str]) -> list[str]:
    """The lines without a trailing signature: after a "-- " line, or what a phone adds at the end."""
    kept = list(lines)
    for index in range(len(kept) - 1, max(-1, len(kept) - 16), -1):
        if _SIGNATURE.fullmatch(kept[index]) and not _blank(kept[:index]):
            kept = kept[:index]
            break
    while kept:
        tail = [index for index, line in enumerate(kept) if line.strip()][-1:]
        if not tail or not _DEVICE.fullmatch(kept[tail[0]][:200]) or _blank(kept[: tail[0]]):
            break
        kept = kept[: tail[0]]
    while kept and (not kept[-1].strip() or _RULE.fullmatch(kept[-1])):
        kept.pop()
    return kept


def _blank(lines: list[str]) -> bool:
    return not any(line.strip(" \t\u3000>") for line in lines)


_ANSWER_MARKS = re.compile(
    r"(?:(?:re|aw|sv|fw|fwd|回复|回覆|答复|转发|轉寄)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE
)


def without_answer_marks(subject: str) -> str:
    """A subject without the "Re:" and "回复：" that programs pile up before it."""
    return (
        _ANSWER_MARKS.sub("", subject.strip(), count=1)
        if _ANSWER_MARKS.match(subject.strip())
        else subject.strip()
    )
