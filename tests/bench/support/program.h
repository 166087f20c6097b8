// SPDX-License-Identifier: Apache-2.0
//
// What every benchmark program is: cases that measure, rows that come out, a table for people and
// JSON for tests/bench/plot. Knows nothing of what is measured.
//
//   bench_x [--quick] [--json FILE] [--list] [CASE...]     CASE: a part of a case's name
//
// The JSON: {"benchmark", "commit", "date", "machine", "quick", "results": [{"case", "metric",
// "unit", "value", "low", "high", "samples", "params": {…}}]}.
#ifndef PORTCULLIS_TESTS_BENCH_SUPPORT_PROGRAM_H_
#define PORTCULLIS_TESTS_BENCH_SUPPORT_PROGRAM_H_

#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tests/bench/support/statistics.h"

namespace portcullis::bench {

/// A whole number or a word.
struct Param : std::variant<int64_t, std::string> {
  // NOLINTNEXTLINE(google-explicit-constructor): so that a list of them reads as what it says.
  Param(std::string word) : variant(std::move(word)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Param(const char* word) : variant(std::string(word)) {}
  template <std::integral Number>
  // NOLINTNEXTLINE(google-explicit-constructor)
  Param(Number number) : variant(static_cast<int64_t>(number)) {}

  [[nodiscard]] const variant& value() const { return *this; }
};

/// What a row was measured at: {{"pods", 1000}, {"mode", "nftables"}}.
using Params = std::map<std::string, Param>;

struct Row {
  std::string name;    ///< Of the case, or of one of the things that it compares.
  std::string metric;  ///< "time", "allocations", "ratio to conntrack alone", ...
  std::string unit;    ///< "ns", "µs", "ms", "s", "bytes", "MB"; "×" for a ratio, "" for a count.
  Summary summary;
  Params params;
};

/// Gathers rows, and prints each as soon as it is there.
class Report {
 public:
  void Add(Row row);
  void Add(const std::string& name,
           const std::string& metric,
           const std::string& unit,
           const Summary& summary,
           const Params& params = {});
  /// A value that is no sample of anything: a size, a growth.
  void Add(const std::string& name,
           const std::string& metric,
           const std::string& unit,
           double value,
           const Params& params = {});

  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

 private:
  std::vector<Row> rows_;
};

class Program {
 public:
  /// Reads the command line; ends the process where it is wrong, or asks for help.
  Program(std::string name, int argc, const char* const* argv);

  /// Fewer sizes and samples, to see in seconds that everything works. Its figures say little.
  [[nodiscard]] bool quick() const { return quick_; }

  /// REQUIRES: no other case has this name.
  void Case(const std::string& name, std::function<void(Report&)> measure);

  /// Runs the cases that were asked for, in order; an exception ends one, not the others. Prints
  /// the table and writes the JSON. Returns what main() shall return.
  [[nodiscard]] int Run();

 private:
  [[nodiscard]] bool IsWanted(const std::string& name) const;
  [[nodiscard]] bool RunCases(Report& report) const;
  [[nodiscard]] bool Write(const Report& report) const;

  const std::string name_;
  bool quick_ = false;
  bool list_ = false;
  std::string json_;
  std::vector<std::string> filters_;
  std::vector<std::pair<std::string, std::function<void(Report&)>>> cases_;
};

/// Ends the process with 77 where it is not root's; `why` says what it is needed for.
void RequireRoot(const std::string& why);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_SUPPORT_PROGRAM_H_
