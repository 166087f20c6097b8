// SPDX-License-Identifier: Apache-2.0
//
// The exit codes of all commands, as --help and the man page tell them. Two kinds of commands:
// those that do something (run, render, cleanup...) end with 0 or 1, those that answer a question
// (explain, diff, status...) with 0 for yes and 1 for no, and with 4 where there is no answer.
#ifndef PORTCULLIS_CONTROLLER_PROCESS_EXIT_CODES_H_
#define PORTCULLIS_CONTROLLER_PROCESS_EXIT_CODES_H_

namespace portcullis {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailure = 1;  ///< Of a command that does something.
inline constexpr int kExitNo = 1;       ///< Of one that answers: denied, different, not enforced.
inline constexpr int kExitUsage = 2;    ///< Wrong usage or configuration.
inline constexpr int kExitPermission = 3;  ///< A privilege is missing.
inline constexpr int kExitNoAnswer = 4;    ///< Anything else that kept a question from an answer.
inline constexpr int kExitDiffers = 5;     ///< The kernel does other than the policies say.

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_PROCESS_EXIT_CODES_H_
