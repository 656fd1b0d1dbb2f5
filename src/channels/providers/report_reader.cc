#include "channels/providers/report_reader.h"

#include <array>
#include <charconv>
#include <utility>

#include "base/hash.h"
#include "base/json.h"
#include "base/log.h"
#include "channels/providers/answer_fields.h"
#include "channels/providers/report_signatures.h"
#include "channels/providers/reports.h"

namespace sojourn::channels::providers {
namespace {

using Reports = std::vector<ProviderReport>;

tl::unexpected<Error> forged() {
  return failure("forged_report", "the report is not signed as the provider signs");
}

Result<Object> read_object(const net::Request& request) {
  TRY(value, parse_json(request.body));
  Object* object = value.as_object();
  if (object == nullptr) return failure("not_an_object", "the body must be a JSON object");
  return std::move(*object);
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

/// Whether a service gives us a key to check its reports by.
bool needs_key(ProviderKind kind) {
  return kind == ProviderKind::sendgrid || kind == ProviderKind::mailgun;
}

}  // namespace

Result<std::unique_ptr<ReportReader>> ReportReader::create(Options options, const Clock& clock) {
  TRY(account, parse_provider_url(options.url));
  const bool is_key = account.kind != ProviderKind::sendgrid || is_sendgrid_key(options.key);
  if (!options.key.empty() && !is_key) {
    return failure({.code = "invalid_key",
                    .message = "the verification key of SendGrid is no base64 of a public key",
                    .field = "key"});
  }
  return std::unique_ptr<ReportReader>(
      new ReportReader(std::move(options), std::move(account), clock));
}

ReportReader::ReportReader(Options options, ProviderAccount account, const Clock& clock)
    : options_(std::move(options)),
      account_(std::move(account)),
      clock_(clock),
      client_({.guard = options_.guard}) {}

ReportReader::~ReportReader() = default;

std::string_view ReportReader::provider() const {
  return name_of(account_.kind);
}

bool ReportReader::lacks_key() const {
  return needs_key(account_.kind) && options_.key.empty();
}

void ReportReader::stop() {
  client_.stop();
}

void ReportReader::read(const net::Request& request, Done done) {
  switch (account_.kind) {
    case ProviderKind::ses:
      return read_sns(request, std::move(done));
    case ProviderKind::sendgrid:
      return done(read_sendgrid(request));
    case ProviderKind::postmark:
      return done(read_postmark(request));
    case ProviderKind::mailgun:
      return done(read_mailgun(request));
  }
}

Result<Reports> ReportReader::read_sendgrid(const net::Request& request) {
  const auto header = [&](std::string_view name) { return request.header(name).value_or(""); };
  const bool is_theirs =
      is_of_sendgrid({.public_key = options_.key,
                      .signature = header("X-Twilio-Email-Event-Webhook-Signature"),
                      .timestamp = header("X-Twilio-Email-Event-Webhook-Timestamp"),
                      .body = request.body});
  if (!is_theirs) return forged();
  TRY(value, parse_json(request.body));
  Object wrapped;
  wrapped.append("events", std::move(value));
  Reports reports;
  for (const Object& event : objects_at(wrapped, "events")) {
    for (ProviderReport& report : read_sendgrid_event(event)) reports.push_back(std::move(report));
  }
  return reports;
}

// Nothing is signed: who knows the webhook's secret address is Postmark.
Result<Reports> ReportReader::read_postmark(const net::Request& request) {
  TRY(event, read_object(request));
  return read_postmark_event(event);
}

Result<Reports> ReportReader::read_mailgun(const net::Request& request) {
  TRY(body, read_object(request));
  const std::string timestamp = text_at(body, "signature.timestamp");
  const std::string token = text_at(body, "signature.token");
  const std::string signature = text_at(body, "signature.signature");
  const bool is_theirs = is_of_mailgun(
      {.key = options_.key, .timestamp = timestamp, .token = token, .signature = signature});
  if (!is_theirs) return forged();
  const std::optional<std::int64_t> seconds = number_in(timestamp);
  const std::int64_t now = clock_.now().ms / 1000;
  const bool is_of_now = seconds && now - *seconds <= mailgun_age_max.ms / 1000 &&
                         *seconds - now <= clocks_differ_max.ms / 1000;
  if (!is_of_now || !is_first_body_of(token, request.body)) return forged();
  return read_mailgun_event(object_at(body, "event-data"));
}

bool ReportReader::is_first_body_of(const std::string& token, std::string_view body) {
  const std::array<std::uint8_t, 32> digest = sha256(body);
  std::string hash(reinterpret_cast<const char*>(digest.data()), digest.size());
  const std::lock_guard lock(mutex_);
  const auto [known, is_new] = bodies_.try_emplace(token, std::move(hash));
  if (!is_new) {
    const std::string_view seen = known->second;
    return seen == std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size());
  }
  tokens_.push_back(token);
  if (tokens_.size() > tokens_max) {
    bodies_.erase(tokens_.front());
    tokens_.pop_front();
  }
  return true;
}

void ReportReader::read_sns(const net::Request& request, Done done) {
  Result<Object> message = read_object(request);
  if (!message) return done(tl::unexpected(message.error()));
  const std::string url = text_at(*message, "SigningCertURL");
  if (!is_sns_url(url)) return done(forged());
  if (const std::optional<std::string> pem = known_certificate(url)) {
    return read_signed_sns(*message, *pem, done);
  }
  const auto fetched = [this, url, message = std::move(*message), done](net::WebResponse response) {
    if (response.status != 200) {
      log::warn("no certificate of a report",
                {{"status", response.status}, {"reason", response.reason}});
      return done(failure("provider_unreachable", "the certificate could not be fetched"));
    }
    remember_certificate(url, response.body);
    read_signed_sns(message, response.body, done);
  };
  const Result<void> sent = client_.send({.url = at_endpoint(url)}, fetched);
  if (!sent) done(tl::unexpected(sent.error()));
}

void ReportReader::read_signed_sns(const Object& message, const std::string& pem,
                                   const Done& done) {
  if (!is_signed_by(message, pem)) return done(forged());
  const std::string type = text_at(message, "Type");
  if (type == "SubscriptionConfirmation") return confirm_subscription(message, done);
  if (type != "Notification") return done(Reports());
  done(read_ses_event(json_object(text_at(message, "Message"))));
}

void ReportReader::confirm_subscription(const Object& message, const Done& done) {
  const std::string url = text_at(message, "SubscribeURL");
  if (!is_sns_url(url)) return done(forged());
  log::info("subscribing to reports", {{"topic", text_at(message, "TopicArn")}});
  const auto answered = [done](const net::WebResponse& response) {
    if (response.status >= 200 && response.status < 300) return done(Reports());
    log::warn("not subscribed to reports",
              {{"status", response.status}, {"reason", response.reason}});
    done(failure("provider_unreachable", "the subscription could not be confirmed"));
  };
  const Result<void> sent = client_.send({.url = at_endpoint(url)}, answered);
  if (!sent) done(tl::unexpected(sent.error()));
}

std::optional<std::string> ReportReader::known_certificate(const std::string& url) {
  const std::lock_guard lock(mutex_);
  const auto found = certificates_.find(url);
  if (found == certificates_.end()) return std::nullopt;
  return found->second;
}

void ReportReader::remember_certificate(const std::string& url, const std::string& pem) {
  const std::lock_guard lock(mutex_);
  if (certificates_.size() >= certificates_max) certificates_.clear();
  certificates_[url] = pem;
}

std::string ReportReader::at_endpoint(std::string_view url) const {
  if (!account_.endpoint_is_named) return std::string(url);
  const std::size_t path = url.find('/', std::string_view("https://").size());
  return account_.endpoint + std::string(url.substr(path));
}

}  // namespace sojourn::channels::providers
