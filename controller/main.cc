// SPDX-License-Identifier: Apache-2.0
//
// The program `portcullis`: reads the command line and hands over to the command. Decides nothing.
#include <csignal>

#include "controller/agent.h"
#include "controller/commands.h"
#include "controller/options.h"

namespace portcullis {
namespace {

struct Dispatch {
  int operator()(const RunOptions& options) const { return RunAgent(options); }
  int operator()(const RenderOptions& options) const { return Render(options); }
  int operator()(const CleanupOptions& options) const { return Cleanup(options); }
  int operator()(const VersionOptions& /*options*/) const { return PrintVersion(); }
  int operator()(const Exit& exit) const { return exit.code; }
};

}  // namespace
}  // namespace portcullis

// An exception that comes here is a bug; it ends the process, and the table outlives that.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  // A peer that closes its connection is an error of that connection, not the end of this process.
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT(cert-err33-c): cannot fail for SIGPIPE
  return std::visit(portcullis::Dispatch{}, portcullis::ParseCommandLine(argc, argv));
}
