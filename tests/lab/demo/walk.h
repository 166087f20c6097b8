// SPDX-License-Identifier: Apache-2.0
//
// The demo's walk: policy after policy is written to the API server, and after each a table shows
// who reaches whom, what changed, and why. Neighbours: main.cc decides what becomes of the lab
// afterwards; tests/lab does the work.
#ifndef PORTCULLIS_TESTS_LAB_DEMO_WALK_H_
#define PORTCULLIS_TESTS_LAB_DEMO_WALK_H_

#include <optional>
#include <string>
#include <vector>

#include "tests/lab/cluster.h"
#include "tests/lab/matrix.h"

namespace portcullis::lab {

/// Makes the pods that `objects` have, by their nodes and addresses.
void MakePods(Cluster& cluster, const k8s::Objects& objects);

/// The objects of the demo's files, by their names without folder. Throws LabError.
[[nodiscard]] k8s::Objects ReadDemoFiles(const std::vector<std::string>& names);

class Walk {
 public:
  Walk(Cluster& cluster, bool colour);

  /// All steps. How many packets did other than the API says; all of them have been printed.
  [[nodiscard]] size_t Run();

 private:
  struct Step {
    std::string title;
    std::string text;
    std::vector<std::string> files;  ///< The policies in force.
  };
  /// A column of the table.
  struct Target {
    std::string name;
    IpAddress address;
    Transport transport = Transport::kTcp;
    uint16_t port = 0;
  };
  /// A row of the table.
  struct Source {
    std::string name;
    const Host* host = nullptr;
    std::optional<IpAddress> from;
  };

  [[nodiscard]] static std::vector<Step> Steps();
  void Take(const Step& step);
  void PrintStep(const Step& step) const;
  [[nodiscard]] std::optional<Probe> Question(size_t row, size_t column) const;
  [[nodiscard]] std::optional<Probe> ChangingQuestion(const k8s::Objects& next) const;
  void ApplyTimed(const k8s::Objects& next) const;
  [[nodiscard]] Matrix Ask() const;
  void PrintChanges(const Matrix& before, const Matrix& now) const;
  void JudgeEverything();
  [[nodiscard]] std::string Bold(const std::string& text) const;

  Cluster& cluster_;
  const bool colour_;
  std::vector<Source> sources_;
  std::vector<Target> targets_;
  std::optional<Matrix> before_;
  size_t wrong_ = 0;
};

}  // namespace portcullis::lab

#endif  // PORTCULLIS_TESTS_LAB_DEMO_WALK_H_
