# SPDX-License-Identifier: Apache-2.0
"""The alerts and the dashboard where kustomize and helm can read them: neither follows a path out of its folder.

    copies.py            says which are not equal; 1 where there are any
    copies.py --update   makes them anew
"""
import sys
from pathlib import Path

MANIFESTS = Path(__file__).resolve().parents[2] / "manifests"
MONITORING = MANIFESTS / "components/monitoring"
CHART = MANIFESTS / "helm/portcullis/files"

HEAD = """# SPDX-License-Identifier: Apache-2.0
#
# alerts.yaml as an object of the Prometheus operator; tests/monitoring/copies.py --update makes it.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: portcullis
  namespace: portcullis-system
  labels:
    app.kubernetes.io/name: portcullis
spec:
"""


def as_object(alerts: str) -> str:
    rules = alerts[alerts.index("groups:"):].splitlines()
    return HEAD + "".join(f"  {line}\n" if line else "\n" for line in rules)


def copies() -> dict[Path, str]:
    alerts, dashboard = ((MONITORING / name).read_text() for name in ("alerts.yaml", "dashboard.json"))
    return {
        MONITORING / "prometheusrule.yaml": as_object(alerts),
        CHART / "alerts.yaml": alerts,
        CHART / "dashboard.json": dashboard,
    }


def unequal() -> list[Path]:
    return [path for path, text in copies().items() if not path.exists() or path.read_text() != text]


def main() -> int:
    for path in unequal():
        print(path)
        if sys.argv[1:] == ["--update"]:
            path.write_text(copies()[path])
    return 1 if unequal() else 0


if __name__ == "__main__":
    sys.exit(main())
