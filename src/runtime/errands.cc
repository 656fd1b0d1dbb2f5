#include "runtime/errands.h"

#include "base/json.h"
#include "base/log.h"
#include "domain/events/standard_names.h"

namespace sojourn::runtime {
namespace {

/// At a start: more than a process can leave behind.
constexpr std::size_t left_max = 1'000'000;

}  // namespace

Result<void> Errands::open(store::StateReads& reads) {
  TRY(left, reads.partition_mail(left_max));
  carry_out(left);
  return {};
}

void Errands::carry_out(const std::vector<store::PartitionMail>& errands) {
  for (const store::PartitionMail& mail : errands) {
    Result<Errand> errand = decode_errand(mail.payload);
    if (!errand) {
      log::error("errand not carried out", {{"code", errand.error().code}});
      continue;
    }
    if (auto* event = std::get_if<effects::AppendEvent>(&*errand)) {
      append(std::move(event->event), mail.sequence);
    } else {
      call(std::get<effects::CallWebhook>(*errand), mail.sequence);
    }
  }
}

void Errands::append(events::Event event, std::uint64_t sequence) {
  doors_.append(std::move(event), [this, sequence] { doors_.finished(sequence); });
}

void Errands::call(const effects::CallWebhook& call, std::uint64_t sequence) {
  const auto answered = [this, call, sequence](const effects::WebAnswer& answer) {
    append(answer_event(call, answer, clock_.now()), sequence);
  };
  if (doors_.call) {
    doors_.call(call, answered);
  } else {
    answered({.status = 0, .body = "", .error = "no_caller"});
  }
}

events::Event answer_event(const effects::CallWebhook& call, const effects::WebAnswer& answer,
                           Timestamp now) {
  events::Event event;
  event.message_id = "webhook/" + call.key;
  event.name = events::names::webhook_answered;
  event.contact = call.contact.hash;
  event.at = now;
  event.received_at = now;
  event.trust = events::Trust::system;
  event.source = events::journey_source;
  event.properties = {{"journey", call.journey},
                      {"run", std::to_string(call.run)},
                      {"step", call.step},
                      {"visit", call.visit},
                      {"status", answer.status}};
  if (!answer.error.empty()) event.properties.set("error", answer.error);
  if (answer.status != 0) {
    Result<Value> body = parse_json(answer.body);
    event.properties.set("body", body ? std::move(*body) : Value(answer.body));
  }
  return event;
}

}  // namespace sojourn::runtime
