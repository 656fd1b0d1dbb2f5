#include "api/endpoints/applied_events.h"

#include <chrono>
#include <future>
#include <memory>
#include <utility>

namespace sojourn::api {
namespace {

/// How long a change may take until it is answered that it is under way.
constexpr auto wait_max = std::chrono::seconds(5);

}  // namespace

Result<void> apply_events(runtime::Runtime& runtime, std::vector<events::Event> events) {
  if (events.empty()) return {};
  // Shared, because the callback may come after this call gave up.
  auto durable = std::make_shared<std::promise<Result<void>>>();
  std::future<Result<void>> result = durable->get_future();
  TRY_VOID(runtime.submit(std::move(events),
                          [durable](Result<void> done) { durable->set_value(std::move(done)); }));
  if (result.wait_for(wait_max) != std::future_status::ready) {
    return failure("change_pending", "the change was not finished in time");
  }
  TRY_VOID(result.get());
  // The committer works in order: a change of nothing waits behind the events.
  return runtime.write([](store::StateTransaction&) { return Result<void>(); });
}

}  // namespace sojourn::api
