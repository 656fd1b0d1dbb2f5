#pragma once

/// How a job puts events into the log: those that a slice has prepared are stored with the job,
/// and submitted by the next. So a crash between the two repeats them under the same message ids,
/// which the log recognises.

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "domain/events/event.h"
#include "runtime/runtime.h"

namespace sojourn::runtime {

void encode(ByteWriter& out, const std::vector<events::Event>& pending);
/// Fails the reader where the bytes are not what encode() writes.
[[nodiscard]] std::vector<events::Event> decode_events(ByteReader& in);

/// Appends the events, received now, and waits until they are durable. Those that happened when
/// they were prepared happen now, a later one about the same contact a millisecond later. Errors:
/// those of Runtime::submit() and of the disk.
[[nodiscard]] Result<void> submit_and_wait(Runtime& runtime, std::vector<events::Event> pending);

}  // namespace sojourn::runtime
