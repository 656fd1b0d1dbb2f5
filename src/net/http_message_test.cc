#include "net/http_message.h"

#include <gtest/gtest.h>

#include "net/output_queue.h"
#include "net/reply.h"
#include "net/response_writer.h"

namespace sojourn::net {
namespace {

TEST(Headers, FindTheFirstOfANameWithoutRegardToCase) {
  Headers headers{{"Accept", "a"}, {"X-Key", "1"}, {"x-key", "2"}};
  EXPECT_EQ(headers.find("x-KEY"), "1");
  EXPECT_EQ(headers.find("x-ke"), std::nullopt);
  EXPECT_EQ(headers.at(2).value, "2");
}

TEST(Request, DecodesQueryParameters) {
  const Request request{.query = "a=1+2%2B&b&c%20d=x=y&a=3&&=e"};
  EXPECT_EQ(request.query_parameter("a"), "1 2+");
  EXPECT_EQ(request.query_parameter("b"), "");
  EXPECT_EQ(request.query_parameter("c d"), "x=y");
  EXPECT_EQ(request.query_parameter("e"), std::nullopt);
  EXPECT_EQ(Request().query_parameter(""), std::nullopt);
}

TEST(AppendHead, StatesTheLengthWhereTheStatusHasABody) {
  const auto head = [](const Response& response) {
    std::string out;
    EXPECT_TRUE(append_head(out, response, Connection::persists, BodyLength::known));
    return out;
  };
  EXPECT_EQ(head({.headers = {{"A", "b"}}, .body = "xyz", .content_type = "text/plain"}),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nA: b\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(head({.status = 204}), "HTTP/1.1 204 No Content\r\n\r\n");
  EXPECT_EQ(head({.status = 304}), "HTTP/1.1 304 Not Modified\r\n\r\n");
}

TEST(AppendHead, RefusesFieldsThatWouldEndTheLine) {
  std::string out;
  for (const std::string_view value : {std::string_view("a\r\nSet-Cookie: b"),
                                       std::string_view("a\nb"), std::string_view("a\0b", 3)}) {
    EXPECT_FALSE(append_head(out, {.headers = {{"Location", value}}}, Connection::persists,
                             BodyLength::known));
  }
  EXPECT_FALSE(
      append_head(out, {.content_type = "a\r\nb"}, Connection::persists, BodyLength::known));
  EXPECT_EQ(out, "");
}

TEST(EventText, WritesEachLineOfTheDataAsItsOwnField) {
  EXPECT_EQ(event_text("tick", "a\nb\r\nc\rd"),
            "event: tick\ndata: a\ndata: b\ndata: c\ndata: d\n\n");
  EXPECT_EQ(event_text("", ""), "data: \n\n");
  EXPECT_EQ(event_text("a\ndata: b", "c"), "event: a\ndata: c\n\n");
}

TEST(OutputQueue, GivesItsBytesInOrderHoweverTheyAreSent) {
  const std::string large(OutputQueue::copied_bytes_max + 1, 'L');
  const std::string fixed(OutputQueue::copied_bytes_max + 2, 'S');
  const std::string expected = "head1" + large + "head2small" + fixed + large + "end";
  for (const std::size_t step :
       {std::size_t{1}, std::size_t{7}, std::size_t{8192}, expected.size()}) {
    OutputQueue queue;
    queue.text() += "head1";
    queue.append_body(std::string(large));
    queue.text() += "head2";
    queue.append_body("small");
    queue.append_static(fixed);
    queue.append_body(std::string(large));
    queue.append_static("end");
    std::string sent;
    while (!queue.empty()) {
      std::array<std::string_view, 2> views;
      const std::size_t count = queue.fill(views);
      std::string bytes;
      for (std::size_t index = 0; index < count; ++index) bytes += views[index];
      const std::size_t size = std::min(step, bytes.size());
      ASSERT_GT(size, 0U);
      sent += bytes.substr(0, size);
      queue.consume(size);
    }
    EXPECT_EQ(sent, expected) << step;
  }
}

}  // namespace
}  // namespace sojourn::net
