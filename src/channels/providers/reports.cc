#include "channels/providers/reports.h"

#include <array>

#include "base/hash.h"
#include "base/text.h"

namespace sojourn::channels::providers {
namespace {

constexpr std::size_t words_bytes_max = 512;

struct StatusReason {
  std::string_view detail;  ///< behind the class: `1.1`; or its subject alone: `7.`
  std::string_view reason;
};

constexpr std::array status_reasons{
    StatusReason{"1.1", "unknown_user"}, StatusReason{"1.2", "unknown_host"},
    StatusReason{"1.6", "moved"},        StatusReason{"1.10", "not_accepting"},
    StatusReason{"2.1", "disabled"},     StatusReason{"2.2", "mailbox_full"},
    StatusReason{"2.3", "too_big"},      StatusReason{"3.4", "too_big"},
    StatusReason{"4.4", "route"},        StatusReason{"4.7", "expired"},
    StatusReason{"4.", "unreachable"},   StatusReason{"6.", "content"},
    StatusReason{"7.", "policy"},
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::string reason_of_status(std::string_view status, std::string_view otherwise) {
  if (status.size() < 5) return std::string(otherwise);
  const std::string_view detail = status.substr(2);
  for (const StatusReason& each : status_reasons) {
    const bool whole_subject = each.detail.ends_with('.');
    if (whole_subject ? detail.starts_with(each.detail) : detail == each.detail) {
      return std::string(each.reason);
    }
  }
  return std::string(otherwise);
}

std::string status_in(std::string_view words) {
  constexpr std::size_t digits_max = 3;  // RFC 3463 §2
  for (std::size_t begin = 0; begin + 4 < words.size(); ++begin) {
    const bool starts = (words[begin] == '2' || words[begin] == '4' || words[begin] == '5') &&
                        words[begin + 1] == '.' && (begin == 0 || !is_digit(words[begin - 1])) &&
                        (begin == 0 || words[begin - 1] != '.');
    if (!starts) continue;
    std::size_t at = begin + 2;
    const auto skip_digits = [&] {
      const std::size_t from = at;
      while (at < words.size() && at - from < digits_max && is_digit(words[at])) ++at;
      return at > from;
    };
    if (!skip_digits() || at >= words.size() || words[at] != '.') continue;
    ++at;
    if (!skip_digits()) continue;
    const bool ends = at == words.size() || (!is_digit(words[at]) && words[at] != '.');
    if (ends) return std::string(words.substr(begin, at - begin));
  }
  return {};
}

std::string one_line(std::string_view words) {
  std::string line(words.substr(0, words_bytes_max));
  for (char& c : line) {
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
    if (c < 0x20 || c >= 0x7f) c = '?';  // foreign text that ends in pages and logs
  }
  return line;
}

std::string report_id(std::string_view service, std::string_view id) {
  return std::string(service) + "-" + to_base32(keyed_hash({}, {service, id}).view());
}

}  // namespace sojourn::channels::providers
