#pragma once

/// The codes in what a mail server said: the three digits of a reply, and RFC 3463's enhanced ones.

#include <optional>
#include <string>
#include <string_view>

namespace sojourn::channels::inbound {

/// RFC 3463: `5.1.1`.
struct EnhancedStatus {
  int code_class = 0;  ///< 2, 4 or 5
  int subject = 0;     ///< 0 to 7
  int detail = 0;      ///< 0 to 999

  /// `x.0.0`, and `x.n.0`, name no cause.
  [[nodiscard]] bool is_specific() const { return detail != 0; }
  [[nodiscard]] std::string text() const;
  friend bool operator==(const EnhancedStatus&, const EnhancedStatus&) = default;
};

/// The first enhanced status in `text` that is specific, else the first at all. Numbers that belong
/// to an address of the network or to a program's version are none.
[[nodiscard]] std::optional<EnhancedStatus> find_status(std::string_view text);

/// The first reply code of a refusal in `text`, 421 to 577; 0 where there is none.
[[nodiscard]] int find_reply_code(std::string_view text);

}  // namespace sojourn::channels::inbound
