#include "domain/events/event_peek.h"

#include <gtest/gtest.h>

#include "domain/events/event_codec.h"

namespace sojourn::events {
namespace {

TEST(EventPeek, SeesWhatTheEventSaysOfItsContact) {
  Event event;
  event.message_id = "m-1";
  event.name = "Page Viewed";
  event.user_id = "ana";
  event.anonymous_id = "phone";
  event.at = Timestamp{1'772'000'000'000};
  event.received_at = Timestamp{1'772'000'000'250};
  event.properties = {{"path", "/pricing"}};
  event.context = {{"locale", "en"}};
  const std::string plain = encode(event);
  EXPECT_EQ(peek(plain).user_id, "ana");
  EXPECT_EQ(peek(plain).anonymous_id, "phone");
  EXPECT_EQ(peek(plain).contact, Hash128{});
  EXPECT_FALSE(peek(plain).has_traits);

  event.contact = Hash128{{1, 2, 3}};
  event.traits = {{"email", "ana@example.com"}};
  const std::string full = encode(event);
  EXPECT_EQ(peek(full).contact, event.contact);
  EXPECT_TRUE(peek(full).has_traits);
}

TEST(EventPeek, LeavesDamageToWhoeverDecodes) {
  Event event;
  event.name = "Page Viewed";
  const std::string bytes = encode(event);
  EXPECT_FALSE(peek(bytes).has_traits);
  // Without traits and context, of which one byte each is left.
  EXPECT_TRUE(peek(std::string_view(bytes).substr(0, bytes.size() - 2)).has_traits);
  EXPECT_TRUE(peek("").has_traits);
}

}  // namespace
}  // namespace sojourn::events
