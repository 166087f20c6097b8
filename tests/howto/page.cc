// SPDX-License-Identifier: Apache-2.0
//
// See page.h.
#include "tests/howto/page.h"

#include <charconv>
#include <sstream>

namespace portcullis::test {
namespace {

constexpr std::string_view kTableHead = "| from | to | port | |";
constexpr std::string_view kYamlFence = "```yaml";
constexpr std::string_view kFence = "```";

std::string Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) {
    return {};
  }
  return std::string(text.substr(first, text.find_last_not_of(' ') + 1 - first));
}

/// The cells of "| a | b |".
std::vector<std::string> Cells(const std::string& line) {
  std::vector<std::string> out;
  std::istringstream cells(line.substr(1));
  for (std::string cell; std::getline(cells, cell, '|');) {
    out.push_back(Trim(cell));
  }
  return out;
}

std::optional<Outcome> ReadOutcome(std::string_view text) {
  if (text == "allowed") {
    return Outcome::kAllowed;
  }
  if (text == "denied") {
    return Outcome::kDenied;
  }
  if (text == "would be denied") {
    return Outcome::kWouldBeDenied;
  }
  return std::nullopt;
}

std::string_view Word(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAllowed:
      return "allowed";
    case Outcome::kDenied:
      return "denied";
    case Outcome::kWouldBeDenied:
      break;
  }
  return "would be denied";
}

std::string_view Word(k8s::Protocol protocol) {
  switch (protocol) {
    case k8s::Protocol::kTcp:
      return "TCP";
    case k8s::Protocol::kUdp:
      return "UDP";
    case k8s::Protocol::kSctp:
      break;
  }
  return "SCTP";
}

std::string PortText(const Row& row) {
  return row.protocol ? std::to_string(row.port) + "/" + std::string(Word(*row.protocol)) : "icmp";
}

/// "8080/TCP" or "icmp" into `row`; false where it is neither.
bool ReadPort(std::string_view text, Row& row) {
  if (text == "icmp") {
    return true;
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), row.port);
  if (error != std::errc() || end == text.data() + text.size() || *end != '/') {
    return false;
  }
  const std::string_view name = text.substr(static_cast<size_t>(end - text.data()) + 1);
  for (const auto protocol : {k8s::Protocol::kTcp, k8s::Protocol::kUdp, k8s::Protocol::kSctp}) {
    if (name == Word(protocol)) {
      row.protocol = protocol;
      return true;
    }
  }
  return false;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : lines_(std::string(text)) {}

  Page Read() {
    for (std::string line; Next(line);) {
      if (line == kYamlFence) {
        ReadYaml();
      } else if (line == kTableHead) {
        ReadTable();
      }
    }
    if (page_.rows.empty()) {
      page_.problems.push_back("it has no table of expectations: " + std::string(kTableHead));
    }
    return std::move(page_);
  }

 private:
  bool Next(std::string& line) {
    ++number_;
    return static_cast<bool>(std::getline(lines_, line));
  }

  void Problem(const std::string& what) {
    page_.problems.push_back("line " + std::to_string(number_) + ": " + what);
  }

  void ReadYaml() {
    if (!page_.yaml.empty()) {
      Problem("a second block of YAML: one page, one policy file");
    }
    for (std::string line; Next(line) && line != kFence;) {
      page_.yaml += line + "\n";
    }
  }

  void ReadTable() {
    std::string line;
    Next(line);  // The line that makes it a table.
    while (Next(line) && line.starts_with("|")) {
      AddRow(Cells(line));
    }
  }

  void AddRow(const std::vector<std::string>& cells) {
    Row row;
    row.line = number_;
    const auto outcome = cells.size() == 4 ? ReadOutcome(cells[3]) : std::nullopt;
    if (!outcome || !ReadPort(cells[2], row)) {
      Problem("no expectation: it takes from, to, 80/TCP or icmp, and allowed or denied");
      return;
    }
    row.from = cells[0];
    row.to = cells[1];
    row.outcome = *outcome;
    page_.rows.push_back(std::move(row));
  }

  std::istringstream lines_;
  size_t number_ = 0;
  Page page_;
};

}  // namespace

std::string Row::ToString() const {
  return from + " → " + to + " " + PortText(*this) + ": " + std::string(Word(outcome));
}

Page ReadPage(std::string_view text) {
  return Reader(text).Read();
}

}  // namespace portcullis::test
