// SPDX-License-Identifier: Apache-2.0
//
// See matrix.h.
#include "controller/cli/matrix.h"

#include <fstream>
#include <iostream>

#include "controller/cli/complaint.h"
#include "controller/cli/load_objects.h"
#include "controller/cli/matrix_data.h"
#include "controller/cli/matrix_page.h"
#include "controller/cli/matrix_text.h"
#include "controller/cli/terminal.h"
#include "controller/insight/reach_matrix.h"
#include "controller/process/exit_codes.h"

namespace portcullis::cli {
namespace {

using insight::MatrixView;
using insight::ReachMatrix;

constexpr size_t kPlainWidth = 120;  // Of a text that no terminal shows.

std::string Text(const MatrixView& view, const MatrixOptions& options) {
  const Terminal terminal = StandardOutput();
  const bool is_shown = terminal.interactive && options.file.empty();
  return ToText(view,
                {is_shown ? terminal.width : kPlainWidth,
                 is_shown && terminal.colour,
                 options.output == MatrixOutput::kWide,
                 options.ns});
}

std::string Render(const ReachMatrix& matrix, const MatrixOptions& options) {
  insight::ViewOptions what;
  what.ports = options.ports;
  what.gather = options.output == MatrixOutput::kText;
  if (options.family) {
    what.families = {*options.family};
  }
  const MatrixView view(matrix, what);
  switch (options.output) {
    case MatrixOutput::kText:
    case MatrixOutput::kWide:
      return Text(view, options);
    case MatrixOutput::kJson:
      return ToJson(matrix, view, options.ns);
    case MatrixOutput::kCsv:
      return ToCsv(view, options.ns);
    case MatrixOutput::kHtml:
      break;
  }
  return ToPage(matrix);
}

/// False where it is not possible: it has been complained of.
bool Write(const std::string& text, const std::string& file) {
  if (file.empty()) {
    return Print(text);
  }
  std::ofstream out(file, std::ios::binary);
  if (out << text << std::flush) {
    return true;
  }
  std::cerr << "portcullis: " << file << ": cannot write\n";
  return false;
}

/// Whether there is a pod of the namespace that was asked for.
bool IsKnown(const ReachMatrix& matrix, const std::string& ns) {
  for (const insight::EndGroup& end : matrix.ends()) {
    if (end.kind == insight::EndKind::kPods && end.ns == ns) {
      return true;
    }
  }
  return false;
}

}  // namespace

int Matrix(const MatrixOptions& options) {
  const auto loaded = LoadObjects(options.source);
  if (!loaded) {
    return Complain(loaded.error(), kExitNoAnswer);
  }
  const ReachMatrix matrix{policy::World(loaded->objects)};
  if (!options.ns.empty() && !IsKnown(matrix, options.ns)) {
    return Complain({ErrorCode::kNotFound,
                     "namespace " + options.ns +
                         " has no pod with an address; see portcullis "
                         "matrix without -n for those that have"},
                    kExitNoAnswer);
  }
  return Write(Render(matrix, options), options.file) ? kExitOk : kExitNoAnswer;
}

}  // namespace portcullis::cli
