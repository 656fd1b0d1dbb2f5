// Scores are compared as they are shown, and an exact peak counts however short it stands.
#include "domain/reaction/reaction_lab.h"

namespace sojourn::reaction {
namespace {

using testing::DecisionKind;
using testing::Lab;
using testing::t0;

const std::string demo = R"(
kind: score
key: demo
half_life: 7d
rules:
  - {key: req, event: Demo Requested, points: 50}
  - {key: visit, event: Stand Visited, points: 25}
  - {key: no-show, event: Demo Missed, points: -30}
thresholds: [{key: sql, up: 50, down: 25}]
)";

const std::vector<std::string> asked = {
    demo, "{kind: segment, key: asked, where: {score: demo, at_least: 50}}",
    "{kind: segment, key: sql, where: {score: demo, threshold: sql}}"};

TEST(ScoreReaction, ReachesAThresholdExactlyThoughMillisecondsHavePassed) {
  Lab lab(asked);
  lab.happens("Demo Requested", {}, t0, t0 + Duration{300});
  ASSERT_NE(lab.decided(DecisionKind::score_crossed), nullptr);
  EXPECT_EQ(lab.decided(DecisionKind::score_crossed)->text, "50.0");
  EXPECT_TRUE(lab.in_segment(2)) << "score demo >= 50";
  EXPECT_TRUE(lab.in_segment(3)) << "score demo is sql";
}

TEST(ScoreReaction, LeavesWhereItShowsLess) {
  Lab lab(asked);
  lab.happens("Demo Requested", t0);
  // 50 * 2^(-t / 7d) < 49.95 after 10.1 min; < 24.95 after a half-life and 29.1 min.
  lab.time(t0 + Duration::minutes(14));
  EXPECT_TRUE(lab.in_segment(2));
  lab.time(t0 + Duration::minutes(15));
  EXPECT_FALSE(lab.in_segment(2));
  lab.time(t0 + Duration::days(7) + Duration::minutes(29));
  EXPECT_TRUE(lab.in_segment(3));
  lab.time(t0 + Duration::days(7) + Duration::minutes(30));
  EXPECT_FALSE(lab.in_segment(3));
}

TEST(ScoreReaction, ThePeakOfTheNewestEventCountsThoughItCameLate) {
  Lab lab(asked);
  lab.happens("Demo Requested", {}, t0, t0 + Duration::hours(5));
  ASSERT_NE(lab.decided(DecisionKind::score_crossed), nullptr);
  EXPECT_EQ(lab.decided(DecisionKind::score_crossed)->text, "50.0");
  EXPECT_FALSE(lab.in_segment(2)) << "it is 49.0 by now";
  EXPECT_TRUE(lab.in_segment(3));
}

TEST(ScoreReaction, APeakThatIsBelowDownByNowIsLeftAtOnce) {
  Lab lab(asked);
  lab.happens("Demo Requested", {}, t0, t0 + Duration::days(8));
  EXPECT_EQ(lab.times(DecisionKind::score_crossed, "sql"), 1);
  EXPECT_EQ(lab.times(DecisionKind::score_left, "sql"), 1);
  EXPECT_FALSE(lab.in_segment(3));
}

TEST(ScoreReaction, AnEventBeforeTheNewestIsJudgedByNow) {
  Lab lab(asked);
  lab.happens("Stand Visited", t0 + Duration::hours(5));
  lab.happens("Stand Visited", {}, t0, t0 + Duration::hours(5));
  EXPECT_EQ(lab.decided(DecisionKind::score_crossed), nullptr) << "it was never more than 49.5";
}

TEST(GradeNames, ThatAGradeCannotHaveAreProblems) {
  const std::string grade =
      "{kind: grade, key: lg, fit: demo, engagement: demo, fit_bands: [{name: A, from: 5}, {name: "
      "B, from: 0}], engagement_bands: [{name: '1', from: 5}, {name: '2', from: 0}]}";
  const auto problems_of = [&](const std::string& definition) {
    return Rules::compile({{"demo.yaml", demo, 1},
                           {"grade.yaml", grade, 2},
                           {"x.yaml", definition, 3},
                           {"t.yaml", "{kind: template, key: t, subject: s, html: x}", 4}})
        .problems;
  };
  EXPECT_TRUE(problems_of("{kind: segment, key: s, where: 'grade lg in (A1, B2)'}").empty());
  for (const std::string definition : {
           "{kind: segment, key: s, where: 'not (a is 1 and grade lg in (A1, Z9))'}",
           "{kind: score, key: s, rules: [{key: g, when: 'grade lg is Z9', points: 1}]}",
           "{kind: journey, key: j, trigger: {event: E}, only_if: 'grade lg is Z9', steps: [{id: "
           "w, wait: 1d}]}",
           "{kind: journey, key: j, trigger: {event: E}, steps: [{id: b, branch: {arms: [{name: x, "
           "when: 'grade lg is Z9', steps: [{id: w, wait: 1d}]}]}}]}",
       }) {
    const std::vector<Problem> problems = problems_of(definition);
    ASSERT_EQ(problems.size(), 1u) << definition;
    EXPECT_EQ(problems.front().code, "unknown_grade");
    EXPECT_EQ(problems.front().path, "x.yaml");
    EXPECT_EQ(problems.front().message,
              "grade \"lg\" is never \"Z9\": it is one of A, B, followed by one of 1, 2");
  }
}

}  // namespace
}  // namespace sojourn::reaction
