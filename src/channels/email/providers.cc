#include "channels/email/providers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/ensure.h"
#include "base/text.h"
#include "channels/email/rule_lines.h"

extern "C" {
extern const char sojourn_providers[];
extern const char sojourn_providers_end[];
}

namespace sojourn::channels::email {
namespace {

constexpr std::string_view default_name = "default";

struct Limit {
  std::string_view name;
  int ProviderLimits::*value;
  int least;
};
constexpr std::array limits = {
    Limit{"connections", &ProviderLimits::connections, 1},
    Limit{"connections_per_minute", &ProviderLimits::connections_per_minute, 1},
    Limit{"mails_per_connection", &ProviderLimits::mails_per_connection, 1},
    Limit{"mails_per_minute", &ProviderLimits::mails_per_minute, 0},
};

bool matches(std::string_view pattern, std::string_view host) {
  if (!pattern.starts_with('*')) return host == pattern;
  return host.ends_with(pattern.substr(1));
}

/// `mx1.mail.example.com` is a host of `mail.example.com`; `example.com` one of its own.
std::string_view site_of(std::string_view host) {
  const std::size_t dot = host.find('.');
  if (dot == std::string_view::npos) return host;
  const std::string_view rest = host.substr(dot + 1);
  return rest.find('.') == std::string_view::npos ? host : rest;
}

}  // namespace

struct Providers::Row {
  std::string name;
  std::vector<std::string> patterns = {};
  std::array<std::optional<int>, limits.size()> values = {};

  void apply(ProviderLimits& to) const {
    for (std::size_t i = 0; i < limits.size(); ++i) {
      if (values[i]) to.*limits[i].value = *values[i];
    }
  }
};

struct Providers::Table {
  std::vector<Row> rows;  ///< without `default`
  ProviderLimits usual;
};

std::string Providers::take(std::string_view part, Row& row) {
  const std::size_t mark = part.find('=');
  const std::string_view name = part.substr(0, mark);
  const std::string_view value = mark == std::string_view::npos ? "" : part.substr(mark + 1);
  if (name == "mx") {
    for (const std::string_view pattern : split(value, ',')) {
      if (pattern.empty() || pattern == "*") return "has an empty pattern";
      row.patterns.push_back(to_lower_ascii(pattern));
    }
    return "";
  }
  const auto* const limit = std::ranges::find(limits, name, &Limit::name);
  if (limit == limits.end()) return "is neither mx= nor a limit";
  int number = 0;
  const char* const end = value.data() + value.size();
  const auto [rest, error] = std::from_chars(value.data(), end, number);
  if (error != std::errc() || rest != end || number < limit->least || number > number_max) {
    return fmt::format("must be a number from {} to {}", limit->least, number_max);
  }
  row.values[static_cast<std::size_t>(limit - limits.begin())] = number;
  return "";
}

Result<void> Providers::read(std::string_view text, Table& table) {
  const auto refuse = [](std::size_t line, std::string why) {
    return failure({.code = "invalid_providers",
                    .message = fmt::format("line {}: {}", line, why),
                    .value = std::to_string(line)});
  };
  if (text.size() > text_bytes_max) {
    return failure({.code = "invalid_providers",
                    .message = fmt::format("the providers are {} bytes, the limit is {}",
                                           text.size(), text_bytes_max),
                    .limit = std::to_string(text_bytes_max)});
  }
  for (const RuleLine& line : rule_lines(text)) {
    std::string_view rest = line.text;
    Row row{.name = std::string(take_word(rest).value_or(""))};
    while (!trimmed(rest).empty()) {
      const std::optional<std::string_view> part = take_word(rest);
      if (!part) return refuse(line.number, "a quote is not closed");
      if (std::string why = take(*part, row); !why.empty()) {
        return refuse(line.number, fmt::format("{} {}", *part, why));
      }
    }
    if (row.name == default_name) {
      row.apply(table.usual);
    } else if (row.patterns.empty()) {
      return refuse(line.number, fmt::format("{} has no mx=", row.name));
    } else {
      table.rows.push_back(std::move(row));
    }
  }
  return {};
}

Providers::Providers() {
  static const std::shared_ptr<const Table> own = [] {
    auto table = std::make_shared<Table>();
    const auto size = static_cast<std::size_t>(sojourn_providers_end - sojourn_providers);
    ENSURE(read({sojourn_providers, size}, *table).has_value());
    return table;
  }();
  table_ = own;
}

Result<Providers> Providers::parse(std::string_view text) {
  Providers providers;
  auto table = std::make_shared<Table>();
  table->usual = providers.table_->usual;
  TRY_VOID(read(text, *table));
  table->rows.insert(table->rows.end(), providers.table_->rows.begin(),
                     providers.table_->rows.end());
  providers.table_ = std::move(table);
  return providers;
}

Provider Providers::of_host(std::string_view host) const {
  Provider provider{.name = std::string(site_of(host)), .limits = table_->usual};
  for (const Row& row : table_->rows) {
    const bool ours = std::ranges::any_of(
        row.patterns, [&](const std::string& pattern) { return matches(pattern, host); });
    if (!ours) continue;
    provider.name = row.name;
    row.apply(provider.limits);
    break;
  }
  return provider;
}

}  // namespace sojourn::channels::email
