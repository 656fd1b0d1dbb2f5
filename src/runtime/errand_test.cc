#include "runtime/errand.h"

#include <gtest/gtest.h>

namespace sojourn::runtime {
namespace {

effects::CallWebhook call() {
  effects::CallWebhook made;
  made.key = "7/call/1/webhook";
  made.contact = {Hash128{{3}}};
  made.journey = "welcome";
  made.run = 7;
  made.step = "call";
  made.visit = 2;
  made.method = "PUT";
  made.url = "https://example.com/hook";
  made.headers = {{"x-team", "growth"}, {"x-empty", ""}};
  made.body = "{}";
  made.timeout = Duration::seconds(5);
  made.attempts = 4;
  return made;
}

TEST(Errand, ReadsBackWhatItWrote) {
  const Result<Errand> read = decode_errand(encode(Errand(call())));
  ASSERT_TRUE(read);
  const auto& found = std::get<effects::CallWebhook>(*read);
  const effects::CallWebhook wanted = call();
  EXPECT_EQ(found.key, wanted.key);
  EXPECT_EQ(found.contact, wanted.contact);
  EXPECT_EQ(found.run, wanted.run);
  EXPECT_EQ(found.visit, wanted.visit);
  EXPECT_EQ(found.headers, wanted.headers);
  EXPECT_EQ(found.timeout.ms, wanted.timeout.ms);
  EXPECT_EQ(found.attempts, wanted.attempts);

  events::Event event;
  event.message_id = "journey/7/set/1/update";
  event.name = "Contact Identified";
  event.traits = {{"plan", "pro"}};
  const Result<Errand> logged = decode_errand(encode(Errand(effects::AppendEvent{event})));
  ASSERT_TRUE(logged);
  EXPECT_EQ(std::get<effects::AppendEvent>(*logged).event, event);
}

TEST(Errand, RefusesBytesThatWereCut) {
  const std::string bytes = encode(Errand(call()));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_errand(std::string_view(bytes).substr(0, size))) << size;
  }
}

}  // namespace
}  // namespace sojourn::runtime
