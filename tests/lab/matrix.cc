// SPDX-License-Identifier: Apache-2.0
//
// See matrix.h.
#include "tests/lab/matrix.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include <unistd.h>

namespace portcullis::lab {
namespace {

constexpr std::string_view kGreen = "\033[32m";
constexpr std::string_view kRed = "\033[31m";
constexpr std::string_view kBold = "\033[1;7m";
constexpr std::string_view kReset = "\033[0m";

std::string_view Word(Cell cell) {
  switch (cell) {
    case Cell::kPasses:
      return "yes";
    case Cell::kBlocked:
      return "-";
    case Cell::kNotAsked:
      break;
  }
  return "";
}

std::string Padded(std::string text, size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string RenderCell(Cell cell, bool changed, size_t width, bool colour) {
  const std::string text = std::string(Word(cell)) + (changed ? "*" : "");
  const std::string padding(width > text.size() ? width - text.size() : 0, ' ');
  if (!colour || cell == Cell::kNotAsked) {
    return text + padding;
  }
  std::string out(cell == Cell::kPasses ? kGreen : kRed);
  if (changed) {
    out += kBold;
  }
  return out + text + std::string(kReset) + padding;
}

}  // namespace

std::vector<CellChange> Changes(const Matrix& before, const Matrix& now) {
  std::vector<CellChange> out;
  for (size_t row = 0; row < now.sources.size(); ++row) {
    for (size_t column = 0; column < now.destinations.size(); ++column) {
      const Cell was = before.cells[row][column];
      const Cell is = now.cells[row][column];
      if (was != is) {
        out.push_back(CellChange{row, column, was, is});
      }
    }
  }
  return out;
}

std::string RenderMatrix(const Matrix& matrix, const Matrix* before, bool colour) {
  constexpr std::string_view kCorner = "from \\ to";
  size_t first = kCorner.size();
  for (const std::string& source : matrix.sources) {
    first = std::max(first, source.size());
  }
  std::string out = "  " + Padded(std::string(kCorner), first);
  for (const std::string& destination : matrix.destinations) {
    out += "  " + Padded(destination, 4);
  }
  out += "\n";
  for (size_t row = 0; row < matrix.sources.size(); ++row) {
    out += "  " + Padded(matrix.sources[row], first);
    for (size_t column = 0; column < matrix.destinations.size(); ++column) {
      const Cell cell = matrix.cells[row][column];
      const bool changed = before != nullptr && before->cells[row][column] != cell;
      const size_t width = std::max<size_t>(4, matrix.destinations[column].size());
      out += "  " + RenderCell(cell, changed, width, colour);
    }
    while (out.ends_with(' ')) {
      out.pop_back();
    }
    out += "\n";
  }
  return out;
}

bool ColourWanted() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody here changes the environment.
  const char* no_color = std::getenv("NO_COLOR");
  // NOLINTNEXTLINE(concurrency-mt-unsafe): as above.
  const char* term = std::getenv("TERM");
  const bool refused = (no_color != nullptr && *no_color != '\0') ||
                       (term != nullptr && std::string_view(term) == "dumb");
  return !refused && ::isatty(STDOUT_FILENO) == 1;
}

}  // namespace portcullis::lab
