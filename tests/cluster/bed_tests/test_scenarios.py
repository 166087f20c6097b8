# SPDX-License-Identifier: Apache-2.0
"""What the scenarios' runner calls a pass, and what the page says of it. No cluster is needed."""

import json
import tempfile
import unittest
from dataclasses import asdict
from pathlib import Path

from scenarios import page, runner
from scenarios.latency import percentile
from scenarios.probing import FlowResult, Result
from scenarios.runner import Outcome


def flow(name: str, judged: int = 1000, excused: int = 0, wrong: int = 0, ended: str = "") -> FlowResult:
    return FlowResult(name, name == "control", judged, judged, judged, excused, wrong, ended)


def judged(*flows: FlowResult, wrong: list[tuple[str, str, int]] | None = None) -> Outcome:
    outcome = Outcome("example", "an example")
    runner.judge(Result(list(flows), wrong or []), outcome, 0)
    return outcome


class Judging(unittest.TestCase):
    def test_nothing_wrong_passes(self) -> None:
        self.assertEqual(judged(flow("a"), flow("control")).faults, [])

    def test_one_wrong_beat_fails_and_is_named(self) -> None:
        outcome = judged(flow("a", wrong=1), wrong=[("a", "passed", 2_500_000_000)])
        self.assertEqual(outcome.faults, ["a: 1 passed, at 2.500 s"])

    def test_what_a_control_lost_is_counted_but_no_fault(self) -> None:
        outcome = judged(flow("a"), flow("control", wrong=3), wrong=[("control", "lost", 1)] * 3)
        self.assertEqual((outcome.faults, outcome.controls_lost, outcome.wrong), ([], 3, 0))

    def test_a_run_with_few_judged_beats_shows_nothing(self) -> None:
        self.assertIn("only 10 probes were judged", judged(flow("a", judged=10)).faults)

    def test_the_probes_of_a_short_scenario_go_on_until_they_are_enough(self) -> None:
        reports = iter([Result([flow("a", judged=count)]) for count in (10, 499, 500, 501)])
        self.assertEqual(runner.enough(lambda: next(reports)).total("judged"), 500)

    def test_they_do_not_go_on_for_ever(self) -> None:
        few = runner.enough(lambda: Result([flow("a", judged=10)]), longest=0.3)
        self.assertEqual(few.total("judged"), 10)

    def test_many_excused_beats_fail(self) -> None:
        self.assertEqual(judged(flow("a", excused=1)).faults, [])
        self.assertEqual(len(judged(flow("a", excused=2)).faults), 1)

    def test_an_established_flow_that_ended_fails(self) -> None:
        self.assertEqual(
            judged(flow("a", ended="closed by the server")).faults, ["a ended: closed by the server"]
        )


class Page(unittest.TestCase):
    def test_shows_what_was_recorded(self) -> None:
        one = Outcome("latency", "how long it takes", 9.6, 2, 20, 10, 1, faults=["a: 1 lost, at 2.500 s"])
        one.figures = {"created": {"changes": 60, "p50_ms": 4.8, "p99_ms": 25.2, "max_ms": 30.0}}
        record = {
            "date": "2026-11-25",
            "controller": {"commit": "abc1234", "image": "sha256:0"},
            "plan": {"kubernetes": "1.34.4", "family": "dual", "cni": "ptp", "proxy": "nftables"},
            "scenarios": [asdict(one)],
        }
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "record.json"
            path.write_text(json.dumps(record))
            self.assertTrue(page.is_record(path))
            self.assertEqual(page.file_name(path), "1.34.4-dual-ptp-nftables.json")
            text = page.render(Path(folder))
            path.write_text(json.dumps({**record, "load": 16.6}))
            self.assertIn("meanwhile is in it (load 17):", page.render(Path(folder)))
        self.assertIn("meanwhile is in it:", text)
        self.assertIn("controller abc1234: 0 passed, 1 failed; 20 probes, **1 wrong**", text)
        self.assertIn("| latency | how long it takes | 2 | 20 | 10 | 1 | 0 | 10 s |", text)
        self.assertIn("- latency: a: 1 lost, at 2.500 s", text)
        self.assertIn("| created | 60 | 4.8 ms | 25.2 ms | 30.0 ms |", text)

    def test_is_empty_without_records(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(page.render(Path(folder)), "")


class Percentiles(unittest.TestCase):
    def test_are_the_nearest_rank(self) -> None:
        values = [float(number) for number in range(1, 101)]
        self.assertEqual(
            (percentile(values, 50), percentile(values, 99), percentile([7.0], 99)), (50.0, 99.0, 7.0)
        )


if __name__ == "__main__":
    unittest.main()
