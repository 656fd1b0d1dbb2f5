#include "net/request_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace sojourn::net {
namespace {

using State = RequestReader::State;

constexpr std::size_t head_bytes_max = 256;
constexpr std::size_t body_bytes_max = 100;

const BodyLimit body_limit = [](Method, std::string_view path) {
  return path == "/large" ? std::size_t{1000} : body_bytes_max;
};

// What a connection does with bytes that come in parts of `part_bytes`.
struct Outcome {
  std::vector<Request> requests;
  int refused_status = 0;
  State state = State::waiting;
  bool keeps_alive = false;
};

Outcome read_all(std::string_view bytes, std::size_t part_bytes = std::string_view::npos) {
  RequestReader reader(head_bytes_max, body_limit);
  Outcome outcome;
  std::string buffered;
  while (!bytes.empty() && outcome.refused_status == 0) {
    buffered.append(bytes.substr(0, part_bytes));
    bytes.remove_prefix(std::min(part_bytes, bytes.size()));
    bool goes_on = true;
    while (goes_on && !buffered.empty()) {
      buffered.erase(0, reader.feed(buffered));
      goes_on = reader.state() == State::complete;
      if (goes_on) {
        outcome.keeps_alive = reader.keeps_alive();
        outcome.requests.push_back(reader.take());
      }
      if (reader.state() == State::refused) outcome.refused_status = reader.take_refusal().status;
    }
  }
  outcome.state = reader.state();
  return outcome;
}

std::string post(std::string_view fields, std::string_view body) {
  return "POST /v1/track HTTP/1.1\r\nHost: x\r\n" + std::string(fields) + "\r\n" +
         std::string(body);
}

std::string get_with_head_of(std::size_t size) {
  std::string head = "GET / HTTP/1.1\r\nHost: x\r\nPad: ";
  head.append(size - head.size() - 4, 'p');
  return head + "\r\n\r\n";
}

TEST(RequestReader, ReadsMethodPathQueryFieldsAndBody) {
  const Outcome outcome =
      read_all("PATCH /v1/a%20b?x=1&y=%2F?z HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
  ASSERT_EQ(outcome.requests.size(), 1U);
  const Request& request = outcome.requests[0];
  EXPECT_EQ(request.method, Method::patch);
  EXPECT_EQ(request.path, "/v1/a%20b");
  EXPECT_EQ(request.query, "x=1&y=%2F?z");
  EXPECT_EQ(request.header("host"), "x");
  EXPECT_EQ(request.body, "abc");
  EXPECT_TRUE(outcome.keeps_alive);
}

TEST(RequestReader, ReadsTheSameRequestsHoweverTheBytesAreCut) {
  const std::string bytes = "\r\n" + post("Content-Length: 5\r\n", "hello") +
                            post("Transfer-Encoding: chunked\r\n",
                                 "3;a=b\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: 1\r\n\r\n") +
                            "GET /?q HTTP/1.1\r\nHost: y\r\n\r\n";
  for (std::size_t part_bytes = 1; part_bytes <= bytes.size(); ++part_bytes) {
    const Outcome outcome = read_all(bytes, part_bytes);
    ASSERT_EQ(outcome.requests.size(), 3U) << part_bytes;
    EXPECT_EQ(outcome.requests[0].body, "hello");
    EXPECT_EQ(outcome.requests[1].body, "abc0123456789");
    EXPECT_EQ(outcome.requests[1].header("T"), std::nullopt);
    EXPECT_EQ(outcome.requests[2].query, "q");
    EXPECT_EQ(outcome.state, State::waiting);
  }
}

TEST(RequestReader, TakesThePathOfAnAbsoluteTarget) {
  const auto path = [](std::string_view target) {
    const Outcome outcome = read_all("GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    return outcome.requests.empty() ? "" : outcome.requests[0].path;
  };
  EXPECT_EQ(path("http://x/a"), "/a");
  EXPECT_EQ(path("http://x"), "/");
  EXPECT_EQ(path("/a://b"), "/a://b");
}

TEST(RequestReader, RefusesWhatTwoPartiesMayReadDifferently) {
  struct Case {
    std::string_view name;
    std::string bytes;
    int status;
  };
  const std::vector<Case> cases = {
      {"length and chunked", post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "abc"),
       400},
      {"chunked and length", post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "abc"),
       400},
      {"two lengths", post("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd"), 400},
      {"negative length", post("Content-Length: -1\r\n", ""), 400},
      {"signed length", post("Content-Length: +3\r\n", "abc"), 400},
      {"unknown coding", post("Transfer-Encoding: gzip, chunked\r\n", ""), 501},
      {"chunked twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", ""),
       400},
      {"chunked in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"folded line", post("A: b\r\n c\r\n", ""), 400},
      {"folded by a tab", post("A: b\r\n\tc\r\n", ""), 400},
      {"bare line feed", "GET / HTTP/1.1\nHost: x\r\n\r\n", 400},
      {"space before colon", post("A : b\r\n", ""), 400},
      {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two hosts", post("Host: y\r\n", ""), 400},
      {"unknown version", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 400},
      {"no slash", "GET a HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"authority", "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"space in target", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"TLS", std::string("\x16\x03\x01\x02", 4), 400},
      {"malformed chunk", post("Transfer-Encoding: chunked\r\n", "x\r\n"), 400},
      {"chunk without end", post("Transfer-Encoding: chunked\r\n", "1\r\nabc\r\n"), 400},
      {"unknown expectation", post("Expect: magic\r\nContent-Length: 1\r\n", ""), 417},
  };
  for (const Case& c : cases) {
    const Outcome outcome = read_all(c.bytes);
    EXPECT_EQ(outcome.refused_status, c.status) << c.name;
    EXPECT_TRUE(outcome.requests.empty()) << c.name;
  }
}

TEST(RequestReader, TakesAHeadAtTheLimitAndRefusesOneBeyondIt) {
  EXPECT_EQ(read_all(get_with_head_of(head_bytes_max)).requests.size(), 1U);
  EXPECT_EQ(read_all(get_with_head_of(head_bytes_max), 1).requests.size(), 1U);
  EXPECT_EQ(read_all(get_with_head_of(head_bytes_max + 1)).refused_status, 431);
  EXPECT_EQ(read_all(get_with_head_of(head_bytes_max + 1), 1).refused_status, 431);
}

TEST(RequestReader, TakesABodyAtTheLimitAndRefusesOneBeyondItBeforeItCame) {
  EXPECT_EQ(read_all(post("Content-Length: 100\r\n", std::string(100, 'b'))).requests.size(), 1U);
  EXPECT_EQ(read_all(post("Content-Length: 101\r\n", "")).refused_status, 413);
  EXPECT_EQ(read_all(post("Content-Length: 18446744073709551615\r\n", "")).refused_status, 413);
}

TEST(RequestReader, CountsAChunkedBodyAgainstTheSameLimit) {
  const auto chunked = [](std::size_t size) {
    std::string body;
    for (std::size_t index = 0; index < size; ++index) body += "1\r\nb\r\n";
    return post("Transfer-Encoding: chunked\r\n", body + "0\r\n\r\n");
  };
  EXPECT_EQ(read_all(chunked(100)).requests.size(), 1U);
  EXPECT_EQ(read_all(chunked(101)).refused_status, 413);
}

TEST(RequestReader, AsksForTheLimitOfThePath) {
  const Outcome outcome = read_all(
      "PUT /large?a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'b'));
  EXPECT_EQ(outcome.requests.size(), 1U);
}

TEST(RequestReader, SaysOnceThatTheClientWaitsForContinue) {
  RequestReader reader(head_bytes_max, body_limit);
  const std::string head = post("Expect: 100-Continue\r\nContent-Length: 1\r\n", "");
  EXPECT_EQ(reader.feed(head), head.size());
  EXPECT_EQ(reader.state(), State::body);
  EXPECT_TRUE(reader.take_expects_continue());
  EXPECT_FALSE(reader.take_expects_continue());
}

TEST(RequestReader, KeepsAConnectionAliveAsItsVersionAndFieldsSay) {
  struct Case {
    std::string_view version;
    std::string_view connection;
    bool keeps_alive;
  };
  for (const Case& c : {Case{"1.1", "", true}, Case{"1.1", "close", false}, Case{"1.0", "", false},
                        Case{"1.0", "keep-alive", true}}) {
    std::string bytes = "GET / HTTP/" + std::string(c.version) + "\r\nHost: x\r\n";
    if (!c.connection.empty()) bytes += "Connection: " + std::string(c.connection) + "\r\n";
    EXPECT_EQ(read_all(bytes + "\r\n").keeps_alive, c.keeps_alive) << bytes;
  }
}

TEST(RequestReader, TakesAnyBytesWithoutHarmAndHoweverTheyAreCutAlike) {
  const std::string sample =
      post("Content-Length: 5\r\nExpect: 100-continue\r\n", "hello") +
      post("Transfer-Encoding: chunked\r\n", "3;a=\"b\"\r\nabc\r\n0\r\nT: 1\r\n\r\n");
  const std::string_view alphabet = "\r\n\t :;=,\"0123456789aFxhunked-\x01\x80";
  for (std::uint32_t seed = 0; seed < 5000; ++seed) {
    std::mt19937 random(seed);
    std::string bytes = sample;
    for (auto change = random() % 6 + 1; change > 0; --change) {
      const std::size_t place = random() % bytes.size();
      const char byte = alphabet[random() % alphabet.size()];
      switch (random() % 3) {
        case 0:
          bytes[place] = byte;
          break;
        case 1:
          bytes.insert(place, 1, byte);
          break;
        default:  // the third of three
          bytes.erase(place, random() % 4 + 1);
          break;
      }
    }
    const Outcome whole = read_all(bytes);
    const Outcome cut = read_all(bytes, random() % 9 + 1);
    EXPECT_EQ(whole.requests.size(), cut.requests.size()) << "seed " << seed;
    EXPECT_EQ(whole.refused_status, cut.refused_status) << "seed " << seed;
  }
}

}  // namespace
}  // namespace sojourn::net
