#include "channels/email/smtp_session.h"

#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "base/ensure.h"
#include "base/text.h"

namespace sojourn::channels::email {
namespace {

constexpr std::string_view mail_end = "\r\n.\r\n";

bool is_positive(const Reply& reply) {
  return reply.code / 100 == 2;
}
bool is_refusal(const Reply& reply) {
  return reply.code / 100 == 4 || reply.code / 100 == 5;
}

/// RFC 3461 §4.
std::string xtext(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = c > 0x20 && c < 0x7f && c != '+' && c != '=';
    if (plain) {
      encoded += c;
    } else {
      encoded += fmt::format("+{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

}  // namespace

std::string dot_stuffed(std::string body) {
  std::size_t dot = body.starts_with('.') ? 0 : body.find("\n.");
  // OPTIMIZATION: our own mails have no such line and are not copied.
  if (dot == std::string::npos) return body;
  std::string stuffed;
  stuffed.reserve(body.size() + 64);
  std::size_t done = 0;
  while (dot != std::string::npos) {
    const std::size_t line_begin = body[dot] == '.' ? dot : dot + 1;
    stuffed.append(body, done, line_begin - done).push_back('.');
    done = line_begin;
    dot = body.find("\n.", line_begin);
  }
  return stuffed.append(body, done);
}

Actions SmtpSession::send(mime::WrittenMail mail) {
  ENSURE(!mail_);
  mail_ = std::move(mail);
  if (stage_ == Stage::idle) begin_mail();
  return take();
}

Actions SmtpSession::connected() {
  ENSURE(stage_ == Stage::connect);
  if (settings_.tls == TlsPolicy::implicit) {
    enter(Stage::start_tls);
    actions_.emplace_back(StartTls{});
  } else {
    enter(Stage::greeting);
  }
  return take();
}

Actions SmtpSession::received(std::string_view bytes) {
  reader_.append(bytes);
  while (stage_ != Stage::closed) {
    auto reply = reader_.next();
    if (!reply) {
      give_up("invalid_reply", reply.error().message);
      break;
    }
    if (!*reply) break;
    handle(**reply);
  }
  return take();
}

Actions SmtpSession::written() {
  if (stage_ == Stage::body) {
    enter(Stage::leave);
    actions_.emplace_back(AskLeave{});
  }
  return take();
}

Actions SmtpSession::secured() {
  ENSURE(stage_ == Stage::start_tls);
  secure_ = true;
  // RFC 3207 §4.2: what was learned before the handshake is forgotten. Bytes that stand behind the
  // 220 in the same packet were injected by somebody else.
  reader_.clear();
  capabilities_ = {};
  if (settings_.tls == TlsPolicy::implicit) {
    enter(Stage::greeting);
  } else {
    say_hello();
  }
  return take();
}

Actions SmtpSession::answer_leave(bool granted) {
  if (stage_ != Stage::leave) return {};
  if (!granted) {
    // Closing is the only way out of DATA that hands nothing over.
    give_up(ended(Outcome::Kind::not_started));
  } else if (!reader_.is_empty()) {
    give_up("invalid_reply", "the server answered before the end of the mail");
  } else {
    write(std::string(mail_end));
    enter(Stage::end_of_data);
  }
  return take();
}

Actions SmtpSession::lost(std::string_view why) {
  if (stage_ == Stage::closed) return {};
  if (may_return_mail()) {
    actions_.emplace_back(MailReturned{std::move(*mail_), std::nullopt});
    mail_.reset();
    close();
  } else {
    give_up("unreachable", why);
  }
  return take();
}

Actions SmtpSession::stop() {
  if (stage_ == Stage::closed || stage_ == Stage::end_of_data) return {};
  if (mail_) {
    give_up(ended(Outcome::Kind::not_started));
  } else if (stage_ == Stage::idle) {
    say_quit();
  } else if (stage_ != Stage::quit) {
    close();
  }
  return take();
}

void SmtpSession::handle(const Reply& reply) {
  switch (stage_) {
    case Stage::greeting:
      return on_greeting(reply);
    case Stage::hello:
      return on_hello(reply);
    case Stage::start_tls:
      return on_start_tls(reply);
    case Stage::login:
      return on_login(reply);
    case Stage::mail:
    case Stage::recipient:
      return on_envelope(reply);
    case Stage::data:
      return on_data(reply);
    case Stage::end_of_data:
      return on_end_of_data(reply);
    case Stage::reset:
      return is_positive(reply) ? enter_idle() : close();
    case Stage::body:
    case Stage::leave:
      // A server that refuses in the middle of the mail means it; praise so early means nothing.
      if (is_refusal(reply)) return give_up(settings_.rules.classify(Stage::end_of_data, reply));
      return give_up("invalid_reply", "the server answered before the end of the mail");
    case Stage::idle:  // 421 on an idle connection, or an answer to nothing
    case Stage::quit:
    case Stage::connect:
    case Stage::closed:
      return close();
  }
}

void SmtpSession::on_greeting(const Reply& reply) {
  if (!is_positive(reply)) return give_up(settings_.rules.classify(Stage::greeting, reply));
  say_hello();
}

void SmtpSession::say_hello() {
  write(fmt::format("{} {}\r\n", helo_only_ ? "HELO" : "EHLO", settings_.hello_name));
  enter(Stage::hello);
}

void SmtpSession::on_hello(const Reply& reply) {
  // RFC 5321 §3.2: a server that does not know EHLO is asked by HELO.
  if (!helo_only_ && reply.code / 100 == 5) {
    helo_only_ = true;
    return say_hello();
  }
  if (!is_positive(reply)) return give_up(settings_.rules.classify(Stage::hello, reply));
  capabilities_ = {};
  if (!helo_only_) {
    for (const std::string_view line : split(reply.text, '\n')) {
      const std::vector<std::string_view> words = split(trimmed(line), ' ');
      const std::string keyword = to_lower_ascii(words.front());
      if (keyword == "pipelining") capabilities_.pipelining = true;
      if (keyword == "starttls") capabilities_.start_tls = true;
      if (keyword == "dsn") capabilities_.notifications = true;
      if (keyword == "smtputf8") capabilities_.utf8 = true;
      if (keyword == "size" && words.size() > 1) {
        std::size_t size = 0;
        std::from_chars(words[1].data(), words[1].data() + words[1].size(), size);
        if (size > 0) capabilities_.size_max = size;
      }
      if (keyword != "auth") continue;
      for (const std::string_view mechanism : words) {
        if (equal_ignoring_case(mechanism, "plain")) capabilities_.login_plain = true;
        if (equal_ignoring_case(mechanism, "login")) capabilities_.login_login = true;
      }
    }
  }
  after_hello();
}

void SmtpSession::after_hello() {
  if (!secure_ && settings_.tls != TlsPolicy::off) {
    if (capabilities_.start_tls) {
      write("STARTTLS\r\n");
      return enter(Stage::start_tls);
    }
    if (settings_.tls == TlsPolicy::required) {
      return give_up("tls_unavailable", "the server offers no STARTTLS");
    }
  }
  if (settings_.credentials) return begin_login();
  begin_mail();
}

void SmtpSession::on_start_tls(const Reply& reply) {
  if (reply.code == 220) {
    reader_.clear();
    enter(Stage::start_tls);
    actions_.emplace_back(StartTls{});
    return;
  }
  if (settings_.tls == TlsPolicy::required || !is_refusal(reply)) {
    return give_up("tls_unavailable", shown_reply(reply));
  }
  if (settings_.credentials) return begin_login();
  begin_mail();
}

void SmtpSession::begin_login() {
  const Credentials& credentials = *settings_.credentials;
  if (!secure_ && settings_.plain_login == PlainLogin::refused) {
    return give_up("tls_unavailable", "credentials are not sent without TLS");
  }
  if (capabilities_.login_plain) {
    login_step_ = LoginStep::finished;
    std::string secret;
    secret.append(1, '\0').append(credentials.user).append(1, '\0').append(credentials.password);
    write(fmt::format("AUTH PLAIN {}\r\n", to_base64(secret)));  // RFC 4616
  } else if (capabilities_.login_login) {
    login_step_ = LoginStep::user_name;
    write("AUTH LOGIN\r\n");
  } else {
    return give_up("login_refused", "the server offers neither AUTH PLAIN nor AUTH LOGIN");
  }
  enter(Stage::login);
}

void SmtpSession::on_login(const Reply& reply) {
  if (reply.code == 334 && login_step_ == LoginStep::user_name) {
    login_step_ = LoginStep::password;
    return write(to_base64(settings_.credentials->user) + "\r\n");
  }
  if (reply.code == 334 && login_step_ == LoginStep::password) {
    login_step_ = LoginStep::finished;
    return write(to_base64(settings_.credentials->password) + "\r\n");
  }
  if (!is_positive(reply) || login_step_ != LoginStep::finished) {
    return give_up(settings_.rules.classify(Stage::login, reply));
  }
  begin_mail();
}

void SmtpSession::begin_mail() {
  if (!mail_) return enter(Stage::idle);
  if (capabilities_.size_max && mail_->bytes.size() > *capabilities_.size_max) {
    finish(ended(Outcome::Kind::failed, "our_error",
                 fmt::format("the mail is {} bytes, the server takes {}", mail_->bytes.size(),
                             *capabilities_.size_max)));
    return enter_idle();
  }
  if (mail_->needs_utf8 && !capabilities_.utf8) {
    // RFC 6531 §3.5: the status of an address that the way does not take.
    finish(ended(Outcome::Kind::failed, "smtputf8_unavailable",
                 "5.6.7 the host takes no address with letters outside ASCII before the @"));
    return enter_idle();
  }
  refusal_.reset();
  std::string commands = mail_command();
  if (capabilities_.pipelining) commands += recipient_command() + "DATA\r\n";  // RFC 2920 §3.1
  write(std::move(commands));
  enter(Stage::mail);
}

std::string SmtpSession::mail_command() const {
  std::string command = fmt::format("MAIL FROM:<{}>", mail_->envelope_from.text());
  if (capabilities_.size_max) command += fmt::format(" SIZE={}", mail_->bytes.size());
  if (capabilities_.notifications && !mail_->envelope_id.empty()) {
    command += fmt::format(" RET=HDRS ENVID={}", xtext(mail_->envelope_id));
  }
  if (mail_->needs_utf8) command += " BODY=8BITMIME SMTPUTF8";  // RFC 6531 §3.6: with 8BITMIME
  return command + "\r\n";
}

std::string SmtpSession::recipient_command() const {
  std::string command = fmt::format("RCPT TO:<{}>", mail_->envelope_to.text());
  if (capabilities_.notifications && !mail_->envelope_id.empty()) {
    command += " NOTIFY=FAILURE";
    // What says the same of other addresses is RFC 6533, which few servers read.
    if (mail_->envelope_to.is_ascii()) {
      command += fmt::format(" ORCPT=rfc822;{}", xtext(mail_->envelope_to.text()));
    }
  }
  return command + "\r\n";
}

void SmtpSession::on_envelope(const Reply& reply) {
  const bool first = stage_ == Stage::mail;
  if (reply.code == 421) {
    if (may_return_mail()) {
      actions_.emplace_back(MailReturned{std::move(*mail_), std::nullopt});
      mail_.reset();
      return close();
    }
    return give_up(settings_.rules.classify(stage_, reply));
  }
  if (!is_positive(reply) && !refusal_) refusal_ = settings_.rules.classify(stage_, reply);
  if (!capabilities_.pipelining) {
    if (refusal_) {
      finish(std::move(*refusal_));
      write("RSET\r\n");
      return enter(Stage::reset);
    }
    write(first ? recipient_command() : "DATA\r\n");
  }
  enter(first ? Stage::recipient : Stage::data);
}

void SmtpSession::on_data(const Reply& reply) {
  if (reply.code == 354 && !refusal_) return write_body();
  if (reply.code == 354) {
    // RFC 2920 §3.1 allows this answer although no recipient stands; a lone dot might be taken.
    return give_up(std::move(*refusal_));
  }
  if (!refusal_) {
    if (!is_refusal(reply) || reply.code == 421)
      return give_up(settings_.rules.classify(Stage::data, reply));
    refusal_ = settings_.rules.classify(Stage::data, reply);
  }
  finish(std::move(*refusal_));
  if (reply.code == 421) return close();
  write("RSET\r\n");
  enter(Stage::reset);
}

void SmtpSession::write_body() {
  std::string body = std::move(mail_->bytes);
  ENSURE(body.ends_with("\r\n"));
  body.resize(body.size() - 2);  // the line end is part of what ends the mail
  write(dot_stuffed(std::move(body)));
  enter(Stage::body);
}

void SmtpSession::on_end_of_data(const Reply& reply) {
  if (is_positive(reply)) {
    finish(ended(Outcome::Kind::accepted, {}, shown_reply(reply)));
  } else if (is_refusal(reply)) {
    finish(settings_.rules.classify(Stage::end_of_data, reply));
  } else {
    return give_up("invalid_reply", shown_reply(reply));
  }
  if (reply.code == 421) return close();
  enter_idle();
}

void SmtpSession::enter_idle() {
  if (mails_finished_ >= settings_.mails_per_connection_max) return say_quit();
  enter(Stage::idle);
}

void SmtpSession::say_quit() {
  write("QUIT\r\n");
  enter(Stage::quit);
}

void SmtpSession::enter(Stage stage) {
  stage_ = stage;
  actions_.emplace_back(Await{stage});
}

void SmtpSession::finish(Outcome outcome) {
  mail_.reset();
  refusal_.reset();
  ++mails_finished_;
  actions_.emplace_back(MailFinished{std::move(outcome)});
}

void SmtpSession::close() {
  stage_ = Stage::closed;
  actions_.emplace_back(CloseConnection{});
}

void SmtpSession::give_up(Outcome outcome) {
  if (mail_ && may_go_elsewhere(outcome)) {
    actions_.emplace_back(MailReturned{std::move(*mail_), std::move(outcome)});
    mail_.reset();
  }
  if (mail_) finish(std::move(outcome));
  close();
}

// RFC 1047: after the final dot an answer that does not come, or cannot be understood, tells
// nothing; before it the mail was certainly not handed over.
void SmtpSession::give_up(std::string_view reason, std::string_view why) {
  if (stage_ != Stage::end_of_data) {
    return give_up(ended(Outcome::Kind::deferred, reason, std::string(why)));
  }
  const std::string_view lost_reason = reason == "unreachable" ? "connection_lost" : reason;
  give_up(ended(Outcome::Kind::uncertain, lost_reason, std::string(why)));
}

bool SmtpSession::may_go_elsewhere(const Outcome& outcome) const {
  const bool before_mails = stage_ == Stage::connect || stage_ == Stage::greeting ||
                            stage_ == Stage::hello || stage_ == Stage::start_tls;
  return settings_.has_other_hosts && before_mails && outcome.kind == Outcome::Kind::deferred;
}

// The server may end a kept connection just when the next mail begins (RFC 5321 §3.8).
bool SmtpSession::may_return_mail() const {
  return mail_ && stage_ == Stage::mail && mails_finished_ > 0;
}

}  // namespace sojourn::channels::email
