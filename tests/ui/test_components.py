"""The components render what they are given, safely, with labels and roles."""

from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.template import engines
from django.utils import translation

from libin.ui.marks import PageMark, PromiseMark, StepMark, TabMark

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def rendered(source: str, **context: object) -> str:
    with translation.override("en"):
        template = engines["django"].from_string("{% load i18n ui %}" + source)
        return str(template.render({"now": NOW} | context))


def test_an_icon_is_decoration_unless_it_has_a_label():
    assert 'aria-hidden="true"' in rendered('{% icon "inbox" %}')
    assert 'role="img" aria-label="Done"' in rendered('{% icon "inbox" "Done" %}')


def test_a_promise_chip_tells_rule_and_instant_on_hover_and_leads_to_the_rule():
    mark = PromiseMark(
        title="First response",
        state="running",
        started_at=NOW,
        due_at=NOW + timedelta(minutes=18),
        rule_text="Within 2 hours.",
        rule_url="/handbook/rules/x/",
    )
    shown = rendered("{% promise_chip mark %}", mark=mark)
    assert 'href="/handbook/rules/x/"' in shown
    assert "Within 2 hours." in shown
    assert "due in 18 min" in shown
    assert f'data-due="{(NOW + timedelta(minutes=18)).isoformat()}"' in shown


def test_a_short_chip_still_says_its_title_to_a_screen_reader():
    mark = PromiseMark(title="First response", state="paused", started_at=NOW, due_at=NOW)
    assert '<span class="only-read">First response</span>' in rendered(
        "{% promise_chip mark True %}", mark=mark
    )


@pytest.mark.parametrize(
    "source",
    [
        "{% tier_mark words %}",
        "{% severity words %}",
        "{% state words %}",
        "{% avatar words doing=words %}",
        "{% card words %}{{ words }}{% endcard %}",
        '{% dialog "d" words %}{{ words }}{% enddialog %}',
        '{% include "ui/empty.html" with title=words words=words url=words action=words %}',
        '{% include "ui/button.html" with label=words name=words value=words %}',
        '{% include "ui/refusal.html" %}',
    ],
)
def test_no_component_trusts_the_words_it_is_given(source: str):
    hostile = '"><script>alert(1)</script>'
    shown = rendered(source, words=hostile)
    assert "<script" not in shown
    assert '""><' not in shown


def test_a_field_ties_label_help_and_error_together():
    class Form(forms.Form):
        name = forms.CharField(label="Name", help_text="As in the passport.")

    shown = rendered(
        "{% for field in form %}{% include 'ui/field.html' %}{% endfor %}", form=Form({"name": ""})
    )
    assert '<label for="id_name">' in shown
    assert 'aria-invalid="true"' in shown
    assert 'id="id_name_error"' in shown
    assert 'id="id_name_helptext"' in shown
    assert "id_name_helptext" in shown.split("aria-describedby=", 1)[1][:60]


def test_steps_say_which_is_now_and_what_is_expected():
    steps = (
        StepMark(title="Receive", state="done", person="Lin Yue", done_at=NOW),
        StepMark(
            title="Answer",
            state="now",
            role="Agent",
            expected="Answered whole.",
            due_at=NOW + timedelta(minutes=5),
        ),
        StepMark(title="Archive", state="next", limit_minutes=1440),
    )
    shown = rendered("{% include 'ui/stepper.html' %}", steps=steps)
    assert shown.count('aria-current="step"') == 1
    assert "Answered whole." in shown
    assert "within 24 h" in shown


def test_tabs_pages_and_crumbs_name_where_one_is():
    shown = rendered(
        "{% include 'ui/tabs.html' with label='Views' %}{% include 'ui/pagination.html' %}{% include 'ui/breadcrumb.html' %}",
        tabs=[
            TabMark(title="Mine", url="/a", count=0, current=True),
            TabMark(title="Team", url="/b"),
        ],
        pages=PageMark(first=51, last=100, total=310, next_url="/n"),
        crumbs=[TabMark(title="Handbook", url="/h"), TabMark(title="Promises", url="")],
    )
    assert shown.count('aria-current="page"') == 2
    assert "51–100 of 310" in shown
    assert '<span class="count">0</span>' in shown
    assert 'rel="prev"' not in shown


def test_a_spark_line_has_words_for_those_who_do_not_see_it():
    shown = rendered("{% spark values %}", values=[91, 96])
    assert 'aria-label="Trend: from 91 to 96"' in shown
    assert "style=" not in shown


def test_the_words_for_the_browser_cannot_end_their_block():
    shown = rendered("{% screen_words %}")
    assert shown.count("</script>") == 1
    assert 'type="application/json"' in shown
