"""The handbook read, searched, acknowledged, edited and published in the browser."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from libin.handbook import actions, queries
from libin.handbook.actions import Occasion
from libin.handbook.models import HandbookVersion
from libin.kernel import clock
from tests import cast as people
from tests.cast import Cast

FIRST = "promise.first-reply.A.urgent"


@pytest.fixture
def cast(db: None) -> Cast:
    return people.gather(at=clock.now() - timedelta(days=2))


def signed_in(cast: Cast, who: str, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(cast.staff[who])
    person = cast.staff[who]
    person.language = "en" if language == "en" else "zh-hans"
    person.save(update_fields=["language"])
    client.cookies["django_language"] = person.language
    return client


def broken_and_kept(cast: Cast, kept: int, broken: int) -> None:
    actions.observe_all(
        Occasion(
            rule_id=FIRST, version_id=cast.handbook.version_id, subject_kind="case", subject_id=number,
            occasion="first_reply:1", kept=number > broken, person_id=None, team="", tier="diamond",
            service_class="A", value=None, by="system:libin", at=clock.now() - timedelta(hours=number),
        )
        for number in range(1, kept + broken + 1)
    )  # fmt: skip


@pytest.mark.row("H5")
def test_the_book_is_read_chapter_by_chapter_in_both_languages(cast: Cast) -> None:
    english, chinese = signed_in(cast, "agent"), signed_in(cast, "supervisor", "zh-hans")
    assert "Why we serve" in english.get(reverse("handbook:contents")).content.decode()
    assert "我们为什么服务" in chinese.get(reverse("handbook:contents")).content.decode()
    for chapter in cast.handbook.chapters:
        page = english.get(reverse("handbook:chapter", args=[chapter.id]))
        assert page.status_code == 200
        assert chapter.title.en in page.content.decode().replace("&#x27;", "'")


@pytest.mark.row("H5")
def test_every_rule_has_a_deep_link_to_its_place(cast: Cast) -> None:
    client = signed_in(cast, "agent")
    for rule_id in (FIRST, "tier.diamond", "process.complaint.judge", "norm.heart.patience"):
        link = client.get(reverse("handbook:rule", args=[rule_id]))
        page = client.get(link.headers["Location"].split("#")[0])
        assert link.headers["Location"].endswith(f"#{rule_id}")
        assert f'id="{rule_id}"' in page.content.decode()
    assert client.get(reverse("handbook:rule", args=["no.such-rule"])).status_code == 404


@pytest.mark.row("H6")
def test_the_margin_tells_how_a_rule_is_lived_and_leads_to_the_cases(cast: Cast) -> None:
    broken_and_kept(cast, kept=49, broken=3)
    page = signed_in(cast, "agent").get(reverse("handbook:chapter", args=["chapter.promises"]))
    text = page.content.decode()
    assert "kept 94.2%" in text
    assert "52 times · 30 days" in text
    assert "broken 3 times" in text
    assert f"{reverse('desk:queue')}?rule={FIRST}&amp;kept=0" in text
    assert 'class="spark"' in text


@pytest.mark.row("H6")
def test_a_chapter_costs_the_same_number_of_queries_however_much_was_observed(
    cast: Cast, django_assert_max_num_queries
) -> None:
    client = signed_in(cast, "agent")
    url = reverse("handbook:chapter", args=["chapter.promises"])
    client.get(url)
    broken_and_kept(cast, kept=40, broken=20)
    with django_assert_max_num_queries(16):
        client.get(url)


@pytest.mark.row("H5")
@pytest.mark.parametrize(
    ("wanted", "rule_id"),
    [
        ("首次回复", "promise.first-reply"),
        ("diamond", "tier.diamond"),
        ("24 小时 投诉", "promise.complaint.outcome"),
        ("undo-send", "limit.undo-send"),
    ],
)
def test_a_word_in_either_language_finds_its_rules(cast: Cast, wanted: str, rule_id: str) -> None:
    page = signed_in(cast, "agent", "zh-hans").get(reverse("handbook:search"), {"q": wanted})
    assert f'id="{rule_id}"' in page.content.decode()


@pytest.mark.row("H5")
def test_the_whole_book_stands_on_one_page_for_the_printer(cast: Cast) -> None:
    text = signed_in(cast, "agent").get(reverse("handbook:print")).content.decode()
    assert all(f'id="{chapter.id}"' in text for chapter in cast.handbook.chapters)


@pytest.mark.row("H5")
def test_an_agent_is_asked_to_read_the_version_and_says_so(cast: Cast) -> None:
    client = signed_in(cast, "agent")
    assert "Please read this version" in client.get(reverse("handbook:contents")).content.decode()
    client.post(reverse("handbook:acknowledge", args=[cast.handbook.version_id]))
    assert "Please read" not in client.get(reverse("handbook:contents")).content.decode()
    version = reverse("handbook:version", args=[cast.handbook.version_id])
    assert "not yet" in signed_in(cast, "supervisor").get(version).content.decode()


@pytest.mark.row("H4")
def test_an_administrator_changes_a_number_and_publishes_it(cast: Cast) -> None:
    client = signed_in(cast, "administrator")
    begun = client.post(reverse("handbook:begin_draft", args=[cast.handbook.version_id]))
    draft = HandbookVersion.objects.get(state="draft")
    assert begun.headers["Location"] == reverse("handbook:draft", args=[draft.pk])
    path = "rules/verdict.yaml"
    editor = f"{reverse('handbook:file', args=[draft.pk])}?path={path}"
    wrong = client.post(editor, {"text": draft.files[path].replace("low_at: 2", "low_at: 9")})
    assert wrong.status_code == 422
    assert "rules/verdict.yaml:" in wrong.content.decode()
    assert "low_at is not a score" in wrong.content.decode()
    assert "Publish</button>" not in client.get(begun.headers["Location"]).content.decode()
    right = client.post(editor, {"text": draft.files[path].replace("low_at: 2", "low_at: 1")})
    assert right.status_code == 302
    shown = client.get(begun.headers["Location"]).content.decode()
    assert "<del>2</del>" in shown
    assert "<ins>1</ins>" in shown
    done = client.post(reverse("handbook:publish", args=[draft.pk]), {"effective_at": ""})
    assert done.headers["Location"] == reverse("handbook:version", args=[draft.pk])
    assert queries.in_force(clock.now()).surveys["closing"].low_at == 1
    assert "What changed since version 1" in client.get(done.headers["Location"]).content.decode()


@pytest.mark.row("H4")
def test_an_agent_sees_no_drafts_and_publishes_nothing(cast: Cast) -> None:
    draft = actions.begin_draft(
        version_id=cast.handbook.version_id,
        by=cast.acting(cast.zhao_min),
        at=clock.now(),
    )
    client = signed_in(cast, "agent")
    assert client.get(reverse("handbook:draft", args=[draft.pk])).status_code in {403, 404}
    assert client.post(reverse("handbook:publish", args=[draft.pk])).status_code in {403, 404}
    assert client.post(reverse("handbook:begin_draft", args=[1])).status_code in {403, 404}
    assert HandbookVersion.objects.filter(state="published").count() == 1


def test_prose_cannot_carry_markup_of_its_own(cast: Cast) -> None:
    files = dict(queries.version_row(cast.acting(cast.zhao_min), cast.handbook.version_id).files)
    files["chapters/1-philosophy.en.md"] = "<script>alert(1)</script> [x](javascript:alert(1))"
    at = clock.now()
    actions.publish_version(files=files, effective_at=at, by=cast.acting(cast.zhao_min), at=at)
    text = signed_in(cast, "agent").get(reverse("handbook:chapter", args=["chapter.philosophy"]))
    assert "<script>alert" not in text.content.decode()
    assert 'href="javascript' not in text.content.decode()
