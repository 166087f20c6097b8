// SPDX-License-Identifier: Apache-2.0
//
// See namespace.h.
#include "tests/nft/namespace.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <system_error>

#include <sched.h>
#include <unistd.h>

namespace portcullis::test {

void EnterFreshNamespace() {
  if (unshare(CLONE_NEWNET) != 0) {
    throw std::system_error(errno, std::generic_category(), "unshare(CLONE_NEWNET)");
  }
}

Ran Run(const std::string& command) {
  // NOLINTNEXTLINE(cert-env33-c): the commands are constants of the tests.
  std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen((command + " 2>&1").c_str(), "r"), &pclose);
  if (!pipe) {
    throw std::runtime_error("cannot run " + command);
  }
  Ran ran;
  std::array<char, 4096> buffer{};
  for (size_t got = 0; (got = fread(buffer.data(), 1, buffer.size(), pipe.get())) > 0;) {
    ran.output.append(buffer.data(), got);
  }
  ran.status = pclose(pipe.release());
  return ran;
}

Ran RunWithInput(const std::string& command, const std::string& input) {
  std::string path = "/tmp/portcullis-test-XXXXXX";
  const int fd = mkstemp(path.data());
  if (fd < 0) {
    throw std::system_error(errno, std::generic_category(), "mkstemp");
  }
  close(fd);
  std::ofstream(path) << input;
  Ran ran = Run(command + " < " + path);
  static_cast<void>(std::remove(path.c_str()));
  return ran;
}

}  // namespace portcullis::test
