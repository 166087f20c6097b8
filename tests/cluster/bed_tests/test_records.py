# SPDX-License-Identifier: Apache-2.0
"""How the suites' own output becomes records, and records the page. The page of the tree is checked here too,
so that nobody writes a better result into it by hand.
"""

import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

from bed import cyclonus, netpol, records, report
from bed.plan import Plan
from bed.records import Controller, Outcome, Record, Result


def spec(name: str, state: str, message: str = "") -> dict[str, Any]:
    return {"LeafNodeText": name, "State": state, **({"Failure": {"Message": message}} if message else {})}


def case(number: int, passed: bool) -> dict[str, Any]:
    cells = [] if passed else ["step 1: x/a to x/b TCP/80 is allowed"]
    return {"number": number, "description": f"case {number}", "passed": passed, "wrong_cells": cells}


def record(result: Result, controller: Controller = Controller("abc", "sha256:1")) -> Record:
    return Record(result, controller, "1.34.4", "dual", "bridge", "iptables", "2026-11-25 21:00 UTC", 61)


class Netpol(unittest.TestCase):
    def test_counts_what_was_asked_for(self) -> None:
        specs = [
            spec("a", "passed"),
            spec("b", "failed", "no\nmore"),
            spec("c", "skipped", "no SCTP"),
            spec("not in focus", "skipped"),
        ]
        result = netpol.read(specs, 1, Plan(), [])
        self.assertEqual((result.passed, result.selection), (1, "all"))
        self.assertEqual(result.failed, [Outcome("b", "no")])
        self.assertEqual(result.skipped, [Outcome("c", "no SCTP")])

    def test_a_suite_that_ends_badly_has_failed(self) -> None:
        self.assertEqual(len(netpol.read([], 1, Plan(), []).failed), 1)

    def test_a_focus_makes_it_a_sample(self) -> None:
        self.assertEqual(netpol.read([], 1, Plan(), ["--procs=2", "--focus=SCTP"]).selection, "--focus=SCTP")


class Cyclonus(unittest.TestCase):
    def test_a_case_counts_by_its_second_run(self) -> None:
        cases = cyclonus.merge(
            [case(1, True), case(2, False), case(3, False)], [case(2, True), case(3, False)]
        )
        result = cyclonus.read(cases, 1, "all", "ipv4")
        self.assertEqual((result.passed, result.again), (2, 1))
        self.assertEqual([one.name for one in result.failed], ["3: case 3"])

    def test_no_results_at_all_is_a_failure(self) -> None:
        self.assertEqual(len(cyclonus.read([], 2, "all", "ipv4").failed), 1)


class Records(unittest.TestCase):
    def test_what_is_saved_is_loaded(self) -> None:
        saved = record(
            Result("netpol", "1.34.4", "all", "ipv4", 49, [Outcome("a", "b")], [Outcome("c", "d")])
        )
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(records.load(saved.save(Path(folder))).result.failed, saved.result.failed)

    def test_modes_have_records_of_their_own(self) -> None:
        names = {
            record(Result("cyclonus", "0.5.6", selection, probes, 1), controller).file_name()
            for selection in ("all", "1-9")
            for probes in ("ipv4", "ipv6")
            for controller in (Controller(), Controller("abc"))
        }
        self.assertEqual(len(names), 8)


class Report(unittest.TestCase):
    def test_names_what_failed(self) -> None:
        page = report.render(
            [record(Result("netpol", "1.34.4", "all", "ipv4", 49, [Outcome("named ports", "wrong cell")]))]
        )
        self.assertIn("failed named ports: wrong cell", page)
        self.assertIn("| **49** | 1 | 0 | 1:01 |", page)
        self.assertNotIn("Without any controller", page)

    def test_shows_that_the_suites_bite(self) -> None:
        page = report.render(
            [record(Result("netpol", "1.34.4", "all", "ipv4", 0, [Outcome("x", "y")]), Controller())]
        )
        self.assertIn("## Without any controller", page)

    def test_the_page_of_the_tree_is_what_its_records_give(self) -> None:
        self.assertTrue(report.check_page(), "run tests/cluster/cluster report")

    def test_records_of_the_tree_are_named_as_they_would_be_saved(self) -> None:
        for path in report.KEPT.glob("*.json"):
            self.assertEqual(records.load(path).file_name(), path.name)
            json.loads(path.read_text())


if __name__ == "__main__":
    unittest.main()
