#include "api/endpoints/bulk.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "api/body_fields.h"
#include "api/endpoints/condition_input.h"
#include "api/endpoints/definition_json.h"
#include "api/endpoints/job_json.h"
#include "api/problem.h"
#include "base/ensure.h"
#include "domain/definitions/reader.h"
#include "domain/reaction/rules.h"
#include "runtime/audience.h"
#include "runtime/bulk_work.h"

namespace sojourn::api::endpoints {
namespace {

using runtime::BulkParameters;
using Action = BulkParameters::Action;

/// How long the count before an erasure may take.
constexpr std::chrono::milliseconds count_wait{10'000};

/// Before the job is taken: an answer says it better than a job that fails.
Result<void> check_names(const reaction::Rules& rules, const BulkParameters& parameters) {
  if (!parameters.list.empty() && rules.list(std::string_view(parameters.list)) == nullptr) {
    return failure(unknown_definition("list", parameters.list));
  }
  const auto& topics = rules.policies().topics;
  const bool is_known = topics.empty() ? definitions::is_key(parameters.topic)
                                       : policies::find_topic(topics, parameters.topic) != nullptr;
  if (!parameters.topic.empty() && !is_known) {
    return failure({.code = "unknown_value",
                    .message = "there is no such topic",
                    .field = "topic",
                    .value = parameters.topic});
  }
  return {};
}

Answer submit(Context& context, const Call& call, const BulkParameters& parameters) {
  TRY(id, context.runtime.jobs().submit(
              runtime::bulk_kind, runtime::write_bulk_parameters(parameters), call.caller.name));
  return job_accepted(context, id);
}

/// How many `parameters` mean now.
Result<std::uint64_t> count_of(Context& context, const BulkParameters& parameters,
                               const segments::Condition& condition) {
  if (!parameters.contacts.empty()) return parameters.contacts.size();
  auto* keeper = dynamic_cast<runtime::AudienceKeeper*>(&context.runtime);
  ENSURE(keeper != nullptr);
  TRY(count, keeper->audience().count(condition, count_wait));
  return count.rows.front().count;
}

/// The condition of the parameters, bound; of named contacts one that nobody asks.
Result<segments::Condition> condition_of(const BulkParameters& parameters,
                                         const reaction::Rules& rules) {
  if (parameters.where.is_null()) return segments::Condition{segments::AllOf{}};
  return read_where(Object{{"where", parameters.where}}, rules);
}

/// What the reader of definitions calls a choice is a value here.
Result<BulkParameters> read_parameters(Object body) {
  Result<BulkParameters> read = runtime::read_bulk_parameters(Value(std::move(body)));
  if (read || read.error().code != "unknown_choice") return read;
  Error refused = read.error();
  refused.code = "unknown_value";
  return failure(std::move(refused));
}

}  // namespace

Answer change_contacts(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  TRY(parameters, read_parameters(std::move(body)));
  if (parameters.action == Action::erase) {
    return failure({.code = "unknown_value",
                    .message = "contacts are erased by /contacts/erase",
                    .field = "action",
                    .value = "erase"});
  }
  const auto rules = context.runtime.rules();
  TRY_VOID(check_names(*rules, parameters));
  const Result<segments::Condition> condition = condition_of(parameters, *rules);
  if (!condition) return condition_problem(condition.error());
  return submit(context, call, parameters);
}

Answer erase_contacts(Context& context, const Call& call) {
  TRY(body, read_body_object(call.request));
  const Value* expected = body.find("expected");
  const std::int64_t* number = expected == nullptr ? nullptr : expected->as_integer();
  if (number == nullptr || *number < 0) {
    return failure({.code = "missing_field",
                    .message = "expected must say how many contacts are to be erased",
                    .field = "expected"});
  }
  const auto wanted = static_cast<std::uint64_t>(*number);
  body.erase("expected");
  body.set("action", "erase");
  TRY(parameters, read_parameters(std::move(body)));
  const Result<segments::Condition> condition = condition_of(parameters, *context.runtime.rules());
  if (!condition) return condition_problem(condition.error());
  TRY(count, count_of(context, parameters, *condition));
  if (count > wanted) {
    return failure(
        {.code = "more_than_expected",
         .message = fmt::format("{} contacts would be erased, {} were expected", count, wanted),
         .field = "expected",
         .value = std::to_string(wanted),
         .limit = std::to_string(count)});
  }
  return submit(context, call, parameters);
}

}  // namespace sojourn::api::endpoints
