// SPDX-License-Identifier: Apache-2.0
//
// What the API server of the tests answers to one request: from the store, as the faults of the
// test have it. Neighbours: api_server owns the sockets, watch_stream goes on with a watch.
#ifndef PORTCULLIS_TESTS_SUPPORT_API_REQUEST_HANDLER_H_
#define PORTCULLIS_TESTS_SUPPORT_API_REQUEST_HANDLER_H_

#include <httplib.h>

#include "tests/support/api/api_server.h"
#include "tests/support/api/encoding.h"
#include "tests/support/api/faults.h"
#include "tests/support/api/object_store.h"
#include "tests/support/api/target.h"

namespace portcullis::test {

/// Thread safety: any number of requests at a time. REQUIRES: all that it is given outlives it.
class RequestHandler {
 public:
  RequestHandler(const ApiServer::Options& options, ObjectStore& store, Faults& faults)
      : options_(options),
        store_(store),
        faults_(faults) {}

  void Handle(const httplib::Request& request, httplib::Response& response);

 private:
  [[nodiscard]] k8s::Format Choose(const httplib::Request& request) const;
  /// Commits the faults that come before an answer; false where the answer is made already.
  [[nodiscard]] bool Admit(const httplib::Request& request, httplib::Response& response);
  /// Answers for what a pod serves, as the real server does with its connection to the node; false
  /// where the URL is none of a pod's.
  [[nodiscard]] bool Proxy(const httplib::Request& request, httplib::Response& response) const;
  void Get(const Target& target, const httplib::Request& request, httplib::Response& response);
  void List(const Target& target, const httplib::Request& request, httplib::Response& response);
  void Watch(const Target& target, const httplib::Request& request, httplib::Response& response);
  void Post(const Target& target, const httplib::Request& request, httplib::Response& response);
  void Put(const Target& target, const httplib::Request& request, httplib::Response& response);
  void Delete(const Target& target, const httplib::Request& request, httplib::Response& response);

  const ApiServer::Options& options_;
  ObjectStore& store_;
  Faults& faults_;
};

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_SUPPORT_API_REQUEST_HANDLER_H_
