// SPDX-License-Identifier: Apache-2.0
//
// libcurl's handles, owned, and how their options are set. For the curl_... files alone.
#ifndef PORTCULLIS_K8S_CLIENT_CURL_HANDLE_H_
#define PORTCULLIS_K8S_CLIENT_CURL_HANDLE_H_

#include <memory>
#include <string>

#include <curl/curl.h>

namespace portcullis::k8s {

template <auto Free>
struct FreeCurlWith {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};

using CurlEasy = std::unique_ptr<CURL, FreeCurlWith<curl_easy_cleanup>>;
using CurlMulti = std::unique_ptr<CURLM, FreeCurlWith<curl_multi_cleanup>>;
using CurlList = std::unique_ptr<curl_slist, FreeCurlWith<curl_slist_free_all>>;
using CurlUrl = std::unique_ptr<CURLU, FreeCurlWith<curl_url_cleanup>>;
using CurlText = std::unique_ptr<char, FreeCurlWith<curl_free>>;

/// Sets an option; curl takes any type, so that its own types are spelled out at the calls.
template <typename T>
void SetCurl(CURL* easy, CURLoption option, T value) {
  curl_easy_setopt(easy, option, value);
}

inline void SetCurlText(CURL* easy, CURLoption option, const std::string& text) {
  SetCurl(easy, option, text.c_str());
}

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_CURL_HANDLE_H_
