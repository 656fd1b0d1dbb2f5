#include "domain/journeys/run.h"

#include <array>
#include <cstring>

#include "base/json.h"

namespace sojourn::journeys {
namespace {

// Flags of a run.
constexpr std::uint8_t is_converted = 1;
constexpr std::uint8_t has_held_way = 2;
constexpr std::uint8_t has_trials = 4;
constexpr std::uint8_t has_hops = 8;

// Flags of a trial.
constexpr std::uint8_t has_succeeded = 1;

void write_object(ByteWriter& out, const Object& object) {
  out.string(object.empty() ? std::string() : to_json(object));
}

Object read_object(ByteReader& in) {
  const std::string_view text = in.string();
  if (text.empty()) return {};
  Result<Value> value = parse_json(text);
  if (value && value->as_object() != nullptr) return std::move(*value->as_object());
  in.fail();
  return {};
}

void write_trials(ByteWriter& out, const std::vector<Trial>& trials) {
  out.unsigned_number(trials.size());
  for (const Trial& trial : trials) {
    out.string(trial.step);
    out.string(trial.arm);
    out.signed_number(trial.version);
    out.u8(static_cast<std::uint8_t>(trial.measure));
    out.u8(trial.succeeded ? has_succeeded : 0);
  }
}

std::vector<Trial> read_trials(ByteReader& in) {
  std::vector<Trial> trials;
  for (std::size_t i = in.count(); i > 0; --i) {
    Trial trial;
    trial.step = in.string();
    trial.arm = in.string();
    trial.version = static_cast<int>(in.signed_number());
    const std::uint8_t measure = in.u8();
    if (measure > experiments::measure_max) in.fail();
    trial.measure = static_cast<experiments::Measure>(in.ok() ? measure : 0);
    const std::uint8_t flags = in.u8();
    if (flags > has_succeeded) in.fail();
    trial.succeeded = flags == has_succeeded;
    trials.push_back(std::move(trial));
  }
  return trials;
}

}  // namespace

std::string_view to_string(RunState state) {
  static constexpr std::array<std::string_view, 6> names = {"active", "completed", "exited",
                                                            "goal",   "merged",    "held_out"};
  return names[static_cast<std::size_t>(state)];
}

int Run::visit(std::string_view step_id) {
  for (Visits& each : visits) {
    if (each.step == step_id) return ++each.count;
  }
  visits.push_back({std::string(step_id), 1});
  return 1;
}

int Run::visits_of(std::string_view step_id) const {
  for (const Visits& each : visits) {
    if (each.step == step_id) return each.count;
  }
  return 0;
}

std::uint64_t run_id(const contacts::ContactId& contact, std::uint64_t sequence) {
  const Hash128 hash =
      keyed_hash(HashKey{}, {"run", contact.hash.view(), std::to_string(sequence)});
  std::uint64_t id = 0;
  std::memcpy(&id, hash.bytes.data(), sizeof id);
  return id >> 1;
}

void encode(ByteWriter& out, const Run& run) {
  out.unsigned_number(run.id);
  out.unsigned_number(run.journey);
  out.signed_number(run.version);
  out.u8(static_cast<std::uint8_t>(run.state));
  out.signed_number(run.entered_at.ms);
  out.signed_number(run.since.ms);
  out.signed_number(run.ended_at.ms);
  out.string(run.step);
  out.signed_number(run.wake.ms);
  out.signed_number(run.waits_since.ms);
  out.signed_number(run.wait_began.ms);
  out.unsigned_number(run.visits.size());
  for (const Run::Visits& each : run.visits) {
    out.string(each.step);
    out.signed_number(each.count);
  }
  write_object(out, run.trigger);
  out.string(run.key);
  write_object(out, run.context);
  const bool held = !run.held_way.empty();
  const bool tried = !run.trials.empty();
  const bool led_to = run.hops != 0;
  out.u8(static_cast<std::uint8_t>((run.converted ? is_converted : 0) | (held ? has_held_way : 0) |
                                   (tried ? has_trials : 0) | (led_to ? has_hops : 0)));
  if (held) out.string(run.held_way);
  if (tried) write_trials(out, run.trials);
  if (led_to) out.signed_number(run.hops);
}

Run decode_run(ByteReader& in) {
  Run run;
  run.id = in.unsigned_number();
  run.journey = static_cast<std::uint32_t>(in.unsigned_number());
  run.version = static_cast<int>(in.signed_number());
  const std::uint8_t state = in.u8();
  if (state > static_cast<std::uint8_t>(RunState::held_out)) in.fail();
  run.state = static_cast<RunState>(in.ok() ? state : 0);
  run.entered_at = {in.signed_number()};
  run.since = {in.signed_number()};
  run.ended_at = {in.signed_number()};
  run.step = in.string();
  run.wake = {in.signed_number()};
  run.waits_since = {in.signed_number()};
  run.wait_began = {in.signed_number()};
  for (std::size_t i = in.count(); i > 0; --i) {
    Run::Visits each;
    each.step = in.string();
    each.count = static_cast<int>(in.signed_number());
    run.visits.push_back(std::move(each));
  }
  run.trigger = read_object(in);
  run.key = in.string();
  run.context = read_object(in);
  const std::uint8_t flags = in.u8();
  if ((flags & ~(is_converted | has_held_way | has_trials | has_hops)) != 0) in.fail();
  run.converted = (flags & is_converted) != 0;
  if ((flags & has_held_way) != 0) run.held_way = in.string();
  if ((flags & has_trials) != 0) run.trials = read_trials(in);
  if ((flags & has_hops) != 0) run.hops = static_cast<int>(in.signed_number());
  return run;
}

}  // namespace sojourn::journeys
