"""What the surveys' room does when a case ends or begins again."""

from libin.desk.facts import CaseClosed, CaseReopened, CaseResolved
from libin.kernel.access import automation
from libin.kernel.facts import reacts_to
from libin.surveys import actions


@reacts_to(CaseResolved, name="surveys.ask_after_resolving")
def ask_after_resolving(said: CaseResolved) -> None:
    """Ask where the handbook wants the verdict on the solution."""
    actions.invite(case_id=said.case_id, heard=said.name, by=automation("surveys.ask"), at=said.at)


@reacts_to(CaseClosed, name="surveys.ask_after_closing")
def ask_after_closing(said: CaseClosed) -> None:
    """Ask where the handbook wants the verdict on the whole."""
    actions.invite(case_id=said.case_id, heard=said.name, by=automation("surveys.ask"), at=said.at)


@reacts_to(CaseReopened, name="surveys.withdraw")
def withdraw(said: CaseReopened) -> None:
    """A matter that is open again is not rated yet."""
    actions.withdraw(case_id=said.case_id, by=automation("surveys.withdraw"), at=said.at)
