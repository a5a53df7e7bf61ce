"""What the customers' room does when something was said."""

from libin.customers import actions
from libin.customers.facts import ProofAsked
from libin.kernel import clock
from libin.kernel.access import automation
from libin.kernel.facts import reacts_to


@reacts_to(ProofAsked, name="customers.send_proof")
def send_proof(said: ProofAsked) -> None:
    """Mail the link that was asked for."""
    actions.send_proof(
        proof_id=said.proof_id, by=automation("customers.send_proof"), at=clock.now()
    )
