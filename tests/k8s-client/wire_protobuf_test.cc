// SPDX-License-Identifier: Apache-2.0
//
// List pages, watch events and statuses in protobuf: what random objects and recorded answers
// (roundtrip_test, recorded_test) do not have.
#include "k8s-client/wire_protobuf.h"

#include <catch2/catch.hpp>

#include "tests/support/api/to_protobuf.h"

#include <protozero/pbf_writer.hpp>

namespace portcullis::k8s::protobuf {
namespace {

using protozero::pbf_writer;
using test::ProtobufEnvelope;
using test::ProtobufEvent;
using test::ProtobufList;
using test::ProtobufStatus;

using Strings = std::vector<std::string>;

template <typename Write>
std::string Message(const Write& write) {
  std::string bytes;
  pbf_writer writer(bytes);
  write(writer);
  return bytes;
}

/// A pod with the name "p" and these messages as spec and status.
std::string PodBytes(const std::string& spec, const std::string& status) {
  const std::string meta = Message([](pbf_writer& w) { w.add_string(1, "p"); });
  return Message([&](pbf_writer& w) {
    w.add_message(1, meta);
    w.add_message(2, spec);
    w.add_message(3, status);
  });
}

template <typename T = Pod>
Reading<T> Read(const std::string& message) {
  const auto event = MakeWire<T>()->DecodeEvent(ProtobufEvent("ADDED", "X", "v1", message));
  REQUIRE(event.has_value());
  return event->reading;
}

std::string Spec(protozero::pbf_tag_type list, const std::string& port, const char* restart) {
  const std::string container = Message([&](pbf_writer& w) {
    w.add_message(6, port);
    if (restart != nullptr) {
      w.add_string(24, restart);
    }
  });
  return Message([&](pbf_writer& w) { w.add_message(list, container); });
}

std::string Port(const std::string& name, int32_t number, const std::string& protocol) {
  return Message([&](pbf_writer& w) {
    w.add_string(1, name);
    w.add_int32(3, number);
    w.add_string(4, protocol);
  });
}

TEST_CASE("Ports have the JSON decoder's defaults, checks and problems") {
  struct Case {
    std::string port;
    std::vector<ContainerPort> want;
    Strings problems;
  };
  const std::string where = "spec.containers[0].ports[0].";
  const std::vector<Case> cases = {
      {Port("x", 80, ""), {{"x", Protocol::kTcp, 80}}, {}},
      {Port("x", 80, "SCTP"), {{"x", Protocol::kSctp, 80}}, {}},
      {Port("", 80, "TCP"), {}, {}},
      {Port("x", 0, "TCP"), {}, {where + "containerPort: 0 is not within 1-65535"}},
      {Port("x", -1, "TCP"), {}, {where + "containerPort: -1 is not within 1-65535"}},
      {Port("x", 65536, "TCP"), {}, {where + "containerPort: 65536 is not within 1-65535"}},
      {Port("x", 80, "tcp"), {}, {where + "protocol: \"tcp\" is no protocol"}}};
  for (const Case& one : cases) {
    const auto reading = Read(PodBytes(Spec(2, one.port, nullptr), ""));
    CHECK(reading.good());
    CHECK(reading.object.ports == one.want);
    CHECK(reading.object.problems == one.problems);
  }
}

TEST_CASE("Sidecars' named ports count, other init containers' do not, in protobuf too (6.11)") {
  const std::string port = Port("s", 1, "TCP");
  CHECK(Read(PodBytes(Spec(20, port, nullptr), "")).object.ports.empty());
  CHECK(Read(PodBytes(Spec(20, port, "Never"), "")).object.ports.empty());
  CHECK(Read(PodBytes(Spec(20, port, "Always"), "")).object.ports.size() == 1);
}

std::string Status(const Strings& ips, const std::string& single, const std::string& phase) {
  return Message([&](pbf_writer& w) {
    w.add_string(1, phase);
    w.add_string(6, single);
    for (const std::string& ip : ips) {
      w.add_message(12, Message([&](pbf_writer& entry) { entry.add_string(1, ip); }));
    }
  });
}

TEST_CASE("Addresses and phases have the JSON decoder's checks and problems (8.2, 8.5)") {
  const auto addresses = [](const Strings& ips, const std::string& single) {
    return Read(PodBytes("", Status(ips, single, ""))).object.addresses;
  };
  const auto address = *IpAddress::Parse("10.0.0.1");
  CHECK(addresses({}, "10.0.0.1") == std::vector{address});
  CHECK(addresses({"10.0.0.1", "10.0.0.1"}, "10.0.0.9") == std::vector{address});
  CHECK(addresses({""}, "10.0.0.9").empty());
  const auto bad = Read(PodBytes("", Status({"10.0.0.256", "10.0.0.1"}, "", "running")));
  CHECK(bad.object.addresses == std::vector{address});
  CHECK(bad.object.phase == PodPhase::kUnknown);
  CHECK(bad.object.problems == Strings{"status.phase: \"running\" is no phase",
                                       "status.podIPs[0].ip: \"10.0.0.256\" is no IP address"});
}

std::string Times(int64_t created, bool deleted_set) {
  const std::string time = Message([&](pbf_writer& w) { w.add_int64(1, created); });
  const std::string meta = Message([&](pbf_writer& w) {
    w.add_string(1, "p");
    w.add_message(8, time);
    w.add_message(9, deleted_set ? time : "");
  });
  return Message([&](pbf_writer& w) { w.add_message(1, meta); });
}

TEST_CASE("Times are what they are in JSON; an empty one is not set") {
  CHECK(Read(Times(0, false)).object.meta.creation_timestamp == "1970-01-01T00:00:00Z");
  CHECK(Read(Times(951827696, false)).object.meta.creation_timestamp == "2000-02-29T12:34:56Z");
  CHECK(Read(Times(-62135596800, false)).object.meta.creation_timestamp == "0001-01-01T00:00:00Z");
  CHECK(Read(Times(253402300799, false)).object.meta.creation_timestamp == "9999-12-31T23:59:59Z");
  CHECK_FALSE(Read(Times(0, false)).object.deleting);
  CHECK(Read(Times(0, true)).object.deleting);
  const auto bad = Read(Times(253402300800, false));
  CHECK(bad.object.meta.creation_timestamp.empty());
  CHECK(bad.object.problems == Strings{"metadata.creationTimestamp: 253402300800 is no time"});
}

TEST_CASE("An object without a name counts as not there") {
  CHECK(Read("").refusal == "has no metadata.name");
  CHECK(Read<Namespace>("").refusal == "has no metadata.name");
}

TEST_CASE("What is no list in protobuf is never taken for an empty one") {
  const std::string meta = Message([](pbf_writer& w) { w.add_string(2, "7"); });
  const std::string good = Message([&](pbf_writer& w) { w.add_message(1, meta); });
  std::string bytes = GENERATE_COPY(std::string(),
                                    std::string("k8s"),
                                    std::string("k8s\0", 4),
                                    std::string("{}"),
                                    good,
                                    ProtobufEnvelope("PodList", "v1", ""),
                                    ProtobufEnvelope("Pod", "v1", good),
                                    ProtobufEnvelope("List", "v1", good),
                                    ProtobufEnvelope("Status", "v1", ProtobufStatus(500, "x")),
                                    ProtobufList("PodList", "v1", "", "", {}),
                                    ProtobufEnvelope("PodList", "v1", good + "\x12\x7f"),
                                    ProtobufEnvelope("PodList", "v1", good + "\x10\x01"),
                                    ProtobufEnvelope("PodList", "v1", good + "\x0b"));
  CHECK_FALSE(MakeWire<Pod>()->DecodePage(bytes).has_value());
  std::string empty = ProtobufEnvelope("PodList", "v1", good);
  CHECK(MakeWire<Pod>()->DecodePage(empty).has_value());
}

TEST_CASE("What is no event in protobuf is refused") {
  const std::string object = ProtobufEnvelope("Pod", "v1", "");
  const std::string frame =
      GENERATE_COPY(std::string(),
                    std::string("\xff\xff"),
                    ProtobufEvent("RENAMED", "Pod", "v1", ""),
                    Message([](pbf_writer& w) { w.add_string(1, "ADDED"); }),
                    Message([&](pbf_writer& w) { w.add_message(2, object); }),
                    Message([&](pbf_writer& w) {
                      w.add_string(1, "ADDED");
                      w.add_message(2, object);  // Without the RawExtension around it.
                    }));
  CHECK_FALSE(MakeWire<Pod>()->DecodeEvent(frame).has_value());
}

TEST_CASE("A field of metadata that is of another type than Kubernetes gave it is refused") {
  const auto tag = GENERATE(1U, 3U, 5U, 6U, 7U, 8U, 9U, 11U);  // All that are read.
  CAPTURE(tag);
  const std::string meta = Message([&](pbf_writer& w) {
    w.add_string(1, "p");
    w.add_fixed32(tag, 0x58015201);  // Taken for a varint: 1, and then a whole field.
  });
  const std::string pod = Message([&](pbf_writer& w) { w.add_message(1, meta); });
  CHECK_FALSE(MakeWire<Pod>()->DecodeEvent(ProtobufEvent("ADDED", "Pod", "v1", pod)));
}

TEST_CASE("Text that is no UTF-8 is no text, as in JSON") {
  const std::string meta = Message([](pbf_writer& w) { w.add_string(1, "p\xff"); });
  const std::string pod = Message([&](pbf_writer& w) { w.add_message(1, meta); });
  const auto event = MakeWire<Pod>()->DecodeEvent(ProtobufEvent("ADDED", "Pod", "v1", pod));
  REQUIRE_FALSE(event.has_value());
  CHECK(event.error().message == "bad protobuf: text that is no UTF-8");
}

TEST_CASE("A status in protobuf is read, and what is none becomes the message") {
  const ApiStatus status =
      k8s::DecodeStatus(ProtobufEnvelope("Status", "v1", ProtobufStatus(403, "pods is forbidden")));
  CHECK(status.code == 403);
  CHECK(status.message == "pods is forbidden");
  CHECK(k8s::DecodeStatus(std::string("k8s\0\xff", 5)).code == 0);
}

}  // namespace
}  // namespace portcullis::k8s::protobuf
