/// Hands mails over by the SMTP channel, one after the other, and prints what became of each as a
/// line of JSON: `{"kind","reason","suppress","pause","retry","reply"}`. For tests/smtp/check.py.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/json.h"
#include "channels/email/smtp_channel.h"

namespace {

using namespace sojourn;
using channels::Outcome;

std::string_view name_of(Outcome::Kind kind) {
  switch (kind) {
    case Outcome::Kind::accepted:
      return "accepted";
    case Outcome::Kind::deferred:
      return "deferred";
    case Outcome::Kind::failed:
      return "failed";
    case Outcome::Kind::not_started:
      return "not_started";
    case Outcome::Kind::uncertain:
      return "uncertain";
  }
  return "";
}

std::string json_of(const Outcome& outcome) {
  JsonWriter out;
  out.begin_object();
  out.name("kind").string(name_of(outcome.kind));
  out.name("reason").string(outcome.reason);
  out.name("suppress").boolean(outcome.suppress_address);
  out.name("pause").boolean(outcome.pause_sender);
  out.name("retry").string(outcome.retry_after ? format_duration(*outcome.retry_after) : "");
  out.name("reply").string(outcome.reply);
  return out.end_object().take();
}

/// Grants every leave, and waits for one mail at a time.
class OneByOne final : public channels::Events {
 public:
  explicit OneByOne(channels::Channel& channel) : channel_(channel) {}

  void ask_leave(messages::MessageId id) override { channel_.answer_leave(id, true); }
  void finished(messages::MessageId, Outcome outcome) override {
    const std::lock_guard lock(mutex_);
    outcome_ = std::move(outcome);
    changed_.notify_one();
  }

  Outcome send(channels::Handoff handoff) {
    std::unique_lock lock(mutex_);
    outcome_.reset();
    lock.unlock();
    channel_.start(std::move(handoff));
    lock.lock();
    changed_.wait(lock, [this] { return outcome_.has_value(); });
    return *outcome_;
  }

 private:
  channels::Channel& channel_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Outcome> outcome_;  // guarded by mutex_
};

channels::Handoff handoff_of(std::uint64_t number, const std::string& to, std::size_t bytes) {
  channels::Handoff handoff;
  handoff.id = {number};
  handoff.email.from = {.name = "Sojourn", .address = "news@brand.example"};
  handoff.email.to = {.name = "", .address = to};
  handoff.email.subject = fmt::format("Mail {}", number);
  handoff.email.text = "Hello\n";
  while (handoff.email.text.size() < bytes) handoff.email.text += "You looked at our prices.\n";
  handoff.email.message_id = fmt::format("{}@brand.example", number);
  return handoff;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Hands mails over by the SMTP channel");
  std::string url;
  std::string to = "ana@example.test";
  std::string name_server;
  std::string allow;
  std::string authorities;
  std::uint64_t mails = 1;
  std::size_t bytes = 0;
  std::int64_t stage_ms = 500;
  app.add_option("url", url, "as SOJOURN_SMTP_URL")->required();
  app.add_option("--to", to);
  app.add_option("--dns", name_server, "name servers, as SOJOURN_DNS");
  app.add_option("--allow", allow, "addresses, as SOJOURN_MAIL_ALLOW");
  app.add_option("--authorities", authorities, "PEM file of trusted certificates");
  app.add_option("--mails", mails);
  app.add_option("--bytes", bytes, "least size of a mail");
  app.add_option("--stage-ms", stage_ms, "how long each stage may take");
  CLI11_PARSE(app, argc, argv);

  const auto fail = [](const Error& error) {
    fmt::print(stderr, "{}\n", error.message);
    return 1;
  };
  auto dns = net::DnsClient::create({.servers = name_server});
  if (!dns) return fail(dns.error());
  const auto guard = net::AddressGuard::parse(allow);
  if (!guard) return fail(guard.error());
  const Duration stage = Duration::milliseconds(stage_ms);
  const SystemClock clock;
  auto channel = channels::email::SmtpChannel::create(
      {.url = url,
       .connections_max = 1,
       .timeouts = {.connect = stage,
                    .greeting = stage,
                    .hello = stage,
                    .start_tls = stage,
                    .login = stage,
                    .mail = stage,
                    .recipient = stage,
                    .data = stage,
                    .body = stage,
                    .leave = stage,
                    .end_of_data = stage,
                    .reset = stage,
                    .idle = stage,
                    .quit = stage},
       .authorities_file = authorities,
       .guard = *guard,
       .dns = dns->get(),
       .fetch_policy =
           [](const std::string&, const std::function<void(Result<std::string>)>& done) {
             done(failure("mta_sts_unreachable", "no policies here"));
           }},
      clock);
  if (!channel) return fail(channel.error());
  OneByOne events(**channel);
  (*channel)->connect(events);
  for (std::uint64_t number = 1; number <= mails; ++number) {
    fmt::print("{}\n", json_of(events.send(handoff_of(number, to, bytes))));
  }
  (*channel)->stop(Duration::seconds(1));
  return 0;
}
