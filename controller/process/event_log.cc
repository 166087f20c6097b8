// SPDX-License-Identifier: Apache-2.0
//
// See event_log.h.
#include "controller/process/event_log.h"

#include <csignal>

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <nlohmann/json.hpp>

namespace portcullis {
namespace {

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

/// The members of a JSON object, without its braces: the line's pattern has those, with time and
/// level.
std::string JsonMembers(std::string_view event,
                        std::string_view message,
                        const std::vector<LogField>& fields) {
  nlohmann::ordered_json object;
  object["event"] = event;
  object["message"] = message;
  for (const auto& [key, value] : fields) {
    std::visit([&, name = key](const auto& v) { object[std::string(name)] = v; }, value);
  }
  // Names come from the API and could hold bytes that are no UTF-8: replace those rather than fail.
  const std::string text = object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return text.substr(1, text.size() - 2);
}

/// A log line is one line, whatever an object's name or a server's answer holds.
std::string OneLine(std::string_view message) {
  std::string line(message);
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      c = ' ';
    }
  }
  return line;
}

/// So many lines wait for standard output; one more pushes out the oldest.
constexpr size_t kWaiting = 256;

/// Signals are for the thread that waits for them.
void TakeNoSignal() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

EventLog::EventLog(LogFormat format, LogLevel level)
    : format_(format),
      writer_(
          std::make_shared<spdlog::details::thread_pool>(kWaiting, /*threads_n=*/1, TakeNoSignal)) {
  logger_ =
      std::make_shared<spdlog::async_logger>("portcullis",
                                             std::make_shared<spdlog::sinks::stdout_sink_mt>(),
                                             writer_,
                                             spdlog::async_overflow_policy::overrun_oldest);
  const char* pattern = format == LogFormat::kText
                            ? "%Y-%m-%dT%H:%M:%S.%eZ %-7l %v"
                            : R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";
  logger_->set_formatter(
      std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
  logger_->set_level(ToSpdlog(level));
  logger_->flush_on(spdlog::level::trace);
}

EventLog::~EventLog() {
  writer_.reset();  // Ends its thread first, which uses the logger to its last line.
}

bool EventLog::Writes(LogLevel level) const {
  return logger_->should_log(ToSpdlog(level));
}

void EventLog::Write(LogLevel level,
                     std::string_view event,
                     std::string_view message,
                     const std::vector<LogField>& fields) {
  const spdlog::level::level_enum spdlog_level = ToSpdlog(level);
  if (!logger_->should_log(spdlog_level)) {
    return;
  }
  ReportLost();
  Put(level, event, message, fields);
}

void EventLog::Put(LogLevel level,
                   std::string_view event,
                   std::string_view message,
                   const std::vector<LogField>& fields) {
  logger_->log(
      ToSpdlog(level),
      spdlog::string_view_t(format_ == LogFormat::kText ? OneLine(message)
                                                        : JsonMembers(event, message, fields)));
}

/// Once there is room again: said earlier it would be pushed out as well.
void EventLog::ReportLost() {
  const size_t lost = writer_->overrun_counter();
  size_t said = said_lost_;
  if (lost == said || writer_->queue_size() > kWaiting / 2 ||
      !said_lost_.compare_exchange_strong(said, lost)) {
    return;  // Nothing new, not yet, or another thread says it.
  }
  Put(LogLevel::kWarning,
      "log_lines_lost",
      std::to_string(lost - said) + " lines of this log are lost, as nobody took standard output",
      {{"lines", static_cast<int64_t>(lost - said)}});
}

}  // namespace portcullis
