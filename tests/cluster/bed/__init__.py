# SPDX-License-Identifier: Apache-2.0
"""A real Kubernetes on one machine, for tests: the control plane in one network namespace, each
node in another. ../cluster is its command line, cluster.Cluster what tests in Python use; ../README.md
says what is in which file.
"""
