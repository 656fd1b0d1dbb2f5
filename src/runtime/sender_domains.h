#pragma once

/// The domains that mails are sent from, and the life of the keys that sign for them (DKIM): a key
/// waits until its record is published, signs, and is retired when the next one takes its place.

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret_box.h"
#include "base/time.h"
#include "channels/channel.h"
#include "runtime/runtime.h"

namespace sojourn::runtime {

struct SenderKey {
  enum class State : std::uint8_t {
    waiting,  ///< to be published; signs nothing yet
    signing,
    retired,  ///< signs nothing any more; mails on their way may still be checked by it
  };
  std::string selector;
  std::string kind;  ///< `rsa`, `ed25519`
  State state = State::waiting;
  std::string dns_record;  ///< what the TXT record of `<selector>._domainkey.<domain>` says
  Timestamp created_at;
  Timestamp changed_at;  ///< when it came to its state
};

struct SenderDomain {
  enum class State : std::uint8_t {
    waiting,   ///< no key signs yet
    signing,   ///< its mails are signed
    rotating,  ///< they are, and the next keys wait
  };
  std::string domain;           ///< in ASCII, lower case
  std::vector<SenderKey> keys;  ///< oldest first

  [[nodiscard]] State state() const;
};

/// Thread-safe. Private keys stand in the store only as SecretBox seals them, and in the memory of
/// the channels' signer.
class SenderDomains {
 public:
  /// A workspace with more is many senders, who want a workspace each.
  static constexpr std::size_t domains_max = 50;
  /// Of one domain: a pair signs, a pair waits, and others are retired. Who comes to it rotates
  /// several times a day.
  static constexpr std::size_t keys_max = 24;
  /// Retired keys are listed for so long, and their records must stay published: signatures last as
  /// long (channels/mime/dkim.h).
  static constexpr Duration retired_listed = Duration::days(7);

  /// Both outlive it.
  SenderDomains(Runtime& runtime, channels::SenderKeys& signer);

  /// Hands the keys that sign to the signer: before the first mail leaves. Error
  /// `secret_not_opened`, with domain and selector, where the master key is not the one that sealed
  /// them: mails that have been signed must not leave without.
  Result<void> load();

  [[nodiscard]] Result<std::vector<SenderDomain>> list();  ///< by domain
  /// Errors `invalid_domain` and `unknown_sender_domain`, as those below.
  [[nodiscard]] Result<SenderDomain> find(std::string_view domain);

  /// Makes the domain's first keys, an RSA and an Ed25519 one, which wait. Errors:
  /// `sender_domain_exists`, `too_many_sender_domains`, `key_not_generated`.
  Result<SenderDomain> add(std::string_view domain, const std::string& actor);
  /// The keys that wait sign from now on, and those that signed are retired. Where none wait,
  /// nothing changes.
  Result<SenderDomain> activate(std::string_view domain, const std::string& actor);
  /// Makes the next pair, which waits; where a pair waits already, nothing changes. Errors:
  /// `too_many_sender_keys`, `key_not_generated`.
  Result<SenderDomain> rotate(std::string_view domain, const std::string& actor);
  /// Its mails leave unsigned from now on, and its private keys are gone.
  Result<void> remove(std::string_view domain, const std::string& actor);

 private:
  using Records = std::vector<store::SenderKeyRecord>;
  struct Work;

  [[nodiscard]] Result<Records> read();
  [[nodiscard]] Work begin(std::string_view action, const std::string& domain,
                           const std::string& actor) const;
  Result<void> make_pair(const std::string& domain, Work& work);
  Result<void> carry_out(Work work);
  Result<void> use(const Records& records);

  Runtime& runtime_;
  channels::SenderKeys& signer_;
  const SecretBox box_;
  // Held while keys are changed: only this class writes them.
  std::mutex mutex_;
};

[[nodiscard]] std::string_view name_of(SenderKey::State state);
[[nodiscard]] std::string_view name_of(SenderDomain::State state);

}  // namespace sojourn::runtime
