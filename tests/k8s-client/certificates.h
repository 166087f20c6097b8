// SPDX-License-Identifier: Apache-2.0
//
// Certificate authorities and certificates made on the spot, so that no test depends on files that
// expire.
#ifndef PORTCULLIS_TESTS_K8S_CLIENT_CERTIFICATES_H_
#define PORTCULLIS_TESTS_K8S_CLIENT_CERTIFICATES_H_

#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/x509.h>

namespace portcullis::test {

struct Certificate {
  std::string certificate;  ///< PEM.
  std::string key;          ///< PEM.
};

class Authority {
 public:
  explicit Authority(const std::string& name);

  /// The authority's own certificate, PEM.
  [[nodiscard]] std::string certificate() const;

  /// A certificate for servers and clients. `alt_names` as in openssl.cnf: "IP:127.0.0.1,DNS:a".
  /// It is valid from an hour ago until `valid_seconds` from now; negative: it has expired.
  [[nodiscard]] Certificate Issue(const std::string& alt_names, long valid_seconds = 3600) const;

 private:
  template <auto Free>
  struct FreeWith {
    template <typename T>
    void operator()(T* pointer) const {
      Free(pointer);
    }
  };
  using Key = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
  using X509Handle = std::unique_ptr<X509, FreeWith<X509_free>>;

  [[nodiscard]] X509Handle MakeUnsigned(const std::string& name,
                                        EVP_PKEY* key,
                                        long valid_seconds) const;

  Key key_;
  X509Handle certificate_;
};

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_K8S_CLIENT_CERTIFICATES_H_
