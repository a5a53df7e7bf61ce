"""A search finds every text that holds the words, and no other."""

from collections.abc import Iterator

import opencc
import pytest
from django.db import connection, models
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from libin.kernel.search import (
    TsVectorField,
    added,
    lexemes,
    matching,
    normalise,
    query,
    snippet,
)

LETTERS = "退款申请订单物流货貨龍abAB09 ,。!\n"
texts = st.text(alphabet=LETTERS, max_size=40)


class TestNormalForm:
    def test_width_script_case_and_spaces_do_not_matter(self) -> None:
        assert normalise("ＡＢＣ　退貨\n申請") == "abc 退货 申请"

    def test_unseen_characters_are_dropped(self) -> None:
        assert normalise("退\u200b款\x00") == "退款"

    @given(st.text(max_size=60))
    def test_a_normal_form_is_its_own_normal_form_once_settled(self, text: str) -> None:
        once = normalise(normalise(text))
        assert normalise(once) == once

    @given(texts, texts)
    def test_a_phrase_reads_the_same_alone_and_inside_a_text(self, one: str, two: str) -> None:
        assert normalise(one).replace(" ", "") in normalise(one + two).replace(" ", "")

    def test_the_table_says_what_opencc_says(self) -> None:
        convert = opencc.OpenCC("t2s").convert
        for traditional in "貨請單龍體國學會電話發票裡後廣東繁體臺灣憂鬱":
            assert normalise(traditional) == convert(traditional)


class TestLexemes:
    def test_pairs_words_and_the_last_character(self) -> None:
        assert lexemes("申请退款 iPhone15, E07") == [
            "e07",
            "iphone15",
            "款",
            "申请",
            "请退",
            "退款",
        ]

    def test_a_single_character_stands_alone(self) -> None:
        assert lexemes("退!") == ["退"]

    def test_an_endless_word_is_cut(self) -> None:
        assert lexemes("a" * 5000) == ["a" * 64]


class TestQuery:
    def test_nothing_to_look_for_is_said(self) -> None:
        assert not query("  !!! ")

    def test_phrases_are_cut_at_spaces(self) -> None:
        assert query("退款申请 abc").phrases == ("退款申请", "abc")
        assert query("退款申请 abc").expression == "'退款' & '款申' & '申请' & 'abc':*"

    def test_quotes_and_operators_are_no_syntax(self) -> None:
        assert query("a'|b:*&!c\\").expression == "'a' & 'b' & 'c'"


@pytest.fixture(name="documents")
def documents_table(db: None) -> Iterator[type[models.Model]]:
    with isolate_apps("libin.kernel"):

        class Document(models.Model):
            lexemes = TsVectorField()
            body = models.TextField()

            class Meta:
                app_label = "kernel"
                db_table = "search_test_document"

        with connection.schema_editor() as editor:
            editor.create_model(Document)
        yield Document
        with connection.schema_editor() as editor:
            editor.delete_model(Document)


def keep(documents: type[models.Model], *bodies: str) -> None:
    documents._default_manager.bulk_create(
        documents(lexemes=lexemes(body), body=normalise(body)) for body in bodies
    )


def found(documents: type[models.Model], wanted: str) -> set[str]:
    rows = documents._default_manager.filter(matching(wanted))
    return set(rows.values_list("body", flat=True))


def test_a_word_of_two_characters_is_found_wherever_it_stands(
    documents: type[models.Model],
) -> None:
    keep(documents, "申请退款", "退款", "请退款吧", "退 款", "退货付款", "榴莲", "石榴和睡莲")
    assert found(documents, "退款") == {"申请退款", "退款", "请退款吧"}
    assert found(documents, "榴莲") == {"榴莲"}


def test_pairs_that_lie_apart_are_no_phrase(documents: type[models.Model]) -> None:
    keep(documents, "热气球飞走了", "热气很足,气球破了")
    assert found(documents, "热气球") == {"热气球飞走了"}


def test_a_single_character_is_found_even_at_the_end(documents: type[models.Model]) -> None:
    keep(documents, "我要退款", "款式很好", "没有")
    assert found(documents, "款") == {"我要退款", "款式很好"}


def test_traditional_and_simplified_find_each_other(documents: type[models.Model]) -> None:
    keep(documents, "我要退貨", "我要退货了")
    assert found(documents, "退貨") == {"我要退货", "我要退货了"} == found(documents, "退货")


def test_all_words_must_be_there_and_may_be_beginnings(documents: type[models.Model]) -> None:
    keep(documents, "订单20000123延误", "订单 20000777 丢失", "20000123")
    assert found(documents, "订单 20000") == {"订单20000123延误", "订单 20000777 丢失"}


def test_wildcards_of_sql_are_plain_characters(documents: type[models.Model]) -> None:
    keep(documents, "满100%退款", "满100元退款")
    assert found(documents, "100%退款") == {"满100%退款"}


def test_the_vector_reads_back_and_may_be_changed(documents: type[models.Model]) -> None:
    keep(documents, "退款")
    row = documents._default_manager.get()
    assert row.lexemes == ["款", "退款"]  # type: ignore[attr-defined]
    documents._default_manager.update(lexemes=lexemes("发票"), body="发票")
    assert found(documents, "发票") == {"发票"}


def test_a_text_is_added_without_reading_what_is_there(documents: type[models.Model]) -> None:
    keep(documents, "订单")
    documents._default_manager.update(**added("退款"))
    assert found(documents, "退款") == {"订单 退款"} == found(documents, "订单 退款")
    assert found(documents, "单退") == set()


def test_recall_is_whole_for_every_two_characters_of_a_corpus(
    documents: type[models.Model],
) -> None:
    corpus = [
        "您好,我前天下的单,订单号2000到现在物流信息还没有更新。",
        "退款申请已经审核通过,将在3到5个工作日之内原路退回微信支付。",
        "安装师傅上门之后额外收了材料费,没有任何票据!",
    ]
    keep(documents, *corpus)
    bodies = [normalise(text) for text in corpus]
    words = {b[n : n + 2] for b in bodies for n in range(len(b) - 1)}
    chinese = [w for w in words if all("\u4e00" <= c <= "\u9fff" for c in w)]
    assert len(chinese) > 50
    for word in chinese:
        assert found(documents, word) == {b for b in bodies if word in b}


class TestSnippet:
    def test_the_phrase_is_marked_as_it_was_written(self) -> None:
        pieces = snippet("您好,我要申請退貨,谢谢", "申请")
        assert [(p.text, p.hit) for p in pieces] == [
            ("您好,我要", False),
            ("申請", True),
            ("退貨,谢谢", False),
        ]

    def test_a_long_text_is_cut_around_the_first_hit(self) -> None:
        pieces = snippet("前" * 300 + "榴莲" + "后" * 300, "榴莲", length=60)
        assert pieces[0].text == "…"
        assert [p.text for p in pieces if p.hit] == ["榴莲"]
        assert sum(len(p.text) for p in pieces) <= 62

    def test_a_text_without_the_phrase_is_shown_from_its_beginning(self) -> None:
        assert snippet("只有别的", "榴莲")[0].text == "只有别的"

    def test_ligatures_do_not_shift_the_mark(self) -> None:
        assert [p.text for p in snippet("ﬁne ① 退款", "退款") if p.hit] == ["退款"]

    @given(st.text(max_size=50), texts)
    def test_the_pieces_are_the_text(self, text: str, wanted: str) -> None:
        shown = "".join(p.text for p in snippet(text, wanted, length=100) if p.text != "…")
        assert shown in " ".join(text.split()) or "…" in text
