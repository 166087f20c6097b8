# SPDX-License-Identifier: Apache-2.0
"""Addresses, names, images and processes of the test bed, as far as they need neither root nor a cluster."""

import io
import os
import signal
import subprocess
import tarfile
import tempfile
import unittest
from pathlib import Path

from bed.archive import Image, write_archive
from bed.paths import Paths
from bed.plan import Plan
from bed.processes import MARK, end, is_marked, started
from bed.shell import BedError, run, wait_until
from bed.teardown import container_in


class Plans(unittest.TestCase):
    def test_a_family_has_its_addresses_alone(self) -> None:
        self.assertEqual(Plan(nodes=1, family="ipv6").node_addresses(1), ["fd31::b"])
        self.assertEqual(Plan(nodes=1, family="ipv4").node_pods(1), ["10.244.1.0/24"])
        self.assertEqual(len(Plan(family="dual").services), 2)

    def test_an_ipv6_address_has_brackets_in_a_url(self) -> None:
        self.assertEqual(Plan(family="ipv6").api_url, "https://[fd31::1]:6443")

    def test_what_cannot_be_is_refused(self) -> None:
        self.assertRaises(BedError, Plan, nodes=3)
        self.assertRaises(BedError, Plan, family="ipv5")

    def test_what_is_saved_is_loaded(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            plan = Plan(nodes=2, cni="ptp")
            plan.save(Path(folder) / "plan.json")
            self.assertEqual(Plan.load(Path(folder) / "plan.json"), plan)
            self.assertRaises(BedError, Plan.load, Path(folder) / "none.json")


class Names(unittest.TestCase):
    def test_a_name_must_not_leave_its_folder(self) -> None:
        for name in ("", "../x", "a/b", "A", "averyverylongname"):
            self.assertRaises(BedError, Paths, name)


class Archives(unittest.TestCase):
    def test_files_and_links_are_in_the_layer(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            image = Image(["localhost/x:1"], ["/sh"], {"sh": Path("/bin/sh")}, {"bin/ls": "/sh"})
            with tarfile.open(write_archive(image, Path(folder) / "x.tar")) as outer:
                layer = outer.extractfile("layer.tar")
                assert layer is not None
                with tarfile.open(fileobj=io.BytesIO(layer.read())) as inner:
                    self.assertEqual(inner.getmember("sh").mode, 0o755)
                    self.assertEqual(inner.getmember("bin/ls").linkname, "/sh")


class Processes(unittest.TestCase):
    def setUp(self) -> None:
        self.state = Path("/nowhere/test-bed")
        self.child = subprocess.Popen(
            ["sleep", "60"], env={MARK: str(self.state), "PATH": os.environ["PATH"]}
        )

    def tearDown(self) -> None:
        self.child.kill()
        self.child.wait()

    def test_a_child_is_known_by_its_mark(self) -> None:
        wait_until("the mark", lambda: is_marked(self.child.pid, self.state), 5)
        self.assertFalse(is_marked(self.child.pid, Path("/nowhere/other")))

    def test_a_zombie_counts_as_ended(self) -> None:
        self.assertTrue(started(self.child.pid))
        self.child.kill()
        wait_until("the end", lambda: not started(self.child.pid), 5)

    def test_only_what_is_ours_is_ended(self) -> None:
        end(self.child.pid, signal.SIGKILL, 1, lambda: False)
        self.assertTrue(started(self.child.pid))
        end(self.child.pid, signal.SIGTERM, 5, lambda: True)
        self.assertFalse(started(self.child.pid))


class Containers(unittest.TestCase):
    def test_a_cgroup_of_either_version_names_the_container(self) -> None:
        self.assertEqual(container_in("9:name=systemd:/k8s.io/4f\n0::/k8s.io/4f\n"), "4f")
        self.assertEqual(container_in("0::/k8s.io/4f/inner\n"), "4f")

    def test_other_processes_are_in_none(self) -> None:
        for cgroups in ("0::/\n", "8:pids:/default/4f\n", "0::/system.slice/k8s.io/4f\n", ""):
            self.assertEqual(container_in(cgroups), "")


class Commands(unittest.TestCase):
    def test_a_failure_says_what_the_program_said(self) -> None:
        with self.assertRaisesRegex(BedError, "exit status 3\nwhy"):
            run(["sh", "-c", "echo why; exit 3"])

    def test_waiting_ends(self) -> None:
        with self.assertRaisesRegex(BedError, "gave up waiting 0 s for nothing; look there"):
            wait_until("nothing", lambda: False, 0, "look there")


if __name__ == "__main__":
    unittest.main()
