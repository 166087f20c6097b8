# SPDX-License-Identifier: Apache-2.0
"""The pods' security context is what docs/operations.md promises, field by field, in every variant.

Whole values are compared, so a field that is added fails too.
"""
import unittest
from pathlib import Path

import tools
from rendered import MANIFESTS, Object, kustomize, pod_spec
from same_objects_test import OVERLAYS

CONTAINER: Object = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"], "add": ["NET_ADMIN"]},
}
POD: Object = {
    "runAsNonRoot": True,
    "runAsUser": 65532,
    "runAsGroup": 65532,
    "seccompProfile": {"type": "RuntimeDefault"},
}
ROOT_POD: Object = {**POD, "runAsNonRoot": False, "runAsUser": 0, "runAsGroup": 0}
# What a pod may share with its node, or mount of it: the network, and nothing else.
SHARED = ("hostPID", "hostIPC", "hostUsers", "shareProcessNamespace", "volumes")


def containers(spec: Object) -> list[Object]:
    return [*spec.get("initContainers", []), *spec["containers"]]


class Security(unittest.TestCase):
    def folders(self) -> list[Path]:
        return [MANIFESTS, MANIFESTS / "cleanup", *(MANIFESTS / "overlays" / name for name in OVERLAYS)]

    def test_contexts_are_exactly_these(self) -> None:
        for folder in self.folders():
            spec = pod_spec(kustomize(folder))
            root = folder.name == "root"
            self.assertEqual(spec["securityContext"], ROOT_POD if root else POD, folder)
            for container in containers(spec):
                self.assertEqual(container["securityContext"], CONTAINER, folder)

    def test_the_network_is_all_that_is_shared(self) -> None:
        for folder in self.folders():
            spec = pod_spec(kustomize(folder))
            self.assertTrue(spec["hostNetwork"])
            for field in SHARED:
                self.assertNotIn(field, spec)
            for container in containers(spec):
                self.assertNotIn("volumeMounts", container)

    def test_namespaces_admit_such_pods(self) -> None:
        for folder in self.folders():
            objects = kustomize(folder)
            (namespace,) = [each for each in objects.values() if each["kind"] == "Namespace"]
            for mode in ("enforce", "audit", "warn"):
                self.assertEqual(
                    namespace["metadata"]["labels"][f"pod-security.kubernetes.io/{mode}"], "privileged"
                )

    def test_every_container_has_a_bound_of_memory_and_none_of_cpu(self) -> None:
        for folder in self.folders():
            for container in containers(pod_spec(kustomize(folder))):
                self.assertEqual(set(container["resources"]["requests"]), {"cpu", "memory"})
                self.assertEqual(set(container["resources"]["limits"]), {"memory"})


if __name__ == "__main__":
    tools.main()
