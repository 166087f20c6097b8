// SPDX-License-Identifier: Apache-2.0
//
// What a real kube-apiserver (1.34.4) said about the same objects as JSON and as protobuf means the
// same here. recorded/record made the files.
#include <fstream>
#include <iterator>

#include <catch2/catch.hpp>

#include "k8s-client/wire_json.h"
#include "k8s-client/wire_protobuf.h"

namespace portcullis::k8s {
namespace {

std::string Recorded(const std::string& name) {
  std::ifstream file(std::string(PORTCULLIS_RECORDED) + "/" + name, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  INFO(name);
  REQUIRE_FALSE(bytes.empty());
  return bytes;
}

template <typename T>
ListPage<T> PageOf(Wire<T>& wire, const std::string& name) {
  std::string bytes = Recorded(name);
  auto page = wire.DecodePage(bytes);
  REQUIRE(page.has_value());
  CHECK(page->bad.empty());
  return std::move(*page);
}

template <typename T>
std::vector<WatchEvent<T>> EventsOf(Wire<T>& wire, Format format, const std::string& name) {
  const auto splitter = MakeFrameSplitter(format, size_t{1} << 20U);
  std::vector<WatchEvent<T>> events;
  const auto outcome = splitter->Feed(Recorded(name), [&](std::string_view frame) {
    auto event = wire.DecodeEvent(frame);
    REQUIRE(event.has_value());
    events.push_back(std::move(*event));
    return true;
  });
  CHECK(outcome == FrameSplitter::Outcome::kMore);
  CHECK(splitter->complete());
  return events;
}

TEST_CASE("A recorded list of pods is the same in both formats") {
  const auto in_json = PageOf(*json::MakeWire<Pod>(), "pods.json");
  const auto in_protobuf = PageOf(*protobuf::MakeWire<Pod>(), "pods.pb");
  CHECK(in_protobuf.objects == in_json.objects);
  CHECK(in_protobuf.resource_version == in_json.resource_version);
  CHECK(in_protobuf.continue_token.empty());
  REQUIRE(in_protobuf.objects.size() == 3);
  const Pod& going = in_protobuf.objects[0];
  CHECK(going.deleting);
  CHECK(going.host_network);
  CHECK(going.node_name == "node-2");
  const Pod& web = in_protobuf.objects[2];
  CHECK(web.meta.key == ObjectKey{"recorded", "web"});
  CHECK(web.meta.labels == Labels{{"app", "web"}, {"empty", ""}, {"tier", "front"}});
  CHECK(web.meta.creation_timestamp.size() == 20);
  CHECK_FALSE(web.deleting);
  CHECK(web.phase == PodPhase::kRunning);
  CHECK(web.addresses == std::vector{*IpAddress::Parse("10.0.0.7"), *IpAddress::Parse("fd00::7")});
  CHECK(web.ports == std::vector<ContainerPort>{{"http", Protocol::kTcp, 8080},
                                                {"dns", Protocol::kUdp, 53},
                                                {"metrics", Protocol::kTcp, 9090}});
}

TEST_CASE("A recorded page says where the next one begins, in both formats") {
  const auto in_json = PageOf(*json::MakeWire<Pod>(), "page.json");
  const auto in_protobuf = PageOf(*protobuf::MakeWire<Pod>(), "page.pb");
  CHECK(in_protobuf.objects == in_json.objects);
  CHECK(in_protobuf.objects.size() == 2);
  CHECK_FALSE(in_protobuf.continue_token.empty());
  CHECK(in_protobuf.continue_token == in_json.continue_token);
}

TEST_CASE("A recorded list of namespaces is the same in both formats") {
  const auto in_json = PageOf(*json::MakeWire<Namespace>(), "namespaces.json");
  const auto in_protobuf = PageOf(*protobuf::MakeWire<Namespace>(), "namespaces.pb");
  CHECK(in_protobuf.objects == in_json.objects);
  REQUIRE(in_protobuf.objects.size() == 1);
  CHECK(in_protobuf.objects[0].meta.labels.at("team") == "a");
}

TEST_CASE("A recorded watch tells the same in both formats") {
  const auto in_json = EventsOf(*json::MakeWire<Pod>(), Format::kJson, "watch.json");
  const auto in_protobuf = EventsOf(*protobuf::MakeWire<Pod>(), Format::kProtobuf, "watch.pb");
  REQUIRE(in_json.size() == in_protobuf.size());
  std::vector<EventType> types;
  for (size_t i = 0; i < in_json.size(); ++i) {
    types.push_back(in_json[i].type);
    CHECK(in_protobuf[i].type == in_json[i].type);
    CHECK(in_protobuf[i].reading.object == in_json[i].reading.object);
    CHECK(in_protobuf[i].reading.good() == (in_json[i].type != EventType::kBookmark));
  }
  for (const EventType type :
       {EventType::kAdded, EventType::kModified, EventType::kDeleted, EventType::kBookmark}) {
    CHECK(std::find(types.begin(), types.end(), type) != types.end());
  }
  CHECK_FALSE(in_protobuf.back().reading.object.meta.resource_version.empty());
}

TEST_CASE("A recorded refusal is the same in both formats, as an answer and as an event") {
  const ApiStatus in_json = DecodeStatus(Recorded("status.json"));
  const ApiStatus in_protobuf = DecodeStatus(Recorded("status.pb"));
  CHECK(in_protobuf.code == 404);
  CHECK(in_protobuf.code == in_json.code);
  CHECK(in_protobuf.message == in_json.message);

  const auto gone_json = EventsOf(*json::MakeWire<Pod>(), Format::kJson, "gone.json");
  const auto gone_protobuf = EventsOf(*protobuf::MakeWire<Pod>(), Format::kProtobuf, "gone.pb");
  REQUIRE(gone_protobuf.size() == 1);
  CHECK(gone_protobuf[0].type == EventType::kError);
  CHECK(gone_protobuf[0].status.code == 410);
  CHECK(gone_protobuf[0].status.message == gone_json.at(0).status.message);
}

}  // namespace
}  // namespace portcullis::k8s
