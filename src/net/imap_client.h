#pragma once

/// A mailbox on an IMAP server by libcurl, over TLS with a certificate that is checked.

#include <atomic>
#include <memory>
#include <string>

#include "base/time.h"
#include "net/imap_mailbox.h"

namespace sojourn::net {

/// Belongs to one thread, but for interrupt(). The connection is kept and made anew as needed.
class ImapClient final : public ImapMailbox {
 public:
  enum class Tls : std::uint8_t {
    implicit,   ///< from the first byte (RFC 8314)
    start_tls,  ///< before anything is said
  };
  struct Options {
    std::string host;
    std::uint16_t port = 993;
    Tls tls = Tls::implicit;
    std::string user;
    std::string password;
    std::string mailbox = "INBOX";  ///< printable ASCII
    /// PEM file of the authorities that may sign the server's certificate; empty: the system's.
    std::string authorities_file = {};
    Duration time_max = Duration::minutes(1);  ///< of one question
  };

  /// Connects to nothing yet.
  [[nodiscard]] static Result<std::unique_ptr<ImapClient>> create(Options options);
  ~ImapClient() override;
  ImapClient(const ImapClient&) = delete;
  ImapClient& operator=(const ImapClient&) = delete;

  [[nodiscard]] Result<std::uint32_t> uid_validity() override;
  [[nodiscard]] Result<std::vector<std::uint32_t>> uids_from(std::uint32_t first) override;
  [[nodiscard]] Result<std::optional<std::string>> fetch(std::uint32_t uid_validity,
                                                         std::uint32_t uid,
                                                         std::size_t bytes_max) override;
  [[nodiscard]] Result<void> mark(std::uint32_t uid, Mark mark) override;
  [[nodiscard]] Result<void> move(std::uint32_t uid, std::string_view mailbox) override;
  void interrupt() override { interrupted_ = true; }

  /// The mailbox's validity in what STATUS answers (RFC 9051 §7.3.4); absent where it is not there.
  [[nodiscard]] static std::optional<std::uint32_t> read_validity(std::string_view answer);
  /// The numbers in what SEARCH answers (§7.3.5), ascending, each once, from `first` on: a server
  /// names its last mail always.
  [[nodiscard]] static std::vector<std::uint32_t> read_uids(std::string_view answer,
                                                            std::uint32_t first);

 private:
  struct Curl;
  ImapClient(Options options, std::unique_ptr<Curl> curl);
  /// What the server says to `command`, in the mailbox, or before any is chosen.
  enum class In : std::uint8_t { mailbox, server };
  Result<std::string> ask(In in, const std::string& command);

  const Options options_;
  const std::unique_ptr<Curl> curl_;
  std::atomic<bool> interrupted_ = false;
};

/// As a quoted string of IMAP (§4.3). `text` is printable ASCII.
[[nodiscard]] std::string imap_quoted(std::string_view text);

}  // namespace sojourn::net
