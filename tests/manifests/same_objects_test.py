# SPDX-License-Identifier: Apache-2.0
"""The chart and the kustomizations make the same objects: by default, for each overlay, for several at once.

So whatever another test says of the one holds for the other.
"""
import os
import tempfile
import unittest
from pathlib import Path
from typing import Any

import tools
from rendered import MANIFESTS, Objects, helm_template, kustomize

# The values that make of the chart what each overlay makes of the base.
OVERLAYS: dict[str, dict[str, Any]] = {
    "json-logs": {"log": {"format": "json"}},
    "root": {"runAsRoot": True},
    "api-server-address": {"apiServer": {"host": "192.0.2.1"}},
    "priority-quota": {"priorityQuota": True},
    "monitoring": {"monitoring": True},
}


def own_kustomization(components: list[str], more: str) -> Objects:
    """A kustomization as a user makes it, outside of the tree: docs/operations.md."""
    with tempfile.TemporaryDirectory() as folder:
        manifests = os.path.relpath(MANIFESTS, os.path.realpath(folder))
        lines = [
            "resources:",
            f"- {manifests}",
            "components:",
            *(f"- {manifests}/components/{c}" for c in components),
            more,
        ]
        Path(folder, "kustomization.yaml").write_text("\n".join(lines))
        return kustomize(Path(folder))


class SameObjects(unittest.TestCase):
    maxDiff = None

    def test_by_default(self) -> None:
        self.assertEqual(helm_template({}), kustomize(MANIFESTS))

    def test_whatever_the_release_is_called(self) -> None:
        self.assertEqual(helm_template({}, release="other"), kustomize(MANIFESTS))

    def test_for_each_overlay(self) -> None:
        for overlay, values in OVERLAYS.items():
            with self.subTest(overlay):
                objects = kustomize(MANIFESTS / "overlays" / overlay)
                self.assertEqual(helm_template(values), objects)
                self.assertNotEqual(objects, kustomize(MANIFESTS))

    def test_no_overlay_is_left_out(self) -> None:
        for folder in ("overlays", "components"):
            self.assertEqual({path.name for path in (MANIFESTS / folder).iterdir()}, set(OVERLAYS))

    def test_for_all_components_and_another_image(self) -> None:
        values: dict[str, Any] = {
            "image": {"repository": "registry.example:5000/net/portcullis", "tag": "1.2.3"}
        }
        for each in OVERLAYS.values():
            values.update(each)
        new = "newName: registry.example:5000/net/portcullis, newTag: 1.2.3"
        image = f"images: [{{name: localhost/portcullis, {new}}}]"
        self.assertEqual(helm_template(values), own_kustomization(list(OVERLAYS), image))

    def test_for_another_namespace(self) -> None:
        values = {"namespace": {"name": "net"}, "priorityQuota": True}
        self.assertEqual(helm_template(values), own_kustomization(["priority-quota"], "namespace: net"))

    def test_cleanup_runs_the_same_image_with_the_same_rights(self) -> None:
        controller, cleanup = kustomize(MANIFESTS), kustomize(MANIFESTS / "cleanup")
        (container,) = controller["DaemonSet/portcullis"]["spec"]["template"]["spec"]["containers"]
        spec = cleanup["DaemonSet/portcullis-cleanup"]["spec"]["template"]["spec"]
        for each in spec["initContainers"] + spec["containers"]:
            for field in ("image", "imagePullPolicy", "securityContext"):
                self.assertEqual(each[field], container[field])


if __name__ == "__main__":
    tools.main()
