"""Which tests a run has: operations of its vendors, and hand-written tests that its targets and selection allow."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import mkdtemp
from types import SimpleNamespace
from typing import Any

import pytest

from harness import pytest_plugin
from harness.planning import run_context
from harness.planning.changed_operations import ChangedOperations
from harness.planning.org_part import OrgPart
from harness.planning.run_options import RunOptions
from harness.planning.written_tests import read_file
from harness.run import channel, collection
from harness.run.collection import CONTEXT, context_of, deselect_tests, name_of, parametrize, target_of, vendor_of
from harness.run.suites import SUITES
from harness.settings import Settings
from harness.target import Credentials, Target

ACME = Target("acme", "zendesk", "https://acme.zendesk.example", Credentials("none"), org="acme")
OTHER = Target("café/2", "zendesk", "https://other.zendesk.example", Credentials("none"), org="other")
CACHE = Path(mkdtemp(prefix="deskcheck-collection-"))
ZENDESK, ZOHO = SUITES / "zendesk" / "test_a.py", SUITES / "zoho" / "test_b.py"


def open_client() -> None:
    """Stands for the plugin's fixture."""


open_client.__module__ = "harness.pytest_plugin"


class Config:
    """As much of pytest's configuration as collecting needs; `acme` and `café/2` are two orgs of one vendor."""

    def __init__(self, options: RunOptions) -> None:
        self.stash = pytest.Stash()
        changed = ChangedOperations("old.yaml", "zendesk", ("zendesk:ListTags",)) if options.changed_since else None
        self.stash[CONTEXT] = run_context.build(options, Settings({"acme": ACME, "café/2": OTHER}, CACHE), changed)
        self.deselected: list[Any] = []
        self.hook = SimpleNamespace(pytest_deselected=lambda items: self.deselected.extend(items))


@dataclass(eq=False)
class Item:
    """A collected test."""

    name: str
    path: Path
    fixturenames: tuple[str, ...] = ()
    callspec: Any = None
    originalname: str | None = None
    client: Any = open_client
    about: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()

    def get_closest_marker(self, name: str) -> Any:
        """The vendors of its marks."""
        return name if name in self.marks else None

    def iter_markers(self, name: str = "") -> list[Any]:
        """Its marks, nearest first; those of this name where one is given."""
        marks = [SimpleNamespace(name=mark, args=()) for mark in self.marks]
        if self.about:
            marks.append(SimpleNamespace(name="operations", args=self.about))
        return [mark for mark in marks if name in ("", mark.name)]

    def listchain(self) -> list[Any]:
        """What is around it: no class."""
        return []

    @property
    def _fixtureinfo(self) -> Any:
        """The functions behind its fixtures, as pytest keeps them."""
        definitions = {name: (SimpleNamespace(func=self.client),) for name in self.fixturenames}
        return SimpleNamespace(name2fixturedefs=definitions)


class Metafunc:
    """A test function of a suite, which keeps what it is parametrized with."""

    def __init__(self, config: Any, path: Path, *fixtures: str) -> None:
        self.config, self.fixturenames = config, fixtures
        self.definition: Any = Item("test", path)
        self.items: list[Any] | None = None

    def parametrize(self, names: Any, items: list[Any], ids: Any = None) -> None:
        self.names, self.items, self.ids = names, items, ids


def test_the_context_of_a_process_is_the_one_that_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config: Any = Config(RunOptions())
    monkeypatch.setattr(collection.chosen_targets, "context", None)
    assert context_of(config) is context_of(config) is config.stash[CONTEXT]


def test_an_operation_of_the_plan_is_an_item_with_its_vendor_and_tier_for_marks(tmp_path: Path) -> None:
    config: Any = Config(RunOptions(targets=("acme",), only=("zendesk:*Ticket",)))
    metafunc: Any = Metafunc(config, ZENDESK, "operation", "contract", "target_name")
    parametrize(metafunc)
    marks = {one.id: [mark.name for mark in one.marks] for one in metafunc.items}
    assert marks["zendesk:ShowTicket"] == ["zendesk", "read"]
    tier = context_of(config).assessments["zendesk:DeleteTicket"].tier
    assert marks["zendesk:DeleteTicket"] == ["zendesk", str(tier)]


def test_a_vendor_without_a_target_has_no_operations_and_a_plain_test_is_left_alone(tmp_path: Path) -> None:
    config: Any = Config(RunOptions(targets=("acme",)))
    other: Any = Metafunc(config, ZOHO, "operation")
    parametrize(other)
    assert other.items == []
    plain: Any = Metafunc(config, ZENDESK, "client")
    parametrize(plain)
    assert plain.items is None


@pytest.mark.parametrize(("only", "left"), [
    ((), ["test_tags", "test_plain"]),
    (("zendesk:test_tags",), ["test_tags", "test_plain"]),
    (("zendesk:ListTags",), ["test_plain"]),
])  # fmt: skip
def test_hand_written_tests_need_a_target_and_a_name_in_the_selection(
    tmp_path: Path, only: tuple[str, ...], left: list[str]
) -> None:
    config: Any = Config(RunOptions(targets=("acme",), only=only))
    written = [Item("test_tags", ZENDESK, ("client",)), Item("test_pins", ZOHO, ("client",))]
    items: list[Any] = [*written, Item("test_plain", ZOHO)]
    deselect_tests(config, items)
    assert [one.name for one in items] == left
    assert "test_pins" in [one.name for one in config.deselected]


def test_of_changed_operations_only_those_tests_stay_that_are_drawn_from_them(tmp_path: Path) -> None:
    config: Any = Config(RunOptions(targets=("acme",), changed_since="old.yaml"))
    (step,) = context_of(config).plan.steps
    drawn = Item("test_pages", ZENDESK, ("client",), SimpleNamespace(params={"listing": step.operation, "style": 1}))
    written = Item("test_sizes", ZENDESK, ("client",), SimpleNamespace(params={"size": 100}))
    items: list[Any] = [drawn, written, Item("test_tags", ZENDESK, ("client",))]
    deselect_tests(config, items)
    assert items == [drawn]


@pytest.mark.parametrize("only", ["zendesk:ListTags", "*Tags", "/api/v2/tags", "Tags"])
def test_a_test_runs_whenever_an_operation_that_it_is_about_does(tmp_path: Path, only: str) -> None:
    config: Any = Config(RunOptions(targets=("acme",), only=(only,)))
    about = Item("test_counts", ZENDESK, ("client",), about=("ListTags", "CountTags"))
    other = Item("test_sizes", ZENDESK, ("client",), about=("ShowTicket",))
    elsewhere = Item("test_of_zoho", ZOHO, ("client",), about=("ListTags",))
    items: list[Any] = [about, other, elsewhere]
    deselect_tests(config, items)
    assert items == [about]


def test_a_test_runs_when_an_operation_that_it_is_about_has_changed(tmp_path: Path) -> None:
    config: Any = Config(RunOptions(targets=("acme",), changed_since="old.yaml"))
    about = Item("test_counts", ZENDESK, ("client",), about=("ListTags",))
    items: list[Any] = [about, Item("test_sizes", ZENDESK, ("client",), about=("ShowTicket",))]
    deselect_tests(config, items)
    assert items == [about]


def test_what_is_drawn_from_a_selected_operation_comes_along(tmp_path: Path) -> None:
    config: Any = Config(RunOptions(targets=("acme",), only=("zendesk:ListTags",)))
    (step,) = context_of(config).plan.steps
    drawn = Item("test_pages", ZENDESK, ("client",), SimpleNamespace(params={"listing": step.operation}))
    items: list[Any] = [drawn, Item("test_other", ZENDESK, ("client",))]
    deselect_tests(config, items)
    assert items == [drawn]


def test_a_test_comes_along_whose_source_sends_a_selected_operation(tmp_path: Path) -> None:
    file = tmp_path / "test_desk.py"
    file.write_text(
        "def change(client, key):\n    client.put(f'/api/v2/tickets/{key}', {})\n"
        "def test_change(client):\n    change(client, 1)\n"
        "def test_other(client):\n    client.get('/api/v2/tags')\n"
    )
    config: Any = Config(RunOptions(targets=("acme",), only=("zendesk:UpdateTicket",)))
    change, other = (Item(name, file, ("client",), marks=("zendesk",)) for name in ("test_change", "test_other"))
    items: list[Any] = [change, other]
    deselect_tests(config, items)
    assert items == [change]


@pytest.mark.parametrize(("folder", "marks", "vendor"), [
    ("desk", ("zoho",), "zoho"), ("zendesk", (), "zendesk"), ("zendesk", ("zoho",), "zoho"), ("desk", (), ""),
    ("desk", ("zoho", "zendesk"), "zoho"),
])  # fmt: skip
def test_the_vendor_of_a_test_is_that_of_its_nearest_mark_or_else_of_its_folder(
    tmp_path: Path, folder: str, marks: tuple[str, ...], vendor: str
) -> None:
    context = context_of(Config(RunOptions()))  # type: ignore[arg-type]
    item: Any = Item("test_a", tmp_path / folder / "test_a.py", marks=marks)
    assert vendor_of(item, context) == vendor


def test_with_one_vendor_a_test_without_a_mark_is_for_it_and_with_several_it_must_say(tmp_path: Path) -> None:
    item: Any = Item("test_a", tmp_path / "test_a.py")
    single: Any = Config(RunOptions(targets=("acme",)))
    assert vendor_of(item, context_of(single)) == "zendesk"
    metafunc: Any = Metafunc(Config(RunOptions()), tmp_path / "test_a.py", "client", "target_name")
    metafunc.function = open_client
    said = r"^test_a\.py:\d+: open_client does not say whom it tests\. Mark it, .*pytest\.mark\.zendesk or .*--target"
    with pytest.raises(pytest.Collector.CollectError, match=said) as unmarked:
        parametrize(metafunc)
    report: Any = SimpleNamespace(call=SimpleNamespace(excinfo=unmarked))
    collection.add_mistake(report)
    assert getattr(report, channel.SUITE_MISTAKE) == str(unmarked.value)


@pytest.mark.parametrize("error", [None, SyntaxError("no"), pytest.Collector.CollectError("import file mismatch")])
def test_what_is_broken_is_no_mistake_of_the_marks(error: Exception | None) -> None:
    report: Any = SimpleNamespace(call=SimpleNamespace(excinfo=SimpleNamespace(value=error) if error else None))
    collection.add_mistake(report)
    assert not hasattr(report, channel.SUITE_MISTAKE)


def test_what_does_not_fit_is_left_out(tmp_path: Path) -> None:
    config: Any = Config(RunOptions(targets=("acme",), only=("*",)))
    steps = context_of(config).plan.steps[:2]
    left_out = frozenset({"test_tags", f"test_pages[{steps[0].operation.key}]"})
    config.stash[CONTEXT] = replace(config.stash[CONTEXT], parts={"acme": OrgPart(1, left_out)})
    drawn = [Item(f"test_pages[{step.operation.key}-1]", ZENDESK, ("client",),
                  SimpleNamespace(params={"listing": step.operation, "style": 1}), originalname="test_pages")
             for step in steps]  # fmt: skip
    items: list[Any] = [*drawn, Item("test_tags", ZENDESK, ("client",)), Item("test_pins", ZENDESK, ("client",))]
    deselect_tests(config, items)
    assert [one.name for one in items] == [drawn[1].name, "test_pins"]


def test_a_test_whose_client_is_something_else_is_left_alone(tmp_path: Path) -> None:
    """Another plugin's fixture, or an argument of its own: such a test would vanish without a word."""
    config: Any = Config(RunOptions(targets=("acme",)))
    other: Any = Item("test_app", ZOHO, ("client",), client=lambda: None)
    items = [other]
    deselect_tests(config, items)
    assert (items, config.deselected) == ([other], [])


@pytest.mark.parametrize("client", ["an argument"])
def test_the_plugin_s_own_fixture_is_known_by_its_module(client: str, request: pytest.FixtureRequest) -> None:
    assert client == "an argument"
    assert not collection._asks_for_client(request.node)
    assert pytest_plugin.client.__module__ == collection._PLUGIN


ORGS = RunOptions(targets=("acme", "café/2"), only=("zendesk:ListTags", "zendesk:test_tags*"))


def test_an_operation_is_an_item_for_each_org_of_its_vendor(tmp_path: Path) -> None:
    metafunc: Any = Metafunc(Config(ORGS), ZENDESK, "operation", "contract", "target_name")
    parametrize(metafunc)
    assert metafunc.names == ("operation", "target_name")
    assert [(one.id, one.values) for one in metafunc.items] == [
        ("zendesk:ListTags@acme", ("zendesk:ListTags", "acme")),
        ("zendesk:ListTags@caf%C3%A9%2F2", ("zendesk:ListTags", "café/2")),
    ]


def test_with_one_org_an_item_is_called_by_its_operation_alone(tmp_path: Path) -> None:
    config: Any = Config(RunOptions(targets=("acme",), only=("zendesk:ListTags",)))
    metafunc: Any = Metafunc(config, ZENDESK, "operation", "contract", "target_name")
    parametrize(metafunc)
    assert [(one.id, one.values) for one in metafunc.items] == [("zendesk:ListTags", ("zendesk:ListTags", "acme"))]


def test_a_hand_written_test_runs_once_an_org(tmp_path: Path) -> None:
    metafunc: Any = Metafunc(Config(ORGS), ZENDESK, "client", "target_name")
    parametrize(metafunc)
    assert (metafunc.names, metafunc.items) == ("target_name", ["acme", "café/2"])
    assert metafunc.ids == ["@acme", "@caf%C3%A9%2F2"]
    single: Any = Metafunc(Config(RunOptions(targets=("acme",))), ZENDESK, "client", "target_name")
    parametrize(single)
    assert single.items is None, "its name stays as it is written"


def test_a_suite_that_needs_no_org_gets_each_operation_once(tmp_path: Path) -> None:
    metafunc: Any = Metafunc(Config(ORGS), ZENDESK, "operation")
    parametrize(metafunc)
    assert (metafunc.names, metafunc.items) == ("operation", ["zendesk:ListTags"])


@pytest.mark.parametrize(
    ("name", "params", "expected"),
    [
        ("test_tags", None, "test_tags"),
        ("test_tags[100]", {"size": 100}, "test_tags[100]"),
        ("test_tags[@acme]", {"target_name": "acme"}, "test_tags"),
        ("test_tags[a-b-@acme]", {"size": "a-b", "target_name": "acme"}, "test_tags[a-b]"),
        ("test_tags[@acme-@acme]", {"size": "@acme", "target_name": "acme"}, "test_tags[@acme]"),
        ("test_tags[x-@caf%C3%A9%2F2]", {"size": "x", "target_name": "café/2"}, "test_tags[x]"),
    ],
)
def test_results_of_a_test_are_called_alike_on_each_org(
    tmp_path: Path, name: str, params: dict[str, Any] | None, expected: str
) -> None:
    item: Any = Item(name, ZENDESK, ("client",), SimpleNamespace(params=params) if params else None)
    assert name_of(item) == expected
    config: Any = Config(RunOptions(targets=("acme",)))
    assert target_of(item, context_of(config)) == (params or {}).get("target_name", "acme")


def test_pytest_itself_puts_the_org_last_into_a_test_s_id(names_with_an_org: list[str]) -> None:
    """`name_of` relies on it, whatever parametrizes a test beside the plugin."""
    assert names_with_an_org == ["test_a[1-@eu]", "test_a[1-@us]", "test_a[2-@eu]", "test_a[2-@us]"]


@pytest.fixture
def names_with_an_org(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that pytest gives to a test with a parameter of its own and one of a plugin that comes last."""

    class Plugin:
        collected: list[str] = []  # noqa: RUF012

        @pytest.hookimpl(trylast=True)
        def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
            metafunc.parametrize("target_name", ["eu", "us"], ids=["@eu", "@us"])

        def pytest_collection_finish(self, session: pytest.Session) -> None:
            self.collected += [item.name for item in session.items]

    file = tmp_path / "test_one.py"
    file.write_text(
        "import pytest\n\n\n@pytest.mark.parametrize('size', [1, 2])\ndef test_a(size, target_name):\n    pass\n"
    )
    plugin = Plugin()
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytest.main([str(file), "--collect-only", "-q", "-p", "no:cacheprovider", f"--rootdir={tmp_path}",
                 "-c", "/dev/null"], plugins=[plugin])  # fmt: skip
    return plugin.collected


SAME_NAME = "def test_a(client):\n    pass\nclass TestA:\n    def test_a(self, client):\n        pass\n"


@pytest.fixture
def tests_of_one_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[pytest.Item]:
    """Tests that pytest collects from two files, whose functions are all called alike."""

    class Plugin:
        items: list[pytest.Item] = []  # noqa: RUF012

        def pytest_collection_finish(self, session: pytest.Session) -> None:
            self.items += session.items

        @pytest.fixture
        def client(self) -> None: ...

    for folder in ("desk", "other"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "test_it.py").write_text(SAME_NAME)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.chdir(tmp_path)
    plugin = Plugin()
    pytest.main([".", "--collect-only", "-q", "-p", "no:cacheprovider", f"--rootdir={tmp_path}", "-c", "/dev/null",
                 "--import-mode=importlib"], plugins=[plugin])  # fmt: skip
    return plugin.items


def test_tests_of_one_name_in_several_files_and_classes_have_keys_of_their_own(
    tests_of_one_name: list[pytest.Item],
) -> None:
    names = [name_of(item) for item in tests_of_one_name]
    assert names == [
        "desk/test_it.py::test_a", "desk/test_it.py::TestA::test_a",
        "other/test_it.py::test_a", "other/test_it.py::TestA::test_a",
    ]  # fmt: skip
    assert [collection.drawn_from(item)[0] for item in tests_of_one_name] == names


def test_what_reading_a_suite_finds_is_called_as_what_pytest_collects(tests_of_one_name: list[pytest.Item]) -> None:
    read = [test.name for path in ("desk", "other") for test in read_file(Path.cwd() / path / "test_it.py")]
    assert read == [name_of(item) for item in tests_of_one_name]


@pytest.mark.parametrize(("only", "left"), [
    ("zendesk:test_a", 4), ("zendesk:desk/test_it.py::*", 2), ("zendesk:desk/test_it.py::TestA::test_a", 1),
    ("zendesk:desk/test_it.py::test_a", 1), ("zendesk:test_b", 0),
])  # fmt: skip
def test_a_pattern_names_tests_by_their_function_or_by_their_key_without_any_operation(
    tests_of_one_name: list[pytest.Item], monkeypatch: pytest.MonkeyPatch, only: str, left: int
) -> None:
    config: Any = Config(RunOptions(targets=("acme",), only=(only,)))
    assert context_of(config).plan.steps == ()
    monkeypatch.setattr(collection, "_asks_for_client", lambda item: True)
    items = list(tests_of_one_name)
    deselect_tests(config, items)
    assert len(items) == left
