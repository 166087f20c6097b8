// SPDX-License-Identifier: Apache-2.0

package main

// What became of each case: printed for those who watch, written as JSON for those who count (../../bed).

import (
	"encoding/json"
	"fmt"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/mattfenwick/cyclonus/pkg/connectivity"
)

type caseResult struct {
	Number      int      `json:"number"`
	Description string   `json:"description"`
	Passed      bool     `json:"passed"`
	Seconds     float64  `json:"seconds"`
	Tries       int      `json:"tries"`
	Error       string   `json:"error,omitempty"`
	WrongCells  []string `json:"wrong_cells,omitempty"`
}

func judge(number int, r *connectivity.Result, took time.Duration) caseResult {
	result := caseResult{Number: number, Description: r.TestCase.Description, Seconds: took.Seconds()}
	for _, step := range r.Steps {
		result.Tries += len(step.KubeProbes)
	}
	if r.Err != nil {
		result.Error = r.Err.Error()
		return result
	}
	result.Passed = r.Passed(true)
	result.WrongCells = wrongCells(r)
	return result
}

// wrongCells names what differs in the last try of each step, pods that reach themselves aside.
func wrongCells(r *connectivity.Result) []string {
	var wrong []string
	for i, step := range r.Steps {
		comparison := step.LastComparison()
		for _, key := range comparison.Wrapped.Keys() {
			if key.From == key.To {
				continue
			}
			item := comparison.Get(key.From, key.To)
			for port, got := range item.Kube.JobResults {
				want := item.Simulated.JobResults[port]
				if want == nil || want.Combined != got.Combined {
					wrong = append(wrong, fmt.Sprintf("step %d: %s to %s %s is %s", i+1, key.From, key.To, port, got.Combined))
				}
			}
		}
	}
	sort.Strings(wrong)
	return wrong
}

func (c caseResult) print(r *connectivity.Result, details bool) {
	word := "pass"
	if !c.Passed {
		word = "FAIL " + c.Error
	}
	fmt.Printf("case %d: %s, %.1f s: %s\n", c.Number, word, c.Seconds, c.Description)
	for _, cell := range c.WrongCells {
		fmt.Println("    " + cell)
	}
	if details && !c.Passed && c.Error == "" {
		(&connectivity.Printer{IgnoreLoopback: true}).PrintTestCaseResult(r)
	}
}

func summarise(results []caseResult) bool {
	passed := 0
	for _, result := range results {
		if result.Passed {
			passed++
		}
	}
	fmt.Printf("%d passed, %d failed\n", passed, len(results)-passed)
	return passed == len(results) && passed > 0
}

func writeJSON(path string, results []caseResult) error {
	sort.Slice(results, func(i, j int) bool { return results[i].Number < results[j].Number })
	text, err := json.MarshalIndent(results, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o644)
}

// parseNumbers reads "1-9,193"; without a text it gives all of 1 to last.
func parseNumbers(text string, last int) ([]int, error) {
	if text == "" {
		text = fmt.Sprintf("1-%d", last)
	}
	var numbers []int
	for _, part := range strings.Split(text, ",") {
		from, to, isRange := strings.Cut(part, "-")
		if !isRange {
			to = from
		}
		first, err1 := strconv.Atoi(from)
		end, err2 := strconv.Atoi(to)
		if err1 != nil || err2 != nil || first < 1 || end > last {
			return nil, fmt.Errorf("'%s' is no range of the cases 1 to %d", part, last)
		}
		for ; first <= end; first++ {
			numbers = append(numbers, first)
		}
	}
	return numbers, nil
}
