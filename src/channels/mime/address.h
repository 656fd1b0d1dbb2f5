#pragma once

/// An email address as it goes over the wire: in the envelope and in header fields.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace sojourn::channels::mime {

/// `local@domain`: the domain in lower case A-labels (RFC 5890), the local part quoted where it is
/// no dot-atom (RFC 5321 §4.1.2), and in UTF-8 where it is not ASCII: such an address goes only
/// over SMTPUTF8 (RFC 6531). Nothing in it can end an SMTP command or a field.
class WireAddress {
 public:
  static constexpr std::size_t local_bytes_max = 64;    ///< RFC 5321 §4.5.3.1.1
  static constexpr std::size_t domain_bytes_max = 253;  ///< RFC 5321 §4.5.3.1.2, less the root

  /// `field` names the address in the error, for example `to`. Fails on address literals and on
  /// malformed addresses.
  [[nodiscard]] static Result<WireAddress> create(std::string_view field, std::string_view address);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool is_ascii() const;
  friend bool operator==(const WireAddress&, const WireAddress&) = default;

 private:
  explicit WireAddress(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// A domain name in lower case A-labels; absent where it is none. A single label is one.
[[nodiscard]] std::optional<std::string> ascii_domain(std::string_view name);

}  // namespace sojourn::channels::mime
