#include "domain/simulation/scenario_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "domain/events/standard_names.h"
#include "domain/simulation/scenario_words.h"

namespace sojourn::simulation {
namespace {

namespace names = events::names;

Parsed<Command> read_move(WordReader& words) {
  TRY(time, words.when());
  return Command(Action(MoveTo{std::move(time)}));
}

Parsed<Command> read_wait(WordReader& words) {
  if (words.accept("until")) return read_move(words);
  TRY(duration, words.duration());
  return Command(Action(WaitStep{duration}));
}

/// `[as ID] [2h ago | at TIME] name=value…`, which every event may have.
Parsed<Command> read_event(WordReader& words, Happen happen) {
  if (words.accept("as")) {
    TRY(id, words.text("a message id"));
    happen.message_id = std::move(id);
  }
  if (words.accept("at")) {
    TRY(time, words.when());
    happen.happened_at = std::move(time);
  } else if (words.next_is_length_of_time()) {
    TRY(ago, words.duration());
    TRY_VOID(words.require("ago"));
    happen.ago = ago;
  }
  TRY(data, words.assignments());
  happen.data = std::move(data);
  return Command(Action(std::move(happen)));
}

Parsed<Command> read_happen(WordReader& words, events::EventType type, std::string_view event) {
  Happen happen;
  happen.type = type;
  happen.event = event;
  TRY(who, words.who());
  happen.who = std::move(who);
  if (type == events::EventType::group) {
    TRY(company, words.text("a company's id"));
    happen.company = std::move(company);
  }
  return read_event(words, std::move(happen));
}

Parsed<Command> read_track(WordReader& words) {
  Happen happen;
  TRY(who, words.who());
  happen.who = std::move(who);
  const int column = words.here();
  TRY(event, words.text("an event's name"));
  if (names::is_reserved(event)) {
    return fault(column, fmt::format("only Sojourn itself writes events named {}", event));
  }
  happen.event = std::move(event);
  return read_event(words, std::move(happen));
}

Parsed<Command> read_alias(WordReader& words) {
  AliasStep alias;
  const int column = words.here();
  // One name: the visitor behind it is the other, not a part of this.
  TRY(name, words.text("a name"));
  if (name.starts_with('~')) return fault(column, "a visitor cannot take over another contact");
  alias.who.user = std::move(name);
  TRY(other, words.who());
  alias.other = std::move(other);
  return Command(Action(std::move(alias)));
}

Parsed<Command> read_erase(WordReader& words) {
  TRY(who, words.who());
  return Command(Action(EraseStep{std::move(who)}));
}

Parsed<Command> read_answer(WordReader& words, Answer::Kind kind) {
  Answer answer;
  answer.kind = kind;
  TRY(who, words.who());
  answer.who = std::move(who);
  if (kind != Answer::Kind::subscribe && words.accept("in")) {
    TRY(of, words.text("a step or template"));
    answer.of = std::move(of);
  }
  if (kind == Answer::Kind::click && words.accept("link")) {
    TRY(number, words.whole_number("a link's number", 1));
    answer.link = static_cast<int>(number);
  }
  const bool is_hit = kind == Answer::Kind::click || kind == Answer::Kind::open;
  answer.by_machine = is_hit && words.accept("by") && words.accept("machine");
  if (kind == Answer::Kind::bounce && words.accept("because")) {
    TRY(reason, words.text("a reason such as mailbox_full"));
    answer.soft_reason = std::move(reason);
  }
  const bool has_topic = kind == Answer::Kind::unsubscribe || kind == Answer::Kind::subscribe;
  if (has_topic && !words.at_end()) {
    TRY(topic, words.text("a topic"));
    answer.topic = std::move(topic);
  }
  return Command(Action(std::move(answer)));
}

Parsed<Command> read_list(WordReader& words) {
  ListStep list;
  list.adds = words.accept("add");
  if (!list.adds && !words.accept("remove")) {
    return fault(words.here(), "\"add\" or \"remove\" must stand here");
  }
  TRY(who, words.who());
  list.who = std::move(who);
  TRY(key, words.text("a list"));
  list.list = std::move(key);
  return Command(Action(std::move(list)));
}

Parsed<Command> read_enter(WordReader& words) {
  EnterStep enter;
  TRY(journey, words.text("a journey"));
  enter.journey = std::move(journey);
  TRY(who, words.who());
  enter.who = std::move(who);
  TRY(data, words.assignments());
  enter.data = std::move(data);
  return Command(Action(std::move(enter)));
}

Parsed<Command> read_answer_calls(WordReader& words) {
  AnswerCalls answer;
  TRY(step, words.text("a step"));
  answer.step = std::move(step);
  if (words.accept("nothing")) {
    answer.status = 0;
    return Command(Action(std::move(answer)));
  }
  constexpr int status_min = 100;
  TRY(status, words.whole_number("\"nothing\" or a status of HTTP", status_min));
  answer.status = static_cast<int>(status);
  TRY(body, words.assignments());
  answer.body = std::move(body);
  return Command(Action(std::move(answer)));
}

std::optional<journeys::Inside::Choice> accept_inside(WordReader& words) {
  using Choice = journeys::Inside::Choice;
  for (const Choice choice : {Choice::finish, Choice::move, Choice::replan, Choice::leave}) {
    if (words.accept(journeys::to_string(choice))) return choice;
  }
  return std::nullopt;
}

/// `STEP=STEP…`, `STEP=""` for a step whose runs end.
Parsed<journeys::Inside> read_inside(WordReader& words, journeys::Inside::Choice choice) {
  using Choice = journeys::Inside::Choice;
  journeys::Inside inside{.choice = choice};
  if (choice == Choice::finish || choice == Choice::leave) return inside;
  const int column = words.here();
  TRY(steps, words.assignments());
  for (const auto& [from, to] : steps) {
    const std::string* step = to.as_string();
    if (step == nullptr) {
      return fault(column, fmt::format("the id of a step must stand after {}=, a number in "
                                       "quotation marks",
                                       from));
    }
    inside.steps[from] = *step;
  }
  return inside;
}

Parsed<Command> read_publish(WordReader& words) {
  PublishStep publish;
  std::optional<journeys::Inside::Choice> choice;
  do {
    TRY(file, words.text("a file"));
    publish.files.push_back(std::move(file));
    choice = accept_inside(words);
  } while (!choice && !words.at_end());
  if (choice) {
    TRY(inside, read_inside(words, *choice));
    publish.inside = std::move(inside);
  }
  return Command(Action(std::move(publish)));
}

Parsed<Command> read_archive(WordReader& words) {
  using Choice = journeys::Inside::Choice;
  ArchiveStep archive;
  TRY(journey, words.text("a journey"));
  archive.journey = std::move(journey);
  if (words.accept("leave")) {
    archive.choice = Choice::leave;
  } else if (!words.accept("finish")) {
    return fault(words.here(), "\"finish\" or \"leave\" must stand here");
  }
  return Command(Action(std::move(archive)));
}

Parsed<Command> read_pause(WordReader& words) {
  TRY(journey, words.text("a journey"));
  return Command(Action(PauseStep{std::move(journey)}));
}

Parsed<Command> read_resume(WordReader& words) {
  using Choice = journeys::Overdue::Choice;
  ResumeStep resume;
  TRY(journey, words.text("a journey"));
  resume.journey = std::move(journey);
  if (words.accept("send")) {
    resume.overdue.choice = Choice::send;
    if (words.accept("over")) {
      TRY(spread, words.duration());
      resume.overdue.spread = spread;
    }
  } else if (words.accept("skip")) {
    resume.overdue.choice = Choice::skip;
  } else if (!words.accept("replan") && !words.at_end()) {
    return fault(words.here(), "\"send\", \"skip\" or \"replan\" must stand here");
  }
  return Command(Action(std::move(resume)));
}

Parsed<Command> read_declare(WordReader& words, bool retracts) {
  DeclareStep declare;
  TRY(journey, words.text("a journey"));
  declare.journey = std::move(journey);
  TRY(step, words.text("a step"));
  declare.step = std::move(step);
  if (!retracts) {
    TRY(arm, words.text("the name of an arm"));
    declare.arm = std::move(arm);
  }
  return Command(Action(std::move(declare)));
}

/// `start NAME [hold DURATION]`, `cancel NAME`, `pause NAME`, `resume NAME`, `stop NAME`
Parsed<Command> read_campaign_step(WordReader& words) {
  using Kind = CampaignCommand::Kind;
  struct Known {
    std::string_view word;
    Kind kind;
  };
  constexpr std::array known = {Known{"start", Kind::start}, Known{"cancel", Kind::cancel},
                                Known{"pause", Kind::pause}, Known{"resume", Kind::resume},
                                Known{"stop", Kind::stop}};
  const auto* const said = std::find_if(known.begin(), known.end(),
                                        [&](const Known& each) { return words.accept(each.word); });
  if (said == known.end()) {
    return fault(words.here(), R"("start", "cancel", "pause", "resume" or "stop" must stand here)");
  }
  CampaignStep step;
  step.command.kind = said->kind;
  TRY(campaign, words.text("a campaign"));
  step.command.campaign = std::move(campaign);
  if (said->kind == Kind::start && words.accept("hold")) {
    TRY(hold, words.duration());
    step.command.hold = hold;
  }
  return Command(Action(std::move(step)));
}

struct Verb {
  std::string_view word;
  Parsed<Command> (*read)(WordReader&);
};

constexpr std::array verbs = {
    Verb{"at", read_move},
    Verb{"wait", read_wait},
    Verb{"identify",
         [](WordReader& words) {
           return read_happen(words, events::EventType::identify, names::identified);
         }},
    Verb{"page",
         [](WordReader& words) {
           return read_happen(words, events::EventType::page, names::page_viewed);
         }},
    Verb{"track", read_track},
    Verb{"group",
         [](WordReader& words) {
           return read_happen(words, events::EventType::group, names::grouped);
         }},
    Verb{"alias", read_alias},
    Verb{"erase", read_erase},
    Verb{"click", [](WordReader& words) { return read_answer(words, Answer::Kind::click); }},
    Verb{"open", [](WordReader& words) { return read_answer(words, Answer::Kind::open); }},
    Verb{"reply", [](WordReader& words) { return read_answer(words, Answer::Kind::reply); }},
    Verb{"unsubscribe",
         [](WordReader& words) { return read_answer(words, Answer::Kind::unsubscribe); }},
    Verb{"subscribe",
         [](WordReader& words) { return read_answer(words, Answer::Kind::subscribe); }},
    Verb{"bounce", [](WordReader& words) { return read_answer(words, Answer::Kind::bounce); }},
    Verb{"complain", [](WordReader& words) { return read_answer(words, Answer::Kind::complain); }},
    Verb{"list", read_list},
    Verb{"enter", read_enter},
    Verb{"answer", read_answer_calls},
    Verb{"publish", read_publish},
    Verb{"archive", read_archive},
    Verb{"pause", read_pause},
    Verb{"resume", read_resume},
    Verb{"declare", [](WordReader& words) { return read_declare(words, false); }},
    Verb{"retract", [](WordReader& words) { return read_declare(words, true); }},
    Verb{"campaign", read_campaign_step},
    Verb{"expect",
         [](WordReader& words) -> Parsed<Command> {
           TRY(expect, read_expectation(words));
           return Command(std::move(expect));
         }},
};

/// `at, wait, … or expect`
std::string known_verbs() {
  std::string list;
  for (const Verb& verb : verbs) {
    if (!list.empty()) list += &verb == &verbs.back() ? " or " : ", ";
    list += verb.word;
  }
  return list;
}

Parsed<Command> read_command(WordReader& words) {
  const int column = words.here();
  TRY(word, words.text("a command"));
  const auto* const verb =
      std::find_if(verbs.begin(), verbs.end(), [&](const Verb& each) { return each.word == word; });
  if (verb == verbs.end()) {
    return fault(column, fmt::format("\"{}\" is no command: {}", word, known_verbs()));
  }
  TRY(command, verb->read(words));
  if (!words.at_end()) {
    return fault(words.here(), fmt::format("\"{}\" is not expected here", words.next()));
  }
  return command;
}

}  // namespace

ParsedScenario parse_scenario(std::string_view text) {
  ParsedScenario scenario;
  const std::vector<std::string_view> lines = split(text, '\n');
  if (lines.size() > scenario_lines_max) {
    scenario.errors.push_back(
        {scenario_lines_max + 1, 1,
         fmt::format("the file has {} lines, the limit is {}", lines.size(), scenario_lines_max)});
    return scenario;
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const int number = static_cast<int>(i) + 1;
    Parsed<Words> words = read_words(lines[i]);
    if (!words) {
      scenario.errors.push_back({number, words.error().column, words.error().message});
      continue;
    }
    if (words->tokens.empty()) continue;
    const std::string_view written = trimmed(lines[i].substr(0, words->end));
    const int column = words->tokens.front().column;
    WordReader reader(std::move(*words));
    Parsed<Command> command = read_command(reader);
    if (!command) {
      scenario.errors.push_back({number, command.error().column, command.error().message});
      continue;
    }
    scenario.lines.push_back({number, column, std::string(written), std::move(*command)});
  }
  return scenario;
}

}  // namespace sojourn::simulation
