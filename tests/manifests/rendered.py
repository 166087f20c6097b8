# SPDX-License-Identifier: Apache-2.0
"""Renders kustomizations and the chart to objects that can be compared. Knows nothing of what they should be.

The only file here that knows YAML.
"""
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import]

import tools

MANIFESTS = tools.TREE / "manifests"
CHART = MANIFESTS / "helm/portcullis"
HELMS_OWN_LABELS = ("app.kubernetes.io/managed-by", "helm.sh/chart")

Object = dict[str, Any]
Objects = dict[str, Object]  # by "Kind/name"


class Refused(Exception):
    """The program did not render; its message."""


def kustomize(folder: Path) -> Objects:
    return _objects(_run([str(tools.kubectl()), "kustomize", str(folder)]))


def helm_template(values: Mapping[str, Any], release: str = "portcullis") -> Objects:
    """What `helm install` would send for these values, without the labels that helm asks charts to have."""
    text = _run([str(tools.helm()), "template", release, str(CHART), "--values", "-"], json.dumps(values))
    objects = _objects(text)
    for each in objects.values():
        for label in HELMS_OWN_LABELS:
            del each["metadata"]["labels"][label]
    return objects


def helm_lint() -> str:
    return _run([str(tools.helm()), "lint", "--strict", str(CHART)])


def default_values() -> Object:
    values: Object = yaml.safe_load((CHART / "values.yaml").read_text())
    return values


def daemonset(objects: Objects) -> Object:
    """The only one among them."""
    (found,) = [each for each in objects.values() if each["kind"] == "DaemonSet"]
    return found


def pod_spec(objects: Objects) -> Object:
    spec: Object = daemonset(objects)["spec"]["template"]["spec"]
    return spec


def _objects(text: str) -> Objects:
    documents = [each for each in yaml.safe_load_all(text) if each]
    objects = {f"{each['kind']}/{each['metadata']['name']}": each for each in documents}
    assert len(objects) == len(documents), "an object is rendered twice"
    return objects


def _run(command: list[str], stdin: str = "") -> str:
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(done.stderr)
    return done.stdout
