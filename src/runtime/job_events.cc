#include "runtime/job_events.h"

#include <absl/container/flat_hash_map.h>
#include <fmt/format.h>

#include <future>
#include <memory>
#include <utility>

#include "domain/events/event_codec.h"

namespace sojourn::runtime {

void encode(ByteWriter& out, const std::vector<events::Event>& pending) {
  out.unsigned_number(pending.size());
  for (const events::Event& event : pending) out.string(events::encode(event));
}

std::vector<events::Event> decode_events(ByteReader& in) {
  std::vector<events::Event> pending;
  const std::size_t count = in.count();
  for (std::size_t index = 0; index < count && in.ok(); ++index) {
    Result<events::Event> event = events::decode_event(in.string());
    if (!event) {
      in.fail();
    } else {
      pending.push_back(std::move(*event));
    }
  }
  return pending;
}

Result<void> submit_and_wait(Runtime& runtime, std::vector<events::Event> pending) {
  if (pending.empty()) return {};
  const Timestamp now = runtime.clock().now();
  // Of two events about one contact the second counts: of equal times that would be left to chance.
  absl::flat_hash_map<std::string, std::int64_t> earlier;
  for (events::Event& event : pending) {
    const std::string subject =
        fmt::format("{}\n{}\n{}", event.contact.view(), event.user_id, event.anonymous_id);
    const bool happens_now = event.at == event.received_at;
    if (happens_now) event.at = now + Duration::milliseconds(earlier[subject]++);
    event.received_at = now;
  }
  // Shared: whoever answers may outlive a wait that the end of the process cuts short.
  const auto answer = std::make_shared<std::promise<Result<void>>>();
  std::future<Result<void>> durable = answer->get_future();
  TRY_VOID(runtime.submit(std::move(pending),
                          [answer](Result<void> done) { answer->set_value(std::move(done)); }));
  return durable.get();
}

}  // namespace sojourn::runtime
