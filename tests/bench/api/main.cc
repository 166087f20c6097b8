// SPDX-License-Identifier: Apache-2.0
//
// What it costs here to read what an API server sends: a watch's event and a list's page of a pod,
// as JSON and as protobuf. The pod is one that kube-apiserver 1.34.4 sent (event.json, event.pb):
// two containers with environment and probes, status, managedFields. No connection.
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>

#include "k8s-client/wire_json.h"
#include "k8s-client/wire_protobuf.h"
#include "tests/bench/support/allocations.h"
#include "tests/bench/support/process.h"
#include "tests/bench/support/program.h"

namespace portcullis::bench {
namespace {

using k8s::Format;
using k8s::Pod;
using k8s::Wire;

constexpr size_t kEvents = 2'000;  // Of one sample.
constexpr size_t kPage = 500;
constexpr size_t kRounds = 15;

std::string Recorded(const std::string& name) {
  std::ifstream file(std::string(PORTCULLIS_EVENTS) + "/" + name, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (bytes.empty()) {
    throw std::runtime_error(name + " cannot be read");
  }
  return bytes;
}

/// A stream of `count` times the same event.
std::string Stream(const std::string& event, size_t count) {
  std::string stream;
  stream.reserve(event.size() * count);
  for (size_t i = 0; i < count; ++i) {
    stream += event;
  }
  return stream;
}

std::string JsonPage(const std::string& event, size_t count) {
  const size_t begin = event.find("\"object\":") + 9;
  const std::string object = event.substr(begin, event.rfind('}') - begin);
  std::string page = R"({"kind":"PodList","metadata":{"resourceVersion":"7"},"items":[)";
  for (size_t i = 0; i < count; ++i) {
    page.append(i == 0 ? "" : ",").append(object);
  }
  return page + "]}";
}

std::string Varint(size_t number) {
  std::string bytes;
  for (; number >= 0x80; number >>= 7U) {
    bytes.push_back(static_cast<char>(number | 0x80U));
  }
  bytes.push_back(static_cast<char>(number));
  return bytes;
}

std::string Field(char tag, const std::string& bytes) {
  return tag + Varint(bytes.size()) + bytes;
}

/// The value of the length-delimited field that `bytes` has at `at`.
std::string ValueAt(const std::string& bytes, size_t at) {
  size_t size = 0;
  unsigned shift = 0;
  do {
    size |= (static_cast<unsigned char>(bytes.at(++at)) & 0x7fU) << shift;
    shift += 7;
  } while ((static_cast<unsigned char>(bytes[at]) & 0x80U) != 0);
  return bytes.substr(at + 1, size);
}

std::string ProtobufPage(const std::string& event, size_t count) {
  const std::string envelope = event.substr(event.find(std::string("k8s\0", 4)) + 4);
  const std::string type = ValueAt(envelope, 0);
  const std::string pod = ValueAt(envelope, 1 + Varint(type.size()).size() + type.size());
  std::string list = Field('\x0a', Field('\x12', "7"));
  for (size_t i = 0; i < count; ++i) {
    list += Field('\x12', pod);
  }
  return std::string("k8s\0", 4) + Field('\x0a', Field('\x12', "PodList")) + Field('\x12', list);
}

struct Subject {
  std::string name;
  Format format;
  std::unique_ptr<Wire<Pod>> wire;
  std::string stream;  ///< kEvents events.
  std::string page;    ///< kPage pods.
};

std::vector<Subject> Subjects() {
  const std::string json = Recorded("event.json");
  const std::string protobuf = Recorded("event.pb");
  std::vector<Subject> subjects;
  subjects.push_back({"JSON",
                      Format::kJson,
                      k8s::json::MakeWire<Pod>(),
                      Stream(json, kEvents),
                      JsonPage(json, kPage)});
  subjects.push_back({"protobuf",
                      Format::kProtobuf,
                      k8s::protobuf::MakeWire<Pod>(),
                      Stream(protobuf, kEvents),
                      ProtobufPage(protobuf, kPage)});
  return subjects;
}

void Require(bool good) {
  if (!good) {
    throw std::runtime_error("what was recorded is not understood");
  }
}

/// The stream comes in pieces of some KB, as from a connection.
double NanosecondsPerEvent(Subject& subject) {
  constexpr size_t kPiece = 16'384;
  const auto frames = k8s::MakeFrameSplitter(subject.format, size_t{16} << 20U);
  size_t ports = 0;
  const auto take = [&](std::string_view frame) {
    const auto event = subject.wire->DecodeEvent(frame);
    ports += event ? event->reading.object.ports.size() : 0;
    return true;
  };
  const Stopwatch watch;
  for (std::string_view rest = subject.stream; !rest.empty();
       rest.remove_prefix(std::min(rest.size(), kPiece))) {
    (void)frames->Feed(rest.substr(0, kPiece), take);
  }
  const double time = watch.cpu().count();
  Require(ports == 2 * kEvents);
  return time / static_cast<double>(kEvents);
}

double NanosecondsPerListed(Subject& subject) {
  std::string text = subject.page;
  const Stopwatch watch;
  const auto page = subject.wire->DecodePage(text);
  const double time = watch.cpu().count();
  Require(page && page->objects.size() == kPage);
  return time / static_cast<double>(kPage);
}

using Measure = double (*)(Subject&);

void Compare(const std::string& what, Measure measure, Report& report, bool quick) {
  auto subjects = Subjects();
  std::vector<std::function<double()>> cases;
  cases.reserve(subjects.size());
  for (Subject& subject : subjects) {
    cases.emplace_back([&subject, measure] { return measure(subject); });
  }
  const auto samples = Alternate(quick ? 3 : kRounds, cases);
  for (size_t i = 0; i < subjects.size(); ++i) {
    const Params params = {{"format", subjects[i].name}};
    report.Add("decode: " + what, "CPU", "ns", Summarise(samples[i]), params);
    const Allocations before = AllocationsSoFar();
    (void)measure(subjects[i]);
    const auto count = static_cast<double>((AllocationsSoFar() - before).count);
    const size_t objects = what == "event" ? kEvents : kPage;
    report.Add("decode: " + what, "allocations", "", count / static_cast<double>(objects), params);
  }
  report.Add("decode: " + what, "protobuf to JSON", "×", Summarise(Ratios(samples[1], samples[0])));
}

}  // namespace
}  // namespace portcullis::bench

int main(int argc, char** argv) {
  using namespace portcullis::bench;
  Program program("decode", argc, argv);
  program.Case("event", [&](Report& report) {
    Compare("event", NanosecondsPerEvent, report, program.quick());
  });
  program.Case("listed pod", [&](Report& report) {
    Compare("listed pod", NanosecondsPerListed, report, program.quick());
  });
  return program.Run();
}
