# SPDX-License-Identifier: Apache-2.0
"""What the manifests allow is what the program needs, and nothing else.

Kinds and rights are read out of the program's own source: a watch that is added there fails here
until the ClusterRole has it, and a right that nothing needs fails too. That the rights are enough is for
tests/cluster to say, with a real API server.
"""
import re
import unittest

import tools
from rendered import MANIFESTS, Object, kustomize, pod_spec
from same_objects_test import OVERLAYS

KINDS = tools.TREE / "k8s-client/kinds.h"
SOURCES = [
    path
    for folder in ("k8s-client", "controller")
    for path in (tools.TREE / folder).rglob("*")
    if path.suffix in (".h", ".cc")
]
RESOURCE = re.compile(r'inline const Resource<\w+> (k\w+)\{\s*\{((?:\s*"[^"]*",?)+)\s*\}')

RIGHT = re.compile(r'inline const Right (k\w+)\{"([^"]*)", "([^"]*)", \{"(\w+)"\}\}')
# What people run, with rights of their own.
COMMANDS = tools.TREE / "controller/cli"

Right = tuple[str, str, str]  # API group, resource, verb


def resources() -> dict[str, tuple[str, str]]:
    """Of each ResourcePath in the source its API group and its plural, by the name of the constant."""
    found = {}
    for constant, members in RESOURCE.findall(KINDS.read_text()):
        _, plural, *_, path = re.findall(r'"([^"]*)"', members)
        found[constant] = ("" if path.startswith("/api/") else path.split("/")[2], plural)
    return found


def other_rights() -> dict[str, Right]:
    """Of each Right in the source its parts, by the name of the constant."""
    return {name: (group, resource, verb) for name, group, resource, verb in RIGHT.findall(KINDS.read_text())}


def rights_needed() -> set[Right]:
    """A reflector lists, then watches; what else the agent does it names."""
    text = "".join(path.read_text() for path in SOURCES if path != KINDS and COMMANDS not in path.parents)
    used = set(re.findall(r"k8s::(k\w+)", text))
    watched = {
        (*resources()[constant], verb) for constant in used & set(resources()) for verb in ("list", "watch")
    }
    return watched | {right for constant, right in other_rights().items() if constant in used}


def rights_given(role: Object) -> list[Right]:
    return [
        (group, resource, verb)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    ]


class Rights(unittest.TestCase):
    def test_the_source_is_understood(self) -> None:
        """Every path of the API that the program knows is in the table that resources() reads."""
        paths = [path for source in SOURCES for path in re.findall(r'"(/apis?/[^"]*)"', source.read_text())]
        self.assertEqual(len(paths), len(resources()) + len(other_rights()))
        self.assertGreaterEqual(len(resources()), 3)

    def test_the_agent_writes_events_alone(self) -> None:
        verbs = {right for right in rights_needed() if right[2] not in ("list", "watch")}
        self.assertEqual(verbs, {("events.k8s.io", "events", "create")})

    def test_the_role_has_what_the_program_needs_and_nothing_else(self) -> None:
        given = rights_given(kustomize(MANIFESTS)["ClusterRole/portcullis"])
        self.assertEqual(set(given), rights_needed())
        self.assertEqual(len(given), len(set(given)))

    def test_no_rule_has_another_scope(self) -> None:
        for rule in kustomize(MANIFESTS)["ClusterRole/portcullis"]["rules"]:
            self.assertEqual(set(rule), {"apiGroups", "resources", "verbs"})

    def test_no_variant_has_more(self) -> None:
        base = kustomize(MANIFESTS)
        about_rights = ("ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding")
        for overlay in OVERLAYS:
            objects = kustomize(MANIFESTS / "overlays" / overlay)
            for name in set(base) | set(objects):
                if name.split("/")[0] in about_rights:
                    self.assertEqual(objects.get(name), base.get(name), overlay)

    def test_only_the_controller_gets_a_token(self) -> None:
        objects = kustomize(MANIFESTS)
        self.assertFalse(objects["ServiceAccount/portcullis"]["automountServiceAccountToken"])
        self.assertTrue(pod_spec(objects)["automountServiceAccountToken"])
        cleanup = kustomize(MANIFESTS / "cleanup")
        self.assertEqual({name.split("/")[0] for name in cleanup}, {"Namespace", "DaemonSet"})
        self.assertFalse(pod_spec(cleanup)["automountServiceAccountToken"])
        self.assertNotIn("serviceAccountName", pod_spec(cleanup))


if __name__ == "__main__":
    tools.main()
