"""Files, functions and templates stay small enough to be read in one sitting."""

import warnings

from tests.house import sources

FILE_WARNS, FILE_FAILS = 500, 800
FUNCTION_FAILS = 60
TEMPLATE_FAILS = 120


def test_no_file_is_too_long_to_read():
    lengths = {module.name: module.text.count("\n") for module in sources.modules()}
    long = {name: count for name, count in lengths.items() if count > FILE_WARNS}
    assert not [name for name, count in long.items() if count > FILE_FAILS], long
    if long:
        warnings.warn(HouseWarning(f"Files over {FILE_WARNS} lines: {long}"), stacklevel=1)


def test_no_function_is_too_long_to_read():
    long = {
        f"{module.where(function)} {function.name}": length
        for module in (*sources.modules(), *sources.test_modules())
        for function in module.functions()
        if (length := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_FAILS
    }
    assert not long


def test_no_template_is_too_long_to_read():
    long = {
        str(path.relative_to(sources.PACKAGE)): length
        for path in sources.templates()
        if (length := path.read_text(encoding="utf-8").count("\n")) > TEMPLATE_FAILS
    }
    assert not long


class HouseWarning(UserWarning):
    """Something that will fail one day if it goes on."""
