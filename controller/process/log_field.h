// SPDX-License-Identifier: Apache-2.0
//
// What a line of the log is made of, as values: for those who choose its words and write nothing.
// event_log writes.
#ifndef PORTCULLIS_CONTROLLER_PROCESS_LOG_FIELD_H_
#define PORTCULLIS_CONTROLLER_PROCESS_LOG_FIELD_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace portcullis {

enum class LogFormat { kText, kJson };
enum class LogLevel { kDebug, kInfo, kWarning, kError };

/// A fact beside the message, for machines: a key of the JSON line. The text line does not show it,
/// so the message must say it too.
using LogValue = std::variant<std::string, double, int64_t, bool, std::vector<std::string>>;
using LogField = std::pair<std::string_view, LogValue>;

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_PROCESS_LOG_FIELD_H_
