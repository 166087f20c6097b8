// SPDX-License-Identifier: Apache-2.0
//
// Values that are nearly always absent, in the room of a pointer: what most of the 100,000 elements
// of a table do not have (a verdict, a comment, an end). Values, with a copy's and a comparison's
// usual meaning; ruleset.h is made of them.
#ifndef PORTCULLIS_NFT_RARE_H_
#define PORTCULLIS_NFT_RARE_H_

#include <compare>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace portcullis::nft {

/// As std::optional<T>, but small while there is nothing.
template <typename T>
class Rare {
 public:
  Rare() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): stands where an optional stood.
  Rare(std::nullopt_t /*nothing*/) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Rare(T value) : value_(std::make_unique<T>(std::move(value))) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  Rare(std::optional<T> value) : Rare(value ? Rare(std::move(*value)) : Rare()) {}
  ~Rare() = default;
  Rare(const Rare& other) : value_(other ? std::make_unique<T>(*other) : nullptr) {}
  Rare(Rare&&) noexcept = default;
  Rare& operator=(const Rare& other) {
    *this = Rare(other);
    return *this;
  }
  Rare& operator=(Rare&&) noexcept = default;

  [[nodiscard]] bool has_value() const { return value_ != nullptr; }
  explicit operator bool() const { return has_value(); }
  /// REQUIRES: has_value().
  const T& operator*() const { return *value_; }
  const T* operator->() const { return value_.get(); }

  bool operator==(const Rare& other) const { return (*this <=> other) == 0; }
  std::strong_ordering operator<=>(const Rare& other) const {
    return has_value() && other ? **this <=> *other : has_value() <=> other.has_value();
  }

 private:
  std::unique_ptr<T> value_;
};

/// A text that is nearly always empty.
class RareText {
 public:
  RareText() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): stands where a string stood.
  RareText(std::string text) : text_(text.empty() ? Rare<std::string>() : std::move(text)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  RareText(const char* text) : RareText(std::string(text)) {}

  [[nodiscard]] bool empty() const { return !text_; }
  [[nodiscard]] const std::string& text() const {
    static const std::string kEmpty;
    return text_ ? *text_ : kEmpty;
  }
  // NOLINTNEXTLINE(google-explicit-constructor)
  operator const std::string&() const { return text(); }

  bool operator==(const RareText&) const = default;
  std::strong_ordering operator<=>(const RareText&) const = default;

 private:
  Rare<std::string> text_;
};

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_RARE_H_
