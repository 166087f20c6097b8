// SPDX-License-Identifier: Apache-2.0
//
// See problems.h.
#include "k8s-client/problems.h"

namespace portcullis::k8s {
namespace {

constexpr size_t kMaxQuoted = 100;  // Of a value in a message; users choose the values.

}  // namespace

std::string Path::ToString() const {
  std::vector<const Path*> steps;
  for (const Path* step = this; step->parent_ != nullptr; step = step->parent_) {
    steps.push_back(step);
  }
  std::string text;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    if ((*step)->index_) {
      text += '[';
      text += std::to_string(*(*step)->index_);
      text += ']';
    } else {
      text += text.empty() ? "" : ".";
      text += (*step)->field_;
    }
  }
  return text;
}

bool Problems::Add(const Path& path, std::string_view what) {
  const std::string where = path.ToString();
  messages_.push_back(where.empty() ? std::string(what) : where + ": " + std::string(what));
  return false;
}

bool Problems::AddUnknownField(const Path& path, std::string_view field) {
  return Add(path, "has the unknown field " + Quoted(field));
}

std::string Quoted(std::string_view text) {
  std::string quoted = "\"" + std::string(text.substr(0, kMaxQuoted));
  for (char& c : quoted) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      c = '?';  // A message is one line of a log.
    }
  }
  return quoted + (text.size() > kMaxQuoted ? "...\"" : "\"");
}

}  // namespace portcullis::k8s
