#include "domain/journeys/steps/call_webhook.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "domain/definitions/reader.h"
#include "domain/events/standard_names.h"

namespace sojourn::journeys {
namespace {

Result<void> read_headers(definitions::Reader& reader, CallWebhook& step) {
  const Value* value = reader.find("headers");
  if (value == nullptr) return {};
  const Object* headers = value->as_object();
  if (headers == nullptr || headers->size() > webhook_headers_max) {
    return reader.refuse("wrong_type", "headers",
                         fmt::format("must hold at most {} texts by name", webhook_headers_max));
  }
  for (const auto& [name, header] : *headers) {
    const std::string* text = header.as_string();
    const bool is_token =
        !name.empty() && name.find_first_not_of(
                             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") ==
                             std::string::npos;
    const bool one_line = text != nullptr && text->find_first_of("\r\n") == std::string::npos;
    if (!is_token || !one_line) {
      return reader.refuse(
          "bad_header", "headers",
          fmt::format("\"{}\" must be a header's name with one line of text", name));
    }
    step.headers.emplace_back(name, *text);
  }
  return {};
}

/// The contact's id and what started the run.
Value default_body(const StepContext& context) {
  return Object{{"contact", contacts::format(context.view.conditions().contact())},
                {"journey", std::string(context.journey)},
                {"event", context.run.trigger}};
}

}  // namespace

Result<CallWebhook> read_call_webhook(const Value& value, const std::string& path) {
  definitions::Reader reader(value, path);
  CallWebhook step;
  TRY(url, reader.text("url"));
  const bool is_web = url.starts_with("https://") || url.starts_with("http://");
  if (!is_web) return reader.refuse("bad_url", "url", "must begin with https:// or http://");
  step.url = std::move(url);
  if (reader.find("method") != nullptr) {
    constexpr std::array<std::string_view, 5> methods = {"POST", "GET", "PUT", "PATCH", "DELETE"};
    TRY(choice, reader.choice("method", {"POST", "GET", "PUT", "PATCH", "DELETE"}));
    step.method = methods[choice];
  }
  TRY_VOID(read_headers(reader, step));
  if (const Value* body = reader.find("body")) step.body = *body;
  TRY(timeout, reader.optional_duration("timeout"));
  step.timeout = timeout.value_or(step.timeout);
  if (step.timeout.ms <= 0 || step.timeout > webhook_timeout_max) {
    return reader.refuse("out_of_range", "timeout",
                         fmt::format("must be at most {}", format_duration(webhook_timeout_max)),
                         format_duration(webhook_timeout_max));
  }
  TRY(attempts, reader.optional_integer("attempts", 1, webhook_attempts_max));
  step.attempts = static_cast<int>(attempts.value_or(step.attempts));
  if (reader.find("save_as") != nullptr) {
    TRY(save_as, reader.key("save_as"));
    step.save_as = std::move(save_as);
  }
  reader.find("then");
  reader.find("otherwise");
  TRY_VOID(reader.finish());
  return step;
}

Value write(const CallWebhook& step) {
  Object object{{"url", step.url}, {"method", step.method}};
  Object headers;
  for (const auto& [name, value] : step.headers) headers.set(name, value);
  if (!headers.empty()) object.set("headers", std::move(headers));
  if (!step.body.is_null()) object.set("body", step.body);
  object.set("timeout", format_duration(step.timeout));
  object.set("attempts", step.attempts);
  object.set("save_as", step.save_as);
  return object;
}

std::string describe(const CallWebhook& step) {
  // What is filled in for each contact is told by the calls themselves.
  const std::size_t filled = std::min(step.url.find("{{"), step.url.find("{%"));
  if (filled == std::string::npos) return fmt::format("call {}", step.url);
  return fmt::format("call {}…", step.url.substr(0, filled));
}

StepOutcome enter(const CallWebhook& step, std::string_view, StepContext& context) {
  effects::CallWebhook call;
  call.key = context.effect_key("webhook");
  call.contact = context.view.conditions().contact();
  call.journey = context.journey;
  call.run = context.run.id;
  call.step = context.step;
  call.visit = context.visit;
  call.method = step.method;
  call.url = context.rendered(step.url);
  for (const auto& [name, value] : step.headers) {
    call.headers.emplace_back(name, context.rendered(value));
  }
  const bool as_written = step.body.as_string() != nullptr;
  const Value body = step.body.is_null() ? default_body(context) : context.rendered(step.body);
  call.body = as_written ? *body.as_string() : to_json(body);
  call.timeout = step.timeout;
  call.attempts = step.attempts;
  context.effects.emplace_back(std::move(call));
  return Stay{};
}

bool is_answer(const Run& run, const events::Event& event) {
  if (event.name != events::names::webhook_answered) return false;
  if (event.trust != events::Trust::system) return false;
  const auto text_is = [&](std::string_view name, std::string_view wanted) {
    const Value* value = event.properties.find(name);
    const std::string* text = value == nullptr ? nullptr : value->as_string();
    return text != nullptr && *text == wanted;
  };
  const Value* visit = event.properties.find("visit");
  return text_is("run", std::to_string(run.id)) && text_is("step", run.step) && visit != nullptr &&
         visit->number() == run.visits_of(run.step);
}

GoTo way_of_answer(const CallWebhook& step, std::string_view way) {
  return way == way_answered ? GoTo{step.then, way_answered} : GoTo{step.otherwise, way_failed};
}

GoTo take_answer(const CallWebhook& step, Run& run, const events::Event& event) {
  const Value* status = event.properties.find("status");
  const std::int64_t code = status == nullptr ? 0 : static_cast<std::int64_t>(status->number());
  Object answer{{"status", code}};
  for (const std::string_view name : {"body", "error"}) {
    if (const Value* value = event.properties.find(name)) answer.set(name, *value);
  }
  run.context.set(step.save_as, std::move(answer));
  const bool accepted = code >= 200 && code < 300;
  return way_of_answer(step, accepted ? way_answered : way_failed);
}

}  // namespace sojourn::journeys
