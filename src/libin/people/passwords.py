"""Setting a password that holds: the installation's policy, then the hash."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from libin.people.models import Staff
from libin.people.refusals import PasswordTooWeak


def set_password(staff: Staff, password: str) -> None:
    """Put the hash of a good password on the row, unsaved. Raises PasswordTooWeak with reasons."""
    try:
        validate_password(password, staff)
    except ValidationError as problem:
        raise PasswordTooWeak(reason=" ".join(problem.messages)) from problem
    staff.set_password(password)
