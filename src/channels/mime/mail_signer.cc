#include "channels/mime/mail_signer.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "channels/mime/address.h"

namespace sojourn::channels::mime {
namespace {

KeyKind kind_of(SenderKeys::Kind kind) {
  switch (kind) {
    case SenderKeys::Kind::rsa:
      return KeyKind::rsa;
    case SenderKeys::Kind::ed25519:
      return KeyKind::ed25519;
  }
  return KeyKind::rsa;
}

/// `example.com` of `news.example.com`; empty above the last dot.
std::string_view parent_of(std::string_view domain) {
  const std::size_t dot = domain.find('.');
  return dot == std::string_view::npos ? std::string_view() : domain.substr(dot + 1);
}

}  // namespace

Result<std::string> MailSigner::domain_form(std::string_view text) const {
  std::optional<std::string> ascii = ascii_domain(text);
  if (!ascii || ascii->find('.') == std::string::npos) {
    return failure({.code = "invalid_domain",
                    .message = fmt::format("\"{}\" is no domain name", text.substr(0, 300)),
                    .field = "domain",
                    .value = std::string(text.substr(0, 300)),
                    .limit = std::to_string(WireAddress::domain_bytes_max)});
  }
  return std::move(*ascii);
}

Result<SenderKeys::NewKey> MailSigner::generate(Kind kind) const {
  TRY(key, SigningKey::generate(kind_of(kind)));
  return NewKey{.pem = key.pem(), .dns_record = key.dns_record()};
}

Result<void> MailSigner::use(const std::vector<Key>& keys) {
  auto next = std::make_shared<Identities>();
  for (const Key& key : keys) {
    TRY(read, SigningKey::read(key.pem));
    TRY(identity, DkimIdentity::create(key.domain, key.selector,
                                       std::make_shared<const SigningKey>(std::move(read))));
    std::vector<DkimIdentity>& of_domain = (*next)[identity.domain()];
    if (of_domain.size() == keys_per_domain_max) {
      return failure({.code = "too_many_keys",
                      .message = fmt::format("{} has more than {} keys that sign",
                                             identity.domain(), keys_per_domain_max),
                      .field = "domain",
                      .value = identity.domain(),
                      .limit = std::to_string(keys_per_domain_max)});
    }
    of_domain.push_back(std::move(identity));
  }
  for (auto& [domain, of_domain] : *next) {
    std::ranges::stable_sort(of_domain, {},
                             [](const DkimIdentity& identity) { return identity.key().kind(); });
  }
  const std::lock_guard lock(mutex_);
  identities_ = std::move(next);
  return {};
}

std::shared_ptr<const MailSigner::Identities> MailSigner::identities() const {
  const std::lock_guard lock(mutex_);
  return identities_;
}

std::string MailSigner::fields(std::string_view mail, std::string_view from, Timestamp at,
                               Relay relay) const {
  const std::shared_ptr<const Identities> known = identities();
  if (known->empty()) return {};
  const std::optional<std::string> ascii = ascii_domain(from.substr(from.rfind('@') + 1));
  if (!ascii) return {};
  for (std::string_view domain = *ascii; !domain.empty(); domain = parent_of(domain)) {
    const auto found = known->find(domain);
    if (found != known->end()) return dkim_fields(mail, found->second, at, relay);
  }
  return {};
}

Result<WrittenMail> write_signed(const messages::Email& email, Timestamp date,
                                 const MailSigner* signer, Relay relay) {
  TRY(mail, write_mime(email, date));
  if (signer == nullptr) return mail;
  mail.bytes.insert(0, signer->fields(mail.bytes, email.from.address, date, relay));
  return mail;
}

}  // namespace sojourn::channels::mime
