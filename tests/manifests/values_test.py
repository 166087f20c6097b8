# SPDX-License-Identifier: Apache-2.0
"""The chart's values: each does what values.yaml says, and what it does not describe is refused."""
import re
import unittest
from typing import Any

import tools
from rendered import CHART, Refused, daemonset, default_values, helm_lint, helm_template, pod_spec

BAD: list[dict[str, Any]] = [
    {"unknown": 1},
    {"image": {"repository": ""}},
    {"image": {"repository": "UPPER/case"}},
    {"image": {"repository": "registry.example/portcullis:tag "}},
    {"image": {"tag": ""}},
    {"image": {"tag": 1}},
    {"image": {"tag": "a b"}},
    {"image": {"digest": "sha256:123"}},
    {"image": {"pullPolicy": "Sometimes"}},
    {"image": {"pullSecrets": ["name"]}},
    {"image": {"name": "portcullis"}},
    {"namespace": {"name": "Upper"}},
    {"namespace": {"name": ""}},
    {"namespace": {"create": "yes"}},
    {"log": {"format": "xml"}},
    {"log": {"level": "trace"}},
    {"log": {"levle": "debug"}},
    {"apiServer": {"host": "https://10.0.0.1"}},
    {"apiServer": {"host": "10.0.0.1:6443"}},
    {"apiServer": {"host": "[fd00::1]"}},
    {"apiServer": {"port": 0}},
    {"apiServer": {"port": "6443"}},
    {"ctMarkMask": "255"},
    {"ctMarkMask": 255},
    {"ctMarkMask": "0x1ff000000"},
    {"port": 65536},
    {"port": "10310"},
    {"runAsRoot": "true"},
    {"priorityClassName": ""},
    {"priorityQuota": 1},
    {"maxUnavailable": 0},
    {"maxUnavailable": "0%"},
    {"maxUnavailable": "101%"},
    {"maxUnavailable": "1"},
    {"resources": {"limits": {"memory": "lots"}}},
    {"resources": {"limit": {"memory": "1Gi"}}},
    {"resources": {"requests": {"storage": "1Gi"}}},
    {"nodeSelector": {"gpu": True}},
    {"tolerations": [{"effect": "Never"}]},
    {"tolerations": [{"operator": "Exist"}]},
    {"tolerations": {"operator": "Exists"}},
    {"podAnnotations": {"number": 1}},
]

GOOD: list[dict[str, Any]] = [
    {"apiServer": {"host": "10.0.0.1", "port": 443}},
    {"apiServer": {"host": "fd00::1"}},
    {"apiServer": {"host": "api.cluster.example"}},
    {"maxUnavailable": "10%"},
    {"maxUnavailable": "100%"},
    {"resources": {"limits": {}, "requests": {"cpu": 1, "memory": "1.5Gi"}}},
    {"image": {"repository": "registry.example:5000/a/b_c/portcullis"}},
    {"global": {"shared": "by a parent chart"}},
]


def container(values: dict[str, Any]) -> dict[str, Any]:
    only: dict[str, Any] = pod_spec(helm_template(values))["containers"][0]
    return only


def environment(values: dict[str, Any]) -> dict[str, Any]:
    return {each["name"]: each["value"] for each in container(values)["env"] if "value" in each}


class Values(unittest.TestCase):
    def test_lint_finds_nothing(self) -> None:
        self.assertIn("0 chart(s) failed", helm_lint())

    def test_bad_ones_are_refused(self) -> None:
        for values in BAD:
            with self.subTest(values), self.assertRaisesRegex(Refused, "specifications of the schema"):
                helm_template(values)

    def test_good_ones_are_not(self) -> None:
        for values in GOOD:
            with self.subTest(values):
                helm_template(values)

    def test_each_is_described(self) -> None:
        """Every group of values.yaml has a comment, above or inside."""
        text = (CHART / "values.yaml").read_text()
        for name in default_values():
            self.assertRegex(text, rf"(?m)^# .*\n{name}:|^{name}:\n(  .*\n)*?  # ", name)

    def test_each_is_in_the_readme(self) -> None:
        text = (CHART / "README.md").read_text()
        for name, value in default_values().items():
            for path in (
                [f"{name}.{key}" for key in value]
                if isinstance(value, dict) and name != "nodeSelector"
                else [name]
            ):
                self.assertRegex(text, rf"\| `{re.escape(path)}` \|", path)

    def test_image(self) -> None:
        digest = "sha256:" + "0" * 64
        self.assertEqual(container({"image": {"tag": "1"}})["image"], "localhost/portcullis:1")
        self.assertEqual(container({"image": {"digest": digest}})["image"], f"localhost/portcullis@{digest}")
        spec = pod_spec(helm_template({"image": {"pullSecrets": [{"name": "mine"}], "pullPolicy": "Always"}}))
        self.assertEqual(spec["imagePullSecrets"], [{"name": "mine"}])
        self.assertEqual(spec["containers"][0]["imagePullPolicy"], "Always")

    def test_environment(self) -> None:
        self.assertEqual(environment({}), {})
        self.assertEqual(environment({"events": False}), {"PORTCULLIS_EVENTS": "false"})
        self.assertEqual(environment({"log": {"level": "debug"}}), {"PORTCULLIS_LOG_LEVEL": "debug"})
        self.assertEqual(environment({"ctMarkMask": "0x00ff0000"}), {"PORTCULLIS_CT_MARK_MASK": "0x00ff0000"})
        self.assertEqual(
            environment({"apiServer": {"host": "fd00::1", "port": 443}}),
            {"KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"},
        )

    def test_without_events_their_right_is_left_out(self) -> None:
        role = helm_template({"events": False})["ClusterRole/portcullis"]
        self.assertNotIn("events.k8s.io", [group for rule in role["rules"] for group in rule["apiGroups"]])

    def test_port_changes_everywhere(self) -> None:
        objects = helm_template({"port": 12345})
        annotations = daemonset(objects)["spec"]["template"]["metadata"]["annotations"]
        self.assertEqual(annotations["prometheus.io/port"], "12345")
        self.assertNotIn("10310", str(objects))
        self.assertEqual(container({"port": 12345})["args"], ["run", "--listen=:12345"])
        self.assertEqual(container({"port": 12345})["ports"][0]["containerPort"], 12345)

    def test_where_pods_run(self) -> None:
        tolerations = [{"key": "gpu", "operator": "Exists", "effect": "NoSchedule"}]
        objects = helm_template(
            {"nodeSelector": {"pool": "a"}, "tolerations": tolerations, "maxUnavailable": "10%"}
        )
        spec = pod_spec(objects)
        self.assertEqual(spec["nodeSelector"], {"kubernetes.io/os": "linux", "pool": "a"})
        self.assertEqual(spec["tolerations"], tolerations)
        self.assertEqual(
            daemonset(objects)["spec"]["updateStrategy"]["rollingUpdate"], {"maxUnavailable": "10%"}
        )

    def test_namespace_may_be_there_already(self) -> None:
        objects = helm_template({"namespace": {"name": "kube-system", "create": False}})
        self.assertFalse([name for name in objects if name.startswith("Namespace/")])
        self.assertEqual(objects["DaemonSet/portcullis"]["metadata"]["namespace"], "kube-system")


if __name__ == "__main__":
    tools.main()
