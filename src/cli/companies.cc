#include "cli/companies.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/json.h"
#include "cli/answer_fields.h"

namespace sojourn::cli {
namespace {

constexpr int page_max = 200;

int fail(const Error& error) {
  fmt::print(stderr, "sojourn: {}\n", error.message);
  return 1;
}

/// Waits while the server reads its contacts, which takes some seconds for each million. It asks
/// again, as a person would: another program's progress reaches this one no other way.
Result<Value> get_loaded(const Server& server, const std::string& path) {
  constexpr int attempts_max = 30;
  constexpr std::chrono::seconds pause{1};
  for (int attempt = 1;; ++attempt) {
    Result<Value> answer = get(server, path);
    const bool is_loading = !answer && answer.error().code == "audience_loading";
    if (!is_loading || attempt == attempts_max) return answer;
    std::this_thread::sleep_for(pause);
  }
}

/// So many items of a list, over as many pages as that takes. `query` begins with `?`.
Result<std::vector<Value>> get_some(const Server& server, const std::string& path,
                                    const std::string& query, int limit, std::int64_t& total) {
  std::vector<Value> items;
  std::string cursor;
  do {
    const int left = limit - static_cast<int>(items.size());
    const std::string more = cursor.empty() ? "" : "&cursor=" + percent_encoded(cursor);
    TRY(page, get_loaded(server, fmt::format("{}{}&limit={}{}", path, query,
                                             std::min(left, page_max), more)));
    for (const Value& item : list_member(page, "items")) items.push_back(item);
    total = number_member(page, "total");
    cursor = shown(page, "next");
  } while (!cursor.empty() && static_cast<int>(items.size()) < limit);
  return items;
}

double decimal(const Value& value, std::string_view name) {
  const Object* object = value.as_object();
  const Value* member = object == nullptr ? nullptr : object->find(name);
  return member == nullptr ? 0 : member->number();
}

/// The value of a score, among those of a company or a contact.
const Value& value_of(const Value& item, const std::string& score) {
  static const Value none;
  for (const Value& value : list_member(item, "values")) {
    if (shown(value, "score") == score) return value;
  }
  return none;
}

/// How wide a column must be for its texts; widths are of bytes, which is close enough.
std::size_t width_of(const std::vector<Value>& items, std::string_view name, std::size_t least) {
  for (const Value& item : items) least = std::max(least, shown(item, name).size());
  return least;
}

const Value& member(const Value& value, std::string_view name) {
  static const Value none;
  const Object* object = value.as_object();
  const Value* found = object == nullptr ? nullptr : object->find(name);
  return found == nullptr ? none : *found;
}

void print_company(const Value& company) {
  const std::string name = shown(company, "name");
  fmt::print("{}{}\n", shown(company, "id"), name.empty() ? "" : "  " + name);
  fmt::print("{} contacts, seen from {} to {}\n", number_member(company, "contacts"),
             shown(company, "firstSeenAt"), shown(company, "lastSeenAt"));
  if (const Object* traits = member(company, "traits").as_object()) {
    for (const auto& [trait, value] : *traits) {
      if (trait != "name") fmt::print("  {}: {}\n", trait, to_json(value));
    }
  }
  for (const Value& score : list_member(company, "values")) {
    fmt::print("score {}: sum {:.1f}, average {:.1f}, highest {:.1f}, of {} contacts\n",
               shown(score, "score"), decimal(score, "sum"), decimal(score, "average"),
               decimal(score, "highest"), number_member(score, "contacts"));
  }
  for (const Value& score : list_member(company, "scores")) {
    const std::string state = shown(score, "state");
    if (state == "building") fmt::print("score {} is being built\n", shown(score, "key"));
    if (state == "incomplete") fmt::print("score {} is incomplete\n", shown(score, "key"));
  }
}

/// The contact by what people know it by.
std::string label(const Value& contact) {
  for (const char* name : {"userId", "email", "id"}) {
    const std::string text = shown(contact, name);
    if (!text.empty()) return text;
  }
  return {};
}

}  // namespace

int companies(const Server& server, const CompaniesFlags& flags) {
  std::string query = "?measure=" + percent_encoded(flags.by);
  if (!flags.score.empty()) query += "&score=" + percent_encoded(flags.score);
  if (!flags.search.empty()) query += "&search=" + percent_encoded(flags.search);
  std::int64_t total = 0;
  const Result<std::vector<Value>> items =
      get_some(server, "/api/v1/companies", query, flags.limit, total);
  if (!items) return fail(items.error());
  const std::size_t id_width = width_of(*items, "id", std::string_view("company").size());
  const std::size_t name_width = width_of(*items, "name", std::string_view("name").size());
  const std::string value_title =
      flags.score.empty() ? "" : fmt::format("  {} of {}", flags.by, flags.score);
  fmt::print("{:<{}}  {:<{}}  contacts{}\n", "company", id_width, "name", name_width, value_title);
  for (const Value& item : *items) {
    std::string value;
    if (!flags.score.empty()) {
      value = fmt::format("  {:.1f}", decimal(value_of(item, flags.score), flags.by));
    }
    fmt::print("{:<{}}  {:<{}}  {:>8}{}\n", shown(item, "id"), id_width, shown(item, "name"),
               name_width, number_member(item, "contacts"), value);
  }
  const auto shown_count = static_cast<std::int64_t>(items->size());
  if (total > shown_count) fmt::print("{} of {} companies\n", shown_count, total);
  return 0;
}

int company(const Server& server, const CompanyFlags& flags) {
  const std::string path = "/api/v1/companies/" + percent_encoded(flags.id);
  const Result<Value> found = get_loaded(server, path);
  if (!found) return fail(found.error());
  const std::string query = flags.score.empty() ? "?" : "?score=" + percent_encoded(flags.score);
  std::int64_t total = 0;
  const Result<std::vector<Value>> people =
      get_some(server, path + "/contacts", query, flags.limit, total);
  if (!people) return fail(people.error());
  print_company(*found);
  fmt::print("contacts, {}:\n",
             flags.score.empty() ? "who was seen last" : "highest " + flags.score);
  for (const Value& person : *people) {
    const Value& contact = member(person, "contact");
    std::string values;
    for (const Value& value : list_member(person, "values")) {
      values += fmt::format("  {} {:.1f}", shown(value, "score"), decimal(value, "value"));
    }
    const std::string name = shown(contact, "name");
    fmt::print("  {}{}{}\n", label(contact), name.empty() ? "" : " (" + name + ")", values);
  }
  const auto shown_count = static_cast<std::int64_t>(people->size());
  if (total > shown_count) fmt::print("  {} of {} contacts\n", shown_count, total);
  return 0;
}

}  // namespace sojourn::cli
