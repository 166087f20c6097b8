// SPDX-License-Identifier: Apache-2.0
//
// All that one size is measured with: the lab with its node and pods, the API server with the
// world in it, and the program under test. Neighbours: the measures use one after the other.
#ifndef PORTCULLIS_TESTS_BENCH_WHOLE_SETTING_H_
#define PORTCULLIS_TESTS_BENCH_WHOLE_SETTING_H_

#include <filesystem>
#include <functional>
#include <memory>

#include "tests/bench/support/program.h"
#include "tests/bench/whole/scale_world.h"
#include "tests/bench/whole/subject.h"
#include "tests/bench/whole/whole_api.h"

namespace portcullis::bench {

using StartApi = std::function<std::unique_ptr<WholeApi>(const lab::Host& host,
                                                         const std::filesystem::path& folder)>;

using MakeSubject = std::function<SubjectSpec(const std::filesystem::path& kubeconfig)>;

class Setting {
 public:
  /// With every object written; there is no program yet. Throws LabError.
  Setting(Scale scale, bool quick, const StartApi& start_api);
  ~Setting();
  Setting(const Setting&) = delete;
  Setting& operator=(const Setting&) = delete;
  Setting(Setting&&) = delete;
  Setting& operator=(Setting&&) = delete;

  /// From now on this program is measured; the one before is stopped, and what it left removed.
  void Use(const MakeSubject& make);

  [[nodiscard]] bool quick() const { return quick_; }
  [[nodiscard]] const ScaleWorld& world() const { return world_; }
  [[nodiscard]] const lab::Host& node() const { return lab_.node(0); }
  [[nodiscard]] WholeApi& api() { return *api_; }
  /// REQUIRES: Use() was called.
  [[nodiscard]] Subject& subject() { return *subject_; }

  /// Datagrams from an address to a target.
  [[nodiscard]] std::unique_ptr<Prober> Probe(const IpAddress& source, Target target) const;
  /// Waits for a change that must come; throws LabError with the program's log where it does not.
  [[nodiscard]] Milliseconds Passes(Prober& prober, Clock::time_point since);
  [[nodiscard]] Milliseconds Drops(Prober& prober, Clock::time_point since);
  /// What every row of this size is measured at.
  [[nodiscard]] Params At() const;

 private:
  [[nodiscard]] Milliseconds Must(const std::optional<Milliseconds>& took, const char* what);

  const bool quick_;
  const ScaleWorld world_;
  lab::Lab lab_;
  const std::filesystem::path folder_;
  std::unique_ptr<WholeApi> api_;
  std::unique_ptr<Subject> subject_;
};

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_WHOLE_SETTING_H_
