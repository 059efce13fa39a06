"""What shows again each time is the server's; what does not is the network's, and what came instead counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import httpx
import pytest

from harness.errors import UnfinishedError
from harness.exchange import Exchange, Request, Response
from harness.execution.reproduce import (
    TRIES,
    Attempt,
    read_until_certain,
    reason_to_doubt,
    send_until_certain,
    unanswered_attempt,
)
from harness.finding import Finding
from harness.planning import forecast

KEY = "zendesk:ListGroups"


def answered(status: int, *checks: str) -> Attempt:
    """An answer of which some checks tell."""
    exchange = Exchange(Request("GET", "http://org.example/api/v2/groups"), Response(status))
    return Attempt(
        exchange, tuple(Finding(KEY, check, status, "", check, check, exchange=exchange) for check in checks)
    )


def lost(attempt: int = 1) -> Attempt:
    """No answer; the retry layer had sent the request so often."""
    request = httpx.Request("GET", "http://org.example", extensions={"attempt": attempt})
    return unanswered_attempt(KEY, httpx.ReadError("reset", request=request), Request("GET", "https://acme.example/"))


SOUND, BUSY, HALF = answered(200), answered(503, "server_error", "media_type"), answered(200, "json")


class Network:
    """Gives one attempt after the other, the last of them for ever."""

    def __init__(self, *attempts: Attempt) -> None:
        self.rest, self.sent, self.slept = list(attempts), 0, 0.0

    def __call__(self) -> Attempt:
        self.sent += 1
        return self.rest.pop(0) if len(self.rest) > 1 else self.rest[0]

    def sleep(self, seconds: float) -> None:
        self.slept += seconds


def result_of(network: Network, known: Iterable[object] = (), alive: Callable[[Attempt], None] = lambda one: None):
    return send_until_certain(network, set(known), alive, network.sleep)


@pytest.mark.parametrize("attempt", [SOUND, answered(404), answered(200, "body"), answered(200, "undocumented_field")])
def test_an_answer_that_only_the_org_can_have_given_is_asked_for_once(attempt: Attempt) -> None:
    network = Network(attempt)
    assert result_of(network).attempt == attempt
    assert network.sent == 1


@pytest.mark.parametrize("spoilt", [lost(), BUSY, HALF, answered(299, "status"), answered(200, "headers")])
@pytest.mark.parametrize("times", [1, 2, TRIES - 1])
def test_a_fault_that_does_not_show_again_is_counted_and_no_finding(spoilt: Attempt, times: int) -> None:
    found = result_of(Network(*[spoilt] * times, SOUND))
    assert found.attempt is not None
    assert found.attempt.findings == ()
    assert found.lost.total() == times


@pytest.mark.parametrize("broken", [BUSY, HALF, answered(299, "status", "negative_data_rejection")])
def test_a_fault_that_shows_each_time_is_a_finding_with_all_that_it_says(broken: Attempt) -> None:
    network = Network(broken)
    found = result_of(network)
    assert found.attempt is not None
    assert found.attempt.findings == broken.findings
    assert network.sent == TRIES
    assert not found.lost


def test_faults_that_differ_each_time_say_nothing() -> None:
    found = result_of(Network(lost(), BUSY, HALF))
    assert found.attempt is None
    assert found.lost == {"ReadError": 1, "HTTP 503": 1, "HTTP 200": TRIES - 2}


def test_of_a_fault_only_what_shows_each_time_is_told() -> None:
    found = result_of(Network(answered(503, "server_error", "headers"), answered(503, "server_error")))
    assert found.attempt is not None
    assert [one.check for one in found.attempt.findings] == ["server_error"]


def test_what_is_confirmed_once_need_not_show_again() -> None:
    network = Network(BUSY)
    assert result_of(network, BUSY.doubts).attempt == BUSY
    assert network.sent == 1


def test_a_probe_that_was_answered_is_in_doubt_by_itself() -> None:
    """A proxy that answers the probe without credentials with 299 is no org that asks for none."""
    assert result_of(Network(answered(200, "ignored_auth"), SOUND)).attempt == SOUND


def test_an_org_that_answers_nothing_is_no_finding() -> None:
    def dead(attempt: Attempt) -> None:
        raise UnfinishedError("an outage")

    with pytest.raises(UnfinishedError):
        result_of(Network(lost()), alive=dead)


def test_an_outage_that_ends_while_one_asks_is_no_finding() -> None:
    network = Network(*[lost()] * TRIES, SOUND)
    found = result_of(network)
    assert found.attempt == SOUND
    assert found.lost == {"ReadError": TRIES}


def test_what_gets_no_answer_while_others_do_is_a_finding() -> None:
    asked: list[Attempt] = []
    found = result_of(Network(lost()), alive=asked.append)
    assert len(asked) == 1
    assert found.attempt is not None
    assert [one.check for one in found.attempt.findings] == ["answer"]


def test_a_lost_request_waits_before_it_is_sent_again() -> None:
    network = Network(lost(), SOUND)
    result_of(network)
    assert network.slept > 0


def test_attempts_of_the_retry_layer_count() -> None:
    network = Network(lost(attempt=3))
    result_of(network)
    assert network.sent == 3, "twice three attempts, and one more after the org answered another"


def test_a_repeated_answer_counts_as_often_as_it_came() -> None:
    """An org that asks to be left alone for a while is asked three times for each answer that is passed on."""
    network = Network(replace(BUSY, sent=3))
    assert result_of(network).attempt is not None
    assert network.sent == 2


@pytest.mark.parametrize(("answer", "doubtful"), [
    (Response(200, body=b"{}"), False), (Response(204), False), (Response(404, body=b'{"error": 1}'), False),
    (Response(429), False), (Response(500), True), (Response(299), True), (Response(599), True), (Response(999), True),
    (Response(200, body=b'{"a": '), True), (Response(200, body=b"<html>"), True),
])  # fmt: skip
def test_without_a_document_a_failure_and_half_a_body_are_doubtful(answer: Response, doubtful: bool) -> None:
    assert bool(reason_to_doubt(answer)) is doubtful


ROWS = Response(200, body=b'{"rows": []}')


def asked(*answers: Response | None) -> tuple[Response | None, int]:
    """What a read comes to with these answers in turn, the last one for ever; how often it was sent."""
    sent: list[Response | None] = []

    def ask() -> Response | None:
        sent.append(answers[min(len(sent), len(answers) - 1)])
        return sent[-1]

    return read_until_certain(ask), len(sent)


@pytest.mark.parametrize("first", [Response(503), Response(299), Response(200), Response(200, body=b'{"ro')])
def test_a_read_is_sent_again_while_a_proxy_may_have_answered_it(first: Response) -> None:
    assert asked(first, first, ROWS) == (ROWS, 3)
    assert asked(first) == (first, TRIES)


@pytest.mark.parametrize("first", [ROWS, Response(204), Response(404), None])
def test_a_read_whose_answer_is_the_servers_own_is_sent_once(first: Response | None) -> None:
    """So is one without an answer: the retry layer sent it more than once."""
    assert asked(first) == (first, 1)


@pytest.mark.parametrize("repeats", range(TRIES - 1))
def test_without_enough_repeats_a_doubt_counts_for_nothing(repeats: int) -> None:
    sent: list[Attempt] = []

    def send() -> Attempt:
        sent.append(lost())
        return sent[-1]

    left = iter([True] * repeats)
    result = send_until_certain(send, sleep=lambda seconds: None, may_repeat=lambda: next(left, False))
    assert result.attempt is None
    assert len(result.dropped) == len(sent) == 1 + repeats


def test_the_forecast_has_the_repeats_that_show_one_fault() -> None:
    assert forecast.REPEATS == TRIES - 1
