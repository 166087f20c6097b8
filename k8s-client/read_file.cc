// SPDX-License-Identifier: Apache-2.0
//
// See read_file.h.
#include "k8s-client/read_file.h"

#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>

namespace portcullis::k8s {

Result<std::string> ReadFile(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text;
  std::array<char, 16'384> buffer{};
  // read() rather than iterators: those would let the stream's exception through.
  while (file.read(buffer.data(), buffer.size()) || file.gcount() > 0) {
    text.append(buffer.data(), static_cast<size_t>(file.gcount()));
  }
  if (!file.is_open() || file.bad()) {
    const int error = errno;
    return Fail(ErrorCode::kNotFound, path + ": " + std::generic_category().message(error), error);
  }
  return text;
}

}  // namespace portcullis::k8s
