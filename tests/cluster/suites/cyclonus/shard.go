// SPDX-License-Identifier: Apache-2.0

package main

// A shard is the cluster as cyclonus sees it, with namespaces x, y and z, while in truth their names carry
// the shard's suffix: so several run side by side. What goes to the cluster is lengthened, what comes back is
// shortened (rename.go); cyclonus notices nothing. Whatever cyclonus learns to ask of a cluster has to be
// added here.

import (
	"strings"
	"time"

	"github.com/mattfenwick/cyclonus/pkg/kube"
	v1 "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
)

// A new namespace has no ServiceAccount for a moment, and a pod is refused until then.
const (
	podAttempts = 20
	podPause    = 250 * time.Millisecond
)

type shard struct {
	kube.IKubernetes
	suffix string
	family string
	image  string
}

func (s *shard) long(namespace string) string { return namespace + s.suffix }

func (s *shard) short(namespace string) string { return strings.TrimSuffix(namespace, s.suffix) }

func (s *shard) CreateNamespace(namespace *v1.Namespace) (*v1.Namespace, error) {
	return s.shortNamespace(s.IKubernetes.CreateNamespace(renameNamespace(namespace, s.long)))
}

func (s *shard) GetNamespace(namespace string) (*v1.Namespace, error) {
	return s.shortNamespace(s.IKubernetes.GetNamespace(s.long(namespace)))
}

func (s *shard) SetNamespaceLabels(namespace string, labels map[string]string) (*v1.Namespace, error) {
	return s.shortNamespace(s.IKubernetes.SetNamespaceLabels(s.long(namespace), renameLabels(labels, s.long)))
}

func (s *shard) DeleteNamespace(namespace string) error {
	return s.IKubernetes.DeleteNamespace(s.long(namespace))
}

func (s *shard) GetAllNamespaces() (*v1.NamespaceList, error) {
	all, err := s.IKubernetes.GetAllNamespaces()
	if err != nil {
		return nil, err
	}
	own := &v1.NamespaceList{}
	for i := range all.Items {
		if strings.HasSuffix(all.Items[i].Name, s.suffix) {
			own.Items = append(own.Items, *renameNamespace(&all.Items[i], s.short))
		}
	}
	return own, nil
}

func (s *shard) CreateNetworkPolicy(policy *networking.NetworkPolicy) (*networking.NetworkPolicy, error) {
	return s.shortPolicy(s.IKubernetes.CreateNetworkPolicy(renamePolicy(policy, s.long)))
}

func (s *shard) UpdateNetworkPolicy(policy *networking.NetworkPolicy) (*networking.NetworkPolicy, error) {
	return s.shortPolicy(s.IKubernetes.UpdateNetworkPolicy(renamePolicy(policy, s.long)))
}

func (s *shard) GetNetworkPoliciesInNamespace(namespace string) ([]networking.NetworkPolicy, error) {
	policies, err := s.IKubernetes.GetNetworkPoliciesInNamespace(s.long(namespace))
	for i := range policies {
		policies[i] = *renamePolicy(&policies[i], s.short)
	}
	return policies, err
}

func (s *shard) DeleteNetworkPolicy(namespace, name string) error {
	return s.IKubernetes.DeleteNetworkPolicy(s.long(namespace), name)
}

func (s *shard) DeleteAllNetworkPoliciesInNamespace(namespace string) error {
	return s.IKubernetes.DeleteAllNetworkPoliciesInNamespace(s.long(namespace))
}

// CreateService asks for the family under test, which need not be the cluster's first.
func (s *shard) CreateService(service *v1.Service) (*v1.Service, error) {
	service = service.DeepCopy()
	service.Namespace = s.long(service.Namespace)
	service.Spec.IPFamilies = []v1.IPFamily{ipFamily(s.family)}
	return s.IKubernetes.CreateService(service)
}

func (s *shard) GetService(namespace, name string) (*v1.Service, error) {
	return s.IKubernetes.GetService(s.long(namespace), name)
}

func (s *shard) DeleteService(namespace, name string) error {
	return s.IKubernetes.DeleteService(s.long(namespace), name)
}

func (s *shard) GetServicesInNamespace(namespace string) ([]v1.Service, error) {
	return s.IKubernetes.GetServicesInNamespace(s.long(namespace))
}

func (s *shard) CreatePod(pod *v1.Pod) (*v1.Pod, error) {
	pod = s.preparePod(pod)
	created, err := s.IKubernetes.CreatePod(pod)
	for try := 1; err != nil && try < podAttempts; try++ {
		time.Sleep(podPause)
		created, err = s.IKubernetes.CreatePod(pod)
	}
	return s.shortPod(created, err)
}

func (s *shard) GetPod(namespace, name string) (*v1.Pod, error) {
	return s.shortPod(s.IKubernetes.GetPod(s.long(namespace), name))
}

func (s *shard) DeletePod(namespace, name string) error {
	return s.IKubernetes.DeletePod(s.long(namespace), name)
}

func (s *shard) SetPodLabels(namespace, name string, labels map[string]string) (*v1.Pod, error) {
	return s.shortPod(s.IKubernetes.SetPodLabels(s.long(namespace), name, labels))
}

func (s *shard) GetPodsInNamespace(namespace string) ([]v1.Pod, error) {
	pods, err := s.IKubernetes.GetPodsInNamespace(s.long(namespace))
	for i := range pods {
		pods[i] = *s.viewPod(&pods[i])
	}
	return pods, err
}

func (s *shard) ExecuteRemoteCommand(namespace, pod, container string, command []string) (string, string, error, error) {
	return s.IKubernetes.ExecuteRemoteCommand(s.long(namespace), pod, container, command)
}
