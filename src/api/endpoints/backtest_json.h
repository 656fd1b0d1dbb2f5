#pragma once

/// A backtest's answer as openapi.yaml has it.

#include "base/json.h"
#include "runtime/backtest.h"

namespace sojourn::api {

void write_backtest(JsonWriter& out, const runtime::BacktestAnswer& answer);

}  // namespace sojourn::api
