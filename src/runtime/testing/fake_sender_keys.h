#pragma once

/// For tests of sender domains: keys that are cheap to make and tell each other apart, and a signer
/// that notes by which it would sign.

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "channels/channel.h"

namespace sojourn::runtime::testing {

class FakeSenderKeys final : public channels::SenderKeys {
 public:
  [[nodiscard]] Result<std::string> domain_form(std::string_view text) const override {
    if (text.find('.') == std::string_view::npos) {
      return failure({.code = "invalid_domain",
                      .message = "no domain",
                      .field = "domain",
                      .value = std::string(text)});
    }
    return to_lower_ascii(text);
  }
  [[nodiscard]] Result<NewKey> generate(Kind kind) const override {
    const std::lock_guard lock(mutex_);
    if (fails) return tl::unexpected(*fails);
    ++made_;
    const std::string name = (kind == Kind::rsa ? "rsa " : "ed25519 ") + std::to_string(made_);
    return NewKey{.pem = "secret of " + name, .dns_record = "v=DKIM1; p=" + name + padding};
  }
  Result<void> use(const std::vector<Key>& keys) override {
    const std::lock_guard lock(mutex_);
    used_ = keys;
    return {};
  }

  /// `selector of domain: pem`, of each key that signs.
  [[nodiscard]] std::vector<std::string> used() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> lines;
    for (const Key& key : used_) {
      lines.push_back(key.selector + " of " + key.domain + ": " + key.pem);
    }
    return lines;
  }

  std::optional<Error> fails;  ///< what every key that is asked for ends in
  std::string padding;         ///< at the end of every record

 private:
  mutable std::mutex mutex_;
  mutable int made_ = 0;
  std::vector<Key> used_;
};

}  // namespace sojourn::runtime::testing
