"""Names sort and are found as people read them; masked values tell no more than they should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libin.kernel.text import Masked, initials_of, masked, pinyin_of


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("张三", "zhangsan", "zs"),
        ("单晓明", "shanxiaoming", "sxm"),
        ("曾国藩", "zengguofan", "zgf"),
        ("万俟雪", "moqixue", "mqx"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("長孫無忌", "zhangsunwuji", "zswj"),
        ("吕布", "lvbu", "lb"),
        ("Anna Müller", "annamller", "aml"),
        ("上海A公司", "shanghaiagongsi", "shags"),
        ("", "", ""),
    ],
)
def test_a_name_is_read_as_people_read_it(name: str, pinyin: str, initials: str) -> None:
    assert pinyin_of(name) == pinyin
    assert initials_of(name) == initials


@given(st.text(max_size=60))
def test_any_name_becomes_letters_and_digits(name: str) -> None:
    assert pinyin_of(name).isalnum() or pinyin_of(name) == ""
    assert pinyin_of(name).isascii()
    assert len(initials_of(name)) <= len(pinyin_of(name))


@pytest.mark.parametrize(
    ("value", "what", "shown"),
    [
        ("张三", "name", "张*"),
        ("张小三", "name", "张**"),
        ("欧阳锋", "name", "欧阳*"),
        ("欧阳", "name", "欧*"),
        ("Anna Smith", "name", "A*** S***"),
        ("13800138000", "phone", "138****8000"),
        ("+8613800138000", "phone", "+86138****8000"),
        ("010-12345678", "phone", "010****5678"),
        ("12345", "phone", "****"),
        ("anna@example.com", "email", "a***@example.com"),
        ("no address", "email", "***"),
        ("11010519491231002X", "id_number", "****002X"),
        ("6222021234567890123", "card", "****0123"),
        ("1234", "card", "****"),
        ("北京市海淀区中关村大街1号", "address", "北京市海淀区****"),
        ("", "name", ""),
    ],
)
def test_a_masked_value(value: str, what: Masked, shown: str) -> None:
    assert masked(value, what) == shown
