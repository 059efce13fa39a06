"""What a hand-written test says of itself through allure's functions: its title, steps, labels and attachments."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AttachedContent:
    """What a test attached: `content` as it was given, `media_type` as allure calls it, `extension` without a dot."""

    name: str
    media_type: str
    extension: str
    content: bytes


@dataclass(frozen=True, slots=True)
class StepAnnotation:
    """A step of a test. `status` is one of allure's words, `start` and `stop` are milliseconds since the epoch."""

    name: str
    status: str
    message: str = ""
    start: int = 0
    stop: int = 0
    parameters: tuple[tuple[str, str], ...] = ()
    steps: tuple[StepAnnotation, ...] = ()
    attachments: tuple[AttachedContent, ...] = ()


@dataclass(frozen=True, slots=True)
class Annotations:
    """All that one test says of itself; `title` is empty where it goes by its name.

    `labels` and `parameters` are pairs of name and value, `links` triples of type, address and name.
    """

    title: str = ""
    description: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str, str], ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    steps: tuple[StepAnnotation, ...] = ()
    attachments: tuple[AttachedContent, ...] = ()
