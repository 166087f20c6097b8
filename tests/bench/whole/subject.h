// SPDX-License-Identifier: Apache-2.0
//
// The program under test, as a process on the lab's node: started, stopped, asked over HTTP what it
// says of itself, and by the kernel what it has used. Neighbours: setting owns one; peers makes
// those of other projects.
#ifndef PORTCULLIS_TESTS_BENCH_WHOLE_SUBJECT_H_
#define PORTCULLIS_TESTS_BENCH_WHOLE_SUBJECT_H_

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/support/process.h"
#include "tests/bench/whole/prober.h"
#include "tests/lab/process.h"

namespace portcullis::bench {

/// What distinguishes one program from another.
struct SubjectSpec {
  std::string name;                    ///< "portcullis"
  std::vector<std::string> arguments;  ///< The program's path first.
  /// Has the node as it is before the program's first start.
  std::function<void(const lab::Netns&)> reset;
  /// Removes what that made, and what the program leaves.
  std::function<void(const lab::Netns&)> clean;
  /// Where it serves /readyz and /metrics on loopback; 0: nowhere.
  uint16_t pages = 0;
  /// How long a change may take before it is given up.
  std::chrono::seconds patience{10};
  /// How long nothing must pass to be sure that nothing will.
  std::chrono::milliseconds silence{40};
};

class Subject {
 public:
  /// Does not start it.
  Subject(SubjectSpec spec, const lab::Host& node, const std::filesystem::path& folder);
  /// Stops it, and cleans the node.
  ~Subject();
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;
  Subject(Subject&&) = delete;
  Subject& operator=(Subject&&) = delete;

  [[nodiscard]] const SubjectSpec& spec() const { return spec_; }
  /// REQUIRES: it is not running.
  void Start() { process_.Start(); }
  void Stop() { process_.Stop(); }
  [[nodiscard]] bool Running() { return process_.Running(); }
  /// REQUIRES: it is not running.
  void Reset() { spec_.reset(node_.netns); }

  [[nodiscard]] Nanoseconds Cpu() const { return CpuTimeOf(process_.pid()); }
  [[nodiscard]] Memory Resident() const { return MemoryOf(process_.pid()); }
  /// Waits until it has done what was to be done: uses next to no CPU any more.
  void AwaitQuiet() const;

  /// Waits until /readyz says 200; from `start`. Nothing where it has no pages or never did.
  [[nodiscard]] std::optional<Milliseconds> UntilReady(Clock::time_point start);
  /// The value of one of its metrics, without labels; nothing where it has none.
  [[nodiscard]] std::optional<double> Metric(const std::string& name);
  /// The last lines of its log.
  [[nodiscard]] std::string LogTail() const;

 private:
  [[nodiscard]] std::string Get(const std::string& path);

  const SubjectSpec spec_;
  const lab::Host& node_;
  lab::Process process_;
};

/// The program that was built with this one; PORTCULLIS_BENCH_PROGRAM names another build of it.
[[nodiscard]] SubjectSpec PortcullisSpec(const std::filesystem::path& kubeconfig);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_WHOLE_SUBJECT_H_
