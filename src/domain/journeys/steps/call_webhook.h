#pragma once

/// The webhook step: calls a web address and waits for its answer, which later steps can use.

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/value.h"
#include "domain/journeys/steps/step_context.h"

namespace sojourn::journeys {

struct CallWebhook {
  std::string method = "POST";
  std::string url;  ///< Liquid, as are the next two
  std::vector<std::pair<std::string, std::string>> headers;
  Value body;  ///< an object or list is sent as JSON; null: the contact and what started the run
  Duration timeout = Duration::seconds(10);
  int attempts = 3;
  std::string save_as = "answer";  ///< `run.<save_as>.status` and `.body` in later steps
  std::string then;                ///< id of the next step after an answer of 2xx
  std::string otherwise;           ///< when there was none
  friend bool operator==(const CallWebhook&, const CallWebhook&) = default;
};

inline constexpr std::size_t webhook_headers_max = 20;
inline constexpr Duration webhook_timeout_max = Duration::seconds(60);
inline constexpr int webhook_attempts_max = 10;

/// `{url, method, headers: {name: value}, body, timeout: 10s, attempts: 3, save_as: answer}`; the
/// paths `then` and `otherwise` are lists of steps and are read by the journey.
[[nodiscard]] Result<CallWebhook> read_call_webhook(const Value& value, const std::string& path);
[[nodiscard]] Value write(const CallWebhook& step);
[[nodiscard]] std::string describe(const CallWebhook& step);

[[nodiscard]] StepOutcome enter(const CallWebhook& step, std::string_view next,
                                StepContext& context);

/// True where the event tells what the call of the step at which the run waits came to.
[[nodiscard]] bool is_answer(const Run& run, const events::Event& event);
/// Its ways on.
inline constexpr std::string_view way_answered = "answered";
inline constexpr std::string_view way_failed = "failed";
/// Where the way of this name leads; of any other name, the second one.
[[nodiscard]] GoTo way_of_answer(const CallWebhook& step, std::string_view way);
/// Keeps the answer with the run; where the run goes on.
[[nodiscard]] GoTo take_answer(const CallWebhook& step, Run& run, const events::Event& event);

}  // namespace sojourn::journeys
