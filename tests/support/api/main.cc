// SPDX-License-Identifier: Apache-2.0
//
// The program portcullis-test-apiserver: an API server of pods, namespaces, nodes and network
// policies to run by hand or in the demo, filled from manifest files and changed over HTTP (curl).
// Not for anything but tests.
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "k8s-client/manifest.h"
#include "tests/support/api/api_server.h"

#include <CLI/CLI.hpp>

namespace portcullis::test {
namespace {

struct Arguments {
  std::string listen = "127.0.0.1:8001";
  std::vector<std::string> files;
  ApiServer::Options server;
};

/// Splits "address:port", IPv6 in brackets; false where it is neither.
bool ReadListen(const std::string& listen, ApiServer::Options& options) {
  const size_t colon = listen.rfind(':');
  if (colon == std::string::npos || colon == 0) {
    return false;
  }
  options.address = listen.substr(0, colon);
  if (options.address.front() == '[' && options.address.back() == ']') {
    options.address = options.address.substr(1, options.address.size() - 2);
  }
  const std::string port = listen.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), options.port);
  return error == std::errc() && end == port.data() + port.size() && options.port >= 0 &&
         options.port <= 65535;
}

Result<size_t> Load(const std::string& path, ApiServer& server) {
  std::ifstream file(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file) {
    return Fail(ErrorCode::kNotFound, path + ": cannot be read");
  }
  const auto objects = k8s::ParseManifest(text);
  if (!objects) {
    return Fail(objects.error().WithContext(path));
  }
  size_t count = 0;
  for (const k8s::RawObject& object : *objects) {
    if (FindKind(object.kind) == nullptr) {
      continue;
    }
    const auto stored = server.ApplyJson(object.json);
    if (!stored) {
      return Fail(
          stored.error().WithContext(path + ": " + object.kind + " " + object.key.ToString()));
    }
    ++count;
  }
  return count;
}

int Serve(const Arguments& arguments) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  // Blocked before the first thread starts, so that sigwait below is who gets them.
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  auto server = ApiServer::Start(arguments.server);
  if (!server) {
    std::cerr << server.error().message << "\n";
    return 1;
  }
  size_t count = 0;
  for (const std::string& file : arguments.files) {
    const auto loaded = Load(file, **server);
    if (!loaded) {
      std::cerr << loaded.error().message << "\n";
      return 1;
    }
    count += *loaded;
  }
  std::cout << "serving " << count << " objects at " << (*server)->url() << std::endl;
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}

int Run(int argc, char** argv) {
  Arguments arguments;
  CLI::App app{
      "A Kubernetes API server for tests: pods, namespaces and network policies, with list, watch "
      "and HTTP create (POST), replace (PUT) and delete. No authorisation, no validation."};
  app.add_option("--listen", arguments.listen, "address:port to listen on; port 0: any")
      ->capture_default_str();
  app.add_option("-f,--filename", arguments.files, "Manifests to begin with (YAML or JSON)")
      ->check(CLI::ExistingFile);
  app.add_option("--tls-cert-file", arguments.server.certificate_file, "PEM file: serve HTTPS");
  app.add_option("--tls-private-key-file", arguments.server.key_file, "PEM file of its key");
  app.add_option("--client-ca-file",
                 arguments.server.client_ca_file,
                 "PEM file: only clients with a certificate of this CA");
  app.add_option("--token", arguments.server.token, "Only requests with this bearer token");
  CLI11_PARSE(app, argc, argv);
  if (!ReadListen(arguments.listen, arguments.server)) {
    std::cerr << "--listen: \"" << arguments.listen << "\" is not address:port\n";
    return 2;
  }
  return Serve(arguments);
}

}  // namespace
}  // namespace portcullis::test

int main(int argc, char** argv) {
  try {
    return portcullis::test::Run(argc, argv);
  } catch (const std::exception& error) {  // CLI11's own mistakes; bad arguments end in Run().
    std::cerr << error.what() << "\n";
    return 1;
  }
}
