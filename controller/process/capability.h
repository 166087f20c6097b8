// SPDX-License-Identifier: Apache-2.0
//
// CAP_NET_ADMIN, made usable. The image's binary has it as a permitted file capability that is not
// effective, so that the program can be run without it where it is not needed (`portcullis version`
// in any container); the commands that need it raise it here. Knows no netlink: nft/ uses the
// right.
#ifndef PORTCULLIS_CONTROLLER_PROCESS_CAPABILITY_H_
#define PORTCULLIS_CONTROLLER_PROCESS_CAPABILITY_H_

#include <string>

#include "base/result.h"

namespace portcullis {

/// What the kernel says of this process's right to have CAP_NET_ADMIN.
struct PrivilegeFacts {
  bool in_bounding_set = true;
  bool no_new_privs = false;
  unsigned uid = 0;
  std::string program;  ///< The path of this program's file.
};

/// Makes CAP_NET_ADMIN effective for the calling thread, and so for each one that it starts later.
/// REQUIRES: no other thread has been started that needs it.
/// ERRORS: kPermission, with the reason and what to do.
[[nodiscard]] Result<void> RaiseNetAdmin();

/// Why CAP_NET_ADMIN is not permitted, and what to do about it.
[[nodiscard]] std::string ExplainMissingNetAdmin(const PrivilegeFacts& facts);

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_PROCESS_CAPABILITY_H_
