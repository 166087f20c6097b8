// SPDX-License-Identifier: Apache-2.0
//
// See certificates.h.
#include "tests/k8s-client/certificates.h"

#include <atomic>
#include <cstdlib>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace portcullis::test {
namespace {

struct FreeBio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

constexpr long kVersion3 = 2;
constexpr long kHour = 3600;

/// OpenSSL fails here only for want of memory or by a mistake in this file.
void Must(bool good) {
  if (!good) {
    std::abort();
  }
}

std::string TextOf(BIO* bio) {
  const char* data = nullptr;
  const size_t size = static_cast<size_t>(BIO_ctrl(bio, BIO_CTRL_INFO, 0, &data));
  return {data, size};
}

std::string ToPem(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  Must(PEM_write_bio_X509(bio.get(), certificate) == 1);
  return TextOf(bio.get());
}

std::string ToPem(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  Must(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return TextOf(bio.get());
}

EVP_PKEY* MakeKey() {
  return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
}

void AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context{};
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  Must(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

}  // namespace

Authority::X509Handle Authority::MakeUnsigned(const std::string& name,
                                              EVP_PKEY* key,
                                              long valid_seconds) const {
  static std::atomic<long> serial{1};
  X509Handle certificate(X509_new());
  X509* x509 = certificate.get();
  Must(X509_set_version(x509, kVersion3) == 1);
  Must(ASN1_INTEGER_set(X509_get_serialNumber(x509), serial++) == 1);
  X509_gmtime_adj(X509_getm_notBefore(x509), -kHour);
  X509_gmtime_adj(X509_getm_notAfter(x509), valid_seconds);
  Must(X509_set_pubkey(x509, key) == 1);
  Must(X509_NAME_add_entry_by_txt(X509_get_subject_name(x509),
                                  "CN",
                                  MBSTRING_UTF8,
                                  reinterpret_cast<const unsigned char*>(name.c_str()),
                                  -1,
                                  -1,
                                  0) == 1);
  X509* issuer = certificate_ ? certificate_.get() : x509;
  Must(X509_set_issuer_name(x509, X509_get_subject_name(issuer)) == 1);
  return certificate;
}

Authority::Authority(const std::string& name) : key_(MakeKey()) {
  X509Handle certificate = MakeUnsigned(name, key_.get(), kHour);
  AddExtension(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign");
  Must(X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0);
  certificate_ = std::move(certificate);
}

std::string Authority::certificate() const {
  return ToPem(certificate_.get());
}

Certificate Authority::Issue(const std::string& alt_names, long valid_seconds) const {
  const Key key(MakeKey());
  const X509Handle certificate = MakeUnsigned("test", key.get(), valid_seconds);
  AddExtension(certificate.get(), certificate_.get(), NID_subject_alt_name, alt_names);
  AddExtension(certificate.get(), certificate_.get(), NID_ext_key_usage, "serverAuth,clientAuth");
  Must(X509_sign(certificate.get(), key_.get(), EVP_sha256()) > 0);
  return {ToPem(certificate.get()), ToPem(key.get())};
}

}  // namespace portcullis::test
