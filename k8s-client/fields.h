// SPDX-License-Identifier: Apache-2.0
//
// What the values of an object's fields mean, whatever format they came in: the checks and the
// problems' texts that the JSON and the protobuf decoders share. Pure; knows no format.
#ifndef PORTCULLIS_K8S_CLIENT_FIELDS_H_
#define PORTCULLIS_K8S_CLIENT_FIELDS_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "k8s-client/problems.h"
#include "k8s-client/reading.h"

namespace portcullis::k8s {

/// "" is a pod's phase before it has one; what is no phase counts as live (8.3, 8.5).
[[nodiscard]] PodPhase ParsePhase(std::string_view text, const Path& path, Problems& problems);
/// Nothing, and a problem, where it is none.
[[nodiscard]] std::optional<Protocol> ParseProtocol(std::string_view text,
                                                    const Path& path,
                                                    Problems& problems);
[[nodiscard]] std::optional<uint16_t> CheckPort(int64_t number,
                                                const Path& path,
                                                Problems& problems);
/// Appends an address that is not there yet; "" is none.
void AddAddress(std::string_view text,
                const Path& path,
                Problems& problems,
                std::vector<IpAddress>& addresses);

/// Appends a block that is not there yet; "" is none.
void AddCidr(std::string_view text, const Path& path, Problems& problems, std::vector<Cidr>& cidrs);

/// Gives a namespace the label with its name (4.7); `messages` are the problems of its metadata.
void FinishNamespace(const std::vector<std::string>& messages, Reading<Namespace>& reading);

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_FIELDS_H_
