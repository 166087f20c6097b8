// SPDX-License-Identifier: Apache-2.0
//
// A folder of files that lives as long as one test.
#ifndef PORTCULLIS_TESTS_K8S_CLIENT_TEMPORARY_FOLDER_H_
#define PORTCULLIS_TESTS_K8S_CLIENT_TEMPORARY_FOLDER_H_

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace portcullis::test {

class TemporaryFolder {
 public:
  TemporaryFolder()
      : path_((std::filesystem::temp_directory_path() / "portcullis-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) {
      std::abort();
    }
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  TemporaryFolder(TemporaryFolder&&) = delete;
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

  /// Writes a file, with the folders it is in; returns its path.
  // NOLINTNEXTLINE(modernize-use-nodiscard): mostly called for the file alone
  std::string Write(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = std::filesystem::path(path_) / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file.string();
  }

 private:
  std::string path_;
};

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_K8S_CLIENT_TEMPORARY_FOLDER_H_
