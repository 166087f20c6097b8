// SPDX-License-Identifier: Apache-2.0
//
// What is measured, as an interface: something that holds the cluster's objects and says what one
// change of them changes in the table. engine.cc is the incremental engine, reference.cc the whole
// compile and diff that it is compared with.
#ifndef PORTCULLIS_TESTS_BENCH_CORE_SUBJECT_H_
#define PORTCULLIS_TESTS_BENCH_CORE_SUBJECT_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <variant>

#include "k8s-client/types.h"

namespace portcullis::bench {

template <typename T>
struct Change {
  k8s::ObjectKey key;
  std::optional<T> object;  ///< Nothing: it is deleted.
};

using AnyChange =
    std::variant<Change<k8s::Pod>, Change<k8s::Namespace>, Change<k8s::NetworkPolicy>>;

class Subject {
 public:
  Subject() = default;
  virtual ~Subject() = default;
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;
  Subject(Subject&&) = delete;
  Subject& operator=(Subject&&) = delete;

  /// Takes the whole world in, and makes the first table of it.
  virtual void Load(k8s::Objects objects) = 0;

  /// As the event queue hands a change over. REQUIRES: Load() was called.
  virtual void Prepare(AnyChange change) = 0;
  /// What is measured: takes the prepared change in and says what changes. Returns how many objects
  /// and elements of the table do.
  virtual size_t Take() = 0;
};

[[nodiscard]] std::unique_ptr<Subject> MakeEngine();
[[nodiscard]] std::unique_ptr<Subject> MakeReference();

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_CORE_SUBJECT_H_
