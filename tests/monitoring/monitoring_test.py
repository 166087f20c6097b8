# SPDX-License-Identifier: Apache-2.0
"""Dashboard and alert rules without a running Prometheus: promtool reads every query, each alert fires when it should,
and nothing asks for a metric that the source does not describe.

    monitoring_test.py
"""
import json
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any, Iterator

import yaml  # type: ignore[import]

import copies

TREE = Path(__file__).resolve().parents[2]
MONITORING = TREE / "manifests/components/monitoring"
ALERTS = MONITORING / "alerts.yaml"
DASHBOARD = MONITORING / "dashboard.json"
OF_PROMETHEUS = {"up", "process_cpu_seconds_total", "process_resident_memory_bytes"}


def dashboard() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(DASHBOARD.read_text())
    return read


def panels() -> list[dict[str, Any]]:
    return [panel for panel in dashboard()["panels"] if panel["type"] != "row"]


def queries() -> Iterator[tuple[str, str]]:
    """Panel and query, as Grafana sends it when all nodes are chosen."""
    for panel in panels():
        for target in panel["targets"]:
            yield panel["title"], target["expr"].replace("$instance", ".*").replace("$__rate_interval", "5m")


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(ALERTS.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def described() -> set[str]:
    """The metrics that the source describes, and what a histogram's become."""
    source = "".join(path.read_text() for path in sorted(TREE.glob("controller/metrics*/*.cc")))
    source += "".join(path.read_text() for path in sorted(TREE.glob("controller/metrics.cc")))
    names = set(re.findall(r'"(portcullis_[a-z_]+)"', source))
    return names | {name + "_bucket" for name in names if name.endswith("_seconds")} | OF_PROMETHEUS


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False)


class Monitoring(unittest.TestCase):
    def ends_well(self, *arguments: str) -> None:
        done = promtool(*arguments)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_copies_are_equal(self) -> None:
        self.assertEqual(copies.unequal(), [], "tests/monitoring/copies.py --update")

    def test_prometheus_reads_the_alerts(self) -> None:
        self.ends_well("check", "rules", str(ALERTS))

    def test_each_alert_fires_when_it_should(self) -> None:
        text = (Path(__file__).parent / "alerts_test.yaml").read_text()
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(text.replace("[ALERTS]", f"[{ALERTS}]"))
            file.flush()
            self.ends_well("test", "rules", file.name)
        for rule in rules():
            self.assertIn(f'alertname="{rule["alert"]}", alertstate="firing"', text)

    def test_prometheus_reads_every_query_of_the_dashboard(self) -> None:
        each = [{"record": f"query:{i}", "expr": expr} for i, (_, expr) in enumerate(queries())]
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            yaml.safe_dump({"groups": [{"name": "dashboard", "rules": each}]}, file)
            file.flush()
            self.ends_well("check", "rules", file.name)

    def test_every_metric_that_is_asked_for_is_described(self) -> None:
        asked = [expr for _, expr in queries()] + [rule["expr"] for rule in rules()]
        names = set(re.findall(r"\b(?:portcullis|process)_[a-z_]+|\bup\b", " ".join(asked)))
        self.assertLessEqual(names, described())

    def test_alerts_say_what_to_do_and_where_to_read(self) -> None:
        for rule in rules():
            with self.subTest(rule["alert"]):
                self.assertIn(rule["labels"]["severity"], ("warning", "critical"))
                self.assertGreater(len(rule["annotations"]["summary"]), 80)
                self.assertTrue((TREE / rule["annotations"]["docs"]).exists())

    def test_panels_explain_themselves_and_do_not_overlap(self) -> None:
        taken: set[tuple[int, int]] = set()
        ids = [panel["id"] for panel in dashboard()["panels"]]
        self.assertEqual(len(ids), len(set(ids)))
        for panel in dashboard()["panels"]:
            place = panel["gridPos"]
            cells = {
                (x, y)
                for x in range(place["x"], place["x"] + place["w"])
                for y in range(place["y"], place["y"] + place["h"])
            }
            self.assertFalse(cells & taken, panel["title"])
            self.assertLessEqual(place["x"] + place["w"], 24)
            taken |= cells
        for panel in panels():
            self.assertGreater(len(panel["description"]), 10, panel["title"])


if __name__ == "__main__":
    if not shutil.which("promtool"):
        print("skipped: promtool is not installed; tools/install-deps.sh people")
        sys.exit(77)
    unittest.main()
