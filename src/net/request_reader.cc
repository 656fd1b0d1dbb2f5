#include "net/request_reader.h"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <string>

#include "base/ensure.h"
#include "base/text.h"
#include "net/response_writer.h"

namespace sojourn::net {
namespace {

namespace http = boost::beast::http;

// Memory for a body is set aside ahead of its bytes only up to here: a head alone, whatever
// Content-Length it claims, costs little.
constexpr std::size_t body_reserve_bytes_max = 64 << 10;

Method to_method(http::verb verb) {
  switch (verb) {
    case http::verb::get:
      return Method::get;
    case http::verb::head:
      return Method::head;
    case http::verb::post:
      return Method::post;
    case http::verb::put:
      return Method::put;
    case http::verb::patch:
      return Method::patch;
    case http::verb::delete_:
      return Method::delete_;
    case http::verb::options:
      return Method::options;
    default:  // some thirty verbs of WebDAV and others, which no endpoint answers
      return Method::other;
  }
}

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

// A line that ends without CR, or that continues the one before (obs-fold, RFC 9112 §5.2).
bool has_odd_lines(std::string_view head) {
  for (std::size_t feed = head.find('\n'); feed != std::string_view::npos;
       feed = head.find('\n', feed + 1)) {
    if (feed == 0 || head[feed - 1] != '\r') return true;
    if (feed + 1 == head.size()) return false;
    const char next = head[feed + 1];
    if (next == ' ' || next == '\t') return true;
  }
  return false;
}

}  // namespace

/// Beast's parser, writing into the reader's request instead of a Beast message.
class RequestReader::Parser final : public http::basic_parser<true> {
 public:
  explicit Parser(RequestReader& reader) : reader_(reader) {
    header_limit(static_cast<std::uint32_t>(reader.head_bytes_max_) + 1);
    body_limit(boost::none);
  }

 private:
  using error_code = boost::beast::error_code;
  using string_view = boost::beast::string_view;

  void on_request_impl(http::verb verb, string_view, string_view target, int version,
                       error_code& error) override {
    reader_.request_.method = to_method(verb);
    reader_.http10_ = version == 10;
    reader_.accept_target(view(target));
    if (reader_.state_ == State::refused) error = http::error::bad_target;
  }

  void on_response_impl(int, string_view, int, error_code&) override {}

  void on_field_impl(http::field field, string_view name, string_view value,
                     error_code& error) override {
    if (reader_.state_ != State::head) return;  // a trailer: nobody reads them
    if (field == http::field::host) ++reader_.host_count_;
    if (field == http::field::transfer_encoding) accept_coding(view(value));
    if (field == http::field::expect) accept_expectation(view(value));
    if (reader_.state_ == State::refused) {
      error = http::error::bad_value;
      return;
    }
    reader_.request_.headers.add(view(name), view(value));
  }

  void accept_coding(std::string_view coding) {
    // RFC 9112 §6.1: a coding that is not understood cannot be skipped.
    if (!equal_ignoring_case(coding, "chunked")) {
      reader_.refuse(501, "transfer_coding_unknown", "the only transfer coding here is chunked");
    } else if (reader_.http10_) {
      reader_.refuse(400, "bad_request", "HTTP/1.0 has no transfer codings");
    }
  }

  void accept_expectation(std::string_view expectation) {
    if (!equal_ignoring_case(expectation, "100-continue")) {
      reader_.refuse(417, "expectation_unknown", "the only expectation here is 100-continue");
    } else {
      reader_.expects_continue_ = !reader_.http10_;
    }
  }

  void on_header_impl(error_code&) override {}

  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}

  std::size_t on_body_impl(string_view part, error_code& error) override {
    reader_.append_body(view(part));
    if (reader_.state_ == State::refused) error = http::error::body_limit;
    return part.size();
  }

  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}

  std::size_t on_chunk_body_impl(std::uint64_t, string_view part, error_code& error) override {
    return on_body_impl(part, error);
  }

  void on_finish_impl(error_code&) override {}

  RequestReader& reader_;
};

RequestReader::RequestReader(std::size_t head_bytes_max, const BodyLimit& body_limit)
    : head_bytes_max_(head_bytes_max), body_limit_(body_limit) {}

RequestReader::~RequestReader() = default;

std::size_t RequestReader::feed(std::string_view bytes) {
  std::size_t consumed = 0;
  if (state_ == State::waiting) {
    // RFC 9112 §2.2: empty lines before a request line are skipped.
    while (bytes.substr(consumed, 2) == "\r\n") consumed += 2;
    if (consumed == bytes.size() || bytes.substr(consumed) == "\r") return consumed;
    state_ = State::head;
    searched_ = 0;
  }
  if (state_ == State::head) consumed += feed_head(bytes.substr(consumed));
  if (state_ == State::body) consumed += feed_body(bytes.substr(consumed));
  return consumed;
}

std::size_t RequestReader::feed_head(std::string_view bytes) {
  constexpr std::string_view empty_line = "\r\n\r\n";
  // What cannot begin a method is another protocol, TLS for example: no use in waiting for more.
  if (bytes.front() < 'A' || bytes.front() > 'z') {
    refuse(400, "bad_request", "this is not HTTP/1.1");
    return 0;
  }
  const std::size_t end = bytes.find(empty_line, searched_);
  const bool whole = end != std::string_view::npos;
  const std::size_t size = whole ? end + empty_line.size() : bytes.size();
  if (size > head_bytes_max_ || (!whole && size == head_bytes_max_)) {
    refuse(431, "head_too_large",
           "the head of the request is more than " + std::to_string(head_bytes_max_) + " bytes",
           std::to_string(head_bytes_max_));
    return 0;
  }
  if (!whole) {
    searched_ = size - std::min(size, empty_line.size() - 1);
    return 0;
  }
  const std::string_view head = bytes.substr(0, size);
  if (has_odd_lines(head)) {
    refuse(400, "bad_request", "the head has a folded line or a line without carriage return");
    return 0;
  }
  parser_ = std::make_unique<Parser>(*this);
  boost::beast::error_code error;
  const std::size_t consumed = parser_->put({head.data(), head.size()}, error);
  if (state_ == State::refused) return consumed;
  if (error) {
    refuse(400, "bad_request", "the head of the request is malformed: " + error.message());
    return consumed;
  }
  if (!parser_->is_header_done()) {
    refuse(400, "bad_request", "the head of the request is malformed");
    return consumed;
  }
  accept_head();
  return consumed;
}

void RequestReader::accept_target(std::string_view target) {
  if (const std::size_t scheme = target.find("://");
      scheme != std::string_view::npos && !target.starts_with('/')) {
    // Absolute form (RFC 9112 §3.2.2): the authority is not ours to judge.
    const std::size_t slash = target.find('/', scheme + 3);
    target = slash == std::string_view::npos ? "/" : target.substr(slash);
  }
  const bool is_asterisk = target == "*" && request_.method == Method::options;
  if (!target.starts_with('/') && !is_asterisk) {
    refuse(400, "bad_request", "the request target does not begin with a slash");
    return;
  }
  const std::size_t question = target.find('?');
  request_.path = target.substr(0, question);
  if (question != std::string_view::npos) request_.query = target.substr(question + 1);
}

void RequestReader::accept_head() {
  // RFC 9112 §3.2: exactly one Host in HTTP/1.1.
  if (host_count_ > 1 || (host_count_ == 0 && !http10_)) {
    refuse(400, "bad_request", "the request must have one Host field");
    return;
  }
  keeps_alive_ = parser_->keep_alive();
  if (parser_->is_done()) {
    expects_continue_ = false;
    state_ = State::complete;
    return;
  }
  state_ = State::body;
  body_bytes_max_ = body_limit_(request_.method, request_.path);
  if (const auto length = parser_->content_length()) {
    if (*length > body_bytes_max_) {
      refuse_body(static_cast<std::size_t>(*length));
      return;
    }
    request_.body.reserve(std::min<std::size_t>(*length, body_reserve_bytes_max));
  }
  parser_->eager(true);
}

std::size_t RequestReader::feed_body(std::string_view bytes) {
  if (bytes.empty()) return 0;
  boost::beast::error_code error;
  const std::size_t consumed = parser_->put({bytes.data(), bytes.size()}, error);
  if (state_ == State::refused) return consumed;
  if (error && error != http::error::need_more) {
    refuse(400, "bad_request", "the body of the request is malformed: " + error.message());
  } else if (parser_->is_done()) {
    state_ = State::complete;
  }
  return consumed;
}

void RequestReader::append_body(std::string_view part) {
  if (part.size() > body_bytes_max_ - request_.body.size()) {
    refuse_body(request_.body.size() + part.size());
    return;
  }
  request_.body.append(part);
}

bool RequestReader::take_expects_continue() {
  return std::exchange(expects_continue_, false);
}

Request RequestReader::take() {
  ENSURE(state_ == State::complete);
  state_ = State::waiting;
  host_count_ = 0;
  expects_continue_ = false;
  parser_.reset();
  return std::exchange(request_, Request());
}

void RequestReader::refuse(int status, std::string_view code, std::string_view detail,
                           std::string_view limit) {
  state_ = State::refused;
  refusal_ = transport_problem(status, code, detail, limit);
}

void RequestReader::refuse_body(std::size_t size) {
  const std::string limit = std::to_string(body_bytes_max_);
  refuse(413, "body_too_large",
         "the body is at least " + std::to_string(size) + " bytes, the limit is " + limit, limit);
}

}  // namespace sojourn::net
