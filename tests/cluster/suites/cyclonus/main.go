// SPDX-License-Identifier: Apache-2.0

// Command cyclonus-suite runs the generated test cases of cyclonus against a cluster, several at a time.
//
// The cases, the simulator that says what each of them must give, the probes and the comparison are
// cyclonus's own. Its command line makes one exec for each probe, 123669 in all, which takes hours; this one
// uses its batch runner (one exec for a pod's whole row) and runs cases in shards, each with namespaces and
// pods of its own (shard.go). It prints a line for each case and writes all results as JSON.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/mattfenwick/cyclonus/pkg/kube"
	"github.com/sirupsen/logrus"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

type options struct {
	shards      int
	retries     int
	waitSeconds int
	cases       string
	family      string
	image       string
	json        string
	details     bool
}

func parseOptions() options {
	var o options
	flag.IntVar(&o.shards, "shards", 4, "sets of namespaces side by side")
	flag.IntVar(&o.retries, "retries", 2, "further probes of a step whose result is not the expected one")
	flag.IntVar(&o.waitSeconds, "wait", 1, "seconds between a change and its probe")
	flag.StringVar(&o.cases, "cases", "", "numbers or ranges, as in 1-9,193; all without it")
	flag.StringVar(&o.family, "family", "ipv4", "which address of a pod is probed: ipv4 or ipv6")
	flag.StringVar(&o.image, "image", "", "the image with /agnhost and /worker")
	flag.StringVar(&o.json, "json", "", "the file for the results")
	flag.BoolVar(&o.details, "details", false, "print policies and tables of the cases that fail")
	flag.Parse()
	return o
}

// connect gives a client that is not held back: the suite is what loads the API server, on purpose.
func connect() (*kube.Kubernetes, error) {
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = 300, 600
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	return &kube.Kubernetes{ClientSet: client, RestConfig: config}, nil
}

func run(o options) (bool, error) {
	cluster, err := connect()
	if err != nil {
		return false, err
	}
	results, err := runCases(cluster, o)
	if err != nil {
		return false, err
	}
	if o.json != "" {
		if err := writeJSON(o.json, results); err != nil {
			return false, err
		}
	}
	return summarise(results), nil
}

func main() {
	logrus.SetLevel(logrus.ErrorLevel)
	good, err := run(parseOptions())
	if err != nil {
		fmt.Fprintln(os.Stderr, "cyclonus-suite:", err)
		os.Exit(2)
	}
	if !good {
		os.Exit(1)
	}
}
