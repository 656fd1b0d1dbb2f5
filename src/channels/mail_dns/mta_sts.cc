#include "channels/mail_dns/mta_sts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "channels/mail_dns/tag_list.h"

namespace sojourn::channels::mail_dns {
namespace {

constexpr std::int64_t kept_seconds_max = 31'557'600;  // RFC 8461 §3.2
constexpr std::size_t hosts_max = 100;
/// RFC 8461 §3.3 suggests a minute; a mail, or a person, waits for it.
constexpr Duration fetch_timeout = Duration::seconds(20);
constexpr std::size_t id_bytes_max = 32;  // RFC 8461 §3.1

tl::unexpected<Error> refuse(std::string why) {
  return failure("invalid_mta_sts", std::move(why));
}

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string_view name_of(MtaStsPolicy::Mode mode) {
  switch (mode) {
    case MtaStsPolicy::Mode::none:
      return "none";
    case MtaStsPolicy::Mode::testing:
      return "testing";
    case MtaStsPolicy::Mode::enforce:
      return "enforce";
  }
  return "";
}

Result<MtaStsPolicy> parse_mta_sts_policy(std::string_view text) {
  MtaStsPolicy policy;
  std::string version;
  std::string mode;
  std::optional<std::int64_t> seconds;
  for (const std::string_view line : split(text, '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view name = trimmed(line.substr(0, colon));
    const std::string value(trimmed(line.substr(colon + 1)));
    // Of names that stand twice the first counts (RFC 8461 §3.2), but for mx.
    if (name == "version" && version.empty()) version = value;
    if (name == "mode" && mode.empty()) mode = value;
    if (name == "mx" && policy.hosts.size() < hosts_max) {
      policy.hosts.push_back(to_lower_ascii(value));
    }
    if (name != "max_age" || seconds) continue;
    std::int64_t read = -1;
    const char* const end = value.data() + value.size();
    const auto [rest, error] = std::from_chars(value.data(), end, read);
    if (error != std::errc() || rest != end || read < 0) {
      return refuse(fmt::format("max_age is \"{}\", it must be a number of seconds", value));
    }
    seconds = std::min(read, kept_seconds_max);
  }
  if (version != "STSv1")
    return refuse(fmt::format("version is \"{}\", it must be STSv1", version));
  if (mode == "enforce") {
    policy.mode = MtaStsPolicy::Mode::enforce;
  } else if (mode == "testing") {
    policy.mode = MtaStsPolicy::Mode::testing;
  } else if (mode != "none") {
    return refuse(fmt::format("mode is \"{}\", it must be enforce, testing or none", mode));
  }
  if (!seconds) return refuse("max_age is missing");
  if (policy.hosts.empty() && policy.mode != MtaStsPolicy::Mode::none) {
    return refuse("it names no mx");
  }
  policy.kept_for = Duration::seconds(*seconds);
  return policy;
}

bool allows_host(const MtaStsPolicy& policy, std::string_view host) {
  return std::ranges::any_of(policy.hosts, [&](std::string_view pattern) {
    if (!pattern.starts_with("*.")) return pattern == host;
    const std::size_t dot = host.find('.');
    return dot != std::string_view::npos && dot > 0 && host.substr(dot) == pattern.substr(1);
  });
}

std::optional<std::string> mta_sts_id(const net::DnsAnswer& texts) {
  std::optional<std::string> id;
  int records = 0;
  for (const net::DnsRecord& record : texts.records) {
    if (!record.value.starts_with("v=STSv1")) continue;
    ++records;
    const std::optional<TagList> tags = TagList::parse(record.value);
    if (!tags || tags->value("v") != "STSv1") continue;
    const std::string value = tags->value("id").value_or("");
    const bool valid = !value.empty() && value.size() <= id_bytes_max &&
                       std::ranges::all_of(value, is_alphanumeric);
    if (valid) id = value;
  }
  return records == 1 ? id : std::nullopt;
}

std::string mta_sts_url(std::string_view domain) {
  return fmt::format("https://mta-sts.{}/.well-known/mta-sts.txt", domain);
}

FetchMtaSts fetch_mta_sts_over(net::WebClient& web) {
  return [&web](const std::string& domain, std::function<void(Result<std::string>)> done) {
    net::WebRequest request{
        .url = mta_sts_url(domain), .timeout = fetch_timeout, .redirects_max = 0};
    // Kept by both: the client calls it only where it has taken the request.
    auto shared = std::make_shared<std::function<void(Result<std::string>)>>(std::move(done));
    const Result<void> sent = web.send(std::move(request), [shared](net::WebResponse response) {
      if (response.status == 200) return (*shared)(std::move(response.body));
      const std::string why =
          response.status == 0 ? response.reason : fmt::format("it answers {}", response.status);
      (*shared)(failure("mta_sts_unreachable", why));
    });
    if (!sent) (*shared)(tl::unexpected(sent.error()));
  };
}

}  // namespace sojourn::channels::mail_dns
