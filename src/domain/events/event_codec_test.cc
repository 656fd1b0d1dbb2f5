#include "domain/events/event_codec.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace sojourn::events {
namespace {

Event full() {
  Event event;
  event.message_id = "m-1";
  event.type = EventType::page;
  event.name = "Page Viewed";
  event.user_id = "ana";
  event.anonymous_id = "phone";
  event.previous_id = "before";
  event.group_id = "acme";
  event.contact = Hash128{{1, 2, 3}};
  event.at = Timestamp{1'772'000'000'000};
  event.received_at = Timestamp{1'772'000'000'250};
  event.trust = Trust::browser_key;
  event.source = "web";
  event.properties = {{"path", "/pricing"}, {"n", 1.5}};
  event.traits = {{"email", "ana@example.com"}, {"old", nullptr}};
  event.context = {{"page", Object{{"url", "https://x"}}}};
  return event;
}

TEST(EventCodec, ReadsBackWhatItWrote) {
  for (const Event& event : {Event{}, full()}) {
    const Result<Event> read = decode_event(encode(event));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, event);
  }
}

TEST(EventCodec, KeepsTheEndsOfTime) {
  Event event = full();
  event.at = Timestamp::beginning();
  event.received_at = Timestamp::never();
  const Result<Event> read = decode_event(encode(event));
  // The difference of the two does not fit a number; it wraps and comes back.
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, event);
}

TEST(EventCodec, RefusesEveryCutAndEveryExtension) {
  const std::string bytes = encode(full());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Result<Event> read = decode_event(std::string_view(bytes).substr(0, size));
    ASSERT_FALSE(read) << size;
    EXPECT_EQ(read.error().code, "damaged_event");
  }
  EXPECT_FALSE(decode_event(bytes + "x"));
}

TEST(EventCodec, ReadsHostileBytesWithoutHarm) {
  EXPECT_TRUE(rc::check([](std::size_t place, char byte) {
    std::string bytes = encode(full());
    bytes[place % bytes.size()] = byte;
    const Result<Event> read = decode_event(bytes);
    if (read) static_cast<void>(encode(*read));
  }));
}

}  // namespace
}  // namespace sojourn::events
