"""Rooms stay small enough to be seen at a glance."""

import statistics

from tests.house.tree import functions, lines, name, python_files, typescript_files

FILE_LINES = 400
FUNCTION_LINES = 60


def test_no_file_is_longer_than_400_lines() -> None:
    files = python_files() + typescript_files()
    lengths = {name(file): len(file.read_text().splitlines()) for file in files}
    assert {file: length for file, length in lengths.items() if length > FILE_LINES} == {}


def test_no_function_is_longer_than_60_lines() -> None:
    found = {
        f"{name(file)}:{function.lineno} {function.name}": lines(function)
        for file in python_files()
        for function in functions(file)
        if lines(function) > FUNCTION_LINES
    }
    assert found == {}


def test_functions_are_short() -> None:
    lengths = sorted(lines(function) for file in python_files() for function in functions(file))
    assert statistics.median(lengths) <= 8
    assert lengths[len(lengths) * 9 // 10] <= 30


def test_every_module_opens_with_what_it_is() -> None:
    silent = [name(file) for file in python_files() if not file.read_text().startswith(('"""', 'r"""'))]
    assert silent == []
