#include "domain/simulation/scenario.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "domain/simulation/scenario_text.h"

namespace sojourn::simulation {
namespace {

const std::vector<ScenarioFile> workspace = {
    {"w.yaml", "{kind: workspace, key: w, timezone: Europe/Paris}"},
    {"s.yaml", "{kind: segment, key: buyers, where: {did: {event: Order Completed}}}"},
    {"l.yaml",
     "{kind: score, key: lead, half_life: 1d, rules: [{key: o, event: Order Completed, points: "
     "10}], thresholds: [{key: hot, up: 10, down: 5}]}"},
    {"j.yaml",
     "{kind: journey, key: welcome, trigger: {segment_entered: buyers}, steps: ["
     "{id: tell, notify: {user: sales, text: 'look'}}, {id: mail, send: {template: thanks}}, "
     "{id: wait, wait_for: {clicked: mail, at_most: 2d, then: [{id: x, exit: clicked}]}}]}"},
    {"t.yaml",
     "{kind: template, key: thanks, subject: 'Thanks {{ contact.firstName }}', "
     "html: '<p><a href=\"https://a.example/one\">1</a> <a "
     "href=\"https://a.example/two\">2</a></p>'}"},
};

ScenarioReport run(std::string text) {
  std::vector<ScenarioFile> files = workspace;
  files.push_back({"x.scenario", std::move(text)});
  ScenarioReports reports = run_scenarios(files);
  for (const reaction::Problem& problem : reports.problems) ADD_FAILURE() << problem.message;
  EXPECT_EQ(reports.scenarios.size(), 1u);
  return reports.scenarios.empty() ? ScenarioReport{} : std::move(reports.scenarios.front());
}

TEST(Scenario, EveryExpectationPassesWhereItIsMet) {
  const ScenarioReport report = run(R"(
at 2026-03-02T10:00 Europe/Paris   # a comment
identify ana firstName=Ana
track ana "Order Completed" revenue=40
expect enter buyers
expect cross lead hot for ana
expect start welcome for ana
expect notify sales about ana containing "look"
expect send thanks to ana containing "Thanks Ana"
expect in buyers ana
expect score lead of ana at least 10
expect score lead of ana below 10.5
click ana in mail link 2
expect end welcome for ana because clicked
wait 2d
expect fall lead hot
expect nothing sent to ana
)");
  EXPECT_TRUE(report.passed()) << describe_failures(report);
  EXPECT_EQ(report.expectations, 11);
}

TEST(Scenario, AFailureShowsWhatDidHappenSinceTheLastAction) {
  ScenarioReport report = run(R"(track ana "Order Completed"
expect leave buyers for ana
)");
  ASSERT_EQ(report.failures.size(), 1u);
  const ScenarioFailure& failure = report.failures.front();
  EXPECT_EQ(failure.line, 2);
  EXPECT_EQ(failure.expected, "leave buyers for ana");
  EXPECT_EQ(failure.instead, std::vector<std::string>{"enter buyers for ana"});
  EXPECT_EQ(failure.since, "line 1: track ana \"Order Completed\"");
  EXPECT_EQ(failure.zone, "Europe/Paris");
  EXPECT_EQ(std::count(failure.happened.begin(), failure.happened.end(),
                       "2026-01-05T09:00  enter buyers for ana"),
            1)
      << describe_failures(report);
}

TEST(Scenario, AnExpectationTakesOneOutcomeOfTheLastActionOnly) {
  const ScenarioReport twice =
      run("track ana \"Order Completed\"\nexpect enter buyers\nexpect enter buyers\n");
  ASSERT_EQ(twice.failures.size(), 1u);
  EXPECT_EQ(twice.failures.front().line, 3);
  const ScenarioReport later = run("track ana \"Order Completed\"\nwait 1m\nexpect enter buyers\n");
  ASSERT_EQ(later.failures.size(), 1u);
  EXPECT_TRUE(later.failures.front().happened.empty());
}

TEST(Scenario, NothingSentIsRefutedByAMail) {
  EXPECT_FALSE(run("track ana \"Order Completed\"\nexpect nothing sent to ana\n").passed());
  EXPECT_TRUE(run("track ana \"Order Completed\"\nexpect nothing sent to ben\n").passed());
}

TEST(Scenario, AnActionThatCannotBeDoneEndsIt) {
  const struct {
    std::string_view text;
    std::string_view message;
  } cases[] = {
      {"at 2026-03-02T10:00\nat 2026-03-01T10:00\n",
       "it is 2026-03-02T10:00 already, time does not go back"},
      {"at 2026-03-02T10:00\nclick ana in mail\n", "nobody is called ana yet"},
      {"identify ana\nclick ana in mail\n", "ana was sent no mail of mail"},
      {"track ana \"Order Completed\"\nclick ana in mail link 5\n", "the mail has 4 links"},
      {"pause welcom\n", "there is no journey \"welcom\""},
      {"archive welcom leave\n", "there is no journey \"welcom\""},
      {"archive welcome leave\npause welcome\n", "there is no journey \"welcome\""},
      {"resume welcome\n", "the journey is not paused"},
      {"pause welcome\npause welcome\n", "the journey is paused already"},
      {"publish t.yaml move\n",
       "what becomes of those inside is chosen for journeys, and none of these files is one"},
      {"publish j.yaml g.yaml move\n", "there is no file g.yaml"},
      {"at 2026-03-02T10:00 Europe/Atlantis\n\n", "\"Europe/Atlantis\" is not an IANA time zone"},
  };
  for (const auto& each : cases) {
    const ScenarioReport report = run(std::string(each.text) + "expect in buyers nobody\n");
    ASSERT_EQ(report.failures.size(), 1u) << each.text;
    EXPECT_EQ(report.failures.front().message, each.message);
    EXPECT_EQ(report.expectations, 0);
  }
}

TEST(Scenario, NamesThatNoDefinitionHasAreRefusedBeforeItRuns) {
  const struct {
    std::string_view line;
    std::string_view message;
  } cases[] = {
      {"expect enter byers", "there is no segment \"byers\""},
      {"expect not in byers ana", "there is no segment \"byers\""},
      {"expect start j", "there is no journey \"j\""},
      {"expect skip t to ana", "there is no template \"t\""},
      {"expect score leed of ana at least 1", "there is no score \"leed\""},
      {"expect cross lead cold", "score \"lead\" has no threshold \"cold\""},
  };
  for (const auto& each : cases) {
    const ScenarioReport report = run("identify ana\n" + std::string(each.line) + "\n");
    ASSERT_EQ(report.failures.size(), 1u) << each.line;
    EXPECT_EQ(report.failures.front().message, each.message);
    EXPECT_EQ(report.failures.front().line, 2);
  }
}

TEST(Scenario, BrokenDefinitionsAreReportedInsteadOfRun) {
  const ScenarioReports reports =
      run_scenarios({{"bad.yaml", "kind: segment\nkey: x\nwhere: {segment: nobody}\n"},
                     {"x.scenario", "wait 1d\n"}});
  EXPECT_FALSE(reports.passed());
  EXPECT_TRUE(reports.scenarios.empty());
  ASSERT_EQ(reports.problems.size(), 1u);
  EXPECT_EQ(reports.problems.front().path, "bad.yaml");
  EXPECT_EQ(reports.problems.front().line, 3);
}

TEST(ScenarioText, RefusesWithLineAndColumn) {
  const struct {
    std::string_view text;
    int column;
    std::string_view message;
  } cases[] = {
      {"jump 3d", 1,
       "\"jump\" is no command: at, wait, identify, page, track, group, alias, erase, click, open, "
       "reply, unsubscribe, subscribe, bounce, complain, list, enter, answer, publish, archive, "
       "pause, resume, declare, retract, campaign or expect"},
      {"  wait soon", 8, "\"soon\" is not a duration: it must start with a whole number"},
      {"wait", 5, "a duration must stand here"},
      {"wait 3d now", 9, "\"now\" is not expected here"},
      {"track ana \"Order", 11, "the quotation mark is not closed"},
      {"track ana \"A\"x", 14, "a space must stand here"},
      {"track ana \"A\" path", 15, "name=value must stand here"},
      {"track ana \"A\" n=", 17, "a value must stand after =, \"\" for an empty text"},
      {"track ana \"A\" n=1 n=2", 19, "\"n\" stands twice"},
      {"track ana \"A\" n=[1,", 17, "the value is not JSON"},
      {"track ana \"Email Opened\"", 11, "only Sojourn itself writes events named Email Opened"},
      {"page ~ path=/", 6, "a visitor's id must stand after ~"},
      {"at noon", 4, "a time such as 2026-03-02T21:50 must stand here"},
      {"click ana in mail link 0", 24, "a link's number, from 1, must stand here"},
      {"expect", 7, "what is expected must stand here"},
      {"expect nothing to ana", 16, "\"sent\" or \"happened\" must stand here"},
      {"expect not nothing sent", 12, "\"not nothing\" cannot be expected"},
      {"expect not start j for ana until x", 28, "\"until\" is not expected here"},
      {"expect start j because x", 8, "\"because\" must stand after \"not start\" only"},
      {"expect members s many", 18, "a number of contacts, from 0, must stand here"},
      {"expect attribute ana", 21, "name=value must stand here"},
      {"expect run ana at j", 16, "\"in\" must stand here"},
      {"expect count j sent", 20, "an outcome or a number must stand here"},
      {"expect counts of j", 19, "\"add\" must stand here"},
      {"track ana A 2h", 15, "\"ago\" must stand here"},
      {"track ana A 2h ago at 2026-01-01", 20, "name=value must stand here"},
      {"track ana A as", 15, "a message id must stand here"},
      {"group ana", 10, "a company's id must stand here"},
      {"subscribe ana in mail", 18, "\"mail\" is not expected here"},
      {"publish", 8, "a file must stand here"},
      {"publish f.yaml move a", 21, "name=value must stand here"},
      {"publish f.yaml move a=3", 21,
       "the id of a step must stand after a=, a number in quotation marks"},
      {"publish f.yaml leave a=b", 22, "\"a\" is not expected here"},
      {"publish f.yaml finish g.yaml", 23, "\"g.yaml\" is not expected here"},
      {"archive", 8, "a journey must stand here"},
      {"archive j", 10, "\"finish\" or \"leave\" must stand here"},
      {"archive j move", 11, "\"finish\" or \"leave\" must stand here"},
      {"pause", 6, "a journey must stand here"},
      {"pause j now", 9, "\"now\" is not expected here"},
      {"resume j later", 10, "\"send\", \"skip\" or \"replan\" must stand here"},
      {"resume j send over", 19, "a duration must stand here"},
      {"resume j skip over 1d", 15, "\"over\" is not expected here"},
      {"declare j try", 14, "the name of an arm must stand here"},
      {"retract j try a", 15, "\"a\" is not expected here"},
      {"expect arm j try a", 19, "people=N or successes=N must stand here"},
      {"expect arm j try a people=1 sent=2", 20, "people=N or successes=N must stand here"},
      {"expect winner j", 16, "a step must stand here"},
      {"expect verdict j try sure", 22,
       "\"none\", \"winner\", \"leading\" or \"unclear\" must stand here"},
      {"expect not verdict j try none", 12, "\"not verdict\" cannot be expected"},
      {"expect run ana in j of 3", 24, "\"version\" must stand here"},
      {"list keep ana vip", 6, "\"add\" or \"remove\" must stand here"},
      {"list add ana", 13, "a list must stand here"},
      {"answer call 99", 13, "\"nothing\" or a status of HTTP, from 100, must stand here"},
      {"expect track ana", 17, "an event's name must stand here"},
      {"alias ~a ana", 7, "a visitor cannot take over another contact"},
      {"expect score lead of ana at most 3", 29, "\"least\" must stand here"},
      {"expect send t to ana because x", 22, "\"because\" is not expected here"},
      {"=3", 1, "a name must stand before ="},
  };
  for (const auto& each : cases) {
    const ParsedScenario parsed = parse_scenario("\n" + std::string(each.text));
    ASSERT_EQ(parsed.errors.size(), 1u) << each.text;
    EXPECT_EQ(parsed.errors.front().line, 2);
    EXPECT_EQ(parsed.errors.front().column, each.column) << each.text;
    EXPECT_EQ(parsed.errors.front().message, each.message) << each.text;
  }
}

TEST(ScenarioText, SaysWhatBecomesOfThoseInside) {
  const ParsedScenario parsed = parse_scenario(
      "publish a.yaml b.yaml move pause=rest gone=\"\"\nresume j send over 6h\nresume j");
  ASSERT_TRUE(parsed.errors.empty()) << parsed.errors.front().message;
  const auto action = [&]<typename T>(std::size_t line, T*) {
    return std::get<T>(std::get<Action>(parsed.lines[line].command));
  };
  const auto publish = action(0, static_cast<PublishStep*>(nullptr));
  EXPECT_EQ(publish.files, (std::vector<std::string>{"a.yaml", "b.yaml"}));
  ASSERT_TRUE(publish.inside.has_value());
  EXPECT_EQ(publish.inside->choice, journeys::Inside::Choice::move);
  EXPECT_EQ(publish.inside->steps.at("pause"), "rest");
  EXPECT_EQ(publish.inside->steps.at("gone"), "");
  const auto sends = action(1, static_cast<ResumeStep*>(nullptr));
  EXPECT_EQ(sends.overdue.choice, journeys::Overdue::Choice::send);
  EXPECT_EQ(sends.overdue.spread, Duration::hours(6));
  const auto replans = action(2, static_cast<ResumeStep*>(nullptr));
  EXPECT_EQ(replans.overdue.choice, journeys::Overdue::Choice::replan);
}

TEST(ScenarioText, ValuesHaveTypes) {
  const ParsedScenario parsed = parse_scenario(
      R"(track ana "Order Completed" n=5 x=-1.5 yes=true none=null word=/pricing quoted="5 a" )"
      R"(empty="" list=[{"sku":"a b"},2])");
  ASSERT_TRUE(parsed.errors.empty()) << parsed.errors.front().message;
  const Happen& happen = std::get<Happen>(std::get<Action>(parsed.lines.front().command));
  const Object expected{{"n", 5},
                        {"x", -1.5},
                        {"yes", true},
                        {"none", nullptr},
                        {"word", "/pricing"},
                        {"quoted", "5 a"},
                        {"empty", ""},
                        {"list", Value::List{Object{{"sku", "a b"}}, 2}}};
  EXPECT_EQ(happen.data, expected);
}

TEST(ScenarioText, LineLimitHoldsOnBothSides) {
  EXPECT_TRUE(parse_scenario(std::string(scenario_lines_max - 1, '\n')).errors.empty());
  EXPECT_EQ(parse_scenario(std::string(scenario_lines_max, '\n')).errors.size(), 1u);
}

}  // namespace
}  // namespace sojourn::simulation
