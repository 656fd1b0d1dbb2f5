#pragma once

/// A certificate that signs itself, made anew for each test, so that none can expire.

#include <string>

namespace sojourn::channels::testing {

struct Certificate {
  std::string certificate_pem;
  std::string key_pem;
};

/// Valid for an hour, for the DNS name `host` and nothing else.
[[nodiscard]] Certificate make_certificate(const std::string& host);

/// A file that is removed with the object.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& content);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace sojourn::channels::testing
