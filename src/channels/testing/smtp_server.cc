#include "channels/testing/smtp_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>

#include "base/ensure.h"
#include "base/text.h"

namespace sojourn::channels::testing {
namespace {

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
using Tls = std::unique_ptr<SSL, decltype(&SSL_free)>;

Context make_context(const Certificate& certificate) {
  Context context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  const auto memory = [](const std::string& text) {
    return std::unique_ptr<BIO, decltype(&BIO_free)>(
        BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free);
  };
  const auto certificate_text = memory(certificate.certificate_pem);
  const auto key_text = memory(certificate.key_pem);
  const std::unique_ptr<X509, decltype(&X509_free)> x509(
      PEM_read_bio_X509(certificate_text.get(), nullptr, nullptr, nullptr), &X509_free);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr), &EVP_PKEY_free);
  ENSURE(SSL_CTX_use_certificate(context.get(), x509.get()) == 1);
  ENSURE(SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1);
  return context;
}

}  // namespace

class SmtpServer::Connection {
 public:
  Connection(SmtpServer& server, int socket) : server_(server), socket_(socket) {}

  void run() {
    if (server_.script_.tls_from_the_first_byte && !secure()) return;
    if (!answer("CONNECT", "220 test ESMTP\r\n")) return;
    while (read()) {
      int commands = 0;
      for (std::size_t end = input_.find("\r\n"); end != std::string::npos;
           end = input_.find("\r\n")) {
        const std::string line = input_.substr(0, end);
        input_.erase(0, end + 2);
        if (in_data_) {
          if (!take_data(line)) return;
          continue;
        }
        ++commands;
        server_.largest_group_ = std::max<int>(server_.largest_group_, commands);
        if (!take_command(line)) return;
      }
    }
    if (in_data_) ++server_.mails_cut_off_;
  }

 private:
  bool read() {
    char bytes[16384];
    const long size =
        tls_ ? SSL_read(tls_.get(), bytes, sizeof bytes) : ::recv(socket_, bytes, sizeof bytes, 0);
    if (size <= 0) return false;
    input_.append(bytes, static_cast<std::size_t>(size));
    return true;
  }

  bool send(const std::string& text) {
    if (tls_) return SSL_write(tls_.get(), text.data(), static_cast<int>(text.size())) > 0;
    return ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) > 0;
  }

  bool secure() {
    context_ = make_context(*server_.script_.certificate);
    tls_.reset(SSL_new(context_.get()));
    SSL_set_fd(tls_.get(), socket_);
    return SSL_accept(tls_.get()) == 1;
  }

  // False where the connection ends.
  bool answer(const std::string& key, const std::string& usual) {
    const auto scripted = server_.script_.replies.find(key);
    const std::string& reply = scripted == server_.script_.replies.end() ? usual : scripted->second;
    if (reply == drop_connection) return false;
    if (reply == stay_silent) return true;
    positive_ = reply.starts_with('2') || reply.starts_with('3');
    return send(reply);
  }

  std::string hello_answer() const {
    std::string text = "250-test\r\n";
    for (const std::string& line : server_.script_.capabilities) {
      if (line == "STARTTLS" && tls_) continue;
      text += "250-" + line + "\r\n";
    }
    return text + "250 HELP\r\n";
  }

  bool take_command(const std::string& line) {
    {
      const std::lock_guard lock(server_.mutex_);
      server_.commands_.push_back(line);
    }
    const std::string verb = line.substr(0, line.find(' '));
    const std::string argument = line.substr(std::min(line.size(), verb.size() + 1));
    if (verb == "EHLO") return answer(verb, hello_answer());
    if (verb == "STARTTLS") {
      if (!answer(verb, "220 go\r\n" + server_.script_.behind_start_tls)) return false;
      input_.clear();
      return !positive_ || secure();
    }
    if (verb == "AUTH") return answer(verb, "235 welcome\r\n");
    if (verb == "QUIT") return answer(verb, "221 bye\r\n") && false;
    if (verb == "MAIL") {
      mail_ = {.from = argument, .to = {}, .data = {}, .secure = tls_ != nullptr};
      const int limit = server_.script_.mails_before_drop;
      if (limit > 0 && taken_ >= limit) return false;
      return answer(verb, "250 ok\r\n");
    }
    if (verb == "RCPT") {
      mail_.to = argument;
      return answer(verb, "250 ok\r\n");
    }
    if (verb == "DATA") {
      if (!answer(verb, "354 go\r\n")) return false;
      in_data_ = positive_;
      return true;
    }
    return answer(verb, "250 ok\r\n");
  }

  bool take_data(const std::string& line) {
    if (line != ".") {
      mail_.data += (line.starts_with('.') ? line.substr(1) : line) + "\r\n";
      return true;
    }
    in_data_ = false;
    if (!server_.script_.replies.contains(".") ||
        server_.script_.replies.at(".").starts_with('2')) {
      const std::lock_guard lock(server_.mutex_);
      server_.mails_.push_back(mail_);
    }
    ++taken_;
    ++server_.dots_;
    return answer(".", "250 2.0.0 taken\r\n");
  }

  SmtpServer& server_;
  int socket_;
  Context context_{nullptr, &SSL_CTX_free};
  Tls tls_{nullptr, &SSL_free};
  std::string input_;
  TakenMail mail_;
  bool in_data_ = false;
  bool positive_ = false;
  int taken_ = 0;
};

SmtpServer::SmtpServer(SmtpScript script) : script_(std::move(script)) {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ENSURE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
  ENSURE(::listen(listener_, 64) == 0);
  ENSURE(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_connections(); });
}

SmtpServer::~SmtpServer() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
  for (const int socket : sockets_) ::close(socket);
  ::close(listener_);
}

void SmtpServer::accept_connections() {
  while (!stopping_) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    ++connections_;
    const int at_once = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    {
      const std::lock_guard lock(mutex_);
      sockets_.push_back(socket);
    }
    threads_.emplace_back([this, socket] {
      Connection(*this, socket).run();
      ::shutdown(socket, SHUT_RDWR);
      const std::lock_guard lock(mutex_);
      ++ended_;
      changed_.notify_all();
    });
  }
}

std::vector<TakenMail> SmtpServer::mails() const {
  const std::lock_guard lock(mutex_);
  return mails_;
}

std::vector<std::string> SmtpServer::commands() const {
  const std::lock_guard lock(mutex_);
  return commands_;
}

bool SmtpServer::await_ended(int count) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return ended_ >= count; });
}

}  // namespace sojourn::channels::testing
