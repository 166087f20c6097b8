// SPDX-License-Identifier: Apache-2.0

package main

// What differs between an object in the cluster and the same object as cyclonus knows it. All functions give
// copies; none talks to the cluster.

import (
	"github.com/mattfenwick/cyclonus/pkg/kube"
	v1 "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	"k8s.io/utils/net"
)

func ipFamily(family string) v1.IPFamily {
	if family == "ipv6" {
		return v1.IPv6Protocol
	}
	return v1.IPv4Protocol
}

// renameLabels renames namespaces that are named by the label which the API server gives each of them.
func renameLabels(labels map[string]string, rename func(string) string) map[string]string {
	renamed := make(map[string]string, len(labels))
	for key, value := range labels {
		if key == kube.DefaultNamespaceLabel {
			value = rename(value)
		}
		renamed[key] = value
	}
	return renamed
}

func renameNamespace(namespace *v1.Namespace, rename func(string) string) *v1.Namespace {
	renamed := namespace.DeepCopy()
	renamed.Name = rename(namespace.Name)
	renamed.Labels = renameLabels(namespace.Labels, rename)
	return renamed
}

func renamePolicy(policy *networking.NetworkPolicy, rename func(string) string) *networking.NetworkPolicy {
	renamed := policy.DeepCopy()
	renamed.Namespace = rename(policy.Namespace)
	for _, rule := range renamed.Spec.Ingress {
		renamePeers(rule.From, rename)
	}
	for _, rule := range renamed.Spec.Egress {
		renamePeers(rule.To, rename)
	}
	return renamed
}

func renamePeers(peers []networking.NetworkPolicyPeer, rename func(string) string) {
	for _, peer := range peers {
		selector := peer.NamespaceSelector
		if selector == nil {
			continue
		}
		if selector.MatchLabels != nil {
			selector.MatchLabels = renameLabels(selector.MatchLabels, rename)
		}
		for _, expression := range selector.MatchExpressions {
			if expression.Key != kube.DefaultNamespaceLabel {
				continue
			}
			for i, value := range expression.Values {
				expression.Values[i] = rename(value)
			}
		}
	}
}

func (s *shard) shortNamespace(namespace *v1.Namespace, err error) (*v1.Namespace, error) {
	if err != nil {
		return nil, err
	}
	return renameNamespace(namespace, s.short), nil
}

func (s *shard) shortPolicy(policy *networking.NetworkPolicy, err error) (*networking.NetworkPolicy, error) {
	if err != nil {
		return nil, err
	}
	return renamePolicy(policy, s.short), nil
}

func (s *shard) shortPod(pod *v1.Pod, err error) (*v1.Pod, error) {
	if err != nil {
		return nil, err
	}
	return s.viewPod(pod), nil
}

// viewPod also makes the address of the family under test the pod's address.
func (s *shard) viewPod(pod *v1.Pod) *v1.Pod {
	seen := pod.DeepCopy()
	seen.Namespace = s.short(pod.Namespace)
	for _, address := range pod.Status.PodIPs {
		if net.IsIPv6String(address.IP) == (s.family == "ipv6") {
			seen.Status.PodIP = address.IP
		}
	}
	return seen
}

// preparePod leaves out what the cases have no use for, and names an image that nobody has to pull.
func (s *shard) preparePod(pod *v1.Pod) *v1.Pod {
	prepared := pod.DeepCopy()
	prepared.Namespace = s.long(pod.Namespace)
	no := false
	prepared.Spec.AutomountServiceAccountToken = &no
	prepared.Spec.EnableServiceLinks = &no
	if s.image != "" {
		for i := range prepared.Spec.Containers {
			prepared.Spec.Containers[i].Image = s.image
		}
	}
	return prepared
}
