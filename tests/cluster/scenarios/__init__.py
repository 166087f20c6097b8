# SPDX-License-Identifier: Apache-2.0
"""Disturbances of a real cluster, each judged by continuous probes: `tests/cluster/cluster test`.

registry.py knows the scenarios, runner.py runs them, world.py has what they share: the cluster, the prober
(probing.py) and a cast of pods under policies (cast.py). All other files are scenarios.
"""
