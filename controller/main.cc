// SPDX-License-Identifier: Apache-2.0
//
// The program `portcullis`: hands over to the command line. Decides nothing.
#include <csignal>

#include "controller/cli/commands.h"

// An exception that comes here is a bug; it ends the process, and the table outlives that.
int main(int argc, char** argv) {  // NOLINT(bugprone-exception-escape)
  // A peer that closes its connection is an error of that connection, not the end of this process.
  std::signal(SIGPIPE, SIG_IGN);  // NOLINT(cert-err33-c): cannot fail for SIGPIPE
  return portcullis::cli::Main(argc, argv);
}
