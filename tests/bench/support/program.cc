// SPDX-License-Identifier: Apache-2.0
//
// See program.h.
#include "tests/bench/support/program.h"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "tests/bench/support/machine.h"

#include <CLI/CLI.hpp>

namespace portcullis::bench {
namespace {

constexpr int kSkipped = 77;

std::string ToText(const Params& params) {
  std::ostringstream text;
  for (const auto& [name, value] : params) {
    text << (text.tellp() == 0 ? "" : " ") << name << '=';
    std::visit([&](const auto& specific) { text << specific; }, value.value());
  }
  return text.str();
}

/// Three digits that count, without an exponent.
std::string ToText(double value) {
  const double size = std::abs(value);
  std::ostringstream text;
  text << std::fixed
       << std::setprecision(size >= 100  ? 0
                            : size >= 10 ? 1
                            : size >= 1  ? 2
                                         : 3)
       << value;
  return text.str();
}

void Print(const Row& row) {
  const Summary& summary = row.summary;
  std::cout << std::left << std::setw(44) << row.name << std::setw(40) << ToText(row.params)
            << std::setw(26) << row.metric << std::right << std::setw(10) << ToText(summary.value)
            << ' ' << row.unit;
  if (summary.samples > 1) {
    std::cout << "  (" << ToText(summary.low) << " to " << ToText(summary.high) << ", "
              << summary.samples << " samples)";
  }
  std::cout << std::endl;  // Now: a case may take long.
}

nlohmann::ordered_json ToJson(const Params& params) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const auto& [name, value] : params) {
    std::visit([&, key = name](const auto& specific) { json[key] = specific; }, value.value());
  }
  return json;
}

nlohmann::ordered_json ToJson(const Row& row) {
  return {{"case", row.name},
          {"metric", row.metric},
          {"unit", row.unit},
          {"value", row.summary.value},
          {"low", row.summary.low},
          {"high", row.summary.high},
          {"samples", row.summary.samples},
          {"params", ToJson(row.params)}};
}

}  // namespace

void Report::Add(Row row) {
  Print(row);
  rows_.push_back(std::move(row));
}

void Report::Add(const std::string& name,
                 const std::string& metric,
                 const std::string& unit,
                 const Summary& summary,
                 const Params& params) {
  Add(Row{name, metric, unit, summary, params});
}

void Report::Add(const std::string& name,
                 const std::string& metric,
                 const std::string& unit,
                 double value,
                 const Params& params) {
  Add(Row{name, metric, unit, {value, value, value, 1}, params});
}

Program::Program(std::string name, int argc, const char* const* argv) : name_(std::move(name)) {
  CLI::App app("Measures; see docs/performance.md.");
  app.add_flag("--quick", quick_, "fewer sizes and samples");
  app.add_flag("--list", list_, "print the names of the cases");
  app.add_option("--json", json_, "write the rows to this file");
  app.add_option("CASE", filters_, "only cases with one of these in their names");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error));  // NOLINT(concurrency-mt-unsafe): there is one thread yet.
  }
}

void Program::Case(const std::string& name, std::function<void(Report&)> measure) {
  cases_.emplace_back(name, std::move(measure));
}

bool Program::IsWanted(const std::string& name) const {
  return filters_.empty() ||
         std::any_of(filters_.begin(), filters_.end(), [&](const std::string& part) {
           return name.find(part) != std::string::npos;
         });
}

int Program::Run() {
  if (list_) {
    for (const auto& [name, measure] : cases_) {
      std::cout << name << '\n';
    }
    return EXIT_SUCCESS;
  }
  std::cout << "== " << name_ << " at " << Commit() << (quick_ ? ", quick" : "") << ", on "
            << Machine() << std::endl;
  Report report;
  const bool measured = RunCases(report);
  return Write(report) && measured ? EXIT_SUCCESS : EXIT_FAILURE;
}

bool Program::RunCases(Report& report) const {
  bool all = true;
  for (const auto& [name, measure] : cases_) {
    if (!IsWanted(name)) {
      continue;
    }
    try {
      measure(report);
    } catch (const std::exception& error) {
      std::cerr << name_ << ": " << name << ": " << error.what() << std::endl;
      all = false;
    }
  }
  return all;
}

bool Program::Write(const Report& report) const {
  if (json_.empty()) {
    return true;
  }
  nlohmann::ordered_json json = {{"benchmark", name_},
                                 {"commit", Commit()},
                                 {"date", Date()},
                                 {"machine", Machine()},
                                 {"quick", quick_},
                                 {"results", nlohmann::ordered_json::array()}};
  for (const Row& row : report.rows()) {
    json["results"].push_back(ToJson(row));
  }
  std::ofstream file(json_);
  file << json.dump(1) << '\n';
  file.close();
  if (!file) {
    std::cerr << name_ << ": cannot write " << json_ << '\n';
  }
  return !file.fail();
}

void RequireRoot(const std::string& why) {
  if (geteuid() != 0) {
    std::cerr << "skipped: only root can " << why << '\n';
    std::exit(kSkipped);  // NOLINT(concurrency-mt-unsafe): there is one thread yet.
  }
}

}  // namespace portcullis::bench
