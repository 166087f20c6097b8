// SPDX-License-Identifier: Apache-2.0
//
// The files of the matrix page as they lie in this folder; CMake makes the source of it. The page
// has the marks %STYLE%, %SCRIPT% and %DATA%, which matrix_page.cc fills.
#ifndef PORTCULLIS_CONTROLLER_CLI_MATRIX_PAGE_PAGE_H_
#define PORTCULLIS_CONTROLLER_CLI_MATRIX_PAGE_PAGE_H_

namespace portcullis::cli {

extern const char kPageHtml[];
extern const char kPageStyle[];
extern const char kPageScript[];

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_MATRIX_PAGE_PAGE_H_
