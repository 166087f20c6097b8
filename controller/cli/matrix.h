// SPDX-License-Identifier: Apache-2.0
//
// `portcullis matrix`: the objects of a cluster → who reaches whom, for people and programs.
#ifndef PORTCULLIS_CONTROLLER_CLI_MATRIX_H_
#define PORTCULLIS_CONTROLLER_CLI_MATRIX_H_

#include "controller/cli/options_matrix.h"

namespace portcullis::cli {

/// Prints the matrix, or writes it to a file. Needs no kernel and no root.
[[nodiscard]] int Matrix(const MatrixOptions& options);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_MATRIX_H_
