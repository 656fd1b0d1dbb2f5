#pragma once

/// The client side of one SMTP connection (RFC 5321) as a machine without I/O: what happened goes
/// in, what is to be done comes out. The driver of sockets and the simulator run the same machine.
///
/// A mail passes mail, recipient, data, body, leave, end_of_data. Up to leave nothing has been
/// handed over, whatever is lost; from the final dot on only the peer's answer tells.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "channels/channel.h"
#include "channels/email/reply_rules.h"
#include "channels/email/smtp_reply.h"
#include "channels/mime/mime.h"

namespace sojourn::channels::email {

enum class TlsPolicy : std::uint8_t {
  off,            ///< never
  opportunistic,  ///< STARTTLS where it is offered
  required,       ///< STARTTLS, or no mail leaves
  implicit,       ///< TLS from the first byte (`smtps`, RFC 8314)
};

/// Whether credentials may cross a connection without TLS.
enum class PlainLogin : std::uint8_t { refused, allowed };

struct Credentials {
  std::string user;
  std::string password;
};

struct SmtpSettings {
  std::string hello_name = "localhost";  ///< a domain name or an address literal
  TlsPolicy tls = TlsPolicy::opportunistic;
  PlainLogin plain_login = PlainLogin::refused;
  std::optional<Credentials> credentials = {};
  /// After so many mails the connection ends: servers count them, and balance by connection.
  int mails_per_connection_max = 100;
  ReplyRules rules = {};
  /// The mail is given back where the host fails before it has seen any mail: another may take it.
  bool has_other_hosts = false;
};

struct WriteBytes {
  std::string bytes;
};
struct StartTls {};
struct AskLeave {};
/// The stage has changed and its time-out begins now.
struct Await {
  Stage stage;
};
/// The mail's end; the machine has let go of it.
struct MailFinished {
  Outcome outcome;
};
/// The server saw nothing of the mail: the same mail may go over another connection.
struct MailReturned {
  mime::WrittenMail mail;
  /// Absent: a kept connection had ended. Else the host failed, and this is what becomes of the
  /// mail where there is no other.
  std::optional<Outcome> host_failed = {};
};
struct CloseConnection {};
using Action = std::variant<WriteBytes, StartTls, AskLeave, Await, MailFinished, MailReturned,
                            CloseConnection>;
/// To be done in this order.
using Actions = std::vector<Action>;

class SmtpSession {
 public:
  explicit SmtpSession(SmtpSettings settings) : settings_(std::move(settings)) {}

  /// Gives the connection a mail to carry: before connected(), or at Stage::idle.
  [[nodiscard]] Actions send(mime::WrittenMail mail);

  [[nodiscard]] Actions connected();
  [[nodiscard]] Actions received(std::string_view bytes);
  /// All bytes of the WriteBytes so far have left.
  [[nodiscard]] Actions written();
  /// The handshake that StartTls asked for is done.
  [[nodiscard]] Actions secured();
  /// The answer to AskLeave; ignored where none is awaited any more.
  [[nodiscard]] Actions answer_leave(bool granted);
  /// The connection could not be made, was lost, or its stage took too long; `why` is for people.
  [[nodiscard]] Actions lost(std::string_view why);
  /// Ends what can end: says QUIT when idle, gives up a mail that is not yet handed over.
  /// A mail at end_of_data goes on.
  [[nodiscard]] Actions stop();

  [[nodiscard]] Stage stage() const { return stage_; }
  [[nodiscard]] bool is_idle() const { return stage_ == Stage::idle; }

 private:
  struct Capabilities {
    bool pipelining = false;
    bool start_tls = false;
    bool login_plain = false;
    bool login_login = false;
    bool notifications = false;           // DSN, RFC 3461
    bool utf8 = false;                    // SMTPUTF8, RFC 6531
    std::optional<std::size_t> size_max;  // 0 and absent: no limit stated
  };
  enum class LoginStep : std::uint8_t { plain, user_name, password, finished };

  void handle(const Reply& reply);
  void on_greeting(const Reply& reply);
  void on_hello(const Reply& reply);
  void on_start_tls(const Reply& reply);
  void on_login(const Reply& reply);
  void on_envelope(const Reply& reply);
  void on_data(const Reply& reply);
  void on_end_of_data(const Reply& reply);

  void say_hello();
  void after_hello();
  void begin_login();
  void begin_mail();
  void write_body();
  void enter_idle();
  void say_quit();

  void write(std::string bytes) { actions_.emplace_back(WriteBytes{std::move(bytes)}); }
  void enter(Stage stage);
  void finish(Outcome outcome);
  void close();
  void give_up(Outcome outcome);
  void give_up(std::string_view reason, std::string_view why);
  [[nodiscard]] bool may_return_mail() const;
  [[nodiscard]] bool may_go_elsewhere(const Outcome& outcome) const;
  [[nodiscard]] std::string mail_command() const;
  [[nodiscard]] std::string recipient_command() const;
  [[nodiscard]] Actions take() { return std::exchange(actions_, {}); }

  SmtpSettings settings_;
  Stage stage_ = Stage::connect;
  bool secure_ = false;
  bool helo_only_ = false;
  LoginStep login_step_ = LoginStep::plain;
  Capabilities capabilities_;
  ReplyReader reader_;
  std::optional<mime::WrittenMail> mail_;
  std::optional<Outcome> refusal_;  // of MAIL or RCPT, while pipelined answers are still to come
  int mails_finished_ = 0;
  Actions actions_;
};

/// `body` with a dot put before each line that begins with one (RFC 5321 §4.5.2). CRLF only.
[[nodiscard]] std::string dot_stuffed(std::string body);

}  // namespace sojourn::channels::email
