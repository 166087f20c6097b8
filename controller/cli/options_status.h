// SPDX-License-Identifier: Apache-2.0
//
// `portcullis status` on the command line. status.h does it.
#ifndef PORTCULLIS_CONTROLLER_CLI_OPTIONS_STATUS_H_
#define PORTCULLIS_CONTROLLER_CLI_OPTIONS_STATUS_H_

#include <cstdint>

#include "base/ip.h"
#include "controller/cli/cli11.h"
#include "controller/serving/listen_address.h"

namespace portcullis::cli {

enum class StatusOutput : uint8_t { kText, kWide, kJson, kYaml };

struct StatusOptions {
  /// Where `portcullis run` serves; without an address this host's own.
  ListenAddress address{std::nullopt, 10310};
  StatusOutput output = StatusOutput::kText;
  bool watch = false;
};

CLI::App* AddStatus(CLI::App& app, StatusOptions& status);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_OPTIONS_STATUS_H_
