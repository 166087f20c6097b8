// SPDX-License-Identifier: Apache-2.0
//
// Whether denied flows are logged, by what the kernel answers. tests/nft/log_test shows that the
// real one answers.
#include "controller/watches/log_probe.h"

#include <catch2/catch.hpp>

namespace portcullis {
namespace {

/// What UsableLogGroup() makes of `wanted` with a kernel that answers so.
policy::LogGroup Usable(policy::LogGroup wanted, const Result<void>& answer, int& asked) {
  EventLog log(LogFormat::kText, LogLevel::kError);
  const auto check = [&](const nft::ChangeSet& change) {
    ++asked;
    CHECK(change.table != "portcullis");
    CHECK(change.operations.size() == 3);
    return answer;
  };
  return UsableLogGroup(wanted, check, log);
}

}  // namespace

TEST_CASE("denied flows are logged where the kernel can, and enforced without where it cannot") {
  int asked = 0;
  CHECK(Usable(7, {}, asked) == policy::LogGroup(7));
  CHECK_FALSE(Usable(7, Fail(ErrorCode::kInvalidArgument, "No such file or directory"), asked));
  CHECK_FALSE(Usable(7, Fail(ErrorCode::kUnavailable, "no buffers"), asked));
  CHECK(asked == 3);
}

TEST_CASE("a kernel that shall not log is not asked") {
  int asked = 0;
  CHECK_FALSE(Usable(std::nullopt, {}, asked));
  CHECK(asked == 0);
}

}  // namespace portcullis
