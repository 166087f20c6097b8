// SPDX-License-Identifier: Apache-2.0
//
// A matrix as a table for the terminal: a row and a column per line of the view, one sign per pair,
// and below it what the signs mean. Pure. The other forms are matrix_data.h and matrix_page.h.
#ifndef PORTCULLIS_CONTROLLER_CLI_MATRIX_TEXT_H_
#define PORTCULLIS_CONTROLLER_CLI_MATRIX_TEXT_H_

#include <cstddef>
#include <string>

#include "controller/insight/matrix_view.h"

namespace portcullis::cli {

struct MatrixTextOptions {
  size_t width = 100;  ///< In characters; columns that do not fit are put below, in blocks.
  bool colour = false;
  bool whole_names = false;  ///< Names are not cut, whatever they take of the width.
  std::string ns;            ///< Not empty: only pairs with an end in this namespace.
};

/// One table where the families agree, else one for each.
[[nodiscard]] std::string ToText(const insight::MatrixView& view, const MatrixTextOptions& options);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_MATRIX_TEXT_H_
