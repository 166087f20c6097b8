// SPDX-License-Identifier: Apache-2.0
//
// Who reaches whom, as a table for people: rows are sources, columns destinations, and what changed
// since the table before is marked. Pure but for ColourWanted(). Neighbour: the demo prints it.
#ifndef PORTCULLIS_TESTS_LAB_MATRIX_H_
#define PORTCULLIS_TESTS_LAB_MATRIX_H_

#include <string>
#include <vector>

namespace portcullis::lab {

enum class Cell { kNotAsked, kPasses, kBlocked };

struct Matrix {
  std::vector<std::string> sources;
  std::vector<std::string> destinations;
  std::vector<std::vector<Cell>> cells;  ///< [source][destination]
};

/// A cell whose value is not the one of the matrix before.
struct CellChange {
  size_t source = 0;
  size_t destination = 0;
  Cell before = Cell::kNotAsked;
  Cell now = Cell::kNotAsked;
};

/// REQUIRES: both have the same sources and destinations.
[[nodiscard]] std::vector<CellChange> Changes(const Matrix& before, const Matrix& now);

/// The table with its lines ended. `before` marks the cells that changed with "*"; nullptr: none.
[[nodiscard]] std::string RenderMatrix(const Matrix& matrix, const Matrix* before, bool colour);

/// Standard output is a terminal, and neither NO_COLOR nor TERM=dumb says otherwise.
[[nodiscard]] bool ColourWanted();

}  // namespace portcullis::lab

#endif  // PORTCULLIS_TESTS_LAB_MATRIX_H_
