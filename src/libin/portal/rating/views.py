"""The question behind a mailed link: looking shows it, only the button answers it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from libin.kernel import clock
from libin.kernel.access import ANONYMOUS
from libin.portal.shell import limits
from libin.portal.shell.visits import address_of, public
from libin.surveys import actions, queries, rules


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreChoice:
    """One score to choose."""

    score: int
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingPage:
    """The page behind the link; `state` is open, answered, expired or unknown."""

    state: str
    number: str = ""
    subject: str = ""
    question: str = ""
    comment_question: str = ""
    choices: tuple[ScoreChoice, ...] = ()
    comment: str = ""
    problem: str = ""
    longest: int = rules.LONGEST_COMMENT


@require_http_methods(["GET", "HEAD", "POST"])
@public
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """Show the question with the tapped score chosen; write only what is posted, once."""
    at = clock.now()
    question = queries.question(token, at=at)
    if question is None:
        if wait := limits.wait_for(limits.RATE_BY_NETWORK, address_of(request), at=at):
            return limits.slow_down(request, wait)
        return _page(request, RatingPage(state="unknown"), 404)
    translation.activate(question.language)
    request.LANGUAGE_CODE = question.language
    if request.method != "POST":
        page = _asking(question, request.GET.get("score", ""))
        return _page(request, page, 410 if question.state == "expired" else 200)
    score, comment = request.POST.get("score", ""), request.POST.get("comment", "")
    if not _number(score):
        page = _asking(question, "", comment, _("Please choose one of the scores."))
        return _page(request, page, 422)
    try:
        actions.answer(token=token, score=int(score), comment=comment, by=ANONYMOUS, at=at)
    except actions.NotOnScale as refusal:
        return _page(request, _asking(question, "", comment, str(refusal)), 422)
    except (actions.AlreadyAnswered, actions.AskedTooLongAgo):
        return _page(request, _asking(queries.question(token, at=at) or question, ""), 409)
    return redirect(request.path)


def _number(text: str) -> bool:
    return text.isascii() and text.lstrip("-").isdigit() and len(text) <= 4


def _asking(
    question: queries.Question, tapped: str, comment: str = "", problem: str = ""
) -> RatingPage:
    language = question.language
    survey = question.survey
    return RatingPage(
        state=question.state,
        number=f"{question.case_id:06d}",
        subject=question.subject,
        question=survey.question.in_(language),
        comment_question=survey.comment_question.in_(language),
        choices=tuple(
            ScoreChoice(
                score=point.score,
                label=point.label.in_(language),
                chosen=str(point.score) == tapped,
            )
            for point in survey.scale
        ),
        comment=comment[: rules.LONGEST_COMMENT],
        problem=problem,
    )


def _page(request: HttpRequest, page: RatingPage, status: int) -> HttpResponse:
    return render(request, "portal/rate.html", {"page": page}, status=status)
