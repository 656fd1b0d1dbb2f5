#include "net/web_client.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>

#include "base/ensure.h"
#include "base/text.h"

namespace sojourn::net {
namespace {

using Steady = std::chrono::steady_clock;

constexpr Duration connect_timeout_max = Duration::seconds(10);
/// Servers commonly close connections that idle for longer, and proxies in between sooner than they
/// say: a request that must not go out twice takes a young connection.
constexpr long idle_seconds_max_once = 5;
/// send() and stop() wake the thread; this only bounds what a lost wake-up could cost.
constexpr int poll_ms_max = 1000;

struct CurlDeleter {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Easy = std::unique_ptr<CURL, CurlDeleter>;
using HeaderList = std::unique_ptr<curl_slist, CurlDeleter>;

/// Where a URL leads: what must stay the same over a redirect.
struct Place {
  std::string scheme;
  std::string host_port;  ///< lower case, with the port also where it is the usual one
};

std::string url_part(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
  std::string copy(text);
  curl_free(text);
  return copy;
}

/// Absent where the text is no URL of the web.
std::optional<Place> place_of(const std::string& text) {
  const std::unique_ptr<CURLU, CurlDeleter> url(curl_url());
  if (url == nullptr) return std::nullopt;
  if (text.find('\0') != std::string::npos) return std::nullopt;
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return std::nullopt;
  Place place{.scheme = to_lower_ascii(url_part(url.get(), CURLUPART_SCHEME)), .host_port = {}};
  if (place.scheme != "http" && place.scheme != "https") return std::nullopt;
  const std::string host = to_lower_ascii(url_part(url.get(), CURLUPART_HOST));
  if (host.empty()) return std::nullopt;
  place.host_port = host + ":" + url_part(url.get(), CURLUPART_PORT);
  return place;
}

/// RFC 9110 §5.6.2.
bool is_token(std::string_view text) {
  const auto is_token_character = [](char c) {
    const bool is_alphanumeric =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return is_alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

/// A line end in a value would let it write further fields.
bool is_field_value(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

std::optional<std::string> unsendable(const WebRequest& request) {
  if (!is_token(request.method)) return "the method is no word";
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name)) return fmt::format("\"{}\" is no name of a header", name);
    if (!is_field_value(value)) return fmt::format("the header {} holds a line end", name);
  }
  return std::nullopt;
}

HeaderList header_list(const WebRequest& request) {
  curl_slist* list = curl_slist_append(nullptr, "Expect:");  // no wait for 100 Continue
  for (const auto& [name, value] : request.headers) {
    // libcurl's form of a field without a value ends in a semicolon.
    const std::string line = value.empty() ? name + ";" : fmt::format("{}: {}", name, value);
    list = curl_slist_append(list, line.c_str());
  }
  return HeaderList(list);
}

IpAddress ip_address_of(const curl_sockaddr& address) {
  IpAddress ip{};
  if (address.family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address.addr);
    ip[10] = ip[11] = 0xff;
    std::memcpy(ip.data() + 12, &v4->sin_addr, 4);
  } else if (address.family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(&address.addr);
    std::memcpy(ip.data(), &v6->sin6_addr, ip.size());
  }
  return ip;  // :: for any other family, which no guard takes for public
}

struct Transfer {
  WebRequest request;
  WebClient::Done done;
  Place place;
  const AddressGuard* guard = nullptr;
  Steady::time_point deadline = {};
  int redirects = 0;

  Easy easy = {};
  HeaderList headers = {};
  WebResponse response = {};
  std::size_t header_bytes = 0;
  std::size_t body_read = 0;  ///< by libcurl, where it reads the body by give_body()
  bool address_refused = false;
  bool body_cut = false;
};

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::size_t length = size * count;
  std::string& body = transfer.response.body;
  const std::size_t taken = std::min(length, web_body_bytes_max - body.size());
  body.append(bytes, taken);
  transfer.body_cut = taken < length;
  return taken;
}

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  transfer.header_bytes += size * count;
  if (transfer.header_bytes > web_header_bytes_max) return 0;
  const std::string_view line(bytes, size * count);
  if (line.starts_with("HTTP/")) transfer.response.headers = {};
  const std::size_t colon = line.find(':');
  if (colon != std::string_view::npos && colon > 0) {
    transfer.response.headers.add(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  }
  return size * count;
}

/// libcurl cannot go back in what it read here (there is no CURLOPT_SEEKFUNCTION): once it has read
/// a byte it gives up where it would else send the request again.
std::size_t give_body(char* to, std::size_t size, std::size_t count, void* user) {
  auto& transfer = *static_cast<Transfer*>(user);
  const std::string& body = transfer.request.body;
  const std::size_t given = std::min(size * count, body.size() - transfer.body_read);
  std::memcpy(to, body.data() + transfer.body_read, given);
  transfer.body_read += given;
  return given;
}

/// Here and nowhere else a connection begins: the address is the one that is connected to.
curl_socket_t open_socket(void* user, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(user);
  if (!transfer.guard->allows(ip_address_of(*address))) {
    transfer.address_refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

bool is_read_once(const WebRequest& request) {
  return request.repeat == WebRepeat::never && !request.body.empty();
}

void set_request(Transfer& transfer) {
  CURL* const easy = transfer.easy.get();
  const WebRequest& request = transfer.request;
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  const bool has_no_body = request.body.empty() && request.method == "GET";
  if (request.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (!has_no_body) {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    if (is_read_once(request)) {
      curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_body);
      curl_easy_setopt(easy, CURLOPT_READDATA, &transfer);
    } else {
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
    }
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  transfer.headers = header_list(request);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers.get());
}

void set_rules(Transfer& transfer, Duration timeout) {
  CURL* const easy = transfer.easy.get();
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.ms));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::min(timeout, connect_timeout_max).ms));
  if (transfer.request.repeat == WebRepeat::never) {
    curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, idle_seconds_max_once);
  }
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
}

/// The URL that an answer sends the request on to; absent where it is not followed.
std::optional<std::string> redirect_of(const Transfer& transfer, long status) {
  const bool keeps_the_request = status == 307 || status == 308;
  const bool is_get = transfer.request.method == "GET";
  const bool may_move = status == 301 || status == 302 || status == 303;
  if (!keeps_the_request && !(is_get && may_move)) return std::nullopt;
  if (transfer.request.repeat == WebRepeat::never) return std::nullopt;
  if (transfer.redirects >= std::min(transfer.request.redirects_max, web_redirects_max)) {
    return std::nullopt;
  }
  char* target = nullptr;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_REDIRECT_URL, &target);
  if (target == nullptr) return std::nullopt;
  std::string url(target);
  const std::optional<Place> place = place_of(url);
  if (!place || place->scheme != transfer.place.scheme) return std::nullopt;
  if (place->host_port != transfer.place.host_port) return std::nullopt;
  return url;
}

bool may_have_arrived(const Transfer& transfer) {
  if (is_read_once(transfer.request)) {
    return transfer.body_read == transfer.request.body.size();
  }
  curl_off_t before_the_request = 0;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_PRETRANSFER_TIME_T, &before_the_request);
  return before_the_request > 0;
}

void read_failure(Transfer& transfer, CURLcode code) {
  WebResponse& response = transfer.response;
  response.status = 0;
  response.body.clear();
  response.headers = {};
  response.may_have_arrived = may_have_arrived(transfer);
  response.reason = curl_easy_strerror(code);
  if (transfer.address_refused) {
    response.failure = WebFailure::refused;
    response.reason = "the address is not on the public internet and not allowed";
  } else if (code == CURLE_OPERATION_TIMEDOUT) {
    response.failure = WebFailure::timed_out;
  } else if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
    response.failure = WebFailure::bad_request;
  } else {
    response.failure = WebFailure::unreachable;
  }
}

void read_answer(Transfer& transfer, long status) {
  transfer.response.status = static_cast<int>(status);
  curl_off_t seconds = 0;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_RETRY_AFTER, &seconds);
  constexpr std::int64_t seconds_max = 366 * 86'400;  // multiplied below
  transfer.response.retry_after =
      Duration::seconds(std::clamp<std::int64_t>(seconds, 0, seconds_max));
}

}  // namespace

class WebClient::Core {
 public:
  explicit Core(Options options) : options_(std::move(options)), multi_(curl_multi_init()) {
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(options_.transfers_max));
    thread_ = std::thread([this] { run(); });
  }
  ~Core() {
    stop();
    curl_multi_cleanup(multi_);
  }
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  Result<void> send(WebRequest request, Done done) {
    auto transfer = std::make_unique<Transfer>();
    transfer->request = std::move(request);
    transfer->done = std::move(done);
    transfer->guard = &options_.guard;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return failure("stopping", "the HTTP client is stopping");
      if (waiting_ >= options_.waiting_max) {
        return failure({.code = "queue_full",
                        .message = fmt::format("{} requests wait to be sent, the limit is {}",
                                               waiting_, options_.waiting_max),
                        .value = std::to_string(waiting_),
                        .limit = std::to_string(options_.waiting_max)});
      }
      ++waiting_;
      arrived_.push_back(std::move(transfer));
    }
    curl_multi_wakeup(multi_);
    return {};
  }

  void stop() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    curl_multi_wakeup(multi_);
    if (thread_.joinable()) thread_.join();
  }

 private:
  struct Host {
    std::deque<std::unique_ptr<Transfer>> waiting = {};
    std::size_t running = 0;
    bool listed = false;  ///< in hosts_ready_
  };

  void run() {
    while (take_arrived()) {
      start_waiting();
      int running = 0;
      curl_multi_perform(multi_, &running);
      if (finish_ended()) continue;
      curl_multi_poll(multi_, nullptr, 0, poll_ms_max, nullptr);
    }
    for (const auto& [easy, transfer] : running_) curl_multi_remove_handle(multi_, easy);
    running_.clear();
    hosts_.clear();
  }

  /// False: the thread ends.
  bool take_arrived() {
    std::vector<std::unique_ptr<Transfer>> arrived;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return false;
      arrived.swap(arrived_);
    }
    for (std::unique_ptr<Transfer>& transfer : arrived) {
      std::optional<std::string> reason = unsendable(transfer->request);
      std::optional<Place> place = place_of(transfer->request.url);
      if (!reason && !place) reason = "the URL cannot be read";
      if (reason) {
        note_left_queue();
        transfer->done({.failure = WebFailure::bad_request, .reason = std::move(*reason)});
        continue;
      }
      transfer->place = std::move(*place);
      Host& host = hosts_[transfer->place.host_port];
      const std::string name = transfer->place.host_port;
      host.waiting.push_back(std::move(transfer));
      list(name, host);
    }
    return true;
  }

  void note_left_queue() {
    const std::lock_guard lock(mutex_);
    --waiting_;
  }

  void list(const std::string& name, Host& host) {
    const bool can_start = !host.waiting.empty() && host.running < options_.host_transfers_max;
    if (host.listed || !can_start) return;
    host.listed = true;
    hosts_ready_.push_back(name);
  }

  /// Hosts take turns.
  void start_waiting() {
    while (running_.size() < options_.transfers_max && !hosts_ready_.empty()) {
      const std::string name = std::move(hosts_ready_.front());
      hosts_ready_.pop_front();
      Host& host = hosts_[name];
      host.listed = false;
      std::unique_ptr<Transfer> transfer = std::move(host.waiting.front());
      host.waiting.pop_front();
      ++host.running;
      note_left_queue();
      transfer->deadline = Steady::now() + std::chrono::milliseconds(std::max<std::int64_t>(
                                               transfer->request.timeout.ms, 1));
      list(name, host);
      begin(std::move(transfer));
    }
  }

  void begin(std::unique_ptr<Transfer> transfer) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(transfer->deadline - Steady::now());
    transfer->easy.reset(curl_easy_init());
    ENSURE(transfer->easy != nullptr);
    set_rules(*transfer, {std::max<std::int64_t>(left.count(), 1)});
    set_request(*transfer);
    CURL* const easy = transfer->easy.get();
    running_.emplace(easy, std::move(transfer));
    curl_multi_add_handle(multi_, easy);
  }

  /// False where none has ended.
  bool finish_ended() {
    bool any = false;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      any = true;
      // The message dies with the handle's removal.
      CURL* const easy = message->easy_handle;
      const CURLcode code = message->data.result;
      curl_multi_remove_handle(multi_, easy);
      auto node = running_.extract(easy);
      finish(std::move(node.mapped()), code);
    }
    return any;
  }

  void finish(std::unique_ptr<Transfer> transfer, CURLcode code) {
    const bool answered = code == CURLE_OK || (code == CURLE_WRITE_ERROR && transfer->body_cut);
    if (answered) {
      long status = 0;
      curl_easy_getinfo(transfer->easy.get(), CURLINFO_RESPONSE_CODE, &status);
      if (std::optional<std::string> url = redirect_of(*transfer, status)) {
        transfer->request.url = std::move(*url);
        ++transfer->redirects;
        transfer->response = {};
        transfer->body_cut = false;
        return begin(std::move(transfer));
      }
      read_answer(*transfer, status);
    } else {
      read_failure(*transfer, code);
    }
    leave_host(transfer->place.host_port);
    transfer->done(std::move(transfer->response));
  }

  void leave_host(const std::string& name) {
    Host& host = hosts_[name];
    --host.running;
    list(name, host);
    if (host.running == 0 && host.waiting.empty()) hosts_.erase(name);
  }

  const Options options_;
  CURLM* const multi_;

  std::mutex mutex_;
  bool stopping_ = false;                           // guarded by mutex_
  std::size_t waiting_ = 0;                         // guarded by mutex_; also those in hosts_
  std::vector<std::unique_ptr<Transfer>> arrived_;  // guarded by mutex_

  // Of the thread.
  std::unordered_map<std::string, Host> hosts_;  // its references stay over insertions
  std::deque<std::string> hosts_ready_;
  std::unordered_map<CURL*, std::unique_ptr<Transfer>> running_;

  std::thread thread_;
};

WebClient::WebClient(Options options) : core_(std::make_unique<Core>(std::move(options))) {}
WebClient::~WebClient() = default;

Result<void> WebClient::send(WebRequest request, Done done) {
  return core_->send(std::move(request), std::move(done));
}

void WebClient::stop() {
  core_->stop();
}

}  // namespace sojourn::net
