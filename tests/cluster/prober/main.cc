// SPDX-License-Identifier: Apache-2.0
//
// cluster_prober PORT...: probes flows between network namespaces, with echo servers on these
// ports. Commands come line by line on standard input; each is answered by any number of lines and
// then "ok", or "error WHY". Times are nanoseconds of CLOCK_MONOTONIC. Needs root. Neighbours:
// prober does the work; tests/cluster/scenarios/probing.py writes the commands.
//
//   host NAME NETNS-FILE | forget NAME | serve NAME
//   flow NAME KIND SOURCE ADDRESS PORT EXPECTATION PERIOD-US [FIRST-SOURCE-PORT COUNT]
//        KIND: tcp udp sctp icmp (a new flow each time), tcp-stream udp-stream (one for all)
//        EXPECTATION: allowed denied free control
//   expect NAME EXPECTATION TIME | stop NAME | reset
//   last NAME COUNT SINCE          how many of the last beats are over, and passed
//   took NAME passes|stops FROM UNTIL    milliseconds until it was so, or "never"
//   report                         a line per flow, a line per wrong beat
#include <cerrno>
#include <cstdio>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>

#include <fcntl.h>
#include <unistd.h>

#include "tests/cluster/prober/prober.h"

namespace portcullis::prober {
namespace {

using lab::LabError;
using lab::Transport;
using Answer = std::ostringstream;

/// The words of a command after its name, read one by one.
class Words {
 public:
  explicit Words(const std::string& line) : stream_(line) {}

  template <typename T>
  T Next(const char* what) {
    T value;
    if (!(stream_ >> value)) {
      throw LabError(std::string("the command lacks ") + what);
    }
    return value;
  }
  std::string Word(const char* what) { return Next<std::string>(what); }
  Clock::time_point Time(const char* what) {
    return Clock::time_point(std::chrono::nanoseconds(Next<int64_t>(what)));
  }
  bool AtEnd() { return (stream_ >> std::ws).eof(); }

 private:
  std::istringstream stream_;
};

template <typename T>
T Choose(const std::map<std::string, T>& choices, const std::string& word) {
  const auto found = choices.find(word);
  if (found == choices.end()) {
    throw LabError("not understood: " + word);
  }
  return found->second;
}

Expectation ExpectationNamed(const std::string& word) {
  return Choose<Expectation>({{"allowed", Expectation::kAllowed},
                              {"denied", Expectation::kDenied},
                              {"free", Expectation::kFree},
                              {"control", Expectation::kAllowed}},
                             word);
}

Transport TransportNamed(const std::string& word) {
  return Choose<Transport>({{"tcp", Transport::kTcp},
                            {"udp", Transport::kUdp},
                            {"sctp", Transport::kSctp},
                            {"icmp", Transport::kIcmp},
                            {"tcp-stream", Transport::kTcp},
                            {"udp-stream", Transport::kUdp}},
                           word);
}

IpAddress AddressOf(const std::string& word) {
  const std::optional<IpAddress> address = IpAddress::Parse(word);
  if (!address) {
    throw LabError("no address: " + word);
  }
  return *address;
}

FlowOrder ReadOrder(Words& words) {
  FlowOrder order;
  order.name = words.Word("a name");
  const std::string kind = words.Word("a kind");
  order.transport = TransportNamed(kind);
  order.established = kind.ends_with("-stream");
  order.source = words.Word("a source");
  order.destination = AddressOf(words.Word("an address"));
  order.port = words.Next<uint16_t>("a port");
  const std::string expectation = words.Word("an expectation");
  order.expected = ExpectationNamed(expectation);
  order.control = expectation == "control";
  order.period = std::chrono::microseconds(words.Next<int64_t>("a period"));
  if (!words.AtEnd()) {
    order.first_source_port = words.Next<uint16_t>("a source port");
    order.source_ports = words.Next<uint16_t>("a count of source ports");
  }
  return order;
}

void PrintRecent(const Recent& recent, Answer& out) {
  out << recent.finished << ' ' << recent.passed << '\n';
}

void PrintTook(Prober& prober, Words& words, Answer& out) {
  const std::string name = words.Word("a flow");
  const bool passes =
      Choose<bool>({{"passes", true}, {"stops", false}}, words.Word("passes or stops"));
  const Clock::time_point from = words.Time("a beginning");
  const auto took = prober.Took(name, passes, from, words.Time("an end"));
  if (took) {
    out << *took << '\n';
  } else {
    out << "never\n";
  }
}

/// "wrong NAME lost|passed TIME" for each wrong beat, then
/// "flow NAME control|flow SENT PASSED JUDGED EXCUSED WRONG [why it ended]".
void PrintReport(const std::vector<FlowReport>& reports, Answer& out) {
  for (const FlowReport& report : reports) {
    const Judgement& judgement = report.judgement;
    for (const lab::Beat& beat : judgement.wrong) {
      out << "wrong " << report.name << (beat.passed ? " passed " : " lost ")
          << beat.sent.time_since_epoch().count() << '\n';
    }
    out << "flow " << report.name << (report.control ? " control " : " flow ") << judgement.sent
        << ' ' << judgement.passed << ' ' << judgement.judged << ' ' << judgement.excused << ' '
        << judgement.wrong.size() << ' ' << report.ended << '\n';
  }
}

using Command = std::function<void(Prober&, Words&, Answer&)>;

const std::map<std::string, Command>& Commands() {
  static const std::map<std::string, Command> kCommands = {
      {"host",
       [](Prober& prober, Words& words, Answer&) {
         const std::string name = words.Word("a name");
         prober.AddHost(name, words.Word("a file"));
       }},
      {"forget",
       [](Prober& prober, Words& words, Answer&) {
         prober.RemoveHost(words.Word("a name"));
       }},
      {"serve",
       [](Prober& prober, Words& words, Answer&) {
         prober.Serve(words.Word("a name"));
       }},
      {"flow",
       [](Prober& prober, Words& words, Answer&) {
         prober.StartFlow(ReadOrder(words));
       }},
      {"stop",
       [](Prober& prober, Words& words, Answer&) {
         prober.StopFlow(words.Word("a flow"));
       }},
      {"expect",
       [](Prober& prober, Words& words, Answer&) {
         const std::string name = words.Word("a flow");
         const Expectation expected = ExpectationNamed(words.Word("an expectation"));
         prober.Expect(name, expected, words.Time("a time"));
       }},
      {"last",
       [](Prober& prober, Words& words, Answer& out) {
         const std::string name = words.Word("a flow");
         const auto count = words.Next<size_t>("a count");
         PrintRecent(prober.LastBeats(name, count, words.Time("a time")), out);
       }},
      {"took", PrintTook},
      {"reset",
       [](Prober& prober, Words&, Answer&) {
         prober.Reset();
       }},
      {"report",
       [](Prober& prober, Words&, Answer& out) {
         PrintReport(prober.Report(), out);
       }},
  };
  return kCommands;
}

/// The answer to a command, with its last line.
std::string Obey(Prober& prober, const std::string& line) {
  Answer out;
  try {
    Words words(line);
    Choose(Commands(), words.Word("its name"))(prober, words, out);
    out << "ok\n";
  } catch (const LabError& error) {
    return "error " + std::string(error.what()) + " (" + line + ")\n";
  }
  return out.str();
}

/// Whole lines of standard input, without waiting for them.
class CommandLines {
 public:
  CommandLines() { lab::Checked(::fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK), "standard input"); }

  /// Whether there may be more.
  [[nodiscard]] bool Read() {
    char buffer[4096];
    const ssize_t size = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (size > 0) {
      text_.append(buffer, static_cast<size_t>(size));
    }
    return size > 0 || (size < 0 && errno == EAGAIN);
  }

  [[nodiscard]] std::optional<std::string> Next() {
    const size_t end = text_.find('\n');
    if (end == std::string::npos) {
      return std::nullopt;
    }
    std::string line = text_.substr(0, end);
    text_.erase(0, end + 1);
    return line;
  }

 private:
  std::string text_;
};

int Run(int count, char** arguments) {
  std::vector<uint16_t> ports;
  for (int i = 1; i < count; ++i) {
    ports.push_back(static_cast<uint16_t>(std::stoul(arguments[i])));
  }
  Prober prober(ports);
  CommandLines commands;
  while (commands.Read()) {
    while (const auto line = commands.Next()) {
      std::cout << Obey(prober, *line) << std::flush;
    }
    prober.Step();
  }
  return 0;
}

}  // namespace
}  // namespace portcullis::prober

int main(int count, char** arguments) {
  try {
    return portcullis::prober::Run(count, arguments);
  } catch (const std::exception& error) {
    std::cerr << "cluster_prober: " << error.what() << '\n';
    return 1;
  }
}
