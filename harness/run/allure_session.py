"""allure-pytest within a run: it collects what a test says of itself, and leaves the results of a run to our writer.

Its listener goes on as ever. Its file writer is held back: a test of the run becomes a result when the run is over
(`report/allure`), from the same values as all other reports, masked and with ids of its operation. Only what is no part
of the run (another test of the same session) is written as allure-pytest writes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import allure_commons
import pytest
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import Attachment, ExecutableItem, Globals, TestResult, TestResultContainer
from allure_pytest.listener import AllureListener
from allure_pytest.utils import allure_labels, allure_links

from harness.masking import Mask
from harness.results.annotations import Annotations, AttachedContent, StepAnnotation

LISTENER = "allure_listener"
"""The name under which allure-pytest registers its listener."""

LARGEST = 1_000_000
"""Bytes of an attachment that are kept: it travels with the test's outcome, and into results.ndjson."""

_OPTION = "allure_report_dir"


class ResultWriter(Protocol):
    """What allure's file writer does, with types."""

    def report_result(self, result: TestResult) -> None:
        """Write a test's result."""

    def report_container(self, container: TestResultContainer) -> None:
        """Write what the fixtures of some tests did."""

    def report_globals(self, globals_item: Globals) -> None:
        """Write what belongs to no test."""

    def report_attached_data(self, body: bytes, file_name: str) -> None:
        """Write an attachment."""


class HeldBackResults:
    """Stands in for allure's file writer during a run.

    `writer` is allure's own, where pytest has `--alluredir`. What a test attaches is kept until its result comes.
    """

    def __init__(self, listener: AllureListener, writer: ResultWriter | None) -> None:
        self.listener, self.writer = listener, writer
        self._contents: dict[str, bytes] = {}
        self._of_the_run: set[str] = set()

    def current(self) -> TestResult | None:
        """The result of the test that runs, as far as it has come."""
        result: TestResult | None = self.listener.allure_logger.get_test(None)
        return result

    def take(self, result: TestResult) -> None:
        """Leave the result of a test to the run."""
        self._of_the_run.add(result.uuid)

    def content(self, attachment: Attachment) -> bytes:
        """What was attached."""
        return self._contents.get(attachment.source, b"")

    @allure_commons.hookimpl
    def report_attached_data(self, body: Any, file_name: str) -> None:
        """Something was attached."""
        self._contents[file_name] = body if isinstance(body, bytes) else str(body).encode("utf-8", "backslashreplace")

    @allure_commons.hookimpl
    def report_attached_file(self, source: Any, file_name: str) -> None:
        """A file was attached; it may be gone when the test has ended."""
        self._contents[file_name] = Path(source).read_bytes()

    @allure_commons.hookimpl
    def report_result(self, result: TestResult) -> None:
        """A test has ended."""
        contents = self._drop_contents([result])
        if self.writer is not None and result.uuid not in self._of_the_run:
            self._write(contents)
            self.writer.report_result(result)

    @allure_commons.hookimpl
    def report_container(self, container: TestResultContainer) -> None:
        """The fixtures of some tests have ended."""
        contents = self._drop_contents([*container.befores, *container.afters])
        container.children = [child for child in container.children if child not in self._of_the_run]
        if self.writer is not None and container.children:
            self._write(contents)
            self.writer.report_container(container)

    @allure_commons.hookimpl
    def report_globals(self, globals_item: Globals) -> None:
        """Something that belongs to no test."""
        contents = {one.source: self._contents.pop(one.source, b"") for one in globals_item.attachments}
        if self.writer is not None:
            self._write(contents)
            self.writer.report_globals(globals_item)

    def _drop_contents(self, items: Sequence[ExecutableItem]) -> dict[str, bytes]:
        sources = [attachment.source for item in items for attachment in _attachments(item)]
        return {source: self._contents.pop(source) for source in sources if source in self._contents}

    def _write(self, contents: dict[str, bytes]) -> None:
        if self.writer is not None:
            for name, content in contents.items():
                self.writer.report_attached_data(content, name)


HELD_BACK = pytest.StashKey[HeldBackResults]()


def folder_of(config: pytest.Config) -> Path | None:
    """The folder that `--alluredir` names, as an absolute path."""
    given = getattr(config.option, _OPTION, None)
    return Path(given).absolute() if given else None


def hold_back(config: pytest.Config) -> None:
    """Hold allure's file writer back until the session ends. Without allure-pytest nothing is collected."""
    if not hasattr(config.option, _OPTION):
        return
    listener = config.pluginmanager.get_plugin(LISTENER)
    writer = _take_writer(config) if listener else None
    if listener is None:
        listener = AllureListener(config)
        config.pluginmanager.register(listener, LISTENER)
        _register(config, listener)
    config.stash[HELD_BACK] = HeldBackResults(listener, writer)
    _register(config, config.stash[HELD_BACK])


def _take_writer(config: pytest.Config) -> ResultWriter | None:
    """Allure's file writer of this session, which is registered last; it is put back for allure-pytest's own end."""
    plugins = allure_commons.plugin_manager
    writers = [plugin for plugin in plugins.get_plugins() if isinstance(plugin, AllureFileLogger)]
    mine = next((writer for writer in writers if writer._report_dir == folder_of(config)), None)
    if mine is not None:
        plugins.unregister(mine)
        config.add_cleanup(lambda: plugins.register(mine))
    return mine


def _register(config: pytest.Config, plugin: object) -> None:
    allure_commons.plugin_manager.register(plugin)
    config.add_cleanup(lambda: allure_commons.plugin_manager.unregister(plugin))


def leave_to_run(config: pytest.Config) -> None:
    """The test that has just run is one of the run: allure-pytest writes no result of it."""
    if (held := config.stash.get(HELD_BACK, None)) and (result := held.current()):
        held.take(result)


def begin_again(config: pytest.Config) -> None:
    """The test that has just run is run again: what it said the first time is forgotten."""
    if (held := config.stash.get(HELD_BACK, None)) and (result := held.current()):
        for said in (result.steps, result.attachments, result.labels, result.links, result.parameters):
            said.clear()


def annotations_of(item: pytest.Item, mask: Mask) -> Annotations | None:
    """What the test that has just run says of itself, without secrets; None where it says nothing."""
    held = item.config.stash.get(HELD_BACK, None)
    result = held.current() if held else None
    if held is None or result is None:
        return None
    reader = _AnnotationReader(held, mask)
    own_parameters = getattr(getattr(item, "callspec", None), "params", {})
    annotations = Annotations(
        title=reader.text(result.name) if result.name != item.name else "",
        description=reader.text(result.description),
        labels=reader.pairs([*_labels(result), *sorted(allure_labels(item))]),
        links=reader.links([*_links(result), *allure_links(item)]),
        parameters=reader.pairs((one.name, one.value) for one in result.parameters if one.name not in own_parameters),
        steps=reader.steps(result),
        attachments=reader.attachments(result),
    )
    return annotations if annotations != Annotations() else None


class _AnnotationReader:
    """Reads allure's model into values of ours; whatever it gives is masked."""

    def __init__(self, held: HeldBackResults, mask: Mask) -> None:
        self.held, self.mask = held, mask

    def text(self, raw: Any) -> str:
        # Words of allure itself are members of an enumeration.
        return "" if raw is None else self.mask.text(str(getattr(raw, "value", raw)))

    def pairs(self, pairs: Any) -> tuple[tuple[str, str], ...]:
        return tuple((self.text(name), self.text(value)) for name, value in pairs)

    def links(self, links: Any) -> tuple[tuple[str, str, str], ...]:
        return tuple((self.text(kind), self.mask.url(str(url)), self.text(name)) for kind, url, name in links)

    def steps(self, item: ExecutableItem) -> tuple[StepAnnotation, ...]:
        return tuple(self._step(step) for step in item.steps)

    def _step(self, step: Any) -> StepAnnotation:
        return StepAnnotation(
            name=self.text(step.name),
            status=self.text(step.status),
            message=self.text(step.statusDetails.message if step.statusDetails else ""),
            start=step.start or 0,
            stop=step.stop or 0,
            parameters=self.pairs((one.name, one.value) for one in step.parameters),
            steps=self.steps(step),
            attachments=self.attachments(step),
        )

    def attachments(self, item: ExecutableItem) -> tuple[AttachedContent, ...]:
        return tuple(self._attachment(attachment) for attachment in item.attachments)

    def _attachment(self, attachment: Attachment) -> AttachedContent:
        content = self.held.content(attachment)
        if len(content) > LARGEST:
            words = f"{len(content):,} bytes were attached; deskcheck keeps attachments of {LARGEST:,} at most.\n"
            return AttachedContent(self.text(attachment.name), "text/plain", "txt", words.encode())
        extension = attachment.source.rpartition(".")[2]
        return AttachedContent(
            self.text(attachment.name), self.text(attachment.type), extension, self.mask.body(content)
        )


def _attachments(item: ExecutableItem) -> Iterator[Attachment]:
    """The attachments of a result or step, with those of its steps."""
    yield from item.attachments
    for step in item.steps:
        yield from _attachments(step)


def _labels(result: TestResult) -> Iterator[tuple[Any, Any]]:
    return ((label.name, label.value) for label in result.labels)


def _links(result: TestResult) -> Iterator[tuple[Any, Any, Any]]:
    return ((link.type, link.url, link.name) for link in result.links)
