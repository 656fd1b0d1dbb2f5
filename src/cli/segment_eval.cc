#include "cli/segment_eval.h"

#include <fmt/format.h>

#include <fstream>
#include <optional>
#include <vector>

#include "api/segment_call.h"
#include "base/calendar.h"
#include "base/json.h"
#include "cli/text_file.h"
#include "domain/simulation/segment_eval.h"

namespace sojourn::cli {
namespace {

constexpr int wrong_input = 2;

int refuse(const std::string& message) {
  fmt::print(stderr, "sojourn: {}\n", message);
  return wrong_input;
}

/// Reads calls as they stand in a log: each was received at its `receivedAt`, or, without one, when
/// it says that it happened.
class CallReader {
 public:
  /// A contact without a timestamp was there before the first event.
  enum class Without : std::uint8_t { timestamp_is_first, timestamp_is_refused };

  Result<void> read(const std::string& path, Without without) {
    std::ifstream file(path);
    if (!file) return failure("not_a_file", fmt::format("{} cannot be read", path));
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
      constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
      if (number == 1 && line.starts_with(byte_order_mark)) line.erase(0, byte_order_mark.size());
      if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
      Result<void> done = read_call(line, without);
      if (done) continue;
      return failure(done.error().code,
                     fmt::format("{}:{}: {}", path, number, done.error().message));
    }
    return {};
  }

  [[nodiscard]] std::vector<events::Event> take() {
    for (events::Event& event : early_) {
      event.received_at = event.at = earliest_;
    }
    early_.insert(early_.end(), std::make_move_iterator(calls_.begin()),
                  std::make_move_iterator(calls_.end()));
    return std::move(early_);
  }

 private:
  Result<void> read_call(const std::string& line, Without without) {
    TRY(value, parse_json(line));
    Object* call = value.as_object();
    if (call == nullptr) return failure("not_an_object", "a call must be a JSON object");
    if (call->find("type") == nullptr) {
      call->set("type", call->find("event") == nullptr ? "identify" : "track");
    }
    // Far ahead, so that no time of the call is cut to the time of its receipt.
    const api::Arrival arrival{
        .received_at = far_,
        .trust = events::Trust::server_key,
        .source = "file",
        .client_address = {},
        .identity_secret = {},
        .make_message_id = [this] { return fmt::format("line/{}", ++count_); }};
    const bool has_time =
        call->find("timestamp") != nullptr || call->find("originalTimestamp") != nullptr;
    if (!has_time && without == Without::timestamp_is_refused) {
      return failure("missing_field", "an event needs a timestamp");
    }
    std::optional<Timestamp> received;
    if (const Value* text = call->find("receivedAt")) {
      TRY(time, parse_timestamp(text->as_string() == nullptr ? "" : *text->as_string()));
      received = time;
    }
    call->erase("sentAt");
    api::SegmentBody body{
        .root = Object{{"batch", Value::List{value}}}, .write_key = {}, .size_bytes = line.size()};
    TRY(parsed, api::parse_items(api::SegmentCall::batch, std::move(body), arrival));
    if (!parsed.errors.empty()) return failure(std::move(parsed.errors.front().error));
    events::Event event = std::move(parsed.events.front());
    if (!has_time) {
      early_.push_back(std::move(event));
      return {};
    }
    event.received_at = received.value_or(event.at);
    event.at = api::corrected_time(event.at, std::nullopt, event.received_at);
    earliest_ = std::min(earliest_, event.received_at);
    calls_.push_back(std::move(event));
    return {};
  }

  static constexpr Timestamp far_{253'402'300'799'000};  // the end of year 9999
  std::vector<events::Event> early_;
  std::vector<events::Event> calls_;
  Timestamp earliest_ = Timestamp{0};
  int count_ = 0;
};

/// The segment that was asked for; without a name the last of the file that no other asks for.
Result<std::string> asked_segment(const simulation::DefinitionFile& file, const std::string& name) {
  if (!name.empty()) {
    const std::string key = file.find(name);
    if (!key.empty()) return key;
    return failure("unknown_segment",
                   fmt::format("--segment: there is no segment \"{}\", the file has {}", name,
                               fmt::join(file.segments, ", ")));
  }
  const std::vector<std::string> candidates = simulation::main_segments(file);
  if (candidates.empty()) return failure("unknown_segment", "the file defines no segment");
  if (candidates.size() > 1) {
    fmt::print(stderr, "sojourn: no segment asks for {}: this is the last; --segment chooses\n",
               fmt::join(candidates, ", "));
  }
  return candidates.back();
}

}  // namespace

int segment_eval(const SegmentEvalFlags& flags) {
  const Result<Timestamp> at = parse_timestamp(flags.at);
  if (!at) return refuse("--at: " + at.error().message);
  if (!find_zone(flags.zone)) {
    return refuse(fmt::format("--zone: \"{}\" is not an IANA time zone", flags.zone));
  }
  const Result<std::string> text = read_text(flags.definition);
  if (!text) return refuse(text.error().message);
  const simulation::DefinitionFile file =
      simulation::read_definition_file(flags.definition, *text, flags.zone);
  for (const reaction::Problem& problem : file.problems) {
    fmt::print(stderr, "{}: {} [{}]\n", problem.path, problem.message, problem.code);
  }
  if (!file.problems.empty()) return wrong_input;
  const Result<std::string> segment = asked_segment(file, flags.segment);
  if (!segment) return refuse(segment.error().message);

  CallReader calls;
  if (!flags.contacts.empty()) {
    const Result<void> read = calls.read(flags.contacts, CallReader::Without::timestamp_is_first);
    if (!read) return refuse(read.error().message);
  }
  if (!flags.events.empty()) {
    const Result<void> read = calls.read(flags.events, CallReader::Without::timestamp_is_refused);
    if (!read) return refuse(read.error().message);
  }
  const Result<std::vector<std::string>> members =
      simulation::members_at(file.rules, *segment, calls.take(), *at);
  if (!members) return refuse(members.error().message);
  for (const std::string& user : *members) fmt::print("{}\n", user);
  return 0;
}

}  // namespace sojourn::cli
