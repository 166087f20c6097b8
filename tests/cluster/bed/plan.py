# SPDX-License-Identifier: Apache-2.0
"""What kind of cluster is wanted, and the addresses that follow from that: values only.

The plan is kept in the state folder, so that every later command knows what is up. Two clusters use the
same addresses; their network namespaces are not connected to each other nor to the machine.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

from .shell import BedError, write

Family = Literal["ipv4", "ipv6", "dual"]
Cni = Literal["bridge", "ptp"]
ProxyMode = Literal["iptables", "nftables"]

KUBERNETES = "1.34.4"
MAX_NODES = 2


@dataclass(frozen=True)
class Plan:
    nodes: int = 0
    family: Family = "dual"
    cni: Cni = "bridge"
    proxy: ProxyMode = "iptables"
    kubernetes: str = KUBERNETES

    def __post_init__(self) -> None:
        for value, kind in ((self.family, Family), (self.cni, Cni), (self.proxy, ProxyMode)):
            if value not in get_args(kind):
                raise BedError(f"'{value}' is none of {', '.join(get_args(kind))}")
        if not 0 <= self.nodes <= MAX_NODES:
            raise BedError(f"{self.nodes} nodes: 0 to {MAX_NODES} are possible")

    def pick(self, ipv4: str, ipv6: str) -> list[str]:
        """Those of the two that this cluster's family has, IPv4 first."""
        return {"ipv4": [ipv4], "ipv6": [ipv6], "dual": [ipv4, ipv6]}[self.family]

    @property
    def numbers(self) -> range:
        return range(1, self.nodes + 1)

    @property
    def services(self) -> list[str]:
        return self.pick("10.96.0.0/16", "fd96::/112")

    @property
    def pods(self) -> list[str]:
        return self.pick("10.244.0.0/16", "fd44:244::/48")

    @property
    def control_addresses(self) -> list[str]:
        return self.pick("172.31.0.1", "fd31::1")

    @property
    def api_url(self) -> str:
        address = self.control_addresses[0]
        return f"https://[{address}]:6443" if ":" in address else f"https://{address}:6443"

    def node_addresses(self, number: int) -> list[str]:
        return self.pick(f"172.31.0.{10 + number}", f"fd31::{10 + number:x}")

    def node_pods(self, number: int) -> list[str]:
        return self.pick(f"10.244.{number}.0/24", f"fd44:244:0:{number:x}::/64")

    def save(self, path: Path) -> None:
        write(path, json.dumps(asdict(self)))

    @staticmethod
    def load(path: Path) -> "Plan":
        try:
            return Plan(**json.loads(path.read_text()))
        except FileNotFoundError as error:
            raise BedError(f"no cluster is up ({path} is missing): tests/cluster/cluster up") from error


def with_length(address: str) -> str:
    """A node's or the control plane's address with the length of the network they share."""
    return f"{address}/64" if ":" in address else f"{address}/24"
