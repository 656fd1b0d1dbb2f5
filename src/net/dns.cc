#include "net/dns.h"

#include <absl/container/flat_hash_map.h>
#include <ares.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "base/ensure.h"
#include "base/text.h"
#include "net/address_range.h"
#include "net/dns_cache.h"
#include "net/dns_message.h"

namespace sojourn::net {
namespace {

constexpr std::size_t label_bytes_max = 63;  // RFC 1035 §2.3.4
constexpr std::size_t name_bytes_max = 253;
constexpr std::uint16_t dns_port = 53;
/// What passes every network without being broken into fragments; beyond it TCP is asked.
constexpr int udp_bytes_max = 1232;
/// ask() and the end wake the thread; this bounds how late `patience` is noticed.
constexpr int poll_ms_max = 200;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// RFC 1035 §3.2.4.
constexpr int class_internet_number = 1;

/// Once in a process, before its first use.
bool library_is_ready() {
  static const bool ready = ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS;
  return ready;
}

Timestamp steady_now() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
}

std::string words_for(int status) {
  switch (status) {
    case ARES_ETIMEOUT:
      return "no name server answered in time";
    case ARES_ESERVFAIL:
      return "the name server failed";
    case ARES_EREFUSED:
      return "the name server refused to answer";
    case ARES_ECONNREFUSED:
      return "no name server can be reached";
    case ARES_ECANCELLED:
    case ARES_EDESTRUCTION:
      return "the program stopped";
    default:
      return to_lower_ascii(ares_strerror(status));
  }
}

DnsAnswer failed(std::string reason) {
  return {.status = DnsStatus::failed, .reason = std::move(reason)};
}

/// As the library reads a list of servers. IPv6 addresses stand in brackets there.
Result<std::string> server_list(std::string_view servers) {
  std::string list;
  std::size_t count = 0;
  for (const std::string_view padded : split(servers, ',')) {
    const std::string part(trimmed(padded));
    HostPort server{.host = part, .port = dns_port};
    if (part.starts_with('[') && part.ends_with(']')) server.host = part.substr(1, part.size() - 2);
    if (!parse_ip_address(server.host)) {
      const Result<HostPort> read = parse_host_port(part);
      if (read) server = *read;
    }
    if (!parse_ip_address(server.host) || server.port == 0 || ++count > dns_servers_max) {
      return failure({.code = "invalid_dns_servers",
                      .message = fmt::format("name server is \"{}\", it must be one of at most {} "
                                             "addresses with or without port",
                                             part, dns_servers_max),
                      .value = part,
                      .limit = std::to_string(dns_servers_max)});
    }
    const bool v6 = server.host.find(':') != std::string::npos;
    list += fmt::format("{}{}{}{}:{}", list.empty() ? "" : ",", v6 ? "[" : "", server.host,
                        v6 ? "]" : "", server.port);
  }
  return list;
}

}  // namespace

std::optional<std::string> dns_name(std::string_view text) {
  std::string name = to_lower_ascii(text);
  if (name.ends_with('.')) name.pop_back();
  if (name.empty() || name.size() > name_bytes_max) return std::nullopt;
  for (const std::string_view label : split(name, '.')) {
    if (label.empty() || label.size() > label_bytes_max) return std::nullopt;
    if (!std::ranges::all_of(label, is_name_character)) return std::nullopt;
  }
  return name;
}

std::string reverse_dns_name(const IpAddress& address) {
  std::string name;
  if (is_mapped_v4(address)) {
    for (std::size_t i = 16; i-- > 12;) name += fmt::format("{}.", address[i]);
    return name + "in-addr.arpa";
  }
  for (std::size_t i = 16; i-- > 0;) {
    name += fmt::format("{:x}.{:x}.", address[i] & 0xf, address[i] >> 4);
  }
  return name + "ip6.arpa";
}

DnsAnswer ask_and_wait(Dns& dns, std::string name, DnsType type) {
  // Shared, because the answer may be set while this returns.
  auto answer = std::make_shared<std::promise<DnsAnswer>>();
  std::future<DnsAnswer> waiting = answer->get_future();
  dns.ask(std::move(name), type, [answer](DnsAnswer got) { answer->set_value(std::move(got)); });
  return waiting.get();
}

/// All but the first group of members belongs to the thread.
class DnsClient::Core {
 public:
  explicit Core(const Options& options) : options_(options), cache_(options.cache_answers_max) {}
  ~Core() {
    if (thread_.joinable()) {
      {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
      }
      wake();
      thread_.join();
    }
    if (channel_ != nullptr) ares_destroy(channel_);
    if (wake_ >= 0) ::close(wake_);
  }

  Result<void> start();
  void ask(std::string name, DnsType type, Done done);

 private:
  /// Who asked what, until the library has called back; it may be answered before.
  struct Asked {
    Core* core = nullptr;
    DnsQuestion question;
    Timestamp deadline;
    std::vector<Done> waiting = {};
  };
  struct New {
    DnsQuestion question;
    Done done;
  };

  void run();
  void begin(New asked);
  void wait_for_servers();
  void give_up_late_ones();
  void finish(Asked& asked, const DnsAnswer& answer);
  void wake() const {
    const std::uint64_t one = 1;
    static_cast<void>(!::write(wake_, &one, sizeof one));
  }
  static void answered(void* asked, int status, int timeouts, unsigned char* bytes, int size);
  static void socket_changed(void* core, int socket, int readable, int writable);

  const Options options_;
  int wake_ = -1;
  std::mutex mutex_;
  std::vector<New> new_;     // guarded by mutex_
  std::size_t waiting_ = 0;  // guarded by mutex_: questions that are not answered
  bool stopping_ = false;    // guarded by mutex_

  ares_channel channel_ = nullptr;
  DnsCache cache_;
  absl::flat_hash_map<DnsQuestion, std::unique_ptr<Asked>> asked_;
  absl::flat_hash_map<int, short> sockets_;  // what each is polled for
  std::thread thread_;
};

Result<void> DnsClient::Core::start() {
  const auto broken = [](int status) {
    return failure("dns_failed",
                   fmt::format("name servers cannot be asked: {}", words_for(status)));
  };
  if (!library_is_ready()) return broken(ARES_ENOTINITIALIZED);
  ares_options options{};
  options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_STAYOPEN | ARES_FLAG_EDNS;
  options.ednspsz = udp_bytes_max;
  options.timeout = static_cast<int>(options_.timeout.ms);
  options.tries = options_.tries;
  options.sock_state_cb = socket_changed;
  options.sock_state_cb_data = this;
  const int set_up = ares_init_options(&channel_, &options,
                                       ARES_OPT_FLAGS | ARES_OPT_EDNSPSZ | ARES_OPT_TIMEOUTMS |
                                           ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB);
  if (set_up != ARES_SUCCESS) return broken(set_up);
  if (!trimmed(options_.servers).empty()) {
    TRY(servers, server_list(options_.servers));
    const int set = ares_set_servers_ports_csv(channel_, servers.c_str());
    if (set != ARES_SUCCESS) return broken(set);
  }
  wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  ENSURE(wake_ >= 0);
  thread_ = std::thread([this] { run(); });
  return {};
}

void DnsClient::Core::ask(std::string name, DnsType type, Done done) {
  {
    const std::lock_guard lock(mutex_);
    // What is too much is counted too, until the thread has told so.
    ++waiting_;
    new_.push_back({.question = {.name = std::move(name), .type = type}, .done = std::move(done)});
  }
  wake();
}

void DnsClient::Core::run() {
  for (;;) {
    std::vector<New> arrived;
    std::size_t waiting = 0;
    bool stopping = false;
    {
      const std::lock_guard lock(mutex_);
      arrived.swap(new_);
      waiting = waiting_;
      stopping = stopping_;
    }
    for (New& each : arrived) {
      const bool too_many = waiting > options_.waiting_max;
      if (stopping || too_many) {
        {
          const std::lock_guard lock(mutex_);
          waiting = --waiting_;
        }
        each.done(failed(stopping ? "the program stopped" : "too many names are being looked up"));
        continue;
      }
      begin(std::move(each));
    }
    if (stopping) break;
    wait_for_servers();
    give_up_late_ones();
  }
  ares_cancel(channel_);
}

void DnsClient::Core::begin(New asked) {
  const auto tell = [&](const DnsAnswer& answer) {
    {
      const std::lock_guard lock(mutex_);
      --waiting_;
    }
    asked.done(answer);
  };
  const std::optional<std::string> name = dns_name(asked.question.name);
  if (!name) return tell(failed(fmt::format("\"{}\" is no domain name", asked.question.name)));
  asked.question.name = *name;
  if (const DnsAnswer* kept = cache_.find(asked.question, steady_now())) {
    return tell(DnsAnswer(*kept));
  }
  std::unique_ptr<Asked>& place = asked_[asked.question];
  const bool is_new = place == nullptr;
  if (is_new) {
    place = std::make_unique<Asked>(Asked{
        .core = this, .question = asked.question, .deadline = steady_now() + options_.patience});
  } else if (place->waiting.empty()) {
    // The library still tries what was given up: the same servers are silent now.
    place->deadline = steady_now() + options_.patience;
  }
  place->waiting.push_back(std::move(asked.done));
  if (!is_new) return;
  ares_query(channel_, asked.question.name.c_str(), class_internet_number,
             static_cast<int>(asked.question.type), answered, place.get());
}

void DnsClient::Core::answered(void* context, int status, int, unsigned char* bytes, int size) {
  auto& asked = *static_cast<Asked*>(context);
  Core& core = *asked.core;
  ReadDnsAnswer read;
  const bool conclusive =
      status == ARES_SUCCESS || status == ARES_ENODATA || status == ARES_ENOTFOUND;
  if (conclusive && bytes != nullptr) {
    const std::string_view message(reinterpret_cast<const char*>(bytes),
                                   static_cast<std::size_t>(size));
    read = read_dns_message(message, asked.question.name, asked.question.type);
  } else {
    read.answer = failed(words_for(status));
  }
  if (status != ARES_ECANCELLED && status != ARES_EDESTRUCTION) {
    core.cache_.put(asked.question, read.answer, read.lifetime, steady_now());
  }
  const DnsQuestion question = asked.question;
  core.finish(asked, read.answer);
  core.asked_.erase(question);
}

void DnsClient::Core::socket_changed(void* context, int socket, int readable, int writable) {
  auto& core = *static_cast<Core*>(context);
  if (readable == 0 && writable == 0) {
    core.sockets_.erase(socket);
    return;
  }
  core.sockets_[socket] =
      static_cast<short>((readable != 0 ? POLLIN : 0) | (writable != 0 ? POLLOUT : 0));
}

void DnsClient::Core::finish(Asked& asked, const DnsAnswer& answer) {
  const std::vector<Done> waiting = std::exchange(asked.waiting, {});
  {
    const std::lock_guard lock(mutex_);
    waiting_ -= waiting.size();
  }
  for (const Done& done : waiting) done(answer);
}

void DnsClient::Core::wait_for_servers() {
  std::vector<pollfd> polled = {{.fd = wake_, .events = POLLIN, .revents = 0}};
  for (const auto& [socket, events] : sockets_) {
    polled.push_back({.fd = socket, .events = events, .revents = 0});
  }
  int wait_ms = -1;  // nothing is under way: until somebody asks
  if (!asked_.empty()) {
    timeval longest{.tv_sec = 0, .tv_usec = poll_ms_max * 1000};
    timeval next{};
    const timeval* const wait = ares_timeout(channel_, &longest, &next);
    wait_ms = static_cast<int>(wait->tv_sec * 1000 + wait->tv_usec / 1000 + 1);
  }
  ::poll(polled.data(), polled.size(), wait_ms);
  std::uint64_t count = 0;
  static_cast<void>(!::read(wake_, &count, sizeof count));
  for (std::size_t i = 1; i < polled.size(); ++i) {
    const pollfd& each = polled[i];
    if (each.revents == 0 || !sockets_.contains(each.fd)) continue;
    const bool readable = (each.revents & ~POLLOUT) != 0;
    const bool writable = (each.revents & POLLOUT) != 0;
    ares_process_fd(channel_, readable ? each.fd : ARES_SOCKET_BAD,
                    writable ? each.fd : ARES_SOCKET_BAD);
  }
  ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // tries whose time is up
}

void DnsClient::Core::give_up_late_ones() {
  const Timestamp now = steady_now();
  std::vector<Asked*> late;
  for (const auto& [question, asked] : asked_) {
    if (asked->deadline <= now && !asked->waiting.empty()) late.push_back(asked.get());
  }
  for (Asked* asked : late) {
    const DnsAnswer answer = failed(words_for(ARES_ETIMEOUT));
    cache_.put(asked->question, answer, {}, now);
    finish(*asked, answer);
  }
}

Result<std::unique_ptr<DnsClient>> DnsClient::create(const Options& options) {
  auto core = std::make_unique<Core>(options);
  TRY_VOID(core->start());
  return std::unique_ptr<DnsClient>(new DnsClient(std::move(core)));
}

DnsClient::DnsClient(std::unique_ptr<Core> core) : core_(std::move(core)) {}
DnsClient::~DnsClient() = default;

void DnsClient::ask(std::string name, DnsType type, Done done) {
  core_->ask(std::move(name), type, std::move(done));
}

}  // namespace sojourn::net
