#include "cli/backtest.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "base/json.h"
#include "cli/job_wait.h"
#include "cli/workspace_folder.h"
#include "domain/simulation/backtest_text.h"

namespace sojourn::cli {
namespace {

const Value& member(const Value& value, std::string_view name) {
  static const Value none;
  const Object* object = value.as_object();
  const Value* found = object == nullptr ? nullptr : object->find(name);
  return found == nullptr ? none : *found;
}

std::string text(const Value& value, std::string_view name) {
  const std::string* found = member(value, name).as_string();
  return found == nullptr ? std::string() : *found;
}

std::string count(const Value& value, std::string_view name) {
  return simulation::format_count(static_cast<simulation::Count>(member(value, name).number()));
}

const Value::List& list(const Value& value, std::string_view name) {
  static const Value::List none;
  const Value::List* found = member(value, name).as_list();
  return found == nullptr ? none : *found;
}

/// `frequency_cap 88, quiet_hours 12`
std::string counts(const Value& value, std::string_view name, std::string_view what) {
  std::string line;
  for (const Value& each : list(value, name)) {
    if (!line.empty()) line += ", ";
    line += text(each, what) + " " + count(each, "count");
  }
  return line;
}

void print_line(std::string_view title, const std::string& line) {
  if (!line.empty()) fmt::print("{:<10}{}\n", title, line);
}

void print_steps(const Value& report) {
  fmt::print("\n{:<24}{:>10}{:>10}{:>10}{:>10}{:>10}\n", "step", "passed", "waiting", "sent",
             "opened", "clicked");
  for (const Value& step : list(report, "steps")) {
    fmt::print("{:<24}{:>10}{:>10}{:>10}{:>10}{:>10}\n", text(step, "id"), count(step, "passed"),
               count(step, "waiting"), count(step, "sent"), count(step, "opened"),
               count(step, "clicked"));
    print_line("  held", counts(step, "held", "reason"));
    print_line("  skipped", counts(step, "skipped", "reason"));
  }
}

void print_report(const Value& report) {
  fmt::print("{}: {}\n\n", text(report, "journey"), text(report, "summary"));
  fmt::print("{:<10}{} to {}\n", "window", text(report, "since"), text(report, "until"));
  print_line("entered",
             fmt::format("{} by {} people, {} of them more than once, {} while inside "
                         "another journey",
                         count(report, "entered"), count(report, "contacts"),
                         count(report, "contactsAgain"), count(report, "contactsInSeveral")));
  print_line("refused", counts(report, "refused", "reason"));
  print_line("ended", counts(report, "ended", "outcome"));
  print_line("inside", count(report, "waiting") + " at the end of the window");
  print_line("sent",
             fmt::format("{} to {} people", count(report, "sent"), count(report, "contactsSent")));
  for (const Value& other : list(report, "otherJourneys")) {
    print_line("also", fmt::format("{}: {} entered, {} sent", text(other, "key"),
                                   count(other, "entered"), count(other, "sent")));
  }
  print_steps(report);
  fmt::print("\n{:<12}{:>10}{:>10}\n", "day (UTC)", "entered", "sent");
  for (const Value& day : list(report, "days")) {
    fmt::print("{:<12}{:>10}{:>10}\n", text(day, "day"), count(day, "entered"), count(day, "sent"));
  }
  fmt::print("\n{} events of the log looked at, {} replayed. Taken for granted:\n",
             count(report, "eventsScanned"), count(report, "eventsReplayed"));
  for (const Value& assumption : list(report, "assumptions")) {
    if (const std::string* line = assumption.as_string()) fmt::print("- {}\n", *line);
  }
}

Result<void> add_draft(const std::string& path, Value::List& files) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    TRY(found, read_workspace_folder(path));
    for (const runtime::DefinitionFile& file : found) {
      if (file.path.ends_with(".scenario")) continue;
      files.push_back(Object{{"path", file.path}, {"text", file.text}});
    }
    return {};
  }
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return failure("unreadable_file", fmt::format("{} cannot be read", path));
  const std::string content((std::istreambuf_iterator<char>(stream)), {});
  files.push_back(
      Object{{"path", std::filesystem::path(path).filename().string()}, {"text", content}});
  return {};
}

Result<Object> request_of(const BacktestFlags& flags) {
  Object request{{"since", flags.since}};
  if (!flags.until.empty()) request.set("until", flags.until);
  if (flags.open_rate) request.set("openRate", *flags.open_rate);
  if (flags.click_rate) request.set("clickRate", *flags.click_rate);
  if (flags.as_happened) request.set("answersAsHappened", true);
  if (flags.all_journeys) request.set("others", "replayed");
  Value::List files;
  for (const std::string& path : flags.drafts) TRY_VOID(add_draft(path, files));
  if (!files.empty()) request.set("files", std::move(files));
  return request;
}

/// As a job, which tells how far it is and may take long; drafts that a job cannot keep are sent
/// with a call that waits.
Result<Value> report_of(const Server& server, const std::string& journey, Object request) {
  const std::string path = fmt::format("/api/v1/journeys/{}/backtest", journey);
  request.set("job", true);
  const Result<Value> job = post(server, path, request);
  if (!job && job.error().code == "too_long") {
    request.erase("job");
    return post(server, path, request);
  }
  if (!job) return tl::unexpected(job.error());
  ProgressLine progress;
  TRY(ended, wait_for_job(server, text(*job, "id"), progress));
  return member(ended, "result");
}

int fail(const Error& error) {
  fmt::print(stderr, "sojourn: {}\n", error.message);
  return 1;
}

}  // namespace

int backtest(const Server& server, const BacktestFlags& flags) {
  Result<Object> request = request_of(flags);
  if (!request) return fail(request.error());
  const Result<Value> report = report_of(server, flags.journey, std::move(*request));
  if (!report) return fail(report.error());
  if (flags.json) {
    fmt::print("{}\n", to_json(*report));
  } else {
    print_report(*report);
  }
  return 0;
}

}  // namespace sojourn::cli
