#pragma once

/// The deal step: begins a deal with the contact, then on.

#include <string>

#include "base/result.h"
#include "base/value.h"
#include "domain/journeys/steps/step_context.h"

namespace sojourn::journeys {

struct CreateDeal {
  std::string name;  ///< Liquid
  std::string pipeline;
  std::string stage;
  Value amount;  ///< a number, or Liquid that gives one; null: none
  friend bool operator==(const CreateDeal&, const CreateDeal&) = default;
};

/// `{name, pipeline, stage, amount}`. Logged as an event `Deal Created` of the contact.
[[nodiscard]] Result<CreateDeal> read_create_deal(const Value& value, const std::string& path);
[[nodiscard]] Value write(const CreateDeal& step);
[[nodiscard]] std::string describe(const CreateDeal& step);

[[nodiscard]] StepOutcome enter(const CreateDeal& step, std::string_view next,
                                StepContext& context);

}  // namespace sojourn::journeys
