// SPDX-License-Identifier: Apache-2.0
//
// `portcullis render`: objects in files → the table, as text.
#ifndef PORTCULLIS_CONTROLLER_CLI_RENDER_H_
#define PORTCULLIS_CONTROLLER_CLI_RENDER_H_

#include "controller/cli/options_render.h"

namespace portcullis::cli {

/// Prints the table that the objects in the files ask for. Needs no kernel and no root.
[[nodiscard]] int Render(const RenderOptions& options);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_RENDER_H_
