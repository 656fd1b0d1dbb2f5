#include "cli/campaign.h"

#include <fmt/format.h>

#include "cli/answer_fields.h"

namespace sojourn::cli {
namespace {

int fail(const Error& error) {
  fmt::print(stderr, "sojourn: {}\n", error.message);
  return 1;
}

const Value& member(const Value& value, std::string_view name) {
  static const Value none;
  const Object* object = value.as_object();
  const Value* found = object == nullptr ? nullptr : object->find(name);
  return found == nullptr ? none : *found;
}

/// `sending` or `paused (bounce rate)`.
std::string state_in_words(const Value& campaign) {
  const std::string reason = shown(campaign, "reason");
  return shown(campaign, "state") + (reason.empty() ? "" : fmt::format(" ({})", reason));
}

void print_line(const Value& campaign) {
  const Value& states = member(campaign, "states");
  fmt::print("{:<30} {:<28} {:>9} sent {:>9} waiting {:>7} skipped {:>7} failed\n",
             shown(campaign, "key"), state_in_words(campaign), number_member(states, "sent"),
             number_member(states, "queued") + number_member(states, "retry") +
                 number_member(states, "committing"),
             number_member(states, "skipped"), number_member(states, "failed"));
}

int list(const Server& server) {
  const Result<std::vector<Value>> all = get_all(server, "/api/v1/campaigns");
  if (!all) return fail(all.error());
  for (const Value& campaign : *all) print_line(campaign);
  if (all->empty()) fmt::print("there are no campaigns\n");
  return 0;
}

void print_reasons(const Value& campaign, std::string_view name) {
  for (const Value& each : list_member(campaign, name)) {
    fmt::print("  {:<10} {:>9}  {}\n", name, number_member(each, "messages"),
               shown(each, "reason"));
  }
}

void print_audience(const Value& counts) {
  fmt::print("  {} contacts, {} would get it{}\n", number_member(counts, "contacts"),
             number_member(counts, "recipients"), is_true(counts, "exact") ? "" : " (at most)");
  if (number_member(counts, "excluded") > 0) {
    fmt::print("  excluded   {:>9}\n", number_member(counts, "excluded"));
  }
  for (const Value& each : list_member(counts, "leftOut")) {
    fmt::print("  left out   {:>9}  {}\n", number_member(each, "contacts"), shown(each, "reason"));
  }
}

void print_test(const Value& test) {
  const std::string winner = shown(test, "winner");
  for (const Value& arm : list_member(test, "arms")) {
    const Value& states = member(arm, "states");
    fmt::print("  arm {:<12} {:>9} sent {:>7} opened {:>7} clicked {:>7} converted{}\n",
               shown(arm, "name"), number_member(states, "sent"), number_member(arm, "opened"),
               number_member(arm, "clicked"), number_member(arm, "converted"),
               shown(arm, "name") == winner ? "  won" : "");
  }
}

int show(const Server& server, const std::string& path) {
  const Result<Value> campaign = get(server, path);
  if (!campaign) return fail(campaign.error());
  print_line(*campaign);
  const bool is_draft = shown(*campaign, "startedAt").empty();
  if (is_draft) {
    const Result<Value> counts = get(server, path + "/audience");
    // Whom a resend is for is known when there is something to send again.
    const bool waits = !counts && counts.error().code == "campaign_not_sent";
    if (!counts && !waits) return fail(counts.error());
    if (waits) {
      fmt::print("  {}\n", counts.error().message);
    } else {
      print_audience(*counts);
    }
    return 0;
  }
  fmt::print("  begins {}, audience {}, not reached {}\n", shown(*campaign, "beginsAt"),
             number_member(*campaign, "audience"), number_member(*campaign, "notReached"));
  fmt::print("  opened {}, clicked {}, bounced {}, complained {}\n",
             number_member(*campaign, "opened"), number_member(*campaign, "clicked"),
             number_member(*campaign, "bounced"), number_member(*campaign, "complained"));
  print_reasons(*campaign, "skipped");
  print_reasons(*campaign, "failed");
  print_test(member(*campaign, "test"));
  return 0;
}

}  // namespace

int campaign(const Server& server, const CampaignFlags& flags) {
  if (flags.action == "list") return list(server);
  const std::string path = "/api/v1/campaigns/" + percent_encoded(flags.key);
  if (flags.action == "show") return show(server, path);
  Object body;
  if (!flags.hold.empty()) body.set("hold", flags.hold);
  const Result<Value> answer = post(server, fmt::format("{}/{}", path, flags.action), body);
  if (!answer) return fail(answer.error());
  fmt::print("{} is {}\n", flags.key, state_in_words(*answer));
  if (shown(*answer, "state") == "holding") {
    fmt::print("it begins at {}; until then: sojourn campaign cancel {}\n",
               shown(*answer, "beginsAt"), flags.key);
  }
  return 0;
}

}  // namespace sojourn::cli
