// SPDX-License-Identifier: Apache-2.0
//
// The matrix for programs, and the data of its page.
#include "controller/cli/matrix_data.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "controller/cli/matrix_page.h"
#include "tests/cli/shop.h"

namespace portcullis::cli {
namespace {

using insight::MatrixView;
using insight::ReachMatrix;
using Json = nlohmann::json;

TEST_CASE("JSON has ends, answers, and rows of numbers", "[matrix]") {
  const ReachMatrix matrix{policy::World(test::Shop())};
  const Json json = Json::parse(ToJson(matrix, MatrixView(matrix, {}), ""));
  CHECK(json["ends"][2]["name"] == "shop/web-* (2 pods)");
  CHECK(json["ends"][2]["pods"] == Json({"web-0", "web-1"}));
  CHECK(json["ends"][3]["ranges"] == Json::array({Json::array({"192.0.2.0", "192.0.2.255"})}));
  const Json& rows = json["reach"]["ipv4"];
  CHECK(json["answers"][rows[2][1].get<size_t>()] == Json({{"text", "5432/TCP"},
                                                           {"everything", false},
                                                           {"otherProtocols", false},
                                                           {"tcp", Json::array({{5432, 5432}})},
                                                           {"wouldDeny", Json::array()}}));
  CHECK(json["answers"][rows[0][1].get<size_t>()]["text"] == "nothing");
  CHECK(rows[1][1].is_null());
}

TEST_CASE("JSON of one namespace has nothing for pairs of others", "[matrix]") {
  const ReachMatrix matrix{policy::World(test::Shop())};
  const Json json = Json::parse(ToJson(matrix, MatrixView(matrix, {}), "other"));
  CHECK(json["reach"]["ipv4"][2][1].is_null());
  CHECK_FALSE(json["reach"]["ipv4"][0][1].is_null());
}

TEST_CASE("CSV has a row per pair and quotes what needs it (RFC 4180)", "[matrix]") {
  k8s::Objects objects = test::Shop();
  objects.policies.front().ingress.front().ports->push_back(test::Port(k8s::Protocol::kUdp, 53));
  const ReachMatrix matrix{policy::World(objects)};
  const std::string csv = ToCsv(MatrixView(matrix, {}), "");
  CHECK_THAT(csv,
             Catch::StartsWith("source,destination,family,ports,wouldDeny\r\n"
                               "other/client,shop/db,IPv4,nothing,nothing\r\n"));
  CHECK_THAT(csv,
             Catch::Contains("shop/web-* (2 pods),shop/db,IPv4,\"5432/TCP, 53/UDP\",nothing\r\n"));
}

TEST_CASE("what audited policies would deny is in JSON and CSV (12.3)", "[matrix]") {
  k8s::Objects objects = test::Shop();
  objects.policies.front().audit = true;
  const ReachMatrix matrix{policy::World(objects)};
  const Json json = Json::parse(ToJson(matrix, MatrixView(matrix, {}), ""));
  const Json& answer = json["answers"][json["reach"]["ipv4"][2][1].get<size_t>()];
  CHECK(answer["everything"] == true);
  REQUIRE(answer["wouldDeny"].size() == 1);
  CHECK(answer["wouldDeny"][0]["policies"] ==
        Json::array({{{"namespace", "shop"}, {"name", "db"}}}));
  CHECK(answer["wouldDeny"][0]["ports"]["text"] == "everything but 5432/TCP");
  CHECK_THAT(ToCsv(MatrixView(matrix, {}), ""),
             Catch::Contains("other/client,shop/db,IPv4,everything,everything\r\n"));
}

TEST_CASE("names cannot break out of the page's data", "[matrix]") {
  k8s::Objects objects = test::Shop();
  objects.pods.push_back(test::MakePod("shop/</script><b>&<!--", {"10.0.0.9"}));
  const std::string page = ToPage(ReachMatrix{policy::World(objects)});
  CHECK(page.find("</script><b>") == std::string::npos);
  CHECK(page.find("<!--", page.find("<body>")) == std::string::npos);
  const std::string begin = R"(<script id="data" type="application/json">)";
  const size_t from = page.find(begin) + begin.size();
  const Json data = Json::parse(page.substr(from, page.find("</script>", from) - from));
  CHECK(data["ends"][1]["name"] == "shop/</script><b>&<!--");
}

TEST_CASE("the page names nothing that lies elsewhere", "[matrix]") {
  const std::string page = ToPage(ReachMatrix{policy::World(test::Shop())});
  CHECK(page.find("http:") == std::string::npos);
  CHECK(page.find("https:") == std::string::npos);
  CHECK(page.find("%DATA%") == std::string::npos);
  CHECK(page.find("%SCRIPT%") == std::string::npos);
}

}  // namespace
}  // namespace portcullis::cli
