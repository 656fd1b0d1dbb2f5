#include "domain/policies/warm_up.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "domain/definitions/reader.h"
#include "domain/policies/minute_of_day.h"

namespace sojourn::policies {
namespace {

using definitions::Reader;

constexpr std::int64_t first_default = 50;
constexpr std::int64_t growth_default = 60;
constexpr std::int64_t growth_min = 5;
constexpr std::int64_t growth_max = 300;
constexpr std::size_t domain_bytes_max = 253;  // RFC 1035 §2.3.4

bool is_domain(std::string_view text) {
  const bool shaped = !text.empty() && text.size() <= domain_bytes_max &&
                      text.find('.') != std::string_view::npos && text.front() != '.' &&
                      text.back() != '.';
  return shaped && text.find_first_of(" @/:*\t\r\n") == std::string_view::npos;
}

Result<std::string> read_domain(const Reader& reader, std::string_view member,
                                const std::string& text) {
  if (is_domain(text)) return to_lower_ascii(text);
  return reader.refuse("not_a_domain", member, "must be a domain such as news.example.com");
}

Result<absl::CivilDay> read_start(Reader& reader) {
  TRY(text, reader.text("start"));
  absl::CivilDay day;
  if (absl::ParseCivilTime({text.data(), text.size()}, &day)) return day;
  return reader.refuse("not_a_date", "start", "must be a day such as 2026-03-01");
}

Result<std::vector<std::int64_t>> read_daily(Reader& reader, const Value::List& list) {
  if (list.empty() || list.size() > warm_up_steps_max) {
    return reader.refuse("out_of_range", "daily",
                         fmt::format("must have from 1 to {} numbers", warm_up_steps_max),
                         std::to_string(warm_up_steps_max));
  }
  std::vector<std::int64_t> daily;
  for (const Value& each : list) {
    const std::int64_t* mails = each.as_integer();
    if (mails == nullptr || *mails < 1 || *mails > warm_up_mails_max) {
      return reader.refuse("out_of_range", "daily",
                           fmt::format("must have numbers from 1 to {}", warm_up_mails_max),
                           std::to_string(warm_up_mails_max));
    }
    if (!daily.empty() && *mails < daily.back()) {
      return reader.refuse("out_of_range", "daily", "must not fall from one day to the next",
                           std::to_string(daily.back()));
    }
    daily.push_back(*mails);
  }
  return daily;
}

/// The days that lead from `first` to `target`, which is the last of them.
Result<std::vector<std::int64_t>> read_growth(Reader& reader) {
  TRY(first, reader.optional_integer("first", 1, warm_up_mails_max));
  TRY(growth, reader.optional_integer("growth", growth_min, growth_max));
  TRY(target, reader.optional_integer("target", 1, warm_up_mails_max));
  if (!target) {
    return reader.refuse("missing_member", "target", "or daily is required");
  }
  std::vector<std::int64_t> daily;
  std::int64_t mails = first.value_or(first_default);
  while (mails < *target && daily.size() < warm_up_steps_max) {
    daily.push_back(mails);
    mails = std::max(mails + 1, mails + mails * growth.value_or(growth_default) / 100);
  }
  if (daily.size() < warm_up_steps_max) {
    daily.push_back(*target);
    return daily;
  }
  return reader.refuse("out_of_range", "growth",
                       fmt::format("must reach the target within {} days", warm_up_steps_max),
                       std::to_string(warm_up_steps_max));
}

Result<std::vector<std::string>> read_recipients(Reader& reader) {
  TRY(list, reader.optional_list("recipients"));
  if (list->size() > warm_up_recipients_max) {
    return reader.refuse("too_many", "recipients",
                         fmt::format("has more than {} items", warm_up_recipients_max));
  }
  std::vector<std::string> recipients;
  for (const Value& each : *list) {
    const std::string* text = each.as_string();
    TRY(domain, read_domain(reader, "recipients", text == nullptr ? std::string() : *text));
    recipients.push_back(std::move(domain));
  }
  return recipients;
}

Result<WarmUpPlan> read_plan(const Value& value, const std::string& path) {
  Reader reader(value, path);
  WarmUpPlan plan;
  TRY(domain, reader.optional_text("domain"));
  if (domain) {
    TRY(read, read_domain(reader, "domain", *domain));
    plan.domain = std::move(read);
  }
  if (reader.find("provider") != nullptr) {
    TRY(provider, reader.key("provider"));
    plan.provider = std::move(provider);
  }
  TRY(recipients, read_recipients(reader));
  plan.recipients = std::move(recipients);
  // Who mails go to is known by their domains alone; a name without them would mean everybody.
  if (plan.provider.empty() != plan.recipients.empty()) {
    const std::string_view lacks = plan.provider.empty() ? "provider" : "recipients";
    return reader.refuse("missing_member", lacks, "is required beside the other of the two");
  }
  TRY(start, read_start(reader));
  plan.start = start;
  TRY(goes_on, optional_minute(reader, "goes_on"));
  plan.goes_on_minute = goes_on.value_or(plan.goes_on_minute);
  if (reader.find("daily") != nullptr) {
    TRY(list, reader.optional_list("daily"));
    TRY(read, read_daily(reader, *list));
    plan.daily = std::move(read);
  } else {
    TRY(read, read_growth(reader));
    plan.daily = std::move(read);
  }
  TRY_VOID(reader.finish());
  return plan;
}

}  // namespace

std::string domain_of(std::string_view address) {
  const std::size_t at = address.rfind('@');
  return at == std::string_view::npos ? std::string() : to_lower_ascii(address.substr(at + 1));
}

std::string WarmUpPlan::key() const {
  return fmt::format("{}{}{}", domain.empty() ? "*" : domain, provider.empty() ? "" : " ",
                     provider);
}

bool WarmUpPlan::counts(std::string_view from_domain, std::string_view to) const {
  if (!domain.empty() && domain != from_domain) return false;
  return recipients.empty() ||
         std::find(recipients.begin(), recipients.end(), domain_of(to)) != recipients.end();
}

std::optional<std::int64_t> WarmUpPlan::mails_at(std::int64_t step) const {
  const auto place = static_cast<std::size_t>(step);
  return place < daily.size() ? std::optional(daily[place]) : std::nullopt;
}

Result<std::vector<WarmUpPlan>> read_warm_up(const Value& value, const std::string& path) {
  const Value::List* list = value.as_list();
  const auto refuse = [&](std::string code, std::string message) {
    return failure({.code = std::move(code), .message = path + " " + message, .field = path});
  };
  if (list == nullptr) return refuse("wrong_type", "must be a list");
  if (list->size() > warm_up_plans_max) {
    return refuse("too_many", fmt::format("has more than {} items", warm_up_plans_max));
  }
  std::vector<WarmUpPlan> plans;
  for (std::size_t i = 0; i < list->size(); ++i) {
    TRY(plan, read_plan((*list)[i], fmt::format("{}[{}]", path, i)));
    const bool is_double = std::any_of(plans.begin(), plans.end(), [&](const WarmUpPlan& each) {
      return each.key() == plan.key();
    });
    if (is_double) {
      return refuse("duplicate_key", fmt::format("has two plans for {}", plan.key()));
    }
    plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace sojourn::policies
