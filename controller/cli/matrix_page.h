// SPDX-License-Identifier: Apache-2.0
//
// A matrix as a page of its own: a heat map with search and reasons, in one file that asks nobody
// for anything. Pure. The page itself is in the folder matrix_page; here is the data that it shows.
#ifndef PORTCULLIS_CONTROLLER_CLI_MATRIX_PAGE_H_
#define PORTCULLIS_CONTROLLER_CLI_MATRIX_PAGE_H_

#include <string>

#include "controller/insight/reach_matrix.h"

namespace portcullis::cli {

/// All of `matrix`; the page itself searches, folds and limits.
[[nodiscard]] std::string ToPage(const insight::ReachMatrix& matrix);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_MATRIX_PAGE_H_
