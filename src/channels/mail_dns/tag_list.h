#pragma once

/// `v=DMARC1; p=none; rua=mailto:a@b`: the form that DKIM, DMARC, MTA-STS and TLS reports share
/// (RFC 6376 §3.2).

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sojourn::channels::mail_dns {

class TagList {
 public:
  /// Absent where a part has no `=`, or a name stands twice.
  [[nodiscard]] static std::optional<TagList> parse(std::string_view text);

  [[nodiscard]] std::string_view first() const;  ///< name of the first tag; empty: none
  [[nodiscard]] std::optional<std::string> value(std::string_view name) const;

 private:
  std::vector<std::pair<std::string, std::string>> tags_;
};

}  // namespace sojourn::channels::mail_dns
