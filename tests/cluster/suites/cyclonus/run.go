// SPDX-License-Identifier: Apache-2.0

package main

// Makes the shards and deals the cases out to them. Every shard generates all cases, as some contain the
// address of one of its pods; the numbers are the same in each.

import (
	"fmt"
	"sync"
	"time"

	"github.com/mattfenwick/cyclonus/pkg/connectivity"
	"github.com/mattfenwick/cyclonus/pkg/connectivity/probe"
	"github.com/mattfenwick/cyclonus/pkg/generator"
	"github.com/mattfenwick/cyclonus/pkg/kube"
	v1 "k8s.io/api/core/v1"
)

const podSeconds = 300

var (
	namespaces = []string{"x", "y", "z"}
	pods       = []string{"a", "b", "c"}
	ports      = []int{80, 81}
	protocols  = []v1.Protocol{v1.ProtocolTCP, v1.ProtocolUDP, v1.ProtocolSCTP}
)

// runner is a shard with its pods running.
type runner struct {
	shard       *shard
	cases       []*generator.TestCase
	interpreter *connectivity.Interpreter
}

func runCases(cluster *kube.Kubernetes, o options) ([]caseResult, error) {
	runners, err := makeRunners(cluster, o)
	if err != nil {
		return nil, err
	}
	numbers, err := parseNumbers(o.cases, len(runners[0].cases))
	if err != nil {
		return nil, err
	}
	results := deal(runners, numbers, o.details)
	for _, r := range runners {
		r.remove()
	}
	return results, nil
}

// makeRunners is done one after the other: side by side they would only wait for the same kubelets.
func makeRunners(cluster *kube.Kubernetes, o options) ([]*runner, error) {
	var runners []*runner
	for i := 0; i < o.shards; i++ {
		begin := time.Now()
		r, err := makeRunner(&shard{cluster, fmt.Sprintf("-s%d", i), o.family, o.image}, o)
		if err != nil {
			return nil, fmt.Errorf("shard %d: %w", i, err)
		}
		fmt.Printf("shard %d ready after %.0f s\n", i, time.Since(begin).Seconds())
		runners = append(runners, r)
	}
	return runners, nil
}

func makeRunner(s *shard, o options) (*runner, error) {
	resources, err := probe.NewDefaultResources(s, namespaces, pods, ports, protocols, nil, podSeconds, true, "localhost")
	if err != nil {
		return nil, err
	}
	pod, err := resources.GetPod("z", "c")
	if err != nil {
		return nil, err
	}
	interpreter := connectivity.NewInterpreter(s, resources, &connectivity.InterpreterConfig{
		ResetClusterBeforeTestCase:       true,
		VerifyClusterStateBeforeTestCase: true,
		KubeProbeRetries:                 o.retries,
		PerturbationWaitSeconds:          o.waitSeconds,
		BatchJobs:                        true,
		// Whether a pod reaches itself is the plugin's affair: the packet need not leave the pod.
		IgnoreLoopback:    true,
		JobTimeoutSeconds: 1,
	})
	cases := generator.NewTestCaseGenerator(true, pod.IP, namespaces, nil, nil).GenerateTestCases()
	return &runner{s, cases, interpreter}, nil
}

// deal lets each runner take the next case as soon as it has done one.
func deal(runners []*runner, numbers []int, details bool) []caseResult {
	work := make(chan int, len(numbers))
	for _, number := range numbers {
		work <- number
	}
	close(work)
	var results []caseResult
	var lock sync.Mutex
	var running sync.WaitGroup
	for _, r := range runners {
		running.Add(1)
		go func() {
			defer running.Done()
			for number := range work {
				begin := time.Now()
				outcome := r.execute(number)
				lock.Lock()
				result := judge(number, outcome, time.Since(begin))
				result.print(outcome, details)
				results = append(results, result)
				lock.Unlock()
			}
		}()
	}
	running.Wait()
	return results
}

func (r *runner) execute(number int) *connectivity.Result {
	testCase := r.cases[number-1]
	for _, step := range testCase.Steps {
		step.Probe.Mode = generator.ProbeModePodIP
	}
	return r.interpreter.ExecuteTestCase(testCase)
}

func (r *runner) remove() {
	for _, namespace := range namespaces {
		if err := r.shard.DeleteNamespace(namespace); err != nil {
			fmt.Printf("cannot delete namespace %s: %v\n", r.shard.long(namespace), err)
		}
	}
}
