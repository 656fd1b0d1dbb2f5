#include "domain/policies/explain.h"

#include <fmt/format.h>

namespace sojourn::policies {
namespace {

std::string quoted_topic(std::string_view topic) {
  return topic.empty() ? "messages without a topic" : fmt::format("topic “{}”", topic);
}

std::string consent_evidence(const Policies& policies, const AddressConsent& consent,
                             std::string_view topic) {
  if (is_suppressed(consent, topic)) {
    return fmt::format("{} is suppressed for the address", quoted_topic(topic));
  }
  switch (said_of(consent, topic)) {
    case Said::opted_out: {
      const bool whole = said_of(consent, "") == Said::opted_out;
      return fmt::format("the address opted out of {}", whole ? "everything" : quoted_topic(topic));
    }
    case Said::opted_in:
      return fmt::format("the address opted in to {}", quoted_topic(topic));
    case Said::nothing:
      break;
  }
  const std::string_view who = needs_opt_in(policies, topic) && !policies.explicit_opt_in
                                   ? "the topic asks for"
                                   : "the workspace asks for";
  return fmt::format("the address said nothing of {}, and {} {}", quoted_topic(topic), who,
                     needs_opt_in(policies, topic) ? "an explicit opt-in" : "no explicit opt-in");
}

std::string cap_evidence(const FrequencyCap& cap, const std::vector<Reservation>& reserved,
                         std::string_view message, const MessageNames& names, Timestamp now) {
  std::string places;
  int count = 0;
  for (const Reservation& place : reserved) {
    if (place.message == message || place.at <= now - cap.per) continue;
    ++count;
    places += fmt::format("{} {} at {}", count == 1 ? ":" : ",",
                          names ? names(place.message) : std::string(place.message),
                          format_timestamp(place.at));
  }
  return fmt::format("{} of {} in {}{}", count, cap.messages, format_duration(cap.per), places);
}

std::string quiet_evidence(const QuietHours& hours, std::string_view zone) {
  return fmt::format("quiet from {:02}:{:02} to {:02}:{:02} in {}", hours.from_minute / 60,
                     hours.from_minute % 60, hours.to_minute / 60, hours.to_minute % 60, zone);
}

}  // namespace

std::vector<PolicyCheck> explain(const Policies& policies, const Standing& standing,
                                 const Proposal& proposal, Timestamp now,
                                 const MessageNames& names) {
  const AddressConsent& consent = standing.consent;
  const std::vector<Reservation> no_places;
  const std::vector<Pending> none_pending;
  const auto ask = [&](const Policies& one, const AddressConsent& said,
                       const std::vector<Reservation>& reserved,
                       const std::vector<Pending>& pending) {
    return decide(one, {said, reserved, standing.zone, pending}, proposal, now);
  };
  // Everything that holds a message back, taken out; each check puts its own back in.
  Policies bare = policies;
  bare.caps.clear();
  bare.quiet_hours.reset();
  bare.explicit_opt_in = false;
  bare.topics.clear();

  std::vector<PolicyCheck> checks;
  AddressConsent suppression;
  suppression.suppressed = consent.suppressed;
  checks.push_back({"suppression", ask(bare, suppression, no_places, none_pending),
                    consent.suppressed ? "the address is suppressed" : "not suppressed"});

  Policies with_consent = bare;
  with_consent.explicit_opt_in = policies.explicit_opt_in;
  with_consent.topics = policies.topics;
  AddressConsent said = consent;
  said.suppressed = false;
  checks.push_back({"topic_consent", ask(with_consent, said, no_places, none_pending),
                    consent_evidence(policies, consent, proposal.topic)});

  AddressConsent willing;
  willing.opted_in = {""};
  for (const FrequencyCap& cap : policies.caps) {
    Policies with_cap = bare;
    with_cap.caps = {cap};
    const std::string evidence = cap_evidence(cap, standing.reserved, proposal.key, names, now);
    checks.push_back(
        {"frequency_cap", ask(with_cap, willing, standing.reserved, none_pending), evidence});
    if (checks.back().answer.kind != Answer::Kind::allow) continue;
    Answer ranked = ask(with_cap, willing, standing.reserved, standing.pending);
    if (ranked.kind == Answer::Kind::allow) continue;
    checks.push_back({"outranked", std::move(ranked),
                      evidence + "; a message of higher priority takes the place"});
  }
  if (policies.quiet_hours) {
    Policies with_quiet = bare;
    with_quiet.quiet_hours = policies.quiet_hours;
    const std::string_view local =
        standing.zone.empty() ? std::string_view(policies.time_zone) : standing.zone;
    checks.push_back({"quiet_hours", ask(with_quiet, willing, no_places, none_pending),
                      quiet_evidence(*policies.quiet_hours, local)});
  }
  return checks;
}

}  // namespace sojourn::policies
