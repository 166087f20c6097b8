# SPDX-License-Identifier: Apache-2.0
"""Unit tests of the cluster test bed's pure parts; a cluster is not needed, nor root: `python3 -m unittest`."""
