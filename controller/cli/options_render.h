// SPDX-License-Identifier: Apache-2.0
//
// `portcullis render` on the command line. render.h does it.
#ifndef PORTCULLIS_CONTROLLER_CLI_OPTIONS_RENDER_H_
#define PORTCULLIS_CONTROLLER_CLI_OPTIONS_RENDER_H_

#include <string>
#include <vector>

#include "controller/cli/cli11.h"
#include "controller/policy/marks.h"

namespace portcullis::cli {

struct RenderOptions {
  std::vector<std::string> files;
  std::string node_name;
  policy::MarkLayout marks;
};

CLI::App* AddRender(CLI::App& app, RenderOptions& render);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_OPTIONS_RENDER_H_
