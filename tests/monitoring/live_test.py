# SPDX-License-Identifier: Apache-2.0
"""Dashboard and alerts against a real Prometheus that scrapes real nodes: `portcullis-demo` runs the program on two nodes with
allowed and denied traffic, Debian's Prometheus runs in the first node's namespace, and every query has to bring data.

    live_test.py FOLDER        that of portcullis-demo and portcullis; needs root
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any, Callable

from monitoring_test import ALERTS, queries, rules

FOLDER = Path(sys.argv.pop(1)).resolve() if len(sys.argv) > 1 else Path("build/test")
DEMO = FOLDER / "portcullis-demo"
NODES = ("pcd-node1", "pcd-node2")
PORT = 10310
PROMETHEUS = "http://127.0.0.1:9090"
PATIENCE = 300.0  # seconds, for a machine that does much else
# What cannot happen in the demo; alerts_test.yaml and promtool stand for them.
WITHOUT_DATA = {"Would be denied (audit mode)", "Kernel errors"}


def in_node(node: str, *command: str) -> str:
    done = subprocess.run(["ip", "netns", "exec", node, *command], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


def fetch(node: str, url: str) -> str:
    program = "import sys, urllib.request as r; print(r.urlopen(sys.argv[1], timeout=10).read().decode(), end='')"
    return in_node(node, "/usr/bin/python3", "-c", program, url)


def wait_until(what: str, holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"{what} does not come"
        time.sleep(0.2)


def address_of(node: str) -> str:
    """One that the other node reaches: the one it has towards its default route."""
    addresses = json.loads(in_node(node, "ip", "-json", "-4", "addr", "show", "scope", "global"))
    return next(
        str(info["local"])
        for link in addresses
        for info in link["addr_info"]
        if not info["local"].startswith("10.244.")
    )


class Live(unittest.TestCase):
    demo: "subprocess.Popen[bytes]"
    prometheus: "subprocess.Popen[bytes]"
    folder: Path

    @classmethod
    def setUpClass(cls) -> None:
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = Path(temporary.name)
        environment = {**os.environ, "PORTCULLIS_LISTEN": f":{PORT}"}
        with open(cls.folder / "demo.log", "wb") as log:
            cls.demo = subprocess.Popen([str(DEMO), "--keep"], stdout=log, stderr=log, env=environment)
        cls.addClassCleanup(lambda: subprocess.run([str(DEMO), "--down"], stdout=subprocess.DEVNULL, check=False))
        for node in NODES:
            wait_until(node, lambda: bool(fetch(node, f"http://127.0.0.1:{PORT}/metrics")))
        cls.start_prometheus()
        cls.demo.wait(PATIENCE)
        time.sleep(3)  # Two scrapes more.

    @classmethod
    def start_prometheus(cls) -> None:
        config = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(ALERTS)],
            "scrape_configs": [
                {"job_name": "portcullis", "static_configs": [{"targets": [f"{address_of(n)}:{PORT}" for n in NODES]}]}
            ],
        }
        (cls.folder / "prometheus.yaml").write_text(json.dumps(config))  # JSON is YAML
        command = ["ip", "netns", "exec", NODES[0], "prometheus", f"--config.file={cls.folder}/prometheus.yaml"]
        command += [f"--storage.tsdb.path={cls.folder}/data", "--web.listen-address=127.0.0.1:9090"]
        with open(cls.folder / "prometheus.log", "wb") as log:
            cls.prometheus = subprocess.Popen(command, stdout=log, stderr=log)
        cls.addClassCleanup(cls.prometheus.wait)
        cls.addClassCleanup(cls.prometheus.terminate)
        wait_until("Prometheus", lambda: bool(fetch(NODES[0], f"{PROMETHEUS}/-/ready")))

    def ask(self, query: str) -> list[Any]:
        text = in_node(NODES[0], "promtool", "query", "instant", "-o", "json", PROMETHEUS, query)
        self.assertNotEqual(text, "", query)
        answer: list[Any] = json.loads(text) or []
        return answer

    def test_the_demo_went_well(self) -> None:
        self.assertEqual(self.demo.returncode, 0, (self.folder / "demo.log").read_text()[-2000:])

    def test_both_nodes_are_scraped(self) -> None:
        self.assertEqual([each["value"][1] for each in self.ask("up")], ["1", "1"])

    def test_every_panel_has_data(self) -> None:
        for title, query in queries():
            with self.subTest(title, query=query):
                data = self.ask(query)
                if title not in WITHOUT_DATA:
                    self.assertTrue(data)
                    self.assertNotIn("NaN", [each["value"][1] for each in data])

    def test_denied_packets_are_counted_by_policy(self) -> None:
        denied = self.ask('sum by (policy) (portcullis_policy_packets_total{verdict="denied"}) > 0')
        self.assertIn("default-deny-all", {each["metric"]["policy"] for each in denied})

    def test_every_alert_is_evaluated(self) -> None:
        groups = json.loads(fetch(NODES[0], f"{PROMETHEUS}/api/v1/rules"))["data"]["groups"]
        health = {rule["name"]: rule["health"] for group in groups for rule in group["rules"]}
        self.assertEqual(health, {rule["alert"]: "ok" for rule in rules()})

    def test_the_text_is_clean(self) -> None:
        text = fetch(NODES[0], f"http://127.0.0.1:{PORT}/metrics")
        done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))


if __name__ == "__main__":
    missing = [each for each in ("prometheus", "promtool", "ip") if not shutil.which(each)]
    if missing or os.geteuid() != 0:
        print("skipped: needs root and", ", ".join(missing or ["nothing else"]) + "; tools/install-deps.sh people")
        sys.exit(77)
    unittest.main()
