#include "api/endpoints/split_json.h"

#include "api/json_fields.h"

namespace sojourn::api::endpoints {
namespace {

using experiments::ArmCount;
using experiments::Plan;
using experiments::Standing;
using journeys::Split;

/// Of intervals; the default where nobody said how sure the winner is to be.
double confidence_of(const Plan& plan) {
  return plan.decide.value_or(experiments::Decide{}).confidence;
}

void write_count(JsonWriter& out, const ArmCount& count, double confidence) {
  out.name("people").number(count.people);
  out.name("successes").number(count.successes);
  if (count.people == 0) {
    null_field(out, "rate");
    null_field(out, "low");
    null_field(out, "high");
    return;
  }
  const experiments::Interval interval = experiments::interval_of(count, confidence);
  number_field(out, "rate", experiments::rate_of(count));
  number_field(out, "low", interval.low);
  number_field(out, "high", interval.high);
}

void write_arm(JsonWriter& out, const Split& split, const Split::Arm& arm,
               const StepCounts& counts) {
  const auto taken = counts.ways.find(arm.name);
  out.begin_object();
  text_field(out, "name", arm.name);
  number_field(out, "percent", arm.percent);
  count_field(out, "taken", taken == counts.ways.end() ? 0 : taken->second);
  if (split.experiment && split.standing) {
    write_count(out, counts.arm(arm.name, split.standing->version),
                confidence_of(*split.experiment));
  }
  out.end_object();
}

void write_look(JsonWriter& out, const std::optional<experiments::Look>& look, double confidence) {
  out.name("verdict");
  if (!look) {
    out.null();
    return;
  }
  out.begin_object();
  text_field(out, "kind", experiments::to_string(look->verdict.kind));
  text_or_null_field(out, "arm", look->verdict.arm);
  number_field(out, "chance", look->verdict.chance);
  time_field(out, "at", look->at);
  out.name("arms").begin_list();
  for (const ArmCount& count : look->counts) {
    out.begin_object();
    text_field(out, "name", count.arm);
    write_count(out, count, confidence);
    out.end_object();
  }
  out.end_list();
  out.end_object();
}

void write_winner(JsonWriter& out, const std::optional<experiments::Winner>& winner) {
  out.name("winner");
  if (!winner) {
    out.null();
    return;
  }
  out.begin_object();
  text_field(out, "arm", winner->arm);
  time_field(out, "at", winner->at);
  text_or_null_field(out, "by", winner->by);
  out.end_object();
}

void write_experiment(JsonWriter& out, const Plan& plan, const Standing& standing) {
  out.begin_object();
  text_field(out, "measure", experiments::to_string(plan.measure));
  out.name("version").number(std::int64_t{standing.version});
  time_field(out, "since", standing.since);
  number_field(out, "confidence", confidence_of(plan));
  const bool looks = plan.decide && !standing.look && !standing.winner;
  time_or_null_field(out, "decidesAfter",
                     looks ? std::optional(standing.since + plan.decide->after) : std::nullopt);
  if (looks) {
    out.name("atLeast").number(plan.decide->at_least);
  } else {
    null_field(out, "atLeast");
  }
  write_look(out, standing.look, confidence_of(plan));
  write_winner(out, standing.winner);
  out.end_object();
}

}  // namespace

void write_split(JsonWriter& out, const Split& split, const StepCounts& counts) {
  out.begin_object();
  out.name("arms").begin_list();
  for (const Split::Arm& arm : split.arms) write_arm(out, split, arm, counts);
  out.end_list();
  out.name("experiment");
  if (split.experiment && split.standing) {
    write_experiment(out, *split.experiment, *split.standing);
  } else {
    out.null();
  }
  out.end_object();
}

}  // namespace sojourn::api::endpoints
