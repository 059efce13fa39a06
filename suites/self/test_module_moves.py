"""The count of a run's moves between modules, on a run made up by hand."""

from __future__ import annotations

from benchmarks.module_moves import Function, moves

LAYERS = [{"cli"}, {"plan", "report"}, {"risk"}]


def function(file: str, name: str) -> Function:
    return Function(file, name, calls=1, is_function=True)


def ups(*functions: Function) -> list[bool]:
    return [move.up for move in moves(functions, LAYERS)]


def test_a_call_into_a_higher_layer_is_a_move_up() -> None:
    calls = function("cli.py", "main"), function("risk/rules.py", "assess"), function("plan.py", "make")
    assert ups(*calls) == [False, True]


def test_modules_of_one_layer_are_neither_above_nor_below_each_other() -> None:
    assert ups(function("plan.py", "make"), function("report/page.py", "write")) == [False]


def test_files_of_one_module_are_no_move() -> None:
    assert ups(function("risk/rules.py", "assess"), function("risk/words.py", "split")) == []


def test_lambdas_and_module_bodies_are_left_out() -> None:
    calls = (
        function("risk/rules.py", "<module>"),
        function("plan.py", "make"),
        function("risk/rules.py", "a.<locals>.b"),
    )
    assert ups(*calls) == []


def test_a_function_has_the_name_of_its_module() -> None:
    assert function("risk/overrides.py", "load").dotted == "risk.overrides.load"
    assert function("report/__init__.py", "write_all").dotted == "report.write_all"
