// What may stand after `expect`.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "domain/simulation/campaign_expectations.h"
#include "domain/simulation/scenario_words.h"

namespace sojourn::simulation {
namespace {

using Kind = Expect::Kind;

/// An expectation of one outcome: `expect VERB KEY [DETAIL] [PREPOSITION NAME] [until TIME]
/// [because REASON | by WAY] [containing "text"]`.
struct OutcomeVerb {
  std::string_view word;
  Kind kind;
  std::string_view key;          ///< what the first word is
  std::string_view detail;       ///< what the second is; empty: there is none
  std::string_view preposition;  ///< before the name
  bool has_until = false;
  bool has_reason = false;
  bool has_text = false;
  bool has_way = false;
};

constexpr std::array outcome_verbs = {
    OutcomeVerb{"enter", Kind::enter, "a segment", "", "for"},
    OutcomeVerb{"leave", Kind::leave, "a segment", "", "for"},
    OutcomeVerb{"cross", Kind::cross, "a score", "a threshold", "for"},
    OutcomeVerb{"fall", Kind::fall, "a score", "a threshold", "for"},
    OutcomeVerb{"start", Kind::start, "a journey", "", "for", false, true},
    OutcomeVerb{"end", Kind::end, "a journey", "", "for", false, true},
    OutcomeVerb{"pass", Kind::pass, "a journey", "a step", "for", false, false, false, true},
    OutcomeVerb{"wait", Kind::wait, "a journey", "a step", "for", true},
    OutcomeVerb{"move", Kind::move, "a journey", "", "for"},
    OutcomeVerb{"convert", Kind::convert, "a journey", "", "for"},
    OutcomeVerb{"succeed", Kind::succeed, "a journey", "a step", "for", false, false, false, true},
    OutcomeVerb{"notify", Kind::notify, "a user", "", "about", false, false, true},
    OutcomeVerb{"queue", Kind::queue, "a template", "", "to"},
    OutcomeVerb{"send", Kind::send, "a template", "", "to", false, false, true},
    OutcomeVerb{"defer", Kind::defer, "a template", "", "to", true, true},
    OutcomeVerb{"skip", Kind::skip, "a template", "", "to", false, true},
    OutcomeVerb{"cancel", Kind::cancel, "a template", "", "to", false, true},
    OutcomeVerb{"fail", Kind::fail, "a template", "", "to", false, true},
};

Parsed<Expect> read_outcome(WordReader& words, const OutcomeVerb& verb) {
  Expect expect;
  expect.kind = verb.kind;
  TRY(key, words.text(verb.key));
  expect.key = std::move(key);
  if (!verb.detail.empty()) {
    TRY(detail, words.text(verb.detail));
    expect.detail = std::move(detail);
  }
  if (words.accept(verb.preposition)) {
    TRY(who, words.who());
    expect.who = std::move(who);
  }
  if (verb.has_until && words.accept("until")) {
    TRY(until, words.when());
    expect.until = std::move(until);
  }
  if (verb.has_reason && words.accept("because")) {
    TRY(reason, words.text("a reason"));
    expect.reason = std::move(reason);
  }
  if (verb.has_way && words.accept("by")) {
    TRY(way, words.text("the name of a way"));
    expect.reason = std::move(way);
  }
  if (verb.has_text && words.accept("containing")) {
    TRY(part, words.text("a text"));
    expect.containing = std::move(part);
  }
  return expect;
}

Parsed<Expect> read_nothing(WordReader& words) {
  Expect expect;
  const bool sent = words.accept("sent");
  expect.kind = sent ? Kind::nothing_sent : Kind::nothing_happened;
  if (!sent && !words.accept("happened")) {
    return fault(words.here(), "\"sent\" or \"happened\" must stand here");
  }
  if (words.accept("to")) {
    TRY(who, words.who());
    expect.who = std::move(who);
  }
  return expect;
}

/// `track NAME "Event"`
Parsed<Expect> read_track(WordReader& words) {
  Expect expect;
  expect.kind = Kind::track;
  TRY(who, words.who());
  expect.who = std::move(who);
  TRY(event, words.text("an event's name"));
  expect.key = std::move(event);
  return expect;
}

/// `webhook STEP [for NAME] [containing "text"]`
Parsed<Expect> read_webhook(WordReader& words) {
  Expect expect;
  expect.kind = Kind::webhook;
  TRY(step, words.text("a step"));
  expect.key = std::move(step);
  if (words.accept("for")) {
    TRY(who, words.who());
    expect.who = std::move(who);
  }
  if (words.accept("containing")) {
    TRY(part, words.text("a text"));
    expect.containing = std::move(part);
  }
  return expect;
}

/// `in SEGMENT NAME`, `on LIST NAME`
Parsed<Expect> read_membership(WordReader& words, Kind kind, std::string_view what) {
  Expect expect;
  expect.kind = kind;
  TRY(key, words.text(what));
  expect.key = std::move(key);
  TRY(who, words.who());
  expect.who = std::move(who);
  return expect;
}

/// `members SEGMENT N`
Parsed<Expect> read_members(WordReader& words) {
  Expect expect;
  expect.kind = Kind::members;
  TRY(segment, words.text("a segment"));
  expect.key = std::move(segment);
  TRY(number, words.whole_number("a number of contacts", 0));
  expect.number = static_cast<double>(number);
  return expect;
}

/// `run NAME in JOURNEY [at STEP] [until TIME] [of version N]`
Parsed<Expect> read_run(WordReader& words) {
  Expect expect;
  expect.kind = Kind::run;
  TRY(who, words.who());
  expect.who = std::move(who);
  TRY_VOID(words.require("in"));
  TRY(journey, words.text("a journey"));
  expect.key = std::move(journey);
  if (words.accept("at")) {
    TRY(step, words.text("a step"));
    expect.detail = std::move(step);
  }
  if (words.accept("until")) {
    TRY(until, words.when());
    expect.until = std::move(until);
  }
  if (words.accept("of")) {
    TRY_VOID(words.require("version"));
    TRY(version, words.whole_number("a version", 1));
    expect.version = static_cast<int>(version);
  }
  return expect;
}

/// `attribute NAME name=value…`
Parsed<Expect> read_attribute(WordReader& words) {
  Expect expect;
  expect.kind = Kind::attribute;
  TRY(who, words.who());
  expect.who = std::move(who);
  const int column = words.here();
  TRY(values, words.assignments());
  if (values.empty()) return fault(column, "name=value must stand here");
  expect.values = std::move(values);
  return expect;
}

/// `score KEY of NAME at least N | below N`
Parsed<Expect> read_score(WordReader& words) {
  Expect expect;
  TRY(score, words.text("a score"));
  expect.key = std::move(score);
  TRY_VOID(words.require("of"));
  TRY(who, words.who());
  expect.who = std::move(who);
  if (words.accept("below")) {
    expect.kind = Kind::score_below;
  } else {
    expect.kind = Kind::score_at_least;
    TRY_VOID(words.require("at"));
    TRY_VOID(words.require("least"));
  }
  TRY(number, words.number("a number"));
  expect.number = number;
  return expect;
}

/// `grade KEY of NAME is A1`
Parsed<Expect> read_grade(WordReader& words) {
  Expect expect;
  expect.kind = Kind::grade;
  TRY(grade, words.text("a grade"));
  expect.key = std::move(grade);
  TRY_VOID(words.require("of"));
  TRY(who, words.who());
  expect.who = std::move(who);
  TRY_VOID(words.require("is"));
  TRY(name, words.text("the name of a grade"));
  expect.detail = std::move(name);
  return expect;
}

/// `count JOURNEY [STEP] OUTCOME N`
Parsed<Expect> read_count(WordReader& words) {
  Expect expect;
  expect.kind = Kind::count;
  TRY(journey, words.text("a journey"));
  expect.key = std::move(journey);
  TRY(first, words.text("a step or an outcome"));
  if (words.next_is_number()) {
    expect.outcome = std::move(first);
  } else {
    expect.detail = std::move(first);
    TRY(outcome, words.text("an outcome or a number"));
    expect.outcome = std::move(outcome);
  }
  TRY(number, words.whole_number("a number", 0));
  expect.number = static_cast<double>(number);
  return expect;
}

/// `counts of JOURNEY add up`
Parsed<Expect> read_counts(WordReader& words) {
  Expect expect;
  expect.kind = Kind::counts_add_up;
  TRY_VOID(words.require("of"));
  TRY(journey, words.text("a journey"));
  expect.key = std::move(journey);
  TRY_VOID(words.require("add"));
  TRY_VOID(words.require("up"));
  return expect;
}

/// `JOURNEY STEP`, with which expectations of an experiment begin.
Parsed<Expect> read_experiment(WordReader& words, Kind kind) {
  Expect expect;
  expect.kind = kind;
  TRY(journey, words.text("a journey"));
  expect.key = std::move(journey);
  TRY(step, words.text("a step"));
  expect.detail = std::move(step);
  return expect;
}

/// `arm JOURNEY STEP ARM people=N successes=N`
Parsed<Expect> read_arm(WordReader& words) {
  TRY(expect, read_experiment(words, Kind::arm));
  TRY(arm, words.text("the name of an arm"));
  expect.outcome = std::move(arm);
  const int column = words.here();
  TRY(values, words.assignments());
  const bool known =
      !values.empty() && std::all_of(values.begin(), values.end(), [](const auto& each) {
        return each.first == "people" || each.first == "successes";
      });
  if (!known) return fault(column, "people=N or successes=N must stand here");
  expect.values = std::move(values);
  return expect;
}

/// `winner JOURNEY STEP [ARM]`
Parsed<Expect> read_winner(WordReader& words) {
  TRY(expect, read_experiment(words, Kind::winner));
  if (words.at_end()) return expect;
  TRY(arm, words.text("the name of an arm"));
  expect.outcome = std::move(arm);
  return expect;
}

/// Words of a verdict; `none` before any look.
Parsed<std::string> read_verdict_word(WordReader& words) {
  const int column = words.here();
  TRY(verdict, words.text("a verdict"));
  constexpr std::array known = {"none", "winner", "leading", "unclear"};
  if (std::find(known.begin(), known.end(), verdict) != known.end()) return verdict;
  return fault(column, R"("none", "winner", "leading" or "unclear" must stand here)");
}

/// `verdict JOURNEY STEP none | winner | leading | unclear`
Parsed<Expect> read_verdict(WordReader& words) {
  TRY(expect, read_experiment(words, Kind::verdict));
  TRY(verdict, read_verdict_word(words));
  expect.outcome = std::move(verdict);
  return expect;
}

/// `name=N…`, of what is counted of a campaign or of one of its arms.
Parsed<Object> read_campaign_counts(WordReader& words) {
  const int column = words.here();
  TRY(values, words.assignments());
  if (values.empty()) return fault(column, "name=N must stand here");
  for (const auto& [name, value] : values) {
    if (!value.is_number()) return fault(column, fmt::format("{} must be a number", name));
    if (!is_campaign_count(name)) {
      return fault(column, fmt::format("\"{}\" is not counted of a campaign", name));
    }
  }
  return values;
}

/// `campaign NAME is STATE [because REASON] | counts name=N… | arm ARM name=N… | winner [ARM] |
/// verdict VERDICT | adds up`
Parsed<Expect> read_campaign(WordReader& words) {
  Expect expect;
  TRY(campaign, words.text("a campaign"));
  expect.key = std::move(campaign);
  const int column = words.here();
  if (words.accept("is")) {
    expect.kind = Kind::campaign_state;
    TRY(state, words.text("a state"));
    expect.detail = std::move(state);
    if (words.accept("because")) {
      TRY(reason, words.text("a reason"));
      expect.reason = std::move(reason);
    }
  } else if (words.accept("counts")) {
    expect.kind = Kind::campaign_counts;
    TRY(values, read_campaign_counts(words));
    expect.values = std::move(values);
  } else if (words.accept("arm")) {
    expect.kind = Kind::campaign_arm;
    TRY(arm, words.text("the name of an arm"));
    expect.outcome = std::move(arm);
    TRY(values, read_campaign_counts(words));
    expect.values = std::move(values);
  } else if (words.accept("winner")) {
    expect.kind = Kind::campaign_winner;
    TRY(arm, words.text("the name of an arm, or \"none\""));
    expect.outcome = std::move(arm);
  } else if (words.accept("verdict")) {
    expect.kind = Kind::campaign_verdict;
    TRY(verdict, read_verdict_word(words));
    expect.outcome = std::move(verdict);
  } else if (words.accept("adds")) {
    expect.kind = Kind::campaign_adds_up;
    TRY_VOID(words.require("up"));
  } else {
    return fault(column,
                 R"("is", "counts", "arm", "winner", "verdict" or "adds up" must stand here)");
  }
  return expect;
}

/// `recipient NAME of CAMPAIGN [is STATE] [as ARM] [until TIME] [because REASON]`
Parsed<Expect> read_recipient(WordReader& words) {
  Expect expect;
  expect.kind = Kind::recipient;
  TRY(who, words.who());
  expect.who = std::move(who);
  TRY_VOID(words.require("of"));
  TRY(campaign, words.text("a campaign"));
  expect.key = std::move(campaign);
  if (words.accept("is")) {
    TRY(state, words.text("a state"));
    expect.detail = std::move(state);
  }
  if (words.accept("as")) {
    TRY(arm, words.text("the name of an arm"));
    expect.outcome = std::move(arm);
  }
  if (words.accept("until")) {
    TRY(until, words.when());
    expect.until = std::move(until);
  }
  if (words.accept("because")) {
    TRY(reason, words.text("a reason"));
    expect.reason = std::move(reason);
  }
  return expect;
}

struct StateVerb {
  std::string_view word;
  Parsed<Expect> (*read)(WordReader&);
  bool has_negation = false;
};

constexpr std::array state_verbs = {
    StateVerb{"nothing", read_nothing},
    StateVerb{"track", read_track, true},
    StateVerb{"webhook", read_webhook, true},
    StateVerb{
        "in",
        [](WordReader& words) { return read_membership(words, Kind::in_segment, "a segment"); },
        true},
    StateVerb{"on",
              [](WordReader& words) { return read_membership(words, Kind::on_list, "a list"); },
              true},
    StateVerb{"members", read_members},
    StateVerb{"run", read_run, true},
    StateVerb{"attribute", read_attribute, true},
    StateVerb{"score", read_score},
    StateVerb{"grade", read_grade, true},
    StateVerb{"count", read_count},
    StateVerb{"counts", read_counts},
    StateVerb{"arm", read_arm},
    StateVerb{"winner", read_winner, true},
    StateVerb{"verdict", read_verdict},
    StateVerb{"campaign", read_campaign},
    StateVerb{"recipient", read_recipient, true},
};

std::string known_expectations() {
  std::string list = "not";
  for (const OutcomeVerb& verb : outcome_verbs) list += fmt::format(", {}", verb.word);
  for (const StateVerb& verb : state_verbs) {
    list += &verb == &state_verbs.back() ? " or " : ", ";
    list += verb.word;
  }
  return list;
}

}  // namespace

Parsed<Expect> read_expectation(WordReader& words) {
  const bool negated = words.accept("not");
  const int column = words.here();
  TRY(word, words.text("what is expected"));
  const auto named = [&](const auto& verb) { return verb.word == word; };
  Parsed<Expect> expect =
      fault(column, fmt::format("\"{}\" cannot be expected: {}", word, known_expectations()));
  if (const auto* const verb = std::find_if(outcome_verbs.begin(), outcome_verbs.end(), named);
      verb != outcome_verbs.end()) {
    expect = read_outcome(words, *verb);
  } else if (const auto* const state = std::find_if(state_verbs.begin(), state_verbs.end(), named);
             state != state_verbs.end()) {
    if (negated && !state->has_negation) {
      return fault(column, fmt::format("\"not {}\" cannot be expected", word));
    }
    expect = state->read(words);
  }
  if (!expect) return expect;
  expect->negated = negated;
  // Who was kept out is an outcome of its own, with its reason.
  const bool refuses = expect->kind == Kind::start && expect->reason;
  if (refuses && !negated) return fault(column, "\"because\" must stand after \"not start\" only");
  if (refuses) {
    expect->kind = Kind::refuse;
    expect->negated = false;
  }
  return expect;
}

}  // namespace sojourn::simulation
