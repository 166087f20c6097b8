// SPDX-License-Identifier: Apache-2.0
//
// See capability.h. By the system calls themselves: one bit of one set is not worth a library in
// the image.
#include "controller/process/capability.h"

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <unistd.h>

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

namespace portcullis {
namespace {

/// The sets of the calling thread, 64 bits each in two words.
using Sets = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

constexpr uint32_t kNetAdminBit = CAP_TO_MASK(CAP_NET_ADMIN);
constexpr size_t kNetAdminWord = CAP_TO_INDEX(CAP_NET_ADMIN);

__user_cap_header_struct Header() {
  return {_LINUX_CAPABILITY_VERSION_3, 0};
}

Result<Sets> ReadSets() {
  __user_cap_header_struct header = Header();
  Sets sets{};
  if (syscall(SYS_capget, &header, sets.data()) != 0) {
    return Fail(ErrorCode::kInternal, "capget: " + std::generic_category().message(errno), errno);
  }
  return sets;
}

PrivilegeFacts ReadFacts() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  return {prctl(PR_CAPBSET_READ, CAP_NET_ADMIN, 0, 0, 0) == 1,
          prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1,
          geteuid(),
          error ? "the program" : program.string()};
}

}  // namespace

Result<void> RaiseNetAdmin() {
  auto sets = ReadSets();
  if (!sets) {
    return Fail(sets.error());
  }
  __user_cap_data_struct& word = sets->at(kNetAdminWord);
  if ((word.permitted & kNetAdminBit) == 0) {
    return Fail(ErrorCode::kPermission, ExplainMissingNetAdmin(ReadFacts()), EPERM);
  }
  word.effective |= kNetAdminBit;
  __user_cap_header_struct header = Header();
  if (syscall(SYS_capset, &header, sets->data()) != 0) {
    return Fail(ErrorCode::kPermission, "capset: " + std::generic_category().message(errno), errno);
  }
  return {};
}

std::string ExplainMissingNetAdmin(const PrivilegeFacts& facts) {
  const std::string missing = "CAP_NET_ADMIN is missing, without which the kernel takes no rules: ";
  if (!facts.in_bounding_set) {
    return missing +
           "it is not in this process's bounding set. In Kubernetes add NET_ADMIN to "
           "securityContext.capabilities.add of the container";
  }
  if (facts.no_new_privs && facts.uid != 0) {
    return missing +
           "no_new_privs is set, which voids the capability of the program's file. In Kubernetes "
           "set securityContext.allowPrivilegeEscalation to true, or run as user 0";
  }
  if (facts.uid != 0) {
    return missing + "user " + std::to_string(facts.uid) + " has it not, and neither has " +
           facts.program + ". As root: setcap cap_net_admin=p " + facts.program +
           "; or run it as root";
  }
  return missing + "root is without it here. Start the program with the capability permitted";
}

}  // namespace portcullis
