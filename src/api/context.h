#pragma once

/// What the endpoints work with: the runtime, the keys and sessions, and how the server was set up.

#include <memory>
#include <string>

#include "api/access_keys.h"
#include "api/attempts.h"
#include "api/password.h"
#include "api/random.h"
#include "api/recent_hits.h"
#include "api/sender_reports.h"
#include "api/sessions.h"
#include "api/web_files.h"
#include "api/workers.h"
#include "base/clock.h"
#include "channels/channel.h"
#include "channels/sender_checks.h"
#include "net/address.h"
#include "runtime/runtime.h"
#include "runtime/sender_domains.h"
#include "runtime/transfer_files.h"

namespace sojourn::channels {
class Exchanges;
class ProviderHooks;
}  // namespace sojourn::channels

namespace sojourn::api {

/// How the server was started.
struct Settings {
  /// `https://news.example.com`, without a slash at the end: SOJOURN_PUBLIC_URL. Empty: what the
  /// set-up stored, else what the request says in Host.
  std::string public_url = {};
  net::TrustedProxies trusted_proxies = {};
  std::string version = {};
  std::string sender_address = {};  ///< From of mails; names their Message-IDs
  std::string postal_address = {};  ///< under marketing mails; empty: none is set
  /// The file of the master key, which belongs into backups; empty: it comes from the environment.
  std::string secret_file = {};
  bool demo = false;           ///< runs with demonstration data
  bool captures_mail = false;  ///< mails are kept in the test mailbox and do not leave
  PasswordCost password_cost = {};
};

struct Dependencies {
  runtime::Runtime& runtime;
  runtime::TransferFiles& transfers;
  runtime::SenderDomains& sender_domains;
  channels::SenderChecks& sender_checks;
  /// Null where this server has never kept mails.
  const channels::CapturedMails* captured_mails = nullptr;
  /// Null where mails are not handed to a provider over HTTP.
  channels::ProviderHooks* provider_hooks = nullptr;
  const channels::Exchanges* exchanges = nullptr;
  /// Real time, for sessions and throttles; product time is runtime.clock().
  const Clock& real_clock;
  const WebFiles& web_files;
  RandomBytes random = system_random_bytes;
  Settings settings = {};
};

class HomeStream;

/// Lives as long as the Api; everything in it is thread-safe.
struct Context {
  explicit Context(Dependencies dependencies);
  ~Context();

  runtime::Runtime& runtime;
  runtime::TransferFiles& transfers;
  runtime::SenderDomains& sender_domains;
  const channels::CapturedMails* const captured_mails;
  channels::ProviderHooks* const provider_hooks;
  const channels::Exchanges* const exchanges;
  const Clock& real_clock;
  const WebFiles& web_files;
  const RandomBytes random;
  const Settings settings;

  AccessKeys keys;
  Sessions sessions;
  Attempts attempts;
  /// Posts of the hosted forms, by who sends them.
  Attempts form_posts;
  RecentHits recent_hits;
  /// Key of `context.userHash` (segment_call.h): `is_` and hexadecimal digits.
  const std::string identity_secret;

  /// Reads of the store.
  Workers readers;
  /// Hashes of passwords, of which two at once take 128 MiB, and calls that wait for the committer.
  Workers waiters;
  /// Taking a picture apart needs up to 200 MB: one after the other.
  Workers pictures;

  /// Sends events and counters to those who listen; see endpoints/stream.cc.
  std::unique_ptr<HomeStream> home_stream;

  channels::SenderChecks& sender_checks;
  /// What they found. Shared with looks under way, which may end after this.
  const std::shared_ptr<SenderReports> sender_reports = std::make_shared<SenderReports>();
};

}  // namespace sojourn::api
