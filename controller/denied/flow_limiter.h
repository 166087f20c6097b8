// SPDX-License-Identifier: Apache-2.0
//
// Which denied packets get a line in the log: the first one of a flow, and only so many flows of a
// pair of ends, and so many in all. What gets none is counted, and said with the pair's next line
// or with a summary. Pure: the time is handed in. Bounded memory, whatever comes. Between the
// packets that denied_log hears of and the lines that denied_line makes.
#ifndef PORTCULLIS_CONTROLLER_DENIED_FLOW_LIMITER_H_
#define PORTCULLIS_CONTROLLER_DENIED_FLOW_LIMITER_H_

#include <chrono>
#include <compare>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>

#include "controller/status/status.h"
#include "nft/logged_packet.h"

namespace portcullis::denied {

/// Two ends whose packets one chain denies, whichever of them sends.
struct Pair {
  std::string chain;
  IpAddress low;
  IpAddress high;

  auto operator<=>(const Pair&) const = default;
};
[[nodiscard]] Pair PairOf(const nft::LoggedPacket& packet);

/// So many at once, and then one for each `interval`.
class TokenBucket {
 public:
  TokenBucket(double size, std::chrono::milliseconds interval)
      : size_(size),
        interval_(interval),
        tokens_(size) {}

  [[nodiscard]] bool Take(SteadyTime now);

 private:
  double size_;
  std::chrono::duration<double> interval_;
  double tokens_;
  std::optional<SteadyTime> filled_;
};

struct Limits {
  double pair_burst = 5;
  std::chrono::milliseconds pair_interval{10'000};
  double burst = 100;
  std::chrono::milliseconds interval{50};  ///< 20 lines a second.
  /// Packets with the same addresses, protocol and ports are one flow for so long: as long as a
  /// client of TCP tries to connect.
  std::chrono::seconds same_flow{130};
  size_t pairs = 4'096;  ///< Remembered.
  size_t flows = 16'384;
};

/// What got no line, and since when.
struct Suppressed {
  uint64_t flows = 0;
  WallTime since;
};

class FlowLimiter {
 public:
  explicit FlowLimiter(const Limits& limits = {});

  struct Decision {
    bool write = false;
    bool repeated = false;  ///< Another packet of a flow that was heard of.
    Suppressed before;      ///< Flows of the pair without a line before this one; if `write`.
  };
  [[nodiscard]] Decision Judge(const nft::LoggedPacket& packet, SteadyTime now, WallTime wall);

  struct Summary {
    uint64_t flows = 0;                     ///< Suppressed since the last summary.
    size_t pairs = 0;                       ///< That they are of, as far as remembered.
    std::optional<nft::LoggedPacket> most;  ///< The last one of the pair that had most.
    uint64_t most_flows = 0;
  };
  /// What was suppressed since the last call; nothing where that is nothing.
  [[nodiscard]] std::optional<Summary> TakeSummary();

  [[nodiscard]] size_t pairs() const { return pairs_.size(); }
  [[nodiscard]] size_t flows() const { return flows_.size(); }

 private:
  struct Flow {
    Pair pair;
    std::optional<uint8_t> protocol;
    uint32_t ports = 0;  ///< Of the low end, then of the high one; of ICMP its type.

    auto operator<=>(const Flow&) const = default;
  };
  struct PairState {
    TokenBucket bucket;
    Suppressed suppressed;    ///< Since the pair's last line.
    uint64_t in_summary = 0;  ///< Since the last summary.
    nft::LoggedPacket last;
    std::list<Pair>::iterator place;
  };

  [[nodiscard]] static Flow FlowOf(const nft::LoggedPacket& packet);
  [[nodiscard]] bool IsNew(const nft::LoggedPacket& packet, SteadyTime now);
  PairState& StateOf(const Pair& pair);

  const Limits limits_;
  TokenBucket all_;
  std::map<Pair, PairState> pairs_;
  std::list<Pair> by_use_;  ///< The one that was heard of last is at the end.
  std::map<Flow, SteadyTime> flows_;
  std::list<std::map<Flow, SteadyTime>::iterator> by_age_;
  uint64_t suppressed_ = 0;  ///< Since the last summary.
};

}  // namespace portcullis::denied

#endif  // PORTCULLIS_CONTROLLER_DENIED_FLOW_LIMITER_H_
