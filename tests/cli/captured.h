// SPDX-License-Identifier: Apache-2.0
//
// What a command writes to a stream, for tests of what people read.
#ifndef PORTCULLIS_TESTS_CLI_CAPTURED_H_
#define PORTCULLIS_TESTS_CLI_CAPTURED_H_

#include <ostream>
#include <sstream>
#include <string>

namespace portcullis::cli {

/// What is written to a stream in its scope.
class Captured {
 public:
  explicit Captured(std::ostream& stream) : stream_(stream), before_(stream.rdbuf(text_.rdbuf())) {}
  Captured(const Captured&) = delete;
  Captured& operator=(const Captured&) = delete;
  Captured(Captured&&) = delete;
  Captured& operator=(Captured&&) = delete;
  ~Captured() { stream_.rdbuf(before_); }
  [[nodiscard]] std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::ostream& stream_;
  std::streambuf* before_;
};

}  // namespace portcullis::cli

#endif  // PORTCULLIS_TESTS_CLI_CAPTURED_H_
