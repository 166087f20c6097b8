// SPDX-License-Identifier: Apache-2.0
//
// See howto.h.
#include "tests/howto/howto.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>

#include "k8s-client/manifest.h"

namespace portcullis::test {
namespace {

constexpr char kWorld[] = "world";
constexpr char kIndex[] = "README";

std::string ReadFile(const std::filesystem::path& path) {
  const std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool HasOutcome(const Page& page, Outcome outcome) {
  return std::any_of(
      page.rows.begin(), page.rows.end(), [&](const Row& row) { return row.outcome == outcome; });
}

class Folder {
 public:
  explicit Folder(std::filesystem::path path) : path_(std::move(path)) {}

  HowTos Read() {
    out_.world = Objects({File(kWorld, ".yaml")}, kWorld);
    index_ = ReadFile(File(kIndex, ".md"));
    for (const std::string& name : Names()) {
      ReadOne(name);
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::filesystem::path File(const std::string& name, const char* ending) const {
    return path_ / (name + ending);
  }

  void Problem(const std::string& name, const std::string& what) {
    out_.problems.push_back(name + ": " + what);
  }

  /// Of all pages and all policies, so that one without the other is met.
  [[nodiscard]] std::set<std::string> Names() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      names.insert(entry.path().stem());
    }
    names.erase(kWorld);
    names.erase(kIndex);
    return names;
  }

  void ReadOne(const std::string& name) {
    const std::string file = name + ".md";
    const Page page = ReadPage(ReadFile(File(name, ".md")));
    for (const std::string& problem : page.problems) {
      Problem(file, problem);
    }
    if (page.yaml.empty() || page.yaml != ReadFile(File(name, ".yaml"))) {
      Problem(file, "it does not show " + name + ".yaml as it is");
    }
    if (!HasOutcome(page, Outcome::kAllowed) || page.rows.size() < 3 ||
        !(HasOutcome(page, Outcome::kDenied) || HasOutcome(page, Outcome::kWouldBeDenied))) {
      Problem(file, "it takes three rows at least, of what is allowed and of what is denied");
    }
    if (index_.find("(" + file + ")") == std::string::npos) {
      Problem(file, "README.md does not lead to it");
    }
    HowTo howto;
    howto.name = name;
    howto.objects = Objects({File(kWorld, ".yaml"), File(name, ".yaml")}, name);
    if (howto.objects.policies.empty()) {
      Problem(name + ".yaml", "it has no policy");
    }
    AddQuestions(howto, page);
    out_.pages.push_back(std::move(howto));
  }

  /// What the files hold; none of it may be hard to understand.
  k8s::Objects Objects(const std::vector<std::string>& files, const std::string& name) {
    auto read = k8s::ReadManifests(files);
    if (!read) {
      Problem(name, read.error().message);
      return {};
    }
    for (const std::string& problem : read->problems) {
      Problem(name, problem);
    }
    return std::move(read->objects);
  }

  void AddQuestions(HowTo& howto, const Page& page) {
    for (const Row& row : page.rows) {
      const size_t before = howto.questions.size();
      const End from = Find(howto.objects, row.from);
      const End to = Find(howto.objects, row.to);
      for (const IpAddress& source : from.addresses) {
        for (const IpAddress& destination : to.addresses) {
          if (source.family() == destination.family()) {
            howto.questions.push_back({row, from, to, source, destination});
          }
        }
      }
      if (howto.questions.size() == before) {
        Problem(howto.name + ".md", "nobody is meant by " + row.ToString());
      }
    }
  }

  /// Without addresses: `text` names nobody.
  static End Find(const k8s::Objects& objects, const std::string& text) {
    if (const auto address = IpAddress::Parse(text)) {
      return {End::Kind::kAddress, text, {*address}};
    }
    for (const k8s::Pod& pod : objects.pods) {
      if (!pod.host_network && pod.meta.key.ToString() == text) {
        return {End::Kind::kPod, text, pod.addresses};
      }
      if (pod.host_network && pod.node_name == text) {
        return {End::Kind::kNode, text, pod.addresses};
      }
    }
    return {End::Kind::kAddress, text, {}};
  }

  const std::filesystem::path path_;
  std::string index_;
  HowTos out_;
};

}  // namespace

HowTos ReadHowTos(const std::filesystem::path& folder) {
  return Folder(folder).Read();
}

std::string ToText(const HowTo& page, const Question& question) {
  return page.name + ".md:" + std::to_string(question.row.line) + ": " + question.row.ToString() +
         " (" + question.source.ToString() + " → " + question.destination.ToString() + ")";
}

}  // namespace portcullis::test
