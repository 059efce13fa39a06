"""YAML of other languages gives data and nothing else."""

from __future__ import annotations

import pytest
import yaml

from harness.traffic.readers import yaml_data


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("!binary aGk=", b"hi"),
        ("!!binary |\n  aGk=\n", b"hi"),
        ("!ruby/object:Net::HTTP {a: 1}", {"a": 1}),
        ("!ruby/struct:VCR::Request\nmethod: :get", {"method": ":get"}),
        ("!ruby/symbol get", "get"),
        ("!ruby/string:Text\nstr: words\n'@x': 1", "words"),
        ("!ruby/hash-with-ivars:Headers\nelements: {a: b}\nivars: {c: d}", {"a": "b"}),
        ("!ruby/array:List\ninternal: [1, 2]\nivars: {}", [1, 2]),
        ("!ruby/object:Thing\nstr: a\nother: b", {"str": "a", "other": "b"}),
        ("!!python/object/apply:os.system ['true']", ["true"]),
        ("!!python/tuple [a, b]", ["a", "b"]),
        ("!!python/unicode words", "words"),
        ("2026-11-01 10:00:00", "2026-11-01 10:00:00"),
        ("a: =", {"a": "="}),
        ("{a: &b {c: 1}, <<: *b}", {"a": {"c": 1}, "<<": {"c": 1}}),
    ],
)
def test_a_tag_names_no_class(text: str, value: object) -> None:
    assert yaml_data.load(text) == value


@pytest.mark.parametrize("text", ["!binary a", "{[a]: b}", "a: [", "{a: 1}: 2"])
def test_what_is_no_data_is_an_error(text: str) -> None:
    with pytest.raises((yaml.YAMLError, ValueError)):
        yaml_data.load(text)


def test_keys_that_are_merged_again_and_again_are_not_written_out() -> None:
    lines = ["a0: &a0 {x: 1}"]
    lines += [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 40)]
    assert len(yaml_data.load("\n".join(lines))) == 40
