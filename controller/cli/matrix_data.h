// SPDX-License-Identifier: Apache-2.0
//
// A matrix for programs: JSON, and CSV for spreadsheets. Pure; docs/matrix.md describes both. The
// forms for people are matrix_text.h and matrix_page.h.
#ifndef PORTCULLIS_CONTROLLER_CLI_MATRIX_DATA_H_
#define PORTCULLIS_CONTROLLER_CLI_MATRIX_DATA_H_

#include <string>

#include "controller/insight/matrix_view.h"
#include "controller/insight/reach_matrix.h"

namespace portcullis::cli {

/// `view` is of `matrix`. With `ns` only pairs with an end in that namespace are told.
[[nodiscard]] std::string ToJson(const insight::ReachMatrix& matrix,
                                 const insight::MatrixView& view,
                                 const std::string& ns);
[[nodiscard]] std::string ToCsv(const insight::MatrixView& view, const std::string& ns);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_MATRIX_DATA_H_
