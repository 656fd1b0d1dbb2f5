#pragma once

/// Listens for mail that comes back to us, by SMTP. Without TLS: what comes are reports of other
/// servers, which no secret of ours passes through.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "channels/inbound/smtp_receiver.h"

namespace sojourn::channels::inbound {

class SmtpListener {
 public:
  struct Options {
    std::string address;  ///< `HOST:PORT`; port 0 takes any free one
    SmtpReceiver::Options session;
    std::size_t connections_max = 200;
    /// From one address: a server that returns much opens a few.
    std::size_t connections_of_peer_max = 20;
    /// Of one address; beyond it a mail is refused for now, and its server comes again.
    std::size_t mails_of_peer_per_minute_max = 600;
    /// RFC 5321 §4.5.3.2.7: at least five minutes.
    Duration idle_timeout = Duration::minutes(5);
  };
  using Answer = std::function<void(Receipt)>;
  /// Called on the listener's thread for each mail that is whole; must not block. The answer comes
  /// once, from any thread, also after the listener has gone.
  using Take = std::function<void(ReceivedMail mail, Answer answer)>;

  /// Listens; nobody is served before start(). Errors: `invalid_address`, `address_unavailable`.
  [[nodiscard]] static Result<std::unique_ptr<SmtpListener>> create(Options options,
                                                                    SmtpReceiver::Accepts accepts,
                                                                    Take take);
  /// stop(), if that has not been done.
  ~SmtpListener();
  SmtpListener(const SmtpListener&) = delete;
  SmtpListener& operator=(const SmtpListener&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  void start();
  /// Ends all connections, with 421 where they can still be told. Peers come again with what was
  /// not answered.
  void stop();

 private:
  class Core;
  explicit SmtpListener(std::shared_ptr<Core> core);
  // Shared with answers that come late.
  std::shared_ptr<Core> core_;
};

}  // namespace sojourn::channels::inbound
