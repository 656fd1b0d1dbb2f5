#pragma once

/// An SMTP server on loopback that does what a script says and remembers what it was told.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "channels/testing/certificate.h"

namespace sojourn::channels::testing {

/// In SmtpScript::replies: ends the connection, or says nothing.
inline const std::string drop_connection = "<drop>";
inline const std::string stay_silent = "<silence>";

struct SmtpScript {
  /// The lines of the answer to EHLO after the first.
  std::vector<std::string> capabilities = {"PIPELINING"};
  /// Answers in place of the usual, positive ones, whole with CRLF. Keys: CONNECT EHLO HELO
  /// STARTTLS AUTH MAIL RCPT DATA RSET QUIT, and `.` for the end of a mail.
  std::map<std::string, std::string> replies = {};
  /// Present: the server can do TLS.
  std::optional<Certificate> certificate = {};
  bool tls_from_the_first_byte = false;
  /// Sent in one packet with the answer to STARTTLS.
  std::string behind_start_tls = {};
  /// Ends a connection when MAIL comes and so many mails were taken; 0: never.
  int mails_before_drop = 0;
};

struct TakenMail {
  std::string from;  ///< the argument of MAIL, with its parameters
  std::string to;
  std::string data;  ///< without dot-stuffing and end
  bool secure = false;
};

class SmtpServer {
 public:
  explicit SmtpServer(SmtpScript script);
  ~SmtpServer();
  SmtpServer(const SmtpServer&) = delete;
  SmtpServer& operator=(const SmtpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Those that were answered positively, in the order of their ends.
  [[nodiscard]] std::vector<TakenMail> mails() const;
  /// Every command line, of all connections, in the order of arrival.
  [[nodiscard]] std::vector<std::string> commands() const;
  [[nodiscard]] int connections() const { return connections_; }
  /// Connections that ended within a mail, before its final dot.
  [[nodiscard]] int mails_cut_off() const { return mails_cut_off_; }
  /// How often the final dot of a mail has come, however it was answered.
  [[nodiscard]] int dots() const { return dots_; }
  /// The most commands that came in one packet.
  [[nodiscard]] int largest_group() const { return largest_group_; }
  /// Waits until `count` connections have ended; false after ten seconds.
  [[nodiscard]] bool await_ended(int count);

 private:
  class Connection;
  void accept_connections();

  const SmtpScript script_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<int> connections_ = 0;
  std::atomic<int> mails_cut_off_ = 0;
  std::atomic<int> dots_ = 0;
  std::atomic<int> largest_group_ = 0;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int ended_ = 0;
  std::vector<TakenMail> mails_;
  std::vector<std::string> commands_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace sojourn::channels::testing
